"""A street or a further address line in a column of its own: abbreviations, order of words, slips of the pen."""

from dataclasses import replace

import numpy as np
import polars as pl

from matching.fields.base import VALUE, Field, Level
from matching.fields.closeness import closeness, within
from matching.fields.latin import (
    equal,
    first_level,
    folded,
    named,
    one_letter_left_out,
    sound,
    told,
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
        told(folded(named(raw)))
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
    name, whole = closeness(left["joined"], right["joined"]), closeness(left["written"], right["written"])
    nearest = replace(name, apart=np.minimum(name.apart, whole.apart))
    three = (nearest.apart == 3) & (name.longer >= 12)
    return first_level(
        left.height,
        (
            (VARIANT, equal(left, right, "joined") | equal(left, right, "words") | equal(left, right, "written")),
            (SLIP, nearest.is_slip(4) | three),
            (PART, within(left["words"], right["words"]) & (name.shorter >= 4)),
            (SIMILAR, name.looks_alike(0.85)),
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
