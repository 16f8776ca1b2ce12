"""Generated people who are easily taken for one another: who told a name is nobody else."""

import polars as pl
import pytest

from benchmarks.separating import ODDITIES, cases, kept_apart, named
from benchmarks.standardised import channel_records as standardised
from matching import resolve
from matching.policy import HUB_FIELDS
from pipelines.demo.population import make_population
from pipelines.demo.records import channel_records

PEOPLE, SEED = 3000, 31


@pytest.fixture(scope="module")
def told() -> pl.DataFrame:
    """Records as they are matched, with `entity` and `cluster`."""
    raw = channel_records(make_population(PEOPLE, SEED, oddities=ODDITIES), SEED)
    records = standardised(raw)
    clusters = resolve(records, HUB_FIELDS).members.select("record_id", "cluster")
    return records.join(raw.select("record_id", "entity"), on="record_id").join(clusters, on="record_id")


@pytest.fixture(scope="module")
def apart(told: pl.DataFrame) -> dict[str, float]:
    """By case, the share of pairs of persons kept apart by the records that tell a whole name."""
    members = told.join(named(told), on="record_id", how="semi").select("record_id", "cluster")
    pairs = cases(make_population(PEOPLE, SEED, oddities=ODDITIES))
    counted = kept_apart(members, told.select("record_id", "entity"), pairs)
    return {case: kept / count for case, count, kept in counted.iter_rows()}


def test_no_cluster_joins_two_valid_resident_ids(told: pl.DataFrame) -> None:
    valid = told.filter(pl.col("id_is_valid") & ~pl.col("id_number").str.contains("*", literal=True))
    assert valid.height > PEOPLE
    assert valid.group_by("cluster").agg(pl.col("id_number").n_unique())["id_number"].max() == 1


def test_a_number_issued_again_joins_nobody_who_told_a_name(apart: dict[str, float]) -> None:
    assert apart["a number issued again"] == 1.0


def test_fathers_and_sons_who_told_their_names_are_two(apart: dict[str, float]) -> None:
    assert apart["father and son"] > 0.985


def test_namesakes_are_many(apart: dict[str, float]) -> None:
    assert apart["namesakes"] > 0.9
