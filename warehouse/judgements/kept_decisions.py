"""Decisions of stewards as they are kept: looked up one by one, listed, counted. What was taken back is among them.

Every function reads through a connection that its caller opened.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

from warehouse.moments import as_text, midnight


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
