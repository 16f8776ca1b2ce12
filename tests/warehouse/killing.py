"""Does one operation on copies of a home, each killed without warning at another moment.

`python -m tests.warehouse.killing OPERATION FOLDER SEED`: FOLDER holds the home and gets one copy for each kill.
Moments are calls made within the package `warehouse`, counted by the interpreter: the same seed kills at the same ones.
"""

import importlib
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

LIBRARIES = ("duckdb", "numpy", "polars", "pydantic", "pytest")
"""Loaded once, before any of them has started a thread: a process with threads cannot be forked."""
KILLS = 20
HERE = str(Path(__file__).parents[2] / "warehouse")


def operate(operation: str, home: Path, at_call: Callable[[int], None]) -> None:
    """Do the operation on a home; what is imported for it does not count."""
    from tests.warehouse.lives import few_tables  # noqa: PLC0415 (in the child only)
    from tests.warehouse.operations import OPERATIONS  # noqa: PLC0415

    with few_tables():
        count_calls(at_call)
        OPERATIONS[operation](home)
        sys.setprofile(None)


def count_calls(at_call: Callable[[int], None]) -> None:
    """Tell the number of every call made within the package."""
    calls = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        if event in {"call", "c_call"} and frame.f_code.co_filename.startswith(HERE):
            calls += 1
            at_call(calls)

    sys.setprofile(count)


def child(work: Callable[[], None]) -> int:
    """Work in a process of its own and give how it ended."""
    process = os.fork()
    if process == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitpid(process, 0)[1]


def main(operation: str, folder: Path, seed: int) -> None:
    """Count the calls of the operation once, then kill it at `KILLS` of them."""

    def whole() -> None:
        counted = [0]
        operate(operation, folder / "whole", lambda calls: counted.__setitem__(0, calls))
        (folder / "calls").write_text(str(counted[0]))

    def killed(home: Path, moment: int) -> None:
        operate(operation, home, lambda calls: os.kill(os.getpid(), signal.SIGKILL) if calls == moment else None)

    for library in LIBRARIES:
        importlib.import_module(library)
    if sys.dont_write_bytecode:  # else each child would compile all that is ours anew
        sys.dont_write_bytecode, sys.pycache_prefix = False, str(folder / "compiled")

    shutil.copytree(folder / "home", folder / "whole", symlinks=True)
    child(whole)
    calls = int((folder / "calls").read_text())
    for number, moment in enumerate(sorted(random.Random(seed).sample(range(1, calls), KILLS))):  # noqa: S311 (moments)
        home = folder / f"killed{number:02}"
        shutil.copytree(folder / "home", home, symlinks=True)
        ended = child(lambda home=home, moment=moment: killed(home, moment))  # type: ignore[misc]
        print(home.name, moment, calls, os.WIFSIGNALED(ended))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
