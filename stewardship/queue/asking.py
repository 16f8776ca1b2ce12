"""Taking a question from the queue and putting it on the page: what every way of asking shares."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from fastapi import HTTPException, Request

from matching.model import Model
from matching.policy import NUMBERS
from stewardship.access.visitors import Visitor
from stewardship.desk import Desk
from stewardship.noted import open_notes
from stewardship.pages import fragment
from stewardship.queue.deciding import seen_digest
from stewardship.queue.matters import Matter, matter, needs_evidence, with_evidence
from stewardship.queue.questions import question
from warehouse import state
from warehouse.access import audit_log
from warehouse.access.audit_log import Audit
from warehouse.access.roles import Role
from warehouse.access.users import User, users
from warehouse.desk import desk_queue, desk_refresh
from warehouse.desk.desk_queue import Filters, Item, Order
from warehouse.judgements import judgement_log, kept_decisions
from warehouse.models import models
from warehouse.moments import as_text, today
from warehouse.queries.lookup import model_of_run
from warehouse.queries.serving import Snapshot

ALWAYS_CLEAR: Final = "always clear: "
"""The setting, by user, that shows the values of his questions at once."""


@dataclass(frozen=True)
class Wanted:
    """Which questions a steward wants and in which order, as the page's address says it."""

    kind: str = ""
    feed: str = ""
    region: str = ""
    score_from: str = ""
    score_to: str = ""
    days: str = ""
    pattern: str = ""
    mine: str = ""
    order: str = ""

    @property
    def ordered(self) -> Order:
        """The order; most worth first where the address says nothing that we know."""
        return Order(self.order) if self.order in set(Order) else Order.WORTH

    @property
    def is_filtered(self) -> bool:
        """Whether not every question is wanted."""
        return any(getattr(self, each.name) for each in fields(self) if each.name != "order")

    def filters(self, at: datetime) -> Filters:
        """Give the filters; what is no number filters nothing."""
        days = _number(self.days)
        return Filters(
            kind=self.kind or None,
            feed=self.feed or None,
            region=self.region or None,
            score_from=_number(self.score_from),
            score_to=_number(self.score_to),
            older_than=as_text(at - timedelta(days=min(days, 36500))) if days is not None and days > 0 else None,
            pattern=self.pattern or None,
            mine=bool(self.mine),
        )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@cache
def key_of(home: Path) -> bytes:
    """Give the home's key, which never changes."""
    return state.secret(home)


@lru_cache(maxsize=2)
def model_at(home: Path, version: str) -> Model:
    """Give a version of the model, which never changes."""
    return models.load(home, version)


def made_ready(desk: Desk, snapshot: Snapshot) -> None:
    """See to it that the queue holds the questions of the snapshot that this answer is read from."""
    with state.reading(desk.home) as connection:
        if desk_refresh.prepared(connection) == snapshot.run_id:
            return
    desk_refresh.refresh(desk.home)


@dataclass(frozen=True)
class Taken:
    """A question that a steward holds, what was written beside it, and whether he always sees values at once."""

    item: Item | None
    comments: tuple[tuple[str, str, str], ...]
    always_clear: bool


def take(  # noqa: PLR0913 -- for whom, which, and beside which
    desk: Desk, snapshot: Snapshot, who: User, wanted: Wanted, *, beside: str | None = None, item_id: str | None = None
) -> Taken:
    """Take a question for a steward: a certain one, one that he holds already (other than `beside`), or the next.

    The queue is made to hold the questions of the snapshot that this answer is read from.
    """
    key = key_of(desk.home)
    while True:
        with state.transaction(desk.home, outlives_power_cuts=False) as connection:
            if desk_refresh.prepared(connection) == snapshot.run_id:
                item = _chosen(connection, desk.now(), key, who, wanted, beside, item_id)
                comments = desk_queue.comments(connection, item.item_id) if item else []
                return Taken(item, tuple(comments), always_clear(connection, who))
        if not desk_refresh.refresh(desk.home):
            raise HTTPException(409)


