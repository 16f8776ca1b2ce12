"""Keys that programs ask with: random, kept as hashes, each with a role and a rate of its own."""

import hashlib
import math
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from matching.errors import CustomerHubError
from warehouse import state
from warehouse.access import audit_log
from warehouse.access.roles import Role
from warehouse.moments import as_text

NAME: Final = re.compile(r"[\w.@-]{1,64}")
SHOWN: Final = 6
"""Characters of a key that are kept, so that people can tell their keys apart."""


class ApiKeyError(CustomerHubError):
    """A key could not be added or revoked."""


@dataclass(frozen=True)
class ApiKey:
    """A program that may ask; `per_second` requests are answered in the long run."""

    name: str
    begins: str
    role: Role
    per_second: float
    revoked: bool = False


def add(  # noqa: PLR0913 -- the columns of a key
    home: Path, name: str, role: Role, *, per_second: float, by: str, at: datetime
) -> str:
    """Give a new key, which is shown this once; the name is its for ever."""
    if not NAME.fullmatch(name) or not 0 < per_second < math.inf:
        message = "key: expected a name of 1 to 64 letters, digits or any of . _ - @, and a rate above 0; give others"
        raise ApiKeyError(message)
    key = f"ck_{secrets.token_urlsafe(32)}"
    with audit_log.audited(home) as audit:
        added = audit.state.execute(
            "INSERT INTO api_keys (key_hash, begins, name, role, per_second, added_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (name) DO NOTHING",
            (_hash(key), key[:SHOWN], name, role.value, per_second, as_text(at)),
        ).rowcount
        if not added:
            message = f"key {name}: expected a new name, found one that is taken; a revoked key's name stays taken"
            raise ApiKeyError(message)
        audit.record(at, by, "key added", f"key:{name}", role=role.value)
    return key


def keys(home: Path) -> list[ApiKey]:
    """Give all keys by name, revoked ones too."""
    with state.reading(home) as con:
        rows = con.execute(
            "SELECT name, begins, role, per_second, revoked_at IS NOT NULL FROM api_keys ORDER BY name"
        ).fetchall()
    return [ApiKey(name, begins, Role(role), rate, bool(revoked)) for name, begins, role, rate, revoked in rows]


def revoke(home: Path, name: str, *, by: str, at: datetime) -> None:
    """Refuse a key from now on."""
    with audit_log.audited(home) as audit:
        revoked = audit.state.execute(
            "UPDATE api_keys SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL", (as_text(at), name)
        ).rowcount
        if not revoked:
            message = (
                f"key {name}: expected a key in use, found none of this name; customer-hub key list shows them all"
            )
            raise ApiKeyError(message)
        audit.record(at, by, "key revoked", f"key:{name}")


class Keyring:
    """The keys of a home for a server, which asks with every request whose one is: a key revoked is refused at once."""

    def __init__(self, home: Path) -> None:
        self._state = state.Lookout(home)

    def holder(self, key: str) -> ApiKey | None:
        """Give whose key it is, None if it is nobody's or revoked."""
        rows = self._state.rows(
            "SELECT name, begins, role, per_second FROM api_keys WHERE key_hash = ? AND revoked_at IS NULL",
            (_hash(key),),
        )
        return ApiKey(rows[0][0], rows[0][1], Role(rows[0][2]), rows[0][3]) if rows else None

    def close(self) -> None:
        """Let the state go."""
        self._state.close()


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
