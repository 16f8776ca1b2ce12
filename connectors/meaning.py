"""What a feed file may say and still not mean: unknown fields, dates without a format, gaps in records."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl
from polars.exceptions import PolarsError

from connectors.feeds import CODED, DATE_FIELDS, HUB_FIELDS, OUR_LABEL, Delimited, Feed, FixedWidth, JsonLines
from connectors.times import SECONDS, read_time

CODES: Final[dict[str, tuple[str, ...]]] = {"gender": ("male", "female"), "solved_at_first": ("yes", "no")}
"""Code lists whose meanings the hub itself relies on."""

LINE_ENDS: Final = ("\n", "\r")

WRITTEN: Final = {"%.f": ".5", "%#z": "+0800", "%:z": "+08:00", "%z": "+0800"}
"""What a pattern says that Python does not write."""
SAMPLE: Final = datetime(2026, 11, 5, 13, 4, 59)  # noqa: DTZ001 a sample to write in a channel's format, not a moment


@dataclass(frozen=True)
class Doubt:
    """What does not make sense in a feed, and at which key."""

    path: tuple[str | int, ...]
    message: str
    hint: str = ""


def doubts(feed: Feed) -> Iterator[Doubt]:
    """Give everything in a feed that is well-formed and yet cannot work."""
    yield from _fields(feed)
    yield from _codes(feed)
    yield from _delivery(feed)
    yield from _format(feed)
    yield from _columns_exist(feed)


def _near(word: str, among: tuple[str, ...]) -> str:
    near = get_close_matches(word, among, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(among)}"


def _fields(feed: Feed) -> Iterator[Doubt]:
    for name, column in feed.columns.items():
        path = ("columns", name)
        for field in column.to:
            if field not in HUB_FIELDS:
                yield Doubt(
                    path, f"column {name} is mapped to {field}, a field the hub does not know", _near(field, HUB_FIELDS)
                )
        dates = [field for field in column.to if field in DATE_FIELDS]
        if dates and not feed.formats_of(column):
            hint = 'add formats = ["%Y-%m-%d"], as the channel writes it: customer-hub feeds try shows how that looks'
            yield Doubt(path, f"column {name} fills {dates[0]}, a date, and has no formats", hint)
        if column.formats and not dates:
            yield Doubt(path, f"column {name} has formats and fills no date", f"dates are {', '.join(DATE_FIELDS)}")
        for pattern in column.formats:
            if not _reads_itself(pattern):
                yield Doubt(path, f"column {name}: {pattern} is no format of a date", "such as %Y-%m-%d %H:%M:%S")
        if name in feed.ignored:
            yield Doubt(("ignored",), f"column {name} is mapped and ignored", "take it out of one of the two")


def _reads_itself(pattern: str) -> bool:
    """Say whether a moment written in the pattern is read as a moment of that day."""
    if pattern == SECONDS:
        return True
    in_python = pattern
    for part, written in WRITTEN.items():
        in_python = in_python.replace(part, written)
    try:
        read = pl.select(read_time(pl.lit(SAMPLE.strftime(in_python)), pattern, "Asia/Shanghai")).item()
    except PolarsError:
        return False
    return isinstance(read, datetime) and read.date() == SAMPLE.date()


def _codes(feed: Feed) -> Iterator[Doubt]:
    filled = tuple(dict.fromkeys(field for column in feed.columns.values() for field in column.to))
    for field, codes in feed.codes.items():
        if field not in filled:
            yield Doubt(("codes", field), f"a code list for {field}, which no column fills", _near(field, filled))
        elif field in DATE_FIELDS:
            yield Doubt(("codes", field), f"a code list for {field}, which is a date", "dates have formats, not codes")
        for code, meaning in codes.items():
            if meaning not in CODES.get(field, (meaning,)):
                hint = _near(meaning, CODES[field])
                yield Doubt(("codes", field, code), f"{code} stands for {meaning}, which {field} does not know", hint)
            elif field in CODED and not re.search(OUR_LABEL, meaning):
                message = f"{code} stands for {meaning}: expected a label of small letters, digits and _"
                yield Doubt(("codes", field, code), message, "such as complaint or closed, as in the shipped feeds")


def _delivery(feed: Feed) -> Iterator[Doubt]:
    written = SAMPLE.strftime(feed.delivery.date_format)
    try:
        same = datetime.strptime(written, feed.delivery.date_format).date() == SAMPLE.date()  # noqa: DTZ007 a day
    except ValueError:
        same = False
    if not same or not feed.name_pattern().match(feed.delivery.files.replace("{date}", written)):
        message = f"{feed.delivery.date_format} does not say year, month and day in digits"
        yield Doubt(("delivery", "date_format"), message, "such as %Y%m%d or %Y-%m-%d")
    if feed.delivery.files.endswith("*") or "." not in feed.delivery.files:
        message = f"{feed.delivery.files} has no ending, which tells extracts from other files"
        yield Doubt(("delivery", "files"), message, "such as users_{date}.csv or users_{date}.csv.gz")
    try:
        ZoneInfo(feed.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        yield Doubt(("timezone",), f"no time zone is called {feed.timezone}", "such as Asia/Shanghai")


def _format(feed: Feed) -> Iterator[Doubt]:
    form = feed.format
    if isinstance(form, Delimited | FixedWidth | JsonLines):
        try:
            codecs.lookup(form.encoding)
            "".encode(form.encoding)
        except LookupError:
            known = ("utf-8", "gb18030", "big5", "utf-16-le")
            yield Doubt(
                ("format", "encoding"), f"no text encoding is called {form.encoding}", _near(form.encoding, known)
            )
    if isinstance(form, Delimited) and any(end in form.separator for end in LINE_ENDS):
        yield Doubt(("format", "separator"), "the separator is a line end", "such as separator = ',' or '\\t'")
    if isinstance(form, Delimited) and form.quote and len(form.separator) > 1:
        message = f"expected a separator of one character where fields are quoted, found {len(form.separator)} of them"
        yield Doubt(("format", "separator"), message, "leave out quote, or correct the separator")
    if isinstance(form, Delimited) and form.quote and form.quote == form.separator:
        yield Doubt(("format", "quote"), "quote and separator are the same character", "such as quote = '\"'")
    if isinstance(form, FixedWidth):
        reached = 0
        for place, position in enumerate(sorted(form.positions, key=lambda position: position.start)):
            if position.start - 1 != reached:
                what = "overlap" if position.start - 1 < reached else "leave a gap"
                message = (
                    f"positions {what} before {position.name}: expected start {reached + 1}, found {position.start}"
                )
                yield Doubt(("format", "positions", place, position.name), message, "every place belongs to one column")
            reached = max(reached, position.end)


def _columns_exist(feed: Feed) -> Iterator[Doubt]:
    """Formats without a header say themselves which columns there are."""
    match feed.format:
        case FixedWidth(positions=positions):
            names = tuple(position.name for position in positions)
        case Delimited(names=names) if names:
            pass
        case _:
            return
    twice = sorted({name for name in names if names.count(name) > 1})
    for name in twice:
        yield Doubt(("format",), f"two columns are called {name}", "name every column once")
    for name in feed.key:
        if name not in names:
            yield Doubt(("key",), f"the key {name} is no column of [format]", _near(name, names))
    for name in (*feed.columns, *feed.ignored):
        if name not in names:
            yield Doubt(("columns", name), f"{name} is no column of [format]", _near(name, names))
