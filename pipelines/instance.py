"""Dagster's own home inside ours, so that runs of the command line and of the page are one history."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import dagster as dg
from sqlalchemy import Engine, event
from sqlalchemy.exc import DatabaseError

from matching.errors import CustomerHubError
from pipelines.history import kept_open

SETTINGS: Final = """\
# Written by customer-hub; one run at a time, and nothing leaves this machine.
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  pools:
    default_limit: 1
  runs:
    max_concurrent_runs: 1
run_monitoring:
  enabled: true
"""
NO_COPY_OF_WHAT_IS_PRINTED: Final = {
    "compute_logs": {"module": "dagster._core.storage.noop_compute_log_manager", "class": "NoOpComputeLogManager"}
}
"""Dagster's copies of what a step prints take helper processes, which a Ctrl-C hits too."""


class HistoryError(CustomerHubError):
    """Dagster's own files cannot be read."""


def dagster_home(home: Path) -> Path:
    """Make Dagster's home below ours if it is not there, point `DAGSTER_HOME` at it, and give it."""
    folder = (home / "dagster").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "dagster.yaml"
    if not settings.exists():
        aside = folder / f"dagster.yaml.{os.getpid()}"
        aside.write_text(SETTINGS, encoding="utf-8")
        aside.replace(settings)
    os.environ["DAGSTER_HOME"] = str(folder)
    return folder


@contextmanager
def open_instance(home: Path) -> Iterator[dg.DagsterInstance]:
    """Open the history of runs of a home; the first to open it also makes its tables.

    A write-ahead log makes Dagster's SQLite files safe against kills without waiting for the disk. What a run prints
    goes to whoever started it, and to nobody else. A damaged file is named, with what to do.
    """
    folder = dagster_home(home)
    overrides = {**kept_open(folder), **NO_COPY_OF_WHAT_IS_PRINTED}
    event.listen(Engine, "connect", _unhurried)
    try:
        with dg.DagsterInstance.local_temp(str(folder), overrides=overrides) as instance:
            yield instance
    except DatabaseError as error:
        if type(error.orig) is not sqlite3.DatabaseError:  # locked, say, or no room
            raise
        raise HistoryError(_damaged_history(folder)) from error
    finally:
        event.remove(Engine, "connect", _unhurried)


def _damaged_history(folder: Path) -> str:
    damaged = [str(path) for path in sorted(folder.rglob("*.db")) if not _is_whole(path)]
    return (
        f"{', '.join(damaged) or folder}: expected the history that Dagster keeps of runs, found a damaged file. What "
        f"to do: stop whatever works on this home, move the folder {folder} away and give the command again; a new one "
        "is made. Only the runs on Dagster's page are lost, and which schedules were on; what was landed, decided and "
        "published lies elsewhere, whole"
    )


def _is_whole(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def _unhurried(connection: object, _: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = NORMAL")


def bury_dead_runs(instance: dg.DagsterInstance, living: str) -> None:
    """Mark runs that were killed as failed and free their places in the pool; whoever holds the home's lock may.

    Dagster learns of a `kill -9` only from a monitor that watches runs it launched itself; until then a dead run keeps
    its place in the pool and the next one would wait for ever.
    """
    for record in instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
        if record.dagster_run.run_id != living:
            instance.report_run_failed(record.dagster_run, "Ended without a word: killed, or the machine went down.")
    storage = instance.event_log_storage
    for key in sorted(storage.get_concurrency_keys()):
        for slot in storage.get_concurrency_info(key).claimed_slots:
            if slot.run_id != living:
                storage.free_concurrency_slots_for_run(slot.run_id)
