"""Who lives together: households of families and shared flats, their ages, and names that run in families."""

from typing import Final

import numpy as np
import polars as pl

from pipelines.demo.names import WITH_DOT, characters, given_names, names_with_dot, spelled, surnames

HOUSEHOLD_SIZES: Final = (0.22, 0.28, 0.28, 0.14, 0.08)
"""Shares of households with one, two … five members."""
UNRELATED: Final = 0.04
"""Share of households that are shared flats: one address, no family."""
GRANDPARENT: Final = 0.22
SHARED_CHARACTER: Final = 0.35
"""Share of families whose children have one character of their names in common."""


def make_households(rng: np.random.Generator, people: int, twins: float) -> pl.DataFrame:
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
    twin &= rng.random(people) < twins
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


def name_members(rng: np.random.Generator, persons: pl.DataFrame) -> pl.DataFrame:
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
    again = given.select(
        pl.struct(surname.alias("surname"), "first", "second", household=persons["household"]).is_first_distinct()
    ).to_series()
    twice = ~again.to_numpy()
    other = characters(rng, persons["male"].to_numpy()[twice], born[twice])  # no family calls two members the same
    given = given.with_columns(given["second"].scatter(np.flatnonzero(twice), other))
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
