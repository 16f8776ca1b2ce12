"""Digits of whatever script as those of ASCII: ٠٥٠ and ०५० are 050."""

import unicodedata
from functools import cache
from typing import Final

import polars as pl

from matching.fields.sparing import unless

ALREADY: Final = r"^[\P{Nd}0-9]*$"
"""Text whose digits, if it has any, are those of ASCII."""


def in_common_digits(text: pl.Expr) -> pl.Expr:
    """Give text with the digits of other scripts (Arabic, Persian, Devanagari, Thai, Burmese …) as those of ASCII."""
    return unless(ALREADY, text, _replaced)


def _replaced(text: pl.Expr) -> pl.Expr:
    becomes = _digits()
    return text.str.replace_many(list(becomes), list(becomes.values()))


@cache
def _digits() -> dict[str, str]:
    """Give the digits of all scripts but ASCII's with what each counts."""
    others = (chr(code) for code in range(0x80, 0x20000))
    return {one: str(unicodedata.decimal(one)) for one in others if one.isdecimal()}
