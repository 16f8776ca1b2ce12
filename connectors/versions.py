"""Landed records back from the lake: every version of every record, and the one in force."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from connectors.errors import StorageError
from connectors.feeds import HAPPENED_AT, Feed, Mode
from connectors.ledger import REVISION_MARK, Ledger
from matching.frames import ATTRIBUTES, FACTS, FINDINGS, LANDED, REJECTS, Schema
from matching.scores.shortening import PRINT

RESTORE: Final = "restore the lake folder from a backup, or start again with an empty home folder"
LANDED_FOLDER: Final = "landed"
REJECTS_FOLDER: Final = "rejects"
FINDINGS_FOLDER: Final = "findings"

CONTENT: Final[tuple[str, ...]] = (HAPPENED_AT, *ATTRIBUTES, *FACTS)
"""Columns by which two versions of a record differ or do not."""

ORDER: Final[tuple[str, ...]] = ("seen_at", "extract", "extract_id", "line")
"""What decides which of two versions of a record is the newer."""

PLACE: Final[tuple[str, ...]] = ("feed", "extract_id", "line")
"""Where a version lies."""

NAMED_BY: Final[tuple[str, ...]] = ("record_id", "feed", *ORDER, HAPPENED_AT)
"""What tells versions apart, and which of them is in force, without what they say."""


def lake_path(home: Path, folder: str, feed: str, sha256: str) -> Path:
    """Give where a frame of an extract lies."""
    return home / "lake" / folder / feed / f"{sha256[:16]}.parquet"


def read_landed(home: Path) -> pl.DataFrame:
    """Give every version of every record that was taken, as LANDED, oldest first."""
    return in_order(_collect(scan_landed(home)))


def scan_landed(home: Path) -> pl.LazyFrame:
    """Give every version of every record that was taken, as LANDED, to be read as far as it is needed."""
    return pl.concat(_scan(home, LANDED_FOLDER, LANDED))


def read_versions(home: Path) -> pl.DataFrame:
    """Give every version of every record that was taken, by what tells it from others (`NAMED_BY`)."""
    return _collect(scan_landed(home).select(NAMED_BY))


def read_prints(home: Path) -> pl.DataFrame:
    """Give every version by what tells it from others, with a `print` of its row: a landed row never changes."""
    versions = read_versions(home)
    return versions.with_columns(print=versions.select("record_id", "extract_id", "line", "seen_at").hash_rows(PRINT))


def read_whole(home: Path, versions: pl.DataFrame) -> pl.DataFrame:
    """Give some versions, told by their place, with all that their rows say but for `raw`; their own columns stay."""
    said = [name for name in LANDED if name != "raw" and (name in PLACE or name not in versions.columns)]
    landed = _of_extracts(home, versions).select(said)
    return _collect(versions.lazy().join(landed, on=list(PLACE), how="left", maintain_order="left"))


def read_rows(home: Path, versions: pl.DataFrame) -> pl.DataFrame:
    """Give some versions, told by their place, as LANDED in whatever order: mostly all of their extracts."""
    landed = _collect(_of_extracts(home, versions))
    return landed if landed.height == versions.height else landed.join(versions, on=PLACE, how="semi")


def _of_extracts(home: Path, versions: pl.DataFrame) -> pl.LazyFrame:
    where = versions.select("feed", "extract_id").unique()
    return pl.concat(_scan(home, LANDED_FOLDER, LANDED, only=where))


def read_rejects(home: Path) -> pl.DataFrame:
    """Give every row that did not become a record, as REJECTS, by feed, extract and line."""
    return _read(home, REJECTS_FOLDER, REJECTS).sort("feed", "extract", "extract_id", "line", "rule")


def read_findings(home: Path) -> pl.DataFrame:
    """Give what was odd about accepted rows, as FINDINGS, by feed, extract and line."""
    return _read(home, FINDINGS_FOLDER, FINDINGS).sort("feed", "extract", "extract_id", "line", "rule")


def latest(landed: pl.DataFrame, extracts: pl.DataFrame | None = None) -> pl.DataFrame:
    """Give the version in force of each record: LANDED with `first_seen_at` and `versions`, by record_id.

    The newest by delivery day, then extract, then line; the order in which extracts were landed changes nothing. With
    `extracts` (EXTRACTS) a record that its feed's newest full load does not tell, and no delta after it, is gone.
    """
    told = landed if extracts is None else present(landed, extracts)
    again = told["record_id"].is_duplicated()
    first_told = pl.min_horizontal(pl.col("seen_at").min(), pl.col(HAPPENED_AT).min()).alias("first_seen_at")
    several = (
        in_order(told.filter(again))
        .group_by("record_id", maintain_order=True)
        .agg(pl.all().last(), first_told, pl.len().cast(pl.Int64).alias("versions"))
    )
    once = told.filter(~again).with_columns(
        pl.min_horizontal("seen_at", HAPPENED_AT).alias("first_seen_at"), pl.lit(1, pl.Int64).alias("versions")
    )
    return pl.concat([once, several.select(once.columns)]).sort("record_id")


def present(landed: pl.DataFrame, extracts: pl.DataFrame) -> pl.DataFrame:
    """Give the versions of the records that are not gone.

    A feed's newest full load is all its full extracts of the last day that had one, of a file that was delivered again
    the last revision. Feeds that deliver deltas only lose nothing.
    """
    is_told = _is_told(landed, extracts)
    if is_told.all():
        return landed
    return landed.join(landed.filter(is_told).select("record_id"), on="record_id", how="semi", maintain_order="left")


def _is_told(landed: pl.DataFrame, extracts: pl.DataFrame) -> pl.Series:
    """Say which versions are of their feed's newest full load, or came after it."""
    full = extracts.filter(pl.col("mode") == Mode.FULL.value)
    newest = full.filter(pl.col("delivered_on") == pl.col("delivered_on").max().over("feed")).with_columns(
        name=pl.col("extract").str.replace(rf"{REVISION_MARK}\d+$", "")
    )
    load = newest.sort("feed", "name", "extract").unique(["feed", "name"], keep="last", maintain_order=True)
    days = dict(load.select("feed", "delivered_on").unique().rows())
    loaded_on = pl.col("feed").replace_strict(days, default=None, return_dtype=pl.Date)
    is_told = loaded_on.is_null() | (pl.col("seen_at").dt.date() > loaded_on)
    is_told |= pl.col("extract_id").is_in(load["extract_id"].to_list())
    return landed.select(is_told.alias("is_told"))["is_told"]


