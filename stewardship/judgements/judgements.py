"""What was decided, what became of it, and what waits for a second steward."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Annotated, Final

from fastapi import APIRouter, Depends, HTTPException, Request, UploadFile
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field

from matching.errors import CustomerHubError
from matching.words import Judgement
from stewardship.access.gates import requires
from stewardship.desk import InForce, TheDesk
from stewardship.judgements.annotations import as_annotations, as_csv, judgements_in
from stewardship.judgements.importing import import_judgements
from stewardship.pages import page
from stewardship.queue.answering import Id
from stewardship.queue.deciding import FourEyes, read_four_eyes, write_four_eyes
from stewardship.queue.queue import PageNumber, Steward
from warehouse import state
from warehouse.access import audit_log
from warehouse.access.roles import Role
from warehouse.access.users import User
from warehouse.desk import asked_of
from warehouse.judgements import decisions, judgement_log, kept_decisions, planned
from warehouse.judgements.contradictions import contradictions
from warehouse.judgements.judgement_log import PairVerdict
from warehouse.judgements.kept_decisions import ItemKind, Kept, State, Which
from warehouse.moments import from_text
from warehouse.queries import finding_customers
from warehouse.queries.lookup import members_beside
from warehouse.queries.serving import Snapshot

router = APIRouter()

Senior = Annotated[User, requires(Role.SENIOR)]
MOST: Final = 100
"""Decisions on a page."""
TABS: Final = ("mine", "all", "second", "changed")
LARGEST_FILE: Final = 20 * 1024 * 1024
"""Bytes of a file that is taken in: some hundred thousand judgements."""
IMPORT: Final = "/judgements/import"
LARGEST_BODY: Final = LARGEST_FILE * 3 // 2
"""Bytes that may be sent there: a file with what stands around it, and one that is too large, to be told so."""


@dataclass(frozen=True)
class Line:
    """A decision and since when it is in force; `in_force` is null while it waits for the next run."""

    kept: Kept
    in_force: datetime | None
    changed: tuple[str, ...]


class Opinion(BaseModel):
    """What a second steward says."""

    decision_id: Id
    approve: bool
    comment: Annotated[str, Field(max_length=1000)] = ""


class Rule(BaseModel):
    """Which decisions wait for a second steward."""

    kinds: list[ItemKind] = []
    bill_from: Annotated[float | None, Field(ge=0)] = None


@dataclass(frozen=True)
class Wanted:
    """Which decisions the page's address asks for: a tab, and whose, of what kind and with what answer.

    `about` is a customer's or a record's id.
    """

    show: str = "mine"
    by: str = ""
    kind: str = ""
    verdict: str = ""
    about: str = ""

    @property
    def tab(self) -> str:
        """The tab; one's own where the address names none."""
        return self.show if self.show in TABS else TABS[0]

    @property
    def is_filtered(self) -> bool:
        """Whether not all decisions of the tab are wanted."""
        return bool(self.by or self.kind or self.verdict or self.about)


@router.get("/judgements")
def judgements(  # noqa: PLR0913, PLR0917 -- what a page is made of
    request: Request,
    desk: TheDesk,
    snapshot: InForce,
    who: Steward,
    wanted: Annotated[Wanted, Depends()],
    at_page: PageNumber = 1,
) -> HTMLResponse:
    """Show decisions: one's own, everybody's, those that wait for a second steward, those whose records changed."""
    records = _records_about(snapshot, wanted.about.strip())
    with state.reading(desk.home) as connection:
        flags = judgement_log.flags(connection)
        which = Which(
            who=who.name if wanted.tab == "mine" else wanted.by or None,
            state=State.WAITING if wanted.tab == "second" else None,
            kind=wanted.kind or None,
            verdict=wanted.verdict or None,
            ids=_among(
                kept_decisions.with_judgements(connection, flags) if wanted.tab == "changed" else None,
                None if records is None else asked_of.concerning(connection, records),
            ),
        )
        kept = kept_decisions.listed(connection, which, limit=MOST + 1, offset=(at_page - 1) * MOST)
        waiting, since = judgement_log.waiting(connection, snapshot.run_id)
        not_yet = judgement_log.waiting_ones(connection, snapshot.run_id)
        four_eyes = read_four_eyes(connection)
        stewards = kept_decisions.stewards_of(connection)
    runs = _runs(snapshot)
    return page(
        request,
        "judgements.html",
        lines=[
            Line(each, None if each.decision_id in not_yet else _in_force(each, runs), _changed(each, flags))
            for each in kept[:MOST]
        ],
        wanted=wanted,
        tabs=TABS,
        stewards=stewards,
        verdicts=list(Judgement),
        at_page=at_page,
        is_last=len(kept) <= MOST,
        waiting=waiting,
        planned=planned.planned(desk.home),
        since=since,
        four_eyes=four_eyes,
        kinds=list(ItemKind),
        run_id=snapshot.run_id,
    )


