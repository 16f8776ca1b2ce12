"""What is asked of a customer now, and what stewards have said of his records."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.judgements import judgement_log
from warehouse.judgements.kept_decisions import Kept, State, Which, listed


@dataclass(frozen=True)
class Open:
    """An open question about a customer."""

    item_id: str
    kind: str
    reason: str
    reason_zh: str
    assigned_to: str | None


@dataclass(frozen=True)
class Said:
    """What a steward said of pairs of records outside the queue: in a correction, or in a file that was taken in."""

    who: str
    at: str
    verdict: str
    pairs: int
    record_ids: tuple[str, str]
    """The first of the pairs."""


def open_questions(state: sqlite3.Connection, customer_id: str) -> list[Open]:
    """Give the open questions about a customer, the worthiest first."""
    rows = state.execute(
        "SELECT item_id, kind, reason, reason_zh, assigned_to FROM queue_items "
        "WHERE is_open = 1 AND known IS NULL AND instr(customer_ids, ?) > 0 ORDER BY worth DESC, item_id",
        (json.dumps(customer_id),),
    )
    return [Open(*row) for row in rows]


def concerning(state: sqlite3.Connection, record_ids: Sequence[str]) -> tuple[str, ...]:
    """Give the decisions that say something of any of these records, or of a number that they give."""
    found = {each.decision_id for each in judgement_log.touching(state, record_ids) if each.decision_id}
    rows = state.execute(
        "SELECT decision_id FROM decisions WHERE (kind = 'contact' OR needs_second = 1) AND verdict <> 'undo' "
        "AND EXISTS (SELECT 1 FROM json_each(record_ids) WHERE value IN (SELECT value FROM json_each(?)))",
        (json.dumps(list(record_ids)),),
    )
    return tuple(sorted(found | {decision for (decision,) in rows}))


def decided(state: sqlite3.Connection, record_ids: Sequence[str], limit: int = 20) -> list[Kept]:
    """Give the latest answers that concern any of these records and were not taken back."""
    kept = listed(state, Which(ids=concerning(state, record_ids)), limit=limit)
    return [each for each in kept if each.state in {State.STANDING, State.WAITING}]


def said(state: sqlite3.Connection, record_ids: Sequence[str]) -> list[Said]:
    """Give what else stands on any of these records, correction by correction, the latest first."""
    groups: dict[tuple[str, str, str, str], list[tuple[str, str]]] = {}
    judged = judgement_log.touching(state, record_ids)
    by_answer = tuple({each.decision_id for each in judged if each.decision_id})
    answered = {each.decision_id for each in listed(state, Which(ids=by_answer), limit=len(by_answer))}
    for each in judged:
        if each.decision_id not in answered:
            key = (each.at, each.who, each.verdict.value, str(each.decision_id))
            groups.setdefault(key, []).append((each.record_id_l, each.record_id_r))
    return [
        Said(who, at, verdict, len(pairs), pairs[0])
        for (at, who, verdict, _), pairs in sorted(groups.items(), reverse=True)
    ]
