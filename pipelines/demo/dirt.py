"""What happens to a value between a customer and a channel's file: slips of ear, eye and finger, each with a name.

A change takes a random stream and the rows it befalls (the value in column `value`, with whatever else it needs to
know of the person) and gives what was written instead. `befall` deals changes out by their rates.
"""

from collections.abc import Callable
from functools import cache
from typing import Final

import numpy as np
import polars as pl

from pipelines.demo.drawing import pick
from pipelines.demo.names import given_characters, tables

Change = Callable[[np.random.Generator, pl.DataFrame], pl.Series]
Slips = tuple[tuple[Change, float], ...]

BY_SOUND: Final = 0.7
"""Of the wrong characters in names, the share chosen for their sound; the rest look alike (Liu 2011)."""
ONE_WRONG, TWO_SWAPPED = 0.79, 0.10
"""Of mistyped numbers, the share with one wrong digit and with two neighbours swapped (Verhoeff); the rest lack one."""
PLACEHOLDER_MOBILES: Final = ("13800138000", "13888888888", "13900000000", "12345678901", "11111111111", "00000000000")
NO_ADDRESSES: Final = ("同身份证", "不详", "无", "同上", "-")


def befall(rng: np.random.Generator, rows: pl.DataFrame, value: str, slips: Slips) -> pl.Series:
    """Give the column `value` after at most one of the slips per row; nulls stay null."""
    values, drawn = rows[value], rng.random(rows.height)
    known = values.is_not_null().to_numpy()
    low = 0.0
    for change, rate in slips:
        hit = np.flatnonzero(known & (drawn >= low) & (drawn < low + rate))
        low += rate
        if len(hit):
            values = values.scatter(hit, change(rng, rows[hit].with_columns(value=rows[value].gather(hit))))
    return values.alias(value)


