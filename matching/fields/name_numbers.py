"""A telephone in a name's cell is the record's and no part of the name: 张三13812345678, 李四（0571-87654321）."""

from typing import Final

import polars as pl

from matching.fields.sparing import unless
from matching.fields.writing import plain

NUMBER: Final = (
    r"(?:[（(]?\+?(?:00)?86[）)]?[-—\s]?|12593|179\d\d|0)?"
    r"(?:1[3-9]\d(?:[-—\s]?\d{4}){2}|1[3-9]\d\*{4}\d{4}|0\d{2,3}[-—\s]?[2-9]\d{6,7}|[（(]0\d{2,3}[）)][2-9]\d{6,7})"
)
"""A mobile number, whole or masked, or a line with its area code, behind what is dialled before it."""
AROUND: Final = r"[\s/、,;:|_()（）-]*"
"""What stands between a name and a number."""
WORDS_BEFORE: Final = "(?:联系|家庭)?(?:手机|电话|座机|号码|固话)号?码?"
WORDS_BEHIND: Final = (
    r"(?:\.0+)?(?:转|分机|-)?\d{0,5}(?:[(]?(?:本人|微信(?:同号|号)?|同微信|(?:晚上|白天|下班|上班|有事|请|勿)打?)[)]?)?"
)
NUMBERED: Final = rf"{AROUND}(?:{WORDS_BEFORE})?{AROUND}{NUMBER}{WORDS_BEHIND}{AROUND}"
"""A number with the words around it, in plain text."""
HOLDS_NUMBER: Final = r"\d{4}"
"""What every name with a number in it has."""
BOUNDED: Final = rf"(?:^|\D)({NUMBER})(?:\D|$)"
"""The number in a name, the group: no part of a longer one."""


def without_number(text: pl.Expr) -> pl.Expr:
    """Give plain names without a telephone and the words around it."""
    return unless(r"^\D*$", text, lambda told: told.str.replace_all(NUMBERED, " ").str.strip_chars())


def number_in(names: pl.Series) -> pl.Series:
    """Give the telephone that names hold beside the name, null where there is none."""
    rows = names.str.contains(HOLDS_NUMBER).fill_null(False).arg_true()
    told = names.gather(rows).to_frame("told").select(plain(pl.col("told")).str.extract(BOUNDED, 1))["told"]
    return pl.Series(names.name, [None], dtype=pl.String).new_from_index(0, len(names)).scatter(rows, told)


def without_numbers(names: pl.Series) -> pl.Series:
    """Give names as they are written, without a telephone beside them and the words around it."""
    rows = number_in(names).is_not_null().arg_true()
    if rows.is_empty():
        return names
    told = names.gather(rows).to_frame("told").select(without_number(plain(pl.col("told"))))["told"]
    return names.clone().scatter(rows, told)
