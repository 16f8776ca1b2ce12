"""History: asked how things were when a run was in force, it answers what that run published."""

import tempfile
from datetime import UTC, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from matching.frames import CUSTOMERS as CUSTOMER_COLUMNS
from matching.frames import REDIRECTS
from tests.warehouse.worlds import STARTED, Frames, frame, run, world
from warehouse import duck
from warehouse.published import snapshots
from warehouse.published.reading import read_frame, read_table

RECORDS = ("app:1", "bss:1", "web:1", "web:2")
CUSTOMERS = ("C1", "C2", "C3")

assignments = st.dictionaries(st.sampled_from(RECORDS), st.sampled_from(CUSTOMERS), min_size=1)
"""One run: which records there are, and whose they are."""
naming = st.dictionaries(st.sampled_from(CUSTOMERS), st.sampled_from(["张三", "李四"]))


def grouped(members: dict[str, str], names: dict[str, str]) -> Frames:
    groups: dict[str, list[str]] = {}
    for record in sorted(members):
        groups.setdefault(members[record], []).append(record)
    return world(groups, names=names)


@settings(max_examples=8, deadline=None)
@given(runs=st.lists(st.tuples(assignments, naming), min_size=2, max_size=4))
def test_as_of_a_run_shows_what_that_run_published(runs: list[tuple[dict[str, str], dict[str, str]]]) -> None:
    published = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for number, (members, names) in enumerate(runs):
            frames = grouped(members, names)
            run(home, f"r{number}", frames, minute=number)
            published.append((frames["customers"].sort("customer_id"), frames["crosswalk"].sort("record_id")))
        last = snapshots.current(home)
        assert last is not None
        with duck.reading(last) as con:
            for number, (customers, crosswalk) in enumerate(published):
                at = STARTED.replace(minute=number, second=30)
                then = duck.rows(con.sql("SELECT * FROM customer_as_of($1)", params=[at]))
                assert_frame_equal(then, customers)
                then = duck.rows(con.sql("SELECT * FROM crosswalk_as_of($1)", params=[at]))
                assert_frame_equal(then.select("record_id", "customer_id"), crosswalk[["record_id", "customer_id"]])
        for table, key in (("customer_history", "customer_id"), ("crosswalk_history", "record_id")):
            history = read_table(home, table)
            overlap = pl.col("valid_to").shift().fill_null(pl.col("valid_from").shift()) > pl.col("valid_from")
            touching = pl.col(key) == pl.col(key).shift()
            assert history.filter(touching & overlap).is_empty()
            assert history.filter(pl.col("valid_to") <= pl.col("valid_from")).is_empty()
            assert history.filter(pl.col("valid_to").is_null() != pl.col("to_run").is_null()).is_empty()