def _records_about(snapshot: Snapshot, text: str) -> list[str] | None:
    """Give the records of the customer or record that an id names; None where nothing is asked."""
    if not text:
        return None
    found, _ = finding_customers.search(snapshot, text)
    records = finding_customers.records_of(snapshot, [str(row["customer_id"]) for row in found])
    return [str(record["record_id"]) for record in records]


def _among(*choices: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Give the decisions that are in every choice; None where there is none."""
    made = [set(choice) for choice in choices if choice is not None]
    return tuple(sorted(set.intersection(*made))) if made else None


@router.post(IMPORT)
def take_in(request: Request, desk: TheDesk, who: Senior, file: UploadFile) -> HTMLResponse:
    """Take the judgements of an annotation file or a table in; what contradicts those that stand is listed."""
    content = file.file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise HTTPException(413, "import_too_large")
    source = PurePath(file.filename or "judgements.json").name[:100]
    try:
        said = judgements_in(Path(source), content.decode("utf-8-sig"))
    except (UnicodeDecodeError, CustomerHubError):
        raise HTTPException(422, "import_not_understood") from None
    taken = import_judgements(desk.home, said, who=who.name, source=source)
    return page(request, "imported.html", taken=taken, source=source)


@router.post("/judgements/second")
def second(desk: TheDesk, snapshot: InForce, who: Steward, said: Opinion) -> dict[str, str]:
    """Approve or refuse what another steward decided; what contradicts judgements that stand by now is not approved."""
    at = desk.now()
    with audit_log.audited(desk.home) as audit:
        kept = kept_decisions.find(audit.state, said.decision_id)
        if kept is None or kept.state is not State.WAITING:
            raise HTTPException(410)
        if kept.who == who.name:
            raise HTTPException(403)
        if said.approve and _contradicts(audit.state, snapshot, decisions.said(audit.state, said.decision_id)):
            raise HTTPException(409, "approval_contradicts")
        decisions.second(audit.state, said.decision_id, approve=said.approve, who=who.name, at=at, comment=said.comment)
        deed = "approved" if said.approve else "refused"
        audit.record(at, who.name, deed, f"decision:{said.decision_id}", item=kept.item_id)
    return {"outcome": deed}


def _contradicts(state: sqlite3.Connection, snapshot: Snapshot, pairs: Sequence[PairVerdict]) -> bool:
    """Say whether judgements that stand speak against any of these pairs, or against the customers that hold them."""
    owner = members_beside(
        snapshot, sorted({record for pair in pairs for record in (pair.record_id_l, pair.record_id_r)})
    )
    held: dict[str, list[str]] = {}
    for record, customer in owner.items():
        held.setdefault(customer, []).append(record)

    def party(record: str, other: str) -> list[str]:
        own = owner.get(record)
        return [record] if own is None or own == owner.get(other) else held[own]

    return any(
        contradictions(state, party(left, right), party(right, left), verdict)
        for left, right, verdict in ((pair.record_id_l, pair.record_id_r, pair.verdict) for pair in pairs)
    )


@router.post("/judgements/four-eyes")
def four_eyes(desk: TheDesk, who: Annotated[User, requires(Role.ADMIN)], rule: Rule) -> Rule:
    """Set which decisions wait for a second steward."""
    at = desk.now()
    with audit_log.audited(desk.home) as audit:
        wanted = FourEyes(tuple(sorted(set(rule.kinds))), rule.bill_from)
        write_four_eyes(audit.state, wanted, who=who.name, at=at)
        audit.record(at, who.name, "set", "four eyes", kinds=list(wanted.kinds), bill_from=wanted.bill_from)
    return rule


@router.get("/judgements/export.json")
def export_annotations(desk: TheDesk, who: Senior) -> Response:
    """Give the judgements in force as an annotation file of the Python Record Linkage Toolkit."""
    return PlainTextResponse(
        as_annotations(state.judgements(desk.home)), media_type="application/json", headers=_file("judgements.json")
    )


@router.get("/judgements/export.csv")
def export_csv(desk: TheDesk, who: Senior) -> Response:
    """Give the judgements in force as a table."""
    return PlainTextResponse(
        as_csv(state.judgements(desk.home)), media_type="text/csv; charset=utf-8", headers=_file("judgements.csv")
    )


def _file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _runs(snapshot: Snapshot) -> list[tuple[datetime, datetime]]:
    """Give when the runs up to the one in force began and ended, oldest first."""
    rows = snapshot.rows(
        "SELECT started_at, finished_at FROM runs WHERE run_id <= ? ORDER BY started_at", [snapshot.run_id]
    )
    return [
        (began.replace(tzinfo=UTC), ended.replace(tzinfo=UTC))
        for began, ended in rows
        if isinstance(began, datetime) and isinstance(ended, datetime)
    ]


def _in_force(kept: Kept, runs: Sequence[tuple[datetime, datetime]]) -> datetime | None:
    """Give the end of the first run that began after the decision took effect."""
    effective = from_text(kept.effective_at)
    return next((ended for began, ended in runs if began >= effective), None)


def _changed(kept: Kept, flags: dict[int, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({column for judgement in kept.judgements for column in flags.get(judgement, ())}))
