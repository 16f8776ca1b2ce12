"""The command line: `customer-hub …`. Each command says what it did, where to look, and what to try next."""

import atexit
import os
import sys
import traceback

from pipelines import (
    correction_commands,
    desk_commands,
    erase_commands,
    judgement_commands,
    lookup_commands,
    model_commands,
    run_commands,
    table_commands,
)
from pipelines.cli import app

__all__ = [
    "app",
    "correction_commands",
    "desk_commands",
    "erase_commands",
    "judgement_commands",
    "lookup_commands",
    "main",
    "model_commands",
    "run_commands",
    "table_commands",
]


def main() -> None:
    """Run a command and end the process at once.

    Once Great Expectations is loaded, DuckDB's binding prints a page of warnings while Python takes itself apart; what
    must happen at exit is done here instead.
    """
    code = 1
    try:
        app()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 (a defect of ours: shown whole, then the process ends as it must)
        traceback.print_exc()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
