"""The queue of questions as stewards work through it: taken one at a time, skipped, assigned, due, commented on.

The questions of the snapshot in force lie in `state.sqlite` in the orders in which they may be asked, so that the next
one is found without looking at the rest. Every function works within a transaction that its caller opened.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from warehouse.moments import as_text

CLAIM_FOR: Final = timedelta(minutes=15)
"""How long a question stays with a steward who does nothing."""
ASIDE_FOR: Final = timedelta(minutes=10)
"""How long a question that a steward put back stays away from him."""
SKIP_FOR: Final = timedelta(hours=4)
"""How long a question that a steward skipped stays away from him."""


class Order(StrEnum):
    """What is asked first."""

    WORTH = "worth"
    AGE = "age"
    DOUBT = "doubt"
    LESSON = "lesson"


@dataclass(frozen=True)
class Filters:
    """Which questions a steward wants; None wants all. `region` is a province, or a province and a city."""

    kind: str | None = None
    feed: str | None = None
    region: str | None = None
    score_from: float | None = None
    score_to: float | None = None
    older_than: str | None = None  # first asked before this moment
    pattern: str | None = None
    mine: bool = False


@dataclass(frozen=True)
class Item:
    """A question and how it stands."""

    item_id: str
    run_id: str
    first_seen_at: str
    is_open: bool
    kind: str
    reason: str
    reason_zh: str
    score: float | None
    worth: float
    records_touched: int
    subscriptions_touched: int
    monthly_bill_touched: float
    settles: int
    pattern: str
    record_ids: str  # JSON
    customer_ids: str  # JSON
    places: str  # JSON
    assigned_to: str | None
    due_on: str | None
    known: str | None
    """The answer, if it is known already: then what a steward says tells of him and of nobody else."""


_COLUMNS: Final = (
    "item_id, run_id, first_seen_at, is_open, kind, reason, reason_zh, score, worth, records_touched, "
    "subscriptions_touched, monthly_bill_touched, settles, pattern, record_ids, customer_ids, places, assigned_to, "
    "due_on, known"
)
_FITS: Final = """
    is_open = 1
    AND (:kind IS NULL OR kind = :kind)
    AND (:feed IS NULL OR instr(feeds, '|' || :feed || '|') > 0)
    AND (:region IS NULL OR instr(regions, '|' || :region) > 0)
    AND (:score_from IS NULL OR score >= :score_from)
    AND (:score_to IS NULL OR score <= :score_to)
    AND (:older_than IS NULL OR first_seen_at < :older_than)
    AND (:pattern IS NULL OR pattern = :pattern)
    AND (:mine = 0 OR assigned_to = :who)
"""
_WANTED: Final = f"known IS NULL AND {_FITS}"
_FREE: Final = """
    AND (assigned_to IS NULL OR assigned_to = :who)
    AND NOT EXISTS (
        SELECT 1 FROM queue_claims AS claim
        WHERE claim.item_id = queue_items.item_id AND claim.expires_at > :now
    )
    AND NOT EXISTS (
        SELECT 1 FROM queue_skips AS skip
        WHERE skip.item_id = queue_items.item_id AND skip.who = :who AND skip.until > :now
    )
"""
_KNOWN: Final = """
    known IS NOT NULL
    AND assigned_to IS NULL
    AND NOT EXISTS (SELECT 1 FROM known_shown AS shown WHERE shown.item_id = queue_items.item_id AND shown.who = :who)
    AND NOT EXISTS (
        SELECT 1 FROM decisions WHERE decisions.item_id = queue_items.asks_again AND decisions.who = :who
    )
    AND NOT EXISTS (
        SELECT 1 FROM judgements
        WHERE record_id_l = json_extract(queue_items.record_ids, '$[0]')
            AND record_id_r = json_extract(queue_items.record_ids, '$[1]')
            AND (judgements.who = :who OR reviewer = :who)
    )
