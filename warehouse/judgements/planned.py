"""Corrections that are written down and wait for the next run: which they are, and how one is called off."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl

from matching.customers.correcting import CannotCorrectError
from matching.frames import REMEMBERED
from warehouse import state
from warehouse.judgements import judgement_log
from warehouse.moments import as_text
from warehouse.published import snapshots
from warehouse.published.manifests import read_manifest

SEEN: Final = "corrections"
"""In a manifest: the last correction that a run, or one that it builds on, has carried out."""


class CarriedOutError(CannotCorrectError):
    """A correction that a run has carried out, or that was called off: there is nothing to call off."""


class LaterFirstError(CannotCorrectError):
    """A later correction of the same customers waits, which was planned as if this one were carried out."""


@dataclass(frozen=True)
class Planned:
    """A correction that the snapshot in force does not show yet."""

    number: int
    kind: str
    customer_ids: tuple[str, ...]
    who: str
    at: str
    reason: str


def decision_of(number: int) -> str:
    """Give the decision that the judgements of a correction carry."""
    return f"correction-{number}"


def planned(home: Path, customer_id: str | None = None) -> list[Planned]:
    """Give the corrections that wait for the next run, a customer's or all, in the order in which they were made."""
    with state.reading(home) as con:
        made = con.execute(
            "SELECT id, kind, customer_ids, who, at, reason FROM corrections "
            "WHERE NOT EXISTS (SELECT 1 FROM corrections_called_off WHERE correction_id = corrections.id) ORDER BY id"
        ).fetchall()
    shown = carried_out(home) if made else 0
    waiting = [
        Planned(number, kind, tuple(json.loads(ids)), *told) for number, kind, ids, *told in made if number > shown
    ]
    return [each for each in waiting if customer_id is None or customer_id in each.customer_ids]


def call_off(home: Path, number: int, *, who: str, at: datetime) -> Planned:
    """Call a waiting correction off, whole or not at all, and give it: what was said of its records before holds again.

    A run that is at work already carries it out, and the run after it takes it back. Raises CarriedOutError where it
    does not wait, and LaterFirstError where a later one of the same customers has to be called off first.
    """
    waiting = planned(home)
    found = next((each for each in waiting if each.number == number), None)
    if found is None:
        message = f"correction {number}: expected one that waits for the next run, found none; correct anew what it did"
        raise CarriedOutError(message)
    later = [each for each in waiting if each.number > number and set(each.customer_ids) & set(found.customer_ids)]
    if later:
        message = (
            f"correction {number}: expected the last of its customers, found {later[-1].number} after it; "
            "call that one off first"
        )
        raise LaterFirstError(message)
    with state.transaction(home) as con:
        row = (number, who, as_text(at))
        if not con.execute("INSERT INTO corrections_called_off VALUES (?, ?, ?) ON CONFLICT DO NOTHING", row).rowcount:
            return found
        said = judgement_log.of_decision(con, decision_of(number))
        judgement_log.withdraw(con, said, who=who, at=at, decision_id=f"{decision_of(number)}/called-off")
    return found


def not_carried_out(home: Path, *, until: datetime | None = None) -> pl.DataFrame:
    """Give REMEMBERED of the corrections that the snapshot in force does not show yet, made until a moment (UTC)."""
    rows = []
    if _last(home, until):
        asked = {"after": carried_out(home), "until": as_text(until) if until else None}
        with state.reading(home) as con:
            rows = con.execute(state.statement("remembered"), asked).fetchall()
    return pl.DataFrame(rows, schema=dict(REMEMBERED), orient="row")


def last(home: Path, *, until: datetime | None = None) -> int:
    """Give the number of the last correction made until a moment (UTC), at least the last one carried out."""
    made = _last(home, until)
    return max(made, carried_out(home)) if made else 0


def carried_out(home: Path) -> int:
    """Give the number of the last correction that the snapshot in force shows."""
    snapshot = snapshots.current(home)
    return int(read_manifest(snapshot).get(SEEN, 0)) if snapshot else 0


def _last(home: Path, until: datetime | None) -> int:
    with state.reading(home) as con:
        row = con.execute(
            "SELECT coalesce(max(id), 0) FROM corrections WHERE :until IS NULL OR at <= :until",
            {"until": as_text(until) if until else None},
        ).fetchone()
    return int(row[0])
