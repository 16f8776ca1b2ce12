"""Published tables for a server that runs for weeks: always the snapshot in force, one whole snapshot an answer.

A snapshot file never changes, so a connection to it is opened once. When `current.duckdb` leads elsewhere the next
answer comes from there, while answers under way end with the snapshot they began with.
"""

import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from warehouse import duck
from warehouse.errors import SnapshotError
from warehouse.published.snapshots import CURRENT

Row = tuple[object, ...]
Dicts = list[dict[str, object]]

REMEMBERED: Final = 64
"""Answers about places that a snapshot remembers: what a page shows is read again when its answer or preview comes."""
ROWS_OF_ONE: Final = 100
"""An answer of more rows is not remembered."""


class Snapshot:
    """One published snapshot, open for reading from any thread."""

    def __init__(self, path: Path, *, through: Path | None = None) -> None:
        self.path = path
        self.file = path.stat().st_ino
        self._con = duck.opened(through or path)
        self._users = 1  # the reader itself
        self._lock = threading.Lock()
        self._remembered: OrderedDict[tuple[str, tuple[object, ...]], Dicts] = OrderedDict()

    @property
    def run_id(self) -> str:
        """The run that published it."""
        return self.path.stem

    def rows(self, statement: str, parameters: Sequence[object] | dict[str, object] = ()) -> list[Row]:
        """Give the rows of a query; values go in as parameters, never as text."""
        with self._cursor() as cursor:
            return cursor.execute(statement, parameters).fetchall()

    def dicts(self, statement: str, parameters: Sequence[object] | dict[str, object] = ()) -> Dicts:
        """Give the rows of a query as mappings from column to value."""
        with self._cursor() as cursor:
            answer = cursor.execute(statement, parameters)
            names = [column[0] for column in answer.description or ()]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def remembered(self, statement: str, name: str, values: Sequence[object]) -> Dicts:
        """Give the rows of a query with one list as its parameter, from memory if it was asked a short while ago.

        The rows are shared: nobody may change them.
        """
        asked = (statement, tuple(values))
        with self._lock:
            if asked in self._remembered:
                self._remembered.move_to_end(asked)
                return self._remembered[asked]
        found = self.dicts(statement, {name: list(values)})
        if len(found) <= ROWS_OF_ONE:
            with self._lock:
                self._remembered[asked] = found
                if len(self._remembered) > REMEMBERED:
                    self._remembered.popitem(last=False)
        return found

    def count(self, *tables: str) -> dict[str, int]:
        """Give how many rows published tables have."""
        with self._cursor() as cursor:
            return {table: cursor.table(table).count("*").fetchall()[0][0] for table in tables}

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self._con.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    def hold(self) -> bool:
        """Keep it open until `release`; False if it is closed already."""
        with self._lock:
            if self._users == 0:
                return False
            self._users += 1
            return True

    def release(self) -> None:
        """Let it go; the last one out closes it."""
        with self._lock:
            self._users -= 1
            if self._users == 0:
                self._con.close()


class SnapshotReader:
    """Gives the snapshot in force of a home; share one between all threads of a process."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._link = home / "warehouse" / CURRENT
        self._lock = threading.Lock()
        self._open: Snapshot | None = None

    def in_force(self) -> Path:
        """Give the file of the snapshot in force. Raises SnapshotError while nothing is published."""
        return self._in_force()

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Give the snapshot in force for one answer. Raises SnapshotError while nothing is published."""
        held = self._held()
        try:
            yield held
        finally:
            held.release()

    def close(self) -> None:
        """Close what is open, once answers under way are done."""
        with self._lock:
            if self._open is not None:
                self._open.release()
                self._open = None

    def _held(self) -> Snapshot:
        path = self._in_force()
        held = self._open
        if held is not None and self._is_still(held, path) and held.hold():
            return held
        with self._lock:
            if self._open is None or not self._is_still(self._open, path):
                opened = self._opened(path)
                if self._open is not None:
                    self._open.release()
                self._open = opened
            self._open.hold()
            return self._open

    def _opened(self, path: Path) -> Snapshot:
        """Open a snapshot; one that was replaced and removed just now is replaced here as well."""
        while True:
            try:
                if self._open is not None and self._open.path == path:
                    return self._opened_beside(path)
                return Snapshot(path)
            except (duckdb.IOException, OSError) as failure:
                newer = self._in_force()
                if newer == path:
                    message = f"{path}: expected to be able to read the snapshot in force, found: {failure}"
                    raise SnapshotError(message) from failure
                path = newer

    @staticmethod
    def _opened_beside(path: Path) -> Snapshot:
        """Open a file that took the place of the one that is open: DuckDB would give the old one under its name."""
        folder = path.parents[1] / "directories"
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".open-", dir=folder) as aside:
            other_name = Path(aside) / path.name
            other_name.hardlink_to(path)
            return Snapshot(path, through=other_name)

    @staticmethod
    def _is_still(snapshot: Snapshot, path: Path) -> bool:
        """Tell whether a snapshot is the file at a path: an erasure puts another one in its place."""
        try:
            return snapshot.path == path and snapshot.file == path.stat().st_ino
        except FileNotFoundError:
            return False

    def _in_force(self) -> Path:
        try:
            return self._link.parent / self._link.readlink()
        except OSError:
            message = (
                f"{self._home}: expected a published snapshot, found none; "
                f"customer-hub run --home {self._home} publishes"
            )
            raise SnapshotError(message) from None
