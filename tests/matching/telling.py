"""Records for tests, told in a few words: what is not said is null or the plainest that can be."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

import polars as pl

from matching.frames import CROSSWALK, RECORDS, conform

DELIVERED = datetime(2026, 11, 1)  # noqa: DTZ001 the hub's times are local


def records(told: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Give RECORDS: each told as `record` (feed:source_id), perhaps `said` (a day), and any of its columns."""
    rows = []
    for each in told:
        row = {name: value for name, value in each.items() if name in RECORDS}
        feed, source_id = each["record"].split(":")
        said = each.get("said")
        happened_at = datetime.combine(said, time()) if isinstance(said, date) else None
        plain = {
            "record_id": each["record"],
            "feed": feed,
            "source_id": source_id,
            "seen_at": DELIVERED,
            "happened_at": happened_at,
            "first_seen_at": happened_at or DELIVERED,
            "versions": 1,
            "entity_type": "person",
        }
        rows.append(plain | row)
    frame = pl.DataFrame(rows, schema=dict(RECORDS), orient="row")
    return conform(frame, RECORDS, name="records")


def crosswalk(customer_of: Mapping[str, str], scores: Mapping[str, float] | None = None) -> pl.DataFrame:
    """Give CROSSWALK: record → customer."""
    frame = pl.DataFrame(
        {
            "record_id": list(customer_of),
            "customer_id": list(customer_of.values()),
            "score": [(scores or {}).get(record) for record in customer_of],
        },
        schema={"record_id": pl.String, "customer_id": pl.String, "score": pl.Float64},
    )
    return conform(frame, CROSSWALK, name="crosswalk")