def _chosen(  # noqa: PLR0913, PLR0917 -- the same, within the transaction
    connection: sqlite3.Connection,
    at: datetime,
    key: bytes,
    who: User,
    wanted: Wanted,
    beside: str | None,
    item_id: str | None,
) -> Item | None:
    if item_id is not None:
        desk_queue.claim(connection, item_id, who.name, at=at)
        return desk_queue.item(connection, item_id)
    for item in desk_queue.held(connection, who.name, wanted.filters(at), at=at):
        if item.item_id != beside:
            return item
    known = known_is_due(connection, key, who.name, at)
    return desk_queue.claim_next(connection, who.name, wanted.filters(at), wanted.ordered, at=at, known=known)


def known_is_due(connection: sqlite3.Connection, key: bytes, who: str, at: datetime) -> bool:
    """Say whether a steward's next question is one whose answer is known: by lot, so that he cannot count them off."""
    every = NUMBERS.known_questions.every
    if every == 0:
        return False
    lot = f"{who}\n{today(at)}\n{kept_decisions.count_today(connection, who, at)}"
    return int(judgement_log.keyed(key, "lot", lot), 16) % every == 0


def on_record(desk: Desk, who: User, taken: Taken) -> bool:
    """Say whether a steward sees a question in the clear; if he does, that is on record first."""
    if taken.item is None or not taken.always_clear:
        return False
    with audit_log.audited(desk.home) as audit:
        return in_clear(audit, who, taken.item, desk.now(), asked=True)


def in_clear(audit: Audit, who: User, item: Item | None, at: datetime, *, asked: bool = False) -> bool:
    """Say whether a question is shown in the clear: asked for now, or always by this steward; then it is on record."""
    if item is None or not (asked or always_clear(audit.state, who)):
        return False
    audit.record(at, who.name, "revealed", f"item:{item.item_id}", records=item.records_touched, reason="comparing")
    return True


def about(snapshot: Snapshot, item: Item, *, linked: bool = True) -> Matter:
    """Give what a question is about, and the scored pairs among its records; a former snapshot's is gone."""
    if item.run_id != snapshot.run_id or item.record_ids == "[]":
        raise HTTPException(410)
    return matter(snapshot, item, linked=linked)


def rendered(  # noqa: PLR0913 -- what a question is shown with
    request: Request,
    desk: Desk,
    snapshot: Snapshot,
    who: User,
    item: Item | None,
    *,
    clear: bool,
    comments: Sequence[tuple[str, str, str]] | None = None,
    held_by: str | None = None,
) -> str:
    """Give a question as a piece of a page; `held_by` is the colleague who is at it, if one is."""
    if item is None:
        with state.reading(desk.home) as connection:
            return fragment(request, "nothing_left.html", open=desk_queue.count(connection, who.name, Filters()))
    told = about(snapshot, item)
    if needs_evidence(told):
        told = with_evidence(told, model_at(desk.home, model_of_run(snapshot)))
    visitor: Visitor = request.state.visitor
    if comments is None:
        with state.reading(desk.home) as connection:
            comments = desk_queue.comments(connection, item.item_id)
    return fragment(
        request,
        "question.html",
        q=question(snapshot, told, visitor.language, clear=clear),
        seen=seen_digest(key_of(desk.home), told),
        comments=comments,
        notes=open_notes(desk, snapshot, item.customer_ids),
        held_by=held_by,
        stewards=[] if held_by else stewards(desk),
    )


def stewards(desk: Desk) -> list[str]:
    """Give who may answer questions."""
    return [user.name for user in users(desk.home) if user.role.may(Role.STEWARD) and not user.disabled]


def always_clear(connection: sqlite3.Connection, who: User) -> bool:
    """Say whether a steward asked to see the values of his questions at once."""
    row = connection.execute("SELECT value FROM desk_settings WHERE name = ?", (ALWAYS_CLEAR + who.name,)).fetchone()
    return row is not None and json.loads(row[0]) is True


def set_always_clear(connection: sqlite3.Connection, who: User, at: datetime, *, wanted: bool) -> None:
    """Write down whether a steward wants to see the values of his questions at once."""
    connection.execute(
        "INSERT INTO desk_settings VALUES (?, ?, ?, ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value, who = excluded.who, at = excluded.at",
        (ALWAYS_CLEAR + who.name, json.dumps(wanted), who.name, as_text(at)),
    )
