"""The invented people and firms of one province, as they really are; what channels make of them is `channels`."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from matching.errors import CustomerHubError
from pipelines.demo.drawing import pick, stream
from pipelines.demo.families import make_households, name_members
from pipelines.demo.names import firm_names
from pipelines.demo.numbers import (
    Oddities,
    Part,
    credit_codes,
    days,
    fixed_lines,
    mobile_numbers,
    numbers_over_time,
    resident_ids,
)
from pipelines.demo.places import DEFAULT_PROVINCE, addresses, provinces

FIXED_LINE: Final = 0.60
MOVED: Final = 0.12
FIRMS_PER_PERSON: Final = 0.039
BRANCH: Final = 0.04
"""Share of firms that are a branch of another firm in the list, at an address of its own."""
PEOPLE_PER_AGENT: Final = 1500
MAIL_HOSTS: Final = ("qq.com", "163.com", "126.com", "189.cn", "sina.com", "gmail.com")
MOST_PEOPLE: Final = 20_000_000
"""At three numbers each, telephone numbers do not last for more."""


@dataclass(frozen=True)
class Population:
    """Who there is: a row a person, firm or agent; `home` and `former_home` are rows of `homes`.

    `former_mobile` was a person's number until `former_until` and `mobile` is the one since; a person without a former
    number has had `mobile` for ever.
    """

    persons: pl.DataFrame
    firms: pl.DataFrame
    homes: pl.DataFrame
    agents: pl.Series  # each agent's own number


def make_population(
    people: int,
    seed: int,
    *,
    province: str = DEFAULT_PROVINCE,
    part: Part | None = None,
    oddities: Oddities | None = None,
) -> Population:
    """Invent `people` persons in households, and the firms among them.

    A population too large for one go is made in parts of equal size, which share no entity and no telephone number.
    """
    part, oddities = part or Part(), oddities or Oddities()
    if province not in provinces():
        message = f"expected a province among {', '.join(provinces())}; found {province!r}"
        raise CustomerHubError(message)
    if not 1 <= people <= MOST_PEOPLE:
        message = f"expected between 1 and {MOST_PEOPLE:,} people to invent; found {people:,}"
        raise CustomerHubError(message)
    first = part.nth * people
    members = make_households(stream(seed, "households"), people, oddities.twins)
    households = int(members["household"][-1]) + 1
    firms = max(1, round(people * FIRMS_PER_PERSON))
    rng = stream(seed, "homes")
    moves = rng.random(households) < MOVED
    homes = addresses(rng, households + int(moves.sum()) + firms, province)
    former = np.full(households, -1)
    former[moves] = households + np.arange(moves.sum())
    agents = max(3, people // PEOPLE_PER_AGENT)
    mobiles = mobile_numbers(stream(seed, "mobiles"), 3 * people + 2 * firms + agents, part)
    fixed = fixed_lines(stream(seed, "fixed lines"), homes, part)
    persons = members.with_columns(
        home=pl.col("household"),
        former_home=pl.Series(former).gather(members["household"]),
        moved_on=pl.Series(days(rng, households)).gather(members["household"]),
    )
    persons = persons.hstack(name_members(stream(seed, "names"), persons))
    persons = persons.with_columns(
        resident_ids(stream(seed, "ids"), persons, homes, offset=first).alias("id_number"),
        pl.when(pl.Series(stream(seed, "lines").random(households) < FIXED_LINE).gather(persons["household"]))
        .then(fixed.gather(persons["home"]))
        .alias("fixed_line"),
    )
    persons = persons.hstack(
        numbers_over_time(stream(seed, "numbers"), persons["household"], mobiles, oddities.issued_again)
    )
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
        credit_codes(rng, homes["county_code"]).alias("id_number"),
        pl.Series("home", np.arange(first_home, first_home + size)),
        pl.lit("").alias("branch"),
    )
    branches = np.flatnonzero(rng.random(size) < BRANCH)
    of = rng.integers(0, size, len(branches))
    for part in ("place", "brand", "trade", "form", "category"):
        frame = frame.with_columns(frame[part].scatter(branches, frame[part].gather(of)))
    where = homes["county"].gather(branches).str.replace(r"(.)[市县区]$", "$1") + "分公司"
    return frame.with_columns(frame["branch"].scatter(branches, where))
