"""Merging and splitting customers: planned, previewed, then written down for the next run."""

from collections.abc import Sequence
from typing import Annotated, Final

import polars as pl
from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from matching.customers.correcting import Correction
from matching.customers.customer_ids import spell
from stewardship.access.login import Next, inside
from stewardship.customers.finding import TheFinder
from stewardship.customers.repair import SHOWN, Reason, Steward, Text
from stewardship.desk import Desk, InForce, TheDesk
from stewardship.pages import page
from warehouse.access import audit_log
from warehouse.access.roles import Role
from warehouse.access.users import User
from warehouse.judgements import corrections, planned

router = APIRouter()

Records = Annotated[list[str], Form(max_length=500, default_factory=list)]
Clear = Annotated[bool, Form()]
Other = Annotated[str, Form(alias="other", max_length=400)]
SPLIT: Final = "split"
MERGE: Final = "merge"
UNMERGE: Final = "unmerge"
TELL_APART: Final = ("entity_type", "gender", "birth_date", "id_number")
"""Values that one customer has one of: where two customers differ in one, a merge deserves a second look."""


@router.post("/customers/{customer_id}/split/preview")
def preview_split(  # noqa: PLR0913, PLR0917 -- the form's fields
    request: Request, desk: TheDesk, who: Steward, customer_id: str, records: Records, clear: Clear = False
) -> HTMLResponse:
    """Show what becomes of ids, golden values and records if some records go."""
    plan = corrections.split(desk.home, customer_id, records)
    if clear:
        _on_record(desk, who, plan)
    return _previewed(request, desk, plan, SPLIT, customer_id, {"records": records}, {"records": records}, clear=clear)


@router.post("/customers/{customer_id}/split")
def split(desk: TheDesk, who: Steward, customer_id: str, records: Records, reason: Reason) -> Response:
    """Write a split down; the next run carries it out."""
    return _written(desk, corrections.split(desk.home, customer_id, records), who.name, reason, customer_id)


@router.post("/customers/{customer_id}/merge/preview")
def preview_merge(  # noqa: PLR0913, PLR0917 -- what a page is made of
    request: Request,
    desk: TheDesk,
    snapshot: InForce,
    finder: TheFinder,
    who: Steward,
    customer_id: str,
    text: Text,
    clear: Clear = False,
) -> HTMLResponse:
    """Show what becomes of ids and golden values if another customer, named by anything he is known by, joins."""
    found = finder.find(snapshot, text)
    others = [row for row in found.rows if row["customer_id"] != customer_id]
    if len(others) != 1 or found.more:
        return page(
            request,
            "choose_other.html",
            customer_id=customer_id,
            spelt=spell(customer_id),
            found=others,
            more=found.more,
        )
    other = str(others[0]["customer_id"])
    plan = corrections.merge(desk.home, customer_id, other)
    if clear:
        _on_record(desk, who, plan)
    return _previewed(request, desk, plan, MERGE, customer_id, {"other": [other]}, {"text": [other]}, clear=clear)


@router.post("/customers/{customer_id}/merge")
def merge(desk: TheDesk, who: Steward, customer_id: str, other: Other, reason: Reason) -> Response:
    """Write a merge down; the next run carries it out."""
    return _written(desk, corrections.merge(desk.home, customer_id, other), who.name, reason, customer_id)


@router.post("/customers/{customer_id}/unmerge/preview")
def preview_unmerge(  # noqa: PLR0913, PLR0917 -- the form's fields
    request: Request, desk: TheDesk, who: Steward, customer_id: str, other: Other, clear: Clear = False
) -> HTMLResponse:
    """Show what becomes of ids, golden values and records if a customer that was merged into this one leaves again."""
    plan = corrections.unmerge(desk.home, other)
    if clear:
        _on_record(desk, who, plan)
    return _previewed(request, desk, plan, UNMERGE, customer_id, {"other": [other]}, {"other": [other]}, clear=clear)


@router.post("/customers/{customer_id}/unmerge")
def unmerge(desk: TheDesk, who: Steward, customer_id: str, other: Other, reason: Reason) -> Response:
    """Write down that a merge is taken back; the next run carries it out."""
    return _written(desk, corrections.unmerge(desk.home, other), who.name, reason, customer_id)


