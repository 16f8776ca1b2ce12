"""Why two records are not one customer: the gate that stopped them, and what would change it."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final

import polars as pl
from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from matching.explanations.explaining import Explanation, explain
from matching.frames import RECORDS
from matching.model import Model
from matching.policy import HUB_FIELDS
from matching.resolving import resolve
from stewardship.access.gates import requires
from stewardship.customers.finding import TheFinder
from stewardship.desk import InForce, TheDesk
from stewardship.facts import title_of
from stewardship.pages import page
from warehouse import state
from warehouse.access.roles import Role
from warehouse.access.users import User
from warehouse.models import models
from warehouse.queries.finding_customers import records_of
from warehouse.queries.lookup import model_of_run, records_by_id
from warehouse.queries.serving import Snapshot

router = APIRouter()

Record = Annotated[str, Query(max_length=200)]
MOST_TO_CHOOSE: Final = 10
"""Customers whose records are listed to pick one from."""


@router.get("/why")
def why(  # noqa: PLR0913, PLR0917 -- what a page is made of
    request: Request,
    desk: TheDesk,
    snapshot: InForce,
    who: Annotated[User, requires(Role.VIEWER)],
    one: Record = "",
    other: Record = "",
) -> HTMLResponse:
    """Hold two records against each other as a run does, with all records of their customers."""
    found = records_by_id(snapshot, [one, other]) if one and other else {}
    told = explained(desk.home, snapshot, one, other) if len(found) == 2 else None
    missing = [record for record in (one, other) if record and record not in found] if one and other else []
    return page(
        request,
        "why.html",
        one=one,
        other=other,
        told=told,
        missing=missing,
        text="",
        choice=None,
        title_of=title_of,
    )


@router.post("/why")
def choose(  # noqa: PLR0913, PLR0917 -- the form's fields
    request: Request,
    snapshot: InForce,
    finder: TheFinder,
    who: Annotated[User, requires(Role.STEWARD)],
    text: Annotated[str, Form(max_length=400)],
    one: Annotated[str, Form(max_length=200)] = "",
) -> HTMLResponse:
    """List the records of customers known by a text, to pick the first or the second record from."""
    found = finder.find(snapshot, text).rows[:MOST_TO_CHOOSE]
    records = records_of(snapshot, [str(row["customer_id"]) for row in found])
    choice = [record for record in records if record["record_id"] != one]
    return page(
        request,
        "why.html",
        one=one,
        other="",
        told=None,
        missing=[],
        text=text,
        choice=choice,
        title_of=title_of,
    )


def explained(home: Path, snapshot: Snapshot, one: str, other: str) -> Explanation:
    """Give the explanation, from the records of the two customers and the model in force alone."""
    holders = snapshot.rows(
        "SELECT DISTINCT customer_id FROM crosswalk WHERE record_id IN (?, ?) ORDER BY customer_id", [one, other]
    )
    rows = records_of(snapshot, [str(customer) for (customer,) in holders])
    if not rows:
        raise HTTPException(404)
    frame = pl.DataFrame([{name: row.get(name) for name in RECORDS} for row in rows], schema=dict(RECORDS))
    model = _model(home, model_of_run(snapshot))
    judged = state.judgements(home)
    ids = frame["record_id"].implode()
    said = judged.filter(pl.col("record_id_l").is_in(ids) & pl.col("record_id_r").is_in(ids))
    resolved = resolve(frame, HUB_FIELDS, model=model, judgements=said)
    return explain(frame, HUB_FIELDS, model, one, other, resolved)


@lru_cache(maxsize=2)
def _model(home: Path, version: str) -> Model:
    """Give a version's model; versions never change."""
    return models.load(home, version)
