"""Numbers that people and firms have: identity documents with their checks, telephone numbers over time."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pipelines.demo.drawing import distinct_numbers, pick
from pipelines.demo.places import divisions, has_eight_digits

BORN_ELSEWHERE: Final = 0.15
OWN_PREFIXES: Final = ("133", "149", "153", "173", "177", "180", "181", "189", "190", "191", "193", "199")
OTHER_PREFIXES: Final = (
    "130",
    "131",
    "132",
    "155",
    "156",
    "185",
    "186",
    "135",
    "136",
    "137",
    "138",
    "139",
    "150",
    "151",
)
OWN_SHARE: Final = 0.6
"""Share of numbers that are the operator's own."""
ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS: Final = "10X98765432"
CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
SECOND_MOBILE: Final = 0.24
CHANGED_MOBILE: Final = 0.08
FIRST_DAY: Final = np.datetime64("2003-01-01")
LAST_DAY: Final = np.datetime64("2026-10-31")


@dataclass(frozen=True)
class Oddities:
    """How common it is what makes people hard to tell apart, as shares; the defaults are as in life."""

    issued_again: float = 0.02  # of people: gave up a number that somebody else had at least 90 days later
    twins: float = 0.05  # of second and later children: born with the child before


@dataclass(frozen=True)
class Part:
    """Which part of a larger population is made: the `nth`, from 0 on, of `of`."""

    nth: int = 0
    of: int = 1


def days(rng: np.random.Generator, size: int) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    """Draw days of the years the channels have been keeping records."""
    span = int((LAST_DAY - FIRST_DAY) / np.timedelta64(1, "D"))
    return FIRST_DAY + rng.integers(0, span, size).astype("timedelta64[D]")


def resident_ids(rng: np.random.Generator, persons: pl.DataFrame, homes: pl.DataFrame, offset: int) -> pl.Series:
    """Give valid 18-digit ids (GB 11643), each person's own; twins of one sex get neighbouring order numbers."""
    size = persons.height
    elsewhere = pick(rng, divisions()["county_code"], size)
    county = (
        pl.when(pl.Series(rng.random(size) < BORN_ELSEWHERE))
        .then(elsewhere)
        .otherwise(homes["county_code"].gather(persons["home"]))
    )
    day = pl.col("birth_date").dt.strftime("%Y%m%d")
    start = pl.col("county").cast(pl.Int64) * 7919 + pl.col("birth_date").cast(pl.Int64) * 104_729 + offset
    nth = pl.int_range(pl.len(), dtype=pl.Int64).over("county", "birth_date", "male")
    body = (
        persons.select("birth_date", "male", county=county)
        .with_columns(order=((start + nth) % 500) * 2 + pl.col("male").cast(pl.Int64))
        .select(pl.concat_str("county", day, pl.col("order").cast(pl.String).str.zfill(3)))
        .to_series()
    )
    return body + check_characters(body)


def check_characters(bodies: pl.Series) -> pl.Series:
    """Give the check character of 17-digit id bodies (ISO 7064 MOD 11-2)."""
    digits = bodies.to_frame("body").select(
        total=pl.sum_horizontal(
            pl.col("body").str.slice(at, 1).cast(pl.Int64) * weight for at, weight in enumerate(ID_WEIGHTS)
        )
    )
    return pl.Series(list(ID_CHECKS)).gather(digits["total"] % 11)


def mobile_numbers(rng: np.random.Generator, size: int, part: Part) -> pl.Series:
    """Give different mobile numbers: no two end in the same eight digits, whatever their prefix, in any part."""
    own = pl.Series(rng.random(size) < OWN_SHARE)
    prefixes = pl.select(pl.when(own).then(pick(rng, OWN_PREFIXES, size)).otherwise(pick(rng, OTHER_PREFIXES, size)))
    digits = distinct_numbers(rng, size, 0, 100_000_000 // part.of) * part.of + part.nth
    return prefixes.to_series() + pl.Series(digits).cast(pl.String).str.zfill(8)


def fixed_lines(rng: np.random.Generator, homes: pl.DataFrame, part: Part) -> pl.Series:
    """Give each home a line of its city, of seven or eight digits."""
    drawn = distinct_numbers(rng, homes.height, 20_000_000 // part.of + 1, 90_000_000 // part.of) * part.of + part.nth
    digits = pl.Series(drawn).cast(pl.String)
    short = ~has_eight_digits(homes)
    return (
        homes["dial_code"]
        + digits.to_frame("digits")
        .select(pl.when(short).then(pl.col("digits").str.head(7)).otherwise("digits"))
        .to_series()
    )


def numbers_over_time(
    rng: np.random.Generator, household: pl.Series, mobiles: pl.Series, issued_again: float
) -> pl.DataFrame:
    """Give each person's numbers over time; some given up were issued again to somebody of another household."""
    size = len(household)
    current, second, former = mobiles.slice(0, size), mobiles.slice(size, size), mobiles.slice(2 * size, size)
    order = rng.permutation(size)
    issued = round(size * issued_again)
    giver, taker = order[:issued], order[issued : 2 * issued]
    strangers = (household.gather(giver) != household.gather(taker)).to_numpy()
    giver, taker = giver[strangers], taker[strangers]
    changed = rng.random(size) < CHANGED_MOBILE
    changed[giver], changed[taker] = True, True
    until = days(rng, size) - np.timedelta64(1300, "D")
    until[taker] = until[giver] + rng.integers(90, 1200, len(taker)).astype("timedelta64[D]")
    former = former.scatter(giver, current.gather(taker))
    return pl.DataFrame(
        {
            "mobile": current,
            "second_mobile": second,
            "former_mobile": former,
            "former_until": pl.Series(until),
            "has_second": rng.random(size) < SECOND_MOBILE,
            "changed": changed,
        }
    ).select(
        "mobile",
        pl.when("has_second").then("second_mobile").alias("second_mobile"),
        pl.when("changed").then("former_mobile").alias("former_mobile"),
        pl.when("changed").then("former_until").alias("former_until"),
    )


def credit_codes(rng: np.random.Generator, county: pl.Series) -> pl.Series:
    """Give valid credit codes of firms (GB 32100), registered in their counties."""
    size = len(county)
    alphabet = pl.Series(list(CREDIT_ALPHABET))
    body = "91" + county
    for _ in range(9):
        body = body + pick(rng, alphabet, size)
    values = {character: value for value, character in enumerate(CREDIT_ALPHABET)}
    total = (
        body.to_frame("body")
        .select(
            pl.sum_horizontal(
                pl.col("body").str.slice(at, 1).replace_strict(values, return_dtype=pl.Int64) * weight
                for at, weight in enumerate(CREDIT_WEIGHTS)
            )
        )
        .to_series()
    )
    return body + alphabet.gather((31 - total % 31) % 31)
