"""Runs of a small hub: clusters become customers with ids that last, and are published as the hub does it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from matching.frames import MEMBERS, conform
from matching.identity import Identities, assign
from tests.warehouse.worlds import STARTED, run, world
from warehouse.before import before_run

SECRET = b"only for the tests, not a secret"


def at(day: int) -> datetime:
    """When the run of a day begins, UTC."""
    return (STARTED + timedelta(days=day)).replace(tzinfo=UTC)


def members(clusters: Mapping[str, object]) -> pl.DataFrame:
    """MEMBERS of a run: record → any label of its cluster."""
    frame = pl.DataFrame(
        {"record_id": list(clusters), "label": [str(label) for label in clusters.values()]},
        schema={"record_id": pl.String, "label": pl.String},
    )
    named = frame.with_columns(cluster=pl.col("record_id").min().over("label"), linked_by=pl.lit("name"))
    return conform(named.drop("label"), MEMBERS, name="members")


def read(clusters: str) -> dict[str, int]:
    """Clusters from words: `ab c` is one customer with the records web:a and web:b, and one with web:c."""
    return {f"web:{record}": number for number, cluster in enumerate(clusters.split()) for record in cluster}


def publish(home: Path, day: int, clusters: Mapping[str, object], *, keep: int = 1000) -> Identities:
    """Publish a day's run and give who is who."""
    known = before_run(home)
    run_id = f"{at(day):%Y%m%dT%H%M%S}000-run{day:04}"
    assigned = assign(
        members(clusters),
        known.crosswalk,
        known.redirects,
        run_id=run_id,
        secret=SECRET,
        remembered=known.remembered,
        published=known.published,
    )
    groups = {key[0]: group["record_id"].to_list() for key, group in assigned.crosswalk.group_by("customer_id")}
    names = {customer_id: "+".join(records) for customer_id, records in groups.items()}
    frames = world(groups, names=names, crosswalk=assigned.crosswalk, customer_redirects=assigned.redirects)
    run(home, run_id, frames, started_at=at(day), keep=keep)
    return assigned


def holders(crosswalk: pl.DataFrame) -> dict[str, str]:
    """Who holds which records, as one word: `ab` → id."""
    parts = crosswalk.with_columns(pl.col("record_id").str.split(":").list.last()).group_by("customer_id")
    return {"".join(sorted(group["record_id"])): str(key[0]) for key, group in parts}
