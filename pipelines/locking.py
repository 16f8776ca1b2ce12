"""One run at a time on a home, whoever started it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from matching.errors import CustomerHubError

LOCK: Final = "run.lock"


class HubIsBusyError(CustomerHubError):
    """Another run holds the home."""


@contextmanager
def only_run(home: Path) -> Iterator[None]:
    """Let one run at a time work on a home; the system frees the lock when a process dies, however it dies."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = (
                f"{home}: expected no other run at work on this home, found one that holds {LOCK}. "
                "Wait until it has finished (customer-hub status) and start again; nothing was changed."
            )
            raise HubIsBusyError(message) from None
        yield


def a_run_is_at_work(home: Path) -> bool:
    """Whether somebody holds the home just now."""
    if not (home / LOCK).exists():
        return False
    with (home / LOCK).open("rb") as lock:  # to look at a home nobody needs to be allowed to change it
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
