"""Killed at any moment of a merge, an unmerge, a rollback: all of it is there or nothing, and it can be done again."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from tests.warehouse.killing import KILLS
from tests.warehouse.lives import decide, few_tables
from tests.warehouse.operations import DAY, OPERATIONS
from warehouse import state
from warehouse.judgements import planned
from warehouse.published import published_ids, snapshots
from warehouse.published.reading import read_frame, read_table

ROOT = Path(__file__).parents[2]
RECORDS = [f"web:{each}" for each in "abcdef"]
LINKS = {("web:a", "web:b"): 9.0, ("web:c", "web:d"): 9.0}
AGAIN = 10
"""Of so many killed homes one goes on."""


@pytest.fixture(autouse=True)
def small_snapshots() -> Iterator[None]:
    """Only the tables that ids and history need."""
    with few_tables():
        yield


def written(home: Path) -> tuple[int, int, int]:
    """How much of corrections is in the state: corrections, judgements, records of former ids."""
    with state.reading(home) as con:
        tables = ("corrections", "judgements", "remembered_records")
        counts = [con.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]  # noqa: S608
    return counts[0], counts[1], counts[2]


def shown(home: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Who is who, and where the other ids lead; a snapshot that does not fit together is an error."""
    crosswalk = read_frame(home, "crosswalk").select("record_id", "customer_id")
    redirects = read_frame(home, "customer_redirects").select("customer_id", "redirects_to")
    assert set(crosswalk["customer_id"]) == set(read_table(home, "customers")["customer_id"])
    history = read_table(home, "crosswalk_history").filter(pl.col("valid_to").is_null())
    assert history.select("record_id", "customer_id").sort("record_id").equals(crosswalk.sort("record_id"))
    known = {*crosswalk["customer_id"], *redirects["customer_id"]}
    assert published_ids.beyond(home, len(known)) is None
    return crosswalk, redirects


def same(one: tuple[pl.DataFrame, pl.DataFrame], other: tuple[pl.DataFrame, pl.DataFrame]) -> bool:
    return one[0].equals(other[0]) and one[1].equals(other[1])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_killed_at_any_moment_all_or_nothing_is_there(operation: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    for day, links in enumerate([LINKS, LINKS | {("web:b", "web:c"): 5.0}]):
        decide(home, day, RECORDS, links)
    before = written(home), shown(home)
    killing = [sys.executable, "-m", "tests.warehouse.killing", operation, str(tmp_path), "7"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(killing, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("True") == KILLS, done.stdout
    after = written(tmp_path / "whole"), shown(tmp_path / "whole")
    assert after[0] != before[0] or not same(after[1], before[1])

    ends = set()
    for number in range(KILLS):
        killed = tmp_path / f"killed{number:02}"
        told, who = written(killed), shown(killed)
        assert told in {before[0], after[0]}
        assert same(who, before[1]) or same(who, after[1])
        ends.add((told == after[0], same(who, after[1])))
        if number % AGAIN == 0:
            goes_on(operation, killed, tmp_path / "whole")
    assert ends


def goes_on(operation: str, home: Path, whole: Path) -> None:
    """Whatever was killed can be done again, and the next run ends like the run after an undisturbed one."""
    if operation == "rollback":
        if snapshots.current(home).stem.endswith("run0001"):  # type: ignore[union-attr]
            OPERATIONS[operation](home)
    elif planned.last(home) == 0:
        OPERATIONS[operation](home)
    if not (whole / "gone on").exists():
        decide(whole, DAY + 1, RECORDS, LINKS | {("web:b", "web:c"): 5.0})
        (whole / "gone on").touch()
    decide(home, DAY + 1, RECORDS, LINKS | {("web:b", "web:c"): 5.0})
    assert same(shown(home), shown(whole))
