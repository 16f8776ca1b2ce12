"""A given name in a column of its own: short forms, initials, several names, slips of the pen."""

from typing import Final

import numpy as np
import polars as pl

from matching.fields.arabic import spelt_alike
from matching.fields.base import VALUE, Field, Level
from matching.fields.closeness import closeness, within
from matching.fields.latin import (
    Mask,
    as_written,
    differ,
    equal,
    first_level,
    named,
    one_letter_left_out,
    related,
    sound,
    told,
)
from matching.fields.latin_name import THAI_TITLES
from matching.fields.nicknames import full_forms, related_names
from matching.fields.pinyin import spoken
from matching.fields.scripts import in_letters, is_other, unlike
from matching.fields.titles import regnal
from matching.words import Kind

LEVELS = (
    Level("same", "the same given name", "名字相同", 0.75, 0.005),
    Level("variant", "two forms of one given name", "同一名字的不同写法或昵称", 0.04, 0.002, key="sound"),
    Level("slip", "one letter apart", "名字差一个字母", 0.08, 0.002, key="sound"),
    Level("part", "an initial, or one of several given names", "只有首字母，或多个名字中的一个", 0.04, 0.01),
    Level("similar", "given names that look or sound alike", "名字相近", 0.05, 0.02, key="sound"),
    Level("exchanged", "given and family name exchanged", "名与姓互换", 0.01, 0.0001),
    Level("other_script", "given names in two scripts", "名字文字不同，无从比较", 0.02, 0.02),
    Level("different", "different given names", "名字不同", 0.03, 0.941),
    Level("generation", "one is the first, the other the second of the name", "同名不同代", 0.0001, 0.0003, veto=True),
)
SAME, VARIANT, SLIP, PART, SIMILAR, EXCHANGED, OTHER_SCRIPT, DIFFERENT, GENERATION = range(len(LEVELS))

NEWBORN: Final = (
    r"^(?:(?:baby|infant|newborn|twin) ?(?:boy|girl|male|female)|newborn|infant|bb|bg|boy|girl)( [a-d1-4])?$"
)
"""What a hospital writes for a child that has no name yet, one of several with its letter or number."""


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give the folded name, its first word, the same without blanks, the generation it names, and how it sounds.

    `reading` is the name in letters, a Chinese one in pinyin. All but the name itself are in Latin letters.
    """
    words = told(as_written(named(raw).str.replace(*THAI_TITLES)))
    words = words.to_frame().select(pl.when(~pl.col(VALUE).str.contains(NEWBORN)).then(VALUE))[VALUE]
    letters = in_letters(words)
    return (
        words.to_frame()
        .with_columns(
            spoken(letters).alias("reading"),
            is_other(words).alias("in_other_script"),
            letters=letters,
        )
        .with_columns(
            first=pl.col("letters").str.split(" ").list.first(),
            joined=pl.col("letters").str.replace_all(" ", ""),
            generation=regnal(pl.col("letters")),
            sound=sound(pl.col("letters")),
        )
    )


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of unequal given names."""
    close = closeness(left["joined"], right["joined"])
    first_letter = left["joined"].str.slice(0, 1) == right["joined"].str.slice(0, 1)
    initial = (
        (close.shorter == 1)
        & left["joined"].str.contains("^[a-z]").fill_null(False).to_numpy()
        & first_letter.fill_null(False).to_numpy()
    )
    same_sound = equal(left, right, "sound")
    variant = (
        equal(left, right, "reading")
        | spelt_alike(left[VALUE], right[VALUE])
        | related(left["letters"], right["letters"], related_names())
        | (same_sound & (close.alike >= 0.9) & (close.apart > 1))
    )
    return first_level(
        left.height,
        (
            (GENERATION, differ(left, right, "generation") & equal(left, right, "first")),
            (VARIANT, variant),
            (PART, initial | begun_by(left["letters"], right["letters"])),
            (PART, word_for_word(left["letters"], right["letters"])),
            (SLIP, close.is_slip(3)),
            (PART, within(left["letters"], right["letters"])),
            (VARIANT, related(left["first"], right["first"], related_names())),
            (PART, equal(left, right, "first")),
            (SIMILAR, (close.apart == 2) & (close.shorter >= 4)),
            (SIMILAR, (close.alike >= 0.82) | (same_sound & (close.alike >= 0.7))),
            (OTHER_SCRIPT, unlike(left, right)),
        ),
        DIFFERENT,
    )


def begun_by(left: pl.Series, right: pl.Series) -> Mask:
    """Tell where one name is initials alone, in order those of the other as far as both go: `J. P.` and `Jan`.

    The first must agree: who goes by his second name is not told by a letter.
    """
    letters = pl.col("l", "r").str.replace_all(r"(\S)\S*", "$1").str.replace_all(" ", "")
    only = pl.col("l", "r").str.contains(r"^\p{L}(?: \p{L})*$")
    rows = pl.DataFrame({"l": left, "r": right})
    first = rows.select(letters)
    alone = rows.select(only)
    begins = first.select(pl.col("l").str.starts_with(pl.col("r")) | pl.col("r").str.starts_with(pl.col("l")))
    told = alone.select(pl.any_horizontal("l", "r")).to_series() & begins.to_series()
    return told.fill_null(False).to_numpy()


def word_for_word(left: pl.Series, right: pl.Series) -> Mask:
    """Tell where two names have as many words, each the other's or its initial, and a word in full: `M. Teresa`."""
    rows = pl.DataFrame({"l": left, "r": right}).with_row_index("row")
    has_both = pl.col("l", "r").str.contains(r"\b\p{L}\b") & pl.col("l", "r").str.contains(r"\p{L}{2}.* | .*\p{L}{2}")
    wanted = rows.filter(pl.any_horizontal(has_both)).with_columns(pl.col("l", "r").str.split(" "))
    wanted = wanted.filter(pl.col("l").list.len() == pl.col("r").list.len())
    wanted = wanted.explode("l", "r", empty_as_null=True)
    same, initial = pl.col("l") == pl.col("r"), pl.min_horizontal(pl.col("l", "r").str.len_chars()) == 1
    begins = initial & (pl.col("l").str.head(1) == pl.col("r").str.head(1))
    agree = wanted.group_by("row").agg(all=(same | begins).all(), full=(same & ~initial).any())
    found = np.zeros(rows.height, dtype=bool)
    found[agree.filter("all", "full")["row"].to_numpy()] = True
    return found


def itself(cleaned: pl.DataFrame) -> pl.Series:
    """Give how a name agrees with itself: initials are no name."""
    initial = pl.col("letters").str.contains(r"^[a-z](?: [a-z])*$")
    return cleaned.select(level=pl.when(initial).then(PART).otherwise(SAME))["level"]


FIELD = Field(
    kind=Kind.GIVEN_NAME,
    levels=LEVELS,
    clean=clean,
    compare=compare,
    keys={
        "sound": lambda cleaned: cleaned["sound"].str.slice(0, 4),
        "nickname": lambda cleaned: full_forms(cleaned["first"]),
        "slip": lambda cleaned: one_letter_left_out(cleaned["joined"]),
    },
    itself=itself,
)
