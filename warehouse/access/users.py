"""Users of the desk: names, roles, argon2 hashes of their passwords."""

import re
import sqlite3
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from matching.errors import CustomerHubError
from warehouse import state
from warehouse.access import audit_log, brake
from warehouse.access.roles import Role
from warehouse.moments import as_text

NAME: Final = re.compile(r"[\w.@-]{1,64}")
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 1024

Said = tuple[str, dict[str, str]]
"""What the audit log says of a deed: the action, and its details."""

_HASHER: Final = PasswordHasher()
_TURNS: Final = threading.Semaphore(2)
"""Hashing one password takes 64 MB; a flood of log-ins must not take all the memory there is."""
_NOBODY: Final = _HASHER.hash("a password that nobody has, so that unknown names take as long as known ones")


class UserError(CustomerHubError):
    """A user or a password could not be accepted."""


@dataclass(frozen=True)
class User:
    """Somebody who may log in, unless disabled."""

    name: str
    role: Role
    language: str | None = None
    """The language chosen for the desk, None until one was."""
    disabled: bool = False


def add(  # noqa: PLR0913 -- the columns of a user
    home: Path, name: str, role: Role, password: str, *, by: str, at: datetime
) -> User:
    """Add a user; the name is his for ever."""
    if not NAME.fullmatch(name):
        message = (
            f"user: expected 1 to 64 letters, digits or any of . _ - @, found {len(name)} characters; choose another"
        )
        raise UserError(message)
    hashed = _hashed(name, password)
    with audit_log.audited(home) as audit:
        added = audit.state.execute(
            "INSERT INTO users (name, role, password_hash, added_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (name, role.value, hashed, as_text(at)),
        ).rowcount
        if not added:
            message = f"user {name}: expected a new name, found one that is taken, perhaps in other letter case"
            raise UserError(message)
        audit.record(at, by, "user added", f"user:{name}", role=role.value)
    return User(name, role)


def users(home: Path) -> list[User]:
    """Give all users by name, disabled ones too."""
    with state.reading(home) as con:
        rows = con.execute("SELECT name, role, language, disabled_at IS NOT NULL FROM users ORDER BY name").fetchall()
    return [User(name, Role(role), language, bool(disabled)) for name, role, language, disabled in rows]


def set_password(home: Path, name: str, password: str, *, by: str, at: datetime) -> None:
    """Give a user another password; he is logged out everywhere and may try again at once."""
    hashed = _hashed(name, password)
    _change(home, "UPDATE users SET password_hash = ? WHERE name = ?", hashed, name, ("password set", {}), by, at)
    brake.forgive(home, name)


def set_role(home: Path, name: str, role: Role, *, by: str, at: datetime) -> None:
    """Give a user another role, from his next log-in on."""
    said: Said = ("role set", {"role": role.value})
    _change(home, "UPDATE users SET role = ? WHERE name = ?", role.value, name, said, by, at)


def disable(home: Path, name: str, *, by: str, at: datetime) -> None:
    """Shut a user out, at once and everywhere."""
    said: Said = ("user disabled", {})
    _change(home, "UPDATE users SET disabled_at = ? WHERE name = ?", as_text(at), name, said, by, at)


def enable(home: Path, name: str, *, by: str, at: datetime) -> None:
    """Let a disabled user log in again."""
    _change(home, "UPDATE users SET disabled_at = ? WHERE name = ?", None, name, ("user enabled", {}), by, at)


def set_language(home: Path, name: str, language: str) -> None:
    """Keep the language a user reads the desk in."""
    with state.transaction(home) as con:
        con.execute("UPDATE users SET language = ? WHERE name = ?", (language, name))


def verified(home: Path, name: str, password: str) -> User | None:
    """Give the user if the password is his and he is not disabled; it takes as long if there is no such user."""
    with state.reading(home) as con:
        row = con.execute(
            "SELECT name, role, language, password_hash FROM users WHERE name = ? AND disabled_at IS NULL", (name,)
        ).fetchone()
    with _TURNS:
        try:
            right = bool(_HASHER.verify(row[3] if row else _NOBODY, password[:LONGEST_PASSWORD]))
        except (VerificationError, InvalidHashError):
            right = False
    return User(row[0], Role(row[1]), row[2]) if row and right else None


def known(con: sqlite3.Connection, name: str) -> str | None:
    """Give the name of a user as it was added, None if there is none: what was typed may be anything."""
    row = con.execute("SELECT name FROM users WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def _hashed(name: str, password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD or name.lower() in password.lower():
        message = (
            f"password: expected {SHORTEST_PASSWORD} characters or more without the user's name in them, "
            f"found {len(password)} characters or the name; choose a longer one, some words in a row for example"
        )
        raise UserError(message)
    with _TURNS:
        return _HASHER.hash(password)


def _change(  # noqa: PLR0913, PLR0917 -- one statement and what the audit log says of it
    home: Path, statement: str, value: str | None, name: str, said: Said, by: str, at: datetime
) -> None:
    with audit_log.audited(home) as audit:
        if not audit.state.execute(statement, (value, name)).rowcount:
            message = f"user {name}: expected a user, found none of this name; customer-hub user list shows them all"
            raise UserError(message)
        audit.state.execute("DELETE FROM sessions WHERE user = ?", (name,))
        action, details = said
        audit.record(at, by, action, f"user:{name}", **details)
