"""Notes on customers: what a steward knows that no channel says, and whom he asks to look at it."""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from warehouse.moments import as_text

LONGEST: Final = 1000


@dataclass(frozen=True)
class Note:
    """A note: `asked` is the steward who is to look, None where it only informs; `done_by` whoever settled it."""

    id: int
    customer_id: str
    who: str
    at: str
    text: str
    asked: str | None
    done_by: str | None
    done_at: str | None


_SELECT: Final = "SELECT id, customer_id, who, at, text, asked, done_by, done_at FROM customer_notes "


def write(  # noqa: PLR0913 -- the columns of a note
    state: sqlite3.Connection, customer_id: str, text: str, *, who: str, asked: str | None, at: datetime
) -> int:
    """Write a note on a customer and give its number."""
    written = state.execute(
        "INSERT INTO customer_notes (customer_id, who, at, text, asked) VALUES (?, ?, ?, ?, ?)",
        (customer_id, who, as_text(at), text, asked),
    )
    return int(written.lastrowid or 0)


def settle(state: sqlite3.Connection, number: int, *, who: str, at: datetime) -> None:
    """Say that nothing more is to be done about a note; it stays to be read, and who settled it first."""
    state.execute(
        "UPDATE customer_notes SET done_by = ?, done_at = ? WHERE id = ? AND done_at IS NULL",
        (who, as_text(at), number),
    )


def note(state: sqlite3.Connection, number: int) -> Note | None:
    """Give a note by its number."""
    row = state.execute(_SELECT + "WHERE id = ?", (number,)).fetchone()
    return Note(*row) if row else None


def all_open(state: sqlite3.Connection) -> list[Note]:
    """Give the notes that nobody has settled, the oldest first."""
    return [Note(*row) for row in state.execute(_SELECT + "WHERE done_at IS NULL ORDER BY id")]


def of(state: sqlite3.Connection, customer_ids: Collection[str]) -> list[Note]:
    """Give all notes on customers, those to be settled first, then the latest."""
    rows = state.execute(
        _SELECT + "WHERE customer_id IN (SELECT value FROM json_each(?)) ORDER BY done_at IS NOT NULL, id DESC",  # noqa: S608 (two constants)
        (json.dumps(list(customer_ids)),),
    )
    return [Note(*row) for row in rows]


def waiting_for(state: sqlite3.Connection, who: str) -> int:
    """Count the notes that a steward was asked to look at and nobody has settled."""
    row = state.execute("SELECT count(*) FROM customer_notes WHERE done_at IS NULL AND asked = ?", (who,)).fetchone()
    return int(row[0])
