"""Snapshots: written aside, audited, swapped in. Whatever happens meanwhile, `current.duckdb` is a whole snapshot.

`warehouse/candidates/<run_id>.duckdb` is being built or judged, `warehouse/snapshots/<run_id>.duckdb` never changes
again, `warehouse/current.duckdb` is a relative link to one of them. Every step that readers could notice is one
`rename`, so a crash leaves the snapshot before it or the one after it in force, never a mixture.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from matching.errors import CustomerHubError
from matching.frames import QUALITY_RESULTS, conform
from warehouse import duck
from warehouse.tables import GIVEN, PUBLISHED, RUN

CURRENT: Final = "current.duckdb"
MEMORY: Final = "1GB"
"""What writing may use beside the frames it is given; what does not fit is spilled beside the candidate."""


class SnapshotError(CustomerHubError):
    """A snapshot could not be written, found or put in force."""


def current(home: Path) -> Path | None:
    """Give the snapshot in force (the file itself, not the link), or None before the first publication."""
    link = home / "warehouse" / CURRENT
    return link.resolve() if link.exists() else None


def snapshots(home: Path) -> list[Path]:
    """Give the snapshots that are kept, oldest first: in the order in which they were published."""
    return sorted(_folder(home, "snapshots").glob("*.duckdb"), key=lambda path: (path.stat().st_mtime_ns, path.name))


def write_candidate(
    home: Path, run_id: str, frames: Mapping[str, pl.DataFrame], manifest: Mapping[str, object]
) -> Path:
    """Give the path of a whole candidate snapshot, which nobody reads until it is published.

    `frames` holds one frame for each of `warehouse.tables.GIVEN`. `manifest["started_at"]` (a datetime or its ISO
    text, UTC) is when the run began; the rest of the manifest is kept as it is. History tables go on from the
    snapshot in force. Equal frames give equal rows in equal order. What earlier runs left unfinished is removed.
    """
    candidates = _folder(home, "candidates")
    _clear(candidates)
    path = candidates / f"{run_id}.duckdb"
    given = _given(frames) | {"runs": _run(run_id, manifest)}
    with _whole_or_not_at_all(path), _writing(path) as con:
        _attach_previous(con, current(home))
        with _one_transaction(con):
            for name, frame in given.items():
                duck.show_frame(con, f"given_{name}", frame)
            for published in PUBLISHED:
                duck.execute(con, duck.statements(published.name))
    return path


def add_results(candidate: Path, results: pl.DataFrame, *, finished_at: datetime) -> None:
    """Write what the audit found, and when it ended (UTC), into the candidate it judged."""
    with _whole_or_not_at_all(candidate), _writing(candidate) as con, _one_transaction(con):
        duck.show_frame(con, "given_results", conform(results, QUALITY_RESULTS, name="quality_results"))
        duck.execute(con, duck.statements("add_results"))
        con.execute("UPDATE runs SET finished_at = ? WHERE finished_at IS NULL", [_utc(finished_at)]).fetchall()


def publish(home: Path, run_id: str, *, keep: int = 5) -> Path:
    """Put a candidate in force and give its path; the `keep` newest snapshots remain, and the one in force always."""
    candidate = _folder(home, "candidates") / f"{run_id}.duckdb"
    if not candidate.exists():
        message = f"publish {run_id}: expected a candidate at {candidate}, found none; start the run again"
        raise SnapshotError(message)
    snapshot = _folder(home, "snapshots") / candidate.name
    with _explained(f"publish {run_id}", home):
        _to_disk(candidate)
        candidate.replace(snapshot)
        os.utime(snapshot)
        _to_disk(snapshot.parent)
        _point(home, snapshot)
    for old in snapshots(home)[: -max(keep, 1)]:
        if old != current(home):
            old.unlink(missing_ok=True)
    return snapshot


def rollback(home: Path, to: str | None = None) -> Path:
    """Put an earlier snapshot in force again and give its path: the run `to`, or the one before the one in force.

    Nothing is deleted, so a rollback can be taken back the same way.
    """
    in_force = current(home)
    if to is None and in_force is not None:
        with duck.reading(in_force) as con:
            to = con.sql("SELECT arg_max(previous_run, valid_from) FROM runs").fetchall()[0][0]
    kept = {path.stem: path for path in snapshots(home)}
    if to not in kept:
        wanted = f"the snapshot of run {to}" if to else "a snapshot before the one in force"
        message = f"rollback: expected {wanted}, found only {', '.join(kept) or 'none'}; name one of these with --to"
        raise SnapshotError(message)
    with _explained("rollback", home):
        _point(home, kept[to])
    return kept[to]


def _given(frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    known = {given.name for given in GIVEN}
    missing = [given.name for given in GIVEN if given.required and given.name not in frames]
    unknown = sorted(frames.keys() - known)
    if missing or unknown:
        message = (
            f"candidate snapshot: expected the frames {', '.join(sorted(known))}; "
            f"missing {', '.join(missing) or 'none'}, unknown {', '.join(unknown) or 'none'}"
        )
        raise SnapshotError(message)
    return {
        given.name: _in_order(conform(frames[given.name], given.schema, name=given.name), given.order)
        if given.name in frames and frames[given.name].width
        else pl.DataFrame(schema=dict(given.schema))
        for given in GIVEN
    }


def _in_order(frame: pl.DataFrame, order: Sequence[str]) -> pl.DataFrame:
    """Give the frame in this order; one that is in order already, as most are, is not copied."""
    places = frame.select(order).with_row_index("place").sort(*order, maintain_order=True)["place"]
    return frame if places.is_sorted() else frame.sort(*order, maintain_order=True)


def _run(run_id: str, manifest: Mapping[str, object]) -> pl.DataFrame:
    started_at = manifest.get("started_at")
    if isinstance(started_at, str):
        started_at = datetime.fromisoformat(started_at)
    if not isinstance(started_at, datetime):
        message = f"run {run_id}: expected its manifest to say started_at, found {sorted(manifest)}"
        raise SnapshotError(message)
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, default=str)
    row = {"run_id": run_id, "started_at": _utc(started_at), "finished_at": None, "manifest": text}
    return pl.DataFrame([row], schema=dict(RUN))


def _utc(moment: datetime) -> datetime:
    """Give a time without a zone, as the tables hold it; one that has no zone is taken for UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _attach_previous(con: duckdb.DuckDBPyConnection, previous: Path | None) -> None:
    if previous is not None:
        con.execute("ATTACH ? AS previous (READ_ONLY)", [str(previous)]).fetchall()
        return
    con.execute("ATTACH ':memory:' AS previous").fetchall()
    own = con.sql("SELECT current_database()").fetchall()[0][0]
    con.execute("USE previous").fetchall()
    for published in PUBLISHED:
        if published.remembers:
            duck.execute(con, duck.statements(published.name), only_definitions=True)
    con.execute(f'USE "{own}"').fetchall()


