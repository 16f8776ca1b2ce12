"""Names in scripts that letters tell only roughly: Thai, Devanagari, kana, Hangul and the like.

Such a name keeps its script, for no two people spell it in letters alike; beside it stands a rough spelling, in which a
name in the one script and in the other may still be seen to be the same. Where they are not, nothing has been learned.
Cyrillic and Greek letters are told by Latin ones dependably (see `latin.folded`).
"""

from functools import cache
from typing import Final

import polars as pl

from matching.fields.base import VALUE
from matching.fields.latin import Mask, romanised
from matching.fields.pinyin import syllables
from matching.fields.writing import HAN
from matching.tables import table

OTHER_LETTER: Final = r"[\p{L}--[\p{Latin}\p{Han}\p{Arabic}]]"
"""A letter of a script that is neither Latin nor Chinese, nor Arabic, of which the spellings are known."""
NEITHER: Final = r"[\p{L}--[\p{Latin}\p{Han}]]"
"""A letter of a script that is neither Latin nor Chinese."""

ROUGH: Final = ("Thai", "Devanagari", "Kana", "Georgian", "Armenian", "Arabic")
"""The scripts of which rough spellings are listed."""


def is_other(text: pl.Series) -> pl.Series:
    """Tell which folded names are in another script than Latin or Chinese."""
    return (text.str.contains(OTHER_LETTER) & ~text.str.contains(HAN)).fill_null(False)


def in_letters(text: pl.Series) -> pl.Series:
    """Give folded names in Latin letters as far as their script is listed."""
    if not text.str.contains(NEITHER).any():
        return text
    letter, latin = _rough()
    spelt = pl.col(VALUE).str.replace_many(letter, latin).str.normalize("NFKD")
    return text.alias(VALUE).to_frame().select(romanised(spelt))[VALUE].str.replace_all(r"\s+", " ").str.strip_chars()


@cache
def _rough() -> tuple[list[str], list[str]]:
    listed = table("letters").filter(pl.col("script").is_in(ROUGH))
    return listed["letter"].to_list(), listed["latin"].fill_null("").to_list()


def unlike(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where one name is in another script than the other, so that letters cannot tell that they differ."""
    mask: Mask = left["in_other_script"].to_numpy() != right["in_other_script"].to_numpy()
    return mask


@cache
def pinyin_name() -> str:
    """Give the pattern of names in letters that are made of Chinese syllables: no other can spell a Chinese name."""
    every = "|".join(sorted(syllables(), key=lambda text: (-len(text), text)))
    return rf"^(?:(?:{every}) ?)+$"
