"""Programs at the door: an API key in a header, a role for each endpoint, and no more requests than its rate allows."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Annotated, Any, Final

from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import APIKeyHeader

from stewardship.access.gates import Gate
from warehouse.access.api_keys import ApiKey, Keyring
from warehouse.access.roles import Role

HEADER: Final = APIKeyHeader(name="X-API-Key", auto_error=False, description="A key of `customer-hub key add`.")
EXPECTED: Final = f"expected a key in the header {HEADER.model.name}"
REMEDY: Final = "an administrator makes one with `customer-hub key add`"
BURST_SECONDS: Final = 2.0
"""How many seconds' worth of requests a key may send at once."""


@dataclass
class Rates:
    """What each key has left, as a bucket that fills at its rate."""

    clock: Callable[[], float]
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: ApiKey) -> float:
        """Take one request; give how many seconds to wait if there is none left, 0 if there was."""
        now = self.clock()
        most = max(key.per_second * BURST_SECONDS, 1.0)
        with self._lock:
            left, since = self._left.get(key.name, (most, now))
            left = min(most, left + max(now - since, 0.0) * key.per_second)  # a clock that was set back takes nothing
            self._left[key.name] = (left - 1 if left >= 1 else left, now)
        return 0.0 if left >= 1 else (1 - left) / key.per_second


@dataclass(frozen=True)
class KeyGate(Gate):
    """Lets a key of at least this role pass, as often as its rate allows."""

    async def __call__(  # type: ignore[override]
        self, request: Request, key: Annotated[str | None, Security(HEADER)] = None
    ) -> ApiKey:
        """Give the key, or refuse: 401 without one, 403 below the role, 429 when it asks too often."""
        keyring: Keyring = request.app.state.keyring
        holder = keyring.holder(key) if key else None
        if holder is None:
            found = "found one that is unknown or revoked" if key else "found none"
            raise HTTPException(401, f"{EXPECTED}, {found}; {REMEDY}", headers={"WWW-Authenticate": "ApiKey"})
        if self.role is not None and not holder.role.may(self.role):
            raise HTTPException(403)
        wait = request.app.state.rates.take(holder)
        if wait:
            raise HTTPException(429, headers={"Retry-After": str(ceil(wait))})
        return holder


def requires_key(role: Role) -> Any:
    """Let keys of at least this role pass; the parameter it stands at is the ApiKey."""
    return Depends(KeyGate(role))
