"""Free text or a number of no special kind: compared as words and as letters."""

import polars as pl

from matching.fields.base import VALUE, Field, Level
from matching.fields.latin import equal, first_level, folded, likeness, named, one_letter_left_out, slips, texts
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
    one, other = texts(left["joined"]), texts(right["joined"])
    apart, alike = slips(one, other), likeness(one, other)
    pairs = pl.DataFrame({"l": left["joined"], "r": right["joined"], "lw": left["words"], "rw": right["words"]})
    lengths = pairs.select(
        shorter=pl.min_horizontal(pl.col("l", "r").str.len_chars()).fill_null(0),
        longer=pl.max_horizontal(pl.col("l", "r").str.len_chars()).fill_null(0),
    )
    shorter, longer = lengths["shorter"].to_numpy(), lengths["longer"].to_numpy()
    words_l, words_r = pairs["lw"].str.split(" "), pairs["rw"].str.split(" ")
    shared = words_l.list.set_intersection(words_r).list.len()
    fewest = pairs.select(f=pl.min_horizontal(words_l.list.len(), words_r.list.len()))["f"]
    within = ((shared == fewest) & (fewest > 0)).fill_null(False).to_numpy() & (shorter >= 3)
    return first_level(
        left.height,
        (
            (VARIANT, equal(left, right, "joined") | equal(left, right, "words")),
            (SLIP, (apart == 1) & (longer >= 2)),
            (SLIP, (apart == 2) & (longer >= 8)),
            (PART, within),
            (SIMILAR, (alike >= 0.88) & (shorter >= 4)),
            (SIMILAR, (apart.astype(float) <= 0.35 * longer) & (shorter >= 5)),
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
