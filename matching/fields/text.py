"""Free text or a number of no special kind: compared as words and as letters."""

import polars as pl

from matching.fields.base import VALUE, Field, Level
from matching.fields.closeness import closeness, within
from matching.fields.latin import equal, first_level, folded, named, one_letter_left_out
from matching.words import Kind

LEVELS = (
    Level("same", "the same text", "内容相同", 0.8, 0.01),
    Level("variant", "the same words in another order or spacing", "词语相同，次序或空格不同", 0.03, 0.001),
    Level("slip", "a letter or two apart", "差一两个字", 0.06, 0.005),
    Level("part", "one contains the words of the other", "一方包含另一方", 0.02, 0.005),
    Level("similar", "texts that look alike", "内容相近", 0.03, 0.02),
    Level("different", "different texts", "内容不同", 0.06, 0.96),
)
SAME, VARIANT, SLIP, PART, SIMILAR, DIFFERENT = range(len(LEVELS))


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give the folded text, its words in alphabetical order, and the same without blanks."""
    return (
        folded(named(raw))
        .to_frame()
        .with_columns(
            words=pl.col(VALUE).str.split(" ").list.sort().list.join(" "), joined=pl.col(VALUE).str.replace_all(" ", "")
        )
    )


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of unequal texts."""
    close = closeness(left["joined"], right["joined"])
    return first_level(
        left.height,
        (
            (VARIANT, equal(left, right, "joined") | equal(left, right, "words")),
            (SLIP, ((close.apart == 1) & (close.longer >= 2)) | close.is_slip(3)),
            (PART, within(left["words"], right["words"]) & (close.shorter >= 3)),
            (SIMILAR, close.looks_alike(0.88)),
        ),
        DIFFERENT,
    )


FIELD = Field(
    kind=Kind.TEXT,
    levels=LEVELS,
    clean=clean,
    compare=compare,
    keys={
        "words": lambda cleaned: cleaned["words"],
        "slip": lambda cleaned: one_letter_left_out(cleaned["joined"], 14),
    },
)
