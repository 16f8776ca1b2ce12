"""Decisions of stewards: each is there whole or not at all, once however often it is sent, and undone by another row.

Every function works within a transaction that its caller opened: decision, judgements, closed question and audit row
hold together.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

from matching.errors import CustomerHubError
from matching.words import Judgement
from warehouse import judgement_log
from warehouse.judgement_log import PairVerdict
from warehouse.moments import as_text, midnight


class DecisionError(CustomerHubError):
    """A decision that cannot be written down as it was asked."""


class ItemKind(StrEnum):
    """What a question is about."""

    PAIR = "pair"
    CLUSTER = "cluster"
    CONTACT = "contact"


class State(StrEnum):
    """Whether a decision counts."""

    STANDING = "standing"
    WAITING = "waiting"  # for a second steward
    REFUSED = "refused"  # by a second steward
    UNDONE = "undone"


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


@dataclass(frozen=True)
class Kept:
    """A decision as it is kept."""

    decision_id: str
    item_id: str
    kind: ItemKind
    verdict: str  # Judgement, or "undo"
    who: str
    at: str
    comment: str
    batch_id: str | None
    run_id: str | None
    record_ids: tuple[str, ...]
    needs_second: bool
    second: str | None
    undoes: str | None
    state: State
    effective_at: str
    """When it began to count: when it was made, or approved by a second steward."""
    judgements: tuple[int, ...] = field(default=())


def find(state: sqlite3.Connection, decision_id: str) -> Kept | None:
    """Give a decision if it was saved: what a page asks after it lost its server."""
    row = state.execute(f"{_KEPT} WHERE decision_id = ?", (decision_id,)).fetchone()
    return _kept(row) if row else None


@dataclass(frozen=True)
class Which:
    """Which decisions are wanted; None wants all. `ids` are decisions."""

    who: str | None = None
    state: State | None = None
    kind: str | None = None
    verdict: str | None = None
    ids: tuple[str, ...] | None = None


def listed(state: sqlite3.Connection, which: Which, *, limit: int = 50, offset: int = 0) -> list[Kept]:
    """Give the latest decisions of these; undos are not decisions."""
    rows = state.execute(
        f"{_KEPT} WHERE verdict <> 'undo' AND (:who IS NULL OR who = :who) AND (:state IS NULL OR state = :state) "  # noqa: S608 -- constants
        "AND (:kind IS NULL OR kind = :kind) AND (:verdict IS NULL OR verdict = :verdict) "
        "AND (:ids IS NULL OR decision_id IN (SELECT value FROM json_each(:ids))) "
        "ORDER BY at DESC, decision_id LIMIT :limit OFFSET :offset",
        asdict(which) | {"ids": None if which.ids is None else json.dumps(which.ids), "limit": limit, "offset": offset},
    ).fetchall()
    return [_kept(row) for row in rows]


def stewards_of(state: sqlite3.Connection) -> list[str]:
    """Give who has decided anything, by name."""
    return [who for (who,) in state.execute("SELECT DISTINCT who FROM decisions WHERE verdict <> 'undo' ORDER BY who")]


def of_batch(state: sqlite3.Connection, batch_id: str) -> list[Kept]:
    """Give the decisions of a batch."""
    rows = state.execute(f"{_KEPT} WHERE batch_id = ? AND verdict <> 'undo' ORDER BY decision_id", (batch_id,))
    return [_kept(row) for row in rows.fetchall()]


def batches_of(state: sqlite3.Connection, who: str, limit: int = 10) -> list[tuple[str, str, str, int, int]]:
    """Give a steward's latest batches: id, verdict, when, how many answers, how many of them still count."""
    return state.execute(
        "SELECT batch_id, verdict, max(at), count(*), sum(state IN ('standing', 'waiting')) FROM decision_states "
        "WHERE batch_id IS NOT NULL AND who = ? AND verdict <> 'undo' "
        "GROUP BY batch_id, verdict ORDER BY max(at) DESC LIMIT ?",
        (who, limit),
    ).fetchall()


