"""When a run starts by itself: every night, and when a channel has delivered."""

import hashlib
from typing import Final

import dagster as dg

from connectors.discovery import Settling, discover
from pipelines.assets.landing import FEEDS
from pipelines.hub import Hub

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


@dg.sensor(job=PUBLISH_CUSTOMERS, minimum_interval_seconds=60)
def extracts_delivered(context: dg.SensorEvaluationContext, hub: Hub) -> dg.SensorResult | dg.SkipReason:
    """Start a run when the landing folder holds complete extracts that were not there at the last look."""
    digest = hashlib.sha256()
    for feed in FEEDS:
        for extract in discover(feed, hub.landing_path, Settling()).extracts:
            digest.update(f"{extract.name} {extract.size} {extract.modified_ns}\n".encode())
    seen = digest.hexdigest()
    if seen in {context.cursor, hashlib.sha256().hexdigest()}:
        return dg.SkipReason("Nothing new in the landing folder.")
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=seen)], cursor=seen)
