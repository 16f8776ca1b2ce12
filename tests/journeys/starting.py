"""Starts programs of ours as processes of their own, forked from one that has loaded the libraries they import."""

import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import DupFd
from pathlib import Path
from threading import Timer
from typing import Any, TextIO

STARTER = multiprocessing.get_context("forkserver")
STARTER.set_forkserver_preload(["tests.journeys.libraries"])


@dataclass(frozen=True)
class Started:
    """A program at work, in a session of its own."""

    process: ForkServerProcess

    def kill(self, how: int = signal.SIGKILL) -> None:
        """Kill it, with all its children."""
        if self.process.is_alive():
            os.killpg(self.process.pid, how)

    def wait(self) -> int:
        """Give its exit code once it has ended: negative is the signal that ended it."""
        self.process.join()
        assert self.process.exitcode is not None
        return self.process.exitcode


@cache
def compiled() -> "tempfile.TemporaryDirectory[str]":
    """Where programs keep what they compile, if they may not beside what is ours: else each compiles it anew."""
    return tempfile.TemporaryDirectory(prefix="compiled-")


@contextmanager
def started(program: Callable[..., None], *arguments: object, out: int) -> Iterator[Started]:
    """Start a function of a module as a program that prints into a file descriptor; it ends with the block."""
    ready, beginning = STARTER.Pipe(duplex=False)
    told = (partial(program, *arguments), dict(os.environ), Path.cwd(), Printed(out), beginning, compiled().name)
    process = STARTER.Process(target=be, args=told)
    process.start()
    beginning.close()
    ready.recv()
    ready.close()
    work = Started(process)
    try:
        yield work
    finally:
        work.kill()
        work.wait()


@contextmanager
def overheard(program: Callable[..., None], *arguments: object) -> Iterator[tuple[Started, TextIO]]:
    """Start a program, as `started` does, and give with it what it prints, to be read while it works."""
    mine, its = os.pipe()
    with open(mine, encoding="utf-8", errors="replace") as printed, started(program, *arguments, out=its) as work:
        os.close(its)
        yield work, printed


def run(program: Callable[..., None], *arguments: object, timeout: float) -> tuple[int, str]:
    """Run a program to its end; give its exit code and all that it printed. One that takes too long is killed."""
    with overheard(program, *arguments) as (work, printed):
        impatient = Timer(timeout, work.kill)
        impatient.start()
        text = printed.read()
        impatient.cancel()
        return work.wait(), text


class Printed:
    """A file descriptor on its way to another process."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def __reduce__(self) -> tuple[Callable[[Any], int], tuple[object]]:
        return arrived, (DupFd(self.descriptor),)


def arrived(descriptor: Any) -> int:
    """Give the file descriptor as the process knows it that it was sent to."""
    return int(descriptor.detach())


def be(  # noqa: PLR0917 (what makes a process another one)
    program: Callable[[], None],
    environment: Mapping[str, str],
    folder: Path,
    printed: int,
    beginning: Connection,
    compiles_to: str,
) -> None:
    """Become the program, in this environment and folder."""
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    if sys.dont_write_bytecode:
        sys.dont_write_bytecode, sys.pycache_prefix = False, compiles_to
    os.chdir(folder)
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    os.close(printed)
    sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
    beginning.send(None)
    beginning.close()
    program()
