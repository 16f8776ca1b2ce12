"""Content that was taken before and comes again: the same delivery twice, or a channel that says again what it said.

A file that is put back, and a full extract that equals an earlier one, say that what came between holds no more.
"""

from dataclasses import replace
from hashlib import sha256

from connectors.discovery import Extract
from connectors.feeds import Mode
from connectors.ledger import REVISION_MARK, Ledger, Taken


def to_take(ledger: Ledger, feed: str, extract: Extract) -> Extract | None:
    """Give an extract as it is to be taken, its content's digest in `sha256`; None if it says nothing new.

    Content that was never taken is taken under its digest. Content that is said again is taken under an id of its own,
    so that its rows are told anew; the ledger knows that it is the same content.
    """
    told = ledger.taken(feed, extract.sha256)
    if not told:
        return extract
    same_name = [one for one in told if _file(one.extract) == extract.name]
    if same_name:
        last = ledger.last_revision(feed, extract.name)
        return None if last in {one.extract_id for one in same_name} else _again(extract, told)
    before = [one for one in told if one.delivered_on < extract.delivered_on]
    if extract.mode is not Mode.FULL or not before or len(before) < len(told):
        return None
    last_told = max(before, key=lambda one: (one.delivered_on, one.extract))
    return _again(extract, told) if ledger.came_between(feed, last_told, extract) else None


def twin(ledger: Ledger, feed: str, extract: Extract) -> str:
    """Give the name under which the same content was taken, where it is another; else an empty one."""
    names = [one.extract for one in ledger.taken(feed, extract.sha256)]
    return "" if extract.name in map(_file, names) else min(names, default="")


def _file(extract: str) -> str:
    return extract.rsplit(REVISION_MARK, 1)[0] if REVISION_MARK in extract else extract


def _again(extract: Extract, told: list[Taken]) -> Extract:
    times = f"{told[0].content} {extract.name} {extract.delivered_on} {len(told)}"
    return replace(extract, sha256=sha256(times.encode()).hexdigest(), content=told[0].content)
