"""What exists, in the order in which data meets it. `dagster dev` opens this; the command line runs the same."""

import dagster as dg
from connectors.checking import load_feeds

from pipelines.assets import customers, landing, matching, publishing, records
from pipelines.frames import ParquetFrames
from pipelines.hub import Hub
from pipelines.schedules import NIGHTLY, PUBLISH_CUSTOMERS, extracts_delivered

HUB = Hub.from_environment()

defs = dg.Definitions(
    assets=[
        *landing.landing_assets(load_feeds(HUB.feeds_path)),
        *dg.load_assets_from_modules([records, matching, customers, publishing]),
    ],
    jobs=[PUBLISH_CUSTOMERS],
    schedules=[NIGHTLY],
    sensors=[extracts_delivered],
    resources={"hub": HUB, "io_manager": ParquetFrames(home=HUB.home)},
    executor=dg.in_process_executor,
)
