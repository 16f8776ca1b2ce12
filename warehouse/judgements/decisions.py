"""Decisions of stewards: each is there whole or not at all, once however often it is sent, and undone by another row.

Every function works within a transaction that its caller opened: decision, judgements, closed question and audit row
hold together.
"""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from matching.errors import CustomerHubError
from matching.words import Judgement
from warehouse.judgements import judgement_log
from warehouse.judgements.judgement_log import PairVerdict
from warehouse.judgements.kept_decisions import ItemKind, State, find
from warehouse.moments import as_text


class DecisionError(CustomerHubError):
    """A decision that cannot be written down as it was asked."""


@dataclass(frozen=True)
class Decision:
    """One answer to one question, and what follows from it for pairs of records or for a shared number.

    `record_ids` are the records that were shown. Of a contact, same means that the number is theirs, different that it
    is not, and `keeps` names the records that it stays with all the same.
    """

    decision_id: str
    item_id: str
    kind: ItemKind
    verdict: Judgement
    who: str
    at: datetime
    record_ids: tuple[str, ...]
    judgements: tuple[PairVerdict, ...] = ()
    contact_key: str | None = None
    keeps: tuple[str, ...] = ()
    comment: str = ""
    batch_id: str | None = None
    run_id: str | None = None
    model: str | None = None
    needs_second: bool = False
    known: str | None = None
    """The answer that was known beforehand, of a question that was asked to see how far stewards agree."""


def save(state: sqlite3.Connection, decision: Decision) -> None:
    """Write a decision down with all that follows from it, and close its question, unless its answer is known."""
    pairs = [[pair.record_id_l, pair.record_id_r, pair.verdict.value, pair.seen] for pair in decision.judgements]
    state.execute(
        "INSERT INTO decisions (decision_id, item_id, kind, verdict, who, at, comment, batch_id, run_id, model, "
        "record_ids, judgements, contact_key, keeps, needs_second, known) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            decision.decision_id,
            decision.item_id,
            decision.kind.value,
            decision.verdict.value,
            decision.who,
            as_text(decision.at),
            decision.comment,
            decision.batch_id,
            decision.run_id,
            decision.model,
            json.dumps(decision.record_ids),
            json.dumps(pairs),
            decision.contact_key,
            json.dumps(decision.keeps),
            int(decision.needs_second),
            decision.known,
        ),
    )
    if not decision.needs_second:
        _take_effect(state, decision.decision_id, at=decision.at, reviewer=None)
    state.execute("UPDATE queue_items SET is_open = 0 WHERE item_id = ? AND known IS NULL", (decision.item_id,))
    state.execute(
        "UPDATE queue_items SET assigned_to = NULL, due_on = NULL WHERE item_id = ? AND known IS NOT NULL",
        (decision.item_id,),
    )
    state.execute("DELETE FROM queue_claims WHERE item_id = ?", (decision.item_id,))


def undo(state: sqlite3.Connection, decision_id: str, *, undo_id: str, who: str, at: datetime) -> bool:
    """Take a decision back with all that followed from it, and open its question again; False if it was taken back."""
    kept = find(state, decision_id)
    if kept is None or kept.undoes is not None:
        message = f"undo {decision_id}: expected a saved decision, found none; reload the page"
        raise DecisionError(message)
    if kept.state is State.UNDONE:
        return False
    state.execute(
        "INSERT INTO decisions (decision_id, item_id, kind, verdict, who, at, record_ids, judgements, needs_second, "
        "undoes) VALUES (?, ?, ?, 'undo', ?, ?, '[]', '[]', 0, ?)",
        (undo_id, kept.item_id, kept.kind.value, who, as_text(at), decision_id),
    )
    judgement_log.withdraw(state, judgement_log.of_decision(state, decision_id), who=who, at=at, decision_id=undo_id)
    state.execute(
        "INSERT INTO contact_verdicts (contact_key, verdict, who, at, decision_id, withdraws) "
        "SELECT contact_key, 'withdrawn', ?, ?, ?, id FROM contact_verdicts WHERE decision_id = ?",
        (who, as_text(at), undo_id, decision_id),
    )
    _reopen(state, kept.item_id)
    return True


def second(  # noqa: PLR0913 -- the columns of an opinion
    state: sqlite3.Connection, decision_id: str, *, approve: bool, who: str, at: datetime, comment: str = ""
) -> None:
    """Write down what a second steward says of a waiting decision: approved it takes effect, refused it is asked anew.

    He must be another one than decided.
    """
    kept = find(state, decision_id)
    if kept is None or kept.state is not State.WAITING:
        message = f"second opinion on {decision_id}: expected a waiting decision, found none; reload the page"
        raise DecisionError(message)
    if kept.who == who:
        message = "second opinion: expected another steward, found the one who decided; ask a colleague"
        raise DecisionError(message)
    state.execute(
        "INSERT INTO second_opinions VALUES (?, ?, ?, ?, ?)",
        (decision_id, "approved" if approve else "refused", who, as_text(at), comment),
    )
    if approve:
        _take_effect(state, decision_id, at=at, reviewer=who)
    else:
        _reopen(state, kept.item_id)


def said(state: sqlite3.Connection, decision_id: str) -> list[PairVerdict]:
    """Give what a decision says of pairs of records, whether it has taken effect or waits."""
    (text,) = state.execute("SELECT judgements FROM decisions WHERE decision_id = ?", (decision_id,)).fetchone()
    return [PairVerdict(left, right, Judgement(word), seen) for left, right, word, seen in json.loads(text)]


def _take_effect(state: sqlite3.Connection, decision_id: str, *, at: datetime, reviewer: str | None) -> None:
    who, comment, model, kind, verdict, contact_key, keeps = state.execute(
        "SELECT who, comment, model, kind, verdict, contact_key, keeps FROM decisions WHERE decision_id = ?",
        (decision_id,),
    ).fetchone()
    judgement_log.add(
        state,
        said(state, decision_id),
        who=who,
        at=at,
        reason=comment,
        decision_id=decision_id,
        model=model,
        reviewer=reviewer,
    )
    if kind == ItemKind.CONTACT and verdict != Judgement.UNSURE:
        state.execute(
            "INSERT INTO contact_verdicts (contact_key, verdict, keeps, who, at, decision_id) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                contact_key,
                "theirs" if verdict == Judgement.SAME else "not_theirs",
                keeps,
                who,
                as_text(at),
                decision_id,
            ),
        )


def _reopen(state: sqlite3.Connection, item_id: str) -> None:
    state.execute("UPDATE queue_items SET is_open = 1 WHERE item_id = ? AND record_ids <> '[]'", (item_id,))