"""
"""Which questions with a known answer a steward may be asked: none that he has seen, in whichever way it came."""
_ORDERS: Final[Mapping[Order, str]] = {
    Order.WORTH: "worth DESC, item_id",
    Order.AGE: "first_seen_at, item_id",
    Order.DOUBT: "abs(score), item_id",
    Order.LESSON: "teaches DESC, item_id",
}
_NEXT: Final[Mapping[Order, str]] = {
    order: f"SELECT {_COLUMNS} FROM queue_items WHERE {_WANTED} {_FREE} ORDER BY {by} LIMIT 1"  # noqa: S608 -- constants
    for order, by in _ORDERS.items()
}
_DUE: Final = (  # one whose answer is known looks like any other, so it is handed on like any other
    f"SELECT {_COLUMNS} FROM queue_items WHERE assigned_to = :who AND {_FITS} {_FREE} "  # noqa: S608 -- constants
    "AND (known IS NULL OR NOT EXISTS ("
    "SELECT 1 FROM decisions WHERE decisions.item_id = queue_items.item_id AND decisions.who = :who)) "
    "ORDER BY due_on IS NULL, due_on, worth DESC, item_id LIMIT 1"
)
_AGAIN: Final = f"SELECT {_COLUMNS} FROM queue_items WHERE {_KNOWN} AND {_FITS} {_FREE} ORDER BY item_id LIMIT 1"  # noqa: S608
_HELD: Final = (
    f"SELECT {_COLUMNS} FROM queue_items JOIN queue_claims USING (item_id) "  # noqa: S608 -- constants
    f"WHERE queue_claims.who = :who AND expires_at > :now AND {_FITS} ORDER BY queue_claims.rowid"
)
_EVERY: Final = (  # each of the two counts reads an index and nothing else
    "SELECT (SELECT count(*) FROM queue_items WHERE is_open = 1) "
    "- (SELECT count(*) FROM queue_items WHERE is_open = 1 AND known IS NOT NULL)"
)
_UNASSIGNED: Final[Mapping[Order, str]] = {
    order: f"SELECT item_id FROM queue_items WHERE {_WANTED} AND assigned_to IS NULL {_FREE} ORDER BY {by} LIMIT :limit"  # noqa: S608
    for order, by in _ORDERS.items()
}
_SHOWN: Final[Mapping[Order, str]] = {
    order: f"SELECT {_COLUMNS} FROM queue_items WHERE {_WANTED} ORDER BY {by} LIMIT :limit OFFSET :offset"  # noqa: S608
    for order, by in _ORDERS.items()
}


def claim_next(  # noqa: PLR0913 -- for whom, which, in which order, and when
    state: sqlite3.Connection, who: str, filters: Filters, order: Order, *, at: datetime, known: bool = False
) -> Item | None:
    """Take the next question for a steward and give it; nobody else is given it while he holds it.

    What is assigned to him comes first, then, with `known`, one whose answer is known. None where nothing is left that
    he wants and nobody else holds.
    """
    values = asdict(filters) | {"mine": int(filters.mine), "who": who, "now": as_text(at)}
    row = (
        state.execute(_DUE, values).fetchone()
        or (state.execute(_AGAIN, values).fetchone() if known else None)
        or state.execute(_NEXT[order], values).fetchone()
    )
    if row is None:
        return None
    item = _item(row)
    if item.known is not None:
        state.execute(
            "INSERT INTO known_shown VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (item.item_id, who, as_text(at))
        )
    _hold(state, item.item_id, who, at)
    return item


def claim(state: sqlite3.Connection, item_id: str, who: str, *, at: datetime) -> bool:
    """Take a certain question, or hold it longer; False if another steward has it, or it is answered."""
    free = state.execute(
        "SELECT 1 FROM queue_items WHERE item_id = :item_id AND is_open = 1 AND NOT EXISTS ("
        "SELECT 1 FROM queue_claims WHERE item_id = :item_id AND who <> :who AND expires_at > :now)",
        {"item_id": item_id, "who": who, "now": as_text(at)},
    ).fetchone()
    if free is None:
        return False
    _hold(state, item_id, who, at)
    return True


def held(state: sqlite3.Connection, who: str, filters: Filters, *, at: datetime) -> list[Item]:
    """Give the open questions of these that a steward holds, the longest held first."""
    values = asdict(filters) | {"mine": int(filters.mine), "who": who, "now": as_text(at)}
    return [_item(row) for row in state.execute(_HELD, values)]


def holder(state: sqlite3.Connection, item_id: str, *, at: datetime) -> str | None:
    """Give the steward who holds a question now."""
    row = state.execute(
        "SELECT who FROM queue_claims WHERE item_id = ? AND expires_at > ?", (item_id, as_text(at))
    ).fetchone()
    return row[0] if row else None


def release(state: sqlite3.Connection, who: str, item_id: str | None = None) -> None:
    """Give a question back, or all that a steward holds."""
    state.execute("DELETE FROM queue_claims WHERE who = ? AND (? IS NULL OR item_id = ?)", (who, item_id, item_id))


def skip(state: sqlite3.Connection, item_id: str, who: str, *, at: datetime) -> None:
    """Leave a question to others; to this steward it comes back later."""
    state.execute(
        "INSERT INTO queue_skips VALUES (?, ?, ?) ON CONFLICT (item_id, who) DO UPDATE SET until = excluded.until",
        (item_id, who, as_text(at + SKIP_FOR)),
    )
    release(state, who, item_id)


def set_aside(state: sqlite3.Connection, item_id: str, who: str, *, at: datetime) -> None:
    """Put a question back for now: the steward gets another one before it."""
    state.execute(
        "INSERT INTO queue_skips VALUES (?, ?, ?) ON CONFLICT (item_id, who) DO UPDATE SET until = excluded.until",
        (item_id, who, as_text(at + ASIDE_FOR)),
    )
    release(state, who, item_id)


def unskip(state: sqlite3.Connection, item_id: str, who: str) -> None:
    """Take a skip back."""
    state.execute("DELETE FROM queue_skips WHERE item_id = ? AND who = ?", (item_id, who))


def assign(state: sqlite3.Connection, item_id: str, *, to: str | None, due_on: str | None) -> None:
    """Give a question to a steward, until a day; both None frees it."""
    state.execute("UPDATE queue_items SET assigned_to = ?, due_on = ? WHERE item_id = ?", (to, due_on, item_id))
    state.execute("DELETE FROM queue_claims WHERE item_id = ? AND who <> coalesce(?, who)", (item_id, to))


def assign_many(  # noqa: PLR0913 -- which, how ordered, how many, to whom and until when
    state: sqlite3.Connection, filters: Filters, order: Order, *, count: int, to: str, due_on: str | None, at: datetime
) -> list[str]:
    """Give a steward the first open questions of these that nobody has been given or is at; give which they are."""
    values = asdict(filters) | {"mine": 0, "who": to, "now": as_text(at), "limit": count}
    found = [item_id for (item_id,) in state.execute(_UNASSIGNED[order], values)]
    for item_id in found:
        assign(state, item_id, to=to, due_on=due_on)
    return found


def comment(state: sqlite3.Connection, item_id: str, who: str, text: str, *, at: datetime) -> None:
    """Write a comment beside a question."""
    state.execute(
        "INSERT INTO queue_comments (item_id, who, at, text) VALUES (?, ?, ?, ?)", (item_id, who, as_text(at), text)
    )


def comments(state: sqlite3.Connection, item_id: str) -> list[tuple[str, str, str]]:
    """Give who wrote what about a question, and when: (who, at, text)."""
    return state.execute(
        "SELECT who, at, text FROM queue_comments WHERE item_id = ? ORDER BY id", (item_id,)
    ).fetchall()


def item(state: sqlite3.Connection, item_id: str) -> Item | None:
    """Give a question, open or answered."""
    row = state.execute(f"SELECT {_COLUMNS} FROM queue_items WHERE item_id = ?", (item_id,)).fetchone()  # noqa: S608
    return _item(row) if row else None


def show(  # noqa: PLR0913 -- whose, which, how ordered, how many
    state: sqlite3.Connection, who: str, filters: Filters, order: Order, *, limit: int, offset: int = 0
) -> list[Item]:
    """Give open questions as a list, in an order."""
    values = asdict(filters) | {"mine": int(filters.mine), "who": who, "limit": limit, "offset": offset}
    return [_item(row) for row in state.execute(_SHOWN[order], values)]


def count(state: sqlite3.Connection, who: str, filters: Filters) -> int:
    """Give how many open questions there are of these."""
    if filters == Filters():
        every: int = state.execute(_EVERY).fetchone()[0]
        return every
    values = asdict(filters) | {"mine": int(filters.mine), "who": who}
    found: int = state.execute(f"SELECT count(*) FROM queue_items WHERE {_WANTED}", values).fetchone()[0]  # noqa: S608
    return found


def patterns(state: sqlite3.Connection, *, at_least: int) -> list[tuple[str, int, float, float]]:
    """Give groups of open pairs that agree in the same way: pattern, how many, lowest and highest score."""
    return state.execute(
        "SELECT pattern, count(*), min(score), max(score) FROM queue_items "
        "WHERE is_open = 1 AND known IS NULL AND kind = 'pair' AND pattern <> '' GROUP BY pattern HAVING count(*) >= ? "
        "ORDER BY count(*) DESC, pattern",
        (at_least,),
    ).fetchall()


def _hold(state: sqlite3.Connection, item_id: str, who: str, at: datetime) -> None:
    state.execute(
        "INSERT INTO queue_claims VALUES (?, ?, ?) "
        "ON CONFLICT (item_id) DO UPDATE SET who = excluded.who, expires_at = excluded.expires_at",
        (item_id, who, as_text(at + CLAIM_FOR)),
    )


def _item(row: tuple[object, ...]) -> Item:
    named = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return Item(**named | {"is_open": bool(named["is_open"])})  # type: ignore[arg-type]
