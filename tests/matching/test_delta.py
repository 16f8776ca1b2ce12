"""Deltas come to what a full resolution comes to: any records, any changes, any judgements, in any order."""

import os
from collections.abc import Iterator
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from matching import delta
from matching.blocks.planning import Limits
from matching.delta import Outcome, resolve_delta
from matching.fieldspec import FieldSpecError, read_fields
from matching.model import Model
from matching.resolving import resolve
from matching.words import Judgement
from tests.matching.standins import REGISTRY

LONG = bool(os.environ.get("CUSTOMER_HUB_LONG_TESTS"))
FIELDS = read_fields(
    {
        "id": "rid",
        "entity": "kind",
        "fields": {
            "name": {"kind": "person_name", "when": "person"},
            "firm": {"kind": "organisation_name", "column": "name", "when": "firm"},
            "town": "place",
            "phones": "phone",
        },
    }
)
NAMES = ["anna berg", "anna borg", "anna burg", "bert berg", "bert holm", "berta holm", "carl holm", None]
TOWNS = ["north end", "north and", "south end", None]
PHONES = ["100001", "100002", "100012", "200001", "200002"]
FEW = Limits(block=3, window=1)
"""So that a handful of records already makes large blocks."""

ROWS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["person", "person", "person", "firm", None]),
        "name": st.sampled_from(NAMES),
        "town": st.sampled_from(TOWNS),
        "phones": st.lists(st.sampled_from(PHONES), max_size=2, unique=True),
    }
)
IDS = [f"r{number:02}" for number in range(14)]
STATES = st.dictionaries(st.sampled_from(IDS), ROWS, max_size=14)
CHANGES = st.dictionaries(st.sampled_from(IDS), st.one_of(st.none(), ROWS), max_size=5)
JUDGED = st.lists(
    st.tuples(st.lists(st.sampled_from(IDS), min_size=2, max_size=2, unique=True), st.sampled_from(list(Judgement))),
    max_size=3,
    unique_by=lambda said: tuple(sorted(said[0])),
)


def table(rows: dict[str, dict[str, object]], *, backwards: bool = False) -> pl.DataFrame:
    schema = {"rid": pl.String, "kind": pl.String, "name": pl.String, "town": pl.String, "phones": pl.List(pl.String)}
    listed = [{"rid": rid, **row} for rid, row in rows.items()]
    return pl.DataFrame(listed[::-1] if backwards else listed, schema=schema)


def judgements(said: list[tuple[list[str], Judgement]]) -> pl.DataFrame:
    rows = [(min(pair), max(pair), verdict.value) for pair, verdict in said]
    return pl.DataFrame(
        rows, schema={"record_id_l": pl.String, "record_id_r": pl.String, "verdict": pl.String}, orient="row"
    )


def learn() -> Model:
    """A model of people like these, with a plan that has single, combined and unnarrowed keys."""
    rows = {}
    for number in range(120):
        name, town = NAMES[number % 7], TOWNS[number // 7 % 3]
        told = {"kind": "person", "name": name, "town": town, "phones": [f"{100000 + number % 40}"]}
        rows |= {f"t{number:03}{letter}": told for letter in "ab"[: 1 + number % 2]}
    learned = resolve(table(rows), FIELDS, registry=REGISTRY).model
    plan = (
        ("name",),
        ("phones",),
        ("name:start", "town"),
        ("town:start",),
        ("name:start", "town", "phones"),
        ("firm",),
    )
    return replace(learned, plan=plan, prior=-2.0)


MODEL = learn()


@pytest.fixture(autouse=True, scope="module")
def parts_are_small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(delta, "PART", 5)
        yield


def full(records: pl.DataFrame, said: pl.DataFrame) -> Outcome:
    done = resolve(records, FIELDS, judgements=said, model=MODEL, registry=REGISTRY, keep_links=True, limits=FEW)
    return Outcome.of(done)


def assert_equal(one: Outcome, other: Outcome) -> None:
    for name in ("members", "pairs", "questions"):
        assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    assert one.links.ids.equals(other.links.ids)
    assert one.links.prints.tolist() == other.links.prints.tolist()
    assert one.links.reach.tolist() == other.links.reach.tolist()
    assert one.links.worth.tolist() == other.links.worth.tolist()
    assert one.links.found.left.tolist() == other.links.found.left.tolist()
    assert one.links.found.right.tolist() == other.links.found.right.tolist()
    assert one.links.found.names().to_list() == other.links.found.names().to_list()
    for mine, its in zip(one.links.keys, other.links.keys, strict=True):
        assert (mine.name, mine.rows.tolist(), mine.hashes.tolist()) == (
            its.name,
            its.rows.tolist(),
            its.hashes.tolist(),
        )
    for mine, its in zip(one.links.lines, other.links.lines, strict=True):
        assert mine.tolist() == its.tolist()


@settings(
    max_examples=500 if LONG else 100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(STATES, st.lists(st.tuples(CHANGES, JUDGED), min_size=1, max_size=3), JUDGED)
def test_any_deltas_come_to_what_a_full_resolution_comes_to(
    state: dict[str, dict[str, object]],
    deltas: list[tuple[dict[str, dict[str, object] | None], list[tuple[list[str], Judgement]]]],
    said: list[tuple[list[str], Judgement]],
) -> None:
    now = full(table(state), judgements(said))
    for changes, said_now in deltas:
        state = {rid: row for rid, row in (state | changes).items() if row is not None}
        records = table(state, backwards=True)
        now = resolve_delta(
            records, FIELDS, now, model=MODEL, judgements=judgements(said_now), registry=REGISTRY, limits=FEW
        )
    assert_equal(now, full(table(state), judgements(said_now)))


def test_a_delta_reads_a_table_as_a_full_resolution_does() -> None:
    told = {"kind": "person", "name": NAMES[0], "town": TOWNS[0], "phones": ["100001"]}
    records = table({f"r{place}": told for place in range(4)}).with_columns(pl.col("phones").list.to_array(1))
    numbers = records.with_columns(pl.col("phones").arr.to_list().cast(pl.List(pl.Float64)))
    before = full(numbers.head(3), judgements([]))
    for today in (numbers, records):
        now = resolve_delta(today, FIELDS, before, model=MODEL, registry=REGISTRY, limits=FEW)
        assert_equal(now, full(records, judgements([])))
    twice = pl.concat([records.head(3), records.head(1)])
    with pytest.raises(FieldSpecError, match="1 rows whose id another row has"):
        resolve_delta(twice, FIELDS, before, model=MODEL, registry=REGISTRY, limits=FEW)
