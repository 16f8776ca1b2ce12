"""Versions of the matching model: each lies in `models/<version>/`, the state says which one counts.

A version that was learned is only a proposal until somebody accepts it; publishing a run accepts the model the run was
made with. A folder holds `model.json`, `frequencies.parquet` and `joints.parquet` (how often each value occurs, which
is personal data), `profile.parquet` (what drift is measured against) and, once it was compared, `effect.json` (ids and
counts only).
"""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

import polars as pl

from matching.frames import Schema
from matching.learning.drifting import PROFILE
from matching.model import Model
from warehouse.errors import SnapshotError
from warehouse.published.manifests import read_manifest
from warehouse.published.snapshots import snapshots
from warehouse.state import StateError, reading, transaction

VERSIONS: Final[Schema] = {
    "version": pl.String,
    "made_at": pl.String,  # UTC, ISO
    "why": pl.String,  # Why
    "who": pl.String,
    "records": pl.Int64,  # it was learned from
    "labels": pl.Int64,
    "accepted_at": pl.String,  # last; null for a proposal
    "accepted_by": pl.String,
    "is_kept": pl.Boolean,  # whether its folder is still there
}
"""Grain: a version, the oldest first."""

RUN: Final = "run"
"""Who learned or accepted a version, where that was a run and nobody else."""
PROFILE_FILE: Final = "profile.parquet"

LIST: Final = """
SELECT version, made_at, why, models.who, records, labels, accepted.at, accepted.who
FROM models
LEFT JOIN (SELECT version, at, who, max(id) FROM model_acceptances GROUP BY version) AS accepted USING (version)
ORDER BY made_at, version
"""
BY_ITSELF: Final = """
SELECT records FROM models WHERE version = :version AND labels = 0 AND why IN ('first', 'outgrown')
    AND NOT EXISTS (SELECT 1 FROM model_acceptances WHERE version = :version AND who <> :run)
"""
IN_FORCE: Final = "SELECT version FROM model_acceptances ORDER BY id DESC LIMIT 1"


class Why(StrEnum):
    """What made a version come about."""

    FIRST = "first"  # there was none
    ASKED = "asked"  # an operator asked for it
    OUTGROWN = "outgrown"  # the one in force was learned from a part of the records, and nobody had asked for it
    DRIFT = "drift"  # the records have moved away from the one in force
    LABELS = "labels"  # stewards' judgements teach it


@dataclass(frozen=True)
class Occasion:
    """Why, by whom and when something was done."""

    why: Why
    who: str
    at: datetime


def folder(home: Path, version: str) -> Path:
    """Give where a version lies."""
    return home / "models" / version


def in_force(home: Path) -> str | None:
    """Give the version accepted last, None before the first."""
    with reading(home) as state:
        row = state.execute(IN_FORCE).fetchone()
    return None if row is None else str(row[0])


def learned_by_itself_from(home: Path, version: str) -> int | None:
    """Give from how many records a run learned a version that nobody asked for or accepted; None for any other."""
    with reading(home) as state:
        row = state.execute(BY_ITSELF, {"version": version, "run": RUN}).fetchone()
    return None if row is None else int(row[0])


def versions(home: Path) -> pl.DataFrame:
    """Give every version there ever was, as VERSIONS."""
    with reading(home) as state:
        return _versions(home, state)


def load(home: Path, version: str) -> Model:
    """Give the model of a version; a `SnapshotError` says what to do when its folder is gone."""
    _require(home, version)
    return Model.load(folder(home, version))


def load_profile(home: Path, version: str) -> pl.DataFrame:
    """Give the PROFILE of the records a version was learned from."""
    path = folder(home, version) / PROFILE_FILE
    return pl.read_parquet(path) if path.exists() else pl.DataFrame(schema=dict(PROFILE))


