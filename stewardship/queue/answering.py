"""What a steward does with a question: answer it, skip it, take the last step back, see its values, comment, assign."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, Field

from matching.words import Judgement
from stewardship.desk import Desk, InForce, TheDesk
from stewardship.pages import fragment
from stewardship.queue import asking, sharers
from stewardship.queue.contradicted import told
from stewardship.queue.deciding import Answer, Answered, Outcome, answer
from stewardship.queue.queue import Shown, Steward
from warehouse import state
from warehouse.access import audit_log
from warehouse.access.roles import Role
from warehouse.access.users import User
from warehouse.desk import desk_queue
from warehouse.judgements import decisions, kept_decisions
from warehouse.judgements.kept_decisions import ItemKind, State
from warehouse.queries.lookup import model_of_run
from warehouse.queries.serving import Snapshot

router = APIRouter()

Id = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[0-9A-Za-z_-]+$")]


class Said(BaseModel):
    """An answer as the page sends it."""

    decision_id: Id
    item_id: Id
    verdict: Judgement
    seen: Annotated[str, Field(max_length=64)]
    comment: Annotated[str, Field(max_length=1000)] = ""
    keeps: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=1000)] = []
    overrules: Annotated[list[int], Field(max_length=50)] = []


class Told(BaseModel):
    """What became of an answer; `html` explains a contradiction."""

    outcome: Outcome
    html: str = ""
    done_today: int = 0


class About(BaseModel):
    """One question."""

    item_id: Id


class Undo(BaseModel):
    """What to take back: a decision, or a steward's last one."""

    decision_id: Id | None = None
    undo_id: Id


class Assignment(BaseModel):
    """Whose a question is, and until when."""

    item_id: Id
    to: Annotated[str | None, Field(max_length=100)] = None
    due_on: Annotated[str | None, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] = None


class Remark(BaseModel):
    """A comment beside a question."""

    item_id: Id
    text: Annotated[str, Field(min_length=1, max_length=1000)]


class Listing(BaseModel):
    """Which customers of those who share a number are wanted, beginning with which, as the question is shown."""

    item_id: Id
    text: Annotated[str, Field(max_length=100)] = ""
    after: Annotated[int, Field(ge=0)] = 0
    clear: bool = False


class Listed(BaseModel):
    """Customers as lines of the question's table, and how many more there are."""

    html: str
    more: int


class Habit(BaseModel):
    """Whether a steward wants to see values at once."""

    always_clear: bool


@router.post("/queue/answer")
def answered(request: Request, desk: TheDesk, snapshot: InForce, who: Steward, said: Said) -> Told:
    """Save an answer, whole or not at all; the same one again changes nothing."""
    found, done = _decide(desk, snapshot, who, said)
    if found.outcome is not Outcome.CONTRADICTS:
        return Told(outcome=found.outcome, done_today=done)
    chains = told(found.contradictions)
    html = fragment(request, "contradiction.html", chains=chains, may_overrule=found.may_overrule)
    return Told(outcome=found.outcome, html=html)


def _decide(desk: Desk, snapshot: Snapshot, who: User, said: Said) -> tuple[Answered, int]:
    """Read what the question is about before anybody has to wait for us, then check and save in one transaction.

    Given are what became of the answer, and how many this steward has made today.
    """
    at = desk.now()
    with state.reading(desk.home) as connection:
        known = kept_decisions.find(connection, said.decision_id)
        item = desk_queue.item(connection, said.item_id)
        done = kept_decisions.count_today(connection, who.name, at)
    if known is not None:
        return Answered(Outcome.REPEATED if known.who == who.name else Outcome.ANSWERED), done
    if item is None or item.run_id != snapshot.run_id or item.record_ids == "[]":
        return Answered(Outcome.GONE), done
    about = asking.about(snapshot, item, linked=item.kind == ItemKind.CLUSTER)
    key, model = asking.key_of(desk.home), model_of_run(snapshot)
    spoken = Answer(
        decision_id=said.decision_id,
        verdict=said.verdict,
        who=who.name,
        at=at,
        seen=said.seen,
        comment=said.comment,
        keeps=tuple(sorted(set(said.keeps) & about.records.keys())),
        overrules=tuple(said.overrules),
        is_senior=who.role.may(Role.SENIOR),
    )
    with audit_log.audited(desk.home) as audit:
        found = answer(audit.state, about, spoken, key=key, run_id=snapshot.run_id, model=model)
        if found.outcome in {Outcome.SAVED, Outcome.WAITS}:
            audit.record(
                at, who.name, "decided", f"item:{item.item_id}", decision=said.decision_id, verdict=said.verdict
            )
            done += 1
    return found, done


