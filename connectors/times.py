"""Days and times as channels write them → local times: strptime patterns, seconds since 1970, days since 1900."""

import re
from datetime import date
from typing import Final

import polars as pl

SECONDS: Final = "%s"
"""The pattern of a time that counts seconds since 1970, or thousandths of them where it has 12 digits or more."""
ZONED: Final = re.compile(r"%[:#]*z")
"""An offset from Greenwich in a pattern."""
OF_THE_DAY: Final = re.compile(r"%[-_0]?[HIklMSTRrXcpP+]")
"""What says a time of the day in a pattern."""
RUN_ON: Final = re.compile(r"^(?=.*%[YymdHMS]%[YymdHMS])(?:[^%]|%[YymdHMS])*$")
"""A pattern of numbers alone, two of them with nothing between."""
SHORT_YEAR: Final = re.compile(r"%[-_0]?[yDx]")
"""A year of two digits in a pattern, alone or in a whole date."""
FIRST_YEAR: Final = 1000
WIDTHS: Final = {"%Y": 4, "%y": 2, "%m": 2, "%d": 2, "%H": 2, "%M": 2, "%S": 2}
"""How many digits the numbers of a pattern have."""

EXCEL_DAY_ZERO: Final = date(1899, 12, 30)
"""From which day workbooks count days: 2 is the 1st of January 1900, and a 29th of February 1900 there is not."""
MAC_DAY_ZERO: Final = date(1904, 1, 1)
"""From which day those of early Macintoshes do."""
DAYS: Final = r"^[0-9]{5}(\.[0-9]+)?$"
DAYS_BETWEEN: Final = (10_000, 73_415)
"""Counts of days that are taken for days, of 1927 to 2100; smaller numbers may be years."""


def read_time(text: pl.Expr, pattern: str, timezone: str, told_on: date | None = None) -> pl.Expr:
    """Give the local time that a text says in a strptime pattern; null where it says none.

    Of two digits for a year the century is the last in which the day had come when it was `told_on`.

    A pattern whose numbers run on, such as %Y%m%d, reads all their digits or nothing: 2026112 may be two days. A year
    of fewer than four digits is none: 26-11-02 is not in the format %Y-%m-%d.
    """
    time = _parsed(text, pattern, timezone)
    if told_on is not None and SHORT_YEAR.search(pattern):
        time = pl.when(time.dt.date() > told_on).then(time.dt.offset_by("-100y")).otherwise(time)
    return pl.when(time.dt.year() >= FIRST_YEAR).then(time)


def _parsed(text: pl.Expr, pattern: str, timezone: str) -> pl.Expr:
    if pattern == SECONDS:
        return _local(_since_1970(text), timezone)
    if RUN_ON.search(pattern):
        text = pl.when(text.str.contains(f"^{digits(pattern, padded=False)}$")).then(text)
    if ZONED.search(pattern):
        with_offset = text.str.replace(r"[Zz]$", "+0000")
        return _local(with_offset.str.to_datetime(pattern, time_unit="us", strict=False), timezone)
    if OF_THE_DAY.search(pattern):
        return text.str.to_datetime(pattern, time_unit="us", strict=False)
    return text.str.to_date(pattern, strict=False).cast(pl.Datetime("us"))


def count_days(text: pl.Expr, day_zero: date) -> pl.Expr:
    """Give the time that a number says which counts days, as workbooks do; null for what can be no such number."""
    days = pl.when(text.str.contains(DAYS)).then(text).cast(pl.Float64)
    since = pl.duration(seconds=(days * 86_400).round())
    return pl.when(days.is_between(*DAYS_BETWEEN)).then(pl.lit(day_zero).cast(pl.Datetime("us")) + since)


def digits(pattern: str, *, padded: bool) -> str:
    """Give the regular expression of a time written in a strptime pattern of numbers.

    Unless it is `padded`, a number may lack its leading zeros where something stands between it and the next.
    """
    parts = re.split(r"(%[A-Za-z])", pattern)
    written = []
    for before, part, after in zip(["%", *parts], parts, [*parts[1:], "%"], strict=False):
        width = WIDTHS.get(part)
        alone = bool(before) and bool(after) and not padded
        written.append(re.escape(part) if width is None else rf"\d{{{1 if alone else width},{width}}}")
    return "".join(written)


def _since_1970(text: pl.Expr) -> pl.Expr:
    number = pl.when(text.str.contains(r"^[0-9]{9,10}$|^[0-9]{12,13}$")).then(text).cast(pl.Int64)
    seconds = text.str.len_chars() <= 10
    return pl.from_epoch(pl.when(seconds).then(number * 1_000).otherwise(number), time_unit="ms").cast(
        pl.Datetime("us", "UTC")
    )


def _local(zoned: pl.Expr, timezone: str) -> pl.Expr:
    return zoned.dt.convert_time_zone(timezone).dt.replace_time_zone(None)
