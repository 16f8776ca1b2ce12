"""Snapshots: written aside, audited, swapped in. Whatever happens meanwhile, `current.duckdb` is a whole snapshot.

`warehouse/candidates/<run_id>.duckdb` is being built or judged, `warehouse/snapshots/<run_id>.duckdb` never changes
again, `warehouse/current.duckdb` is a relative link to one of them. Every step that readers could notice is one
`rename`, so a crash leaves the snapshot before it or the one after it in force, never a mixture.
"""

import os
import shutil
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from matching.frames import QUALITY_RESULTS, conform
from warehouse import duck
from warehouse.errors import SnapshotError
from warehouse.lasting import to_disk
from warehouse.published import at_hand, patching, published_ids
from warehouse.published.building import (
    attach_previous,
    given_frames,
    in_order,
    in_parts,
    one_transaction,
    run_frame,
    utc,
)
from warehouse.tables import GIVEN, PUBLISHED, Frame, Told

CURRENT: Final = "current.duckdb"
WRITING: Final = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
"""What nobody may do with a published file: one reader who opened it for writing would shut all others out."""
MEMORY: Final = "1GB"
"""What writing may use beside the frames it is given; what does not fit is spilled beside the candidate."""


def current(home: Path) -> Path | None:
    """Give the snapshot in force (the file itself, not the link), or None before the first publication.

    A link that leads nowhere is an error: without the history and the ids of the snapshot before, a run would begin
    the customers anew.
    """
    link = home / "warehouse" / CURRENT
    if link.is_symlink() and not link.exists():
        message = f"{link}: expected a snapshot at {link.readlink()}, found none; {bring_back(home)}"
        raise SnapshotError(message)
    return link.resolve() if link.exists() else None


def linked(home: Path) -> Path | None:
    """Give what the link leads to, be it there or not."""
    link = home / "warehouse" / CURRENT
    return link.parent / link.readlink() if link.is_symlink() else None


def snapshots(home: Path) -> list[Path]:
    """Give the snapshots that are kept, oldest first: in the order in which they were published."""
    return sorted(folder_of(home, "snapshots").glob("*.duckdb"), key=lambda path: (path.stat().st_mtime_ns, path.name))


def write_candidate(  # noqa: PLR0913 -- what a run may be asked for
    home: Path,
    run_id: str,
    frames: Mapping[str, Frame],
    manifest: Mapping[str, object],
    *,
    history_days: int | None = None,
    rebuild: bool = True,
) -> Path:
    """Give the path of a whole candidate snapshot, which nobody reads until it is published.

    `frames` holds one frame for each of `warehouse.tables.GIVEN`. `manifest["started_at"]` (a datetime or its ISO
    text, UTC) is when the run began; the rest of the manifest is kept as it is. History tables go on from the
    snapshot in force; with `history_days`, intervals that ended more than so many days before the run are dropped.
    Equal frames give equal rows in equal order; unless `rebuild`, a copy of the snapshot in force is patched where that
    can be done, and rows that are new stand behind the others. What earlier runs left unfinished is removed.
    """
    previous = current(home)
    candidates = folder_of(home, "candidates")
    clear(candidates)
    path = candidates / f"{run_id}.duckdb"
    given = given_frames(frames)
    run = run_frame(run_id, manifest, history_days=history_days)
    held = patching.prints(given)
    patch = None if rebuild else patching.patch(home, previous, given, held)
    with whole_or_not_at_all(path), _beginning(path, previous if patch else None) as con:
        try:
            attach_previous(con, previous)
        except duckdb.Error as failure:
            message = f"{previous}: expected a snapshot, found a file that cannot be read as one; {bring_back(home)}"
            raise SnapshotError(message) from failure
        with one_transaction(con):
            duck.show_frame(con, "given_runs", run)
            if patch is not None:
                patching.apply(con, given, patch)
            else:
                _write_whole(con, given)
    patching.remember(home, run_id, held)
    return path