@contextmanager
def _writing(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a candidate, and see to it that all of it is in the one file afterwards."""
    con = duckdb.connect(str(path), config={"memory_limit": MEMORY})
    try:
        yield con
        con.execute("CHECKPOINT").fetchall()
    finally:
        con.close()


@contextmanager
def _one_transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit once: hundreds of comments committed one by one would wait for the disk hundreds of times."""
    con.execute("BEGIN").fetchall()
    yield
    con.execute("COMMIT").fetchall()


@contextmanager
def _whole_or_not_at_all(candidate: Path) -> Iterator[None]:
    try:
        with _explained(f"candidate snapshot {candidate.stem}", candidate.parents[2]):
            yield
    except BaseException:
        _clear(candidate.parent)
        raise


@contextmanager
def _explained(what: str, home: Path) -> Iterator[None]:
    try:
        yield
    except duck.FAILURES as failure:
        free = shutil.disk_usage(home).free // 2**20
        message = (
            f"{what}: expected to be able to write below {home / 'warehouse'}, found: {_first_line(failure)} "
            f"({free} MB free). The last snapshot stays in force. Make room on the disk or give another --home, "
            "then start the run again"
        )
        raise SnapshotError(message) from failure


def _first_line(failure: BaseException) -> str:
    return str(failure).strip().split("\n", 1)[0]


def _folder(home: Path, name: str) -> Path:
    folder = home / "warehouse" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _clear(candidates: Path) -> None:
    for leftover in sorted(candidates.iterdir()):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()


def _point(home: Path, snapshot: Path) -> None:
    folder = home / "warehouse"
    new = folder / f".{CURRENT}.new"
    new.unlink(missing_ok=True)
    new.symlink_to(Path("snapshots") / snapshot.name)
    new.replace(folder / CURRENT)
    _to_disk(folder)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
