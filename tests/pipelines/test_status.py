"""What `customer-hub status` says of a home."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.commands import app
from pipelines.locking import LOCK, only_run
from tests.warehouse.worlds import run, world
from warehouse import state


def status(home: Path | str) -> str:
    return CliRunner().invoke(app, ["status", "--home", str(home)]).output


def test_the_snapshot_in_force_is_marked_also_where_the_home_is_named_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "home", "r1", world({"C1": ["web:1"]}), minute=1)
    run(tmp_path / "home", "r2", world({"C1": ["web:1"]}), minute=2)
    monkeypatch.chdir(tmp_path)
    for said in (status("home"), status(tmp_path / "home")):
        assert [line.split()[0] for line in said.splitlines() if "●" in line] == ["r2"]


def test_a_file_is_said_to_be_no_home(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    assert "expected the home of a hub, found a file" in status(tmp_path / "home")


def test_a_first_run_at_work_is_told(tmp_path: Path) -> None:
    assert "customer-hub run --home" in status(tmp_path)
    with only_run(tmp_path):
        assert "nothing is published yet. A run is at work." in status(tmp_path)


def test_to_look_at_a_home_changes_nothing(tmp_path: Path) -> None:
    with only_run(tmp_path):
        pass
    os.utime(tmp_path / LOCK, (1, 1))
    status(tmp_path)
    assert (tmp_path / LOCK).stat().st_mtime == 1


def test_values_that_no_run_can_use_are_named_without_saying_them(tmp_path: Path) -> None:
    run(tmp_path, "r1", world({"C1": ["web:1"]}))
    assert "set by stewards" not in status(tmp_path)
    state.pin(tmp_path, "C1", "birth_date", "the day before yesterday", who="li", reason="", at=datetime.now(UTC))
    told = " ".join(status(tmp_path).split())
    assert "C1 birth_date, set by li" in told
    assert "yesterday" not in told