@router.post("/corrections/{number}/call-off")
def call_off(desk: TheDesk, who: Steward, number: int, then: Next = "/") -> Response:
    """Call a split or merge off that waits for the next run: one's own, a senior steward anybody's."""
    found = next((each for each in planned.planned(desk.home) if each.number == number), None)
    if found is not None and found.who != who.name and not who.role.may(Role.SENIOR):
        raise HTTPException(403, "not_yours_to_call_off")
    at = desk.now()
    off = planned.call_off(desk.home, number, who=who.name, at=at)
    with audit_log.audited(desk.home) as audit:
        audit.record(at, who.name, "called off", f"customer:{off.customer_ids[0]}", correction=number)
    return RedirectResponse(inside(then), 303)


@router.get("/customers/{customer_id}/split/preview")
@router.get("/customers/{customer_id}/merge/preview")
@router.get("/customers/{customer_id}/unmerge/preview")
def back(who: Steward, customer_id: str) -> Response:
    """Lead back to the customer: a preview belongs to the form that asked for it."""
    return RedirectResponse(f"/customers/{customer_id}", 303)


def _previewed(  # noqa: PLR0913, PLR0917 -- what a page is made of
    request: Request,
    desk: Desk,
    plan: Correction,
    what: str,
    customer_id: str,
    fields: dict[str, list[str]],
    asked: dict[str, list[str]],
    *,
    clear: bool,
) -> HTMLResponse:
    told = corrections.preview(desk.home, plan)
    rows = told.records.sort("after", "record_id").to_dicts()
    unlike = _unlike(told.customers_before) if what == MERGE else ()
    return page(
        request,
        "correction.html",
        what=what,
        customer_id=customer_id,
        spelt=spell,
        records=rows,
        moving=sum(row["before"] != row["after"] for row in rows),
        before=told.customers_before.to_dicts(),
        after=told.customers_after.sort("customer_id").to_dicts(),
        kept={*told.customers_before["customer_id"], *(fields["other"] if what == UNMERGE else ())},
        unlike=unlike,
        tell_apart=[attribute for attribute in TELL_APART if attribute in unlike],
        differs=_differs(told.customers_before, told.customers_after),
        shown=SHOWN,
        fields=fields,
        asked=asked,
        clear=clear,
    )


def _on_record(desk: Desk, who: User, plan: Correction) -> None:
    """Put on record that a steward sees the customers of a correction in the clear."""
    with audit_log.audited(desk.home) as audit:
        for each in plan.customer_ids:
            audit.record(desk.now(), who.name, "revealed", f"customer:{each}", reason="repair")


def _differs(before: pl.DataFrame, after: pl.DataFrame) -> set[tuple[str, str]]:
    """Give (customer, attribute) of the golden values that a correction changes."""
    was = {row["customer_id"]: row for row in before.to_dicts()}
    return {
        (row["customer_id"], attribute)
        for row in after.to_dicts()
        for attribute in SHOWN
        if row["customer_id"] not in was or was[row["customer_id"]][attribute] != row[attribute]
    }


def _unlike(customers: pl.DataFrame) -> tuple[str, ...]:
    """Give the golden values that the customers of a merge both have, and have differently."""
    rows = customers.select(SHOWN).to_dicts()
    return tuple(attribute for attribute in SHOWN if _is_unlike([row[attribute] for row in rows]))


def _is_unlike(values: Sequence[object]) -> bool:
    told = [set(value) if isinstance(value, list) else {value} for value in values if value not in (None, [])]
    return len(told) > 1 and not set.intersection(*told)


def _written(desk: Desk, plan: Correction, who: str, reason: str, customer_id: str) -> Response:
    if not reason.strip():
        raise HTTPException(422)
    at = desk.now()
    number = corrections.write(desk.home, plan, who=who, reason=reason.strip(), at=at)
    with audit_log.audited(desk.home) as audit:
        audit.record(at, who, plan.kind.value, f"customer:{customer_id}", correction=number)
    return RedirectResponse(f"/customers/{customer_id}", 303)
