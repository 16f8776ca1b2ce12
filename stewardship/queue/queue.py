"""The queue's pages: the question at hand, the next one, what an answer would do, all questions as a list."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel

from stewardship.access.gates import requires
from stewardship.addresses import paged
from stewardship.desk import Desk, InForce, TheDesk
from stewardship.pages import fragment, page
from stewardship.queue import asking
from stewardship.queue.asking import Taken, Wanted
from stewardship.queue.previews import preview
from warehouse import state
from warehouse.access import audit_log
from warehouse.access.roles import Role
from warehouse.access.users import User
from warehouse.desk import desk_queue
from warehouse.desk.desk_queue import Order
from warehouse.judgements import kept_decisions
from warehouse.judgements.kept_decisions import ItemKind
from warehouse.queries.lookup import feeds_in_question, regions_in_question
from warehouse.queries.serving import Snapshot

router = APIRouter()

Steward = Annotated[User, requires(Role.STEWARD)]
Asked = Annotated[Wanted, Depends()]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]
PER_PAGE = 50
MOST_ASSIGNED = 500
"""Questions that are given to a steward at once."""


class Shown(BaseModel):
    """A question as a piece of a page; `item_id` is null where nothing is left."""

    item_id: str | None
    html: str


@router.get("/queue")
def queue(  # noqa: PLR0913, PLR0917 -- what a page is made of
    request: Request, desk: TheDesk, snapshot: InForce, who: Steward, wanted: Asked, item: str | None = None
) -> HTMLResponse:
    """Show the question at hand: the one asked for, the one held, or the next."""
    at = desk.now()
    taken = asking.take(desk, snapshot, who, wanted, item_id=item)
    if item is not None and taken.item is None:
        raise HTTPException(404, "no_such_question")
    html = _shown(request, desk, snapshot, who, taken)
    with state.reading(desk.home) as connection:
        left = desk_queue.count(connection, who.name, wanted.filters(at))
        done = kept_decisions.count_today(connection, who.name, at)
    return page(
        request,
        "queue.html",
        question=html,
        left=left,
        done=done,
        wanted=wanted,
        always_clear=taken.always_clear,
        kinds=list(ItemKind),
        orders=list(Order),
        feeds=feeds_in_question(snapshot),
        regions=regions_in_question(snapshot),
    )


@router.get("/queue/next")
def following(  # noqa: PLR0913, PLR0917 -- what a page is made of
    request: Request,
    desk: TheDesk,
    snapshot: InForce,
    who: Steward,
    wanted: Asked,
    beside: str | None = None,
    item: str | None = None,
) -> Shown:
    """Take the next question while the steward still looks at `beside`, or a certain one, as it is now."""
    taken = asking.take(desk, snapshot, who, wanted, beside=beside, item_id=item)
    if item is not None and taken.item is None:
        raise HTTPException(404, "no_such_question")
    html = _shown(request, desk, snapshot, who, taken)
    return Shown(item_id=taken.item.item_id if taken.item else None, html=html)


def _shown(request: Request, desk: Desk, snapshot: Snapshot, who: User, taken: Taken) -> str:
    """Give a question that was taken, or that a colleague is at, as a piece of a page."""
    clear = asking.on_record(desk, who, taken)
    holder = None
    if taken.item is not None:
        with state.reading(desk.home) as connection:
            holder = desk_queue.holder(connection, taken.item.item_id, at=desk.now())
    return asking.rendered(
        request,
        desk,
        snapshot,
        who,
        taken.item,
        clear=clear,
        comments=taken.comments,
        held_by=holder if holder != who.name else None,
    )


@router.get("/queue/preview")
def outcome(  # noqa: PLR0913, PLR0917 -- what a page is made of
    request: Request, desk: TheDesk, snapshot: InForce, who: Steward, item: str, clear: str = ""
) -> HTMLResponse:
    """Show what an answer would make of the customers; in the clear only to who holds the question."""
    with state.reading(desk.home) as connection:
        chosen = desk_queue.item(connection, item)
        may = bool(clear) and desk_queue.holder(connection, item, at=desk.now()) == who.name
    if chosen is None or chosen.kind == ItemKind.CONTACT:
        raise HTTPException(404)
    told = preview(snapshot, asking.about(snapshot, chosen), clear=may)
    return HTMLResponse(fragment(request, "preview.html", preview=told))


@router.get("/queue/all")
def every(  # noqa: PLR0913, PLR0917 -- what a page is made of
    request: Request, desk: TheDesk, snapshot: InForce, who: Steward, wanted: Asked, at_page: PageNumber = 1
) -> HTMLResponse:
    """List the open questions."""
    asking.made_ready(desk, snapshot)
    at = desk.now()
    filters = wanted.filters(at)
    with state.reading(desk.home) as connection:
        left = desk_queue.count(connection, who.name, filters)
        pages = max(1, -(-left // PER_PAGE))
        at_page = min(at_page, pages)
        items = desk_queue.show(
            connection, who.name, filters, wanted.ordered, limit=PER_PAGE, offset=(at_page - 1) * PER_PAGE
        )
        held = {item.item_id: desk_queue.holder(connection, item.item_id, at=at) for item in items}
    return page(
        request,
        "questions.html",
        items=items,
        held=held,
        left=left,
        wanted=wanted,
        at_page=at_page,
        pages=pages,
        kinds=list(ItemKind),
        orders=list(Order),
        feeds=feeds_in_question(snapshot),
        regions=regions_in_question(snapshot),
        stewards=asking.stewards(desk) if who.role.may(Role.SENIOR) else [],
    )


@router.post("/queue/all/assign")
def assign_many(  # noqa: PLR0913, PLR0917 -- the form's fields
    desk: TheDesk,
    snapshot: InForce,
    who: Annotated[User, requires(Role.SENIOR)],
    wanted: Asked,
    to: Annotated[str, Form(max_length=100)],
    count: Annotated[int, Form(ge=1, le=MOST_ASSIGNED)],
    due_on: Annotated[str, Form(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = "",
) -> Response:
    """Give a steward the first questions of a list that nobody has; the page's address says which list."""
    if to not in asking.stewards(desk):
        raise HTTPException(422)
    asking.made_ready(desk, snapshot)
    at = desk.now()
    with audit_log.audited(desk.home) as audit:
        given = desk_queue.assign_many(
            audit.state, wanted.filters(at), wanted.ordered, count=count, to=to, due_on=due_on or None, at=at
        )
        for item_id in given:
            audit.record(at, who.name, "assigned", f"item:{item_id}", to=to, due_on=due_on or None)
    return RedirectResponse("/queue/all" + paged(wanted, 1), 303)
