"""Which files of a landing folder are extracts of a feed, and which of them must wait."""

import os
import re
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from connectors.errors import FeedError
from connectors.feeds import Feed, Mode

UNFINISHED: Final[tuple[str, ...]] = (".part", ".tmp", ".filepart", ".crdownload", ".swp", "~")
"""Endings that a file bears while it is being written."""


@dataclass(frozen=True)
class Extract:
    """A delivered file of a feed."""

    path: Path
    name: str
    """Below the landing folder, with / between."""
    delivered_on: date
    mode: Mode
    size: int
    modified_ns: int
    sha256: str = ""
    """Of its content; of an extract that says again what an earlier one said, an id of its own."""
    content: str = ""
    """The id of the extract that said the same first, where this one says it again."""


@dataclass(frozen=True)
class Found:
    """What a feed's folder holds: extracts in the order of delivery, and what was left lying, with the reason."""

    extracts: tuple[Extract, ...]
    waiting: tuple[str, ...]
    """Names of files that are still being written."""
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Settling:
    """How long a file must have been left alone before it counts as written."""

    seconds: float = 1.0
    clock: Callable[[], float] = field(default=time.time)
    sleep: Callable[[float], None] = field(default=time.sleep)


def discover(feed: Feed, landing: Path, settling: Settling) -> Found:
    """Give the feed's extracts; a `FeedError` for anything in its folder that is no file of its own."""
    folder = landing / feed.delivery.folder
    if not landing.is_dir():
        raise FeedError(
            feed.name, str(landing), "a landing folder", "none there", "check the path to the landing folder"
        )
    if not folder.is_dir():
        return Found((), (), (f"no folder {feed.delivery.folder} below the landing folder",))
    names = _listed(feed, folder)
    waiting = [name for name in names if name.lower().endswith(UNFINISHED)]
    candidates = [name for name in names if name not in waiting and not name.startswith((".", "~$"))]
    ending = Path(feed.delivery.files).suffix.lower()
    strangers = [name for name in candidates if Path(name).suffix.lower() != ending]
    warnings = [
        f"{feed.delivery.folder}/{name}: not of the form {feed.delivery.files}, left alone" for name in strangers
    ]
    extracts = []
    for name in candidates:
        if name in strangers:
            continue
        extract = as_extract(feed, landing, folder / name)
        if extract is None:
            warnings.append(f"{feed.delivery.folder}/{name}: vanished before it was read")
        else:
            extracts.append(extract)
    unsettled = _unsettled(extracts, settling)
    ready = [extract for extract in extracts if extract.path not in unsettled]
    waiting += [extract.path.name for extract in extracts if extract.path in unsettled]
    ready.sort(key=lambda extract: (extract.delivered_on, extract.name))
    return Found(tuple(ready), tuple(f"{feed.delivery.folder}/{name}" for name in sorted(waiting)), tuple(warnings))


def _listed(feed: Feed, folder: Path) -> list[str]:
    """Give the names in a folder in their order; a `FeedError` for a name that is no text."""
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise FeedError(
            feed.name, feed.delivery.folder, "a readable folder", type(error).__name__, "check its permissions"
        ) from error
    for name in names:
        if any("\ud800" <= character <= "\udfff" for character in name):
            shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            raise FeedError(
                feed.name,
                f"{feed.delivery.folder}/{shown}",
                "a file name in UTF-8",
                "one in another encoding, probably GB18030",
                "rename the file, or have the transfer convert names",
            )
    return names


def as_extract(feed: Feed, landing: Path, path: Path) -> Extract | None:
    """Give the file as an extract; None if there is none, or it vanished meanwhile."""
    name = path.relative_to(landing).as_posix()

    def error(expected: str, found: str, what_to_do: str) -> FeedError:
        return FeedError(feed.name, name, expected, found, what_to_do)

    try:
        inside = path.resolve(strict=True).is_relative_to(landing.resolve())
        status = path.stat()
    except (OSError, RuntimeError) as failure:
        if path.is_symlink():
            raise error("a file", "a symbolic link to nothing", "remove the link or mend it") from failure
        if isinstance(failure, FileNotFoundError):
            return None
        raise error("a readable file", type(failure).__name__, "check the file and its permissions") from failure
    if not inside:
        raise error(
            "a file below the landing folder",
            "a symbolic link that leads out of it",
            "copy the file into the folder; links out of it are never followed",
        )
    if not path.is_file():
        kind = "a directory" if path.is_dir() else "neither a file nor a directory"
        raise error("a file", f"{kind} of that name", "move it out of the feed's folder")
    match = feed.name_pattern().match(path.name)
    wanted = f"a name of the form {feed.delivery.files} with the day as {feed.delivery.date_format}"
    if match is None:
        raise error(wanted, "a name without it", "rename the file, or correct `files` in the feed file")
    try:
        delivered_on = datetime.strptime(match.group(1), feed.delivery.date_format).date()  # noqa: DTZ007 a day has no zone
    except ValueError:
        raise error(wanted, "a date that no calendar knows", "rename the file") from None
    mode = feed.mode_on(delivered_on.day)
    return Extract(path, name, delivered_on, mode, status.st_size, status.st_mtime_ns)


def misordered(extracts: Sequence[Extract], names: Collection[str]) -> list[str]:
    """Say which of the named deltas count as newer than one of their day with a larger number: letters decide.

    `extracts` stand in the order of delivery. Of the files of a full load none says what another one does.
    """
    return [
        f"{later.name}: counts as newer than {earlier.name}, for names of one day are compared letter by letter; have "
        "the numbers in them padded with zeros"
        for earlier, later in pairwise(extracts)
        if earlier.delivered_on == later.delivered_on
        and later.mode is Mode.DELTA
        and not {earlier.name, later.name}.isdisjoint(names)
        and _with_numbers(earlier.name) > _with_numbers(later.name)
    ]


def _with_numbers(name: str) -> list[tuple[str, int]]:
    return [(text, int(number or 0)) for text, number in re.findall(r"(\D*)(\d*)", name)]


def _unsettled(extracts: list[Extract], settling: Settling) -> set[Path]:
    """Give the files whose size or time changed while we watched; only files touched just now are watched."""
    horizon = settling.clock() - settling.seconds
    fresh = [extract for extract in extracts if extract.modified_ns / 1e9 > horizon]
    if not fresh:
        return set()
    settling.sleep(settling.seconds)
    return {extract.path for extract in fresh if has_changed(extract)}


def has_changed(extract: Extract) -> bool:
    """Say whether the file is no longer as it was found."""
    try:
        status = extract.path.stat()
    except FileNotFoundError:
        return True
    return (status.st_size, status.st_mtime_ns) != (extract.size, extract.modified_ns)
