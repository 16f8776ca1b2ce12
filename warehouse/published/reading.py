"""Reading what is published: tables as frames, frames as the core wants them back, exports to compare."""

from pathlib import Path

import polars as pl

from matching.frames import conform
from warehouse import duck
from warehouse.errors import SnapshotError
from warehouse.published.patching import CONTINUED, FOLLOWING, KEYS
from warehouse.published.snapshots import current
from warehouse.tables import GIVEN, PUBLISHED, order_of

ACCOUNTS_OF_RUNS = ("runs",)
"""Tables that differ after every run, because a run has times of its own."""


def read_table(home_or_path: Path, table: str) -> pl.DataFrame:
    """Give a published table or view, in its fixed order: of the snapshot in force of a home, or of a snapshot file."""
    with duck.reading(_snapshot(home_or_path)) as con:
        return in_order(table, duck.rows(con.table(table)))


def read_columns(home_or_path: Path, table: str, *columns: str) -> pl.DataFrame:
    """Give some columns of a published table, its rows in whatever order they lie: the others are not read at all."""
    with duck.reading(_snapshot(home_or_path)) as con:
        return duck.rows(con.table(table).select(*columns))


def in_order(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Give a table's rows in its fixed order: in the file, rows that a delta added stand behind the others."""
    if table not in {*KEYS, *CONTINUED, *FOLLOWING}:
        return rows
    order = CONTINUED.get(table) or FOLLOWING.get(table) or order_of(table)
    keys = rows.select(order)
    return rows if keys.equals(keys.sort(order, maintain_order=True)) else rows.sort(order, maintain_order=True)


def count_rows(home_or_path: Path, *tables: str) -> dict[str, int]:
    """Give how many rows published tables or views have, without reading them."""
    with duck.reading(_snapshot(home_or_path)) as con:
        return {table: con.table(table).count("*").fetchall()[0][0] for table in tables}


def read_frame(home: Path, name: str) -> pl.DataFrame:
    """Give a frame as it was handed to the snapshot in force, in its schema; empty before the first publication.

    This is how a run learns what the run before it decided.
    """
    schema = next(given.schema for given in GIVEN if given.name == name)
    if current(home) is None:
        return pl.DataFrame(schema=dict(schema))
    table = read_table(home, name)
    if name == "customer_redirects":
        table = table.filter(pl.col("valid_to").is_null())
    return conform(table.select(column for column in table.columns if column in schema), schema, name=name)


def export_tables(home_or_path: Path, out: Path) -> list[Path]:
    """Write every table to `out` as CSV and give the files; equal data give equal bytes.

    Left out is `runs`: a run has times of its own.
    """
    out.mkdir(parents=True, exist_ok=True)
    written = []
    with duck.reading(_snapshot(home_or_path)) as con:
        tables = {name: in_order(name, duck.rows(con.table(name))) for name in exported_tables()}
    for name, table in tables.items():
        nested = [column for column, dtype in table.schema.items() if dtype.is_nested()]
        flat = table.with_columns(pl.struct(column).struct.json_encode().alias(column) for column in nested)
        flat.write_csv(out / f"{name}.csv")
        written.append(out / f"{name}.csv")
    return written


def exported_tables() -> list[str]:
    """Give the names of the tables that are the same after two runs over the same input."""
    return [table.name for table in PUBLISHED if table.is_table and table.name not in ACCOUNTS_OF_RUNS]


def _snapshot(home_or_path: Path) -> Path:
    if home_or_path.is_file():
        return home_or_path
    snapshot = current(home_or_path)
    if snapshot is None:
        message = f"{home_or_path}: expected a published snapshot, found none; run `customer-hub run` first"
        raise SnapshotError(message)
    return snapshot
