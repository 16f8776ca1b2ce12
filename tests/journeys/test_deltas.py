"""A run of what is new publishes what a run of everything publishes: every table, every row, in the same order."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from matching.words import Judgement
from pipelines.demo.extracts import Demo
from tests.journeys.conftest import DAYS, deliver, hub
from warehouse import duck, state
from warehouse.published import snapshots
from warehouse.published.reading import exported_tables, read_table

ITS_TIME = datetime(1, 1, 1)  # noqa: DTZ001 -- frames hold times without a zone


def run(home: Path, landing: Path, *more: object) -> str:
    """Run and give what was said; another run than the first has to be confirmed where it changes many ids."""
    done = hub("run", "--landing", landing, "--home", home, "--confirm-churn", *more, timeout=550)
    assert done.code == 0, done.text
    return done.text


def published(home: Path) -> dict[str, pl.DataFrame]:
    """Give every published table, its rows in their order; the last run and its time go by words common to all runs.

    When a file was landed is left out: the copy lands it itself.
    """
    last = read_table(home, "runs").sort("valid_from").row(-1, named=True)
    snapshot = snapshots.current(home)
    assert snapshot is not None
    with duck.reading(snapshot):  # opened once for all tables
        tables = {name: read_table(snapshot, name) for name in exported_tables()}
    tables["extracts"] = tables["extracts"].drop("landed_at", "unknown_columns")
    names = pl.col(pl.String).replace(last["run_id"], "the last run")
    times = pl.col(pl.Datetime).replace(last["valid_from"], ITS_TIME)
    return {name: table.with_columns(names, times) for name, table in tables.items()}


def assert_a_rebuild_is_the_same(home: Path, landing: Path, said: str, tmp_path: Path) -> None:
    """Hold what a home has just published against a full rebuild from the state before; `tmp_path` has a copy of it."""
    assert "are new or changed" in said
    run(tmp_path, landing, "--rebuild")
    daily, rebuilt = published(home), published(tmp_path)
    assert daily.keys() == rebuilt.keys()
    assert [name for name, table in daily.items() if not same(table, rebuilt[name])] == []
    shutil.rmtree(tmp_path)


def same(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    """Whether two tables have the same columns of the same types, and the same rows in the same order."""
    return one.schema == other.schema and one.equals(other)


@pytest.mark.long
def test_a_delta_publishes_what_a_rebuild_publishes(made: Demo, first_day: Path, tmp_path: Path) -> None:
    shutil.copytree(first_day, tmp_path, symlinks=True, dirs_exist_ok=True)
    home, landing = tmp_path / "home", tmp_path / "landing"

    deliver(made.landing, landing, DAYS[1])
    thin_out(landing / "bss" / "subscriptions_20261101.csv", landing / "bss" / "subscriptions_20261102.csv")
    judge_the_doubtful(home)
    shutil.copytree(home, tmp_path / "copy", symlinks=True)
    said = run(home, landing)
    assert "bss: " in said
    assert "are gone" in said
    assert_a_rebuild_is_the_same(home, landing, said, tmp_path / "copy")

    deliver(made.landing, landing, DAYS[2])
    shutil.copytree(home, tmp_path / "copy", symlinks=True)
    assert_a_rebuild_is_the_same(home, landing, run(home, landing), tmp_path / "copy")


def thin_out(extract: Path, other: Path) -> None:
    """Write another day's full extract that lacks every ninth row."""
    lines = extract.read_text(encoding="utf-8").splitlines()
    kept = [line for place, line in enumerate(lines) if place == 0 or place % 9]
    other.write_text("\n".join(kept) + "\n", encoding="utf-8")


def judge_the_doubtful(home: Path) -> None:
    """Answer the first questions about pairs, in turn same and different."""
    asked = read_table(home, "review_queue").filter(pl.col("kind") == "pair").head(6)
    for place, (left, right) in enumerate(asked["record_ids"].to_list()):
        verdict = (Judgement.SAME, Judgement.DIFFERENT)[place % 2]
        state.judge(home, left, right, verdict, who="li", reason="test", at=datetime.now(UTC))


@pytest.mark.shared
@pytest.mark.long
def test_four_days_of_a_province_are_published_as_rebuilds_are(zh_telecom: Path, tmp_path: Path) -> None:
    home, landing = tmp_path / "home", tmp_path / "landing"
    deliver(zh_telecom, landing, DAYS[0])
    run(home, landing)
    for day in DAYS[1:]:
        deliver(zh_telecom, landing, day)
        shutil.copytree(home, tmp_path / "copy", symlinks=True)
        assert_a_rebuild_is_the_same(home, landing, run(home, landing), tmp_path / "copy")
