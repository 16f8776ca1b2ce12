"""What each channel knows of its customers: how many it has, what it leaves out, and how badly it writes.

The rates are those of a province's real channels, measured as shares, not taken from single records.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from pipelines.demo import dirt
from pipelines.demo.dirt import Slips, befall
from pipelines.demo.drawing import Numbers, pick, stream
from pipelines.demo.places import written
from pipelines.demo.population import Population

FIRST_DELIVERY: Final = date(2026, 11, 1)


@dataclass(frozen=True)
class Channel:
    """One channel. `times` are the shares of its customers with one, two and three records."""

    name: str  # as the truth calls it
    feed: str  # as its folder is called
    prefix: str  # of its source ids
    presence: float  # share of people who are its customers
    firms: float  # share of firms who are
    since: int
    times: tuple[float, ...] = (1.0,)
    names: Slips = ()
    decorations: Slips = ()
    ids: Slips = ()
    mobiles: Slips = ()
    spelling: Slips = ()
    of_household: float = 0.0
    of_stranger: float = 0.0
    of_agent: float = 0.0
    fixed_lines: Slips = ()
    addresses: Slips = ()
    emails: Slips = ()
    birthdays: Slips = ()
    daily: float = 0.0  # share of records that come on each later day


CALL_CENTER: Final = Channel(
    "call_center",
    "call_center",
    "CC",
    presence=0.483,
    firms=0.41,
    since=2003,
    times=(0.70, 0.20, 0.10),
    names=(
        (dirt.missing, 0.047),
        (dirt.surname_and_title, 0.225),
        (dirt.wrong_character, 0.040),
        (dirt.lost_character, 0.007),
        (dirt.swapped_characters, 0.006),
        (dirt.traditional, 0.005),
        (dirt.unprintable_character, 0.001),
    ),
    decorations=((dirt.spaced, 0.009), (dirt.remark, 0.005)),
    ids=(
        (dirt.missing, 0.85),
        (dirt.masked, 0.019),
        (dirt.mistyped, 0.004),
        (dirt.fifteen_digits, 0.004),
        (dirt.lower_case, 0.012),
    ),
    mobiles=((dirt.missing, 0.052), (dirt.placeholder_mobile, 0.025), (dirt.mistyped, 0.03)),
    spelling=((dirt.respelled_mobile, 0.60),),
    of_household=0.055,
    of_stranger=0.002,
    fixed_lines=((dirt.missing, 0.63),),
    addresses=((dirt.missing, 0.66),),
    daily=0.0025,
)
WEB: Final = Channel(
    "web",
    "web",
    "W",
    presence=0.40,
    firms=0.0,
    since=2008,
    names=(
        (dirt.missing, 0.071),
        (dirt.in_pinyin, 0.115),
        (dirt.wrong_character, 0.012),
        (dirt.lost_character, 0.003),
        (dirt.traditional, 0.004),
    ),
    decorations=((dirt.spaced, 0.002), (dirt.remark, 0.002)),
    ids=((dirt.missing, 0.55), (dirt.masked, 0.115), (dirt.mistyped, 0.004), (dirt.lower_case, 0.04)),
    mobiles=((dirt.missing, 0.071), (dirt.placeholder_mobile, 0.022), (dirt.mistyped, 0.03)),
    spelling=((dirt.respelled_mobile, 0.29),),
    of_household=0.055,
    of_stranger=0.002,
    addresses=((dirt.missing, 0.40),),
    emails=((dirt.missing, 0.62), (dirt.made_up_email, 0.013)),
    birthdays=((dirt.missing, 0.454), (dirt.nobodys_birthday, 0.045), (dirt.wrong_birthday, 0.004)),
    daily=0.003,
)
RETAIL: Final = Channel(
    "retail",
    "retail_outlet",
    "R",
    presence=0.72,
    firms=0.69,
    since=2003,
    times=(0.85, 0.15),
    names=(
        (dirt.wrong_character, 0.010),
        (dirt.lost_character, 0.002),
        (dirt.swapped_characters, 0.001),
        (dirt.traditional, 0.002),
    ),
    decorations=((dirt.spaced, 0.002), (dirt.remark, 0.001)),
    ids=((dirt.missing, 0.033), (dirt.fifteen_digits, 0.028), (dirt.mistyped, 0.006), (dirt.lower_case, 0.09)),
    mobiles=((dirt.missing, 0.068), (dirt.placeholder_mobile, 0.030), (dirt.mistyped, 0.02)),
    spelling=((dirt.respelled_mobile, 0.18),),
    of_household=0.055,
    of_stranger=0.002,
    fixed_lines=((dirt.missing, 0.47),),
    addresses=((dirt.missing, 0.047),),
    daily=0.003,
)
AGENT: Final = Channel(
    "agent",
    "agent",
    "A",
    presence=0.302,
    firms=0.54,
    since=2003,
    times=(0.74, 0.22, 0.04),
    names=(
        (dirt.wrong_character, 0.075),
        (dirt.lost_character, 0.012),
        (dirt.swapped_characters, 0.008),
        (dirt.traditional, 0.010),
        (dirt.surname_and_title, 0.001),
        (dirt.unprintable_character, 0.001),
    ),
    decorations=((dirt.spaced, 0.013), (dirt.remark, 0.004)),
    ids=(
        (dirt.missing, 0.31),
        (dirt.fifteen_digits, 0.045),
        (dirt.masked, 0.019),
        (dirt.mistyped, 0.027),
        (dirt.lower_case, 0.06),
    ),
    mobiles=((dirt.missing, 0.014), (dirt.placeholder_mobile, 0.007), (dirt.mistyped, 0.018)),
    spelling=((dirt.respelled_mobile, 0.60),),
    of_household=0.055,
    of_stranger=0.002,
    of_agent=0.085,
    fixed_lines=((dirt.missing, 0.63),),
    addresses=((dirt.missing, 0.083), (dirt.no_address, 0.213)),
    daily=0.003,
)
APP: Final = Channel(
    "app",
    "app",
    "M",
    presence=0.348,
    firms=0.0,
    since=2012,
    names=((dirt.missing, 0.45), (dirt.wrong_character, 0.004), (dirt.traditional, 0.001)),
    decorations=((dirt.spaced, 0.001), (dirt.remark, 0.001)),
    ids=((dirt.missing, 0.50), (dirt.masked, 0.293), (dirt.lower_case, 0.02)),
    mobiles=((dirt.missing, 0.004), (dirt.mistyped, 0.001)),
    of_household=0.003,
    emails=((dirt.missing, 0.84),),
    daily=0.0025,
)
LEGACY97: Final = Channel(
    "legacy97",
    "legacy97",
    "L",
    presence=1.0,  # of the heads of households that have a line
    firms=0.0,
    since=1989,
    names=(
        (dirt.wrong_character, 0.026),
        (dirt.lost_character, 0.006),
        (dirt.swapped_characters, 0.006),
        (dirt.traditional, 0.004),
    ),
    decorations=((dirt.spaced, 0.003), (dirt.remark, 0.003)),
)
BSS: Final = Channel(
    "bss",
    "bss",
    "S",
    presence=1.0,  # of everybody, once for each number
    firms=0.0,
    since=1994,
    names=(
        (dirt.wrong_character, 0.007),
        (dirt.lost_character, 0.0015),
        (dirt.swapped_characters, 0.001),
        (dirt.traditional, 0.001),
    ),
    decorations=((dirt.spaced, 0.001), (dirt.remark, 0.0005)),
    ids=((dirt.missing, 0.103), (dirt.fifteen_digits, 0.048), (dirt.mistyped, 0.008), (dirt.lower_case, 0.09)),
)
BESTTONE: Final = Channel("besttone", "besttone", "T", presence=0.0, firms=0.80, since=2010)

CHANNELS: Final = (CALL_CENTER, WEB, RETAIL, AGENT, APP, LEGACY97, BESTTONE, BSS)
PERSON_CHANNELS: Final = (RETAIL, CALL_CENTER, WEB, AGENT, APP)

NUMBERS_OVER_TIME: Final = ("mobile", "second_mobile", "former_mobile")
"""A person's subscriptions, one for each number."""

