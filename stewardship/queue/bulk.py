"""Answering many alike questions at once, with a guard against haste: each is shown, there is a least time to look, and
who answers types how many there are. A batch is undone as a whole.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from matching.words import Judgement
from stewardship.access.visitors import TheVisitor
from stewardship.desk import Desk, InForce, TheDesk
from stewardship.pages import page
from stewardship.queue import asking
from stewardship.queue.answering import Id
from stewardship.queue.asking import Wanted
from stewardship.queue.deciding import Answer, Outcome, answer, seen_digest
from stewardship.queue.questions import Question, question
from stewardship.queue.queue import Steward
from stewardship.wording import Language
from warehouse import state
from warehouse.access import audit_log
from warehouse.access.roles import Role
from warehouse.access.users import User
from warehouse.desk import desk_queue
from warehouse.desk.desk_queue import Filters, Order
from warehouse.judgements import decisions, kept_decisions
from warehouse.judgements.kept_decisions import ItemKind, State
from warehouse.moments import as_text, from_text
from warehouse.queries.lookup import model_of_run
from warehouse.queries.serving import Snapshot

router = APIRouter()

AT_LEAST: Final = 5
"""Alike questions that make a group."""
PER_BATCH: Final = 20
LOOK_EACH: Final = timedelta(seconds=1)
"""The least time to look, for each question of a batch."""


@dataclass(frozen=True)
class Group:
    """Open pairs that agree in the same way."""

    pattern: str
    count: int
    score_from: float
    score_to: float


class Batch(BaseModel):
    """One answer to many questions. `proof` shows when they were put on the screen; `typed` is the number typed in."""

    batch_id: Id
    verdict: Judgement
    shown_at: Annotated[str, Field(max_length=40)]
    proof: Annotated[str, Field(max_length=64)]
    shown: Annotated[list[Id], Field(max_length=PER_BATCH)]
    answered: Annotated[dict[Id, str], Field(min_length=1, max_length=PER_BATCH)]
    """Question → what was seen of it."""
    typed: int


class Done(BaseModel):
    """How many answers of a batch were saved; `left` questions were not, because something spoke against it."""

    saved: int
    left: list[str]


class Undone(BaseModel):
    """A batch to take back."""

    batch_id: Id


@router.get("/bulk")
def groups(request: Request, desk: TheDesk, snapshot: InForce, who: Steward) -> HTMLResponse:
    """List the groups of alike pairs, the largest first."""
    asking.made_ready(desk, snapshot)
    with state.reading(desk.home) as connection:
        found = [Group(*row) for row in desk_queue.patterns(connection, at_least=AT_LEAST)]
        batches = kept_decisions.batches_of(connection, who.name)
    return page(request, "bulk.html", groups=found, batches=batches)


@router.get("/bulk/group")
def group(  # noqa: PLR0913, PLR0917 -- what a page is made of
    request: Request, desk: TheDesk, snapshot: InForce, who: Steward, visitor: TheVisitor, pattern: str = ""
) -> Response:
    """Take some questions of a group and show them all."""
    if not pattern:
        return RedirectResponse("/bulk", 303)
    return _grouped(request, desk, snapshot, who, visitor.language, pattern, asked=False)


@router.post("/bulk/group")
def revealed(  # noqa: PLR0913, PLR0917 -- what a page is made of
    request: Request,
    desk: TheDesk,
    snapshot: InForce,
    who: Steward,
    visitor: TheVisitor,
    pattern: Annotated[str, Form(max_length=2000)],
) -> Response:
    """Show the questions of a group in the clear, each on record."""
    return _grouped(request, desk, snapshot, who, visitor.language, pattern, asked=True)


def _grouped(  # noqa: PLR0913, PLR0917 -- what a page is made of
    request: Request, desk: Desk, snapshot: Snapshot, who: User, language: Language, pattern: str, *, asked: bool
) -> HTMLResponse:
    asking.made_ready(desk, snapshot)
    at = desk.now()
    with audit_log.audited(desk.home) as audit:
        desk_queue.release(audit.state, who.name)
        filters = Filters(kind=ItemKind.PAIR, pattern=pattern)
        found = [desk_queue.claim_next(audit.state, who.name, filters, Order.WORTH, at=at) for _ in range(PER_BATCH)]
        items = [item for item in found if item is not None and item.run_id == snapshot.run_id]
        clear = [asking.in_clear(audit, who, item, at, asked=asked) for item in items]
    told: list[tuple[Question, str]] = []
    for item, in_clear in zip(items, clear, strict=True):
        about = asking.about(snapshot, item)
        shown = question(snapshot, about, language, clear=in_clear)
        told.append((shown, seen_digest(asking.key_of(desk.home), about)))
    shown_at = as_text(at)
    return page(
        request,
        "bulk_group.html",
        pattern=pattern,
        told=told,
        clear=all(clear),
        shown_at=shown_at,
        proof=_proof(desk, who.name, shown_at, [item.item_id for item in items]),
        look=int(LOOK_EACH.total_seconds() * len(items)),
        wanted=Wanted(kind=ItemKind.PAIR, pattern=pattern),
    )


@router.post("/bulk/answer")
def answered(desk: TheDesk, snapshot: InForce, who: Steward, batch: Batch) -> Done:
    """Save one answer to many questions; those that something speaks against stay open."""
    at = desk.now()
    if not hmac.compare_digest(batch.proof, _proof(desk, who.name, batch.shown_at, batch.shown)):
        raise HTTPException(403)
    if at - _moment(batch.shown_at) < LOOK_EACH * len(batch.shown):
        raise HTTPException(409, "bulk_too_soon")
    if batch.typed != len(batch.answered) or not batch.answered.keys() <= set(batch.shown):
        raise HTTPException(409, "bulk_miscounted")
    with state.reading(desk.home) as connection:
        items = [desk_queue.item(connection, item_id) for item_id in sorted(batch.answered)]
    about = [
        asking.about(snapshot, item)
        for item in items
        if item is not None and item.run_id == snapshot.run_id and item.record_ids != "[]"
    ]
    left = sorted(batch.answered.keys() - {each.item.item_id for each in about})
    key, model = asking.key_of(desk.home), model_of_run(snapshot)
    with audit_log.audited(desk.home) as audit:
        for each in about:
            item_id = each.item.item_id
            said = Answer(
                decision_id=f"{batch.batch_id}-{item_id}",
                verdict=batch.verdict,
                who=who.name,
                at=at,
                seen=batch.answered[item_id],
                batch_id=batch.batch_id,
                is_senior=who.role.may(Role.SENIOR),
            )
            found = answer(audit.state, each, said, key=key, run_id=snapshot.run_id, model=model)
            if found.outcome not in {Outcome.SAVED, Outcome.WAITS, Outcome.REPEATED}:
                left.append(item_id)
        saved = len(batch.answered) - len(left)
        audit.record(at, who.name, "decided", f"batch:{batch.batch_id}", answers=saved, verdict=batch.verdict)
    return Done(saved=saved, left=left)


@router.post("/bulk/undo")
def undo(desk: TheDesk, who: Steward, wanted: Undone) -> Done:
    """Take a batch back as a whole."""
    at = desk.now()
    with audit_log.audited(desk.home) as audit:
        members = [
            kept for kept in kept_decisions.of_batch(audit.state, wanted.batch_id) if kept.state is not State.UNDONE
        ]
        if any(kept.who != who.name for kept in members) and not who.role.may(Role.SENIOR):
            raise HTTPException(403)
        for kept in members:
            undo_id = f"{kept.decision_id}/undone"
            decisions.undo(audit.state, kept.decision_id, undo_id=undo_id, who=who.name, at=at)
        audit.record(at, who.name, "undid", f"batch:{wanted.batch_id}", answers=len(members))
    return Done(saved=len(members), left=[])


def _proof(desk: Desk, who: str, shown_at: str, items: list[str]) -> str:
    """Give what only the desk can have made: that it showed these questions to him then."""
    told = "\n".join([who, shown_at, *items])
    return hmac.new(desk.secret, told.encode(), hashlib.sha256).hexdigest()


def _moment(text: str) -> datetime:
    try:
        return from_text(text)
    except ValueError:
        raise HTTPException(422) from None
