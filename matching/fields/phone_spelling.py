"""How telephone numbers are written: what is dialled before them, stands behind them or was typed for a digit.

Two numbers in one cell are taken apart; of each only its digits are left.
"""

from typing import Final

import polars as pl

from matching.fields import masked_phone
from matching.fields.base import VALUE
from matching.fields.sparing import where_told
from matching.fields.writing import plain

MOBILE: Final = r"^1[3-9]\d{9}$"
BARE: Final = (
    r"^(?:\+?86-?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}$"
    r"|^\(?0[0-9]{2,3}\)?[- ]?[2-9][0-9]{6,7}$|^\+86-[1-9][0-9]{1,2}-[2-9][0-9]{6,7}$|^[2-9][0-9]{6,7}$"
)
"""Mobile numbers and fixed ones with nothing written behind them or dialled before: most of all, and quickly told."""

OR: Final = r"(?:[/\\,;、|]|或者?|和|及|以及)"
WHOLE: Final = r"(?:\+?(?:00)?86-?)?(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})"
SEVERAL: Final = (
    rf"^(.{{7,}}?)\s*{OR}\s*(\+?\(?\d.*)$",
    rf"^(\D*(?:\d\D*){{7,}}?)\s+({WHOLE}\D*)$",
)
"""Two numbers in one cell, its groups: with a sign or a word between, or a blank before one that is whole."""
ANY: Final = r"[+(]?[0-9](?:[ ()+-]*[0-9]){6,}(?:[^0-9].*)?"
ONE_BEHIND_ANOTHER: Final = (
    rf"^(.*?1[3-9][0-9]{{9}})[^0-9*]+({ANY})$",
    rf"^(.*?0[0-9]{{2,3}}-?[0-9]{{7,8}})[^0-9]+({ANY})$",
    r"^(1[3-9][0-9]{9})(1[3-9][0-9]{9})$",
)
"""The same where the first is whole, whatever stands between: a word, brackets, nothing."""
DIGITS_OF_TWO: Final = 14
MAY_BE_SEVERAL: Final = rf"(?:[0-9０-９][^0-9０-９]*){{{DIGITS_OF_TWO}}}"
"""What a cell of two numbers looks like."""

BEHIND: Final = (
    r"^(.*)\.0+$",  # a number that a spreadsheet took for one
    rf"^(.{{8,}}?)\s*{OR}.*$",  # a second number
    SEVERAL[1],
    *ONE_BEHIND_ANOTHER,
    r"(?i)^(.*?)\s*(?:转|分机|ext\.?|x|#)\s*\d+$",  # an extension, or without a word, behind a whole number
    r"^((?:.*[^0-9])?1[3-9][0-9]{9}|\(?0[0-9]{2,3}\)?[- ]?[0-9]{7,8}|[2-9][0-9]{6,7}) *[-*(,] *(?:分机|转)?"
    r" *[0-9]{1,6}\)?$",
)
"""What is written behind a number; its group is the number."""


IN_TENS: Final = r"^(1)\.(\d{10})0*[Ee]\+?10$"
"""A mobile number that a spreadsheet shows in tens; its groups are the digits."""

LOOK_ALIKES: Final = (
    ("[OoQD]", "0"),
    ("[lI]", "1"),
    ("[Zz]", "2"),
    ("[Ss]", "5"),
    ("[bG]", "6"),
    ("B", "8"),
    ("[gq]", "9"),
)
MISTYPED: Final = r"^[\s\-]*(?:\d[\s\-]*){7,}(?:[OoQlI][\s\-]*){1,2}(?:\d[\s\-]*)*$|^[lIoO](?:[\s\-]*\d){10}$"
"""Letters typed or read for digits, and numbers that hold one or two of them behind seven digits or begin with one."""
MISREAD: Final = r"^[1lI](?:\d*[OoQDlIZzSsbGBgq]){1,2}\d*$"
"""Mobile numbers, as long as they are, in which one or two letters were read for digits anywhere."""

DIGITS_LOST: Final = r"^[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]+$"
"""A number in tens of which digits are lost."""

BY_INTERNET: Final = r"^0?(?:179\d\d|12593|10193|118\d\d)[\s\-]*(0?1[3-9]\d{9}|0\d{10,11})$"
"""What Chinese carriers had dialled before a number for a cheaper call; the group is the number."""

TWICE_DIALLED: Final = r"^0{0,3}86(?:0{0,2}86)?(0?1[3-9][0-9]{9})$"
"""China's code before a mobile number, with zeros of any number before it or twice; the group is the number."""

TRUNK: Final = r"^(\(?(?:\+|00)\s*\d{1,3}\)?\s*)\(0\)"
"""What is dialled inside a country, in brackets behind the country's code; its group is the code."""

INTERNATIONAL: Final = r"^00([1-9]\d{7})"
"""What is dialled before a country's code."""


def second(raw: pl.Series) -> pl.Series:
    """Give what stands behind the first number in cells that hold two, null for others."""
    rows = (raw.str.len_bytes() >= DIGITS_OF_TWO).fill_null(False).arg_true()
    rows = rows.filter(raw.gather(rows).str.contains(MAY_BE_SEVERAL))
    none = pl.Series(raw.name, [None], dtype=pl.String).new_from_index(0, len(raw))
    if rows.is_empty():
        return none
    told = raw.gather(rows).alias(VALUE).to_frame().select(plain(pl.col(VALUE)))
    several = (*SEVERAL, *ONE_BEHIND_ANOTHER)
    found = told.select(pl.coalesce(pl.col(VALUE).str.extract(pattern, 2) for pattern in several))
    return none.scatter(rows, found.to_series())


def shown_or_alone(text: pl.Expr) -> pl.Expr:
    """Give numbers that hide digits in eleven characters, others as `alone` does."""
    hides = text.str.contains(masked_phone.MAY_BE_MASKED)
    return pl.coalesce(where_told(pl.when(hides).then(text), masked_phone.masked), alone(text))


def alone(text: pl.Expr) -> pl.Expr:
    """Give numbers without what is written behind them or dialled before, and in digits where letters were typed."""
    for pattern in BEHIND:
        text = text.str.replace(pattern, "$1")
    typed = text
    for letter, digit in LOOK_ALIKES:
        typed = typed.str.replace_all(letter, digit)
    is_mobile = text.str.contains(MISREAD) & typed.str.contains(MOBILE)
    text = pl.when(text.str.contains(MISTYPED) | is_mobile).then(typed).otherwise(text)
    text = text.str.replace(IN_TENS, "${1}${2}").str.replace(BY_INTERNET, "$1")
    return pl.when(~text.str.contains(DIGITS_LOST)).then(text)


def in_digits(written: pl.Expr) -> pl.Expr:
    """Give the digits of numbers, without the country's code and what is dialled before it.

    What hides some of its digits and is no mobile number has none: those that it shows are no number.
    """
    digits = written.str.replace(TRUNK, "$1").str.replace_all(r"\D", "")
    digits = digits.str.replace(TWICE_DIALLED, "$1").str.replace(r"^(?:00)?86(0?1[3-9]\d{9}|0?[1-9]\d{8,11})$", "$1")
    digits = digits.str.replace(r"^0(1[3-9]\d{9})$", "$1").str.replace(INTERNATIONAL, "$1")
    hides = written.str.contains("**", literal=True) & ~digits.str.contains(MOBILE)
    return pl.when(~hides).then(digits)
