"""Writing a note on a customer, asking a colleague to look, and settling what was asked."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from stewardship.access.gates import requires
from stewardship.access.login import Next, inside
from stewardship.desk import InForce, TheDesk
from stewardship.noted import in_force
from stewardship.pages import page
from stewardship.queue import asking
from warehouse import state
from warehouse.access import audit_log
from warehouse.access.roles import Role
from warehouse.access.users import User
from warehouse.desk import notes
from warehouse.queries.lookup import customers_by_id

router = APIRouter()

Steward = Annotated[User, requires(Role.STEWARD)]
Text = Annotated[str, Form(min_length=1, max_length=notes.LONGEST)]
Asked = Annotated[str, Form(max_length=64)]


@router.get("/notes")
def listed(request: Request, desk: TheDesk, snapshot: InForce, who: Steward) -> HTMLResponse:
    """Show the notes that are not settled: first those that the reader was asked to look at."""
    with state.reading(desk.home) as connection:
        every = notes.all_open(connection)
    every.sort(key=lambda note: (note.asked != who.name, note.asked is None))
    return page(request, "notes.html", notes=every, leads=in_force(snapshot, every))


@router.post("/customers/{customer_id}/notes")
def write(  # noqa: PLR0913, PLR0917 -- the form's fields
    desk: TheDesk, snapshot: InForce, who: Steward, customer_id: str, text: Text, asked: Asked = ""
) -> Response:
    """Write a note on a customer; a colleague who is asked finds it on his start page."""
    if customer_id not in customers_by_id(snapshot, [customer_id]):
        raise HTTPException(410)
    if not text.strip() or (asked and asked not in asking.stewards(desk)):
        raise HTTPException(422)
    at = desk.now()
    with audit_log.audited(desk.home) as audit:
        notes.write(audit.state, customer_id, text.strip(), who=who.name, asked=asked or None, at=at)
        audit.record(at, who.name, "noted", f"customer:{customer_id}", characters=len(text.strip()), to=asked or None)
    return RedirectResponse(f"/customers/{customer_id}#notes", 303)


@router.post("/notes/{number}/settle")
def settle(desk: TheDesk, who: Steward, number: int, then: Next = "/notes") -> Response:
    """Settle a note: whoever wrote it or was asked, or a senior steward."""
    at = desk.now()
    with audit_log.audited(desk.home) as audit:
        found = notes.note(audit.state, number)
        if found is None:
            raise HTTPException(404)
        if who.name not in {found.who, found.asked} and not who.role.may(Role.SENIOR):
            raise HTTPException(403, "not_yours_to_settle")
        notes.settle(audit.state, number, who=who.name, at=at)
        audit.record(at, who.name, "settled a note", f"customer:{found.customer_id}")
    return RedirectResponse(inside(then), 303)
