"""Chinese personal names: surname and given name, how they sound, and how they are written about.

How two of them agree is told by `chinese_name_likeness`.
"""

from enum import StrEnum
from functools import cache
from typing import Final

import polars as pl

from matching.fields.base import VALUE, Level
from matching.fields.name_remarks import (
    LONG_ENOUGH,
    LOST_DOT,
    REMARKS,
    UNKNOWN,
    WRAPPED,
    around,
    of_a_relative,
    title_pattern,
)
from matching.fields.pinyin import blurred, readings, surname_readings
from matching.fields.sparing import unless, where_told
from matching.fields.transliterated import DOT, SPELLINGS, spellings
from matching.fields.writing import HAN, plain, simple, simplified
from matching.tables import listed, table


class Form(StrEnum):
    """How much of a name is there."""

    FULL = "full"
    SURNAME_ONLY = "surname_only"
    GIVEN_ONLY = "given_only"
    MASKED = "masked"
    FOREIGN = "foreign"  # a minority's or foreigner's name in Chinese characters, its parts joined by ·


class Agreement(StrEnum):
    """The names of the levels."""

    SAME = "same"
    SAME_SOUND = "same_sound"
    SHOWN_AGREES = "shown_agrees"
    NEAR = "near"
    PART = "part"
    SURNAME_ONLY = "surname_only"
    SHARED_CHARACTER = "shared_character"
    SAME_SURNAME = "same_surname"
    SAME_GIVEN = "same_given"
    OTHER_SCRIPT = "other_script"
    GENERATION = "generation"
    DIFFERENT = "different"


LEVELS: Final = (
    Level(Agreement.SAME, "the same name", "姓名相同", 0.80, 0.0002),
    Level(Agreement.SAME_SOUND, "names that sound the same", "姓名同音", 0.05, 0.0003),
    Level(Agreement.SHOWN_AGREES, "the characters that are shown agree", "可见的字一致", 0.01, 0.0005),
    Level(Agreement.NEAR, "one character near in sound or shape", "姓名一字音近或形近", 0.03, 0.0008),
    Level(Agreement.PART, "one name is part of the other", "一方姓名少一字", 0.02, 0.002),
    Level(
        Agreement.SURNAME_ONLY, "the surname agrees and no more is known", "仅知姓氏且一致", 0.05, 0.01, key="surname"
    ),
    Level(
        Agreement.SHARED_CHARACTER, "same surname and one more character", "同姓且同一字", 0.01, 0.012, key="surname"
    ),
    Level(Agreement.SAME_SURNAME, "same surname, another given name", "同姓不同名", 0.01, 0.035, key="surname"),
    Level(Agreement.SAME_GIVEN, "same given name, another surname", "同名不同姓", 0.01, 0.005),
    Level(Agreement.OTHER_SCRIPT, "nothing in the names to compare", "姓名可见部分或文字不同，无从比较", 0.02, 0.02),
    Level(Agreement.GENERATION, "junior and senior: two people of one name", "同名的长辈与晚辈", 0.0005, 0.00002),
    Level(Agreement.DIFFERENT, "another name", "姓名不同", 0.02, 0.92, at_most=-4.0),
)

BARE: Final = r"^[\u{4E00}-\u{9FFF}]+$"
"""Names that hold nothing but common Chinese characters."""
NOTHING_LOST: Final = rf"^[^{UNKNOWN}]*$"
"""Names of which every character is known."""


@cache
def _written() -> str:
    """Give the pattern of names that are bare, and of simplified characters already: most are."""
    return rf"^[{simple()}]+$"


NOT_SAID: Final = "某"
"""Stands in a name for what is not said: 张某, 张某某."""

LONGEST: Final = 8
"""Characters of a name that are compared one by one."""
SHORT: Final = 4
"""Characters that a whole name has at most, two of them a surname: longer ones are foreign."""
ORDER: Final = list(Agreement)


@cache
def _surname_pattern() -> str:
    """Give the pattern of a two-part surname at the beginning, longest first."""
    compound = sorted(listed("surnames", "surname", form="compound"), key=lambda name: (-len(name), name))
    return f"^({'|'.join(compound)})"


@cache
def _familiar_pattern() -> str:
    """Give the pattern of a surname and a title that is none behind a whole name: 张总, 李姐."""
    compound = "|".join(listed("surnames", "surname", form="compound"))
    return f"^({HAN}|{compound})({'|'.join(listed('honorifics', 'title', place='after_surname'))})$"


def _bare(text: pl.Expr) -> pl.Expr:
    """Give names in plain, simplified characters, without remarks."""
    return unless(BARE, simplified(plain(text)), _without_remarks)


def _without_remarks(text: pl.Expr) -> pl.Expr:
    """Give names without what stands in brackets, digits, blanks and marks; `·` joins the parts of foreign names."""
    text = text.str.replace(WRAPPED, "$1")
    for found, written in REMARKS:
        text = text.str.replace_all(found, written)
    text = text.str.replace_all(rf"[^\p{{Han}}·{UNKNOWN}]", "")
    return text.str.strip_chars("·")


def _with_dot(text: pl.Expr) -> pl.Expr:
    """Give names of two parts, whose dot was lost, with it."""
    for found in LOST_DOT:
        text = text.str.replace(found, f"${{1}}{DOT}${{2}}")
    return text


