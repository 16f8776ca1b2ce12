"""Repairing customers: finding one, seeing all that is known of him, and setting a golden value right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from matching.clusters.cutting import Cut, weakest_cut
from matching.customers.customer_ids import spell
from matching.customers.setting import PINNABLE, is_told_of
from stewardship.access.gates import requires
from stewardship.access.visitors import TheVisitor
from stewardship.customers.finding import TheFinder
from stewardship.customers.set_values import kind_of, led_here, let_go, set_values, settled
from stewardship.desk import InForce, TheDesk
from stewardship.pages import page
from stewardship.queue.asking import stewards
from stewardship.queue.link_graph import link_graph
from stewardship.wording import Language
from warehouse import state
from warehouse.access import audit_log
from warehouse.access.roles import Role
from warehouse.access.users import User
from warehouse.desk import asked_of, notes
from warehouse.judgements import planned
from warehouse.queries import finding_customers
from warehouse.queries.lookup import customers_by_id, housemates
from warehouse.queries.serving import Snapshot

router = APIRouter()

Row = dict[str, object]
Viewer = Annotated[User, requires(Role.VIEWER)]
Steward = Annotated[User, requires(Role.STEWARD)]
Text = Annotated[str, Form(max_length=400)]
Reason = Annotated[str, Form(min_length=1, max_length=400)]

SHOWN: Final = (
    "name",
    "entity_type",
    "gender",
    "birth_date",
    "id_type",
    "id_number",
    "mobile",
    "mobiles",
    "fixed_line",
    "email",
    "province",
    "city",
    "district",
    "address",
)
"""The golden values of a customer, in the order in which they are shown."""
MOST_DRAWN: Final = 40
"""Records above which the picture of links is left out: nobody could read it."""


@dataclass(frozen=True)
class Golden:
    """A golden value and where it came from."""

    attribute: str
    value: object
    sources: tuple[Row, ...]
    is_pinnable: bool


@dataclass(frozen=True)
class Links:
    """How a customer's records hang together, and where they would fall apart first."""

    picture: str
    cut: Cut | None


@router.get("/customers")
def find(request: Request, who: Viewer) -> HTMLResponse:
    """Show the form for finding a customer."""
    return page(request, "search.html", text="", found=None)


@router.post("/customers")
def found(request: Request, snapshot: InForce, finder: TheFinder, who: Viewer, text: Text) -> HTMLResponse:
    """Show the customers known by a text; it comes in the request's body, so that no log of addresses keeps it."""
    return page(request, "search.html", text=text, found=finder.find(snapshot, text))


@router.get("/customers/{customer_id}")
def customer(  # noqa: PLR0913, PLR0917 -- what a page is made of
    request: Request, desk: TheDesk, snapshot: InForce, visitor: TheVisitor, who: Viewer, customer_id: str
) -> Response:
    """Show all that is known of a customer; an id out of use leads to whom it redirects to."""
    row = customers_by_id(snapshot, [customer_id]).get(customer_id)
    if row is None:
        rows, _ = finding_customers.search(snapshot, customer_id)
        if len(rows) == 1:
            return RedirectResponse(f"/customers/{rows[0]['customer_id']}", 303)
        raise HTTPException(404, "no_such_customer")
    records = finding_customers.records_of(snapshot, [customer_id])
    lineage = lineage_of(snapshot, customer_id)
    ids = [str(record["record_id"]) for record in records]
    with state.reading(desk.home) as connection:
        asked = asked_of.open_questions(connection, customer_id)
        decided, said = asked_of.decided(connection, ids), asked_of.said(connection, ids)
        noted = notes.of(connection, [customer_id, *led_here(snapshot, customer_id)])
    return page(
        request,
        "customer.html",
        customer=row,
        spelt=spell(customer_id),
        golden=golden_values(row, lineage),
        records=records,
        subscriptions=finding_customers.subscriptions_of(snapshot, customer_id),
        mates=[mate for mate in housemates(snapshot, [customer_id]) if mate["customer_id"] != customer_id],
        life=finding_customers.life_of(snapshot, customer_id),
        links=links(snapshot, records, visitor.language),
        set_values=set_values(desk.home, snapshot, row, lineage),
        planned=planned.planned(desk.home, customer_id),
        asked=asked,
        notes=noted,
        stewards=stewards(desk),
        decided=decided,
        said=said,
        pinnable=PINNABLE,
    )


@router.post("/customers/{customer_id}/pin")
def pin(  # noqa: PLR0913, PLR0917 -- the form's fields
    desk: TheDesk,
    snapshot: InForce,
    who: Steward,
    customer_id: str,
    attribute: Text,
    reason: Reason,
    value: Text = "",
    look_again_on: Text = "",
    unpin: Text = "",
) -> Response:
    """Set a golden value in its own spelling, or let the rules decide again; it counts from the next run on."""
    row = customers_by_id(snapshot, [customer_id]).get(customer_id)
    if row is None:
        raise HTTPException(410)
    if attribute not in PINNABLE:
        raise HTTPException(422)
    if not unpin and not is_told_of(attribute, kind_of(desk.home, snapshot, row)):
        raise HTTPException(422, "not_of_an_organisation")
    right = None if unpin else settled(attribute, value)
    if right is None and not unpin:
        raise HTTPException(422, f"cannot_be_{attribute}" if value.strip() else "nothing_to_set")
    day = day_of(look_again_on)
    at = desk.now()
    with audit_log.audited(desk.home) as audit:
        audit.record(at, who.name, "unpinned" if unpin else "pinned", f"customer:{customer_id}", attribute=attribute)
    if right is None:
        let_go(desk.home, snapshot, customer_id, attribute, who=who.name, reason=reason, at=at)
    else:
        state.pin(desk.home, customer_id, attribute, right, who=who.name, reason=reason, at=at, look_again_on=day)
    return RedirectResponse(f"/customers/{customer_id}#golden", 303)


def lineage_of(snapshot: Snapshot, customer_id: str) -> dict[str, list[Row]]:
    """Give the records that a customer's golden values came from, by attribute."""
    told: dict[str, list[Row]] = {}
    for line in finding_customers.lineage_of(snapshot, customer_id):
        told.setdefault(str(line["attribute"]), []).append(line)
    return told


def golden_values(row: Row, lineage: Mapping[str, Sequence[Row]]) -> list[Golden]:
    """Give a customer's golden values, each with the records it came from."""
    return [
        Golden(attribute, row[attribute], tuple(lineage.get(attribute, ())), attribute in PINNABLE)
        for attribute in SHOWN
        if row[attribute] not in (None, []) or attribute in PINNABLE
    ]


def links(snapshot: Snapshot, records: Sequence[Row], language: Language) -> Links:
    """Give the picture of a customer's links and its weakest cut; neither for a record alone."""
    ids = [str(record["record_id"]) for record in records]
    pairs = finding_customers.links_of(snapshot, ids)
    told = [(str(pair["record_id_l"]), str(pair["record_id_r"]), float(str(pair["score"]))) for pair in pairs]
    cut = weakest_cut(ids, told)
    if cut is None or len(ids) > MOST_DRAWN:
        return Links("", cut)
    return Links(link_graph({str(record["record_id"]): record for record in records}, pairs, cut, language), cut)


def day_of(text: str) -> date | None:
    """Give the day that a form's field says, None where it is left empty."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise HTTPException(422) from None