def missing(_rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Leave the field empty."""
    return pl.Series([None] * rows.height, dtype=pl.String)


def _put(rows: pl.DataFrame, at: pl.Series, text: pl.Series | str, width: int = 1) -> pl.Series:
    value = pl.col("value")
    return (
        rows.select("value", at=at, text=text if isinstance(text, pl.Series) else pl.lit(text))
        .select(pl.concat_str(value.str.slice(0, pl.col("at")), "text", value.str.slice(pl.col("at") + width)))
        .to_series()
    )


def _places(rng: np.random.Generator, rows: pl.DataFrame, *, first: int = 0, keep: int = 0) -> pl.Series:
    """Draw a position in each value, not before `first` and not among the last `keep`."""
    length = rows["value"].str.len_chars().cast(pl.Int64).to_numpy()
    return pl.Series(first + rng.integers(0, np.maximum(length - first - keep, 1)))


def mistyped(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Get one digit wrong, swap two neighbours, or lose one."""
    drawn = rng.random(rows.height)
    at = _places(rng, rows, keep=1)
    frame = rows.select("value", at=at)
    old = frame.select(pl.col("value").str.slice(pl.col("at"), 1)).to_series()
    other = (old.cast(pl.Int64, strict=False).fill_null(0) + pl.Series(rng.integers(1, 10, rows.height))) % 10
    pair = frame.select(pl.col("value").str.slice(pl.col("at"), 2).str.reverse()).to_series()
    wrong, swapped, lost = _put(rows, at, other.cast(pl.String)), _put(rows, at, pair, 2), _put(rows, at, "")
    return pl.select(
        pl.when(pl.Series(drawn < ONE_WRONG))
        .then(wrong)
        .when(pl.Series(drawn < ONE_WRONG + TWO_SWAPPED))
        .then(swapped)
        .otherwise(lost)
    ).to_series()


def fifteen_digits(_rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Write the resident id as it was before 1999; people born later never had one."""
    value = pl.col("value")
    old = (value.str.len_chars() == 18) & (value.str.slice(6, 2) == "19")
    short = pl.concat_str(value.str.head(6), value.str.slice(8, 9))
    return rows.select(pl.when(old & (value.str.slice(6, 4) < "1999")).then(short).otherwise(value)).to_series()


def masked(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Hide the middle of an id: four, six or none of its first characters stay, and its last four."""
    value = pl.col("value")
    shown = pl.Series(rng.integers(0, 3, rows.height)).replace_strict({0: 0, 1: 4, 2: 6}, return_dtype=pl.Int64)
    stars = pl.lit("*").repeat_by(14 - shown).list.join("")
    return rows.select(pl.concat_str(value.str.slice(0, shown), stars, value.str.tail(4))).to_series()


def lower_case(_rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Write a final X as x."""
    return rows["value"].str.replace("X$", "x")


def placeholder_mobile(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Enter any number, because the form wants one."""
    return pick(rng, PLACEHOLDER_MOBILES, rows.height)


def respelled_mobile(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Write a mobile number with hyphens, blanks, a country code, a zero before it, or in full width."""
    value, style = pl.col("value"), pl.Series(rng.integers(0, 6, rows.height))
    parts = (value.str.slice(0, 3), value.str.slice(3, 4), value.str.slice(7))
    return rows.select(
        pl.when(style == 0)
        .then(pl.concat_str(*parts, separator="-"))
        .when(style == 1)
        .then(pl.concat_str(*parts, separator=" "))
        .when(style == 2)
        .then("+86" + value)
        .when(style == 3)
        .then("86-" + value)
        .when(style == 4)
        .then("0" + value)
        .otherwise(_full_width(value))
    ).to_series()


def respelled_fixed_line(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Write a fixed line in one of seven ways; `value` has area code and number joined, `dial_code` the former."""
    code, style = pl.col("dial_code"), pl.Series(rng.integers(0, 7, rows.height))
    number = pl.col("value").str.slice(code.str.len_chars())
    return rows.select(
        pl.when(style == 0)
        .then(pl.concat_str(code, number, separator="-"))
        .when(style == 1)
        .then(pl.format("({}){}", code, number))
        .when(style == 2)
        .then(pl.format("（{}）{}", code, number))
        .when(style == 3)
        .then(pl.concat_str(code, number, separator=" "))
        .when(style == 4)
        .then(pl.format("+86-{}-{}", code.str.slice(1), number))
        .when(style == 5)
        .then(number)
        .otherwise("value")
    ).to_series()


def _full_width(text: pl.Expr) -> pl.Expr:
    return text.str.replace_many([str(digit) for digit in range(10)], [chr(ord("０") + digit) for digit in range(10)])


@cache
def _common_characters() -> list[str]:
    """Give the 3,755 common characters of GB 2312's first level."""
    return [
        bytes([row, cell]).decode("gb2312")
        for row in range(0xB0, 0xD8)
        for cell in range(0xA1, 0xFF)
        if (row, cell) < (0xD7, 0xFA)
    ]


@cache
def _same_sound() -> pl.DataFrame:
    """Give for each character those that sound the same or nearly so (zh/z, ch/c, sh/s, n/l, final n/ng)."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 (half a second of import, needed only here)

    everyone = list(dict.fromkeys([*given_characters(), *_common_characters()]))
    sounds = [lazy_pinyin(character, style=Style.NORMAL)[0] for character in everyone]
    frame = pl.DataFrame({"character": everyone, "sound": sounds}).with_row_index("order")
    near = pl.col("sound").str.replace("^([zcs])h", "$1").str.replace("^n", "l").str.replace("([ie]n)g$", "$1")
    frame = frame.with_columns(near=near)
    pairs = frame.join(frame, on="near", suffix="_other").filter(pl.col("character") != pl.col("character_other"))
    # four chances in five for the very same sound, and names' own characters first
    pairs = pairs.sort("order", pl.col("sound") != pl.col("sound_other"), "order_other")
    return pairs.group_by("character", maintain_order=True).agg(pl.col("character_other").head(12).alias("others"))


@cache
def _same_shape() -> pl.DataFrame:
    pairs = tables()["lookalikes"]["pairs"].split()
    both = pl.DataFrame({"character": [pair[0] for pair in pairs] + [pair[1] for pair in pairs]}).with_columns(
        others=pl.Series([pair[1] for pair in pairs] + [pair[0] for pair in pairs])
    )
    return both.group_by("character", maintain_order=True).agg("others")


def wrong_character(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Write one character for another that sounds or looks like it; without such a one the name stays right."""
    at = _places(rng, rows)
    character = rows.select("value", at=at).select(character=pl.col("value").str.slice(pl.col("at"), 1))
    by_sound = pl.Series("by_sound", rng.random(rows.height) < BY_SOUND)
    nth = pl.Series("nth", np.floor(12 * rng.random(rows.height) ** 2).astype(np.int64))
    found = (
        character.join(_same_sound(), on="character", how="left", maintain_order="left")
        .join(_same_shape(), on="character", how="left", maintain_order="left", suffix="_shape")
        .with_columns(by_sound, nth)
        .with_columns(options=pl.when("by_sound").then("others").otherwise("others_shape").fill_null(pl.col("others")))
        .select(pl.col("options").list.get(pl.col("nth") % pl.col("options").list.len()).fill_null(pl.col("character")))
        .to_series()
    )
    return _put(rows, at, found)


def unprintable_character(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Lose a character that the channel's system does not know."""
    return _put(rows, _places(rng, rows, first=1), "?")


def lost_character(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Leave out a character of the given name, where it has two."""
    long = pl.Series(rows["value"].str.len_chars() > 2)
    return pl.select(
        pl.when(long).then(_put(rows, _places(rng, rows, first=1), "")).otherwise(rows["value"])
    ).to_series()


def swapped_characters(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Swap two neighbouring characters, or put the surname last."""
    at = _places(rng, rows, keep=1)
    pair = rows.select("value", at=at).select(pl.col("value").str.slice(pl.col("at"), 2).str.reverse()).to_series()
    last = rows.select(pl.concat_str("first", "second", "surname")).to_series()
    return pl.select(
        pl.when(pl.Series(rng.random(rows.height) < 0.3)).then(last).otherwise(_put(rows, at, pair, 2))
    ).to_series()


def traditional(_rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Write the name in traditional characters."""
    from opencc import OpenCC  # noqa: PLC0415 (loads its tables)

    converter = OpenCC("s2t")
    distinct = rows["value"].unique(maintain_order=True).to_list()
    return rows["value"].replace_strict({name: converter.convert(name) for name in distinct}, return_dtype=pl.String)


def surname_and_title(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Note only the surname and 先生, 女士, 小姐 or 师傅; one in fifty times the title is the other sex's."""
    male = rows["male"] ^ pl.Series(rng.random(rows.height) < 0.02)
    size = rows.height
    title = pl.select(
        pl.when(male)
        .then(pick(rng, ("先生", "先生", "师傅"), size))
        .otherwise(pick(rng, ("女士", "女士", "小姐"), size))
    )
    return rows["surname"] + title.to_series()


def in_pinyin(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Spell the name in Latin letters: in either order, joined, or in capitals."""
    style = pl.Series(rng.integers(0, 8, rows.height))
    surname = pl.col("surname_pinyin").str.to_titlecase()
    given = pl.concat_str("first_pinyin", "second_pinyin").str.to_titlecase()
    apart = pl.concat_str(
        surname, pl.col("first_pinyin").str.to_titlecase(), pl.col("second_pinyin").str.to_titlecase(), separator=" "
    ).str.strip_chars()
    return rows.select(
        pl.when(style <= 1)
        .then(pl.concat_str(surname, given, separator=" "))
        .when(style <= 3)
        .then(pl.concat_str(given, surname, separator=" "))
        .when(style <= 5)
        .then(apart)
        .when(style == 6)
        .then(pl.concat_str(surname, given).str.to_uppercase())
        .otherwise(pl.concat_str(surname, given).str.to_lowercase())
    ).to_series()


def spaced(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Put a blank, sometimes a full-width one, after the surname or at the end."""
    value, end = pl.col("value"), pl.Series(rng.random(rows.height) < 0.2)
    blank = pick(rng, (" ", " ", "\u3000"), rows.height)
    inside = pl.concat_str(value.str.head(1), blank, value.str.slice(1))
    return rows.select(pl.when(end).then(value + " ").otherwise(inside)).to_series()


def remark(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Add who is meant, or a number to tell namesakes apart."""
    return rows["value"] + pick(rng, ("(机主)", "（本人）", "（机主）", "(本人)", "1", "2"), rows.height)


def nobodys_birthday(_rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Leave the form's default."""
    return pl.Series(["1900-01-01"] * rows.height)


def wrong_birthday(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Swap month and day where both can be either, else be a year off."""
    day = rows["value"].str.to_date("%Y-%m-%d")
    off = pl.Series(rng.choice([-1, 1], rows.height))
    year = day.dt.year() + off
    swapped = pl.select(
        pl.when(day.dt.day() <= 12)
        .then(day.dt.strftime("%Y-%d-%m"))
        .otherwise(pl.concat_str(year.cast(pl.String), day.dt.strftime("-%m-28")))
    )
    return swapped.to_series()


def no_address(rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Write that there is nothing to write."""
    return pick(rng, NO_ADDRESSES, rows.height)


def made_up_email(_rng: np.random.Generator, rows: pl.DataFrame) -> pl.Series:
    """Enter the address that is always accepted."""
    return pl.Series(["test@test.com"] * rows.height)
