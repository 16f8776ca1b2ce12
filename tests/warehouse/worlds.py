"""Small worlds: the frames of a run in which every count adds up, from a few words per record."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import polars as pl

from matching.frames import (
    CROSSWALK,
    CUSTOMERS,
    EXTRACTS,
    FINDINGS,
    LANDED,
    LINEAGE,
    PAIRS,
    QUALITY_RESULTS,
    QUESTIONS,
    RECORDS,
    REDIRECTS,
    REJECTS,
    Schema,
    conform,
)
from warehouse.published import snapshots

DELIVERED = datetime(2026, 11, 1)  # noqa: DTZ001 -- frames hold times without a zone
STARTED = datetime(2026, 11, 2, 3)  # noqa: DTZ001 -- the same

Row = dict[str, object]
Frames = dict[str, pl.DataFrame]


def frame(rows: Sequence[Row], schema: Schema) -> pl.DataFrame:
    """Rows as a frame of the schema; what they leave out is null."""
    full = [dict.fromkeys(schema) | row for row in rows]
    return conform(pl.DataFrame(full, schema=dict(schema)), schema, name="test")


def world(
    groups: Mapping[str, Sequence[str]],
    *,
    names: Mapping[str, str] | None = None,
    said: Mapping[str, Row] | None = None,
    run: str = "r1",
    **others: pl.DataFrame,
) -> Frames:
    """Frames for a snapshot: `groups` are the record ids of each customer, `names` how customers are called.

    `said` adds columns to records. The first record of a customer gives its name. Other frames may be given by name.
    """
    names, said = names or {}, said or {}
    members = {record: customer for customer, records in groups.items() for record in records}
    called = {record: names.get(customer, f"name of {customer}") for record, customer in members.items()}
    provenance = {
        record: {
            "record_id": record,
            "feed": record.split(":")[0],
            "source_id": record.split(":")[1],
            "extract": f"{record.split(':')[0]}/day.csv",
            "extract_id": record.split(":")[0] * 4,
            "line": line,
            "seen_at": DELIVERED,
        }
        for line, record in enumerate(sorted(members), start=2)
    }
    records: list[Row] = [
        {**at, "first_seen_at": DELIVERED, "versions": 1, "entity_type": "person", "name": called[record]}
        | said.get(record, {})
        for record, at in provenance.items()
    ]
    feeds = sorted({str(at["feed"]) for at in provenance.values()})
    per_feed = {feed: sum(at["feed"] == feed for at in provenance.values()) for feed in feeds}
    customers: list[Row] = [
        {
            "customer_id": customer,
            "entity_type": "person",
            "name": called[records[0]],
            "record_count": len(records),
            "channel_count": len({record.split(":")[0] for record in records}),
            "channels": sorted({record.split(":")[0] for record in records}),
            "first_seen_at": DELIVERED,
            "last_seen_at": DELIVERED,
            "confidence": 1.0,
            "updated_at": DELIVERED,
        }
        for customer, records in groups.items()
    ]
    lineage: list[Row] = [
        {
            "customer_id": customer,
            "attribute": "name",
            "value": called[records[0]],
            "feed": records[0].split(":")[0],
            "source_id": records[0].split(":")[1],
            "rule": "only_value",
        }
        for customer, records in groups.items()
    ]
    return {
        "customers": frame(customers, CUSTOMERS),
        "crosswalk": frame(
            [{"record_id": record, "customer_id": customer, "since_run": run} for record, customer in members.items()],
            CROSSWALK,
        ),
        "lineage": frame(lineage, LINEAGE),
        "records": frame(records, RECORDS),
        "record_versions": frame(
            [{**at, "name": called[record], "raw": "{}"} for record, at in provenance.items()], LANDED
        ),
        "pairs": frame([], PAIRS),
        "rejects": frame([], REJECTS),
        "findings": frame([], FINDINGS),
        "extracts": frame(
            [
                {
                    "extract_id": feed * 4,
                    "feed": feed,
                    "extract": f"{feed}/day.csv",
                    "delivered_on": date(2026, 11, 1),
                    "rows_read": per_feed[feed],
                    "records": per_feed[feed],
                    "rejects": 0,
                    "new": per_feed[feed],
                    "changed": 0,
                    "unchanged": 0,
                    "unknown_columns": [],
                }
                for feed in feeds
            ],
            EXTRACTS,
        ),
        "customer_redirects": frame([], REDIRECTS),
        **others,
        "questions": pl.concat([others.get("questions", frame([], QUESTIONS)), _undecided(others.get("pairs"))]),
    }


def _undecided(pairs: pl.DataFrame | None) -> pl.DataFrame:
    """Ask whether the pairs of the middle band are one customer: as likely as not."""
    if pairs is None:
        return frame([], QUESTIONS)
    asked = pairs.filter(pl.col("band") == "review").select("record_id_l", "record_id_r", "score")
    return frame([row | {"reason": "undecided", "probability": 0.5} for row in asked.to_dicts()], QUESTIONS)


def run(
    home: Path,
    run_id: str,
    frames: Frames,
    *,
    minute: int = 0,
    keep: int = 10,
    started_at: datetime | None = None,
    history_days: int | None = None,
    audited: bool = True,
    **manifest: object,
) -> Path:
    """Write, finish and publish one run that began `minute` minutes after `STARTED`, or at `started_at`."""
    started_at = started_at or STARTED.replace(minute=minute)
    candidate = snapshots.write_candidate(
        home, run_id, frames, {"started_at": started_at} | manifest, history_days=history_days
    )
    if audited:
        snapshots.add_results(candidate, frame([], QUALITY_RESULTS), finished_at=started_at)
    return snapshots.publish(home, run_id, keep=keep)
