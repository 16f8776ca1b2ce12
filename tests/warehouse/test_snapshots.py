"""Snapshots: what is published, what stays when nothing changes, what is kept, and the way back."""

import time
from datetime import UTC, timedelta
from pathlib import Path

import duckdb
import pytest
from polars.testing import assert_frame_equal

from matching.errors import CustomerHubError
from tests.warehouse.worlds import STARTED, run, world
from warehouse import duck
from warehouse.judgements.restoring import rollback
from warehouse.published import snapshots
from warehouse.published.reading import export_tables, exported_tables, read_frame, read_table
from warehouse.tables import GIVEN, PUBLISHED

LATER = STARTED.replace(hour=9, tzinfo=UTC)
TWO = {"C1": ["bss:1", "web:1"], "C2": ["web:2"]}


def test_before_the_first_publication_there_is_nothing(tmp_path: Path) -> None:
    assert snapshots.current(tmp_path) is None
    assert snapshots.snapshots(tmp_path) == []
    assert read_frame(tmp_path, "crosswalk").is_empty()
    with pytest.raises(CustomerHubError, match="customer-hub run"):
        read_table(tmp_path, "customers")


def test_a_candidate_is_not_published(tmp_path: Path) -> None:
    run(tmp_path, "r1", world(TWO))
    snapshots.write_candidate(tmp_path, "r2", world({"C1": ["web:1"]}), {"started_at": STARTED})
    assert read_table(tmp_path, "customers").height == 2
    assert [path.stem for path in snapshots.snapshots(tmp_path)] == ["r1"]


def test_the_link_is_relative_so_that_a_home_can_be_moved(tmp_path: Path) -> None:
    home = tmp_path / "here"
    run(home, "r1", world(TWO))
    assert (home / "warehouse" / "current.duckdb").readlink() == Path("snapshots/r1.duckdb")
    moved = home.rename(tmp_path / "there")
    assert read_table(moved, "customers").height == 2


def test_tables_have_the_columns_of_their_frames(tmp_path: Path) -> None:
    frames = world(TWO)
    run(tmp_path, "r1", frames)
    for given in GIVEN:
        if given.required:
            assert_frame_equal(read_frame(tmp_path, given.name), frames[given.name].sort(given.order))


def test_the_crosswalk_names_feed_and_source(tmp_path: Path) -> None:
    run(tmp_path, "r1", world({"C1": ["web:a:b"]}))
    row = read_table(tmp_path, "crosswalk").row(0, named=True)
    assert (row["feed"], row["source_id"], row["record_id"]) == ("web", "a", "web:a:b")


def test_every_table_view_and_column_says_what_it_is_in_both_languages(tmp_path: Path) -> None:
    with duck.reading(run(tmp_path, "r1", world(TWO))) as con:
        said = con.sql(
            "SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal "
            "UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE NOT internal "
            "UNION ALL SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal "
            "UNION ALL SELECT table_name || '.' || column_name, comment FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
    assert {name for name, _ in said} >= {published.name for published in PUBLISHED} - {"macros"}
    unsaid = [
        name for name, comment in said if comment is None or not any("一" <= letter <= "鿿" for letter in comment)
    ]
    assert unsaid == []
    assert [name for name, comment in said if not any("a" <= letter <= "z" for letter in comment)] == []


def test_every_macro_is_there(tmp_path: Path) -> None:
    with duck.reading(run(tmp_path, "r1", world(TWO))) as con:
        assert con.sql("SELECT * FROM customer_as_of('2026-11-02 03:00:00')").fetchall()
        assert con.sql("SELECT * FROM crosswalk_as_of(TIMESTAMP '2026-11-02 03:00:00')").fetchall()
        assert con.sql("SELECT * FROM customer_as_of('2026-11-01')").fetchall() == []


@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Asia/Shanghai"])
def test_a_time_with_a_zone_is_the_same_moment_wherever_the_reader_is(zone: str, tmp_path: Path) -> None:
    with duckdb.connect(run(tmp_path, "r1", world(TWO)), read_only=True) as con:
        con.execute(f"SET TimeZone = '{zone}'")
        there = "SELECT count(*) FROM customer_as_of(TIMESTAMPTZ '2026-11-02 {}:00:00+08:00')"
        assert con.sql(there.format("11")).fetchall() == [(2,)]
        assert con.sql(there.format("09")).fetchall() == [(0,)]


def test_unchanged_input_changes_no_byte(tmp_path: Path) -> None:
    frames = world(TWO)
    run(tmp_path, "r1", frames)
    first = {path.name: path.read_bytes() for path in export_tables(tmp_path, tmp_path / "one")}
    shuffled = {name: frame.reverse() for name, frame in frames.items()}
    run(tmp_path, "r2", shuffled, minute=5)
    second = {path.name: path.read_bytes() for path in export_tables(tmp_path, tmp_path / "two")}
    assert first == second
    assert set(first) == {f"{name}.csv" for name in exported_tables()}
    assert b"name of C1" in first["customers.csv"]


def test_a_change_is_seen_in_the_export(tmp_path: Path) -> None:
    run(tmp_path, "r1", world(TWO))
    first = {path.name: path.read_bytes() for path in export_tables(tmp_path, tmp_path / "one")}
    run(tmp_path, "r2", world(TWO, names={"C2": "another name"}), minute=5)
    second = {path.name: path.read_bytes() for path in export_tables(tmp_path, tmp_path / "two")}
    changed = {name for name in first if first[name] != second[name]}
    assert changed == {
        "customers.csv",
        "lineage.csv",
        "records.csv",
        "record_versions.csv",
        "customer_history.csv",
    }


def test_runs_are_remembered(tmp_path: Path) -> None:
    run(tmp_path, "r1", world(TWO))
    run(tmp_path, "r2", world(TWO), minute=5)
    runs = read_table(tmp_path, "runs")
    assert runs["run_id"].to_list() == ["r1", "r2"]
    assert runs["previous_run"].to_list() == [None, "r1"]
    assert runs["finished_at"].null_count() == 0


def test_a_clock_that_goes_back_does_not_mix_up_the_history(tmp_path: Path) -> None:
    run(tmp_path, "r1", world(TWO), minute=30)
    run(tmp_path, "r2", world(TWO, names={"C2": "another name"}), minute=10)
    runs = read_table(tmp_path, "runs")
    assert runs["run_id"].to_list() == ["r1", "r2"]
    assert runs["valid_from"].to_list() == [
        STARTED.replace(minute=30),
        STARTED.replace(minute=30) + timedelta(microseconds=1),
    ]


def test_a_clock_that_goes_back_does_not_make_the_newest_the_oldest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, "r2", world(TWO), minute=1)
    two_days_ago = time.time_ns() - 2 * 86_400 * 10**9
    monkeypatch.setattr(snapshots.time, "time_ns", lambda: two_days_ago)
    run(tmp_path, "r1", world(TWO), minute=2)
    run(tmp_path, "r0", world(TWO), minute=3, keep=2)
    assert [path.stem for path in snapshots.snapshots(tmp_path)] == ["r1", "r0"]