FIRM_NAMES: Final = (
    # share of records, and the parts of the name that are written
    (0.66, ("place", "brand", "trade", "form", "branch")),
    (0.10, ("place", "brand", "trade", "other_form", "branch")),
    (0.14, ("place", "brand", "trade", "branch")),
    (0.05, ("place", "brand", "trade", "company", "branch")),
    (0.05, ("brand", "trade")),
)


def person_records(population: Population, channel: Channel, seed: int, *, days: int = 1) -> pl.DataFrame:
    """Give what a channel tells of persons, one row a record, in the order the customers came into the list.

    Columns: entity, household, day (0: the full load), happened_at, name, id_number, mobile, fixed_line, email,
    birth_date, male, address, and what the file's own columns need (surname, pinyin, county, dial code, agent).
    """
    rng = stream(seed, channel.name)
    who = _who(rng, population, channel)
    persons = population.persons[who]
    persons = persons.hstack(_when(rng, channel, persons["birth_date"], days))
    homes = _homes(population, persons)
    agent = pick(rng, pl.Series(range(len(population.agents))), len(who))
    rows = persons.with_columns(
        persons["id_number"].str.tail(4).alias("last4"),
        pl.col("email").str.split("@").list.first().alias("user"),
        pl.col("name").alias("real_name"),
        homes["county"],
        homes["dial_code"],
        homes["city"],
        agent=agent,
        birth_date=persons["birth_date"].cast(pl.String),
    )
    rows = rows.with_columns(_subscriptions()) if channel is BSS else rows
    rows = rows.with_columns(
        address=written(rng, homes),
        mobile=_mobile(rng, population, channel, rows, who),
        fixed_line_told="fixed_line",
    )
    rows = rows.with_columns(
        befall(rng, rows, "name", channel.names),
        befall(rng, rows, "id_number", channel.ids),
        befall(rng, rows, "mobile", channel.mobiles),
        befall(rng, rows, "fixed_line", channel.fixed_lines),
        befall(rng, rows, "address", channel.addresses),
        befall(rng, rows, "email", channel.emails),
        befall(rng, rows, "birth_date", channel.birthdays),
    )
    rows = rows.with_columns(mobile_told="mobile")
    return rows.with_columns(
        befall(rng, rows, "name", channel.decorations),
        befall(rng, rows, "mobile", channel.spelling),
        befall(rng, rows, "fixed_line", ((dirt.respelled_fixed_line, 1.0),)),
    )


