"""One erasure from the request to the certificate: find the person, write the intent down, do the steps, prove it.

Every step may be done again; one that is written down as done is not. Landed rows leave last of all that is told in
clear, because from them everything can be worked out again after a crash.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from connectors.checking import load_feeds
from connectors.erasing import Part, plan
from connectors.versions import read_landed
from pipelines import environment
from pipelines.erasure.erasure_requests import wholly_erased
from pipelines.erasure.erasure_steps import STEPS, ErasureError, taken
from pipelines.erasure.erasure_work import Work
from pipelines.progress import tell
from warehouse.access.audit_log import audited
from warehouse.erasure import certificate, journal
from warehouse.erasure.certificate import Found
from warehouse.erasure.crossing_out import Values
from warehouse.erasure.files import require_covered_frames
from warehouse.erasure.guard import numbers, tokens
from warehouse.erasure.hashing import Hashing
from warehouse.erasure.journal import Erasure
from warehouse.erasure.places import Means, files, require_places
from warehouse.erasure.snapshots import require_covered_snapshots
from warehouse.erasure.state import require_covered_state

RIGHTS: Final = ("PIPL 47", "GDPR 17")


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
    under_home = {extract_id for path in files(home, Means.DELIVERED) for _, extract_id in taken(home, path)}
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
    return [path for path in files(home, Means.DELIVERED) if not taken(home, path)]
