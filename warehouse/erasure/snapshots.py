"""Kept snapshots without a person: each is written anew beside and swapped in.

The new file is written by a process that has never seen the person: one that has read the old file leaves bits of its
memory in the unused ends of blocks, and an address was found there that stood in no table any more. What passes
between the two are Parquet files, which have no unused ends.

A reader who has the old file open goes on reading it until it closes it; who opens the snapshot now gets the new one.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from warehouse import duck
from warehouse.erasure.cleaning import (
    NAMING,
    SPECIAL,
    changed_rows,
    clean,
    names_the_person,
    require_covered,
)
from warehouse.erasure.leaving import Leaving, World
from warehouse.errors import SnapshotError
from warehouse.lasting import to_disk
from warehouse.published.snapshots import snapshots

ASIDE: Final = "erasing"
COMMENTS: Final = "comments.sql"
CELLS_APART: Final = "zstd"
"""The compression that leaves no text as it is; files are larger with it."""


def require_covered_snapshots(home: Path) -> None:
    """Refuse an erasure if a kept snapshot has a table that it would pass by."""
    for snapshot in snapshots(home):
        with duck.reading(snapshot) as con:
            for table, columns in _tables(con, con.sql("SELECT current_database()").fetchall()[0][0]).items():
                require_covered(table, columns)


def clean_snapshot(home: Path, snapshot: Path, leaving: Leaving, is_told: Callable[[bytes], bool]) -> dict[str, int]:
    """Take the person out of one snapshot and give how many rows of each table went or changed.

    `is_told` says whether a value of the person stands in some bytes. Cells of a dictionary lie end to end, and the end
    of one may make a short value with the beginning of the next: such a file is written once more, compressed so that
    no two cells touch.
    """
    folder = home / "warehouse" / ASIDE
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    aside = folder / snapshot.name
    try:
        counted = _write_tables(snapshot, folder / "tables", leaving)
    except duck.FAILURES as failure:
        raise _no_room(snapshot, str(failure).splitlines()[0]) from failure
    _load(snapshot, folder / "tables", aside)
    if is_told(aside.read_bytes()):
        aside.unlink()
        _load(snapshot, folder / "tables", aside, CELLS_APART)
    before = snapshot.stat()
    to_disk(aside)
    os.utime(aside, ns=(before.st_atime_ns, before.st_mtime_ns))
    aside.chmod(before.st_mode)
    aside.replace(snapshot)
    to_disk(snapshot.parent)
    shutil.rmtree(folder)
    return counted


def _load(snapshot: Path, tables: Path, aside: Path, *compression: str) -> None:
    loaded = subprocess.run(  # noqa: S603 -- this very program, on paths of its own
        [sys.executable, "-m", "warehouse.erasure.loading", str(tables), str(aside), *compression],
        capture_output=True,
        text=True,
        check=False,
    )
    if loaded.returncode:
        raise _no_room(snapshot, (loaded.stderr.strip().splitlines() or ["it was killed"])[-1])


def _no_room(snapshot: Path, found: str) -> SnapshotError:
    return SnapshotError(
        f"{snapshot}: expected to be able to write it anew in {snapshot.parents[1] / ASIDE}, found: {found}. The "
        "snapshot is as it was. Make room on the disk and run the command again: it goes on from here"
    )


def _write_tables(snapshot: Path, folder: Path, leaving: Leaving) -> dict[str, int]:
    """Write all that stays as Parquet, each table in its order, with the statements that make tables and comments."""
    counted: dict[str, int] = {}
    con = duckdb.connect(config={"temp_directory": str(folder.parent / "spilled")})
    try:
        con.execute("ATTACH ? AS before (READ_ONLY)", [str(snapshot)]).fetchall()
        con.execute("COPY FROM DATABASE before TO memory (SCHEMA)").fetchall()
        con.execute(f"EXPORT DATABASE {_literal(folder)} (FORMAT parquet)").fetchall()
        (folder / COMMENTS).write_text(_comments(con), encoding="utf-8")
        tables = _tables(con, "before")
        world = World({name: _reader(con, name) for name in tables}, leaving)
        for name, columns in tables.items():
            target = folder / f"{name}.parquet"
            special = name in SPECIAL
            count = _copy_special(con, name, world, target) if special else _copy(con, name, columns, world, target)
            if count:
                counted[name] = count
    finally:
        con.close()
    return counted


def _comments(con: duckdb.DuckDBPyConnection) -> str:
    """Give the statements that make the comments, which an export leaves out."""
    told = con.execute(duck.statements("erasing_comments")).fetchall()
    return "\n".join(statement for (statement,) in told)


def _literal(path: Path) -> str:
    """Give a path as SQL wants it where it cannot be bound."""
    return "'" + str(path).replace("'", "''") + "'"


def _tables(con: duckdb.DuckDBPyConnection, database: str) -> dict[str, list[str]]:
    """Give the tables of a database with their columns."""
    rows = con.execute(
        "SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() "
        "WHERE database_name = ? AND table_name IN "
        "(SELECT table_name FROM duckdb_tables() WHERE database_name = ? AND NOT internal) "
        "GROUP BY table_name ORDER BY table_name",
        [database, database],
    ).fetchall()
    return dict(rows)


def _reader(con: duckdb.DuckDBPyConnection, name: str) -> Callable[[], pl.DataFrame]:
    return lambda: duck.rows(con.table(f"before.{duck.quoted(name)}"))


def _copy(con: duckdb.DuckDBPyConnection, name: str, columns: list[str], world: World, target: Path) -> int:
    """Copy the rows that do not name the person, which is told from the columns that name somebody."""
    naming = [column for column in columns if column in NAMING]
    if not naming:
        require_covered(name, columns)
    told = con.table(f"before.{duck.quoted(name)}").project(
        ", ".join(["rowid AS row_number", *(duck.quoted(column) for column in naming)])
    )
    rows = duck.rows(told)
    gone = rows.filter(names_the_person(rows, world)).select("row_number")
    duck.show_frame(con, "gone_rows", gone)
    # The names of tables and files cannot be bound; they come from the snapshot's own catalogue.
    con.execute(
        f"COPY (SELECT * FROM before.{duck.quoted(name)} AS old "  # noqa: S608
        f"WHERE old.rowid NOT IN (SELECT row_number FROM gone_rows)) TO {_literal(target)} (FORMAT parquet)"
    ).fetchall()
    return gone.height


def _copy_special(con: duckdb.DuckDBPyConnection, name: str, world: World, target: Path) -> int:
    """Write a table that is worked out again, and count its rows that are no longer as they were."""
    table = world.tables[name]()
    cleaned = clean(name, table, world)
    duck.show_frame(con, "cleaned_rows", cleaned)
    con.execute(f"COPY (SELECT * FROM cleaned_rows) TO {_literal(target)} (FORMAT parquet)").fetchall()  # noqa: S608
    return changed_rows(table, cleaned)
