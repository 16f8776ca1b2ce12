"""The steps of an erasure, in their order: each takes the person out of one kind of place, and may be done again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from connectors.checking import load_feeds
from connectors.erasing import clean_lake, strip_delivered
from connectors.ledger import Ledger
from matching.errors import CustomerHubError
from pipelines import environment
from pipelines.erasure.erasure_work import Work
from warehouse.erasure.crossing_out import cross_out_database, cross_out_text
from warehouse.erasure.files import clean_frames, clean_models, remove_leftovers
from warehouse.erasure.places import Means, files
from warehouse.erasure.snapshots import clean_snapshot
from warehouse.erasure.state import clean_state, lay_out_again, pack_state
from warehouse.published.snapshots import snapshots


class ErasureError(CustomerHubError):
    """An erasure that was asked for wrongly, or that could not be proved."""


def taken(home: Path, path: Path) -> list[tuple[str, str]]:
    """Give the feed and the id of each extract that was taken from a file of these bytes."""
    return Ledger(home).extract_of(sha256(path.read_bytes()).hexdigest())


def _snapshots(work: Work) -> Mapping[str, int]:
    counted: dict[str, int] = {}
    for snapshot in snapshots(work.home):
        for table, rows in clean_snapshot(work.home, snapshot, work.leaving, work.values.occur_in).items():
            counted[table] = counted.get(table, 0) + rows
    return counted


def _texts(work: Work) -> Mapping[str, int]:
    crossed = sum(cross_out_text(path, work.values) for path in files(work.home, Means.TEXT))
    return {"files": crossed} if crossed else {}


def _databases(work: Work) -> Mapping[str, int]:
    is_database = [path for path in files(work.home, Means.DATABASE) if path.suffix == ".db"]
    crossed = sum(cross_out_database(path, work.values) for path in is_database)
    return {"cells": crossed} if crossed else {}


def _delivered(work: Work) -> Mapping[str, int]:
    feeds = {feed.name: feed for feed in load_feeds(environment.feeds())}
    parts = {(part.feed, part.extract_id): part for part in work.parts}
    counted: dict[str, int] = {}
    for path in files(work.home, Means.DELIVERED):
        for key in taken(work.home, path):
            if key not in parts:
                continue
            if key[0] not in feeds:
                message = (
                    f"{path}: expected the file of feed {key[0]} in {environment.feeds()} to know its rows, "
                    "found none; name the folder with --feeds"
                )
                raise ErasureError(message)
            strip_delivered(work.home, feeds[key[0]], key[1], path, parts[key].lines)
            counted[path.relative_to(work.home).as_posix()] = len(parts[key].lines)
    return counted


def _lake(work: Work) -> Mapping[str, int]:
    return {part.extract: clean_lake(work.home, part) for part in work.parts}


def _desk(work: Work) -> Mapping[str, int]:
    lay_out_again(work.home)
    return {}


def _pack(work: Work) -> Mapping[str, int]:
    pack_state(work.home)
    return {}


@dataclass(frozen=True)
class Step:
    """One step of an erasure; `does` gives what it counted and may be done again."""

    name: str
    says: str
    does: Callable[[Work], Mapping[str, int]]


STEPS: Final[tuple[Step, ...]] = (
    Step("leftovers", "what killed runs left behind", lambda work: {"files": remove_leftovers(work.home)}),
    Step("snapshots", "kept snapshots", _snapshots),
    Step("desk", "the desk's places in the snapshot", _desk),
    Step("models", "models", lambda work: clean_models(work.home, lambda: work.forgetting)),
    Step("frames", "frames between assets", lambda work: clean_frames(work.home, work.leaving)),
    Step("texts", "reports and what runs printed", _texts),
    Step("databases", "Dagster's own tables", _databases),
    Step("delivered", "delivered files under the home", _delivered),
    Step(
        "state",
        "judgements, pins and notes",
        lambda work: clean_state(work.home, work.records, work.customers, work.values),
    ),
    Step("made meanwhile", "what was made of them meanwhile", lambda work: {"files": remove_leftovers(work.home)}),
    Step("lake", "landed rows", _lake),
    Step("pack", "freed pages of the state", _pack),
)
"""In this order."""
