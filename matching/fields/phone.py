"""Telephone numbers: mobile, fixed with and without area code, Xiaolingtong (PHS), others by their digits.

A mobile number may hide some of its digits (138****1234).

Of wrong numbers most have one wrong digit, some two swapped ones (Verhoeff); a number without its area code may be
the same line.
"""

from enum import StrEnum
from typing import Final

import numpy as np
import polars as pl

from matching.fields import masked_phone
from matching.fields.base import VALUE, Field, Level
from matching.fields.characters import is_one_slip
from matching.fields.glancing import UNSETTLED, Glance, Levels, Places
from matching.fields.latin import Mask, equal, first_level, named
from matching.fields.phone_spelling import BARE, MOBILE, in_digits, shown_or_alone
from matching.fields.sparing import unless, where_told
from matching.fields.writing import plain
from matching.tables import listed
from matching.words import Kind


class Line(StrEnum):
    """What a number reaches."""

    MOBILE = "mobile"
    MASKED = "masked"  # a mobile number that hides some of its digits
    FIXED = "fixed"  # with area code; Xiaolingtong numbers look the same
    LOCAL = "local"  # fixed, without area code
    OTHER = "other"  # another country's, a service number


class Agreement(StrEnum):
    """The names of the levels."""

    SAME = "same"
    SAME_LOCAL = "same_local"
    SHOWN_AGREES = "shown_agrees"
    LAST_AGREE = "last_agree"
    NEAR = "near"
    HIDDEN = "hidden"
    OTHER_KIND = "other_kind"
    DIFFERENT = "different"


ENDS_AT_MOST: Final = 12.0
FEW_AT_MOST: Final = 8.0
"""What a masked number that agrees says at most: of seven digits shown three are one of some forty beginnings, and four
or five digits a stranger has in common in one case of some thousands."""

LEVELS: Final = (
    Level(Agreement.SAME, "the same number", "号码相同", 0.70, 0.00002),
    Level(Agreement.SAME_LOCAL, "the same number, one without area code", "号码相同（一方无区号）", 0.02, 0.00001),
    Level(Agreement.SHOWN_AGREES, "all shown digits agree", "号码可见部分一致", 0.02, 0.0000001, at_most=ENDS_AT_MOST),
    Level(
        Agreement.LAST_AGREE, "the few shown digits agree", "号码可见的几位一致", 0.01, 0.000002, at_most=FEW_AT_MOST
    ),
    Level(Agreement.NEAR, "one digit wrong, missing or swapped", "号码差一位", 0.03, 0.00005),
    Level(Agreement.HIDDEN, "too little is shown to compare", "可见位数太少，无法比较", 0.001, 0.001),
    Level(Agreement.OTHER_KIND, "a mobile and a fixed line", "一为手机一为固话", 0.10, 0.15),
    Level(Agreement.DIFFERENT, "another number", "号码不同", 0.15, 0.85),
)

MASKED_OR_MOBILE: Final = rf"{MOBILE}|{masked_phone.FULL}"

CARRIED: Final = (Line.MOBILE, Line.MASKED)
FIXED_LINES: Final = (Line.FIXED, Line.LOCAL)

REPEATED: Final = "|".join(f"{digit}{{7}}" for digit in range(10))
"""Seven equal digits in a row at the end are nobody's number."""

SEQUENCES: Final = "0123456|1234567|2345678|3456789|4567890|9876543|8765432|7654321|6543210"
"""Seven digits in counting order are nobody's number."""


NATIONAL: Final = r"^(?:0+|8)(\d{10})$|^0+"
"""What is dialled before an area's code inside a country."""

DIGITS: Final = 15
"""Digits that a number has at most."""

SHORTEST_END: Final = 7
"""Digits at the end of a foreign number that are still the whole number, without country or area."""


