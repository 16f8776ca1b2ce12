"""Why two records were not joined: the written cases in `tests/cases/why_not.toml`, asked of a whole run."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from benchmarks.standardised import channel_records
from matching.explanations.explaining import Explanation, Gate, explain
from matching.explanations.gates import SAYS, most_against
from matching.fieldspec import FieldSpec, read_fields
from matching.policy import HUB_FIELDS
from matching.resolving import Resolution, resolve
from pipelines.demo.records import population_records
from tests.matching.people import people

CASES: Sequence[Mapping[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "why_not.toml").read_text(encoding="utf-8")
)["case"]
CLINICS = read_fields(
    {
        "id": "record_id",
        "source": "source",
        "one_per_source": True,
        "fields": {
            "given": "given_name",
            "family": "family_name",
            "born": "birth_date",
            "phone": "phone",
            "town": "place",
        },
    }
)


@dataclass(frozen=True)
class Asked:
    """A table with the cases of it among other records, as it was resolved."""

    records: pl.DataFrame
    fields: FieldSpec
    found: Resolution


def others(table: str) -> tuple[pl.DataFrame, FieldSpec]:
    """Give the records that the cases' own are among: from them the weights are learned."""
    if table == "customers":
        raw, _ = population_records(4_000, seed=3)
        return channel_records(raw).select(HUB_FIELDS.columns), HUB_FIELDS
    told, _ = people(900, seed=2)
    source = pl.Series([("north", "south", "west")[place % 3] for place in range(told.height)])
    return told.select(
        "given", "family", "born", "town", record_id="rid", phone=pl.col("phones").list.first(), source=source
    ), CLINICS


def own_records(place: int, case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give a case's records under ids of their own."""
    told = {"one": case["one"], "other": case["other"]}
    told |= {f"also{n}": record for n, record in enumerate(case.get("also", []), 1)}
    return [
        {"entity_type": "person", "source": f"{place}-{name}"} | record | {"record_id": named(place, name)}
        for name, record in told.items()
    ]


def named(place: int, name: str) -> str:
    return f"case{place:02}-{name}"


@cache
def asked(table: str) -> Asked:
    records, fields = others(table)
    rows = [row for place, case in enumerate(CASES) if case["table"] == table for row in own_records(place, case)]
    own = pl.DataFrame(rows, infer_schema_length=None)
    own = own.select(
        (
            pl.col(name).str.to_date()
            if dtype == pl.Date
            else pl.col(name).cast(dtype)
            if name in own.columns
            else pl.lit(None, dtype=dtype)
        ).alias(name)
        for name, dtype in records.schema.items()
    )
    judged = [
        (named(place, left), named(place, right), judgement)
        for place, case in enumerate(CASES)
        for left, right, judgement in case.get("judged", [])
        if case["table"] == table
    ]
    said = pl.DataFrame(judged, schema=["record_id_l", "record_id_r", "judgement"], orient="row")
    whole = pl.concat([records, own])
    return Asked(whole, fields, resolve(whole, fields, judgements=said))


def why(place: int, case: Mapping[str, Any]) -> Explanation:
    table = asked(case["table"])
    ends = named(place, "one"), named(place, "other")
    return explain(table.records, table.fields, table.found.model, *ends, table.found)


EVERY = pytest.mark.parametrize(("place", "case"), list(enumerate(CASES)), ids=[case["say"] for case in CASES])


def test_there_are_enough_cases_and_each_gate_has_some() -> None:
    assert len(CASES) >= 30
    assert {case["gate"] for case in CASES} == set(Gate)


@EVERY
def test_the_right_gate_is_named_with_what_would_change_it(place: int, case: Mapping[str, Any]) -> None:
    told = why(place, case)
    assert told.together is False
    assert told.gate == case["gate"]
    gate = Gate(case["gate"])
    assert SAYS[gate].en in told.text_en
    assert SAYS[gate].zh in told.text_zh
    for name in case["names"]:
        wanted = named(place, name) if name.startswith("also") else name
        assert re.search(rf"\b{wanted}\b", told.change_en)
        assert wanted in told.change_zh
    if gate is Gate.SCORE and not case["names"]:
        assert "no single fact would do" in told.change_en
        assert "任何单项" in told.change_zh


@EVERY
def test_evidence_adds_up_in_code_text_and_picture(place: int, case: Mapping[str, Any]) -> None:
    told = why(place, case)
    assert sum(said.weight for said in told.evidence) == pytest.approx(told.score, abs=1e-9)
    bars = [float(text) for text in re.findall(r'data-weight="([^"]+)"', told.svg())]
    assert sum(bars[:-1]) == pytest.approx(bars[-1], abs=1e-9)
    assert bars[-1] == pytest.approx(told.score, abs=1e-9)


@pytest.mark.parametrize(
    ("place", "case"),
    [(place, case) for place, case in enumerate(CASES) if case["gate"] in {Gate.SCORE, Gate.NOT_COMPARED}],
)
def test_what_is_said_to_be_enough_is_enough_and_the_rest_is_not(place: int, case: Mapping[str, Any]) -> None:
    table, told = asked(case["table"]), why(place, case)
    model = table.found.model
    for fact in table.fields.facts:
        column = fact.sources[0].column
        one, other = (table.records.filter(pl.col("record_id") == named(place, end)) for end in ("one", "other"))
        values = [end[column][0] for end in (one, other)]
        if None in values or len(fact.sources) > 1 or column in {"name", "town"}:
            continue  # a value is copied that one record tells, where one column tells the fact
        scores = []
        for value in values:
            both = pl.concat([one, other]).with_columns(pl.lit(value, dtype=one.schema[column]).alias(column))
            scores.append(explain(both, table.fields, model, *both["record_id"]).score)
        is_named = bool(re.search(rf"\b{fact.name}\b", told.change_en.rsplit("lacks", 1)[-1]))
        assert is_named == (max(scores) > model.match_from)


def test_a_fact_is_named_only_if_it_speaks_against_the_customers() -> None:
    assert "say of name, which" in most_against(["name", "organisation"], [-0.4, 0.0]).en
    assert "organisation" not in most_against(["name", "organisation"], [0.3, 0.0]).en
