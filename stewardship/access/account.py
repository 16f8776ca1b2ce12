"""One's own password, and for administrators the users and the audit log."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from stewardship.access.audit_words import told
from stewardship.access.gates import requires
from stewardship.access.visitors import TheVisitor, keep_session
from stewardship.desk import TheDesk
from stewardship.pages import page
from warehouse.access import audit_log, brake, sessions, users
from warehouse.access.roles import Role
from warehouse.access.users import User, UserError

router = APIRouter()

Viewer = Annotated[User, requires(Role.VIEWER)]
Admin = Annotated[User, requires(Role.ADMIN)]
Password = Annotated[str, Form(max_length=1024)]
PER_PAGE = 100


@router.get("/account")
def account(request: Request, who: Viewer) -> HTMLResponse:
    """Show the form for another password."""
    return page(request, "account.html", problem=None, wait=0)


@router.post("/account/password")
def change_password(  # noqa: PLR0913, PLR0917 (the form's fields)
    request: Request, desk: TheDesk, visitor: TheVisitor, who: Viewer, old: Password, new: Password, again: Password
) -> Response:
    """Set another password; every other session of the user ends. A wrong old one counts as a failed log-in."""
    wait = brake.try_now(desk.home, {brake.Subject.USER: who.name}, at=desk.now())
    if wait:
        seconds = int(wait.total_seconds()) + 1
        return page(request, "account.html", status=429, problem="log_in_wait", wait=seconds)
    if users.verified(desk.home, who.name, old) is None:
        return page(request, "account.html", status=403, problem="password_wrong", wait=0)
    brake.forgive(desk.home, who.name)
    if new != again:
        return page(request, "account.html", status=422, problem="passwords_differ", wait=0)
    try:
        users.set_password(desk.home, who.name, new, by=who.name, at=desk.now())
    except UserError:
        return page(request, "account.html", status=422, problem="password_too_simple", wait=0)
    answer = RedirectResponse("/", 303)
    keep_session(answer, desk, sessions.begin(desk.home, who.name, instead_of=visitor.token, at=desk.now()))
    return answer


@router.get("/users")
def user_list(request: Request, desk: TheDesk, who: Admin) -> HTMLResponse:
    """Show who may log in; users are looked after at the command line."""
    return page(request, "users.html", users=users.users(desk.home))


@router.get("/audit")
def audit(
    request: Request,
    desk: TheDesk,
    visitor: TheVisitor,
    who: Admin,
    before: Annotated[int | None, Query(ge=1)] = None,
) -> HTMLResponse:
    """Show what was done, newest first."""
    entries = audit_log.entries(desk.home, before=before, limit=PER_PAGE)
    older = entries[-1]["id"] if len(entries) == PER_PAGE else None
    language = visitor.language
    return page(request, "audit.html", entries=[told(entry, language) for entry in entries], older=older)