def test_old_snapshots_go_but_never_the_one_in_force(tmp_path: Path) -> None:
    for number in range(1, 5):
        run(tmp_path, f"r{number}", world(TWO), minute=number, keep=3)
    assert [path.stem for path in snapshots.snapshots(tmp_path)] == ["r2", "r3", "r4"]
    run(tmp_path, "r5", world(TWO), minute=5, keep=0)
    assert [path.stem for path in snapshots.snapshots(tmp_path)] == ["r5"]
    assert snapshots.current(tmp_path) == snapshots.snapshots(tmp_path)[0]


def test_publishing_what_was_never_written_is_an_error(tmp_path: Path) -> None:
    run(tmp_path, "r1", world(TWO))
    with pytest.raises(CustomerHubError, match="publish r2: expected a candidate"):
        snapshots.publish(tmp_path, "r2")
    assert read_table(tmp_path, "customers").height == 2


def test_frames_that_are_missing_or_unknown_are_named(tmp_path: Path) -> None:
    frames = world(TWO)
    frames["custmers"] = frames.pop("customers")
    with pytest.raises(CustomerHubError, match="missing customers, unknown custmers"):
        snapshots.write_candidate(tmp_path, "r1", frames, {"started_at": STARTED})


def test_a_manifest_without_a_start_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CustomerHubError, match="started_at"):
        snapshots.write_candidate(tmp_path, "r1", world(TWO), {"counts": {}})


def test_what_a_crashed_run_left_is_removed_by_the_next(tmp_path: Path) -> None:
    run(tmp_path, "r1", world(TWO))
    candidates = tmp_path / "warehouse" / "candidates"
    (candidates / "r0.duckdb").write_bytes(b"half a file")
    (candidates / "r0.duckdb.tmp").mkdir()
    (candidates / "r0.duckdb.tmp" / "spilled").write_bytes(b"x")
    snapshots.write_candidate(tmp_path, "r2", world(TWO), {"started_at": STARTED})
    assert sorted(path.name for path in candidates.iterdir()) == ["r2.duckdb"]


def test_readers_can_neither_look_elsewhere_nor_loosen_the_rules(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with duck.reading(run(tmp_path, "r1", world(TWO))) as con:
        with pytest.raises(duckdb.PermissionException):
            con.sql("SELECT * FROM read_csv($1)", params=[str(secret)]).fetchall()
        with pytest.raises(duckdb.InvalidInputException, match="locked"):
            con.execute("SET enable_external_access = true")
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            con.execute("DELETE FROM customers").fetchall()


def test_a_snapshot_in_force_that_is_gone_is_not_begun_anew(tmp_path: Path) -> None:
    run(tmp_path, "r1", world(TWO), minute=1)
    run(tmp_path, "r2", world(TWO), minute=2).unlink()
    for attempt in (
        lambda: snapshots.current(tmp_path),
        lambda: snapshots.write_candidate(tmp_path, "r3", world(TWO), {"started_at": STARTED}),
        lambda: read_table(tmp_path, "customers"),
    ):
        with pytest.raises(CustomerHubError, match=r"expected a snapshot at snapshots/r2\.duckdb.*--to`: r1"):
            attempt()
    assert rollback(tmp_path, "r1", now=LATER).run == "r1"
    assert read_table(tmp_path, "customers").height == 2


def test_a_snapshot_in_force_that_is_damaged_stops_the_run(tmp_path: Path) -> None:
    run(tmp_path, "r1", world(TWO), minute=1)
    run(tmp_path, "r2", world(TWO), minute=2).write_bytes(b"no database" * 1000)
    with pytest.raises(CustomerHubError, match=r"r2\.duckdb: expected a snapshot, found.*--to`: r1, r2"):
        snapshots.write_candidate(tmp_path, "r3", world(TWO), {"started_at": STARTED})
    rollback(tmp_path, "r1", now=LATER)
    run(tmp_path, "r3", world(TWO), minute=3)
    assert read_table(tmp_path, "runs")["run_id"].to_list() == ["r1", "20261102T090000000-rollback", "r3"]
