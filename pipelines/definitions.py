"""What exists, in the order in which data meets it. `dagster dev` opens this; the command line runs the same."""

import dagster as dg

from pipelines.assets import customers, landing, matching, publishing, records
from pipelines.frames import ParquetFrames
from pipelines.hub import Hub
from pipelines.schedules import NIGHTLY, PUBLISH_CUSTOMERS, decisions_made, extracts_delivered

HUB = Hub.from_environment()

defs = dg.Definitions(
    assets=dg.load_assets_from_modules([landing, records, matching, customers, publishing]),
    jobs=[PUBLISH_CUSTOMERS],
    schedules=[NIGHTLY],
    sensors=[extracts_delivered, decisions_made],
    resources={"hub": Hub.configure_at_launch(), "io_manager": ParquetFrames(home=HUB.home)},
    executor=dg.in_process_executor,
)
