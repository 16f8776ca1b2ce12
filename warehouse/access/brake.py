"""A brake on guessing passwords: after some failures the next try must wait, ever longer, by user and by address.

A try is counted before the password is looked at, so that many tries at once do not outrun the brake.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from warehouse import state
from warehouse.moments import as_text, from_text


class Subject(StrEnum):
    """Whose failures are counted."""

    USER = "user"
    ADDRESS = "address"


@dataclass(frozen=True)
class Patience:
    """`free` failures cost nothing; from then on each doubles the wait, up to `longest`, until `forgets`."""

    free: int
    first: timedelta = timedelta(seconds=15)
    longest: timedelta = timedelta(minutes=15)
    forgets: timedelta = timedelta(hours=1)

    def wait(self, failures: int) -> timedelta:
        """Give how long after the last of so many failures the next try may come."""
        over = failures - self.free
        return min(self.first * 2 ** min(over, 20), self.longest) if over >= 0 else timedelta()


PATIENCE: Final = {Subject.USER: Patience(free=5), Subject.ADDRESS: Patience(free=20)}


def try_now(home: Path, subjects: dict[Subject, str], *, at: datetime) -> timedelta:
    """Give how long the caller must wait; zero means he may try now, and the try counts as failed until `forgive`."""
    key = state.secret(home)
    with state.transaction(home) as con:
        waits, counts = [], []
        for subject, name in subjects.items():
            patience, hashed = PATIENCE[subject], _hash(key, subject, name)
            row = con.execute("SELECT failures, last_at FROM login_failures WHERE subject = ?", (hashed,)).fetchone()
            # A try that came a moment later may have been counted first, and clocks are set back.
            since = max(at - from_text(row[1]), timedelta()) if row else patience.forgets
            failures = row[0] if row and since < patience.forgets else 0
            waits.append(patience.wait(failures) - since)
            counts.append((hashed, failures + 1, as_text(at)))
        longest = max(*waits, timedelta())
        if not longest:
            con.executemany("INSERT OR REPLACE INTO login_failures VALUES (?, ?, ?)", counts)
    return longest


def forgive(home: Path, user: str, address: str | None = None) -> None:
    """Forget a user's failures: he logged in, or was given another password.

    Of the `address` he logged in from only this try is forgotten: whoever guesses other names from there
    gains nothing by logging in himself, and an office behind one address may come to work.
    """
    key = state.secret(home)
    with state.transaction(home) as con:
        con.execute("DELETE FROM login_failures WHERE subject = ?", (_hash(key, Subject.USER, user),))
        if address is not None:
            con.execute(
                "UPDATE login_failures SET failures = failures - 1 WHERE subject = ? AND failures > 0",
                (_hash(key, Subject.ADDRESS, address),),
            )


def _hash(key: bytes, subject: Subject, name: str) -> bytes:
    return hmac.digest(key, f"{subject}:{name.lower()}".encode(), hashlib.sha256)
