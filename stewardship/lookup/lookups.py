"""The directory that questions are answered from: made and opened in the background, swapped in between two answers."""

import logging
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from matching.errors import CustomerHubError
from matching.lookup import directory_files
from matching.lookup.answering import Desk
from matching.lookup.practising import practise
from warehouse.errors import SnapshotError
from warehouse.published import at_hand
from warehouse.published.at_hand import Golden
from warehouse.published.snapshots import current
from warehouse.queries import directories

LOG: Final = logging.getLogger("uvicorn.error")
LOOKS_EVERY: Final = 0.1
TRIES_AGAIN_AFTER: Final = 60.0


@dataclass(frozen=True)
class Lookup:
    """What one answer is made from: the run, and the desk that answers from its directory."""

    run_id: str
    folder: int  # which folder it was read from, by number: an erasure has it made anew
    desk: Desk
    golden: Golden | None = None


class Lookups:
    """Keeps the directory of the snapshot in force open. Questions never wait for it: they get the one before."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._now: Lookup | None = None
        self._first: Golden | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._begins = threading.Lock()

    @property
    def now(self) -> Lookup | None:
        """What to answer from, None until the first directory is open."""
        return self._now

    def golden(self, snapshot: Path) -> Golden | None:
        """Give the golden customers if they were laid out from this very snapshot, None if they are of another."""
        for golden in (None if self._now is None else self._now.golden, self._first):
            if golden is not None and golden.is_of(snapshot):
                return golden
        return None

    def begin(self) -> None:
        """Begin to look for snapshots, unless somebody looks already: everybody who asks too early calls this."""
        with self._begins:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._watch, name="directories", daemon=True)
                self._thread.start()

    def end(self) -> None:
        """Stop looking."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(LOOKS_EVERY * 5)

    def refresh(self) -> None:
        """Open the directory of the snapshot in force if it is another than the one that is open.

        What an erasure made void is closed at once: nobody answers from it any more.
        """
        folder = directories.made(self._home)
        if folder is None:
            published = current(self._home)
            if self._now is not None and published is not None and published.stem == self._now.run_id:
                self._now = None
            if published is not None:
                self._take_golden(published)
            self._make()
            folder = directories.made(self._home)
        if folder is None:
            return
        number = folder.stat().st_ino
        if self._now is None or self._now.folder != number:
            desk = Desk(directory_files.read(folder))
            practise(desk)
            self._now = Lookup(folder.name, number, desk, Golden.read(folder))
            self._first = None
        self._look_ahead()

    def _look_ahead(self) -> None:
        """Read the golden customers that are laid down for a snapshot while it is being published."""
        folder = at_hand.coming(self._home)
        known = {self._now.run_id if self._now else None, self._first.run_id if self._first else None}
        if folder is not None and folder.name not in known:
            self._first = at_hand.opened(folder)

    def _watch(self) -> None:
        while True:
            wait = LOOKS_EVERY
            try:
                self.refresh()
            except SnapshotError:
                pass  # nothing is published yet
            except (CustomerHubError, OSError, subprocess.CalledProcessError) as failure:
                LOG.error("look-up: %s; customer-hub lookup --home %s says more", type(failure).__name__, self._home)
                wait = TRIES_AGAIN_AFTER
            if self._stop.wait(wait):
                return

    def _take_golden(self, published: Path) -> None:
        """Read a snapshot's golden customers, from it if need be; the rest of its directory takes half a minute."""
        if self.golden(published) is None:
            with suppress(SnapshotError):  # whoever makes the directory says what is the matter
                self._first = at_hand.laid_down(self._home, published) or Golden.of(published)

    def _make(self) -> None:
        """Make the directory in a process of its own, so that questions are answered meanwhile."""
        subprocess.run(  # noqa: S603 (our own module, in our own interpreter)
            [sys.executable, "-m", directories.__name__, str(self._home)],
            env={**os.environ, "POLARS_MAX_THREADS": "1"},
            stderr=subprocess.DEVNULL,  # a fault's words may hold a customer's values
            check=True,
        )
