"""Records: the latest version of every record, standardised. A run that has nothing new ends here."""

from collections.abc import Iterator
from functools import partial
from typing import Final

import dagster as dg
import polars as pl

from connectors.ledger import Ledger
from connectors.nothing import nothing_to_publish
from connectors.versions import gone_by_feed, latest, left_over, read_rejects, read_versions, read_whole
from pipelines.assets.describing import FRAME, OWNER, POOL
from pipelines.assets.landing import FEEDS, LANDED, without_a_step
from pipelines.failing import told_plainly
from pipelines.hub import Hub
from pipelines.progress import tell
from warehouse.models.models import in_force
from warehouse.published.manifests import read_manifest
from warehouse.published.snapshots import current
from warehouse.reuse.standardised import standardised

RELOAD: Final = "Reload the definitions (Deployment, Code locations), or end customer-hub up and start it again"
"""What makes Dagster's page know the feed files that are there now."""


@dg.asset(deps=LANDED, group_name="records", owners=[OWNER], kinds=set(FRAME), pool=POOL, output_required=False)
@told_plainly
def records(context: dg.AssetExecutionContext, hub: Hub) -> Iterator[dg.Output[pl.DataFrame]]:
    """Every record in its latest version: names, numbers, dates and addresses standardised, raw values beside."""
    for feed in without_a_step(context):
        context.log.warning(
            f"{feed}: its feed file came after this page was opened, and nothing of it was taken. {RELOAD}"
        )
    published = current(hub.home_path)
    inputs = hub.inputs(in_force(hub.home_path))
    if published and not (hub.rebuild or hub.train) and read_manifest(published).get("inputs") == inputs:
        tell(f"nothing new: {published.stem} stays in force")
        context.log.info("Nothing new since %s: it stays in force and the rest of this run is skipped.", published.stem)
        return
    versions = read_versions(hub.home_path)
    extracts = Ledger(hub.home_path).extracts()
    now = latest(versions, extracts)
    if now.is_empty():
        raise nothing_to_publish(FEEDS, hub.landing_path, extracts, read_rejects(hub.home_path))
    for feed in left_over(extracts, FEEDS):
        tell(f"{feed}: there is no feed file of that name; what it told before stays in force")
    for feed, gone in gone_by_feed(versions, now).items():
        tell(f"{feed}: {gone:,} records are gone: its newest full load does not tell them")
    tell("standardising")
    yield dg.Output(standardised(hub.home_path, now, partial(read_whole, hub.home_path), rebuild=hub.rebuild))
