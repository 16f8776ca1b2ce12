"""Who is logged in: random tokens, kept as hashes, that end after rest and after a working day."""

import hashlib
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from warehouse import state
from warehouse.access.roles import Role
from warehouse.access.users import User
from warehouse.moments import as_text

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=10)
NOTICED: Final = timedelta(minutes=1)
"""How exactly it is noted when a session was last used: not every click writes."""


def begin(home: Path, user: str, *, instead_of: str | None, at: datetime) -> str:
    """Give a new session's token, 256 random bits; the one held before log-in ends, and so do all that are over."""
    token = secrets.token_urlsafe(32)
    with state.transaction(home) as con:
        con.execute("DELETE FROM sessions WHERE token_hash = ?", (_hash(instead_of or ""),))
        con.execute("DELETE FROM sessions WHERE seen_at < ? OR began_at < ?", _limits(at))
        con.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (_hash(token), user, as_text(at), as_text(at)))
    return token


def holder(home: Path, token: str, *, at: datetime) -> User | None:
    """Give the user whose session a token is, None if it is none, over, or its user is shut out."""
    with state.reading(home) as con:
        row = con.execute(
            "SELECT name, role, language, seen_at FROM sessions JOIN users ON name = user"
            " WHERE token_hash = ? AND seen_at >= ? AND began_at >= ? AND disabled_at IS NULL",
            (_hash(token), *_limits(at)),
        ).fetchone()
    if row is None:
        return None
    if row[3] < as_text(at - NOTICED):
        with state.transaction(home) as con:
            con.execute("UPDATE sessions SET seen_at = ? WHERE token_hash = ?", (as_text(at), _hash(token)))
    return User(row[0], Role(row[1]), row[2])


def end(home: Path, token: str) -> None:
    """End a session."""
    with state.transaction(home) as con:
        con.execute("DELETE FROM sessions WHERE token_hash = ?", (_hash(token),))


def is_open(home: Path, user: str, *, at: datetime) -> bool:
    """Say whether a user has a session that is not over."""
    with state.reading(home) as con:
        found = con.execute(
            "SELECT 1 FROM sessions WHERE user = ? AND seen_at >= ? AND began_at >= ?", (user, *_limits(at))
        )
        return found.fetchone() is not None


def _limits(at: datetime) -> tuple[str, str]:
    return as_text(at - IDLE), as_text(at - LONGEST)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
