"""Directories for look-up, made from snapshots: `warehouse/directories/<run_id>/`, beside the snapshots.

Beside what questions are answered from lie the golden customers by their ids, a row of which is read in microseconds.

They hold what their snapshot holds, may be removed at any time, and are made again by whoever answers questions next.
"""

import fcntl
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from matching.facts.encoding import Known
from matching.lookup import directory_files
from matching.lookup.directory import Directory
from matching.lookup.laying_out import lay_out
from matching.model import Model
from matching.policy import HUB_FIELDS
from warehouse.errors import SnapshotError
from warehouse.published.at_hand import FOLDER, MADE_FROM, Golden, forget, identity, laid_down
from warehouse.published.manifests import read_manifest
from warehouse.published.reading import read_columns
from warehouse.published.snapshots import current

POLITE: Final = 19
"""How far making a directory stands back behind everything else on the machine."""


def directory(home: Path) -> tuple[str, Directory]:
    """Give the run in force and its directory, made now if need be; kept for the next where the home may be written."""
    snapshot = _in_force(home)
    folder = folder_of(home, snapshot)
    if os.access(home, os.W_OK):
        return snapshot.stem, directory_files.read(make(home, snapshot))
    if _is_of(folder, snapshot):
        return snapshot.stem, directory_files.read(folder)
    return snapshot.stem, _laid_out(home, snapshot, {})


def made(home: Path) -> Path | None:
    """Give the folder of the directory of the snapshot in force, None while there is none."""
    snapshot = _in_force(home)
    folder = folder_of(home, snapshot)
    return folder if _is_of(folder, snapshot) else None


def folder_of(home: Path, snapshot: Path) -> Path:
    """Give where the directory of a snapshot lies, or would lie."""
    return home / "warehouse" / FOLDER / snapshot.stem


def make(home: Path, snapshot: Path | None = None) -> Path:
    """Make the directory of the snapshot in force, unless it is there, and remove those of other snapshots."""
    snapshot = snapshot or _in_force(home)
    folder = folder_of(home, snapshot)
    folders = folder.parent
    with _alone(folders):
        if not _is_of(folder, snapshot):
            golden = laid_down(home, snapshot) or Golden.of(snapshot)
            directory_files.write(_laid_out(home, snapshot, _known(folders)), folder, beside=golden.write)
            forget(home, snapshot)
        for other in folders.iterdir():
            if other.is_dir() and other != folder and not other.name.startswith("."):
                shutil.rmtree(other, ignore_errors=True)
    return folder


def _laid_out(home: Path, snapshot: Path, known: Known) -> Directory:
    model = Model.load(home / "models" / str(read_manifest(snapshot)["model"]))
    records = read_columns(snapshot, "records", *HUB_FIELDS.columns)
    crosswalk = read_columns(snapshot, "crosswalk", "record_id", "customer_id")
    return lay_out(records, crosswalk, model, known=known)


def _known(folders: Path) -> Known:
    """Give what the directory before knows of its values: nearly all are told again, and cleaning takes the longest."""
    whole = [folder for folder in folders.glob("[!.]*") if directory_files.is_whole(folder)]
    return directory_files.known(max(whole, key=lambda folder: folder.stat().st_mtime_ns)) if whole else {}


def _in_force(home: Path) -> Path:
    snapshot = current(home)
    if snapshot is None:
        message = f"{home}: expected a published snapshot, found none; customer-hub run --home {home} publishes"
        raise SnapshotError(message)
    return snapshot


def _is_of(folder: Path, snapshot: Path) -> bool:
    try:
        made_from = json.loads((folder / MADE_FROM).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(made_from == identity(snapshot)) and directory_files.is_whole(folder)


@contextmanager
def _alone(folders: Path) -> Iterator[None]:
    """Let one process at a time make directories of a home."""
    folders.mkdir(parents=True, exist_ok=True)
    with (folders / ".lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    os.nice(POLITE)
    make(Path(sys.argv[1]))
