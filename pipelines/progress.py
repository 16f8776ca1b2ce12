"""What a run tells whoever watches it: one line at a time, counts and names only."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[str], None]
_listeners: list[Listener] = []


def tell(message: str) -> None:
    """Say a line to everybody who listens; nobody listening is fine."""
    for listener in _listeners:
        listener(message)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Hear every line until the block ends."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def stopwatch() -> Callable[[], float]:
    """Start a watch; each call gives the seconds since."""
    start = time.monotonic()
    return lambda: time.monotonic() - start
