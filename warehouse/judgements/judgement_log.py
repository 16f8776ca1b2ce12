"""What stewards said of pairs of records, with what they saw: only ever added to, and asked about record by record.

Every function works within a transaction that its caller opened, so that a decision and all that belongs to it hold
together.
"""

import hashlib
import hmac
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from matching.words import Judgement
from warehouse.moments import as_text, now

SEEN: Final[tuple[str, ...]] = (
    "entity_type",
    "name",
    "id_number",
    "birth_date",
    "gender",
    "mobiles",
    "fixed_lines",
    "masked_mobiles",
    "email",
    "address",
)
"""The columns of a record that a steward judges by; a change in any of them flags the judgement."""
FORM: Final = 2
SINCE: Final[Mapping[str, int]] = {"masked_mobiles": 2}
"""Columns that judgements of an earlier form know nothing of: what they say of them flags none of those."""
HASH_CHARACTERS: Final = 16


@dataclass(frozen=True, order=True)
class PairVerdict:
    """What is said of two records; `seen` is what `what_was_seen` gives."""

    record_id_l: str
    record_id_r: str
    verdict: Judgement
    seen: str = "{}"

    @classmethod
    def of(cls, one: str, other: str, verdict: Judgement, seen: str = "{}") -> "PairVerdict":
        """Give it with the records in their order."""
        return cls(min(one, other), max(one, other), verdict, seen)


@dataclass(frozen=True)
class Judged:
    """A judgement that stands, by whom and when."""

    id: int
    record_id_l: str
    record_id_r: str
    verdict: Judgement
    who: str
    at: str
    decision_id: str | None


def add(  # noqa: PLR0913 -- the columns of a judgement
    state: sqlite3.Connection,
    said: Iterable[PairVerdict],
    *,
    who: str,
    at: datetime,
    reason: str,
    decision_id: str | None,
    model: str | None = None,
    reviewer: str | None = None,
) -> None:
    """Write judgements down; each counts from the next run on, until it is withdrawn or another one follows."""
    state.executemany(
        "INSERT INTO judgements (record_id_l, record_id_r, verdict, who, at, reason, decision_id, reviewer, model, "
        "seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                pair.record_id_l,
                pair.record_id_r,
                pair.verdict.value,
                who,
                as_text(at),
                reason,
                decision_id,
                reviewer,
                model,
                pair.seen,
            )
            for pair in said
        ],
    )


def withdraw(state: sqlite3.Connection, ids: Sequence[int], *, who: str, at: datetime, decision_id: str | None) -> None:
    """Take judgements back by rows that say so; what was said before them holds again."""
    for judgement in ids:
        state.execute(
            "INSERT INTO judgements (record_id_l, record_id_r, verdict, who, at, decision_id, withdraws) "
            "SELECT record_id_l, record_id_r, 'withdrawn', ?, ?, ?, id FROM judgements "
            "WHERE id = ? AND NOT EXISTS (SELECT 1 FROM judgements AS undone WHERE undone.withdraws = ?)",
            (who, as_text(at), decision_id, judgement, judgement),
        )


def of_decision(state: sqlite3.Connection, decision_id: str) -> list[int]:
    """Give the judgements of a decision that are not withdrawn."""
    rows = state.execute(
        "SELECT id FROM judgements AS said WHERE decision_id = ? AND verdict <> 'withdrawn' "
        "AND NOT EXISTS (SELECT 1 FROM judgements AS undone WHERE undone.withdraws = said.id) ORDER BY id",
        (decision_id,),
    )
    return [judgement for (judgement,) in rows]


