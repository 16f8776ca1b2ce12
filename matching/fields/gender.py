"""Gender: code words of several languages become `male`, `female` or `other`; everything else says nothing."""

from typing import Final

import polars as pl

from matching.fields.base import Field, Level
from matching.fields.latin import first_level, folded, named
from matching.words import Kind

LEVELS = (
    Level("same", "the same gender", "性别相同", 0.985, 0.5),
    Level("different", "different genders", "性别不同", 0.015, 0.5),
)
SAME, DIFFERENT = range(len(LEVELS))

WORDS: Final = {
    word: gender
    for gender, words in {
        "male": "m male man boy masculine maschio mann maennlich mannlich hombre masculino homme masculin varon "
        "男 男性 男士 先生 男生 1",
        "female": "f female woman girl feminine femmina frau weiblich w mujer femenino femme feminin "
        "女 女性 女士 小姐 女生 2",
        "other": "x o other d divers diverse nonbinary intersex 其他",
    }.items()
    for word in words.split()
}
"""Codes 1 and 2 as ISO 5218 and GB/T 2261.1 have them."""


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give `male`, `female`, `other` or null."""
    return folded(named(raw)).replace_strict(WORDS, default=None, return_dtype=pl.String).to_frame()


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of unequal genders: there is only one."""
    return first_level(left.height, (), DIFFERENT)


FIELD = Field(kind=Kind.GENDER, levels=LEVELS, clean=clean, compare=compare)
