"""Feed files → feeds, or problems with file, line and a hint."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from shlex import quote

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from connectors import feeds
from connectors.errors import FeedError
from connectors.feeds import Feed
from connectors.locating import line_of
from connectors.meaning import Doubt, doubts

FORMATS: dict[str, type[BaseModel]] = {
    "delimited": feeds.Delimited,
    "fixed_width": feeds.FixedWidth,
    "json_lines": feeds.JsonLines,
    "workbook": feeds.Workbook,
    "parquet": feeds.ParquetFile,
}
TABLES: dict[str, type[BaseModel]] = {
    "": Feed,
    "title": feeds.Title,
    "delivery": feeds.Delivery,
    "volume": feeds.Volume,
    "columns": feeds.Column,
    "positions": feeds.Position,
    **FORMATS,
}
"""Which keys the tables of a feed file may hold, to name the nearest to a misspelt one."""
WITH_NAMES_OF_THEIR_OWN: frozenset[str] = frozenset({"columns", "codes"})
"""Tables whose keys are the channel's."""
OF_A_COLUMN: tuple[str, ...] = tuple(feeds.Column.model_fields)
LISTS: frozenset[str] = frozenset({"tuple_type", "list_type", "too_short"})
"""What the model calls a list that is none or is empty."""
NO_TABLE: frozenset[str] = frozenset({"model_type", "dict_type"})
"""What it calls a table that is none."""


@dataclass(frozen=True)
class Problem:
    """What is wrong in a feed file, where, and what was probably meant."""

    file: str
    line: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """Give it as compilers do: file, line, message."""
        return f"{self.file}:{self.line}: {self.message}" + (f" ({self.hint})" if self.hint else "")


def load_feeds(folder: Path) -> list[Feed]:
    """Give the folder's feeds in the order of their names; a `FeedError` if any feed file has a problem."""
    read = [(path, *_read(path)) for path in feed_files(folder)]
    _require_none([problem for _, _, found in read for problem in found] + _clashes(read), folder)
    return [feed for _, feed, _ in read if feed is not None]


def load_feed(path: Path) -> Feed:
    """Give the feed of one feed file; a `FeedError` if there is none or it has a problem."""
    if not path.is_file():
        found = "a folder" if path.is_dir() else "nothing"
        raise FeedError(
            path.stem, str(path), "a feed file", found, "check the path; docs/feeds.md tells how to write one"
        )
    feed, problems = _read(path)
    _require_none(problems, path.parent)
    assert feed is not None  # noqa: S101 (without a feed there is a problem)
    return feed


def _require_none(problems: Sequence[Problem], folder: Path) -> None:
    if problems:
        first, more = problems[0], len(problems) - 1
        found = first.message + (f", and {more} more problem{'s' if more > 1 else ''}" if more else "")
        remedy = f"{first.hint or 'correct the file'}; customer-hub feeds check {quote(str(folder))} lists everything"
        raise FeedError(
            Path(first.file).stem, f"{first.file}:{first.line}", "a feed file without problems", found, remedy
        )


def check_feeds(folder: Path) -> list[Problem]:
    """Give every problem of the folder's feed files by file and line; an empty list says that all feeds can be read."""
    read = [(path, *_read(path)) for path in feed_files(folder)]
    problems = [problem for _, _, found in read for problem in found] + _clashes(read)
    return sorted(problems, key=lambda problem: (problem.file, problem.line, problem.message))


def feed_files(folder: Path) -> list[Path]:
    """Give a folder's feed files in the order of their names; a `FeedError` where there is none."""
    files = sorted(folder.glob("*.toml"))
    if files:
        return files
    found = "none" if folder.is_dir() else "a file" if folder.exists() else "no such folder"
    remedy = "check the path, or write one; docs/feeds.md tells how"
    raise FeedError("*", str(folder), "feed files *.toml in this folder", found, remedy)


def _read(path: Path) -> tuple[Feed | None, list[Problem]]:
    try:
        text = path.read_text("utf-8-sig")  # editors of Windows write a byte-order mark
        given = tomllib.loads(text)
    except UnicodeDecodeError as error:
        return None, [
            Problem(path.name, 1, f"expected UTF-8 text, found other bytes at {error.start}", "save as UTF-8")
        ]
    except tomllib.TOMLDecodeError as error:
        said = re.match(r"(.*?) \(at line (\d+), column \d+\)$", str(error))
        message, line = (said.group(1), int(said.group(2))) if said else (str(error), text.count("\n") + 1)
        return None, [Problem(path.name, line, f"expected TOML, found: {message}", "a text stands between quotes")]
    try:
        feed = Feed.model_validate(given)
    except ValidationError as error:
        told = error.errors()
        misspelt = {detail["loc"][:-1] for detail in told if detail["type"] == "extra_forbidden"}
        lacks = [detail for detail in told if detail["type"] == "missing" and detail["loc"][-1] == "to"]
        said_twice = [detail for detail in lacks if detail["loc"][:-1] in misspelt]
        return None, [_in_words(path, text, given, detail) for detail in told if detail not in said_twice]
    problems = [_located(path, text, doubt) for doubt in doubts(feed)]
    if feed.name != path.stem:
        named = Doubt(("name",), f"expected the file's name, {path.stem}; found {feed.name}", "rename one of them")
        problems.append(_located(path, text, named))
    return feed, problems