def _write_whole(con: duckdb.DuckDBPyConnection, given: Mapping[str, Frame]) -> None:
    """Make all tables and views; a frame is read and in its order from the first table that asks for it to the last.

    Of a frame that is read as far as it is needed, for which one table asks, never more than a part is at hand.
    """
    texts = [duck.statements(published.name) for published in PUBLISHED]
    asking = {name: [place for place, text in enumerate(texts) if f"given_{name}" in text] for name in given}
    for place, text in enumerate(texts):
        with ExitStack() as parts:
            for name, places in asking.items():
                frame = given[name]
                if places[:1] == [place] and isinstance(frame, Told):
                    schema = next(one.schema for one in GIVEN if one.name == name)
                    parts.enter_context(duck.shown_in_parts(con, f"given_{name}", in_parts(name, frame), schema))
                elif places[:1] == [place]:
                    duck.show_frame(con, f"given_{name}", in_order(name, frame))
            duck.execute(con, text)
        for name, places in asking.items():
            if places[-1:] == [place]:
                con.unregister(f"given_{name}")


@contextmanager
def _beginning(path: Path, copied: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a new file to write, or a copy of a snapshot."""
    if copied is not None:
        shutil.copyfile(copied, path)
    with writing(path) as con:
        yield con


def add_results(candidate: Path, results: pl.DataFrame, *, finished_at: datetime) -> None:
    """Write what the audit found, and when it ended (UTC), into the candidate it judged."""
    with whole_or_not_at_all(candidate), writing(candidate) as con, one_transaction(con):
        duck.show_frame(con, "given_results", conform(results, QUALITY_RESULTS, name="quality_results"))
        duck.execute(con, duck.statements("add_results"))
        con.execute("UPDATE runs SET finished_at = ? WHERE finished_at IS NULL", [utc(finished_at)]).fetchall()


def publish(home: Path, run_id: str, *, keep: int | None = 5) -> Path:
    """Put a candidate in force and give its path; the `keep` newest snapshots remain, and the one in force always.

    Its customer ids are in the ledger of published ids before anybody can read them, and its golden customers are at
    hand for a desk that is asked for them. With `keep=None` all remain.
    """
    candidate = folder_of(home, "candidates") / f"{run_id}.duckdb"
    if not candidate.exists():
        message = f"publish {run_id}: expected a candidate at {candidate}, found none; start the run again"
        raise SnapshotError(message)
    snapshot = folder_of(home, "snapshots") / candidate.name
    newest = max((path.stat().st_mtime_ns for path in snapshots(home)), default=0)
    published_at = max(time.time_ns(), newest + 1_000)  # the order of publishing outlives a clock that is set back
    with explained(f"publish {run_id}", home):
        candidate.chmod(candidate.stat().st_mode & ~WRITING)
        to_disk(candidate)
        at_hand.lay_down(home, candidate, published_at)
        published_ids.announce(home, candidate, linked(home))
        candidate.replace(snapshot)
        os.utime(snapshot, ns=(published_at, published_at))
        to_disk(snapshot.parent)
        _point(home, snapshot)
    published_ids.settle(home, snapshot)
    for old in snapshots(home)[: -max(keep, 1)] if keep is not None else []:
        if old != current(home):
            old.unlink(missing_ok=True)
    return snapshot


def bring_back(home: Path) -> str:
    """Say what to do when the snapshot in force is lost."""
    kept = ", ".join(path.stem for path in snapshots(home))
    return (
        f"bring the file back, or put one of these in force with `customer-hub rollback --to`: {kept or 'none is left'}"
    )


@contextmanager
def writing(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a candidate, and see to it that all of it is in the one file afterwards."""
    con = duckdb.connect(str(path), config={"memory_limit": MEMORY})
    try:
        yield con
        con.execute("CHECKPOINT").fetchall()
    finally:
        con.close()


@contextmanager
def whole_or_not_at_all(candidate: Path) -> Iterator[None]:
    """Leave no candidate behind when writing it fails; what a full disk looks like is said in words."""
    try:
        with explained(f"candidate snapshot {candidate.stem}", candidate.parents[2]):
            yield
    except BaseException:
        clear(candidate.parent)
        raise


@contextmanager
def explained(what: str, home: Path) -> Iterator[None]:
    """Say in words what a full or failing disk looks like."""
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


def folder_of(home: Path, name: str) -> Path:
    """Give a folder below `warehouse`, made if need be."""
    folder = home / "warehouse" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def clear(candidates: Path) -> None:
    """Remove what earlier runs left unfinished."""
    for leftover in sorted(candidates.iterdir()):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()


def _point(home: Path, snapshot: Path) -> None:
    folder = home / "warehouse"
    new = folder / f".{CURRENT}.new"
    new.unlink(missing_ok=True)
    new.symlink_to(Path("snapshots") / snapshot.name)
    new.replace(folder / CURRENT)
    to_disk(folder)
