"""The invented people and firms of one province, as they really are; what channels make of them is `channels`."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from matching.errors import CustomerHubError
from pipelines.demo.drawing import distinct_numbers, pick, stream
from pipelines.demo.names import WITH_DOT, firm_names, given_names, names_with_dot, spelled, surnames
from pipelines.demo.places import DEFAULT_PROVINCE, addresses, divisions, has_eight_digits, provinces

HOUSEHOLD_SIZES: Final = (0.22, 0.28, 0.28, 0.14, 0.08)
"""Shares of households with one, two … five members."""
UNRELATED: Final = 0.04
"""Share of households that are shared flats: one address, no family."""
GRANDPARENT: Final = 0.22
TWINS: Final = 0.05
SHARED_CHARACTER: Final = 0.35
"""Share of families whose children have one character of their names in common."""
FIXED_LINE: Final = 0.60
SECOND_MOBILE: Final = 0.24
CHANGED_MOBILE: Final = 0.08
ISSUED_AGAIN: Final = 0.02
"""Share of people who gave up a number that was issued to somebody else at least 90 days later."""
MOVED: Final = 0.12
BORN_ELSEWHERE: Final = 0.15
FIRMS_PER_PERSON: Final = 0.039
BRANCH: Final = 0.04
"""Share of firms that are a branch of another firm in the list, at an address of its own."""
PEOPLE_PER_AGENT: Final = 1500
MAIL_HOSTS: Final = ("qq.com", "163.com", "126.com", "189.cn", "sina.com", "gmail.com")
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
MOST_PEOPLE: Final = 20_000_000
"""At three numbers each, telephone numbers do not last for more."""
ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS: Final = "10X98765432"
CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
FIRST_DAY: Final = np.datetime64("2003-01-01")
LAST_DAY: Final = np.datetime64("2026-10-31")


@dataclass(frozen=True)
class Part:
    """Which part of a larger population is made: the `nth`, from 0 on, of `of`."""

    nth: int = 0
    of: int = 1


@dataclass(frozen=True)
class Population:
    """Who there is: a row a person, firm or agent; `home` and `former_home` are rows of `homes`.

    `former_mobile` was a person's number until `former_until`; `mobile` is the present one since `mobile_since`
    (null: for ever).
    """

    persons: pl.DataFrame
    firms: pl.DataFrame
    homes: pl.DataFrame
    agents: pl.Series  # each agent's own number


def make_population(
    people: int, seed: int, *, province: str = DEFAULT_PROVINCE, part: Part | None = None
) -> Population:
    """Invent `people` persons in households, and the firms among them.

    A population too large for one go is made in parts of equal size, which share no entity and no telephone number.
    """
    part = part or Part()
    if province not in provinces():
        message = f"expected a province among {', '.join(provinces())}; found {province!r}"
        raise CustomerHubError(message)
    if not 1 <= people <= MOST_PEOPLE:
        message = f"expected between 1 and {MOST_PEOPLE:,} people to invent; found {people:,}"
        raise CustomerHubError(message)
    first = part.nth * people
    members = _households(stream(seed, "households"), people)
    households = int(members["household"][-1]) + 1
    firms = max(1, round(people * FIRMS_PER_PERSON))
    rng = stream(seed, "homes")
    moves = rng.random(households) < MOVED
    homes = addresses(rng, households + int(moves.sum()) + firms, province)
    former = np.full(households, -1)
    former[moves] = households + np.arange(moves.sum())
    agents = max(3, people // PEOPLE_PER_AGENT)
    mobiles = _mobiles(stream(seed, "mobiles"), 3 * people + 2 * firms + agents, part)
    fixed = _fixed_lines(stream(seed, "fixed lines"), homes, part)
    persons = members.with_columns(
        home=pl.col("household"),
        former_home=pl.Series(former).gather(members["household"]),
        moved_on=pl.Series(_days(rng, households)).gather(members["household"]),
    )
    persons = persons.hstack(_names(stream(seed, "names"), persons))
    persons = persons.with_columns(
        _resident_ids(stream(seed, "ids"), persons, homes, offset=first).alias("id_number"),
        pl.when(pl.Series(stream(seed, "lines").random(households) < FIXED_LINE).gather(persons["household"]))
        .then(fixed.gather(persons["home"]))
        .alias("fixed_line"),
    )
    persons = persons.hstack(_numbers(stream(seed, "numbers"), persons["household"], mobiles))
    persons = persons.with_columns(_emails(stream(seed, "e-mail"), persons).alias("email"))
    entity = pl.int_range(first, first + pl.len(), dtype=pl.Int64).cast(pl.String).str.zfill(7)
    persons = persons.with_columns(pl.format("P{}", entity).alias("entity"), pl.col("household") + first)
    made = _firms(stream(seed, "firms"), homes.tail(firms), households + int(moves.sum()))
    made = made.with_columns(
        mobile=mobiles.slice(3 * people, firms),
        other_mobile=mobiles.slice(3 * people + firms, firms),
        fixed_line=fixed.gather(made["home"]),
        entity=pl.format("B{}", entity),
        household=pl.lit(None, dtype=pl.Int64),
    )
    return Population(persons, made, homes, mobiles.tail(agents))


def _days(rng: np.random.Generator, size: int) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    span = int((LAST_DAY - FIRST_DAY) / np.timedelta64(1, "D"))
    return FIRST_DAY + rng.integers(0, span, size).astype("timedelta64[D]")


def _households(rng: np.random.Generator, people: int) -> pl.DataFrame:
    """Give persons with household, place in it (0 head, 1 spouse, 2 … children, 9 grandparent), sex and birth date."""
    sizes = rng.choice(np.arange(1, 6), people, p=HOUSEHOLD_SIZES)
    household = np.repeat(np.arange(people), sizes)[:people]
    size = np.bincount(household)[household]
    role = np.arange(people) - np.concatenate([[0], np.cumsum(np.bincount(household))[:-1]])[household]
    head = np.flatnonzero(role == 0)
    unrelated = (rng.random(len(head)) < UNRELATED)[household]
    role[(role == size - 1) & (size >= 3) & (rng.random(len(head)) < GRANDPARENT)[household]] = 9
    head_male = (rng.random(len(head)) < 0.7)[household]
    head_year = (1948 + np.floor(52 * rng.random(len(head)) ** 0.9).astype(np.int64))[household]
    age = rng.integers(21, 35, people)
    year = np.select(
        [unrelated | (role == 0), role == 1, role == 9],
        [
            head_year + np.where(unrelated, rng.integers(-8, 9, people), 0),
            head_year + rng.integers(-4, 5, people),
            head_year - age,
        ],
        np.minimum(head_year + age, 2017),
    )
    male = np.where(role == 0, head_male, np.where(role == 1, ~head_male, rng.random(people) < 0.5))
    day = rng.integers(0, 365, people)
    twin = np.zeros(people, dtype=bool)
    twin[1:] = (role[1:] >= 3) & (role[1:] < 9) & (role[:-1] >= 2) & ~unrelated[1:]
    twin &= rng.random(people) < TWINS
    for at in np.flatnonzero(twin):  # in order: triplets follow the first
        year[at], day[at] = year[at - 1], day[at - 1]
    born = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + day.astype("timedelta64[D]")
    return pl.DataFrame(
        {
            "household": household,
            "role": np.where(unrelated, 0, role),
            "unrelated": unrelated,
            "male": male,
            "birth_date": born,
        }
    )


def _names(rng: np.random.Generator, persons: pl.DataFrame) -> pl.DataFrame:
    """Give surname, given characters and pinyin; children have their father's surname, rarely their mother's."""
    size = persons.height
    father_names = rng.random(size) < 0.93
    own = persons.select("household", "role", "male", "unrelated", surname=surnames(rng, size)).with_columns(
        pl.Series("by_father", father_names)
    )
    parent = (pl.col("role") <= 1) & (pl.col("male") == pl.col("by_father").first().over("household"))
    fathers = pl.col("surname").filter(parent).first().over("household")
    heads = pl.col("surname").filter(pl.col("role") == 0).first().over("household")
    child, grandfather = pl.col("role").is_between(2, 8), (pl.col("role") == 9) & pl.col("male")
    surname = own.select(
        pl.when("unrelated")
        .then("surname")
        .when(child)
        .then(pl.coalesce(fathers, heads))
        .when(grandfather)
        .then(heads)
        .otherwise("surname")
    ).to_series()
    born = persons["birth_date"].dt.year().to_numpy().astype(np.int64)
    families = np.flatnonzero(rng.random(int(persons["household"][-1]) + 1) < SHARED_CHARACTER)
    is_child = persons["role"].is_between(2, 8).to_numpy()
    household = persons["household"].to_numpy()
    shared = np.where(is_child & np.isin(household, families), household, -1)
    given = given_names(rng, persons["male"].to_numpy(), born, shared)
    frame = given.with_columns(surname=surname).with_columns(
        name=pl.concat_str("surname", "first", "second"),
        surname_pinyin=spelled(surname, surname=True),
        first_pinyin=spelled(given["first"]),
        second_pinyin=spelled(given["second"]),
    )
    dotted = np.flatnonzero((rng.random(size) < WITH_DOT) & (persons["role"] == 0).to_numpy())
    spoken = names_with_dot(rng, len(dotted))
    return frame.with_columns(
        frame["name"].scatter(dotted, spoken), frame["surname"].scatter(dotted, spoken.str.head(1))
    )


def _resident_ids(rng: np.random.Generator, persons: pl.DataFrame, homes: pl.DataFrame, offset: int) -> pl.Series:
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


def _mobiles(rng: np.random.Generator, size: int, part: Part) -> pl.Series:
    """Give different mobile numbers: no two end in the same eight digits, whatever their prefix, in any part."""
    own = pl.Series(rng.random(size) < OWN_SHARE)
    prefixes = pl.select(pl.when(own).then(pick(rng, OWN_PREFIXES, size)).otherwise(pick(rng, OTHER_PREFIXES, size)))
    digits = distinct_numbers(rng, size, 0, 100_000_000 // part.of) * part.of + part.nth
    return prefixes.to_series() + pl.Series(digits).cast(pl.String).str.zfill(8)


def _fixed_lines(rng: np.random.Generator, homes: pl.DataFrame, part: Part) -> pl.Series:
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


def _numbers(rng: np.random.Generator, household: pl.Series, mobiles: pl.Series) -> pl.DataFrame:
    """Give each person's numbers over time; some given up were issued again to somebody of another household."""
    size = len(household)
    current, second, former = mobiles.slice(0, size), mobiles.slice(size, size), mobiles.slice(2 * size, size)
    order = rng.permutation(size)
    issued = round(size * ISSUED_AGAIN)
    giver, taker = order[:issued], order[issued : 2 * issued]
    strangers = (household.gather(giver) != household.gather(taker)).to_numpy()
    giver, taker = giver[strangers], taker[strangers]
    changed = rng.random(size) < CHANGED_MOBILE
    changed[giver], changed[taker] = True, True
    until = _days(rng, size) - np.timedelta64(1300, "D")
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


