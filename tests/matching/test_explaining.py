"""Why two records are one customer or two: the right gate, the exact sum, both languages."""

import re

import polars as pl
import pytest

from matching.explanations.explaining import ExplainError, Explanation, Gate, explain
from matching.explanations.waterfall import Bar, Room, waterfall
from matching.fieldspec import FieldSpec, read_fields
from matching.resolving import Resolution, resolve
from matching.words import Band
from tests.matching.people import PEOPLE, people
from tests.matching.standins import REGISTRY

RECORDS, TRUTH = people(120, seed=5)
RECORDS = RECORDS.with_columns(list=pl.lit("a"))
SOLVED = resolve(RECORDS, PEOPLE, registry=REGISTRY)
TOGETHER = SOLVED.pairs.sort("score").row(-1, named=True)
ONE, OTHER = TOGETHER["record_id_l"], TOGETHER["record_id_r"]
STRANGER = next(
    rid
    for rid in RECORDS["rid"]
    if not SOLVED.pairs.filter(pl.col("record_id_l").is_in([rid, ONE]) & pl.col("record_id_r").is_in([rid, ONE])).height
    and rid != ONE
)


def ask(a: str, b: str, found: Resolution | None = SOLVED, fields: FieldSpec = PEOPLE) -> Explanation:
    return explain(RECORDS, fields, SOLVED.model, a, b, found, registry=REGISTRY)


def test_evidence_adds_up_in_code_and_picture() -> None:
    for a, b in [(ONE, OTHER), (ONE, STRANGER)]:
        told = ask(a, b)
        assert sum(said.weight for said in told.evidence) == pytest.approx(told.score, abs=1e-9)
        bars = [float(text) for text in re.findall(r'data-weight="([^"]+)"', told.svg())]
        assert sum(bars[:-1]) == pytest.approx(bars[-1], abs=1e-9)
        assert bars[-1] == pytest.approx(told.score, abs=1e-9)


def test_the_two_records_alone_score_as_in_the_run() -> None:
    assert ask(ONE, OTHER, None).score == pytest.approx(TOGETHER["score"], abs=1e-9)
    assert ask(OTHER, ONE).score == pytest.approx(TOGETHER["score"], abs=1e-9)


def test_one_customer_is_explained_without_a_gate() -> None:
    told = ask(ONE, OTHER)
    assert (told.together, told.gate, told.band) == (True, None, Band.MATCH)
    assert told.keys == tuple(TOGETHER["found_by"])
    assert "one customer" in told.text_en
    assert "同一客户" in told.text_zh


@pytest.mark.parametrize("other", [OTHER, STRANGER])
def test_the_chinese_text_names_the_start_and_the_band_in_chinese(other: str) -> None:
    told = ask(ONE, other)
    assert not re.search(rf"prior|{'|'.join(Band)}", told.text_zh)


def test_strangers_were_not_compared_or_score_too_low() -> None:
    told = ask(ONE, STRANGER)
    assert told.together is False
    assert told.gate is (Gate.SCORE if told.keys else Gate.NOT_COMPARED)
    assert told.change_en
    assert told.change_zh


def test_a_judgement_is_the_gate_where_it_separates() -> None:
    said = pl.DataFrame({"record_id_l": [ONE], "record_id_r": [OTHER], "judgement": ["different"]})
    found = resolve(RECORDS, PEOPLE, registry=REGISTRY, model=SOLVED.model, judgements=said)
    told = ask(ONE, OTHER, found)
    assert (told.together, told.gate) == (False, Gate.JUDGEMENT)
    assert "Withdraw" in told.change_en


def test_one_source_is_the_gate_where_it_lists_a_customer_once() -> None:
    fields = FieldSpec(PEOPLE.id, PEOPLE.facts, source="list", one_per_source=True)
    found = resolve(RECORDS, fields, registry=REGISTRY, model=SOLVED.model)
    assert ask(ONE, OTHER, found, fields).gate is Gate.ONE_SOURCE


def test_a_record_that_is_not_there_is_a_clear_error() -> None:
    with pytest.raises(ExplainError, match="no record 'nobody'"):
        ask(ONE, "nobody")
    with pytest.raises(ExplainError, match="same id twice"):
        ask(ONE, ONE)


@pytest.mark.parametrize("alone", [True, False])
def test_records_numbered_by_whole_numbers_are_asked_for_by_these(*, alone: bool) -> None:
    records = RECORDS.head(40).with_columns(rid=pl.int_range(40))
    found = resolve(records, PEOPLE, registry=REGISTRY)
    told = explain(records, PEOPLE, found.model, 12, 3, None if alone else found, registry=REGISTRY)
    assert (told.record_id_l, told.record_id_r) == ("12", "3")


def test_two_records_alone_are_explained_as_in_the_whole_run() -> None:
    for left, right in SOLVED.pairs.head(6).select("record_id_l", "record_id_r").iter_rows():
        whole = explain(RECORDS, PEOPLE, SOLVED.model, left, right, SOLVED, registry=REGISTRY)
        alone = explain(RECORDS, PEOPLE, SOLVED.model, left, right, registry=REGISTRY)
        assert alone.score == pytest.approx(whole.score, abs=1e-5)
        assert set(whole.keys) <= set(alone.keys)
        assert [(said.field, said.level) for said in alone.evidence] == [
            (said.field, said.level) for said in whole.evidence
        ]


def test_two_records_alone_that_tell_nought_are_explained_as_in_the_whole_run() -> None:
    records, _ = people(60)
    records = records.with_columns(flag=pl.Series([place % 7 % 2 for place in range(records.height)]))
    fields = read_fields(
        {"id": "rid", "fields": {fact.name: fact.kind for fact in PEOPLE.facts} | {"flag": "category"}}
    )
    found = resolve(records, fields)
    nought = records.filter(pl.col("flag") == 0)["rid"]
    alone, whole = (explain(records, fields, found.model, nought[0], nought[1], run) for run in (None, found))
    assert alone.score == pytest.approx(whole.score, abs=1e-9)
    assert alone.evidence == whole.evidence


@pytest.mark.parametrize("label", ["document number", "证件号码", "registration number of the firm"])
def test_no_label_of_the_picture_is_cut_off(label: str) -> None:
    drawn = waterfall([Bar(label, 3.0)], 3.0, Room.around([label], 200, "score"))
    end = re.search(r'<text x="(\d+)"[^>]*text-anchor="end">' + label, drawn)
    assert end is not None
    assert int(end[1]) >= (7 if label.isascii() else 12) * len(label)
