"""What commands take seconds to import, and nothing of ours: loaded once, in the process that starts them.

No library is among them that has threads of its own once it is loaded, as polars has: they would not be forked.
"""

import gc
import importlib

from quality.deferring import defer

LIBRARIES = (
    *("dagster", "alembic.command", "duckdb", "pandas", "scipy.optimize", "sqlalchemy", "typer", "great_expectations"),
    *("fastapi", "uvicorn", "pypinyin"),
)

defer()
for library in LIBRARIES:
    importlib.import_module(library)
gc.freeze()  # nor does any process look through them for what is not used
