"""The journal of erasures: intent first, then every step that is done, so that whoever comes next can finish.

It holds hashes, counts and lines of extracts. The plan says what cannot be worked out again once rows are gone.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from warehouse.erasure.hashing import Hashing, Needle
from warehouse.erasure.person import Person, Together
from warehouse.state import StateError, reading, transaction

ROW: Final = "row"
PERSON: Final = "person"
VALUE: Final = "value"
RECORD: Final = "record"
TOGETHER: Final = "together"


@dataclass(frozen=True)
class Erasure:
    """One erasure as the journal knows it."""

    erasure_id: str
    requested_at: datetime
    requested_by: str
    reason: str
    plan: Mapping[str, Any]
    finished_at: datetime | None = None
    certificate: str | None = None
    lifted_at: datetime | None = None


def begin(home: Path, erasure: Erasure, person: Person, tokens: Iterable[tuple[str, ...]]) -> None:
    """Write the intent down; from here on the rows count as erased, whatever happens.

    `tokens` are what a person is known by under another source id.
    """
    hashing = Hashing.of(home)
    keys = {(ROW, hashing.of_text(ROW, record)) for record in person.records}
    keys |= {(PERSON, hashing.of_text(PERSON, *token)) for token in tokens}
    needles = [*hashing.needles(VALUE, person.values), *hashing.needles(RECORD, person.names)]
    needles += [Needle(TOGETHER, together_digest(hashing, one), 0, 0, False) for one in sorted(person.together)]
    with transaction(home) as state:
        state.execute(
            "INSERT INTO erasures (erasure_id, requested_at, requested_by, reason, plan) VALUES (?, ?, ?, ?, ?)",
            (
                erasure.erasure_id,
                text_of(erasure.requested_at),
                erasure.requested_by,
                erasure.reason,
                json.dumps(erasure.plan, sort_keys=True),
            ),
        )
        state.executemany(
            "INSERT INTO erased_keys (erasure_id, kind, digest) VALUES (?, ?, ?)",
            [(erasure.erasure_id, *key) for key in sorted(keys)],
        )
        state.executemany(
            "INSERT OR IGNORE INTO erased_values (erasure_id, kind, digest, length, tag, bounded) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [(erasure.erasure_id, one.kind, one.digest, one.length, one.tag, one.bounded) for one in needles],
        )


def together_digest(hashing: Hashing, together: Together) -> bytes:
    """Give the digest of a combination."""
    return hashing.of_text(TOGETHER, *together)


def erasures(home: Path) -> list[Erasure]:
    """Give every erasure, oldest first."""
    with reading(home) as state:
        rows = state.execute(
            "SELECT erasure_id, requested_at, requested_by, reason, plan, finished_at, certificate, lifted_at "
            "FROM erasures ORDER BY requested_at, erasure_id"
        ).fetchall()
    return [
        Erasure(
            erasure_id=row[0],
            requested_at=datetime.fromisoformat(row[1]),
            requested_by=row[2],
            reason=row[3],
            plan=json.loads(row[4]),
            finished_at=datetime.fromisoformat(row[5]) if row[5] else None,
            certificate=row[6],
            lifted_at=datetime.fromisoformat(row[7]) if row[7] else None,
        )
        for row in rows
    ]


def unfinished(home: Path) -> list[Erasure]:
    """Give the erasures that were begun and not finished; a home without a state has none."""
    if not (home / "state.sqlite").exists():
        return []
    return [erasure for erasure in erasures(home) if erasure.finished_at is None]


def counts(home: Path, erasure_id: str) -> dict[str, dict[str, int]]:
    """Give what each finished step of an erasure counted, in the order in which they were done."""
    with reading(home) as state:
        rows = state.execute(
            "SELECT step, counts FROM erasure_steps WHERE erasure_id = ? ORDER BY done_at, rowid", (erasure_id,)
        ).fetchall()
    return {step: json.loads(counted) for step, counted in rows}


def step_done(home: Path, erasure_id: str, step: str, counted: Mapping[str, int]) -> None:
    """Write down that a step is done."""
    with transaction(home) as state:
        state.execute(
            "INSERT INTO erasure_steps (erasure_id, step, done_at, counts) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (erasure_id, step, text_of(datetime.now(UTC)), json.dumps(dict(counted), sort_keys=True)),
        )


def finish(home: Path, erasure_id: str, certificate: str, *, at: datetime) -> None:
    """Write down that an erasure is finished, with the digest of its certificate."""
    with transaction(home) as state:
        state.execute(
            "UPDATE erasures SET finished_at = ?, certificate = ? WHERE erasure_id = ?",
            (text_of(at), certificate, erasure_id),
        )


def needles(home: Path, erasure_id: str) -> list[Needle]:
    """Give what an erasure's values are searched by, combinations among them."""
    with reading(home) as state:
        rows = state.execute(
            "SELECT kind, digest, length, tag, bounded FROM erased_values WHERE erasure_id = ? ORDER BY kind, digest",
            (erasure_id,),
        ).fetchall()
    return [Needle(kind, digest, length, tag, bool(bounded)) for kind, digest, length, tag, bounded in rows]


def row_digests(home: Path, erasure_id: str) -> frozenset[bytes]:
    """Give the digests of an erasure's record ids."""
    with reading(home) as state:
        rows = state.execute(
            "SELECT digest FROM erased_keys WHERE erasure_id = ? AND kind = ?", (erasure_id, ROW)
        ).fetchall()
    return frozenset(digest for (digest,) in rows)


def lift(home: Path, erasure_id: str, *, by: str, at: datetime) -> None:
    """Let rows of an erased person be taken again from now on; what was erased stays erased."""
    with transaction(home) as state:
        changed = state.execute(
            "UPDATE erasures SET lifted_at = ?, lifted_by = ? "
            "WHERE erasure_id = ? AND lifted_at IS NULL AND finished_at IS NOT NULL",
            (text_of(at), by, erasure_id),
        ).rowcount
    if not changed:
        message = (
            f"erasure {erasure_id}: expected a finished erasure that still keeps rows out, found none of that id; "
            "its certificate names it"
        )
        raise StateError(message)


def text_of(moment: datetime) -> str:
    """Give a time as the journal writes it: UTC, ISO."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
