"""Dagster's event log in SQLite, each of its files kept open as long as the run lasts.

Dagster makes an engine, compiles a statement and opens the file for every one of some six hundred events of a run,
which takes most of what an event costs. Whoever else reads the files, as Dagster's page does, notices nothing.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, QueuePool, create_engine


class EventLog(SqliteEventLogStorage):
    """Dagster's own storage of events, with one engine and one connection for each file."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        """Open the log below a folder; see `SqliteEventLogStorage`."""
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> "EventLog":
        """Give the log that Dagster's settings describe."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        """Give the connection to one of the files; its statements are committed together."""
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool,
                pool_size=1,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            self._initdb(engine)
            self._engines[shard] = engine
        return self._engines[shard]

    def dispose(self) -> None:
        """Close the files."""
        super().dispose()
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