def touching(state: sqlite3.Connection, record_ids: Iterable[str]) -> list[Judged]:
    """Give the judgements that stand on any of these records."""
    asked = json.dumps(sorted(set(record_ids)))
    columns = "id, record_id_l, record_id_r, verdict, who, at, decision_id"
    statement = (
        f"SELECT {columns} FROM standing_judgements WHERE record_id_l IN (SELECT value FROM json_each(:asked)) "  # noqa: S608 -- constant columns
        f"UNION SELECT {columns} FROM standing_judgements WHERE record_id_r IN (SELECT value FROM json_each(:asked)) "
        "ORDER BY id"
    )
    rows = state.execute(statement, {"asked": asked})
    return [
        Judged(number, left, right, Judgement(verdict), who, at, decision)
        for number, left, right, verdict, who, at, decision in rows
    ]


def on_pair(state: sqlite3.Connection, one: str, other: str) -> Judgement | None:
    """Give the verdict that stands on two records."""
    row = state.execute(
        "SELECT verdict FROM standing_judgements WHERE record_id_l = ? AND record_id_r = ?",
        (min(one, other), max(one, other)),
    ).fetchone()
    return Judgement(row[0]) if row else None


def what_was_seen(key: bytes, record: Mapping[str, object]) -> dict[str, str]:
    """Give the version of a record, and a keyed hash of each of its values that stewards judge by.

    A hash tells that a value has changed and nothing else: the key never leaves the home.
    """
    hashes = {column: keyed(key, column, said) for column in SEEN if (said := _said(record.get(column)))}
    return {
        "form": str(FORM),
        "version": f"{str(record.get('extract_id') or '')[:HASH_CHARACTERS]}:{record.get('line')}",
        **hashes,
    }


def keyed(key: bytes, what: str, value: str) -> str:
    """Give a value's keyed hash, another one for each kind of value."""
    return hmac.new(key, f"{what}\n{value}".encode(), hashlib.sha256).hexdigest()[:HASH_CHARACTERS]


def changed_since(key: bytes, seen: Mapping[str, str], record: Mapping[str, object]) -> list[str]:
    """Give the columns in which a record no longer says what a steward saw."""
    present, form = what_was_seen(key, record), int(seen.get("form", 1))
    known = [column for column in SEEN if SINCE.get(column, 1) <= form]
    return [column for column in known if seen.get(column) != present.get(column)]


def _said(value: object) -> str:
    if value is None:
        return ""
    return "\n".join(sorted(map(str, value))) if isinstance(value, list) else str(value)


def flag_changed(
    state: sqlite3.Connection, key: bytes, records: Mapping[str, Mapping[str, object]], run_id: str
) -> int:
    """Flag the judgements whose records, as published by this run, say something else now; give how many there are.

    `records` holds the judged records that are still published; a record that is gone flags nothing.
    """
    state.execute("DELETE FROM judgement_flags")
    flags = []
    rows = state.execute("SELECT id, record_id_l, record_id_r, seen FROM standing_judgements WHERE seen <> '{}'")
    for judgement, left, right, text in rows.fetchall():
        seen = json.loads(text)
        changed = {
            column
            for side, record_id in (("l", left), ("r", right))
            if side in seen and record_id in records
            for column in changed_since(key, seen[side], records[record_id])
        }
        if changed:
            flags.append((judgement, json.dumps(sorted(changed)), run_id))
    state.executemany("INSERT INTO judgement_flags VALUES (?, ?, ?)", flags)
    return len(flags)


def flags(state: sqlite3.Connection) -> dict[int, tuple[str, ...]]:
    """Give the judgements whose records say something else now, each with the columns that changed."""
    rows = state.execute("SELECT judgement_id, changed FROM judgement_flags ORDER BY judgement_id")
    return {judgement: tuple(json.loads(changed)) for judgement, changed in rows}


def judged_records(state: sqlite3.Connection) -> list[str]:
    """Give the records of judgements that stand and say what was seen."""
    rows = state.execute(
        "SELECT record_id_l FROM standing_judgements WHERE seen <> '{}' "
        "UNION SELECT record_id_r FROM standing_judgements WHERE seen <> '{}' ORDER BY 1"
    )
    return [record for (record,) in rows]


