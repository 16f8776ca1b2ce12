"""How the stewards' work stands: what waits and for how long, what was decided by the hour, how far they agree."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from matching.words import Judgement
from warehouse.desk import desk_queue
from warehouse.desk.desk_queue import Filters
from warehouse.judgements import judgement_log, kept_decisions
from warehouse.judgements.kept_decisions import State
from warehouse.moments import as_text, from_text, here, midnight, today

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
PAUSE: Final = timedelta(minutes=10)
"""From one answer to the next: longer, and the steward did something else meanwhile."""
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


@dataclass(frozen=True)
class Share:
    """What a steward did in the last week: answers (today's among them), unsure ones, refused and taken back ones.

    `seconds` is the median time from one answer to the next, of answers given one by one and without a pause;
    `assigned` open questions are his now.
    """

    who: str
    today: int
    week: int
    unsure: int
    refused: int
    undone: int
    seconds: float | None
    assigned: int


def shares(state: sqlite3.Connection, at: datetime) -> list[Share]:
    """Give what each steward did in the week up to a moment, and what is assigned to him, by name."""
    since, midnight_at = as_text(at - WEEK), as_text(midnight(at))
    told = state.execute(
        "SELECT who, at, verdict, state, batch_id FROM decision_states WHERE verdict <> 'undo' AND at > ? "
        "ORDER BY who, at",
        (since,),
    ).fetchall()
    assigned = dict(
        state.execute(
            "SELECT assigned_to, count(*) FROM queue_items "
            "WHERE is_open = 1 AND assigned_to IS NOT NULL GROUP BY assigned_to"
        ).fetchall()
    )
    by_steward: dict[str, list[tuple[str, str, str, str | None]]] = {who: [] for who in assigned}
    for who, *rest in told:
        by_steward.setdefault(who, []).append(tuple(rest))
    found = []
    for who, answers in sorted(by_steward.items()):
        counted = [each for each in answers if each[2] != State.UNDONE]
        found.append(
            Share(
                who,
                today=sum(made >= midnight_at for made, *_ in counted),
                week=len(counted),
                unsure=sum(verdict == Judgement.UNSURE for _, verdict, _, _ in counted),
                refused=sum(state == State.REFUSED for _, _, state, _ in counted),
                undone=len(answers) - len(counted),
                seconds=_pace([from_text(made) for made, _, _, batch in answers if batch is None]),
                assigned=int(assigned.get(who, 0)),
            )
        )
    return found


def _pace(times: Sequence[datetime]) -> float | None:
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(times) if later - earlier < PAUSE]
    return median(gaps) if gaps else None


def todo(state: sqlite3.Connection, who: str, at: datetime, run_id: str) -> Todo:
    """Give what waits for a steward at a moment, while the snapshot of a run is in force."""
    own, late = state.execute(
        "SELECT count(*), coalesce(sum(due_on <= ?), 0) FROM queue_items WHERE is_open = 1 AND assigned_to = ?",
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
        done=kept_decisions.count_today(state, who, at),
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
    hours = [as_text(at - timedelta(hours=back))[:13] for back in range(23, -1, -1)]
    rows = state.execute(
        f"SELECT substr(at, 1, 13), count(*) FROM decisions WHERE {_STANDS} AND at >= ? GROUP BY 1",  # noqa: S608
        (hours[0],),
    ).fetchall()
    told = dict(rows)
    stewards = state.execute(
        f"SELECT count(DISTINCT who) FROM decisions WHERE {_STANDS} AND at >= ?",  # noqa: S608 -- a constant
        (hours[0],),
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
