"""One erasure from the request to the certificate: find the person, write the intent down, do the steps, prove it.

Every step may be done again; one that is written down as done is not. Landed rows leave last of all that is told in
clear, because from them everything can be worked out again after a crash.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import polars as pl

from connectors.checking import load_feeds
from connectors.erasing import Part, clean_lake, plan, strip_delivered
from connectors.ledger import Ledger
from connectors.versions import read_landed, read_rejects
from matching.errors import CustomerHubError
from matching.forgetting import Forgetting
from matching.policy import HUB_FIELDS
from pipelines import environment
from pipelines.erasure_requests import product_words, wholly_erased
from pipelines.progress import tell
from warehouse import state
from warehouse.audit_log import audited
from warehouse.erasure import certificate, journal
from warehouse.erasure.certificate import Found
from warehouse.erasure.crossing_out import Values, cross_out_database, cross_out_text
from warehouse.erasure.files import clean_frames, clean_models, remove_leftovers, require_covered_frames
from warehouse.erasure.guard import numbers, tokens
from warehouse.erasure.hashing import Hashing
from warehouse.erasure.journal import Erasure
from warehouse.erasure.leaving import Leaving
from warehouse.erasure.person import Person, know
from warehouse.erasure.places import Means, files, require_places
from warehouse.erasure.snapshots import clean_snapshot, require_covered_snapshots
from warehouse.erasure.state import clean_state, lay_out_again, pack_state, require_covered_state
from warehouse.reading import read_frame
from warehouse.snapshots import snapshots

RIGHTS: Final = ("PIPL 47", "GDPR 17")


class ErasureError(CustomerHubError):
    """An erasure that was asked for wrongly, or that could not be proved."""


@dataclass(frozen=True)
class Work:
    """What the steps of one erasure work on; all of it can be had again while the lake still holds the rows."""

    home: Path
    records: frozenset[str]
    customers: tuple[str, ...]
    parts: tuple[Part, ...]
    erasure_id: str = ""
    """Empty while nothing is written down."""

    @cached_property
    def others(self) -> pl.DataFrame:
        """Everybody else, as RECORDS of the snapshot in force."""
        known = read_frame(self.home, "records")
        return known.filter(~pl.col("record_id").is_in(list(self.records)))

    @cached_property
    def person(self) -> Person:
        """What is known of the person."""
        pinned = state.pins(self.home).filter(~pl.col("customer_id").is_in(list(self.customers)))
        texts = [*pinned["value"], *product_words()]
        return know(self.records, read_landed(self.home), read_rejects(self.home), self.others, texts)

    @cached_property
    def values(self) -> Values:
        """What is crossed out wherever it was written by hand: values and record ids, those of the intent."""
        told = [*self.person.values, *self.person.names]
        if not self.erasure_id:
            return Values(told)
        known = {needle.digest for needle in journal.needles(self.home, self.erasure_id)}
        hashing = Hashing.of(self.home)
        return Values([one for one in told if any(needle.digest in known for needle in hashing.needles("", [one]))])

    @cached_property
    def leaving(self) -> Leaving:
        """What leaves the tables of snapshots and frames."""
        lines = [
            pl.DataFrame(
                {"feed": part.feed, "extract": part.extract, "extract_id": part.extract_id, "line": part.lines}
            )
            for part in self.parts
        ]
        counts = [{"feed": part.feed, "extract_id": part.extract_id, **part.counts} for part in self.parts]
        texts = {"feed": pl.String, "extract": pl.String, "extract_id": pl.String, "line": pl.Int64}
        return Leaving(
            records=self.records,
            lines=pl.concat([pl.DataFrame(schema=texts), *(one.cast(texts) for one in lines)]),  # type: ignore[arg-type]
            counts=pl.DataFrame(counts, schema=COUNTS),
            pins=state.pins(self.home),
        )

    @cached_property
    def forgetting(self) -> Forgetting:
        """What only the person told, as models know it."""
        return Forgetting.of(self.person.told, self.others, HUB_FIELDS)


COUNTS: Final = {
    "feed": pl.String,
    "extract_id": pl.String,
    **dict.fromkeys(("records", "rejects", "new", "changed", "unchanged"), pl.Int64),
}


def look(home: Path, records: frozenset[str]) -> Work:
    """Give what an erasure of these records would work on; nothing is changed or written down.

    An error if something under the home has no place: it would be passed by.
    """
    require_places(home)
    require_covered_state(home)
    require_covered_frames(home)
    require_covered_snapshots(home)
    customers = wholly_erased(home, records)
    work = Work(home, records, customers, ())
    person = work.person
    found = Work(home, records, customers, tuple(plan(home, person.lines, person.versions)))
    found.__dict__["person"], found.__dict__["others"] = person, work.others
    return found


def erase(home: Path, work: Work, *, by: str, reason: str) -> Path:
    """Erase and give the certificate's path; the caller holds the home's lock.

    From the moment the intent is written down the rows count as erased; a crash is gone on from by `finish_all`.
    """
    written = Values([*work.person.values, *work.person.names])
    if written.crossed_out(f"{by} {reason}".encode()) != f"{by} {reason}".encode():
        message = (
            "--reason: expected no name, number or address of the person: it is kept; refer to the request's number"
        )
        raise ErasureError(message)
    now = datetime.now(UTC)
    erasure = Erasure(
        erasure_id=f"{now:%Y%m%dT%H%M%S}-{uuid4().hex[:8]}",
        requested_at=now,
        requested_by=by,
        reason=reason,
        plan={"customers": list(work.customers), "parts": [part.as_json() for part in work.parts]},
    )
    known = set().union(*tokens(work.others)) if work.others.height else set()
    told = {token for row in tokens(work.person.told) for token in row} - known
    told |= {("number", number) for number in numbers(work.person.told) - numbers(work.others)}
    journal.begin(home, erasure, work.person, told)
    _on_record(home, erasure, "erase begun")
    _do(home, erasure, work.records)
    return _prove(home, erasure)


def finish_all(home: Path) -> list[Path]:
    """Finish what a crash has interrupted, and give the certificates; the caller holds the home's lock."""
    go_on(home)
    return [_prove(home, erasure) for erasure in journal.unfinished(home)]