def left_over(extracts: pl.DataFrame, feeds: Sequence[Feed]) -> list[str]:
    """Give the feeds of which EXTRACTS were taken and that have no feed file any more: what they told is in force."""
    return sorted({*extracts["feed"]} - {feed.name for feed in feeds})


def gone_by_feed(landed: pl.DataFrame | pl.LazyFrame, now: pl.DataFrame) -> dict[str, int]:
    """Count by feed the records that were landed once and are not in `now`; feeds that lost none are left out.

    Records in force tell how many versions they have: where these are all that was landed none is gone, and the ids
    of what was landed need not be read.
    """
    rows = landed.lazy().group_by("feed").agg(rows=pl.len())
    left = now.group_by("feed").agg(now=pl.len(), versions=pl.col("versions").sum())
    held = _collect(rows).join(left, on="feed", how="left")
    lost = held.filter(pl.col("rows") > pl.col("versions").fill_null(0))
    if lost.is_empty():
        return {}
    of_lost = landed.lazy().filter(pl.col("feed").is_in(lost["feed"].to_list()))
    ever = _collect(of_lost.group_by("feed").agg(ever=pl.col("record_id").n_unique()))
    gone = ever.join(lost, on="feed").with_columns(gone=pl.col("ever") - pl.col("now").fill_null(0))
    return dict(gone.filter(pl.col("gone") > 0).sort("feed").select("feed", "gone").rows())


def in_order(landed: pl.DataFrame) -> pl.DataFrame:
    """Give versions oldest first: by delivery day, extract, its revision under the same name, and line."""
    return landed.sort(*ORDER)


def compare_versions(earlier: pl.LazyFrame, landed: pl.DataFrame) -> dict[str, int]:
    """Count what rows of one extract bring: `new` source ids, `changed` and `unchanged` ones.

    Each row is compared with the version before it, which may stand in the same extract.
    """
    columns = ["record_id", *ORDER, *CONTENT]
    ids = landed.lazy().select("record_id").unique()
    before = _collect(earlier.select(columns).join(ids, on="record_id", how="semi"))
    versions = pl.concat([before, landed.select(columns)])
    again = versions.filter(pl.col("record_id").is_duplicated()).sort("record_id", *ORDER)
    follows = pl.col("record_id") == pl.col("record_id").shift(1)
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in CONTENT)
    here = pl.col("extract_id").is_in(landed["extract_id"].unique().to_list())
    counts = again.select(
        (here & follows & differs).sum().alias("changed"), (here & follows & ~differs).sum().alias("unchanged")
    )
    changed, unchanged = counts.row(0)
    return {"new": landed.height - changed - unchanged, "changed": changed, "unchanged": unchanged}


def read_feed(home: Path, feed: str) -> pl.LazyFrame:
    """Give every version of one feed's records, to be read as far as it is needed."""
    return pl.concat(_scan(home, LANDED_FOLDER, LANDED, feed))


def _read(home: Path, folder: str, schema: Schema) -> pl.DataFrame:
    return _collect(pl.concat(_scan(home, folder, schema)))


def _collect(frame: pl.LazyFrame) -> pl.DataFrame:
    try:
        return frame.collect()
    except (PolarsError, OSError) as error:
        message = f"expected to read the lake's files; found: {type(error).__name__}. What to do: {RESTORE}"
        raise StorageError(message) from error


def _scan(
    home: Path, folder: str, schema: Schema, feed: str | None = None, *, only: pl.DataFrame | None = None
) -> list[pl.LazyFrame]:
    """Give the lake's files of the extracts that the ledger knows: of all, of one feed, or `only` of some of them."""
    extracts = Ledger(home).extracts()
    taken = extracts if feed is None else extracts.filter(pl.col("feed") == feed)
    taken = taken if only is None else taken.join(only, on=["feed", "extract_id"], how="semi", maintain_order="left")
    frames = [pl.LazyFrame(schema=schema)]
    for of, sha256, extract in taken.select("feed", "extract_id", "extract").rows():
        path = lake_path(home, folder, of, sha256)
        if not path.exists():
            message = (
                f"expected {path.relative_to(home)}, which holds what was taken from {extract}; found no such file. "
                f"What to do: {RESTORE}"
            )
            raise StorageError(message)
        frames.append(pl.scan_parquet(path))
    return frames
