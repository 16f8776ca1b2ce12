"""Landing: one asset a feed. What a channel delivered is read, judged row by row and kept as Parquet in the lake."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import dagster as dg
import polars as pl

from connectors.checking import load_feeds
from connectors.feeds import Feed
from connectors.landing import land
from connectors.ledger import Ledger
from connectors.naming import unknown_now
from connectors.versions import read_feed, read_rejects
from pipelines import environment
from pipelines.assets.describing import OWNER, POOL
from pipelines.checks import Judged, check_results, check_specs
from pipelines.failing import told_plainly
from pipelines.hub import Hub
from pipelines.progress import tell
from quality.rows import judge
from quality.suites import FEED_CHECKS, check_feed
from warehouse.erasure.guard import Guard


def landing_key(feed: str) -> dg.AssetKey:
    """Name the asset that lands a feed."""
    return dg.AssetKey(["landed", feed])


def landing_asset(feed: Feed) -> dg.AssetsDefinition:
    """Make the asset that takes a feed's new extracts and judges all that the feed has told so far."""
    key = landing_key(feed.name)

    @dg.asset(
        key=key,
        group_name="landing",
        description=f"{feed.title.en} · {feed.title.zh}: every row delivered so far, a record or a reject; "
        "here, what the checks found.",
        owners=[OWNER],
        kinds={feed.format.kind, "parquet"},
        pool=POOL,
        check_specs=check_specs(FEED_CHECKS, key),
    )
    @told_plainly
    def landed(context: dg.AssetExecutionContext, hub: Hub) -> Iterator[Judged]:
        taken = take(context, hub, feed)
        results = judge_feed(hub, feed, again=bool(taken) or hub.rebuild)
        yield dg.Output(results)
        yield from check_results(results, key, FEED_CHECKS)

    return landed


def take(context: dg.AssetExecutionContext, hub: Hub, feed: Feed) -> int:
    """Land a feed's new extracts, say what is odd about them, and give how many there were."""
    if feed.name in hub.without:
        tell(f"{feed.name}: left out of this run on request; what it delivered before still counts")
        return 0
    landing = land(
        feed,
        hub.landing_path,
        hub.home_path,
        judge=judge,
        progress=tell,
        guard=Guard.of(hub.home_path),
        now=datetime.now(UTC).replace(tzinfo=None),
        accept_shrunken=feed.name in hub.accept_shrunken,
    )
    for warning in landing.warnings:
        context.log.warning(warning)
        tell(f"{feed.name}: {warning}")
    context.add_asset_metadata({"extracts taken now": landing.extracts.height})
    return landing.extracts.height


def judge_feed(hub: Hub, feed: Feed, *, again: bool) -> pl.DataFrame:
    """Check all that a feed has told so far; what was found before holds where neither data nor feed file is new."""
    key = landing_key(feed.name)
    before = hub.frame(key)
    if before is not None and not (again or hub.changed_since(key, feed.name)):
        return before
    return check_feed(
        read_feed(hub.home_path, feed.name),
        unknown_now(feed, Ledger(hub.home_path).extracts()),
        read_rejects(hub.home_path),
        feed=feed.name,
    )


FEEDS: Final = load_feeds(environment.feeds())
LANDED: Final = [landing_asset(feed) for feed in FEEDS]
"""One asset a feed file: another file is another asset, without code."""


def without_a_step(context: dg.AssetExecutionContext) -> list[str]:
    """Give the feeds that a run of everything has no step for: their files came after Dagster's page was opened."""
    plan = context.run.execution_plan_snapshot_id
    if context.run.asset_selection or plan is None:
        return []
    planned = {step.key for step in context.instance.get_execution_plan_snapshot(plan).steps}
    return [feed.name for feed in FEEDS if landing_key(feed.name).to_python_identifier() not in planned]