def _emails(rng: np.random.Generator, persons: pl.DataFrame) -> pl.Series:
    """Give everybody an address made of pinyin, year, digits or the number: namesakes can have the same."""
    style = pl.Series(rng.integers(0, 4, persons.height))
    digits = pl.Series(rng.integers(0, 1000, persons.height)).cast(pl.String)
    full = pl.concat_str("surname_pinyin", "first_pinyin", "second_pinyin")
    short = pl.concat_str(
        "surname_pinyin", pl.col("first_pinyin").str.head(1), pl.col("second_pinyin").str.head(1), digits
    )
    user = (
        pl.when(style == 0)
        .then(full)
        .when(style == 1)
        .then(full + pl.col("birth_date").dt.strftime("%Y"))
        .when(style == 2)
        .then(short)
        .otherwise("mobile")
    )
    return persons.select(user + "@" + pick(rng, MAIL_HOSTS, persons.height)).to_series()


def _firms(rng: np.random.Generator, homes: pl.DataFrame, first_home: int) -> pl.DataFrame:
    """Give firms with the parts of their names, credit codes (GB 32100) and homes; some are branches of others."""
    size = homes.height
    frame = firm_names(rng, homes).with_columns(
        _credit_codes(rng, homes["county_code"]).alias("id_number"),
        pl.Series("home", np.arange(first_home, first_home + size)),
        pl.lit("").alias("branch"),
    )
    branches = np.flatnonzero(rng.random(size) < BRANCH)
    of = rng.integers(0, size, len(branches))
    for part in ("place", "brand", "trade", "form", "category"):
        frame = frame.with_columns(frame[part].scatter(branches, frame[part].gather(of)))
    where = homes["county"].gather(branches).str.replace(r"(.)[市县区]$", "$1") + "分公司"
    return frame.with_columns(frame["branch"].scatter(branches, where))


def _credit_codes(rng: np.random.Generator, county: pl.Series) -> pl.Series:
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