@router.get("/queue/decision/{decision_id}")
def was_it_saved(desk: TheDesk, who: Steward, decision_id: str) -> dict[str, str]:
    """Say whether a decision is there: what a page asks that lost its server."""
    with state.reading(desk.home) as connection:
        kept = kept_decisions.find(connection, decision_id)
    if kept is None:
        raise HTTPException(404)
    return {"decision_id": kept.decision_id, "state": kept.state.value}


@router.post("/queue/skip")
def skip(desk: TheDesk, who: Steward, about: About) -> dict[str, str]:
    """Leave a question to others; it comes back later."""
    with state.transaction(desk.home) as connection:
        desk_queue.skip(connection, about.item_id, who.name, at=desk.now())
    return {"outcome": "skipped"}


@router.post("/queue/unskip")
def unskip(request: Request, desk: TheDesk, snapshot: InForce, who: Steward, about: About) -> Shown:
    """Take a skip back, and show the question again if nobody took it meanwhile."""
    at = desk.now()
    with audit_log.audited(desk.home) as audit:
        desk_queue.unskip(audit.state, about.item_id, who.name)
        is_mine = desk_queue.claim(audit.state, about.item_id, who.name, at=at)
        chosen = desk_queue.item(audit.state, about.item_id) if is_mine else None
        clear = asking.in_clear(audit, who, chosen, at)
    html = asking.rendered(request, desk, snapshot, who, chosen, clear=clear)
    return Shown(item_id=chosen.item_id if chosen else None, html=html)


@router.post("/queue/release")
def release(desk: TheDesk, who: Steward, about: About) -> dict[str, str]:
    """Put a question back without an answer."""
    with state.transaction(desk.home) as connection:
        desk_queue.set_aside(connection, about.item_id, who.name, at=desk.now())
    return {"outcome": "released"}


@router.post("/queue/hold")
def hold(desk: TheDesk, who: Steward, about: About) -> dict[str, bool]:
    """Hold a question longer."""
    with state.transaction(desk.home) as connection:
        return {"held": desk_queue.claim(connection, about.item_id, who.name, at=desk.now())}


@router.post("/queue/undo")
def undo(request: Request, desk: TheDesk, snapshot: InForce, who: Steward, wanted: Undo) -> Shown:
    """Take a decision back, one's own last where none is named, and show its question again if it is still asked."""
    at = desk.now()
    with audit_log.audited(desk.home) as audit:
        decision_id = wanted.decision_id or kept_decisions.last_of(audit.state, who.name)
        kept = kept_decisions.find(audit.state, decision_id) if decision_id else None
        if kept is None or kept.state is State.UNDONE:
            raise HTTPException(404, "nothing_to_undo")
        if kept.who != who.name and not who.role.may(Role.SENIOR):
            raise HTTPException(403)
        decisions.undo(audit.state, kept.decision_id, undo_id=wanted.undo_id, who=who.name, at=at)
        audit.record(at, who.name, "undid", f"decision:{kept.decision_id}", item=kept.item_id)
        is_mine = desk_queue.claim(audit.state, kept.item_id, who.name, at=at)
        chosen = desk_queue.item(audit.state, kept.item_id) if is_mine else None
        chosen = chosen if chosen and chosen.run_id == snapshot.run_id else None
        clear = asking.in_clear(audit, who, chosen, at)
    if chosen is None:
        return Shown(item_id=None, html="")
    return Shown(item_id=chosen.item_id, html=asking.rendered(request, desk, snapshot, who, chosen, clear=clear))


