"""The two suites at work: on all that a feed has delivered, and on a candidate snapshot."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from matching.frames import EXTRACTS, LANDED, QUALITY_RESULTS, REJECTS, conform
from matching.words import Severity
from quality.checks import Check, run_checks
from quality.database import count_rows, load
from quality.feed_suite import FEED_CHECKS
from quality.snapshot_suite import BOUNDS, SNAPSHOT_CHECKS

__all__ = ["FEED_CHECKS", "SNAPSHOT", "SNAPSHOT_CHECKS", "audit_snapshot", "check_feed", "failures"]

SNAPSHOT: Final = "snapshot"
"""The subject of checks that are about the candidate snapshot and not about a feed."""


def check_feed(
    landed: pl.DataFrame | pl.LazyFrame, extracts: pl.DataFrame, rejects: pl.DataFrame, *, feed: str
) -> pl.DataFrame:
    """Give what the checks say of all that a feed has delivered so far, as QUALITY_RESULTS.

    `landed` (LANDED), `extracts` (EXTRACTS) and `rejects` (REJECTS) may hold other feeds too; of `landed`, what is not
    read yet is read without `raw`. A feed of which nothing was taken yet has nothing to be checked.
    """
    own = pl.col("feed") == feed
    taken = conform(extracts, EXTRACTS, name="extracts").filter(own)
    if taken.is_empty():
        return pl.DataFrame(schema=dict(QUALITY_RESULTS))
    checked = {name: LANDED[name] for name in LANDED if name != "raw"}
    rows = conform(landed.lazy().filter(own).select(checked.keys()).collect(), checked, name="landed")
    number = pl.col("extract_id").rank("dense").cast(pl.Int64)
    with tempfile.TemporaryDirectory() as folder:
        database = load(
            Path(folder),
            {
                "landed": rows.with_columns(
                    row_id=pl.format("{}:{}", "extract", "line"), line_id=number * 2**40 + pl.col("line")
                ),
                "extracts": taken,
                "rejects": conform(rejects, REJECTS, name="rejects").filter(own).drop("raw"),
            },
        )
        return run_checks(database, FEED_CHECKS, subject=feed)


def audit_snapshot(candidate: Path, previous: Path | None) -> pl.DataFrame:
    """Give what the audit of a candidate snapshot found, as QUALITY_RESULTS; a failed critical check forbids it.

    `previous` is the snapshot in force, to compare volumes with.
    """
    return run_checks(candidate, _bounded(SNAPSHOT_CHECKS, previous), subject=SNAPSHOT)


def failures(results: pl.DataFrame, severity: Severity) -> pl.DataFrame:
    """Give the results that failed at this severity."""
    return results.filter(~pl.col("passed") & (pl.col("severity") == severity))


def _bounded(checks: tuple[Check, ...], previous: Path | None) -> list[Check]:
    if previous is None:
        return list(checks)
    before = count_rows(previous, sorted({table for table, _, _ in BOUNDS.values()}))
    bounded = []
    for check in checks:
        if check.name in BOUNDS:
            table, least, most = BOUNDS[check.name]
            args = {"min_value": max(1, int(least * before[table]))}
            bounded.append(replace(check, args=args | ({"max_value": int(most * before[table]) + 1} if most else {})))
        else:
            bounded.append(check)
    return bounded
