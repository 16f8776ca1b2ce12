"""Who may pass: every route declares the role it needs, and every request that changes something must be our own.

    @router.get("/queue")
    def queue(who: Annotated[User, requires(Role.STEWARD)]) -> HTMLResponse: …

    @router.get("/login", dependencies=[anyone()])

A route without a gate keeps the desk from starting (`gated`).
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from matching.errors import CustomerHubError
from stewardship.access.visitors import TheVisitor, Visitor
from warehouse.access.roles import Role
from warehouse.access.users import User

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "X-CSRF-Token"


class GateError(CustomerHubError):
    """A route does not say who may use it."""


@dataclass(frozen=True)
class Gate:
    """Lets a logged-in user of at least this role pass, and only with a form of our own; None lets everybody pass."""

    role: Role | None

    async def __call__(self, request: Request, visitor: TheVisitor) -> User | None:
        """Give the user, or refuse: 401 to strangers, 403 to others."""
        if self.role is not None and visitor.user is None:
            raise HTTPException(401)
        if self.role is not None and visitor.user is not None and not visitor.user.role.may(self.role):
            raise HTTPException(403)
        if request.method not in SAFE:
            await _insist_on_our_own(request, visitor)
        return visitor.user


def requires(role: Role) -> Any:
    """Let users of at least this role pass; the parameter it stands at is the User."""
    return Depends(Gate(role))


def anyone() -> Any:
    """Let everybody pass, logged in or not; the parameter it stands at is a User or None."""
    return Depends(Gate(None))


def gated(routers: Iterable[APIRouter]) -> list[tuple[APIRoute, Role | None]]:
    """Give every route with the role it needs, None where everybody may pass.

    Raises GateError naming the first route that has no gate.
    """
    every = []
    for route in [route for router in routers for route in router.routes]:
        gates = _gates(route.dependant) if isinstance(route, APIRoute) else []
        if not isinstance(route, APIRoute) or not gates:
            message = f"{getattr(route, 'path', route)}: expected a gate, found none; add requires(Role.…) or anyone()"
            raise GateError(message)
        needed = [gate.role for gate in gates if gate.role is not None]
        every.append((route, max(needed, key=list(Role).index) if needed else None))
    return every


async def _insist_on_our_own(request: Request, visitor: Visitor) -> None:
    """Refuse what another site's page may have sent: wrong origin, or without this session's token."""
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin" or (
        origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    ):
        raise HTTPException(403, "page_too_old")
    told = request.headers.get(CSRF_HEADER) or (await request.form()).get(CSRF_FIELD)
    if not isinstance(told, str) or not hmac.compare_digest(told.encode(), visitor.csrf.encode()):
        raise HTTPException(403, "page_too_old")


def _gates(dependant: Dependant) -> list[Gate]:
    """Give the gates that a request must pass, those of dependencies of dependencies too."""
    here = [dependant.call] if isinstance(dependant.call, Gate) else []
    return here + [gate for below in dependant.dependencies for gate in _gates(below)]
