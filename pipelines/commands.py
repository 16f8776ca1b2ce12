"""The command line: `customer-hub …`. Each command says what it did, where to look, and what to try next."""

import atexit
import gc
import io
import os
import sys
import traceback
from typing import Final

from pipelines.command_line import (
    correction_commands,
    desk_commands,
    erase_commands,
    judgement_commands,
    lookup_commands,
    model_commands,
    run_commands,
    table_commands,
)
from pipelines.command_line.cli import app

UTF8: Final = "utf-8"

CYCLES: Final = (20_000, 10, 10)
"""How many new objects Python lets come before it looks for ones that only refer to each other. Of its own accord it
looks so often that a tenth of a small run is spent on it, for nothing: libraries come by hundreds of thousands of
objects, and all of them stay."""

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


def speak_utf8() -> None:
    """Name files in UTF-8 wherever we run, and let no terminal's encoding stop a message.

    Under a locale of another encoding the same file would have another name, and DuckDB takes no name but in UTF-8: the
    process starts anew, in Python's UTF-8 mode, and what it says is still in the terminal's encoding.
    """
    if sys.getfilesystemencoding() != UTF8 and os.environ.get("PYTHONUTF8") != "1":
        os.environ["PYTHONUTF8"] = "1"
        os.environ.setdefault("PYTHONIOENCODING", f"{sys.stdout.encoding}:replace")
        sys.stdout.flush()
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606 (the same command again)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def main() -> None:
    """Run a command and end the process at once.

    Once Great Expectations is loaded, DuckDB's binding prints a page of warnings while Python takes itself apart; what
    must happen at exit is done here instead.
    """
    speak_utf8()
    gc.set_threshold(*CYCLES)
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