def _without_words_around(text: pl.Expr) -> pl.Expr:
    """Give long names without the words around them; nothing is left of what tells whose relative it is."""
    for found, written in around():
        text = text.str.replace(found, written)
    return pl.when(text.str.contains(of_a_relative())).then(pl.lit("")).otherwise(text)


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give Chinese names with their parts; rows without a Chinese character are null throughout.

    Columns: `value`; `surname` and `given` (null where unknown; the last and the first part of a foreign name); `form`
    (Form); `gender` where a title tells it; `pinyin` (syllables, surname first); `reading` and `turned` (its letters,
    surname first and last); `sound` (what is heard when nobody listens closely); and those of `SPELLINGS`.
    """
    frame = raw.cast(pl.String).alias("raw").to_frame()
    titles = table("honorifics").filter(pl.col("gender").is_not_null())
    says_nothing = listed("no_names", "text")
    frame = frame.select(text=unless(_written(), pl.col("raw"), _bare).str.replace_all(NOT_SAID, UNKNOWN, literal=True))
    long = pl.when(pl.col("text").str.len_chars() >= LONG_ENOUGH).then("text")
    frame = frame.with_columns(text=pl.coalesce(where_told(long, _without_words_around), "text"))
    frame = frame.with_columns(
        title=pl.coalesce(
            pl.col("text").str.extract(title_pattern()), pl.col("text").str.extract(_familiar_pattern(), 2)
        ),
        text=pl.col("text")
        .str.replace(title_pattern(), "")
        .str.replace(_familiar_pattern(), "$1")
        .str.strip_chars("·"),
    )
    familiar = f"^(?:{'|'.join(listed('honorifics', 'title', place='before'))})"
    addressed = pl.col("text").str.contains(rf"{familiar}{HAN}$") & pl.col("title").is_null()
    frame = frame.with_columns(pl.when(addressed).then(pl.col("text").str.slice(1)).otherwise("text").alias("text"))
    frame = frame.with_columns(text=unless(NOTHING_LOST, pl.col("text"), _with_dot))
    text = pl.col("text")
    is_name = text.str.contains(HAN) & ~text.is_in(says_nothing)
    frame = frame.with_columns(pl.when(is_name).then(text).alias(VALUE))
    return _parts(
        frame.with_columns(
            gender=pl.col("title").replace_strict(
                titles["title"].to_list(), titles["gender"].to_list(), default=None, return_dtype=pl.String
            )
        )
    ).select(VALUE, "surname", "given", "form", "gender", "pinyin", "reading", "turned", "sound", *SPELLINGS)


def _parts(frame: pl.DataFrame) -> pl.DataFrame:
    """Give the frame with the parts of `value` and how they sound."""
    value = pl.col(VALUE)
    length = value.str.len_chars()
    compound = value.str.extract(_surname_pattern())
    foreign = value.str.contains("·", literal=True) | ((length > 4) & compound.is_null())
    alone = (length == 1) | (compound == value)
    head = pl.coalesce(compound, value.str.head(1))
    hidden = value.str.contains(UNKNOWN, literal=True)
    known_surnames = listed("surnames", "surname", form="single")
    form = (
        pl.when(foreign)
        .then(pl.lit(Form.FOREIGN))
        .when(alone & (compound.is_not_null() | value.is_in(known_surnames)))
        .then(pl.lit(Form.SURNAME_ONLY))
        .when(alone | ((length == 2) & ~hidden & ~head.is_in(known_surnames) & compound.is_null()))
        .then(pl.lit(Form.GIVEN_ONLY))
        .when(hidden)
        .then(pl.lit(Form.MASKED))
        .otherwise(pl.lit(Form.FULL))
    )
    frame = frame.with_columns(pl.when(value.is_not_null()).then(form).alias("form"))
    has_surname = pl.col("form").is_in([Form.FULL, Form.SURNAME_ONLY, Form.MASKED]) & (head != UNKNOWN)
    frame = frame.with_columns(surname=pl.when(has_surname).then(head))
    rest = pl.when(pl.col("form").is_in([Form.FULL, Form.MASKED])).then(value.str.slice(head.str.len_chars()))
    given = pl.when(pl.col("form").is_in([Form.FOREIGN, Form.GIVEN_ONLY])).then(value).otherwise(rest)
    frame = frame.with_columns(given=given)
    told = pl.col("form") != Form.MASKED
    frame = frame.with_columns(
        surname_reading=pl.when(told).then(surname_readings(pl.col("surname"))),
        given_reading=pl.when(told).then(readings(pl.col("given").str.replace_all("[·?]", ""))),
    )
    both = pl.col("surname_reading").fill_null(""), pl.col("given_reading").fill_null("")
    spoken = pl.when(told).then(pl.concat_str(both, separator=" ").str.strip_chars())
    turned = pl.when(told & pl.col("surname").is_not_null()).then(pl.concat_str(both[::-1], separator=""))
    return (
        frame.with_columns(pinyin=spoken, turned=turned.str.replace_all(" ", ""))
        .with_columns(
            reading=pl.col("pinyin").str.replace_all(" ", ""),
            sound=blurred(pl.col("pinyin")).str.replace_all(" ", ""),
            **spellings(_is_transliterated()),
        )
        .with_columns(
            surname=pl.when(_has_parts()).then(value.str.split(DOT).list.last()).otherwise("surname"),
            given=pl.when(_has_parts()).then(value.str.split(DOT).list.first()).otherwise("given"),
        )
    )


def _has_parts() -> pl.Expr:
    return (pl.col("form") == Form.FOREIGN) & pl.col(VALUE).str.contains(DOT, literal=True)


def _is_transliterated() -> pl.Expr:
    """Tell which names are of another tongue, as their length shows."""
    form, surname = pl.col("form"), pl.col("surname").fill_null("")
    long = (form == Form.FULL) & (pl.col(VALUE).str.len_chars() >= SHORT) & (surname.str.len_chars() == 1)
    return (form == Form.FOREIGN) | long
