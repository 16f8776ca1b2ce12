"""What a channel says of its customers: each record as its clerk, its form or its system put it down."""

from typing import Final

import numpy as np
import polars as pl

from pipelines.demo import dirt
from pipelines.demo.channels import BSS, FIRST_DELIVERY, LEGACY97, Channel
from pipelines.demo.dirt import befall
from pipelines.demo.drawing import Numbers, pick, stream
from pipelines.demo.places import written
from pipelines.demo.population import Population

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
    rows = rows.with_columns(befall(rng, rows, "fixed_line", channel.firm_lines), mobile_told="mobile")
    return rows.with_columns(
        befall(rng, rows, "id_number", channel.firm_ids),
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
