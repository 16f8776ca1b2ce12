"""A category: one of few values such as a state, an occupation or a product line."""

import polars as pl

from matching.fields.base import VALUE, Field, Level
from matching.fields.closeness import closeness
from matching.fields.latin import equal, first_level, folded, named
from matching.fields.meaning import MEANT, not_known
from matching.fields.place import encoded
from matching.words import Kind

LEVELS = (
    Level("same", "the same category", "类别相同", 0.9, 0.2),
    Level("variant", "the category written another way", "同一类别的不同写法", 0.02, 0.01),
    Level("part", "categories that share a word", "类别部分相同", 0.02, 0.03),
    Level("similar", "categories that look alike", "类别相近", 0.03, 0.02),
    Level("different", "different categories", "类别不同", 0.03, 0.74),
)
SAME, VARIANT, PART, SIMILAR, DIFFERENT = range(len(LEVELS))


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give the folded value, states as codes, and its words."""
    words = pl.col(VALUE).str.extract_all(r"[\p{L}\p{N}]{3,}").alias("words")
    return encoded(folded(named(raw))).to_frame().with_columns(not_known(), words)


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of unequal categories."""
    close = closeness(left[VALUE], right[VALUE])
    part = (left["words"].list.set_intersection(right["words"]).list.len() > 0).fill_null(False).to_numpy()
    return first_level(
        left.height,
        (
            (VARIANT, equal(left, right, MEANT)),
            (PART, part),
            (SIMILAR, ((close.apart == 1) & (close.longer >= 3)) | ((close.alike >= 0.88) & (close.longer >= 5))),
        ),
        DIFFERENT,
    )


FIELD = Field(
    kind=Kind.CATEGORY,
    levels=LEVELS,
    clean=clean,
    compare=compare,
)
