"""Looks for values in all that lies under a home, as it lies and as it opens. No code of the product takes part."""

import gzip
import io
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import polars as pl


def everything(path: Path) -> Iterator[bytes]:
    """All that a file opens to, its bytes as they lie first."""
    data = path.read_bytes()
    yield data
    yield from unpacked(data)
    if is_snapshot(data):
        yield texts(path).encode()
    if data.startswith(b"SQLite"):
        with sqlite3.connect(path) as database:
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608
                    yield repr(row).encode()
                    yield from (unzipped(cell) for cell in row if isinstance(cell, bytes))


def is_snapshot(data: bytes) -> bool:
    return data[8:12] == b"DUCK"


def texts(snapshot: Path) -> str:
    """Each text in the tables of a snapshot, one a line."""
    with duckdb.connect(str(snapshot), read_only=True) as con:
        tables = con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall()
        rows = [row for (table,) in tables for row in con.execute(f'FROM "{table}"').fetchall()]
    return "\n" + "\n".join({text for row in rows for text in texts_in(row)}) + "\n"


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from texts_in(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from texts_in(part)
    elif isinstance(value, str):
        yield value


def spelled(value: str, by: str) -> bool:
    """Whether two texts that lie end to end in a snapshot's bytes may spell a value: "jin yu", "jiang jie" hold yujian.

    `by` is what `texts` gives.
    """
    return any(f"{value[:at]}\n" in by and f"\n{value[at:]}" in by for at in range(1, len(value)))


def unpacked(data: bytes) -> Iterator[bytes]:
    if data.startswith(b"PAR1"):
        frame = pl.read_parquet(io.BytesIO(data))
        yield json.dumps(frame.to_dicts(), ensure_ascii=False, default=str).encode()
    elif data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from (archive.read(member) for member in archive.namelist())
    elif data.startswith(b"\x1f\x8b"):
        yield gzip.decompress(data)


def unzipped(cell: bytes) -> bytes:
    try:
        return zlib.decompress(cell)
    except zlib.error:
        return cell


def written(value: str) -> set[bytes]:
    """A value in every encoding that channels, frames, databases and pages use."""
    forms = {value.encode(name) for name in ("utf-8", "gb18030", "utf-16-le", "utf-16-be")}
    forms.add(json.dumps(value)[1:-1].encode())
    return {form for form in forms if len(form) > 5}


def where(home: Path, values: set[str]) -> dict[str, set[str]]:
    """The files in which values stand, with the values."""
    sought = Sought(values)
    found: dict[str, set[str]] = {}
    for path in sorted(home.rglob("*")):
        if path.is_file() and not path.is_symlink():
            as_it_lies, *opened = everything(path)
            here = {value for content in opened for value in sought.within(content)}
            apart = sought.within(as_it_lies) - here
            by = texts(path) if apart and is_snapshot(as_it_lies) else ""
            here |= {value for value in apart if not spelled(value, by)}
            if here:
                found[path.relative_to(home).as_posix()] = here
    return found


class Sought:
    """Values looked for all at once: only where three bytes, and the three behind them, begin one is it looked at."""

    def __init__(self, values: set[str]) -> None:
        self.forms: dict[bytes, list[tuple[bytes, str]]] = {}
        self.begins = np.zeros((2, 1 << 24), dtype=np.bool_)
        for value in values:
            for form in written(value):
                self.forms.setdefault(form[:6], []).append((form, value))
                self.begins[0, int.from_bytes(form[:3], "little")] = True
                self.begins[1, int.from_bytes(form[3:6], "little")] = True

    def within(self, content: bytes) -> set[str]:
        """The values that stand in these bytes."""
        data = np.frombuffer(content, dtype=np.uint8).astype(np.uint32)
        threes = data[:-2] | data[1:-1] << 8 | data[2:] << 16
        places = np.flatnonzero(self.begins[0, threes[:-3]] & self.begins[1, threes[3:]])
        return {
            value
            for place in places.tolist()
            for form, value in self.forms.get(content[place : place + 6], ())
            if content.startswith(form, place)
        }
