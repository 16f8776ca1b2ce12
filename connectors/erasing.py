"""Records leave the lake: their rows become rejects that say nothing but where they stood.

What an extract's rows came to still adds up (rows read = records + rejects), and every other row stays as it is.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from connectors.feeds import Feed
from connectors.ledger import Ledger
from connectors.storing import write_bytes, write_parquet
from connectors.stripping import strip
from connectors.versions import FINDINGS_FOLDER, LANDED_FOLDER, ORDER, REJECTS_FOLDER, compare_versions, lake_path
from matching.frames import FINDINGS, LANDED, conform, erased_rejects


@dataclass(frozen=True)
class Part:
    """What an erasure takes out of one extract, and what the extract's rows come to afterwards."""

    feed: str
    extract_id: str
    extract: str
    lines: tuple[int, ...]
    counts: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """Give the part as the journal keeps it."""
        return {
            "feed": self.feed,
            "extract_id": self.extract_id,
            "extract": self.extract,
            "lines": list(self.lines),
            "counts": dict(self.counts),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Part":
        """Read what `as_json` wrote."""
        return cls(told["feed"], told["extract_id"], told["extract"], tuple(told["lines"]), told["counts"])


def plan(home: Path, lines: pl.DataFrame, versions: pl.DataFrame) -> list[Part]:
    """Give what becomes of every extract that holds some of these lines (feed, extract_id, line).

    `versions` are the LANDED rows among them: those count as records so far, the other lines are rejects already.
    """
    extracts = Ledger(home).extracts().sort("landed_at", "extract_id")
    touched = extracts.join(lines.select("feed", "extract_id").unique(), on=["feed", "extract_id"], how="semi")
    parts, landed_before = [], versions.clear()
    for row in touched.iter_rows(named=True):
        here = (pl.col("feed") == row["feed"]) & (pl.col("extract_id") == row["extract_id"])
        leaving = versions.filter(here).sort(*ORDER)
        was = compare_versions(landed_before.lazy(), leaving)
        landed_before = pl.concat([landed_before, leaving])
        counts = {name: row[name] - was[name] for name in was}
        counts["records"] = row["records"] - leaving.height
        counts["rejects"] = row["rejects"] + leaving.height
        gone = lines.filter(here)["line"].sort().to_list()
        parts.append(Part(row["feed"], row["extract_id"], row["extract"], tuple(gone), counts))
    return parts


def clean_lake(home: Path, part: Part) -> int:
    """Take an extract's lines out of the lake and set its counts; done twice it changes nothing more.

    Rejects first: a row that is missing from both would be a row lost.
    """
    gone = pl.col("line").is_in(list(part.lines))
    paths = {
        folder: lake_path(home, folder, part.feed, part.extract_id)
        for folder in (LANDED_FOLDER, REJECTS_FOLDER, FINDINGS_FOLDER)
    }
    rejects = pl.read_parquet(paths[REJECTS_FOLDER], memory_map=False)
    lines = pl.DataFrame({"line": part.lines}, schema={"line": pl.Int64}).select(
        pl.lit(part.feed).alias("feed"),
        pl.lit(part.extract).alias("extract"),
        pl.lit(part.extract_id).alias("extract_id"),
        "line",
    )
    write_parquet(pl.concat([rejects.filter(~gone), erased_rejects(lines)]).sort("line"), paths[REJECTS_FOLDER])
    for folder, schema in ((FINDINGS_FOLDER, FINDINGS), (LANDED_FOLDER, LANDED)):
        frame = pl.read_parquet(paths[folder], memory_map=False)
        write_parquet(conform(frame.filter(~gone), schema, name=folder), paths[folder])
    Ledger(home).recount(part.feed, part.extract_id, part.counts)
    return len(part.lines)


def strip_delivered(home: Path, feed: Feed, extract_id: str, path: Path, lines: Sequence[int]) -> None:
    """Take lines out of a delivered file that lies under the home; it stays the extract that was taken."""
    before = path.stat()
    stripped = strip(feed, path.read_bytes(), lines)
    Ledger(home).also_known_as(feed.name, extract_id, sha256(stripped).hexdigest())
    write_bytes(stripped, path)
    path.chmod(before.st_mode)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
