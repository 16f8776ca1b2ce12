"""A street or a further address line in a column of its own: abbreviations, order of words, slips of the pen."""

import polars as pl

from matching.fields.base import VALUE, Field, Level
from matching.fields.latin import (
    equal,
    first_level,
    folded,
    likeness,
    named,
    one_letter_left_out,
    slips,
    sound,
    texts,
)
from matching.fields.street_words import abbreviated, street_name
from matching.words import Kind

LEVELS = (
    Level("same", "the same street", "街道相同", 0.75, 0.001),
    Level(
        "variant",
        "the same street name, its type or direction differs or is missing",
        "街名相同，街道类型或方位不同",
        0.04,
        0.001,
    ),
    Level("slip", "street names one or two letters apart", "街名差一两个字母", 0.1, 0.0005),
    Level("part", "one contains the other", "一方包含另一方", 0.02, 0.002),
    Level("similar", "street names that look alike", "街名相近", 0.05, 0.01),
    Level("different", "different streets", "街道不同", 0.04, 0.985),
)
SAME, VARIANT, SLIP, PART, SIMILAR, DIFFERENT = range(len(LEVELS))


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give the street in short forms, its name without type and direction, and its words in alphabetical order."""
    return (
        folded(named(raw))
        .to_frame()
        .with_columns(abbreviated(pl.col(VALUE)).alias(VALUE), written=pl.col(VALUE).str.replace_all(" ", ""))
        .with_columns(name=street_name(pl.col(VALUE)))
        .with_columns(
            words=pl.col("name").str.split(" ").list.sort().list.join(" "),
            joined=pl.col("name").str.replace_all(" ", ""),
        )
    )


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of unequal streets."""
    name_l, name_r = texts(left["joined"]), texts(right["joined"])
    apart, alike = slips(name_l, name_r), likeness(name_l, name_r)
    pairs = pl.DataFrame({"l": left["joined"], "r": right["joined"], "lw": left["words"], "rw": right["words"]})
    lengths = pairs.select(
        shorter=pl.min_horizontal(pl.col("l", "r").str.len_chars()).fill_null(0),
        longer=pl.max_horizontal(pl.col("l", "r").str.len_chars()).fill_null(0),
    )
    shorter, longer = lengths["shorter"].to_numpy(), lengths["longer"].to_numpy()
    whole = slips(texts(left["written"]), texts(right["written"]))
    words_l, words_r = pairs["lw"].str.split(" "), pairs["rw"].str.split(" ")
    shared = words_l.list.set_intersection(words_r).list.len()
    fewest = pairs.select(f=pl.min_horizontal(words_l.list.len(), words_r.list.len()))["f"]
    within = ((shared == fewest) & (fewest > 0)).fill_null(False).to_numpy() & (shorter >= 4)
    return first_level(
        left.height,
        (
            (VARIANT, equal(left, right, "joined") | equal(left, right, "words") | equal(left, right, "written")),
            (SLIP, ((apart == 1) | (whole == 1)) & (shorter >= 4)),
            (SLIP, ((apart == 2) | (whole == 2)) & (longer >= 8)),
            (SLIP, ((apart == 3) | (whole == 3)) & (longer >= 12)),
            (PART, within),
            (SIMILAR, (alike >= 0.85) & (shorter >= 4)),
            (SIMILAR, (apart.astype(float) <= 0.35 * longer) & (shorter >= 5)),
        ),
        DIFFERENT,
    )


FIELD = Field(
    kind=Kind.STREET,
    levels=LEVELS,
    clean=clean,
    compare=compare,
    keys={
        "words": lambda cleaned: cleaned["words"],
        "sound": lambda cleaned: cleaned.select(sound(pl.col("name")).str.slice(0, 5))["name"],
        "slip": lambda cleaned: one_letter_left_out(cleaned["joined"], 14),
    },
)
