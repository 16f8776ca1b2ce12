"""The model: which version is in force, what a proposed one would change, and teaching one from the judgements."""

import logging
import threading
from pathlib import Path
from typing import Annotated, Final

import polars as pl
from fastapi import APIRouter, BackgroundTasks, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from matching.errors import CustomerHubError
from matching.words import Judgement
from stewardship.access.gates import requires
from stewardship.desk import Desk, TheDesk
from stewardship.pages import page
from warehouse import state
from warehouse.access import audit_log
from warehouse.access.roles import Role
from warehouse.access.users import User
from warehouse.models import models
from warehouse.models.models import Occasion, Why
from warehouse.models.training import effect_of, propose

router = APIRouter()

LOG: Final = logging.getLogger("uvicorn.error")
LEARNING: Final = threading.Lock()
"""Held while a version is being learned: one at a time is enough."""
Senior = Annotated[User, requires(Role.SENIOR)]


@router.get("/model")
def model(request: Request, desk: TheDesk, who: Annotated[User, requires(Role.STEWARD)]) -> HTMLResponse:
    """Show the version in force, and what waits to be accepted with its effect on the customers."""
    return page(
        request,
        "model.html",
        in_force=models.in_force(desk.home),
        waiting=[(version, effect_of(desk.home, version)) for version in reversed(models.proposals(desk.home))],
        versions=models.versions(desk.home).reverse().to_dicts(),
        labels=labels(desk.home).height,
        by_run=models.RUN,
        learning=LEARNING.locked(),
    )


@router.post("/model/propose")
def learn(desk: TheDesk, who: Senior, tasks: BackgroundTasks) -> Response:
    """Teach a new version from the judgements, beside all other work; it waits to be accepted."""
    if not LEARNING.acquire(blocking=False):
        raise HTTPException(409)
    at = desk.now()
    with audit_log.audited(desk.home) as audit:
        audit.record(at, who.name, "asked for a model", "model:-")
    tasks.add_task(_learn, desk, who.name)
    return RedirectResponse("/model", 303)


@router.post("/model/accept")
def accept(desk: TheDesk, who: Senior, version: Annotated[str, Form(max_length=100)]) -> Response:
    """Let a version decide from the next run on."""
    if version not in models.proposals(desk.home):
        raise HTTPException(410)
    at = desk.now()
    models.accept(desk.home, version, who=who.name, at=at)
    with audit_log.audited(desk.home) as audit:
        audit.record(at, who.name, "accepted a model", f"model:{version}")
    return RedirectResponse("/model", 303)


def labels(home: Path) -> pl.DataFrame:
    """Give the judgements that can teach: those that say same or different."""
    return state.judgements(home).filter(pl.col("verdict") != Judgement.UNSURE.value)


def _learn(desk: Desk, who: str) -> None:
    try:
        propose(desk.home, Occasion(Why.LABELS, who, desk.now()), labels=labels(desk.home))
    except CustomerHubError as failure:
        LOG.error("learning a model: %s", failure)
    finally:
        LEARNING.release()
