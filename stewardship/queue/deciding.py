"""An answer becomes a decision: checked against who holds the question and what was said before, then saved whole."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from matching.words import Judgement
from stewardship.queue.matters import Matter
from warehouse.desk import desk_queue
from warehouse.desk.desk_queue import Item
from warehouse.judgements import decisions, judgement_log, kept_decisions
from warehouse.judgements.contradictions import Contradiction, contradictions
from warehouse.judgements.decisions import Decision
from warehouse.judgements.judgement_log import PairVerdict
from warehouse.judgements.kept_decisions import ItemKind
from warehouse.moments import as_text

FOUR_EYES: Final = "four eyes"


class Outcome(StrEnum):
    """What became of an answer."""

    SAVED = "saved"
    WAITS = "waits"  # saved, for a second steward to confirm
    REPEATED = "repeated"  # it was saved before: the page asked twice
    TAKEN = "taken"  # another steward holds the question
    ANSWERED = "answered"  # somebody has answered it
    GONE = "gone"  # the snapshot in force does not ask it
    CHANGED = "changed"  # the records say something else than what was looked at
    CONTRADICTS = "contradicts"  # earlier judgements


@dataclass(frozen=True)
class FourEyes:
    """Which decisions wait for a second steward: those on these kinds, and those that touch this bill or more."""

    kinds: tuple[str, ...] = ()
    bill_from: float | None = None

    def asks_for(self, item: Item) -> bool:
        """Say whether a question needs a second steward."""
        return item.kind in self.kinds or (self.bill_from is not None and item.monthly_bill_touched >= self.bill_from)


@dataclass(frozen=True)
class Answer:
    """What a steward answered. `seen` is what `seen_digest` gave for what he looked at.

    `overrules` names standing judgements that he takes back for his answer to hold.
    """

    decision_id: str
    verdict: Judgement
    who: str
    at: datetime
    seen: str
    comment: str = ""
    keeps: tuple[str, ...] = ()
    overrules: tuple[int, ...] = ()
    batch_id: str | None = None
    is_senior: bool = False


@dataclass(frozen=True)
class Answered:
    """What became of an answer, and what it contradicts."""

    outcome: Outcome
    contradictions: tuple[Contradiction, ...] = ()
    may_overrule: bool = False


def seen_digest(key: bytes, about: Matter) -> str:
    """Give a keyed hash of all the values that a question shows: it changes when any of them does."""
    records = about.records
    seen = [judgement_log.what_was_seen(key, records[record]) for record in sorted(records)]
    return judgement_log.keyed(key, "question", json.dumps(seen, sort_keys=True))


def answer(  # noqa: PLR0913 -- what is answered, and under which key, run and model
    state: sqlite3.Connection, about: Matter, said: Answer, *, key: bytes, run_id: str, model: str
) -> Answered:
    """Save an answer unless something speaks against it, and say what became of it.

    Works within a transaction that its caller opened. The same decision id again changes nothing.
    """
    refused = _refused(state, about, said, key)
    if refused is not None:
        return Answered(refused)
    state.execute("SAVEPOINT overruling")
    for number, judgement in enumerate(() if about.item.known else said.overrules):
        _take_back(state, judgement, said, number)
    against = _against(state, about, said.verdict)
    if against:
        state.execute("ROLLBACK TO overruling")
        may = said.is_senior or all(each.decisive.who == said.who for each in against)
        return Answered(Outcome.CONTRADICTS, tuple(against), may)
    four_eyes = read_four_eyes(state)
    decision = _decision(about, said, key, run_id, model, needs_second=four_eyes.asks_for(about.item))
    decisions.save(state, decision)
    return Answered(Outcome.WAITS if decision.needs_second else Outcome.SAVED)


def read_four_eyes(state: sqlite3.Connection) -> FourEyes:
    """Give which decisions wait for a second steward; none unless it was set."""
    row = state.execute("SELECT value FROM desk_settings WHERE name = ?", (FOUR_EYES,)).fetchone()
    told = json.loads(row[0]) if row else {}
    return FourEyes(tuple(told.get("kinds", ())), told.get("bill_from"))


def write_four_eyes(state: sqlite3.Connection, wanted: FourEyes, *, who: str, at: datetime) -> None:
    """Set which decisions wait for a second steward, from now on."""
    state.execute(
        "INSERT INTO desk_settings VALUES (?, ?, ?, ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value, who = excluded.who, at = excluded.at",
        (FOUR_EYES, json.dumps({"kinds": wanted.kinds, "bill_from": wanted.bill_from}), who, as_text(at)),
    )


def _refused(state: sqlite3.Connection, about: Matter, said: Answer, key: bytes) -> Outcome | None:
    item = about.item
    if kept_decisions.find(state, said.decision_id) is not None:
        return Outcome.REPEATED
    present = desk_queue.item(state, item.item_id)
    if present is None or present.run_id != item.run_id:
        return Outcome.GONE
    if not present.is_open or (present.known and kept_decisions.answered(state, item.item_id, said.who)):
        return Outcome.ANSWERED
    if not desk_queue.claim(state, item.item_id, said.who, at=said.at):
        return Outcome.TAKEN
    return None if said.seen == seen_digest(key, about) else Outcome.CHANGED


def _against(state: sqlite3.Connection, about: Matter, verdict: Judgement) -> Sequence[Contradiction]:
    if about.item.kind == ItemKind.CONTACT or about.item.known:
        return []
    one, other = ([str(row["record_id"]) for row in party] for party in about.parties)
    return contradictions(state, one, other, verdict)


def _take_back(state: sqlite3.Connection, judgement: int, said: Answer, number: int) -> None:
    """Undo the decision that a judgement is part of, or withdraw the judgement: his own, or anybody's by a senior."""
    row = state.execute("SELECT who, decision_id FROM standing_judgements WHERE id = ?", (judgement,)).fetchone()
    if row is None or not (said.is_senior or row[0] == said.who):
        return
    undo_id = f"{said.decision_id}/overrules/{number}"
    if row[1] is not None and kept_decisions.find(state, row[1]) is not None:
        decisions.undo(state, row[1], undo_id=undo_id, who=said.who, at=said.at)
    else:
        judgement_log.withdraw(state, [judgement], who=said.who, at=said.at, decision_id=undo_id)


