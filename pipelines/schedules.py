"""When a run starts by itself: every night, and when a channel has delivered."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Final

import dagster as dg

from connectors.discovery import Settling, discover
from connectors.errors import FeedError
from connectors.feeds import Feed
from pipelines.assets.landing import FEEDS
from pipelines.hub import Hub
from warehouse import moments
from warehouse.desk import desk_refresh

QUIET: Final = timedelta(minutes=5)
"""How long stewards must have paused for their decisions to start a run."""
LONGEST: Final = timedelta(minutes=30)
"""How long a decision waits at most for a pause."""

PUBLISH_CUSTOMERS: Final = dg.define_asset_job(
    "publish_customers",
    selection=dg.AssetSelection.all(),
    description="The whole way: land what was delivered, match, audit, publish.",
    executor_def=dg.in_process_executor,
)

NIGHTLY: Final = dg.ScheduleDefinition(
    name="nightly",
    job=PUBLISH_CUSTOMERS,
    cron_schedule="30 2 * * *",
    execution_timezone="Asia/Shanghai",
    description="Every night at 02:30 China time, after the channels' deliveries.",
)


@dg.sensor(
    job=PUBLISH_CUSTOMERS,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts a run when stewards have decided something and paused for five minutes, or after thirty.",
)
def decisions_made(context: dg.SensorEvaluationContext, hub: Hub) -> dg.SensorResult | dg.SkipReason:
    """Start a run when stewards have decided something and paused, or the oldest decision has waited long enough."""
    made = desk_refresh.waiting(hub.home_path)
    if made.count == 0:
        return dg.SkipReason("No decision waits for a run.")
    present = moments.now()
    if present - made.newest < QUIET and present - made.oldest < LONGEST:
        return dg.SkipReason(f"{made.count} decisions wait; stewards are still at work.")
    if str(made.last) == context.cursor:
        return dg.SkipReason(f"A run was asked for already; {made.count} decisions wait for it.")
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"decisions-{made.last}")], cursor=str(made.last))


def _delivered(feed: Feed, landing: Path) -> str:
    """Say what a feed has delivered, be it what cannot be an extract: a run tells that, and the other feeds go on."""
    try:
        extracts = discover(feed, landing, Settling()).extracts
    except FeedError as error:
        return f"{error}\n"
    return "".join(f"{extract.name} {extract.size} {extract.modified_ns}\n" for extract in extracts)


@dg.sensor(
    job=PUBLISH_CUSTOMERS,
    minimum_interval_seconds=60,
    description="Starts a run when the landing folder holds complete extracts that were not there at the last look.",
)
def extracts_delivered(context: dg.SensorEvaluationContext, hub: Hub) -> dg.SensorResult | dg.SkipReason:
    """Start a run when the landing folder holds complete extracts that were not there at the last look."""
    digest = hashlib.sha256()
    for feed in FEEDS:
        digest.update(_delivered(feed, hub.landing_path).encode())
    seen = digest.hexdigest()
    if seen in {context.cursor, hashlib.sha256().hexdigest()}:
        return dg.SkipReason("Nothing new in the landing folder.")
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=seen)], cursor=seen)