def _located(path: Path, text: str, doubt: Doubt) -> Problem:
    return Problem(path.name, line_of(text, doubt.path), doubt.message, doubt.hint)


def _in_words(path: Path, text: str, given: dict[str, object], detail: ErrorDetails) -> Problem:
    """Give what the model says of a key or a value in the words of a feed file."""
    location = tuple(part for place, part in enumerate(detail["loc"]) if not (place == 1 and part in FORMATS))
    match detail["type"]:
        case "union_tag_invalid" | "union_tag_not_found":
            location = ("format", "kind")
            message, hint = _of_a_kind(str(given.get("format")))
        case "extra_forbidden" | "missing":
            message, hint = _of_a_key(location, detail)
        case _:
            message, hint = _of_a_value(location, detail)
    return Problem(path.name, line_of(text, location), message, hint)


def _of_a_kind(format: str) -> tuple[str, str]:
    said = re.search(r"'kind': '([^']*)'", format)
    found = f"found {said.group(1)}" if said else "found none"
    hint = nearest(said.group(1), list(FORMATS)) if said else "add kind = …"
    return f"expected a kind of format, one of {', '.join(FORMATS)}; {found}", hint


def _of_a_key(location: tuple[str | int, ...], detail: ErrorDetails) -> tuple[str, str]:
    """Give the message and the hint of a key that is missing or that no table knows."""
    names = [part for part in detail["loc"] if isinstance(part, str)]
    key = names[-1]
    where = f" in [{location[0]}]" if len(location) > 1 else ""
    if detail["type"] == "missing":
        return f"the key {key} is missing{where}", f"add {key} = …"
    if location[0] == "columns" and not get_close_matches(key, OF_A_COLUMN, cutoff=0.5):
        hint = f'a name with a dot stands between quotes: "{location[1]}.{key}" = …'
        return f"unknown key {key} of the column {location[1]}", hint
    table = next((TABLES[name] for name in reversed(names[:-1]) if name in TABLES), Feed)
    return f"unknown key {key}{where}", nearest(key, list(table.model_fields))


def _of_a_value(location: tuple[str | int, ...], detail: ErrorDetails) -> tuple[str, str]:
    """Give the message and the hint of a value that its key cannot have."""
    key = next((part for part in reversed(location) if isinstance(part, str)), "")
    what = f"{key} in [{location[0]}]" if len(location) > 1 else key
    value, kind = detail["input"], detail["type"]
    if kind == "value_error":
        return f"{key}: {detail['msg'].removeprefix('Value error, ')}", ""
    if kind in NO_TABLE:
        keys = TABLES[key].model_fields if key in TABLES and key not in WITH_NAMES_OF_THEIR_OWN else ["…"]
        shown = ", ".join(f"{one} = …" for one in keys)
        return f"{what}: expected a table, found {value!r}", f"such as {key} = {{ {shown} }}"
    if kind in LISTS:
        is_empty = value in ([], ())
        shown = f'["{value}"]' if isinstance(value, str) else '["…"]' if is_empty else f"[{value}]"
        return f"{what}: expected a list, found {'an empty one' if is_empty else repr(value)}", f"such as {shown}"
    if kind == "string_pattern_mismatch":
        return f"{what}: expected small letters, digits and _, with a letter first; found {value!r}", ""
    choices = re.findall(r"'([^']+)'", detail["msg"])
    hint = nearest(value, choices) if isinstance(value, str) and choices else ""
    return f"{what}: {detail['msg']}, found {value!r}", hint


def nearest(word: str, among: Sequence[str]) -> str:
    """Give the hint at the nearest known word; without one, the words there are."""
    near = get_close_matches(word, among, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(among)}"


def _clashes(read: Sequence[tuple[Path, Feed | None, list[Problem]]]) -> list[Problem]:
    """Give the feeds that would take each other's files."""
    return list(_clashing([(path, feed) for path, feed, _ in read if feed is not None]))


def _clashing(read: Sequence[tuple[Path, Feed]]) -> Iterator[Problem]:
    claimed: dict[tuple[str, str], str] = {}
    for path, feed in read:
        place = (feed.delivery.folder.strip("/"), feed.delivery.files.lower())
        if place in claimed:
            line = line_of(path.read_text("utf-8-sig"), ("delivery", "folder"))
            yield Problem(
                path.name, line, f"the feed {claimed[place]} takes the same files", "give each its own folder"
            )
        claimed.setdefault(place, feed.name)