def _decision(  # noqa: PLR0913 -- what is decided, by whom, under which run and model
    about: Matter, said: Answer, key: bytes, run_id: str, model: str, *, needs_second: bool
) -> Decision:
    kind = ItemKind(about.item.kind)
    return Decision(
        decision_id=said.decision_id,
        item_id=about.item.item_id,
        kind=kind,
        verdict=said.verdict,
        who=said.who,
        at=said.at,
        record_ids=tuple(sorted(about.asked if kind is not ItemKind.CLUSTER else about.records)),
        judgements=() if kind is ItemKind.CONTACT or about.item.known else tuple(_judgements(about, said.verdict, key)),
        contact_key=judgement_log.keyed(key, "contact", about.contact) if about.contact else None,
        keeps=said.keeps,
        comment=said.comment,
        batch_id=said.batch_id,
        run_id=run_id,
        model=model,
        needs_second=needs_second,
        known=about.item.known,
    )


def _judgements(about: Matter, verdict: Judgement, key: bytes) -> list[PairVerdict]:
    """Give what an answer says of pairs: of the two that stand for the question, and where a customer is taken apart as
    shown, that each of the groups is one.
    """
    records = about.records

    def said_of(one: str, other: str, word: Judgement) -> PairVerdict:
        left, right = sorted((one, other))
        seen = {side: judgement_log.what_was_seen(key, records[record]) for side, record in (("l", left), ("r", right))}
        return PairVerdict(left, right, word, json.dumps(seen, sort_keys=True))

    one, other = about.asked
    said = [said_of(one, other, verdict)]
    if about.cut is not None and verdict is Judgement.DIFFERENT:
        for group in (about.cut.one, about.cut.other):
            said += [said_of(group[0], record, Judgement.SAME) for record in group[1:]]
    return said