def firm_records(population: Population, channel: Channel, seed: int, *, days: int = 1) -> pl.DataFrame:
    """Give what a channel tells of firms, in the same columns as persons, as far as firms have them."""
    rng = stream(seed, channel.name, "firms")
    firms = population.firms.filter(pl.Series(rng.random(population.firms.height) < channel.firms))
    homes = population.homes[firms["home"]]
    size = firms.height
    written_parts = firms.with_columns(
        other_form=pl.when(pl.col("form") == "有限公司").then(pl.lit("有限责任公司")).otherwise(pl.lit("有限公司")),
        company=pl.lit("公司"),
    )
    names = written_parts.select(pl.concat_str(parts).alias(str(at)) for at, (_, parts) in enumerate(FIRM_NAMES))
    chosen = pick(rng, [str(at) for at in range(len(FIRM_NAMES))], size, [share for share, _ in FIRM_NAMES])
    name = names.with_columns(chosen=chosen).select(
        pl.coalesce(pl.when(pl.col("chosen") == column).then(column) for column in names.columns)
    )
    rows = firms.with_columns(
        name.to_series().alias("name"),
        homes["county"],
        homes["dial_code"],
        homes["city"],
        pl.when(pl.Series(rng.random(size) < 0.45)).then("mobile").otherwise("other_mobile").alias("mobile"),
        agent=pick(rng, pl.Series(range(len(population.agents))), size),
        address=written(rng, homes),
    ).hstack(_when(rng, channel, None, days, size))
    line = befall(rng, rows, "fixed_line", ((dirt.missing, 0.1),)) if channel is not BESTTONE else rows["fixed_line"]
    rows = rows.with_columns(line)
    rows = rows.with_columns(mobile_told="mobile")
    return rows.with_columns(
        befall(
            rng,
            rows,
            "id_number",
            ((dirt.missing, 0.4), (dirt.mistyped, 0.01)) if channel is AGENT else ((dirt.mistyped, 0.005),),
        ),
        befall(rng, rows, "address", channel.addresses),
        befall(rng, rows, "mobile", channel.spelling),
        befall(rng, rows, "fixed_line", ((dirt.respelled_fixed_line, 1.0),)),
    )


