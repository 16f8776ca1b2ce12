"""Starts `customer-hub` as a process of its own, forked from one that has loaded the libraries it imports."""

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

STARTER = multiprocessing.get_context("forkserver")
STARTER.set_forkserver_preload(["tests.journeys.libraries"])


def run_command(arguments: Sequence[str], *, timeout: float) -> tuple[int, str]:
    """Run the command to its end; give its exit code and all that it printed."""
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "printed"
        command = STARTER.Process(target=be_command, args=(arguments, dict(os.environ), Path.cwd(), printed))
        command.start()
        command.join(timeout)
        if command.exitcode is None:
            command.kill()
            command.join()
        return command.exitcode, printed.read_text(encoding="utf-8")


def be_command(arguments: Sequence[str], environment: Mapping[str, str], folder: Path, printed: Path) -> None:
    """Become the command, in this environment and folder."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    with printed.open("w") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    sys.argv = ["customer-hub", *arguments]
    from pipelines.commands import main  # noqa: PLC0415 (our own code, and polars, in this process only)

    main()
