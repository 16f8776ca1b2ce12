"""A family name in a column of its own: double names, particles, generation suffixes, slips of the pen."""

import polars as pl

from matching.fields.arabic import spelt_alike
from matching.fields.base import VALUE, Field, Level
from matching.fields.closeness import closeness
from matching.fields.latin import (
    as_written,
    differ,
    equal,
    first_level,
    named,
    one_letter_left_out,
    sound,
    told,
)
from matching.fields.pinyin import spoken
from matching.fields.scripts import in_letters, is_other, unlike
from matching.fields.titles import generation, without_titles
from matching.words import Kind

LEVELS = (
    Level("same", "the same family name", "姓氏相同", 0.75, 0.003),
    Level("variant", "the family name written another way", "同一姓氏的不同写法", 0.03, 0.001, key="sound"),
    Level("slip", "one letter apart", "姓氏差一个字母", 0.08, 0.001, key="sound"),
    Level("part", "an initial, or one part of a double family name", "只有首字母，或复姓中的一部分", 0.03, 0.001),
    Level("similar", "family names that look or sound alike", "姓氏相近", 0.05, 0.015, key="sound"),
    Level("exchanged", "given and family name exchanged", "名与姓互换", 0.01, 0.0001),
    Level("other_script", "family names in two scripts", "姓氏文字不同，无从比较", 0.02, 0.02),
    Level("different", "different family names", "姓氏不同", 0.04, 0.959),
    Level("generation", "one is the junior, one the senior", "辈分不同（Jr 与 Sr）", 0.0001, 0.0003, veto=True),
)
SAME, VARIANT, SLIP, PART, SIMILAR, EXCHANGED, OTHER_SCRIPT, DIFFERENT, GENERATION = range(len(LEVELS))

PARTICLES = (
    r"\b(van der|van den|van de|v d|in t|op den|op de|von der|von dem|de la|de las|de los|de le|du|des|della|dello|"
    r"dos|das|da|do|de|del|di|van|von|vom|zu|zum|zur|der|den|dem|ter|ten|te|le|la|el|al|bin|ibn|ben|bint|mac|mc|st|"
    r"saint|san|y|e|o)\b"
)


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give the folded name, the generation it names, its core without particles, its longest part and its sound.

    `reading` is the name in letters, a Chinese one in pinyin. All but the name itself are in Latin letters.
    """
    words = told(as_written(named(raw)))
    letters = in_letters(words)
    return (
        words.to_frame()
        .with_columns(letters.alias("bare"), is_other(words).alias("in_other_script"))
        .with_columns(generation=generation(pl.col("bare")), bare=without_titles(pl.col("bare")))
        .with_columns(spoken(letters, surnames=True).alias("reading"), joined=pl.col("bare").str.replace_all(" ", ""))
        .with_columns(
            core=pl.coalesce(
                pl.col("bare").str.replace_all(PARTICLES, "").str.replace_all(" ", "").replace("", None), "joined"
            ),
            sound=sound(pl.col("joined")),
        )
    )


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of unequal family names."""
    close = closeness(left["joined"], right["joined"])
    pairs = pl.DataFrame({"l": left["bare"], "r": right["bare"], "lj": left["joined"], "rj": right["joined"]})
    whole = pl.col("l", "r").str.replace_all(PARTICLES, "").str.extract_all(r"\S{3,}")
    words = pairs.select(whole)
    part = (words["l"].list.set_intersection(words["r"]).list.len() > 0).fill_null(False).to_numpy()
    inside = (
        pairs.select(
            (pl.min_horizontal(pl.col("lj", "rj").str.len_chars()) >= 5)
            & (
                pl.col("lj").str.starts_with(pl.col("rj"))
                | pl.col("rj").str.starts_with(pl.col("lj"))
                | pl.col("lj").str.ends_with(pl.col("rj"))
                | pl.col("rj").str.ends_with(pl.col("lj"))
            )
        )
        .to_series()
        .fill_null(False)
        .to_numpy()
    )
    same_sound = equal(left, right, "sound")
    begins = left["joined"].str.head(1) == right["joined"].str.head(1)
    initial = (close.shorter == 1) & (close.longer > 1) & begins.fill_null(False).to_numpy()
    return first_level(
        left.height,
        (
            (GENERATION, differ(left, right, "generation") & (equal(left, right, "core") | (close.alike >= 0.9))),
            (VARIANT, spelt_alike(left[VALUE], right[VALUE])),
            (VARIANT, equal(left, right, "joined") | equal(left, right, "core") | equal(left, right, "reading")),
            (VARIANT, same_sound & (close.alike >= 0.9) & (close.apart > 1)),
            (SLIP, close.is_slip(3)),
            (PART, part | inside | initial),
            (SIMILAR, (close.apart == 2) & (close.shorter >= 4)),
            (SIMILAR, (close.alike >= 0.82) | (same_sound & (close.alike >= 0.7))),
            (OTHER_SCRIPT, unlike(left, right)),
        ),
        DIFFERENT,
    )


def itself(cleaned: pl.DataFrame) -> pl.Series:
    """Give how a name agrees with itself: an initial is no name."""
    initial = pl.col("joined").str.contains("^[a-z]$")
    return cleaned.select(level=pl.when(initial).then(SIMILAR).otherwise(SAME))["level"]


FIELD = Field(
    kind=Kind.FAMILY_NAME,
    levels=LEVELS,
    clean=clean,
    compare=compare,
    keys={
        "sound": lambda cleaned: cleaned["sound"].str.slice(0, 4),
        "parts": lambda cleaned: cleaned["bare"].str.extract_all(r"\S{3,}"),
        "slip": lambda cleaned: one_letter_left_out(cleaned["joined"]),
    },
    itself=itself,
)
