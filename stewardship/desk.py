"""What every request finds: the home, its snapshot in force, the clock, how the desk is reached."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, cast

from fastapi import Depends, Request

from warehouse.queries.serving import Snapshot, SnapshotReader


@dataclass(frozen=True)
class Desk:
    """One home as the web serves it. `secure` says that readers come over HTTPS."""

    home: Path
    reader: SnapshotReader
    now: Callable[[], datetime]
    secret: bytes
    secure: bool

    @property
    def session_cookie(self) -> str:
        """The name of the session's cookie; browsers let nobody but this very host set one named `__Host-…`."""
        return "__Host-hub_session" if self.secure else "hub_session"


def desk_of(request: Request) -> Desk:
    """Give the desk that a request came to."""
    return cast("Desk", request.app.state.desk)


async def desk(request: Request) -> Desk:
    """Give the desk that a request came to; not in a thread of its own, which would cost more than the answer."""
    return desk_of(request)


def in_force(request: Request) -> Iterator[Snapshot]:
    """Give the snapshot in force when the request came; all of one answer is read from it."""
    with desk_of(request).reader.snapshot() as snapshot:
        yield snapshot


TheDesk = Annotated[Desk, Depends(desk)]
InForce = Annotated[Snapshot, Depends(in_force)]
