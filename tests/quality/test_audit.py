"""The audit of a candidate: sound ones pass, each check fails for its own reason and names the rows."""

import shutil
import tomllib
from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from matching.frames import QUALITY_RESULTS
from matching.words import Severity
from quality.checks import Check, run_checks
from quality.suites import SNAPSHOT, SNAPSHOT_CHECKS, audit_snapshot, failures
from tests.warehouse.worlds import STARTED, Row, run, world
from warehouse.published import snapshots

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "audit.toml").read_text(encoding="utf-8"))["case"]
NEEDS_A_PREVIOUS = {"customers_change_slowly"}
GROUPS = {"C1": ["web:1", "bss:1"], "C2": ["web:2"], "C3": ["web:3"]}
PLACES = {customer: f"浙江省杭州市 {customer}" for customer in GROUPS}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    said: dict[str, Row] = {records[0]: {"address": PLACES[customer]} for customer, records in GROUPS.items()}
    frames = world(GROUPS, said=said)
    frames["customers"] = frames["customers"].with_columns(address=pl.col("customer_id").replace(PLACES))
    addresses = frames["lineage"].with_columns(attribute=pl.lit("address"), value=pl.col("customer_id").replace(PLACES))
    frames["lineage"] = pl.concat([frames["lineage"], addresses])
    home = tmp_path_factory.mktemp("sound")
    return snapshots.write_candidate(home, "r1", frames, {"started_at": STARTED})


@pytest.fixture
def broken(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sound, tmp_path / "broken.duckdb"))


def breaking(database: Path, statement: str) -> None:
    with duckdb.connect(str(database)) as con:
        con.execute(statement).fetchall()


def result(results: pl.DataFrame, check: str) -> Row:
    return results.row(by_predicate=pl.col("check") == check, named=True)


def test_a_sound_candidate_passes_every_check(sound: Path) -> None:
    results = audit_snapshot(sound, None)
    assert results.schema == pl.Schema(QUALITY_RESULTS)
    assert results["check"].to_list() == [check.name for check in SNAPSHOT_CHECKS]
    assert results["subject"].unique().to_list() == [SNAPSHOT]
    assert results.filter(~pl.col("passed")).rows() == []
    assert all(" · " in says for says in results["says"])


def test_every_check_has_a_case_that_breaks_it() -> None:
    assert {case["check"] for case in CASES} | NEEDS_A_PREVIOUS == {check.name for check in SNAPSHOT_CHECKS}


def test_a_record_that_a_later_full_load_does_not_tell_is_not_lost(broken: Path) -> None:
    breaking(
        broken,
        "INSERT INTO extracts BY NAME SELECT extracts.* REPLACE ('x' AS extract_id, 'full' AS mode, "
        "delivered_on + 1 AS delivered_on, 'web/next.csv' AS extract, 1 AS rows_read, 1 AS records) "
        "FROM extracts WHERE feed = 'web';"
        "UPDATE record_versions SET extract_id = 'x', seen_at = seen_at + INTERVAL 1 DAY WHERE record_id = 'web:2';"
        "DELETE FROM records WHERE record_id IN ('web:1', 'web:2', 'web:3')",
    )
    assert result(audit_snapshot(broken, None), "no_version_is_lost")["row_ids"] == ["web:2"]


@pytest.mark.parametrize("case", CASES, ids=[f"{number}-{case['check']}" for number, case in enumerate(CASES)])
def test_a_broken_candidate_fails_and_names_the_rows(broken: Path, case: Row) -> None:
    breaking(broken, str(case["breaks"]))
    found = result(audit_snapshot(broken, None), str(case["check"]))
    assert not found["passed"]
    assert found["row_ids"] == case["rows"]


def test_a_failure_says_how_many_rows_and_lists_a_hundred(broken: Path) -> None:
    breaking(
        broken,
        "INSERT INTO records SELECT records.* REPLACE ('x:' || range AS record_id) FROM records, range(500) "
        "WHERE record_id = 'web:1'",
    )
    found = result(audit_snapshot(broken, None), "every_record_in_one_customer")
    assert found["bad_rows"] == 500
    assert found["observed"] == "500 rows"
    assert len(found["row_ids"]) == 100


def test_critical_failures_are_told_from_warnings(broken: Path) -> None:
    breaking(broken, "UPDATE customers SET record_count = 201 WHERE customer_id = 'C1'")
    results = audit_snapshot(broken, None)
    assert failures(results, Severity.WARNING)["check"].to_list() == ["customers_are_of_one_size"]
    assert failures(results, Severity.CRITICAL)["check"].to_list() == ["history_shows_the_present"]


def test_no_result_holds_what_customers_are_called(broken: Path) -> None:
    breaking(broken, "UPDATE customers SET entity_type = name, mobile = '张三的手机'")
    text = audit_snapshot(broken, None).write_json()
    assert "name of" not in text
    assert "张三" not in text


@pytest.mark.parametrize(
    "check",
    [
        Check("no_such_column", "", "", Severity.WARNING, "customers", args={"column": "shoe"}, row_id="customer_id",
              expects="expect_column_values_to_not_be_null"),
        Check("no_such_table", "", "", Severity.WARNING, "shoes", args={"min_value": 1},
              expects="expect_table_row_count_to_be_between"),
    ],
    ids=lambda check: check.name,
)  # fmt: skip
def test_a_check_that_raises_is_a_critical_failure_of_ours(sound: Path, check: Check) -> None:
    sound_check = SNAPSHOT_CHECKS[0]
    results = run_checks(sound, [check, sound_check], subject=SNAPSHOT)
    found = result(results, check.name)
    assert (found["passed"], found["severity"]) == (False, Severity.CRITICAL)
    assert str(found["observed"]).startswith("the check itself failed")
    assert result(results, sound_check.name)["passed"]


@pytest.mark.parametrize(
    ("before", "now", "failed"),
    [
        (10, 10, set()),
        (10, 4, {"customers_have_not_collapsed", "customers_change_slowly", "records_have_not_vanished"}),
        (10, 8, {"customers_change_slowly", "records_have_not_vanished"}),
        (10, 17, {"customers_change_slowly"}),
    ],
)
def test_volumes_are_compared_with_the_snapshot_in_force(
    tmp_path: Path, before: int, now: int, failed: set[str]
) -> None:
    previous = run(tmp_path, "r1", world({f"C{number}": [f"web:{number}"] for number in range(before)}))
    candidate = snapshots.write_candidate(
        tmp_path,
        "r2",
        world({f"C{number}": [f"web:{number}"] for number in range(now)}),
        {"started_at": STARTED + timedelta(days=1)},
    )
    volumes = {"customers_have_not_collapsed", "customers_change_slowly", "records_have_not_vanished"}
    results = audit_snapshot(candidate, previous).filter(~pl.col("passed"))
    assert set(results["check"]) & volumes == failed


def test_an_audited_candidate_can_still_be_finished_and_published(tmp_path: Path) -> None:
    candidate = snapshots.write_candidate(tmp_path, "r1", world(GROUPS), {"started_at": STARTED})
    results = audit_snapshot(candidate, None)
    snapshots.add_results(candidate, results, finished_at=STARTED)
    assert snapshots.publish(tmp_path, "r1").exists()
