"""Golden customers at hand: by their ids, a row read in microseconds, laid down before their snapshot is in force.

They hold what their snapshot holds, may be removed at any time, and are read from it anew by whoever misses them.
"""

import json
import shutil
import time
from bisect import bisect_left
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from warehouse import duck
from warehouse.errors import SnapshotError
from warehouse.lasting import to_disk

FOLDER: Final = "directories"
BEFORE: Final = ".golden"
"""Where those of a snapshot lie until the whole directory is made; hidden, since it is no directory."""
MADE_FROM: Final = "made_from.json"
GOLDEN: Final = "golden.arrow"
BY: Final = "customer_id"
PART: Final = 4_096
"""Golden customers that are read at a time."""
TAKEN_UP_IN: Final = 0.4
"""Seconds in which a desk, which looks ten times a second, has read those that were laid down."""
CUSTOMERS_BETWEEN: Final = duck.statements("queries/customers_between")
LAST_CUSTOMER: Final = duck.statements("queries/last_customer")


@dataclass(frozen=True)
class Golden:
    """The golden customers of one snapshot in the order of their ids: read from it, or from where they were laid."""

    run_id: str
    rows: pl.DataFrame
    ids: pl.Series
    made_from: list[int]

    @classmethod
    def of(cls, snapshot: Path) -> "Golden":
        """Give those of a snapshot. Raises SnapshotError where it cannot be read."""
        try:
            made_from = identity(snapshot)
            rows = _customers(snapshot)
        except duck.FAILURES as failure:
            message = f"{snapshot}: expected a snapshot that can be read, found none; another may be in force by now"
            raise SnapshotError(message) from failure
        return cls(snapshot.stem, rows, rows[BY], made_from)

    @classmethod
    def read(cls, folder: Path) -> "Golden":
        """Give those that lie in the folder of a directory."""
        rows = pl.read_ipc(folder / GOLDEN)
        return cls(folder.name, rows, rows[BY], json.loads((folder / MADE_FROM).read_text(encoding="utf-8")))

    def write(self, folder: Path) -> None:
        """Lay them down in a folder: what is told of them stands there when they are on the disk."""
        self.rows.rechunk().write_ipc(folder / GOLDEN, compression="uncompressed")
        to_disk(folder / GOLDEN)
        (folder / MADE_FROM).write_text(json.dumps(self.made_from), encoding="utf-8")

    def is_of(self, snapshot: Path) -> bool:
        """Tell whether they are those of a snapshot, which another file may have taken the place of."""
        try:
            return self.run_id == snapshot.stem and self.made_from == identity(snapshot)
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


def lay_down(home: Path, candidate: Path, published_at: int) -> None:
    """Lay those of a candidate down that is published next, where a desk answers from such rows.

    `published_at` is the time, in nanoseconds, that the file will bear. No publication fails for want of them: who asks
    then waits for the snapshot itself. Desks are given a moment to read them before anybody can ask for them.
    """
    if not (home / "warehouse" / FOLDER).is_dir():
        return
    folder = _before(home, candidate)
    aside = folder.with_name(f".{folder.name}.new")
    try:
        shutil.rmtree(folder.parent, ignore_errors=True)
        aside.mkdir(parents=True)
        golden = Golden.of(candidate)
        replace(golden, made_from=[*golden.made_from[:2], published_at]).write(aside)
        aside.replace(folder)
        time.sleep(TAKEN_UP_IN)
    except (SnapshotError, OSError, pl.exceptions.PolarsError):
        shutil.rmtree(folder.parent, ignore_errors=True)


def coming(home: Path) -> Path | None:
    """Give the folder of those that were laid down last, perhaps for a snapshot that is not in force yet."""
    folders = home / "warehouse" / FOLDER / BEFORE
    return next((folder for folder in folders.glob("[!.]*")), None)


def laid_down(home: Path, snapshot: Path) -> Golden | None:
    """Give those that were laid down when this very snapshot was published, None if there are none."""
    golden = opened(_before(home, snapshot))
    return golden if golden is not None and golden.is_of(snapshot) else None


def opened(folder: Path) -> Golden | None:
    """Give those that lie in a folder, None if they cannot be read."""
    try:
        return Golden.read(folder)
    except (OSError, ValueError, pl.exceptions.PolarsError):
        return None


def forget(home: Path, snapshot: Path) -> None:
    """Remove what was laid down when a snapshot was published."""
    shutil.rmtree(_before(home, snapshot), ignore_errors=True)


def identity(snapshot: Path) -> list[int]:
    """Give what changes when another file takes a snapshot's place, as an erasure makes it do."""
    told = snapshot.stat()
    return [told.st_ino, told.st_size, told.st_mtime_ns]


def _before(home: Path, snapshot: Path) -> Path:
    return home / "warehouse" / FOLDER / BEFORE / snapshot.stem
