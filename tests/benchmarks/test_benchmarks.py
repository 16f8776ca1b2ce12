import json
import sys
from pathlib import Path

import polars as pl
import pytest

from benchmarks import accuracy, report, separating, sets
from benchmarks.measuring import WorkerError, run
from benchmarks.standardised import channel_records, cleaned
from benchmarks.tables import keep, markdown
from benchmarks.thresholds import at_threshold, best_threshold
from matching import load_fields
from matching.frames import RECORDS
from pipelines.demo.numbers import Oddities
from pipelines.demo.population import make_population
from pipelines.demo.records import channel_records as channel_records_of
from pipelines.demo.records import population_records

PAIRS = pl.DataFrame(
    {"l": ["a", "c", "b"], "r": ["b", "d", "c"], "match_weight": [12.0, 6.5, 3.5]}  # the last one is wrong
)
TRUTH = pl.DataFrame({"record_id": ["a", "b", "c", "d", "e"], "entity": [1, 1, 2, 2, 3]})


def test_the_best_threshold_keeps_right_pairs_and_leaves_wrong_ones() -> None:
    weight, measures = best_threshold(PAIRS, TRUTH)
    assert measures["f1"] == 1.0
    assert 3.5 < weight <= 6.5
    assert at_threshold(PAIRS, TRUTH, 3.0)["precision"] == pytest.approx(2 / 6)
    assert at_threshold(PAIRS, TRUTH, 24.0)["recall"] == 0.0


def test_a_program_is_measured_with_its_peak_of_memory() -> None:
    small = run([sys.executable, "-c", "import time; time.sleep(0.2)"])
    large = run([sys.executable, "-c", "import time; held = bytearray(120_000_000); time.sleep(0.2)"])
    assert large.peak_mb - small.peak_mb == pytest.approx(120_000_000 / 2**20, rel=0.2)
    assert large.seconds > 0.2


def test_a_program_that_fails_says_why() -> None:
    with pytest.raises(WorkerError, match="no such thing"):
        run([sys.executable, "-c", "raise SystemExit('no such thing')"])


@pytest.mark.parametrize("measured", sets.SETS, ids=lambda measured: measured.name)
def test_every_set_says_what_its_columns_hold(measured: sets.MeasuredSet) -> None:
    spec = load_fields(measured.fields)
    assert spec.id == "rid"
    assert measured.at_least < measured.aim
    if not measured.name.startswith("febrl4"):
        assert len(spec.facts) > 3


@pytest.mark.shared
@pytest.mark.parametrize("measured", sets.SETS, ids=lambda measured: measured.name)
def test_every_set_has_the_columns_it_speaks_of(measured: sets.MeasuredSet) -> None:
    if not sets.is_there(measured):
        pytest.skip("the set is not part of the project")
    records, truth = sets.load(measured)
    assert set(load_fields(measured.fields).columns) <= set(records.columns)
    assert records["rid"].n_unique() == records.height == truth.height


@pytest.mark.parametrize("name", ["febrl3", "febrl4_without_id"])
def test_febrl_does_not_tell_its_truth(name: str) -> None:
    measured = next(one for one in sets.SETS if one.name == name)
    records, truth = sets.load(measured)
    assert "rec_id" not in records.columns
    assert not records["rid"].str.contains("rec").any()
    assert ("soc_sec_id" in records.columns) == (name == "febrl3")
    neighbours = truth.sort("record_id")["entity"]
    assert (neighbours == neighbours.shift(1)).mean() < 0.01
    assert truth["entity"].null_count() == 0


def test_peers_get_records_in_one_spelling() -> None:
    raw = pl.DataFrame({"rid": ["1", "2"], "given_name": ["ANNA ", None], "dob": ["1980-01-02", "02/01/1980"]})
    spec_file = {"id": "rid", "fields": {"given_name": "given_name", "dob": "birth_date"}}
    from matching.fieldspec import read_fields  # noqa: PLC0415

    clean = cleaned(raw, read_fields(spec_file))
    assert clean.columns == ["rid", "given_name", "dob"]
    assert clean["given_name"].to_list() == ["anna", None]
    assert clean["dob"][0] == "1980-01-02"


def test_generated_records_are_standardised_as_a_run_does_it() -> None:
    raw, _ = population_records(500, 3)
    records = channel_records(raw)
    assert records.columns == list(RECORDS)
    assert records["record_id"].equals(raw["record_id"])
    assert set(records["gender"].drop_nulls().unique()) == {"male", "female"}
    assert records["id_is_valid"].mean() > 0.6


def test_persons_taken_for_one_another_are_counted_by_case() -> None:
    population = make_population(3000, 5, oddities=Oddities(issued_again=0.2, twins=0.5))
    pairs = separating.cases(population)
    assert (pairs.group_by("case").len()["len"] > 10).all()
    assert (pairs["entity"] != pairs["other"]).all()
    truth = channel_records_of(population, 5).select("record_id", "entity")
    apart = separating.kept_apart(truth.with_columns(cluster="entity"), truth, pairs)
    assert (apart["apart"] == apart["cases"]).all()
    together = separating.kept_apart(truth.with_columns(cluster=pl.lit("one")), truth, pairs)
    assert together["apart"].sum() == 0
    assert together["cases"].to_list() == apart["cases"].to_list()


def test_tables_are_markdown() -> None:
    table = markdown(("set", "F1"), [("a", "99.1"), ("bcd", "7")]).splitlines()
    assert table == ["| set | F1   |", "| --- | ---- |", "| a   | 99.1 |", "| bcd | 7    |"]


def outcome(tool: str, f1: float) -> dict[str, object]:
    measures = dict.fromkeys(("precision", "recall", "f1", "b3_f1"), f1)
    return {"set": "febrl3", "tool": tool, "seconds": 1.5, "cpu_seconds": 2.5, "peak_mb": 200.0, "measures": measures}


def test_the_page_shows_what_was_measured_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "OUT", tmp_path)
    monkeypatch.setattr(report, "CHARTS", tmp_path)
    assert "## Accuracy" not in report.page()
    (tmp_path / "accuracy.json").write_text(json.dumps([outcome("ours", 0.9995), outcome(accuracy.SPLINK, 0.99)]))
    sizes = [
        {
            "records": records,
            "tool": tool,
            "seconds": 2.0,
            "cpu_seconds": 3.0,
            "peak_mb": 300.0,
            "precision": 1,
            "recall": 1,
            "f1": 1,
            "b3_f1": 1,
        }
        for records in (1000, 10_000)
        for tool in ("ours", accuracy.SPLINK)
    ]
    keep(sizes, tmp_path / "scale.json", by=("records", "tool"))
    page = report.page()
    assert "| febrl3 | **99.95** | 99.00" in page
    assert "10,000" in page
    assert (tmp_path / "accuracy.svg").read_text("utf-8").startswith("<svg")
    assert (tmp_path / "scale.svg").exists()


def test_what_is_measured_again_replaces_its_former_outcome(tmp_path: Path) -> None:
    path = tmp_path / "scale.json"
    keep([{"set": "b", "f1": 1}, {"set": "a", "f1": 2}], path, by=("set",))
    keep([{"set": "a", "f1": 3}, {"set": "c", "f1": 4}], path, by=("set",))
    assert json.loads(path.read_text("utf-8")) == [{"set": "b", "f1": 1}, {"set": "a", "f1": 3}, {"set": "c", "f1": 4}]