def go_on(home: Path) -> None:
    """Do the steps that a crash has left undone, without the proof; the caller holds the home's lock.

    This is what a run does first: it must not publish half of an erasure.
    """
    for erasure in journal.unfinished(home):
        _do(home, erasure, None)


def _do(home: Path, erasure: Erasure, records: frozenset[str] | None) -> None:
    """Do the steps that are not done."""
    parts = tuple(Part.from_json(part) for part in erasure.plan["parts"])
    records = _known_again(home, erasure) if records is None else records
    work = Work(home, records, tuple(erasure.plan["customers"]), parts, erasure.erasure_id)
    for step in STEPS:
        if step.name not in journal.counts(home, erasure.erasure_id):
            tell(f"erasing: {step.says}")
            journal.step_done(home, erasure.erasure_id, step.name, step.does(work))


def _prove(home: Path, erasure: Erasure) -> Path:
    """Search for what was erased, certify that nothing is left, and give the certificate's path."""
    tell("searching the whole home for what was erased")
    found, searched = certificate.search(home, erasure.erasure_id)
    waiting = {path.relative_to(home).as_posix() for path in _waiting(home)}
    left = [one for one in found if one.path not in waiting]
    if left:
        raise ErasureError(_not_proved(erasure.erasure_id, left))
    return _certify(home, erasure, searched, [one for one in found if one.path in waiting])


def _on_record(home: Path, erasure: Erasure, deed: str) -> None:
    with audited(home) as audit:
        audit.record(
            datetime.now(UTC),
            erasure.requested_by,
            deed,
            erasure.erasure_id,
            customers=len(erasure.plan["customers"]),
            extracts=len(erasure.plan["parts"]),
        )


def _known_again(home: Path, erasure: Erasure) -> frozenset[str]:
    """Give the record ids of an interrupted erasure: those in the lake whose keyed hash its intent holds."""
    hashing, digests = Hashing.of(home), journal.row_digests(home, erasure.erasure_id)
    landed = read_landed(home)["record_id"].unique()
    return frozenset(record for record in landed if hashing.of_text(journal.ROW, record) in digests)


def _not_proved(erasure_id: str, left: Sequence[Found]) -> str:
    places = ", ".join(dict.fromkeys(f"{one.path} ({one.part})" for one in left[:5]))
    return (
        f"erasure {erasure_id}: expected nothing of the person under the home, found something in {places}"
        f"{f' and {len(left) - 5} more places' if len(left) > 5 else ''}. There is no certificate. Take it out there "
        "(a file that cannot be opened: restore or delete it), then run the command again: it searches once more"
    )


def _certify(home: Path, erasure: Erasure, searched: int, waiting: Sequence[Found]) -> Path:
    now = datetime.now(UTC)
    under_home = {extract_id for path in files(home, Means.DELIVERED) for _, extract_id in _taken(home, path)}
    owners = {feed.name: feed.owner for feed in load_feeds(environment.feeds())}
    hashes = certificate.hashes(home, erasure.erasure_id)
    content: dict[str, Any] = {
        "certificate_of_erasure": 1,
        "erasure_id": erasure.erasure_id,
        "rights": list(RIGHTS),
        "requested_at": journal.text_of(erasure.requested_at),
        "requested_by": erasure.requested_by,
        "reason": erasure.reason,
        "finished_at": journal.text_of(now),
        "customers": erasure.plan["customers"],
        "rows": sum(len(part["lines"]) for part in erasure.plan["parts"]),
        "steps": journal.counts(home, erasure.erasure_id),
        "searched": {"files": searched, "hashes": sum(map(len, hashes.values())), "found": 0},
        "with_their_owners": [
            {"extract": part["extract"], "owner": owners.get(part["feed"], part["feed"]), "rows": len(part["lines"])}
            for part in erasure.plan["parts"]
            if part["extract_id"] not in under_home
        ],
        "delivered_and_not_taken": sorted({one.path for one in waiting}),
        "files": certificate.digests(home),
        "hashes": hashes,
    }
    path = certificate.write(home, erasure.erasure_id, content)
    journal.finish(home, erasure.erasure_id, certificate.seal(home, content), at=now)
    _on_record(home, erasure, "erase finished")
    return path


def _waiting(home: Path) -> list[Path]:
    """Give extracts under the home that were delivered and not taken: the run that takes them leaves the rows out."""
    return [path for path in files(home, Means.DELIVERED) if not _taken(home, path)]


def _taken(home: Path, path: Path) -> list[tuple[str, str]]:
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
        for key in _taken(work.home, path):
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
