"""Texts and cells in which a value may have been written by hand or by a library: the value is crossed out."""

import secrets
import sqlite3
import time
import zlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from matching.errors import CustomerHubError
from warehouse import duck
from warehouse.erasure.hashing import Hashing
from warehouse.erasure.searching import Finder, joined

PATIENCE: Final = 60.0
MARK: Final = b"*"


@dataclass(frozen=True)
class Values:
    """Values to be crossed out; those too short to be told from other words only where they are a whole cell."""

    values: Sequence[str]

    @cached_property
    def finder(self) -> Finder:
        """Give what finds them; its key is as good as any, because nothing of it is kept."""
        hashing = Hashing(secrets.token_bytes(32))
        return Finder(hashing, hashing.needles("value", self.values))

    def occur_in(self, content: bytes) -> bool:
        """Whether some value stands in some bytes."""
        return bool(self.finder.found(content))

    def crossed_out(self, content: bytes) -> bytes:
        """Give the bytes of a file or cell with every value in them crossed out; their length stays."""
        cell = joined([content])
        places = list(self.finder.places(cell))
        if not places:
            return content
        crossed = bytearray(cell)
        for place, needle in places:
            crossed[place : place + needle.length] = MARK * needle.length
        return bytes(crossed[1:-1])


def cross_out_text(path: Path, values: Values) -> bool:
    """Cross values out of a file of text, and say whether there were any."""
    content = path.read_bytes()
    crossed = values.crossed_out(content)
    if crossed == content:
        return False
    before = path.stat()
    aside = path.with_name(f".{path.name}.crossed")
    aside.write_bytes(crossed)
    aside.chmod(before.st_mode)
    aside.replace(path)
    return True


def cross_out_database(path: Path, values: Values) -> int:
    """Cross values out of every cell of an SQLite file, pack it anew if there were any, and give how many."""
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as database:
        database.execute("PRAGMA secure_delete = ON")
        database.execute("BEGIN IMMEDIATE")
        crossed = cross_out_cells(database, values)
        database.execute("COMMIT")
        if crossed:
            pack(database)
    return crossed


def cross_out_cells(database: sqlite3.Connection, values: Values, *, without: Iterable[str] = ()) -> int:
    """Cross values out of the cells of all tables but these, inside a transaction of the caller; give how many."""
    left_out = set(without)
    crossed = 0
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    for (table,) in database.execute(names).fetchall():
        if table in left_out:
            continue
        for (column,) in database.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall():
            crossed += _cross_out_column(database, table, column, values)
    return crossed


def _cross_out_column(database: sqlite3.Connection, table: str, column: str, values: Values) -> int:
    # Names of tables and columns come from the file's own catalogue: they cannot be bound.
    where, cell = duck.quoted(table), duck.quoted(column)
    changes: dict[str | bytes, str | bytes] = {}
    rows = database.execute(f"SELECT DISTINCT {cell} FROM {where} WHERE typeof({cell}) IN ('text', 'blob')")  # noqa: S608
    for (found,) in rows:
        crossed = _crossed_out_cell(found, values)
        if crossed != found:
            changes[found] = crossed
    for found, crossed in changes.items():
        database.execute(f"UPDATE {where} SET {cell} = ? WHERE {cell} = ?", (crossed, found))  # noqa: S608
    return len(changes)


def _crossed_out_cell(cell: str | bytes, values: Values) -> str | bytes:
    if isinstance(cell, str):
        return values.crossed_out(_unzipped(cell)).decode("utf-8", "surrogatepass")
    inner = _unzipped(cell)
    crossed = values.crossed_out(inner)
    if crossed == inner:
        return cell
    return crossed if inner == cell else zlib.compress(crossed)


def _unzipped(cell: str | bytes) -> bytes:
    """Give a cell's bytes, unpacked where zlib has packed them."""
    if isinstance(cell, str):
        return cell.encode("utf-8", "surrogatepass")
    try:
        return zlib.decompress(cell)
    except zlib.error:
        return cell


def pack(database: sqlite3.Connection) -> None:
    """Write a database anew, so that no freed page and no log keeps what was in it.

    The log can be emptied only while nobody reads from it: readers of the desk are quick, so this waits for them.
    """
    database.execute("PRAGMA secure_delete = ON")
    database.execute("VACUUM")
    until = time.monotonic() + PATIENCE
    while database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if time.monotonic() > until:
            message = (
                f"expected nobody to read the database for more than {PATIENCE:.0f} seconds, found somebody who does: "
                "its log still holds what was erased. Stop the desk, or what else has it open, and run it again"
            )
            raise CustomerHubError(message)
        time.sleep(0.05)