def test_what_does_not_change_keeps_its_interval(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        names = {"C1": "张三", "C2": "李四" if number < 3 else "李四四"}
        run(tmp_path, f"r{number}", world({"C1": ["web:1"], "C2": ["web:2"]}, names=names), minute=number)
    history = read_table(tmp_path, "customer_history").select("customer_id", "name", "from_run", "to_run")
    assert history.rows() == [("C1", "张三", "r1", None), ("C2", "李四", "r1", "r3"), ("C2", "李四四", "r3", None)]


def test_a_retired_id_redirects_and_keeps_the_day_it_was_retired(tmp_path: Path) -> None:
    def redirect(to: str, since: str) -> pl.DataFrame:
        row = {"customer_id": "C1", "redirects_to": to, "since_run": since, "reason": "merged"}
        return frame([row], REDIRECTS)

    run(tmp_path, "r1", world({"C1": ["web:1"], "C2": ["web:2"], "C3": ["web:3"]}), minute=1)
    run(
        tmp_path,
        "r2",
        world({"C2": ["web:1", "web:2"], "C3": ["web:3"]}, customer_redirects=redirect("C2", "r2")),
        minute=2,
    )
    run(tmp_path, "r3", world({"C3": ["web:1", "web:2", "web:3"]}, customer_redirects=redirect("C3", "r3")), minute=3)
    row = read_table(tmp_path, "customer_redirects").row(0, named=True)
    assert (row["redirects_to"], row["valid_from"], row["valid_to"]) == ("C3", STARTED.replace(minute=2), None)
    run(tmp_path, "r4", world({"C1": ["web:1"], "C3": ["web:2", "web:3"]}), minute=4)
    row = read_table(tmp_path, "customer_redirects").row(0, named=True)
    assert row["valid_to"] == STARTED.replace(minute=4)
    assert read_frame(tmp_path, "customer_redirects").is_empty()


def test_history_goes_on_from_a_snapshot_of_an_older_version(tmp_path: Path) -> None:
    groups = {"C1": ["web:1"], "C2": ["web:2"]}
    older = run(tmp_path, "r1", world(groups), minute=1)
    with duckdb.connect(str(older)) as con:
        con.execute("DROP VIEW customer_360").fetchall()
        con.execute("ALTER TABLE customer_history DROP COLUMN email").fetchall()
    run(tmp_path, "r2", world(groups, names={"C2": "李四"}), minute=2)
    history = read_table(tmp_path, "customer_history").select("customer_id", "email", "from_run", "to_run")
    assert history.rows() == [("C1", None, "r1", None), ("C2", None, "r1", "r2"), ("C2", None, "r2", None)]


def test_what_ended_before_the_days_that_are_kept_is_dropped_and_asking_for_it_is_an_error(tmp_path: Path) -> None:
    for day in range(5):
        frames = world({"C1": ["web:1"], "C2": ["web:2"]}, names={"C1": "张三", "C2": f"name of day {day}"})
        run(tmp_path, f"r{day}", frames, started_at=STARTED + timedelta(days=day), history_days=2)
    last = snapshots.current(tmp_path)
    assert last is not None
    history = read_table(last, "customer_history").select("customer_id", "from_run", "to_run").rows()
    assert history == [("C1", "r0", None), ("C2", "r2", "r3"), ("C2", "r3", "r4"), ("C2", "r4", None)]
    with duck.reading(last) as con:
        for days in (0, 1, 2):
            at = STARTED + timedelta(days=4 - days)
            then = con.sql("SELECT name FROM customer_as_of($1)", params=[at]).fetchall()
            assert then == [("张三",), (f"name of day {4 - days}",)]
        with pytest.raises(
            duckdb.Error, match="expected a time since 2026-11-04 03:00:00, before which history is not"
        ):
            con.sql("SELECT * FROM crosswalk_as_of($1)", params=[STARTED + timedelta(days=1)]).fetchall()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_a_moment_is_the_one_that_its_zone_says_wherever_the_reader_is(tmp_path: Path, zone: str) -> None:
    for day in range(2):
        frames = world({"C1": ["web:1"]}, names={"C1": f"name of day {day}"})
        run(tmp_path, f"r{day}", frames, started_at=STARTED + timedelta(days=day))
    last = snapshots.current(tmp_path)
    assert last is not None
    second = STARTED + timedelta(days=1)
    china = f"{second + timedelta(hours=8):%Y-%m-%d %H:%M:%S}"
    texts = {
        f"{second:%Y-%m-%d %H:%M:%S}": 1,
        f"{second:%Y-%m-%dT%H:%M:%SZ}": 1,
        f"{china}+08": 1,
        f"{china}.000 +08:00": 1,
        f"{china} Asia/Shanghai": 1,
        f"{second - timedelta(seconds=1) + timedelta(hours=8):%Y-%m-%d %H:%M:%S}+0800": 0,
        f"{second + timedelta(days=1):%Y-%m-%d}": 1,
        f"{second:%Y-%m-%d}": 0,
    }
    with duckdb.connect(last, read_only=True) as con:
        con.execute(f"SET TimeZone = '{zone}'")
        for text, day in texts.items():
            then = con.sql("SELECT name FROM customer_as_of($1)", params=[text]).fetchall()
            assert then == [(f"name of day {day}",)], text
        aware = second.replace(tzinfo=UTC)
        assert con.sql("SELECT name FROM customer_as_of($1)", params=[aware]).fetchall() == [("name of day 1",)]
        with pytest.raises(duckdb.Error, match="as of null: expected a time"):
            con.sql("SELECT * FROM customer_as_of(NULL)").fetchall()


def test_what_changed_between_two_times_is_told_by_customer_and_value(tmp_path: Path) -> None:
    groups = {"C1": ["app:1", "bss:1"], "C2": ["web:1"], "C3": ["web:2"], "C5": ["bss:5"]}
    run(tmp_path, "r1", world(groups, names={"C1": "张三"}), minute=1)
    merged = frame(
        [
            {"customer_id": "C2", "redirects_to": "C1", "since_run": "r2", "reason": "merged"},
            {"customer_id": "C5", "redirects_to": None, "since_run": "r2", "reason": "gone"},
        ],
        REDIRECTS,
    )
    later = {"C1": ["app:1", "web:1"], "C3": ["web:2"], "C4": ["bss:1"], "C6": ["web:6"]}
    frames = world(later, names={"C1": "张三丰"}, run="r2") | {"customer_redirects": merged}
    run(tmp_path, "r2", frames, minute=2)
    last = snapshots.current(tmp_path)
    assert last is not None
    first, second = (STARTED.replace(minute=minute, second=30) for minute in (1, 2))
    with duck.reading(last) as con:
        told = con.execute("FROM customer_changes($1, $2)", [first, second]).fetchall()
        back = con.execute("FROM customer_changes($1, $2)", [second, first]).fetchall()
        still = con.execute("FROM customer_changes($1, $2)", [second, second]).fetchall()
    assert [row for row in told if row[1] != "value"] == [
        ("C2", "merged", None, None, None, "C1"),
        ("C4", "split", None, None, None, "C1"),
        ("C5", "gone", None, None, None, None),
        ("C6", "new", None, None, None, None),
    ]
    values = {row[2]: row[3:5] for row in told if row[1] == "value"}
    assert values == {"name": ("张三", "张三丰"), "channels": ("app bss", "app web")}
    assert {row[0] for row in told if row[1] == "value"} == {"C1"}
    assert [row[:2] for row in back if row[1] != "value"] == [
        ("C2", "split"),
        ("C4", "merged"),
        ("C5", "new"),
        ("C6", "gone"),
    ]
    assert still == []


def test_what_changed_is_told_as_it_was_whatever_became_of_it_since(tmp_path: Path) -> None:
    def retired(*redirects: tuple[str, str | None, str]) -> pl.DataFrame:
        rows = [
            {"customer_id": one, "redirects_to": to, "since_run": run, "reason": "merged" if to else "gone"}
            for one, to, run in redirects
        ]
        return frame(rows, REDIRECTS)

    days = [
        ({"C1": ["web:1"], "C2": ["web:2"], "C3": ["web:3"], "C4": ["web:4"], "C5": ["web:5"]}, retired()),
        (
            {"C2": ["web:1", "web:2"], "C3": ["web:3"], "C4": ["web:4", "web:5"]},
            retired(("C1", "C2", "r1"), ("C5", "C4", "r1")),
        ),
        (
            {"C3": ["web:1", "web:2", "web:3"]},
            retired(("C1", "C3", "r1"), ("C2", "C3", "r2"), ("C4", None, "r2"), ("C5", None, "r1")),
        ),
    ]
    told: list[tuple[str, ...]] = []
    for day, (groups, redirects) in enumerate(days):
        run(tmp_path, f"r{day}", world(groups, run=f"r{day}") | {"customer_redirects": redirects}, minute=day)
        if day:
            last = snapshots.current(tmp_path)
            assert last is not None
            with duck.reading(last) as con:
                then = con.execute(
                    "SELECT customer_id, change, other_customer_id FROM customer_changes($1, $2) "
                    "WHERE change <> 'value'",
                    [STARTED.replace(minute=0), STARTED.replace(minute=1)],
                ).fetchall()
            told.append(tuple(then))
    assert told == [(("C1", "merged", "C2"), ("C5", "merged", "C4"))] * 2


def test_every_golden_value_can_be_told_to_have_changed(tmp_path: Path) -> None:
    run(tmp_path, "r1", world({"C1": ["app:1"]}))
    last = snapshots.current(tmp_path)
    assert last is not None
    with duck.reading(last) as con:
        told = con.sql("SELECT unnest(golden_values(customers)).attribute FROM customers").fetchall()
    bookkeeping = {"customer_id", "channel_count", "first_seen_at", "last_seen_at", "confidence", "updated_at"}
    assert {attribute for (attribute,) in told} == CUSTOMER_COLUMNS.keys() - bookkeeping