def _who(rng: np.random.Generator, population: Population, channel: Channel) -> Numbers:
    """Give the rows of the persons the channel has records of, repeated for those it has several of."""
    size = population.persons.height
    if channel is BSS:
        return np.concatenate(
            [np.flatnonzero(population.persons[column].is_not_null().to_numpy()) for column in NUMBERS_OVER_TIME]
        )
    if channel is LEGACY97:
        first = population.persons["household"].is_first_distinct() & population.persons["fixed_line"].is_not_null()
        return np.flatnonzero(first.to_numpy())
    present = np.flatnonzero(rng.random(size) < channel.presence)
    times = rng.choice(np.arange(1, len(channel.times) + 1), len(present), p=channel.times)
    return np.repeat(present, times)


def _subscriptions() -> list[pl.Expr]:
    """Give each subscription its number and the day it was opened: a changed number on the day the former one ended."""
    nth = pl.int_range(pl.len()).over("entity")
    number = pl.concat_list(NUMBERS_OVER_TIME).list.drop_nulls().list.get(nth)
    opened, ended = pl.col("happened_at").dt.date(), pl.col("former_until")
    opened = pl.when(nth == 0).then(pl.coalesce(ended, opened)).otherwise(opened)
    before = (
        pl.when(number == pl.col("former_mobile"))
        .then(pl.min_horizontal(opened, ended.dt.offset_by("-200d")))
        .otherwise(opened)
    )
    return [number.alias("service_number"), before.alias("opened_on")]


def _when(rng: np.random.Generator, channel: Channel, born: pl.Series | None, days: int, size: int = 0) -> pl.DataFrame:
    """Give each record its time and the day it is first delivered; nobody is a customer before the age of five."""
    size = size if born is None else len(born)
    day = np.where(rng.random(size) < channel.daily * (days - 1), rng.integers(1, max(days, 2), size), 0)
    opens, closes = np.datetime64(f"{channel.since}-01-01", "m"), np.datetime64(FIRST_DELIVERY, "m")
    earliest = np.full(size, opens)
    if born is not None:
        fifth = born.to_numpy().astype("datetime64[m]") + np.timedelta64(5 * 365 * 1440, "m")
        earliest = np.minimum(np.maximum(earliest, fifth), closes - np.timedelta64(1440, "m"))
    span = (closes - earliest).astype(np.int64)
    past = earliest + np.floor(span * rng.random(size)).astype("timedelta64[m]")
    opening = np.datetime64(FIRST_DELIVERY, "m") + (day * 1440 + 480).astype("timedelta64[m]")
    lately = opening + rng.integers(0, 780, size).astype("timedelta64[m]")
    happened = np.where(day == 0, past, lately).astype("datetime64[us]")
    return pl.DataFrame({"happened_at": pl.Series(happened, dtype=pl.Datetime("us")), "day": day})


def _homes(population: Population, persons: pl.DataFrame) -> pl.DataFrame:
    """Give the home each person had at the time of the record."""
    before = (persons["former_home"] >= 0) & (persons["happened_at"].dt.date() < persons["moved_on"])
    at = persons.select(pl.when(before).then("former_home").otherwise("home")).to_series()
    return population.homes[at]


def _mobile(
    rng: np.random.Generator, population: Population, channel: Channel, rows: pl.DataFrame, who: Numbers
) -> pl.Series:
    """Give the number told: the person's own at that time, or the household's, the agent's, a stranger's."""
    size = rows.height
    draw = {name: pl.Series(rng.random(size)) for name in ("second", "former", "whose")}
    everybody = population.persons["mobile"]
    household = population.persons["household"].to_numpy()
    first = np.searchsorted(household, household[who])
    members = np.searchsorted(household, household[who], side="right") - first
    other = first + (who - first + 1 + rng.integers(0, np.maximum(members - 1, 1))) % members
    relative, stranger = everybody.gather(other), everybody.gather(rng.integers(0, len(everybody), size))
    of_agent = population.agents.gather(rows["agent"])
    own = (
        pl.when(
            pl.col("former_mobile").is_not_null()
            & (pl.col("happened_at").dt.date() <= pl.col("former_until"))
            & (draw["former"] < 0.95)
        )
        .then("former_mobile")
        .when(pl.col("second_mobile").is_not_null() & (draw["second"] < 0.3))
        .then("second_mobile")
        .otherwise("mobile")
    )
    bounds = np.cumsum([channel.of_agent, channel.of_household, channel.of_stranger])
    return rows.select(
        pl.when(draw["whose"] < bounds[0])
        .then(of_agent)
        .when(draw["whose"] < bounds[1])
        .then(relative)
        .when(draw["whose"] < bounds[2])
        .then(stranger)
        .otherwise(own)
    ).to_series()
