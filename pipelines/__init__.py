"""The shell: Dagster definitions, resources, run reports, the command line."""

import matching  # noqa: F401 -- it says how memory is kept, which Polars reads once, when it is loaded