def _area_pattern() -> str:
    return "|".join(sorted(set(listed("area_codes", "area_code"))))


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give telephone numbers in one spelling.

    Columns: `value`; `line` (Line); `local` (a fixed line's number without area code); `digits` to compare (those of
    `local`, or all).

    A mobile number is its eleven digits, a fixed one `0571-87654321`, without area code its digits; numbers of other
    countries are their digits. Placeholders (repeated, counted, listed ones) and texts of fewer than seven digits are
    null.
    """
    frame = named(raw).to_frame().select(written=unless(BARE, plain(pl.col(VALUE)), shown_or_alone))
    frame = frame.with_columns(digits=unless(MASKED_OR_MOBILE, pl.col("written"), in_digits))
    split = rf"^0?({'|'.join(code[1:] for code in _area_pattern().split('|'))})([2-9]\d{{6,7}})$"
    no_mobile = pl.when(~pl.col("digits").str.contains(MOBILE)).then("digits")
    area, local = no_mobile.str.extract(split, 1), no_mobile.str.extract(split, 2)
    has_area = pl.col("digits").str.starts_with("0") | pl.col("written").str.contains(r"^\+?(?:00)?86")
    digits = pl.col("digits")
    frame = frame.with_columns(
        line=pl.when(digits.str.contains(MOBILE))
        .then(pl.lit(Line.MOBILE))
        .when(digits.str.contains("*", literal=True))
        .then(pl.lit(Line.MASKED))
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
    ).with_columns(digits=pl.coalesce("local", "digits"))
    invented = digits.str.contains(f"(?:{REPEATED}|{SEQUENCES})$|^(?:{SEQUENCES})")
    hides = pl.when(line == Line.MASKED).then(digits)
    tells = (where_told(hides, masked_phone.in_sight).str.len_bytes() >= masked_phone.FEW_SHOWN).fill_null(True)
    is_number = line.is_not_null() & tells & ~invented & ~digits.is_in(listed("no_numbers", "number"))
    return frame.select(
        pl.when(is_number).then(pl.col(name)).alias(name) for name in (VALUE, "line", "local", "digits")
    )


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of cleaned numbers, as positions in `LEVELS`."""
    order = list(Agreement)
    lines = left["line"], right["line"]
    hides = _mask((lines[0] == Line.MASKED) | (lines[1] == Line.MASKED))
    carried = _mask(lines[0].is_in(CARRIED)) & _mask(lines[1].is_in(CARRIED))
    many, agree = masked_phone.shown(left[VALUE], right[VALUE], hides & carried)
    one_mobile = lines[0].is_in(CARRIED) != lines[1].is_in(CARRIED)
    fixed = lines[0].is_in(FIXED_LINES) | lines[1].is_in(FIXED_LINES)
    without_area = (lines[0] == Line.LOCAL) | (lines[1] == Line.LOCAL)
    other_area = lines[0].is_in(FIXED_LINES) & lines[1].is_in(FIXED_LINES) & ~without_area
    other_area &= left[VALUE].str.head(4) != right[VALUE].str.head(4)
    rules: list[tuple[Agreement, Mask]] = [
        (Agreement.SAME_LOCAL, equal(left, right, "local") & _mask(without_area)),
        (Agreement.SAME_LOCAL, _one_is_the_others_end(left, right)),
        (Agreement.OTHER_KIND, _mask(one_mobile & fixed)),
        (Agreement.SHOWN_AGREES, agree & (many >= masked_phone.MANY_SHOWN)),
        (Agreement.LAST_AGREE, agree & (many >= masked_phone.FEW_SHOWN)),
        (Agreement.HIDDEN, agree),
        (Agreement.NEAR, _one_slip(left, right, ~_mask(other_area) & ~hides)),
    ]
    return first_level(left.height, [(order.index(level), mask) for level, mask in rules], len(LEVELS) - 1)


