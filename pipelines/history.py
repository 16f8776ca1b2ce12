"""Dagster's runs and events in SQLite, each file kept open as long as the instance is.

Dagster makes an engine, compiles the statement and opens the file anew for every one of some six hundred events of a
run, which is most of what an event costs. Whoever else reads the files, as Dagster's page does, notices nothing.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, QueuePool, create_engine

ConfigData = ConfigurableClassData | None


class Runs(SqliteRunStorage):
    """Dagster's own storage of runs, with one engine."""

    def __init__(self, conn_string: str, inst_data: ConfigData = None) -> None:
        """Open the storage; see `SqliteRunStorage`."""
        self._kept = _engine(conn_string)
        super().__init__(conn_string, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigData, config_value: Mapping[str, Any]) -> "Runs":
        """Give the storage that Dagster's settings describe."""
        return cls.from_local(inst_data=inst_data, **config_value)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Give a connection; its statements are committed together."""
        with self._kept.begin() as connection:
            yield connection

    def dispose(self) -> None:
        """Close the file."""
        super().dispose()
        self._kept.dispose()


class Events(SqliteEventLogStorage):
    """Dagster's own storage of events, with one engine for each of its files."""

    def __init__(self, base_dir: str, inst_data: ConfigData = None) -> None:
        """Open the storage; see `SqliteEventLogStorage`."""
        self._kept: dict[str, Engine] = {}
        self._there: set[str] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigData, config_value: Mapping[str, Any]) -> "Events":
        """Give the storage that Dagster's settings describe."""
        return cls(inst_data=inst_data, **config_value)

    def has_table(self, table_name: str) -> bool:
        """Tell whether a table is there; one that is stays, and Dagster asks at every event of a check."""
        if table_name not in self._there and super().has_table(table_name):
            self._there.add(table_name)
        return table_name in self._there

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        """Give the connection to one of the files; its statements are committed together."""
        with self._db_lock:
            if shard not in self._kept:
                engine = _engine(self.conn_string_for_shard(shard))
                self._initdb(engine)
                self._kept[shard] = engine
            with self._kept[shard].begin() as connection:
                yield connection

    def dispose(self) -> None:
        """Close the files."""
        super().dispose()
        for engine in self._kept.values():
            engine.dispose()
        self._kept.clear()


def _engine(file: str) -> Engine:
    waits = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False}
    return create_engine(file, poolclass=QueuePool, pool_size=1, connect_args=waits)


def kept_open(folder: Path) -> dict[str, Any]:
    """Give the settings of Dagster's instance by which its usual files, below its home, are kept open."""
    history = folder / "history"
    places = (("run_storage", Runs, history), ("event_log_storage", Events, history / "runs"))
    return {
        name: {"module": __name__, "class": storage.__name__, "config": {"base_dir": str(place)}}
        for name, storage, place in places
    }
