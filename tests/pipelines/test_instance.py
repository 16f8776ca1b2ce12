"""Dagster's own files inside a home: a damaged one is named, with what to do."""

import shutil
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from typer.testing import CliRunner

from pipelines.commands import app
from pipelines.instance import HistoryError, open_instance


def look(instance: dg.DagsterInstance) -> None:
    assert not instance.get_runs()
    assert not instance.all_asset_keys()


FILES = ("history/runs.db", "history/runs/index.db")


@pytest.mark.parametrize("file", FILES)
def test_a_damaged_history_is_named_with_what_to_do(file: str, tmp_path: Path) -> None:
    with open_instance(tmp_path) as instance:
        look(instance)
    damaged = tmp_path / "dagster" / file
    damaged.write_bytes(b"no database at all " * 500)
    with pytest.raises(HistoryError) as said, open_instance(tmp_path) as instance:
        look(instance)
    assert str(said.value).startswith(f"{damaged}: expected the history")
    assert f"move the folder {tmp_path / 'dagster'} away" in str(said.value)
    shutil.move(tmp_path / "dagster", tmp_path / "away")
    with open_instance(tmp_path) as instance:
        look(instance)


def test_the_page_names_a_damaged_file_of_schedules_before_it_opens(tmp_path: Path) -> None:
    with open_instance(tmp_path) as instance:
        instance.all_instigator_state()
    damaged = tmp_path / "dagster" / "schedules" / "schedules.db"
    damaged.write_bytes(b"no database at all " * 500)
    done = CliRunner().invoke(app, ["up", "--home", str(tmp_path)])
    assert done.exit_code == 1
    assert str(damaged) in done.output.replace("\n", "")
    assert "Traceback" not in done.output


def test_dagster_looks_for_a_table_of_its_history_until_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def has_table(_: SqliteEventLogStorage, name: str) -> bool:
        asked.append(name)
        return len(asked) > 1

    with open_instance(tmp_path) as instance:
        monkeypatch.setattr(SqliteEventLogStorage, "has_table", has_table)
        storage = instance.event_log_storage
        assert [storage.has_table("gossip") for _ in range(4)] == [False, True, True, True]
    assert asked == ["gossip", "gossip"]
