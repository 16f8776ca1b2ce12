"""A snapshot made from the one before it: the file is copied, and only rows that are others now are replaced.

What a table holds, row by row, is remembered as hashes beside the lake (`lake/published/`), for one published snapshot
and one state of the tables' definitions. If the snapshot in force is another, the next one is written whole. Rows that
were added stand behind the others in the file; `warehouse.published.reading` gives every table in its order.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from matching.scores.shortening import PRINT
from warehouse import duck
from warehouse.lake import lake
from warehouse.published.building import in_order
from warehouse.tables import PUBLISHED, Frame, Told

FOLDER: Final = Path("lake") / "published"
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "records": ("record_id",),
    "record_versions": ("feed", "extract_id"),
    "pairs": ("record_id_l", "record_id_r"),
    "customers": ("customer_id",),
    "crosswalk": ("record_id",),
    "lineage": ("customer_id",),
}
"""The tables that are patched, and by which columns the rows are known that are replaced together."""
CONTINUED: Final[Mapping[str, tuple[str, ...]]] = {
    "customer_history": ("customer_id", "valid_from"),
    "crosswalk_history": ("record_id", "valid_from", "customer_id"),
}
"""The tables that only end and begin intervals (`warehouse/sql/patch/<name>.sql`), and the order of their rows."""
FOLLOWING: Final[Mapping[str, tuple[str, ...]]] = {"subscriptions": ("record_id",), "interactions": ("record_id",)}
"""The tables of which a row is made of a record and its customer (`warehouse/sql/patch/<name>.sql`); their order."""
MOST: Final = 0.2
"""The share of a table's rows that may be others before writing the snapshot whole is quicker."""

Prints = Mapping[str, pl.DataFrame]
"""By table: `key` and `print`, hashes of the key columns and of all columns, beside the key columns themselves, and how
many `rows` have the key."""


@dataclass(frozen=True)
class Patch:
    """By table: the keys of rows that are others or no more (`stale`), and the rows to put in (`fresh`)."""

    stale: Mapping[str, pl.DataFrame]
    fresh: Mapping[str, pl.DataFrame]


def prints(given: Mapping[str, Frame]) -> Prints:
    """Give what the patched tables will hold, as hashes."""
    return {name: _prints(given[name], key) for name, key in KEYS.items()}


def _prints(given: Frame, key: tuple[str, ...]) -> pl.DataFrame:
    frame, own = (given.prints, given.prints["print"]) if isinstance(given, Told) else (given, given.hash_rows(PRINT))
    told = frame.select(*key, frame.select(key).hash_rows(31).alias("key"), own.alias("print"))
    if told["key"].n_unique() == told.height:
        return told.select("key", *key, "print", rows=pl.lit(1, pl.UInt32))
    return told.group_by("key", maintain_order=True).agg(
        *(pl.col(name).first() for name in key), pl.col("print").sum(), pl.len().cast(pl.UInt32).alias("rows")
    )


def patch(home: Path, previous: Path | None, given: Mapping[str, Frame], now: Prints) -> Patch | None:
    """Give what has to be replaced in a copy of the snapshot in force; None if the next one is to be written whole."""
    stamp = lake.read_stamp(home / FOLDER)
    if previous is None or stamp is None or (stamp["snapshot"], stamp["tables"]) != (previous.stem, _tables()):
        return None
    stale, fresh = {}, {}
    for name, key in KEYS.items():
        before = pl.read_parquet(home / FOLDER / f"{name}.parquet")
        is_same = _same(now[name], before)
        others = now[name].filter(~is_same)
        if int(others["rows"].sum()) > MOST * max(int(before["rows"].sum()), 1):
            return None
        stale[name] = (
            before.clear()
            if is_same.sum() == before.height
            else before.join(now[name].filter(is_same), on="key", how="anti", maintain_order="left")
        ).select(key)
        fresh[name] = _rows_of(given[name], others.select(key), name)
    return Patch(stale, fresh)


def _same(now: pl.DataFrame, before: pl.DataFrame) -> pl.Series:
    """Tell which keys have the rows they had. A key stands once on either side, so it is looked up alone."""
    was = now.select("key", "print").join(
        before.select("key", was="print"), on="key", how="left", maintain_order="left"
    )
    return was.select(is_same=pl.col("was").eq_missing(pl.col("print")))["is_same"]


def _rows_of(given: Frame, keys: pl.DataFrame, name: str) -> pl.DataFrame:
    """Give the rows with some keys, in the table's order; of a frame that is read as it is needed, only those."""
    frame = given.prints if isinstance(given, Told) else given
    rows = frame.join(keys, on=keys.columns, how="semi", maintain_order="left")
    return in_order(name, replace(given, prints=rows) if isinstance(given, Told) else rows)


def remember(home: Path, snapshot: str, now: Prints) -> None:
    """Keep what the tables of a snapshot hold, for the next run."""
    with lake.kept_aside(home / FOLDER) as aside:
        for name, frame in now.items():
            frame.write_parquet(aside / f"{name}.parquet", compression="uncompressed", statistics=False)
        lake.write_stamp(aside, snapshot=snapshot, tables=_tables())


def apply(con: duckdb.DuckDBPyConnection, given: Mapping[str, Frame], by: Patch) -> None:
    """Make a copy of the snapshot before into the next one. Views and macros are in the copy already."""
    for name, frame in given.items():
        duck.show_frame(con, f"given_{name}", by.fresh[name] if name in by.fresh else in_order(name, frame))
    for name, frame in by.stale.items():
        duck.show_frame(con, f"stale_{name}", frame)
    duck.execute(con, duck.statements("patch/stale"))
    for name in tables():
        if name not in {*KEYS, *CONTINUED, *FOLLOWING}:
            con.execute(f"TRUNCATE {duck.quoted(name)}").fetchall()
    for name in tables():
        if name in CONTINUED or name in FOLLOWING:
            duck.execute(con, duck.statements(f"patch/{name}"))
        if name not in CONTINUED:
            duck.execute(con, duck.statements(name), only=duckdb.StatementType.INSERT)


def tables() -> Iterator[str]:
    """Give the published tables in the order in which they are built."""
    return (published.name for published in PUBLISHED if published.is_table)


def _tables() -> str:
    """Give a digest of what the tables are made by."""
    digest = hashlib.sha256(duckdb.__version__.encode())
    for file in sorted(Path(str(resources.files("warehouse"))).joinpath("sql").rglob("*.sql")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
