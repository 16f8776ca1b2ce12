"""A snapshot without a person: his rows go, customers he shared are told without him, all else stays."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from matching.frames import PINS, REDIRECTS
from tests.warehouse.worlds import frame, run, world
from warehouse import duck
from warehouse.erasure.leaving import Leaving
from warehouse.erasure.snapshots import clean_snapshot
from warehouse.published.reading import read_table
from warehouse.published.snapshots import current, snapshots

GROUPS = {"C1": ["web:1", "app:1"], "C2": ["web:2"], "C3": ["bss:3", "web:3"]}
SAID = {
    "web:1": {"name": "secret one", "email": "secret@example.com"},
    "app:1": {"name": "shared one"},
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    run(home, "r1", world(GROUPS, said=SAID))
    run(home, "r2", world(GROUPS, said=SAID, names={"C2": "other"}, run="r2"), minute=5)
    return home


def leaving(*records: str) -> Leaving:
    """What leaves when these records are erased; lines as `world` gives them."""
    every = sorted(record for group in GROUPS.values() for record in group)
    feeds = [record.split(":")[0] for record in records]
    lines = pl.DataFrame(
        {
            "feed": feeds,
            "extract": [f"{feed}/day.csv" for feed in feeds],
            "extract_id": [feed * 4 for feed in feeds],
            "line": [every.index(record) + 2 for record in records],
        },
        schema_overrides={"line": pl.Int64},
    )
    left = {feed: sum(one.startswith(f"{feed}:") for one in every) - feeds.count(feed) for feed in feeds}
    counts = pl.DataFrame(
        [
            {
                "feed": feed,
                "extract_id": feed * 4,
                "records": left[feed],
                "rejects": feeds.count(feed),
                "new": left[feed],
            }
            | {"changed": 0, "unchanged": 0}
            for feed in left
        ]
    )
    return Leaving(frozenset(records), lines, counts, pl.DataFrame(schema=dict(PINS)))


def clean(home: Path, *records: str, is_told: bool = False) -> dict[str, dict[str, int]]:
    told = iter([is_told] * 2 + [False] * 10)
    return {path.stem: clean_snapshot(home, path, leaving(*records), lambda _: next(told)) for path in snapshots(home)}


@pytest.fixture
def copy(home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(home, tmp_path / "home", symlinks=True))


def catalogue(path: Path) -> list[tuple[object, ...]]:
    with duck.reading(path) as con:
        return con.sql(
            "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal "
            "UNION ALL SELECT function_name, NULL, NULL, comment FROM duckdb_functions() WHERE NOT internal "
            "UNION ALL SELECT view_name, NULL, sql, comment FROM duckdb_views() WHERE NOT internal ORDER BY ALL"
        ).fetchall()


@pytest.mark.parametrize("is_told", [False, True], ids=["as it comes", "cells apart"])
def test_a_whole_customer_leaves_and_the_file_is_otherwise_the_same(copy: Path, is_told: bool) -> None:
    before = {path.stem: catalogue(path) for path in snapshots(copy)}
    others = {name: read_table(copy, name).filter(pl.col("customer_id") != "C3") for name in ("customers", "crosswalk")}

    counted = clean(copy, "bss:3", "web:3", is_told=is_told)

    assert counted["r2"]["customers"] == 1
    assert [path.stem for path in snapshots(copy)] == ["r1", "r2"]
    assert current(copy) == snapshots(copy)[-1].resolve()
    assert {path.stem: catalogue(path) for path in snapshots(copy)} == before
    for name, expected in others.items():
        assert read_table(copy, name).equals(expected)
    assert "C3" not in read_table(copy, "customer_history")["customer_id"]
    assert read_table(copy, "crosswalk_history").filter(pl.col("record_id").is_in(["bss:3", "web:3"])).is_empty()
    stone = read_table(copy, "customer_redirects").row(0, named=True)
    assert (stone["customer_id"], stone["redirects_to"], stone["reason"]) == ("C3", None, "erased")
    rejects = read_table(copy, "rejects")
    assert rejects.select("feed", "rule", "raw").rows() == [("bss", "erased", None), ("web", "erased", None)]
    extracts = read_table(copy, "extracts")
    assert extracts.filter(pl.col("rows_read") != pl.col("records") + pl.col("rejects")).is_empty()
    assert not list((copy / "warehouse").glob("erasing/*"))


def test_a_customer_that_is_left_with_fewer_records_is_told_by_those(copy: Path) -> None:
    clean(copy, "web:1")

    left = read_table(copy, "customers").filter(customer_id="C1").row(0, named=True)
    assert (left["name"], left["email"], left["record_count"], left["channels"]) == ("shared one", None, 1, ["app"])
    told = read_table(copy, "lineage").filter(customer_id="C1", attribute="name")
    assert told.select("value", "feed", "source_id").rows() == [("shared one", "app", "1")]
    history = read_table(copy, "customer_history").filter(customer_id="C1")
    assert "secret one" not in history["name"]
    assert "secret@example.com" not in history["email"]
    assert read_table(copy, "customer_redirects").is_empty()
    assert b"secret" not in b"".join(path.read_bytes() for path in snapshots(copy))


def test_cleaned_twice_nothing_more_changes(copy: Path) -> None:
    clean(copy, "bss:3", "web:3")
    tables = {name: read_table(copy, name) for name in ("customers", "rejects", "extracts", "customer_redirects")}
    assert clean(copy, "bss:3", "web:3") == {"r1": {}, "r2": {}}
    assert all(read_table(copy, name).equals(table) for name, table in tables.items())


def test_an_id_that_had_come_back_from_a_merge_is_a_tombstone_too(tmp_path: Path) -> None:
    merged = {"customer_id": "C3", "redirects_to": "C1", "since_run": "r2", "reason": "merged"}
    run(tmp_path, "r1", world(GROUPS))
    together = {"C1": [*GROUPS["C1"], *GROUPS["C3"]], "C2": GROUPS["C2"]}
    run(tmp_path, "r2", world(together, run="r2") | {"customer_redirects": frame([merged], REDIRECTS)}, minute=5)
    run(tmp_path, "r3", world(GROUPS, run="r3"), minute=9)

    clean(tmp_path, "bss:3", "web:3")

    left = read_table(tmp_path, "customer_redirects").select("customer_id", "redirects_to", "reason", "valid_to")
    assert ("C3", None, "erased", None) in left.rows()
    assert left.filter(pl.col("valid_to").is_not_null()).height == 1
