"""Mobile numbers of which a part is hidden: 138****1234, 1381234****, 尾号1234.

Such a number is eleven characters of which some are `*`. It agrees or disagrees with another by the digits that both
show, and is nobody's number to dial.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.arrays import sums
from matching.fields.characters import code_points
from matching.fields.latin import Mask

LENGTH: Final = 11
HIDDEN: Final = "*"
MAY_BE_MASKED: Final = r"[*×✕✖╳xX•●○■□?#_]{2}|^\D*\d{4}\D*$"
"""What a number with hidden digits, or its last four alone, looks like before more is known."""

SIGN: Final = r"[×✕✖╳xX•●○■□?#_]"
"""What is written for a digit that is hidden, besides `*`."""
AROUND: Final = r"^(?:[^\d*]*\+?(?:00)?86[\s\-)]*)?|\s*[（(].*$|[\s\-.]"
"""The country's code, a remark behind, and what stands between digits."""
ENDS: Final = r"^(1[3-9]\d)\*{2,}(\d{4})$"
"""A beginning and the last four, whatever number of asterisks stands between; the groups are what is shown."""
LAST_FOUR: Final = r"^(?:\*{7,}|(?:手机)?(?:号码)?(?:尾号|后四位|末四位)[:是为]?\**)(\d{4})$"
"""No more than the last four, the group."""
FULL: Final = r"^(?:1[3-9*]|\*\*)[0-9*]{9}$"
"""A mobile number in eleven characters, be they hidden."""
BOTH_ENDS: Final = "^1[0-9]{6}$"
"""The first three and the last four digits of a mobile number."""

MANY_SHOWN: Final = 7
FEW_SHOWN: Final = 4
"""Digits that two numbers must both show to agree in many or in few of them; a number that shows fewer is nobody's."""


def masked(text: pl.Expr) -> pl.Expr:
    """Give mobile numbers that hide digits in eleven characters, `*` for each hidden one; null for all other texts."""
    bare = text.str.replace_all(AROUND, "").str.replace_all(SIGN, HIDDEN)
    ends = pl.format("{}****{}", bare.str.extract(ENDS, 1), bare.str.extract(ENDS, 2))
    last = pl.format("*******{}", bare.str.extract(LAST_FOUR, 1))
    hides = bare.str.contains(FULL) & bare.str.contains("**", literal=True)
    return pl.coalesce(ends, last, pl.when(hides).then(bare))


def in_sight(number: pl.Expr) -> pl.Expr:
    """Give the digits that numbers show."""
    return number.str.replace_all(HIDDEN, "", literal=True)


def shown(left: pl.Series, right: pl.Series, wanted: Mask) -> tuple[npt.NDArray[np.int64], Mask]:
    """Give for the wanted pairs how many digits both show, and whether all of these agree; 0 and no for others."""
    many, agree = np.zeros(wanted.size, dtype=np.int64), np.zeros(wanted.size, dtype=bool)
    rows = np.flatnonzero(wanted)
    if rows.size:
        one, other = (code_points(side.gather(rows), LENGTH) for side in (left, right))
        both = (one != ord(HIDDEN)) & (other != ord(HIDDEN))
        many[rows] = sums(both)
        agree[rows] = sums(both & (one != other)) == 0
    return many, agree


def ends(frame: pl.DataFrame) -> pl.Series:
    """Give the first three and the last four digits of mobile numbers, where they are shown."""
    value = pl.col("value")
    both = value.str.head(3) + value.str.tail(4)
    long = value.str.len_chars() == LENGTH
    return frame.select(key=pl.when(long & both.str.contains(BOTH_ENDS)).then(both))["key"]


def last_four(frame: pl.DataFrame) -> pl.Series:
    """Give the last four digits of mobile numbers, where they are shown."""
    last = pl.col("value").str.tail(4)
    long = pl.col("value").str.contains(FULL)
    return frame.select(key=pl.when(long & ~last.str.contains(HIDDEN, literal=True)).then(last))["key"]
