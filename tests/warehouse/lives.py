"""Runs of a small hub: clusters become customers with ids that last, and are published as the hub does it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from matching.customers.identity import Identities, assign
from matching.frames import MEMBERS, conform
from matching.words import Judgement
from tests.warehouse.worlds import STARTED, run, world
from warehouse import duck, state
from warehouse.judgements import planned, restoring
from warehouse.published import building, snapshots
from warehouse.published.before import before_run
from warehouse.tables import PUBLISHED

Links = Mapping[tuple[str, str], float]
"""What a matching finds: pairs of records and how strongly they belong together."""


COMMENTS = re.compile(r"^COMMENT ON .*\n", re.MULTILINE)
NEEDED = {"runs", "records", "customers", "crosswalk", "pairs", "quality_results", "macros"}


@contextmanager
def few_tables() -> Iterator[None]:
    """Let snapshots hold only what ids and history need: a year of them must not take an hour."""
    statements = duck.statements
    few = tuple(table for table in PUBLISHED if table.remembers or table.name in NEEDED)
    with pytest.MonkeyPatch.context() as patch:
        for module in (building, restoring, snapshots):
            patch.setattr(module, "PUBLISHED", few)
        patch.setattr(duck, "statements", lambda name: COMMENTS.sub("", statements(name)))
        yield


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
    in_force = snapshots.current(home)
    with duck.reading(in_force) if in_force else nullcontext():  # opened once for all that ask it
        return _published(home, day, clusters, keep=keep)


def _published(home: Path, day: int, clusters: Mapping[str, object], *, keep: int) -> Identities:
    known = before_run(home, corrected=planned.not_carried_out(home, until=at(day)))
    run_id = f"{at(day):%Y%m%dT%H%M%S}000-run{day:04}"
    assigned = assign(
        members(clusters),
        known.crosswalk,
        known.redirects,
        run_id=run_id,
        secret=state.secret(home),
        remembered=known.remembered,
        published=known.published,
    )
    groups = {key[0]: group["record_id"].to_list() for key, group in assigned.crosswalk.group_by("customer_id")}
    names = {customer_id: "+".join(records) for customer_id, records in groups.items()}
    frames = world(groups, names=names, crosswalk=assigned.crosswalk, customer_redirects=assigned.redirects)
    seen = {planned.SEEN: planned.last(home, until=at(day))}
    run(home, run_id, frames, started_at=at(day), keep=keep, audited=False, **seen)
    return assigned


def holders(crosswalk: pl.DataFrame) -> dict[str, str]:
    """Who holds which records, as one word: `ab` → id."""
    parts = crosswalk.with_columns(pl.col("record_id").str.split(":").list.last()).group_by("customer_id")
    return {"".join(sorted(group["record_id"])): str(key[0]) for key, group in parts}


def group(records: Sequence[str], links: Links, judgements: pl.DataFrame) -> pl.DataFrame:
    """Decide records as matching does: the strongest link first, judgements above all."""
    said = {
        (left, right): verdict
        for left, right, verdict in judgements.select("record_id_l", "record_id_r", "verdict").rows()
    }
    cluster = {record: {record} for record in sorted(records)}
    apart = [pair for pair, verdict in said.items() if verdict == Judgement.DIFFERENT]
    same = {pair: 99.0 for pair, verdict in said.items() if verdict == Judgement.SAME}
    for (left, right), _ in sorted({**links, **same}.items(), key=lambda link: (-link[1], link[0])):
        if left not in cluster or right not in cluster or cluster[left] is cluster[right]:
            continue
        together = cluster[left] | cluster[right]
        if not any(one in together and other in together for one, other in apart):
            cluster.update(dict.fromkeys(together, together))
    return members({record: min(whole) for record, whole in cluster.items()})


def decide(home: Path, day: int, records: Sequence[str], links: Links) -> Identities:
    """Publish a day's run over some records: what links and judgements make of them."""
    decided = group(records, links, state.judgements(home, until=at(day)))
    return publish(home, day, dict(decided.select("record_id", "cluster").iter_rows()))