def note_applied(state: sqlite3.Connection, run_id: str, *, until: datetime | None = None) -> None:
    """Write down which judgements a run knows: all that were made until it began, else all there are."""
    state.execute(
        "INSERT INTO judgements_applied "
        "SELECT :run, (SELECT coalesce(max(id), 0) FROM judgements WHERE :until IS NULL OR at <= :until), :now "
        "WHERE true ON CONFLICT (run_id) DO UPDATE SET last_judgement = excluded.last_judgement, at = excluded.at",
        {"run": run_id, "until": as_text(until) if until else None, "now": as_text(now())},
    )


def note_same(state: sqlite3.Connection, run_id: str, as_run: str) -> None:
    """Write down that a snapshot knows the judgements that another run knew: it shows that run's customers again."""
    state.execute(
        "INSERT INTO judgements_applied SELECT ?, last_judgement, at FROM judgements_applied WHERE run_id = ? "
        "ON CONFLICT DO NOTHING",
        (run_id, as_run),
    )


def last_applied(state: sqlite3.Connection, run_id: str | None) -> int:
    """Give the last judgement that a run knew: what came later waits; 0 for a run that wrote nothing down."""
    row = state.execute("SELECT last_judgement FROM judgements_applied WHERE run_id = ?", (run_id,)).fetchone()
    return int(row[0]) if row else 0


def after(state: sqlite3.Connection, run_id: str | None) -> tuple[int, str | None, str | None, int]:
    """Give what was said, withdrawn and decided of numbers after what a run knew: how much, first, last, last id."""
    row = state.execute(
        "SELECT count(*), min(at), max(at), coalesce(max(id), 0) FROM ("
        "SELECT id, at FROM judgements WHERE id > :last UNION ALL "
        "SELECT id, at FROM contact_verdicts WHERE at > coalesce("
        "(SELECT at FROM judgements_applied WHERE run_id = :run), ''))",
        {"last": last_applied(state, run_id), "run": run_id},
    ).fetchone()
    return int(row[0]), row[1], row[2], int(row[3])


def waiting(state: sqlite3.Connection, run_id: str | None) -> tuple[int, str | None]:
    """Give how many decisions wait for the run after this one, and since when the oldest does.

    A decision counts once, however many pairs it judges; one that was taken back before any run knew it, not at all.
    """
    row = state.execute(
        f"SELECT count(DISTINCT decision), min(at) FROM ({_WAITING})",  # noqa: S608 -- a constant
        {"last": last_applied(state, run_id), "since": _applied_at(state, run_id)},
    ).fetchone()
    return int(row[0]), row[1]


def waiting_ones(state: sqlite3.Connection, run_id: str | None) -> set[str]:
    """Give the decisions that wait for the run after this one, and those of which a rollback took the run back."""
    rows = state.execute(_WAITING, {"last": last_applied(state, run_id), "since": _applied_at(state, run_id)})
    return {str(decision) for decision, _ in rows}


_WAITING: Final = """
SELECT coalesce(said.decision_id, said.id) AS decision, at FROM judgements AS said
WHERE id > :last AND coalesce(withdraws, 0) <= :last
    AND NOT EXISTS (SELECT 1 FROM judgements AS undone WHERE undone.withdraws = said.id)
UNION ALL SELECT decision_id, at FROM contact_verdicts AS said
WHERE at > :since
    AND NOT EXISTS (SELECT 1 FROM contact_verdicts AS undone WHERE undone.withdraws = said.id)
    AND NOT EXISTS (SELECT 1 FROM contact_verdicts AS gone WHERE gone.id = said.withdraws AND gone.at > :since)
"""


def _applied_at(state: sqlite3.Connection, run_id: str | None) -> str:
    row = state.execute("SELECT at FROM judgements_applied WHERE run_id = ?", (run_id,)).fetchone()
    return str(row[0]) if row else ""
