"""Telephone numbers: mobile, fixed with and without area code, Xiaolingtong (PHS), others by their digits.

Of wrong numbers most have one wrong digit, some two swapped ones (Verhoeff); a number without its area code may be
the same line.
"""

from enum import StrEnum
from typing import Final

import numpy as np
import polars as pl

from matching.fields.base import VALUE, Field, Level
from matching.fields.latin import Mask, equal, first_level, named, slips, texts
from matching.fields.writing import plain
from matching.tables import listed
from matching.words import Kind


class Line(StrEnum):
    """What a number reaches."""

    MOBILE = "mobile"
    FIXED = "fixed"  # with area code; Xiaolingtong numbers look the same
    LOCAL = "local"  # fixed, without area code
    OTHER = "other"  # another country's, a service number


class Agreement(StrEnum):
    """The names of the levels."""

    SAME = "same"
    SAME_LOCAL = "same_local"
    NEAR = "near"
    OTHER_KIND = "other_kind"
    DIFFERENT = "different"


LEVELS: Final = (
    Level(Agreement.SAME, "the same number", "号码相同", 0.70, 0.00002),
    Level(Agreement.SAME_LOCAL, "the same number, one without area code", "号码相同（一方无区号）", 0.02, 0.00001),
    Level(Agreement.NEAR, "one digit wrong, missing or swapped", "号码差一位", 0.03, 0.00005),
    Level(Agreement.OTHER_KIND, "a mobile and a fixed line", "一为手机一为固话", 0.10, 0.15),
    Level(Agreement.DIFFERENT, "another number", "号码不同", 0.15, 0.85),
)

MOBILE: Final = r"^1[3-9]\d{9}$"

REPEATED: Final = "|".join(f"{digit}{{7}}" for digit in range(10))
"""Seven equal digits in a row at the end are nobody's number."""

SEQUENCES: Final = "0123456|1234567|2345678|3456789|4567890|9876543|8765432|7654321|6543210"
"""Seven digits in counting order are nobody's number."""


def _area_pattern() -> str:
    return "|".join(sorted(set(listed("area_codes", "area_code"))))


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give telephone numbers in one spelling: columns `value`, `line` (Line), `local` (a fixed line's number proper).

    A mobile number is its eleven digits, a fixed one `0571-87654321`, without area code its digits; numbers of other
    countries are their digits. Placeholders (repeated, counted, listed ones) and texts of fewer than seven digits are
    null.
    """
    frame = named(raw).to_frame().select(text=plain(pl.col(VALUE)))
    first = (
        pl.col("text")
        .str.replace(r"(?i)(转|分机|ext\.?|x|#)\s*\d+$", "")
        .str.split_exact(r"/", 1)
        .struct.field("field_0")
    )
    several = first.str.replace(r"[,;、；].*$", "")
    digits = several.str.replace_all(r"\D", "").str.replace(r"^(?:00)?86(0?1[3-9]\d{9}|0?[1-9]\d{8,11})$", "$1")
    digits = digits.str.replace(r"^0(1[3-9]\d{9})$", "$1")
    frame = frame.select(digits=digits, written=several)
    split = rf"^0?({'|'.join(code[1:] for code in _area_pattern().split('|'))})([2-9]\d{{6,7}})$"
    area, local = pl.col("digits").str.extract(split, 1), pl.col("digits").str.extract(split, 2)
    has_area = pl.col("digits").str.starts_with("0") | pl.col("written").str.contains(r"^\+?(?:00)?86")
    digits = pl.col("digits")
    frame = frame.with_columns(
        line=pl.when(digits.str.contains(MOBILE))
        .then(pl.lit(Line.MOBILE))
        .when(has_area & local.is_not_null())
        .then(pl.lit(Line.FIXED))
        .when(digits.str.contains(r"^[2-9]\d{6,7}$"))
        .then(pl.lit(Line.LOCAL))
        .when(digits.str.contains(r"^\d{7,15}$"))
        .then(pl.lit(Line.OTHER)),
        area=area,
        local=local,
    )
    line = pl.col("line")
    frame = frame.with_columns(
        value=pl.when(line == Line.FIXED)
        .then(pl.format("0{}-{}", "area", "local"))
        .when(line.is_not_null())
        .then(digits),
        local=pl.when(line == Line.FIXED).then("local").when(line == Line.LOCAL).then("digits"),
    )
    core = pl.coalesce("local", "digits")
    nobodys = (
        core.str.contains(f"(?:{REPEATED})$")
        | digits.is_in(listed("no_numbers", "number"))
        | core.str.contains(f"(?:{SEQUENCES})$|^(?:{SEQUENCES})")
    )
    is_number = line.is_not_null() & ~nobodys
    return frame.select(pl.when(is_number).then(pl.col(name)).alias(name) for name in (VALUE, "line", "local"))


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of cleaned numbers, as positions in `LEVELS`."""
    order = list(Agreement)
    without_area = ((left["line"] == Line.LOCAL) | (right["line"] == Line.LOCAL)).fill_null(False).to_numpy()
    same_kind = _kind(left) == _kind(right)
    one_slip = np.zeros(left.height, dtype=bool)
    rows = np.flatnonzero(same_kind)
    if len(rows):
        one_slip[rows] = slips(texts(left[VALUE].gather(rows)), texts(right[VALUE].gather(rows))) == 1
    rules: list[tuple[Agreement, Mask]] = [
        (Agreement.SAME_LOCAL, equal(left, right, "local") & without_area),
        (Agreement.NEAR, one_slip),
        (Agreement.OTHER_KIND, ~same_kind),
    ]
    return first_level(left.height, [(order.index(level), mask) for level, mask in rules], len(LEVELS) - 1)


def _kind(frame: pl.DataFrame) -> "np.typing.NDArray[np.bool_]":
    """Tell mobile numbers from all others."""
    return (frame["line"] == Line.MOBILE).fill_null(False).to_numpy()


def last_seven(frame: pl.DataFrame) -> pl.Series:
    """Give a number's last seven digits, whatever stands before them."""
    return frame[VALUE].str.tail(7)


FIELD: Final = Field(
    kind=Kind.PHONE,
    levels=LEVELS,
    clean=clean,
    compare=compare,
    keys={
        "number": lambda frame: frame[VALUE],
        "local_number": lambda frame: frame["local"],
        "last_seven_digits": last_seven,
    },
)