def store(  # noqa: PLR0913 -- what is known of a version
    home: Path,
    model: Model,
    profile: pl.DataFrame,
    occasion: Occasion,
    *,
    records: int,
    labels: int,
    beside: Callable[[Path], None] | None = None,
) -> str:
    """Write a proposal down and give its version: the time and a digest of what was learned.

    `beside` may write further files into its folder. The folder is put in place within the transaction that makes the
    version known, so that nobody clears it away in between.
    """
    models = home / "models"
    models.mkdir(parents=True, exist_ok=True)
    aside = models / f".{occasion.at.astimezone(UTC):%Y%m%dT%H%M%S%f}"
    try:
        model.save(aside)
        profile.write_parquet(aside / PROFILE_FILE)
        version = f"{occasion.at.astimezone(UTC):%Y%m%dT%H%M%S%f}"[:-3] + f"-{_digest(aside)}"
        if beside is not None:
            beside(aside)
        with transaction(home) as state:
            state.execute(
                "INSERT INTO models (version, made_at, why, who, records, labels) VALUES (?, ?, ?, ?, ?, ?)",
                (version, _text(occasion.at), occasion.why.value, occasion.who, records, labels),
            )
            aside.rename(folder(home, version))
    finally:
        if aside.exists():
            shutil.rmtree(aside)
    return version


def accept(home: Path, version: str, *, who: str, at: datetime, again: bool = True) -> bool:
    """Let a version decide from the next run on; False if it does already.

    Unless `again`, a version that was accepted at any time before stays as it is: so a run that is published accepts
    what it learned, and does not take back what was accepted while it was at work.
    """
    _require(home, version)
    with transaction(home) as state:
        before = [row[0] for row in state.execute("SELECT version FROM model_acceptances ORDER BY id")]
        if before[-1:] == [version] or (version in before and not again):
            return False
        state.execute("INSERT INTO model_acceptances (version, who, at) VALUES (?, ?, ?)", (version, who, _text(at)))
    return True


def proposals(home: Path) -> list[str]:
    """Give the versions that wait for somebody to accept them: made after the one in force, still there."""
    with reading(home) as state:
        return _proposals(home, state)


def forget(home: Path) -> None:
    """Remove the models that nothing needs: not in force, no proposal, and no kept snapshot was made with them."""
    kept = {str(read_manifest(snapshot)["model"]) for snapshot in snapshots(home)}
    with transaction(home) as state:  # nobody stores a proposal meanwhile
        kept |= {*_proposals(home, state), *(row[0] for row in state.execute(IN_FORCE))}
        for path in sorted((home / "models").glob("[!.]*")):
            if path.name not in kept:
                shutil.rmtree(path)


def _versions(home: Path, state: sqlite3.Connection) -> pl.DataFrame:
    kept = [(*row, folder(home, row[0]).is_dir()) for row in state.execute(LIST)]
    return pl.DataFrame(kept, schema=dict(VERSIONS), orient="row")


def _proposals(home: Path, state: sqlite3.Connection) -> list[str]:
    known, chosen = _versions(home, state), state.execute(IN_FORCE).fetchone()
    made = dict(known.select("version", "made_at").rows())
    since = made.get(chosen[0], "") if chosen else ""
    waiting = known.filter(pl.col("accepted_at").is_null() & pl.col("is_kept") & (pl.col("made_at") > since))
    return waiting["version"].to_list()


def _require(home: Path, version: str) -> None:
    if folder(home, version).is_dir():
        return
    known = [name for name, kept in versions(home).select("version", "is_kept").rows() if kept]
    if not known:
        message = f"model {version}: expected a version of {home}, found none; customer-hub run --train learns one"
        raise SnapshotError(message)
    message = (
        f"model {version}: expected one of {', '.join(known)}, found no such folder below {home / 'models'}; name one "
        "of these to customer-hub model accept, or let customer-hub run --train learn a new one"
    )
    raise StateError(message)


def _digest(written: Path) -> str:
    digest = hashlib.sha256((written / "model.json").read_bytes())
    for name in ("frequencies", "joints"):
        digest.update(pl.read_parquet(written / f"{name}.parquet").hash_rows().to_numpy().tobytes())
    return digest.hexdigest()[:8]


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
