"""Ctrl-C and a request to end while a run is at work: heard wherever it strikes."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import dagster as dg

INTERRUPTIONS: Final = (KeyboardInterrupt, dg.DagsterExecutionInterruptedError)
ASKED: Final = frozenset({signal.SIGINT, signal.SIGTERM})
SOON: Final = 0.05
"""Seconds until a request is made again: by then the library has come back."""


@contextmanager
def hearing() -> Iterator[Callable[[], bool]]:
    """Give whether somebody has asked to end since, also where a library drops the exception that says so.

    Code that is called back from a library's core cannot raise: Python would print the exception and go on, or the
    library fails in a way of its own. The request is then made again, to be raised outside.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    end, start = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    heard: set[int] = set()
    again: list[threading.Timer] = []

    def asked() -> bool:
        with suppress(BlockingIOError):
            heard.update(os.read(end, 4096))
        return not heard.isdisjoint(ASKED)

    print_it = sys.unraisablehook

    def ask_again(dropped: "sys.UnraisableHookArgs") -> None:
        if issubclass(dropped.exc_type, INTERRUPTIONS):
            again.append(threading.Timer(SOON, os.kill, (os.getpid(), signal.SIGINT)))
            again[-1].start()
        else:
            print_it(dropped)

    before = signal.set_wakeup_fd(start, warn_on_full_buffer=False)
    sys.unraisablehook = ask_again
    try:
        yield asked
    finally:
        for timer in again:
            timer.cancel()
        sys.unraisablehook = print_it
        signal.set_wakeup_fd(before)
        os.close(end)
        os.close(start)
