"""How the stewards' work stands: what waits and for how long, what was decided by the hour, how far they agree."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from warehouse import decisions, desk_queue, judgement_log
from warehouse.desk_queue import Filters
from warehouse.moments import as_text, here, today

DAY: Final = timedelta(days=1)
AGES: Final = (1, 7, 30)
"""Days at which one group of ages ends and the next begins."""

_STANDS: Final = (
    "verdict <> 'undo' AND NOT EXISTS (SELECT 1 FROM decisions AS undo WHERE undo.undoes = decisions.decision_id)"
)
"""Which decisions count: those that nobody took back."""


@dataclass(frozen=True)
class Work:
    """`waiting` by age: (from days, to days or None, questions); `by_hour`: the hours of the last day, oldest first.

    `seconded` and `refused` count what second stewards said.
    """

    open: int
    waiting: tuple[tuple[int, int | None, int], ...]
    by_hour: tuple[tuple[str, int], ...]
    stewards: int
    seconded: int
    refused: int

    @property
    def decided(self) -> int:
        """Decisions of the last day, without those taken back."""
        return sum(count for _, count in self.by_hour)


@dataclass(frozen=True)
class Todo:
    """What waits for a steward: `own` is assigned to him, `late` of it due by today, `second` wants his opinion.

    `changed` judgements should be looked at again; `next_run` judgements wait for the run after the one in force.
    """

    open: int
    own: int
    late: int
    second: int
    changed: int
    next_run: int
    done: int


def todo(state: sqlite3.Connection, who: str, at: datetime, run_id: str) -> Todo:
    """Give what waits for a steward at a moment, while the snapshot of a run is in force."""
    own, late = state.execute(
        "SELECT count(*), coalesce(sum(due_on <= ?), 0) FROM queue_items "
        "WHERE is_open = 1 AND known IS NULL AND assigned_to = ?",
        (today(at).isoformat(), who),
    ).fetchone()
    second = state.execute(
        "SELECT count(*) FROM decision_states WHERE needs_second = 1 AND state = 'waiting' AND who <> ?", (who,)
    ).fetchone()[0]
    return Todo(
        open=desk_queue.count(state, who, Filters()),
        own=int(own),
        late=int(late),
        second=int(second),
        changed=len(judgement_log.flags(state)),
        next_run=judgement_log.waiting(state, run_id)[0],
        done=decisions.count_today(state, who, at),
    )


def work(state: sqlite3.Connection, at: datetime) -> Work:
    """Give how the work stands at a moment."""
    edges = [0, *AGES]
    waiting = []
    for place, since in enumerate(edges):
        until = edges[place + 1] if place + 1 < len(edges) else None
        count = state.execute(
            "SELECT count(*) FROM queue_items "
            "WHERE is_open = 1 AND known IS NULL AND first_seen_at <= ? AND first_seen_at > ?",
            (as_text(at - since * DAY) if since else "9999", as_text(at - until * DAY) if until else ""),
        ).fetchone()[0]
        waiting.append((since, until, int(count)))
    rows = state.execute(
        f"SELECT substr(at, 1, 13), count(*) FROM decisions WHERE {_STANDS} AND at > ? GROUP BY 1",  # noqa: S608
        (as_text(at - DAY),),
    ).fetchall()
    told = dict(rows)
    hours = [as_text(at - timedelta(hours=back))[:13] for back in range(23, -1, -1)]
    stewards = state.execute(
        f"SELECT count(DISTINCT who) FROM decisions WHERE {_STANDS} AND at > ?",  # noqa: S608 -- a constant
        (as_text(at - DAY),),
    ).fetchone()[0]
    opinions = dict(state.execute("SELECT verdict, count(*) FROM second_opinions GROUP BY verdict").fetchall())
    return Work(
        sum(count for *_, count in waiting),
        tuple(waiting),
        tuple((f"{here(hour + ':00'):%H:00}", int(told.get(hour, 0))) for hour in hours),
        int(stewards),
        int(opinions.get("approved", 0)),
        int(opinions.get("refused", 0)),
    )
