"""DuckDB as this package uses it: frames in and out without a copy in between, whole files of SQL, hardened readers."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl
from polars.io.plugins import register_io_source

from warehouse.errors import LockedError

FAILURES = (
    OSError,
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.OutOfMemoryException,
    duckdb.TransactionException,  # a commit that finds no room; nobody else writes, so there are no conflicts
)
"""What a full disk, a lost file or a lack of memory looks like."""

LOCKED: Final = re.compile(r"Could not set lock.*?\(PID (\d+)\)", re.DOTALL)
"""How DuckDB says that another process holds a file, and which."""

GROUP: Final = 122_880
"""Rows that DuckDB is handed at a time of what comes part by part: one of its own groups of rows. Handed more or fewer,
it writes groups that are not full, and puts them together at the end for a quarter of the time."""


class _Stream:
    """A frame as an Arrow stream: DuckDB would ask for pyarrow to read the frame itself."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def statements(name: str) -> str:
    """Give the text of `warehouse/sql/<name>.sql`."""
    return resources.files("warehouse").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def show_frame(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Let SQL on this connection read the frame under this name."""
    con.register(name, _Stream(frame))


@contextmanager
def shown_in_parts(
    con: duckdb.DuckDBPyConnection, name: str, parts: Iterator[pl.DataFrame], schema: Mapping[str, Any]
) -> Iterator[None]:
    """Let SQL on this connection read, once, a frame that comes part by part under this name."""
    failures: list[Exception] = []

    def source(*_: object) -> Iterator[pl.DataFrame]:
        try:
            yield from parts
        except Exception as failure:
            failures.append(failure)
            raise

    stream = register_io_source(source, schema=dict(schema)).collect_batches(lazy=True, chunk_size=GROUP)
    con.register(name, stream)
    try:
        yield
    except duckdb.Error as failure:
        if failures:
            raise failures[0] from failure
        raise
    con.unregister(name)


def quoted(name: str) -> str:
    """Give a table's or column's name as SQL wants it where names, which cannot be bound, are not known beforehand."""
    return '"' + name.replace('"', '""') + '"'


def execute(con: duckdb.DuckDBPyConnection, text: str, *, only: duckdb.StatementType | None = None) -> None:
    """Run whole statements one by one; with `only` those of one type."""
    for statement in con.extract_statements(text):
        if only is None or statement.type == only:
            con.execute(statement).fetchall()


def rows(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """Give a relation's rows as a frame, in the relation's order.

    `relation.pl()` would ask for pyarrow, and `pl.DataFrame(relation)` leaves objects behind that DuckDB complains
    about when the program ends.
    """
    return pl.scan_arrow_c_stream(relation).collect()


def opened(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a snapshot so that nothing but its own tables can be read and no setting can be changed back.

    Always with the same settings: within a process DuckDB opens a file under one set of them only.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "lock_configuration": "true",
    }
    with unlocked(path):
        return duckdb.connect(str(path), read_only=True, config=config)


@contextmanager
def unlocked(path: Path) -> Iterator[None]:
    """Say who keeps a snapshot to himself, and what to do, where reading it fails for that."""
    try:
        yield
    except duckdb.IOException as failure:
        found = LOCKED.search(str(failure))
        if found is None:
            raise
        message = (
            f"{path}: expected that snapshots are only ever read, found one opened for writing by process {found[1]}, "
            "which shuts everybody else out. What to do: end that process, and open snapshots read-only: "
            "duckdb -readonly FILE, or duckdb.connect(FILE, read_only=True)"
        )
        raise LockedError(message) from failure


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a snapshot for a while, as `opened` does."""
    con = opened(path)
    try:
        yield con
    finally:
        con.close()