def with_judgements(state: sqlite3.Connection, judgements: Iterable[int]) -> tuple[str, ...]:
    """Give the decisions that these judgements are part of."""
    rows = state.execute(
        "SELECT DISTINCT decision_id FROM judgements WHERE decision_id IS NOT NULL AND id IN "
        "(SELECT value FROM json_each(?)) ORDER BY decision_id",
        (json.dumps(list(judgements)),),
    )
    return tuple(decision for (decision,) in rows)


def last_of(state: sqlite3.Connection, who: str) -> str | None:
    """Give a steward's last decision that still stands or waits."""
    row = state.execute(
        "SELECT decision_id FROM decision_states WHERE who = ? AND verdict <> 'undo' "
        "AND state IN ('standing', 'waiting') ORDER BY at DESC, decision_id DESC LIMIT 1",
        (who,),
    ).fetchone()
    return row[0] if row else None


def count_today(state: sqlite3.Connection, who: str, at: datetime) -> int:
    """Give how many decisions a steward made today, by the operator's clock; those taken back are none."""
    row = state.execute(
        "SELECT count(*) FROM decisions WHERE who = ? AND at >= ? AND verdict <> 'undo' "
        "AND NOT EXISTS (SELECT 1 FROM decisions AS undo WHERE undo.undoes = decisions.decision_id)",
        (who, as_text(midnight(at))),
    ).fetchone()
    return int(row[0])


def answered(state: sqlite3.Connection, item_id: str, who: str | None = None) -> Kept | None:
    """Give the decision that answers a question, standing or waiting for a second: a certain steward's or anybody's."""
    row = state.execute(
        f"{_KEPT} WHERE item_id = :item AND (:who IS NULL OR who = :who) AND verdict <> 'undo' "
        "AND state IN ('standing', 'waiting') ORDER BY at DESC LIMIT 1",
        {"item": item_id, "who": who},
    ).fetchone()
    return _kept(row) if row else None


def save(state: sqlite3.Connection, decision: Decision) -> None:
    """Write a decision down with all that follows from it, and close its question, unless its answer is known."""
    said = [[pair.record_id_l, pair.record_id_r, pair.verdict.value, pair.seen] for pair in decision.judgements]
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
            json.dumps(said),
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


def _take_effect(state: sqlite3.Connection, decision_id: str, *, at: datetime, reviewer: str | None) -> None:
    who, comment, model, said, kind, verdict, contact_key, keeps = state.execute(
        "SELECT who, comment, model, judgements, kind, verdict, contact_key, keeps FROM decisions "
        "WHERE decision_id = ?",
        (decision_id,),
    ).fetchone()
    pairs = [PairVerdict(left, right, Judgement(word), seen) for left, right, word, seen in json.loads(said)]
    judgement_log.add(
        state, pairs, who=who, at=at, reason=comment, decision_id=decision_id, model=model, reviewer=reviewer
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


_KEPT = (
    "SELECT decision_id, item_id, kind, verdict, who, at, comment, batch_id, run_id, record_ids, needs_second, second, "
    "undoes, state, second_at, (SELECT json_group_array(id) FROM judgements WHERE judgements.decision_id = "
    "decision_states.decision_id) AS judgement_ids FROM decision_states"
)


def _kept(row: tuple[object, ...]) -> Kept:
    item = dict(zip(_COLUMNS, row, strict=True))
    return Kept(
        decision_id=str(item["decision_id"]),
        item_id=str(item["item_id"]),
        kind=ItemKind(str(item["kind"])),
        verdict=str(item["verdict"]),
        who=str(item["who"]),
        at=str(item["at"]),
        comment=str(item["comment"]),
        batch_id=_text(item["batch_id"]),
        run_id=_text(item["run_id"]),
        record_ids=tuple(json.loads(str(item["record_ids"]))),
        needs_second=bool(item["needs_second"]),
        second=_text(item["second"]),
        undoes=_text(item["undoes"]),
        state=State(str(item["state"])),
        effective_at=str(item["second_at"] or item["at"]),
        judgements=tuple(json.loads(str(item["judgement_ids"]))),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


_COLUMNS = (
    "decision_id",
    "item_id",
    "kind",
    "verdict",
    "who",
    "at",
    "comment",
    "batch_id",
    "run_id",
    "record_ids",
    "needs_second",
    "second",
    "undoes",
    "state",
    "second_at",
    "judgement_ids",
)
