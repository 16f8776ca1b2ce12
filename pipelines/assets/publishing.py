"""Publishing: a snapshot is written aside, audited, and only then swapped in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Final

import dagster as dg
import polars as pl

from connectors.ledger import Ledger
from connectors.versions import gone_by_feed, read_findings, read_prints, read_rejects, read_rows, scan_landed
from matching.customers.churn import churn_of
from matching.customers.contacts import shared_contacts
from matching.policy import NUMBERS
from pipelines.assets.describing import OWNER, POOL
from pipelines.assets.landing import FEEDS, landing_key
from pipelines.checks import Judged, check_results, check_specs
from pipelines.failing import told_plainly
from pipelines.hub import Hub
from pipelines.manifest import make_manifest, seconds_so_far
from pipelines.progress import tell
from quality.report import write_report
from quality.suites import SNAPSHOT_CHECKS, audit_snapshot
from warehouse import state
from warehouse.desk import desk_refresh, samples
from warehouse.judgements import planned
from warehouse.lake import evidence
from warehouse.models import models
from warehouse.published import snapshots
from warehouse.published.manifests import read_manifest
from warehouse.tables import Frame, Told

CANDIDATE: Final = dg.AssetKey("candidate")


@dg.asset(
    key=CANDIDATE,
    group_name="publishing",
    owners=[OWNER],
    kinds={"duckdb", "greatexpectations"},
    pool=POOL,
    check_specs=check_specs(SNAPSHOT_CHECKS, CANDIDATE),
)
@told_plainly
def candidate(  # noqa: PLR0913, PLR0917 (its parameters are the assets it is made of)
    context: dg.AssetExecutionContext,
    hub: Hub,
    records: pl.DataFrame,
    model: pl.DataFrame,
    pairs: pl.DataFrame,
    questions: pl.DataFrame,
    asked: pl.DataFrame,
    drawn_pairs: pl.DataFrame,
    strata: pl.DataFrame,
    crosswalk: pl.DataFrame,
    customer_redirects: pl.DataFrame,
    customer_changes: pl.DataFrame,
    customers: pl.DataFrame,
    lineage: pl.DataFrame,
    households: pl.DataFrame,
) -> Iterator[Judged]:
    """The snapshot to be, written aside and audited with Great Expectations; critical failures keep it in."""
    frames: dict[str, Frame] = {
        "customers": customers,
        "crosswalk": crosswalk,
        "lineage": lineage,
        "records": records,
        "record_versions": Told(read_prints(hub.home_path), partial(read_rows, hub.home_path), by="feed"),
        "pairs": evidence.told(hub.home_path, pairs, drawn_pairs),
        "questions": pl.concat([questions, asked]),
        "strata": strata,
        "rejects": read_rejects(hub.home_path),
        "findings": read_findings(hub.home_path),
        "extracts": Ledger(hub.home_path).extracts(),
        "customer_redirects": customer_redirects,
        "households": households,
        "judgements": state.judgements(hub.home_path, until=hub.started_at),
        "answered": desk_refresh.answered(hub.home_path),
        "contacts": shared_contacts(records, crosswalk),
        "quality_results": feed_results(hub),
    }
    tell("writing the candidate snapshot")
    manifest = make_manifest(
        started_at=hub.started_at,
        inputs=hub.inputs(model["version"][0]),
        model=model,
        frames=frames,
        gone=gone_by_feed(scan_landed(hub.home_path), records),
        accepted_shrunken=hub.accept_shrunken,
        churn=churn_of(customer_changes, customers.height),
        corrections=planned.last(hub.home_path, until=hub.occasion.at),
        seconds=seconds_so_far(context),
    )
    path = snapshots.write_candidate(
        hub.home_path, hub.run_id, frames, manifest, history_days=NUMBERS.history.days, rebuild=hub.rebuild
    )
    tell("auditing the candidate snapshot")
    results = audit_snapshot(path, snapshots.current(hub.home_path))
    snapshots.add_results(path, results, finished_at=datetime.now(UTC).replace(tzinfo=None))
    titles = {feed.name: f"{feed.title.zh} {feed.title.en}" for feed in FEEDS}
    write_report(path, hub.home_path / "reports" / "quality.html", titles=titles)
    yield dg.Output(results)
    yield from check_results(results, CANDIDATE)


def feed_results(hub: Hub) -> pl.DataFrame:
    """Give what the checks of all feeds found."""
    found = [hub.frame(landing_key(feed.name)) for feed in FEEDS]
    return pl.concat([frame for frame in found if frame is not None])


@dg.asset(group_name="publishing", owners=[OWNER], kinds={"duckdb"}, pool=POOL, deps=[CANDIDATE])
@told_plainly
def snapshot(hub: Hub) -> dg.MaterializeResult:  # type: ignore[type-arg]  # Dagster reads the bare class only
    """The published tables: the audited candidate put in force by one rename; readers never wait and see no mixture."""
    published = snapshots.publish(hub.home_path, hub.run_id, keep=hub.keep)
    model = str(read_manifest(published)["model"])
    if models.accept(hub.home_path, model, who=models.RUN, at=datetime.now(UTC), again=False):
        tell(f"model {model} is in force")
    models.forget(hub.home_path)
    desk_refresh.refresh(hub.home_path)
    samples.remember(hub.home_path)
    tell(f"published {published.stem}")
    return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(published), "run": hub.run_id})
