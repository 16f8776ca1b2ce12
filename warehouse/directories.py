"""Directories for look-up, made from snapshots: `warehouse/directories/<run_id>/`, beside the snapshots.

Beside what questions are answered from lie the golden customers by their ids, a row of which is read in microseconds.

They hold what their snapshot holds, may be removed at any time, and are made again by whoever answers questions next.
"""

import fcntl
import json
import os
import shutil
import sys
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from matching import directory_files
from matching.directory import Directory, lay_out
from matching.model import Model
from warehouse import duck
from warehouse.errors import SnapshotError
from warehouse.manifests import read_manifest
from warehouse.reading import read_table
from warehouse.snapshots import current

FOLDER: Final = "directories"
MADE_FROM: Final = "made_from.json"
GOLDEN: Final = "golden.arrow"
BY: Final = "customer_id"
PART: Final = 4_096
"""Golden customers that are read at a time."""
CUSTOMERS_BETWEEN: Final = duck.statements("queries/customers_between")
LAST_CUSTOMER: Final = duck.statements("queries/last_customer")
POLITE: Final = 19
"""How far making a directory stands back behind everything else on the machine."""


@dataclass(frozen=True)
class Golden:
    """The golden customers of one snapshot in the order of their ids: read from it, or mapped from a directory."""

    run_id: str
    rows: pl.DataFrame
    ids: pl.Series
    made_from: list[int]

    @classmethod
    def of(cls, snapshot: Path) -> "Golden":
        """Give those of a snapshot. Raises SnapshotError where it cannot be read."""
        try:
            identity = _identity(snapshot)
            rows = _customers(snapshot)
        except duck.FAILURES as failure:
            message = f"{snapshot}: expected a snapshot that can be read, found none; another may be in force by now"
            raise SnapshotError(message) from failure
        return cls(snapshot.stem, rows, rows[BY], identity)

    @classmethod
    def read(cls, folder: Path) -> "Golden":
        """Give those that lie in the folder of a directory."""
        rows = pl.read_ipc(folder / GOLDEN)
        return cls(folder.name, rows, rows[BY], json.loads((folder / MADE_FROM).read_text(encoding="utf-8")))

    def write(self, folder: Path) -> None:
        """Lay them down in a folder."""
        self.rows.write_ipc(folder / GOLDEN, compression="uncompressed")
        (folder / MADE_FROM).write_text(json.dumps(self.made_from), encoding="utf-8")

    def is_of(self, snapshot: Path) -> bool:
        """Tell whether they are those of a snapshot, which another file may have taken the place of."""
        try:
            return self.run_id == snapshot.stem and self.made_from == _identity(snapshot)
        except FileNotFoundError:
            return False

    def find(self, customer_id: str) -> dict[str, object] | None:
        """Give a customer by the id in force, None for any other id."""
        place = bisect_left(self.ids, customer_id)
        if place < len(self.ids) and self.ids[place] == customer_id:
            return self.rows.row(place, named=True)
        return None


def _customers(snapshot: Path) -> pl.DataFrame:
    """Give a snapshot's golden customers in the order of their ids, read in parts.

    While a part becomes a frame no other thread runs: half a second of that at once is what those who ask would notice.
    """
    with duck.reading(snapshot) as con:
        last = int(con.execute(LAST_CUSTOMER).fetchall()[0][0])
        ends = ({"first": first, "last": first + PART - 1} for first in range(0, last + 1, PART))
        rows = pl.concat([duck.rows(con.sql(CUSTOMERS_BETWEEN, params=between)) for between in ends])
    return rows if rows[BY].is_sorted() else rows.sort(BY)


def directory(home: Path) -> tuple[str, Directory]:
    """Give the run in force and its directory, made now if need be."""
    snapshot = _in_force(home)
    return snapshot.stem, directory_files.read(make(home, snapshot))


def made(home: Path) -> Path | None:
    """Give the folder of the directory of the snapshot in force, None while there is none."""
    snapshot = _in_force(home)
    folder = home / "warehouse" / FOLDER / snapshot.stem
    return folder if _is_of(folder, snapshot) else None


def make(home: Path, snapshot: Path | None = None) -> Path:
    """Make the directory of the snapshot in force, unless it is there, and remove those of other snapshots."""
    snapshot = snapshot or _in_force(home)
    folders = home / "warehouse" / FOLDER
    folder = folders / snapshot.stem
    with _alone(folders):
        if not _is_of(folder, snapshot):
            golden = Golden.of(snapshot)
            model = Model.load(home / "models" / str(read_manifest(snapshot)["model"]))
            laid = lay_out(read_table(snapshot, "records"), read_table(snapshot, "crosswalk"), model)
            directory_files.write(laid, folder, beside=golden.write)
        for other in folders.iterdir():
            if other.is_dir() and other != folder and not other.name.startswith("."):
                shutil.rmtree(other, ignore_errors=True)
    return folder


def _in_force(home: Path) -> Path:
    snapshot = current(home)
    if snapshot is None:
        message = f"{home}: expected a published snapshot, found none; customer-hub run --home {home} publishes"
        raise SnapshotError(message)
    return snapshot


def _identity(snapshot: Path) -> list[int]:
    """Give what changes when another file takes a snapshot's place, as an erasure makes it do."""
    told = snapshot.stat()
    return [told.st_ino, told.st_size, told.st_mtime_ns]


def _is_of(folder: Path, snapshot: Path) -> bool:
    try:
        identity = json.loads((folder / MADE_FROM).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(identity == _identity(snapshot)) and directory_files.is_whole(folder)


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
