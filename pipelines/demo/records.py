"""Invented records in any number, for measuring: one raw table of five person channels, and the truth beside it."""

from collections.abc import Iterator
from itertools import count
from typing import Final
from zlib import crc32

import polars as pl

from matching.errors import CustomerHubError
from pipelines.demo.channels import PERSON_CHANNELS, RETAIL
from pipelines.demo.numbers import Part
from pipelines.demo.places import DEFAULT_PROVINCE
from pipelines.demo.population import Population, make_population
from pipelines.demo.telling import person_records

PEOPLE_AT_A_TIME: Final = 100_000
RECORDS_PER_PERSON: Final = 2.6
COLUMNS: Final = (
    "record_id",
    "feed",
    "name",
    "id_number",
    "mobile",
    "fixed_line",
    "email",
    "birth_date",
    "gender",
    "address",
)


def population_records(
    records: int, seed: int, *, province: str = DEFAULT_PROVINCE
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give `records` raw records (text, as five channels wrote it) and the truth: record_id, entity, household.

    The same arguments give the same rows.
    """
    raw, truth = zip(*record_parts(records, seed, province=province), strict=True)
    return pl.concat(raw), pl.concat(truth)


def record_parts(
    records: int, seed: int, *, province: str = DEFAULT_PROVINCE
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Give the same part by part, for more records than memory should hold at once."""
    if records < 1:
        message = f"expected at least one record to make; found {records}"
        raise CustomerHubError(message)
    parts = 2 + int(records / RECORDS_PER_PERSON / PEOPLE_AT_A_TIME)
    people = min(PEOPLE_AT_A_TIME, 50 + int(records / RECORDS_PER_PERSON * 1.02))
    left = records
    for nth in count():
        if not left:
            return
        rows = _part(people, seed, province, Part(nth, parts)).head(left)
        left -= rows.height
        yield rows.select(COLUMNS), rows.select("record_id", "entity", "household")


def _part(people: int, seed: int, province: str, part: Part) -> pl.DataFrame:
    own_seed = crc32(f"{seed}/{part.nth}".encode())
    return channel_records(make_population(people, own_seed, province=province, part=part), own_seed, part.nth)


def channel_records(population: Population, seed: int, part: int = 0) -> pl.DataFrame:
    """Give what the five person channels tell of a population: `COLUMNS`, entity and household, person by person."""
    channels = []
    for channel in PERSON_CHANNELS:
        told = person_records(population, channel, seed)
        number = pl.int_range(pl.len()).cast(pl.String).str.zfill(6)
        gender = pl.when("male").then(pl.lit("男")).otherwise(pl.lit("女"))
        asked = {
            "gender": gender if channel is RETAIL else None,
            "fixed_line": pl.col("fixed_line") if channel.fixed_lines else None,
            "email": pl.col("email") if channel.emails else None,
            "birth_date": pl.col("birth_date") if channel.birthdays else None,
            "address": pl.col("address") if channel.addresses else None,
        }
        channels.append(
            told.with_columns(
                pl.format("{}:{}{}-{}", pl.lit(channel.feed), pl.lit(channel.prefix), pl.lit(str(part)), number).alias(
                    "record_id"
                ),
                pl.lit(channel.feed).alias("feed"),
                *(
                    (pl.lit(None, dtype=pl.String) if told_as is None else told_as).alias(name)
                    for name, told_as in asked.items()
                ),
            ).select(*COLUMNS, "entity", "household")
        )
    return pl.concat(channels).sort("entity", "record_id")
