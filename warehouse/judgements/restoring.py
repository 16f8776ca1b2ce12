"""Rollback: an earlier snapshot's customers in force again, and the history going on.

Moving the link back would forget what was published since: the history would say that it never was, and ids that were
printed on contracts would lead nowhere. So a rollback publishes a snapshot of its own: a copy of the earlier one whose
history tables are those of the snapshot in force until now, gone on by one step. It is written aside and put in force
by the same one rename as any other; a crash leaves the snapshot before it or the one after it.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from matching.customers.remembering import turn_back, with_lost
from warehouse import duck, state
from warehouse.errors import SnapshotError
from warehouse.judgements import judgement_log
from warehouse.published import published_ids, snapshots
from warehouse.published.before import customers_of
from warehouse.published.building import attach_previous, one_transaction, run_frame, utc
from warehouse.published.manifests import read_manifest
from warehouse.published.reading import read_table
from warehouse.tables import PUBLISHED

RESTORES: Final = "restores"
"""In the manifest of a rollback: the run whose customers it put in force again."""
ROLLED_BACK: Final = "rolled_back"
"""In the manifest of a rollback: the runs that it took back."""


@dataclass(frozen=True)
class Restored:
    """What a rollback did: the snapshot it published, whose customers it shows, and the runs it took back."""

    path: Path
    run: str
    taken_back: Sequence[str]


def rollback(home: Path, to: str | None = None, *, now: datetime) -> Restored:
    """Put the customers of an earlier run in force again: of the run `to`, or of the one before those in force.

    No snapshot is deleted, so a rollback can be taken back the same way. Where the snapshot in force is lost, the
    history goes on from the earlier one.
    """
    published_ids.settle(home, snapshots.linked(home))
    in_force = _readable(home)
    wanted = to or _one_before(in_force)
    kept = {path.stem: path for path in snapshots.snapshots(home)}
    if wanted not in kept:
        what = f"the snapshot of run {wanted}" if wanted else "a snapshot before the one in force"
        found = f"only {', '.join(kept)}; name one of these with --to" if kept else "none; nothing is published yet"
        message = f"rollback: expected {what}, found {found}"
        raise SnapshotError(message)
    target = kept[wanted]
    run = shown_by(target)
    if in_force is not None and shown_by(in_force) == run:
        message = f"rollback: expected a run whose customers are not in force, found {wanted}; name another with --to"
        raise SnapshotError(message)
    taken_back = _since(in_force, target)
    run_id = f"{utc(now):%Y%m%dT%H%M%S%f}"[:-3] + "-rollback"
    earlier = {name: told for name, told in read_manifest(target).items() if name != "churn"}
    manifest = earlier | {"started_at": utc(now).isoformat(), RESTORES: run, ROLLED_BACK: taken_back}
    _write(home, run_id, target, in_force, manifest)
    with state.transaction(home) as con:
        judgement_log.note_same(con, run_id, run)
    return Restored(snapshots.publish(home, run_id, keep=None), run, taken_back)


def shown_by(snapshot: Path) -> str:
    """Give the run whose customers a snapshot shows: its own, or the one that it put in force again."""
    return str(read_manifest(snapshot).get(RESTORES, snapshot.stem))


def _readable(home: Path) -> Path | None:
    """Give the snapshot in force if there is one that can be read."""
    try:
        in_force = snapshots.current(home)
        if in_force is not None:
            read_table(in_force, "runs")
    except (SnapshotError, duckdb.Error):
        return None
    return in_force


def _one_before(in_force: Path | None) -> str | None:
    if in_force is None:
        return None
    runs = read_table(in_force, "runs")
    before = runs.filter(pl.col("run_id") == shown_by(in_force))["previous_run"]
    return str(before[0]) if before.len() and before[0] is not None else None


def _since(in_force: Path | None, target: Path) -> list[str]:
    """Give the runs that were published after the target and are in force until now, oldest first."""
    if in_force is None:
        return []
    runs = read_table(in_force, "runs").select("run_id", "manifest")
    known = set(read_table(target, "runs")["run_id"])
    is_rollback = pl.col("manifest").str.json_path_match(f"$.{RESTORES}").is_not_null()
    return [run_id for run_id in runs.filter(~is_rollback)["run_id"] if run_id not in known]


def _write(home: Path, run_id: str, target: Path, in_force: Path | None, manifest: dict[str, object]) -> None:
    candidates = snapshots.folder_of(home, "candidates")
    snapshots.clear(candidates)
    path = candidates / f"{run_id}.duckdb"
    crosswalk, redirects = customers_of(target)
    redirects = turn_back(crosswalk, redirects, *customers_of(in_force or target), run_id=run_id)
    published = published_ids.beyond(home, crosswalk["customer_id"].n_unique() + redirects.height)
    given = {
        "runs": run_frame(run_id, manifest),
        "customer_redirects": with_lost(redirects, crosswalk, published, run_id),
    }
    with snapshots.whole_or_not_at_all(path):
        shutil.copyfile(target, path)
        with snapshots.writing(path) as con:
            attach_previous(con, in_force or target)
            with one_transaction(con):
                for name, frame in given.items():
                    duck.show_frame(con, f"given_{name}", frame)
                for table in (table for table in PUBLISHED if table.remembers):
                    duck.execute(con, f"DROP TABLE {table.name}")
                    duck.execute(con, duck.statements(table.name))
                con.execute("UPDATE runs SET finished_at = started_at WHERE run_id = ?", [run_id]).fetchall()
