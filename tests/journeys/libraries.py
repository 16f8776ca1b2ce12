"""What commands take seconds to import, and nothing of ours: loaded once, in the process that starts them.

No library is among them that has threads of its own once it is loaded, as polars has: they would not be forked.
"""

import gc
import importlib

from quality.deferring import defer

LIBRARIES = (
    *("dagster", "alembic.command", "duckdb", "pandas", "scipy.optimize", "sqlalchemy", "typer", "great_expectations"),
    *("dagster._core.execution.execute_in_process", "dagster._core.instance.factory"),
    *("dagster._core.storage.event_log.sqlite", "dagster._core.storage.runs", "dagster._core.storage.schedules"),
    *("duckdb_sqlalchemy", "sqlalchemy.dialects.sqlite", "scipy.sparse.csgraph", "rapidfuzz.process"),
    *("fastapi", "uvicorn", "pypinyin", "rich.live", "rich.table", "structlog", "upath", "xlsxwriter"),
)

defer()
for library in LIBRARIES:
    importlib.import_module(library)
gc.freeze()  # nor does any process look through them for what is not used
