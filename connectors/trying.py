"""An extract tried on a feed file: what a run would make of it, column by column, and nothing is kept."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl

from connectors.discovery import Extract, as_extract
from connectors.errors import FeedError
from connectors.feeds import Feed
from connectors.landing import Judge, understand
from connectors.readers import Rows

LOOKS: Final[tuple[tuple[str, str], ...]] = (
    (r"[\p{Han}--[年月日]]{5,}", "字…"),
    (r"[\p{Han}--[年月日]]", "字"),
    (r"\p{Nd}", "9"),
    (r"[\p{L}--[\p{Han}]]{5,}", "a…"),
    (r"[\p{L}--[\p{Han}]]", "a"),
)
"""What a value looks like: every character by its kind, so that a form is seen, also of a date, and nobody's data."""
SHOWN: Final = 3
"""Looks of a column and lines of a finding that are shown."""


@dataclass(frozen=True)
class Tried:
    """What a run would make of an extract."""

    columns: pl.DataFrame
    """A row a column of the file: column, fills, filled, values (different ones), looks (commonest first)."""
    rejects: pl.DataFrame
    """A row a reason: rule, reason, rows, lines (the first ones)."""
    findings: pl.DataFrame
    """The same of records that are odd."""
    records: int
    notes: tuple[str, ...]


def try_out(feed: Feed, path: Path, judge: Judge | None) -> Tried:
    """Read a file as its feed says, judge its rows, and give what came of it; a `FeedError` if it cannot be understood.

    The file may lie anywhere; that it bears no name of the feed's form is a note here.
    """
    extract, named = _extract(feed, path)
    rows, mapped, notes = understand(feed, extract, path.read_bytes(), judge)
    return Tried(
        columns=_columns(feed, rows),
        rejects=_counted(mapped.rejects),
        findings=_counted(mapped.findings),
        records=mapped.landed.height,
        notes=(*named, *notes),
    )


def _extract(feed: Feed, path: Path) -> tuple[Extract, tuple[str, ...]]:
    if not path.is_file():
        found = "a folder" if path.is_dir() else "nothing"
        raise FeedError(feed.name, str(path), "an extract to try", found, "check the path")
    try:
        extract = as_extract(feed, path.parent, path)
    except FeedError as error:
        extract, note = None, f"{error.where}: expected {error.expected}; found {error.found}: a run would stop"
    else:
        note = ""
    if extract is not None:
        return extract, ()
    status = path.stat()
    delivered_on = datetime.fromtimestamp(status.st_mtime).date()  # noqa: DTZ006 (the day of this machine's clock)
    mode = feed.mode_on(delivered_on.day)
    return Extract(path, path.name, delivered_on, mode, status.st_size, status.st_mtime_ns), (note,) if note else ()


def _columns(feed: Feed, rows: Rows) -> pl.DataFrame:
    told = []
    for name in rows.columns:
        values = rows.table[name].str.strip_chars()
        values = values.filter(values.fill_null("") != "")
        look = values
        for kind, mark in LOOKS:
            look = look.str.replace_all(kind, mark)
        counts = look.alias("look").value_counts(name="rows").sort(["rows", "look"], descending=[True, False])
        told.append(
            {
                "column": name,
                "fills": _fills(feed, name),
                "filled": values.len(),
                "values": values.n_unique(),
                "looks": counts["look"].head(SHOWN).to_list(),
            }
        )
    schema = {"column": pl.String, "fills": pl.String, "filled": pl.Int64, "values": pl.Int64}
    return pl.DataFrame(told, schema={**schema, "looks": pl.List(pl.String)})


def _fills(feed: Feed, name: str) -> str:
    """Say what a column fills: the key, hub fields, nothing on purpose, or nothing because nobody said."""
    fields = [*(["key"] if name in feed.key else []), *(feed.columns[name].to if name in feed.columns else ())]
    return ", ".join(fields) or ("ignored" if name in feed.ignored else "unknown")


def _counted(frame: pl.DataFrame) -> pl.DataFrame:
    return (
        frame.group_by("rule", "reason")
        .agg(pl.len().cast(pl.Int64).alias("rows"), pl.col("line").sort().head(SHOWN).alias("lines"))
        .sort(["rows", "rule", "reason"], descending=[True, False, False])
    )
