"""Dagster's log with engines that are kept: what it writes, Dagster's own class reads, wherever the home lies."""

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from pipelines.event_log import EventLog
from pipelines.instance import open_instance

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dg.op
def speak(context: dg.OpExecutionContext) -> None:
    context.log.info("one of many")


@dg.job
def speaking() -> None:
    speak()


def test_what_it_writes_dagster_reads_and_a_home_may_move(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    with open_instance(tmp_path / "home") as instance:
        assert isinstance(instance.event_log_storage, EventLog)
        run = speaking.execute_in_process(instance=instance, run_config=QUIET).run_id
        told = [entry.user_message for entry in instance.all_logs(run)]
    assert "one of many" in told
    (tmp_path / "home").rename(tmp_path / "elsewhere")
    files = tmp_path / "elsewhere" / "dagster" / "history" / "runs"
    assert [entry.user_message for entry in SqliteEventLogStorage(str(files)).get_logs_for_run(run)] == told
    with open_instance(tmp_path / "elsewhere") as instance:
        assert [entry.user_message for entry in instance.all_logs(run)] == told
        again = speaking.execute_in_process(instance=instance, run_config=QUIET)
        assert again.success
        assert instance.get_runs_count() == 2
