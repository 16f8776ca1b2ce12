"""Every place under a home where something lies, what it is, and how a person is taken out of it.

An erasure asks first whether everything under the home has a place here and refuses to begin if not; a test runs a
whole home and asks the same. Whoever makes the hub write a new kind of file adds a line, or the next erasure says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from warehouse.erasure.cleaning import UncoveredError


class Means(StrEnum):
    """How a person is taken out of a place."""

    ROWS = "rows"  # a table in Parquet: rows that name the person leave
    LAKE = "lake"  # landed rows: they become rejects that say nothing
    SNAPSHOT = "snapshot"  # written anew without the person
    MODEL = "model"  # values that only the person told leave
    STATE = "state"  # rows leave, values in what was written by hand are crossed out, the file is packed anew
    TEXT = "text"  # the person's values are crossed out
    DATABASE = "database"  # the same in every cell of an SQLite file that is not ours
    DELIVERED = "delivered"  # what a channel delivered under the home: the person's lines are taken out
    LEFTOVER = "leftover"  # half written by a run that was killed, or made again by the next: removed
    NOTHING = "nothing"  # holds no word about anybody


@dataclass(frozen=True)
class Place:
    """Files of one kind, by the pattern of their path below the home; `*` also matches /."""

    pattern: str
    holds: str
    means: Means


PLACES: Final[tuple[Place, ...]] = (
    Place("run.lock", "the lock of a run", Means.NOTHING),
    Place("state.sqlite", "ledger, judgements, pins, erasures", Means.STATE),
    Place("state.sqlite-*", "the state's write-ahead log, empty once it is packed", Means.STATE),
    Place("lake/*/.*.tmp", "a frame half written", Means.LEFTOVER),
    Place("lake/frames/*.aside", "a frame half written", Means.LEFTOVER),
    Place("lake/neighbours/*", "what is near to whom, for stewards' questions; made again", Means.LEFTOVER),
    Place("lake/links/*", "what the next delta starts from, with bits of values; made again", Means.LEFTOVER),
    Place("lake/standardised/*", "numbers that stewards struck from records; made again", Means.LEFTOVER),
    Place("lake/golden/*", "what golden values follow from, as hashes; made again", Means.LEFTOVER),
    Place("lake/published/*", "what the snapshot in force holds, as hashes; made again", Means.LEFTOVER),
    Place("lake/*.aside/*", "one of these half written", Means.LEFTOVER),
    Place("lake/landed/*/*.parquet", "rows as delivered and as read", Means.LAKE),
    Place("lake/rejects/*/*.parquet", "rows that are no records, as delivered", Means.LAKE),
    Place("lake/findings/*/*.parquet", "what is odd about rows", Means.LAKE),
    Place("lake/frames/*.parquet", "the latest frame of each asset", Means.ROWS),
    Place("lake/evidence/*.aside", "evidence half written", Means.LEFTOVER),
    Place("lake/evidence/*.parquet", "the evidence of pairs", Means.ROWS),
    Place("audit/*", "the audit log's key and head", Means.NOTHING),
    Place("models/.*", "a model half written", Means.LEFTOVER),
    Place("models/*/effect.*", "what a version would change, by ids", Means.TEXT),
    Place("models/*/*", "weights, and how often each value occurs", Means.MODEL),
    Place("warehouse/current.duckdb", "a link to the snapshot in force", Means.NOTHING),
    Place("warehouse/.current.duckdb.new", "a link half made", Means.LEFTOVER),
    Place("warehouse/candidates/*", "a snapshot that was not published", Means.LEFTOVER),
    Place(
        "warehouse/directories/*", "look-up laid out from a snapshot, made again when it is asked for", Means.LEFTOVER
    ),
    Place("warehouse/erasing/*", "a snapshot half written by an erasure", Means.LEFTOVER),
    Place("warehouse/snapshots/*.duckdb", "published tables", Means.SNAPSHOT),
    Place("reports/*", "pages made from published tables", Means.TEXT),
    Place("dagster/*.db", "Dagster's runs and events", Means.DATABASE),
    Place("dagster/*.db-*", "their logs and journals", Means.DATABASE),
    Place("dagster/*", "what runs printed, Dagster's settings", Means.TEXT),
    Place("erasures/*.json", "certificates: hashes and counts", Means.NOTHING),
    Place("erasures/.*.new", "a certificate half written", Means.LEFTOVER),
    Place("demo/truth.parquet", "which invented person each record is", Means.ROWS),
    Place("demo/extracts/*", "extracts of the demo", Means.DELIVERED),
    Place("landing/*", "extracts delivered under the home", Means.DELIVERED),
)
"""In this order; the first that matches counts."""


def place_of(home: Path, path: Path) -> Place | None:
    """Give the place of a file below the home, None if nobody named one."""
    name = path.relative_to(home).as_posix()
    return next((place for place in PLACES if fnmatchcase(name, place.pattern)), None)


def files(home: Path, *means: Means) -> Iterator[Path]:
    """Give the files of places that are cleaned by these means, or all files, in the order of their names."""
    for path in sorted(home.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        place = place_of(home, path)
        if not means or (place is not None and place.means in means):
            yield path


def require_places(home: Path) -> None:
    """Refuse an erasure while something under the home has no place."""
    strangers = [path.relative_to(home).as_posix() for path in files(home) if place_of(home, path) is None]
    if strangers:
        some = ", ".join(strangers[:5]) + (f" and {len(strangers) - 5} more" if len(strangers) > 5 else "")
        message = (
            f"{home}: expected only files of Customer Hub, found {some}, which an erasure would pass by. "
            "Move them out of the home (and see to what they hold), then ask again; nothing was erased"
        )
        raise UncoveredError(message)