def _one_is_the_others_end(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where one number is a foreign one and the other is the same with more codes before it.

    What is dialled before an area's code inside a country stands in the place of the country's code.
    """
    rows = pl.DataFrame({"l": left["digits"], "r": right["digits"], "line_l": left["line"], "line_r": right["line"]})
    rows = rows.with_columns(_bare(pl.col("l", "r")))
    foreign = (pl.col("line_l") == Line.OTHER) | (pl.col("line_r") == Line.OTHER)
    end = pl.col("l").str.ends_with(pl.col("r")) | pl.col("r").str.ends_with(pl.col("l"))
    long = pl.min_horizontal(pl.col("l", "r").str.len_chars()) >= SHORTEST_END
    return rows.select(end=(foreign & end & long).fill_null(False))["end"].to_numpy()


def _bare(digits: pl.Expr) -> pl.Expr:
    """Give numbers without what is dialled before an area's code inside a country: zeros, in Russia an eight."""
    return digits.str.replace(NATIONAL, "$1")


def _mask(flags: pl.Series) -> Mask:
    return flags.fill_null(False).to_numpy()


def _one_slip(left: pl.DataFrame, right: pl.DataFrame, wanted: Mask) -> Mask:
    """Tell which wanted pairs have one digit wrong, missing or swapped with its neighbour."""
    found = np.zeros(len(wanted), dtype=bool)
    rows = np.flatnonzero(wanted)
    if len(rows):
        found[rows] = is_one_slip(left["digits"].gather(rows), right["digits"].gather(rows), DIGITS)
    return found


MOBILE_DIGITS: Final = 11
HALF: Final = 5
"""Digits at either end of a mobile number of which one end is as it was, whatever slip there is."""


def glance(values: pl.DataFrame) -> Glance:
    """Settle a mobile number against a fixed line, and two mobile numbers that neither begin nor end alike."""
    order = list(Agreement)
    line = values["line"]
    mobile = (line == Line.MOBILE).fill_null(False).to_numpy()
    fixed = line.is_in(FIXED_LINES).fill_null(False).to_numpy()
    number = values.select(pl.when(pl.Series(mobile)).then("digits").cast(pl.Int64).fill_null(0))["digits"].to_numpy()
    head, tail = number // 10 ** (MOBILE_DIGITS - HALF), number % 10**HALF

    def settle(left: Places, right: Places) -> Levels:
        levels = np.full(left.size, UNSETTLED, dtype=np.int8)
        other_kind = (mobile[left] & fixed[right]) | (fixed[left] & mobile[right])
        levels[other_kind] = order.index(Agreement.OTHER_KIND)
        strange = mobile[left] & mobile[right] & (head[left] != head[right]) & (tail[left] != tail[right])
        levels[strange] = order.index(Agreement.DIFFERENT)
        return levels

    return settle


def itself(frame: pl.DataFrame) -> pl.Series:
    """Give how a number agrees with itself: one that hides digits says no more than it shows."""
    order = list(Agreement)
    hidden = frame.select(hidden=pl.when(pl.col("line") == Line.MASKED).then(VALUE))
    many = hidden.select(many=where_told(pl.col("hidden"), masked_phone.in_sight).str.len_bytes())
    level = (
        pl.when(pl.col("many").is_null())
        .then(order.index(Agreement.SAME))
        .when(pl.col("many") >= masked_phone.MANY_SHOWN)
        .then(order.index(Agreement.SHOWN_AGREES))
        .otherwise(order.index(Agreement.LAST_AGREE))
    )
    return many.select(level=level)["level"]


def is_masked(frame: pl.DataFrame) -> pl.Series:
    """Tell which numbers hide some of their digits."""
    return frame["line"] == Line.MASKED


def last_seven(frame: pl.DataFrame) -> pl.Series:
    """Give a number's last seven digits, whatever stands before them."""
    last = pl.col(VALUE).str.tail(7)
    return frame.select(key=pl.when(~last.str.contains("*", literal=True)).then(last))["key"]


FIELD: Final = Field(
    kind=Kind.PHONE,
    levels=LEVELS,
    clean=clean,
    compare=compare,
    keys={
        "number": lambda frame: frame[VALUE],
        "local_number": lambda frame: frame["local"],
        "last_seven_digits": last_seven,
        "shown_ends": masked_phone.ends,
        "last_four": masked_phone.last_four,
    },
    only_with={"shown_ends": is_masked, "last_four": is_masked},
    itself=itself,
    shared=lambda frame: frame["line"].is_in(FIXED_LINES),
    by_value=True,
    glance=glance,
)
