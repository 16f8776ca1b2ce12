"""Logging in, logging out, and the language of the screens."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from stewardship.access.gates import anyone
from stewardship.access.visitors import TheVisitor, keep_language, keep_session
from stewardship.desk import TheDesk
from stewardship.pages import page
from stewardship.wording import Language
from warehouse import state
from warehouse.access import audit_log, brake, sessions, users
from warehouse.desk import desk_queue

router = APIRouter(dependencies=[anyone()])

Text = Annotated[str, Form(max_length=1024)]
Next = Annotated[str, Form(alias="next", max_length=2048)]


@router.get("/login")
def log_in_form(request: Request, next: str = "/") -> HTMLResponse:
    """Show the form."""
    return page(request, "login.html", next=inside(next), name="", problem=None, wait=0)


@router.post("/login")
def log_in(  # noqa: PLR0913, PLR0917 (the form's fields)
    request: Request, desk: TheDesk, visitor: TheVisitor, name: Text, password: Text, then: Next = "/"
) -> Response:
    """Begin a session, under a token that nobody held before; guesses must wait ever longer."""
    address = request.client.host if request.client else "-"
    wait = brake.try_now(desk.home, {brake.Subject.USER: name, brake.Subject.ADDRESS: address}, at=desk.now())
    if wait:
        seconds = int(wait.total_seconds()) + 1
        told = {"next": inside(then), "name": name, "problem": "log_in_wait", "wait": seconds}
        answer = page(request, "login.html", status=429, **told)
        answer.headers["Retry-After"] = str(seconds)
        return answer
    user = users.verified(desk.home, name, password)
    with audit_log.audited(desk.home) as audit:
        known = user.name if user else users.known(audit.state, name)
        action = "logged in" if user else "log-in failed"
        audit.record(desk.now(), user.name if user else "-", action, f"user:{known or '-'}", address=address)
    if user is None:
        return page(request, "login.html", status=401, next=inside(then), name=name, problem="log_in_failed", wait=0)
    brake.forgive(desk.home, user.name, address)
    token = sessions.begin(desk.home, user.name, instead_of=visitor.token, at=desk.now())
    welcome = RedirectResponse(inside(then), 303)
    keep_session(welcome, desk, token)
    return welcome


@router.post("/logout")
def log_out(desk: TheDesk, visitor: TheVisitor) -> Response:
    """End the session; with a user's last one, the questions that he holds are free for others at once."""
    sessions.end(desk.home, visitor.token)
    if visitor.user is not None and not sessions.is_open(desk.home, visitor.user.name, at=desk.now()):
        with state.transaction(desk.home) as connection:
            desk_queue.release(connection, visitor.user.name)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(desk.session_cookie, path="/", secure=desk.secure, httponly=True, samesite="strict")
    return answer


@router.post("/language")
def choose_language(desk: TheDesk, visitor: TheVisitor, to: Annotated[Language, Form()], then: Next = "/") -> Response:
    """Show the screens in another language from now on."""
    if visitor.user is not None:
        users.set_language(desk.home, visitor.user.name, to)
    answer = RedirectResponse(inside(then), 303)
    keep_language(answer, desk, to)
    return answer


def inside(address: str) -> str:
    """Give the address if it is a page of the desk, else the start page: nobody is led to another site."""
    parts = urlsplit(address)
    is_ours = not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith("//")
    return address if is_ours and "\\" not in address and address.isprintable() else "/"