@router.post("/queue/reveal")
def reveal(request: Request, desk: TheDesk, snapshot: InForce, who: Steward, wanted: About) -> Shown:
    """Show the values of a question in the clear, on record."""
    with audit_log.audited(desk.home) as audit:
        chosen = desk_queue.item(audit.state, wanted.item_id)
        asking.in_clear(audit, who, chosen, desk.now(), asked=True)
        holder = desk_queue.holder(audit.state, wanted.item_id, at=desk.now())
    if chosen is None:
        raise HTTPException(404, "no_such_question")
    held_by = holder if holder != who.name else None
    html = asking.rendered(request, desk, snapshot, who, chosen, clear=True, held_by=held_by)
    return Shown(item_id=chosen.item_id, html=html)


@router.post("/queue/sharers")
def list_sharers(request: Request, desk: TheDesk, snapshot: InForce, who: Steward, wanted: Listing) -> Listed:
    """List more of the customers who share a number, or those who fit a text; in the clear only to who holds it."""
    with state.reading(desk.home) as connection:
        item = desk_queue.item(connection, wanted.item_id)
        clear = wanted.clear and desk_queue.holder(connection, wanted.item_id, at=desk.now()) == who.name
    if item is None or item.kind != ItemKind.CONTACT:
        raise HTTPException(404, "no_such_question")
    about = asking.about(snapshot, item)
    found = sharers.fitting(about, wanted.text)
    shown = found[wanted.after : wanted.after + sharers.MOST]
    rows = sharers.sharers(snapshot, about, shown, clear=clear)
    html = fragment(request, "sharer_rows.html", sharers=rows)
    return Listed(html=html, more=max(0, len(found) - wanted.after - len(shown)))


@router.post("/queue/habit")
def habit(desk: TheDesk, who: Steward, wanted: Habit) -> Habit:
    """Remember whether a steward wants to see values at once."""
    at = desk.now()
    with audit_log.audited(desk.home) as audit:
        asking.set_always_clear(audit.state, who, at, wanted=wanted.always_clear)
        audit.record(at, who.name, "set", "always clear", wanted=wanted.always_clear)
    return wanted


@router.post("/queue/comment")
def remark(desk: TheDesk, who: Steward, said: Remark) -> dict[str, str]:
    """Write a comment beside a question."""
    at = desk.now()
    with audit_log.audited(desk.home) as audit:
        if desk_queue.item(audit.state, said.item_id) is None:
            raise HTTPException(404, "no_such_question")
        desk_queue.comment(audit.state, said.item_id, who.name, said.text, at=at)
        audit.record(at, who.name, "commented", f"item:{said.item_id}", characters=len(said.text))
    return {"who": who.name, "text": said.text}


@router.post("/queue/assign")
def assign(desk: TheDesk, who: Steward, wanted: Assignment) -> dict[str, str]:
    """Give a question to a steward, until a day: a senior steward any, others one that they are at."""
    if wanted.to is not None and wanted.to not in asking.stewards(desk):
        raise HTTPException(422)
    at = desk.now()
    with audit_log.audited(desk.home) as audit:
        is_his = desk_queue.holder(audit.state, wanted.item_id, at=at) == who.name
        if not (is_his or who.role.may(Role.SENIOR)):
            raise HTTPException(403, "not_yours_to_hand_on")
        desk_queue.assign(audit.state, wanted.item_id, to=wanted.to, due_on=wanted.due_on)
        audit.record(at, who.name, "assigned", f"item:{wanted.item_id}", to=wanted.to, due_on=wanted.due_on)
    return {"outcome": "assigned"}
