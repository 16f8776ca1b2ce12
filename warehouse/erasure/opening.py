"""What a file says once its format is opened: compressed pages, dictionaries and archives hide values from a search."""

import gzip
import io
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from matching.errors import CustomerHubError
from warehouse import duck
from warehouse.erasure.searching import joined
from warehouse.state import to_look

PARQUET: Final = b"PAR1"
SQLITE: Final = b"SQLite format 3\0"
GZIP: Final = b"\x1f\x8b"
ZIP: Final = b"PK\x03\x04"
DUCKDB: Final = b"DUCK"
DUCKDB_AT: Final = 8
BYTES: Final = "bytes"
"""What the part of a file is called that is all of it, as it lies."""
ROWS_AT_ONCE: Final = 10_000


class UnreadableError(CustomerHubError):
    """A file that says it is of a format and does not open as one: what cannot be read cannot be vouched for."""


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """Give what a file holds, by parts: its bytes as they lie, then what its format opens to, cell by cell."""
    data = path.read_bytes()
    yield BYTES, data
    try:
        if data[DUCKDB_AT : DUCKDB_AT + 4] == DUCKDB:
            yield from _duckdb(path)
        elif data.startswith(SQLITE):
            yield from sqlite_cells(path)
        else:
            yield from opened(data)
    except (pl.exceptions.PolarsError, sqlite3.Error, duckdb.Error, zipfile.BadZipFile, OSError, zlib.error) as error:
        message = (
            f"{path}: expected a file that opens, found a damaged one ({type(error).__name__}). "
            "Restore or delete it, then ask again"
        )
        raise UnreadableError(message) from error


def is_database(data: bytes) -> bool:
    """Whether bytes are a database's."""
    return data[DUCKDB_AT : DUCKDB_AT + len(DUCKDB)] == DUCKDB or data.startswith(SQLITE)


def opened(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Give what bytes of a known format open to; nothing for plain ones."""
    if data.startswith(PARQUET):
        yield from parquet_cells(data)
    elif data.startswith(GZIP):
        yield from _unpacked("gzip", gzip.decompress(data))
    elif data.startswith(ZIP):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from _unpacked(member, archive.read(member))


def _unpacked(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, data
    for part, inner in opened(data):
        yield f"{name}/{part}", inner


def parquet_cells(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Give the distinct cells of every column of a Parquet file."""
    for name in pl.read_parquet_schema(io.BytesIO(data)):
        column = pl.read_parquet(io.BytesIO(data), columns=[name])[name]
        yield name, joined(_texts(column))


def _texts(column: pl.Series) -> Iterator[str | bytes]:
    """Give the distinct values of a column as text; of nested ones, of all that is inside."""
    match column.dtype:
        case pl.List() | pl.Array():
            yield from _texts(column.explode(empty_as_null=True, keep_nulls=False))
        case pl.Struct():
            for field in column.struct.fields:
                yield from _texts(column.struct.field(field))
        case pl.Binary():
            yield from column.drop_nulls().unique()
        case pl.Boolean():
            return
        case _:
            yield from column.cast(pl.String).drop_nulls().unique()


def _duckdb(path: Path) -> Iterator[tuple[str, bytes]]:
    with duck.reading(path) as con:
        columns = con.sql(
            "SELECT table_name, column_name FROM duckdb_columns() "
            "WHERE table_name IN (SELECT table_name FROM duckdb_tables() WHERE NOT internal) ORDER BY ALL"
        ).fetchall()
        for table, column in columns:
            values = con.table(duck.quoted(table)).project(f"{duck.quoted(column)}::VARCHAR AS cell").distinct()
            yield f"{table}.{column}", joined(duck.rows(values)["cell"].drop_nulls())


def sqlite_cells(path: Path) -> Iterator[tuple[str, bytes]]:
    """Give the cells of every table of an SQLite file, those that are packed with zlib unpacked as well."""
    with closing(sqlite3.connect(to_look(path), uri=True, timeout=60)) as database:
        database.text_factory = bytes
        tables = [name.decode() for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            rows = database.execute(f"SELECT * FROM {duck.quoted(table)}")  # noqa: S608 (a quoted name, no value)
            while some := rows.fetchmany(ROWS_AT_ONCE):
                yield table, joined(_unzipped(cell) for row in some for cell in row if cell is not None)


def _unzipped(cell: object) -> bytes:
    if not isinstance(cell, bytes):
        return str(cell).encode()
    try:
        return cell + b"\0" + zlib.decompress(cell)
    except zlib.error:
        return cell
