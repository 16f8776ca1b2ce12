"""A house number in a column of its own: the number, and the letter, range or flat beside it."""

import polars as pl

from matching.fields.base import VALUE, Field, Level
from matching.fields.latin import equal, first_level, folded, named, slips, texts
from matching.words import Kind

LEVELS = (
    Level("same", "the same house number", "门牌号相同", 0.8, 0.02),
    Level("same_number", "the same number, another letter or flat", "门牌号数字相同，附号不同", 0.05, 0.01),
    Level("slip", "one digit apart", "门牌号差一位", 0.07, 0.12),
    Level("different", "different house numbers", "门牌号不同", 0.08, 0.85),
)
SAME, SAME_NUMBER, SLIP, DIFFERENT = range(len(LEVELS))


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give the folded number without leading zeros, its first number and all its numbers."""
    text = folded(named(raw)).str.replace(r"^(no|nr|number|num|house|lot|unit|apt|flat)\s+", "")
    text = text.str.replace_all(r"\b0+(\d)", "$1").str.replace_all(r"(\d) (\p{L})\b", "$1$2")
    return text.to_frame().with_columns(
        number=pl.col(VALUE).str.extract(r"(\d+)"), numbers=pl.col(VALUE).str.extract_all(r"\d+")
    )


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of unequal house numbers."""
    apart = slips(texts(left[VALUE]), texts(right[VALUE]))
    shared = (left["numbers"].list.set_intersection(right["numbers"]).list.len() > 0).fill_null(False).to_numpy()
    return first_level(
        left.height,
        (
            (SAME_NUMBER, equal(left, right, "number") | shared),
            (SLIP, apart == 1),
        ),
        DIFFERENT,
    )


FIELD = Field(kind=Kind.HOUSE_NUMBER, levels=LEVELS, clean=clean, compare=compare)
