"""Addresses in any country: Chinese ones by part, others by the words of a street address."""

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
import polars as pl

from matching.fields import chinese_address, latin_address
from matching.fields.base import VALUE, Field
from matching.fields.chinese_address import LEVELS, Agreement
from matching.fields.latin import Mask, named
from matching.fields.pinyin import readings
from matching.fields.writing import HAN, cleaned_where
from matching.tables import listed
from matching.words import Kind

KIND_OF_ROAD: Final = "(?:大道|大街|[路街道巷])?(?:[一二三四五六七八九东西南北中]段)?$"
"""What is translated, not read, behind the name of a road."""
SHORTEST: Final = 4
"""Letters of a road's name, at least, that is looked for in an address in letters."""
SAYS_SOMETHING: Final = r"\p{L}"
"""A number alone is no place."""


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give addresses by part: see `chinese_address.clean`, and `latin_address.clean` for those in letters.

    `is_chinese` tells the script.
    """
    raw = named(raw)
    is_chinese = raw.str.contains(HAN)
    parts = cleaned_where(is_chinese, raw, chinese_address.clean)
    latin = cleaned_where(_are_letters(raw, is_chinese), raw, latin_address.clean)
    shared = [name for name in latin.columns if name in parts.columns]
    return parts.with_columns(
        *(parts[name].fill_null(latin[name]) for name in shared),
        *(latin[name] for name in latin.columns if name not in shared),
        is_chinese=parts[VALUE].is_not_null(),
    )


def _are_letters(raw: pl.Series, is_chinese: pl.Series) -> pl.Series:
    """Tell which addresses are in letters, and say something."""
    rows = (~is_chinese).fill_null(False).arg_true()
    text = raw.gather(rows).str.strip_chars().str.to_lowercase()
    nothing = listed("no_addresses", "text")
    return (
        is_chinese.clone()
        .fill_null(True)
        .not_()
        .scatter(rows, text.str.contains(SAYS_SOMETHING) & ~text.is_in(nothing))
    )


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of cleaned addresses, as positions in `LEVELS`; two scripts say nothing but a
    door that is read the same."""
    one, other = left["is_chinese"].to_numpy(), right["is_chinese"].to_numpy()
    order = list(Agreement)
    levels = np.full(left.height, order.index(Agreement.OTHER_SCRIPT), dtype=np.uint8)
    both, neither = np.flatnonzero(one & other), np.flatnonzero(~one & ~other)
    if len(both):
        levels[both] = chinese_address.compare(left[both], right[both]).to_numpy()
    if len(neither):
        levels[neither] = latin_address.compare(left[neither], right[neither], order).to_numpy()
    for chinese, letters, here in ((left, right, one & ~other), (right, left, other & ~one)):
        rows = np.flatnonzero(here)
        if len(rows):
            door = _is_door_in_letters(chinese[rows], letters[rows])
            levels[rows[door]] = order.index(Agreement.SAME_DOOR)
    return pl.Series("level", levels)


def _is_door_in_letters(chinese: pl.DataFrame, letters: pl.DataFrame) -> Mask:
    """Tell where the address in letters has the Chinese one's number and road as they are read: 183 Jiannan Rd."""
    rows = pl.DataFrame({"road": chinese["road"], "number": chinese["number"], "told": letters[VALUE]})
    read = readings(pl.col("road").str.replace(KIND_OF_ROAD, "")).str.replace_all(" ", "")
    said = pl.col("told").str.replace_all(" ", "")
    number = pl.concat_str(pl.lit(r"\b"), pl.col("number").str.extract(r"^(\d+)"), pl.lit(r"\b"))
    found = (read.str.len_chars() >= SHORTEST) & said.str.contains(read, literal=True)
    return rows.select(found=(found & pl.col("told").str.contains(number)).fill_null(False))["found"].to_numpy()


def _of_letters(frame: pl.DataFrame, key: Callable[[pl.DataFrame], pl.Series]) -> pl.Series:
    """Give a key of addresses in letters, null for Chinese ones."""
    keyed = frame.select(is_letters=~pl.col("is_chinese"), key=key(frame))
    return keyed.select(key=pl.when("is_letters").then("key"))["key"]


FIELD: Final = Field(
    kind=Kind.ADDRESS,
    levels=LEVELS,
    clean=clean,
    compare=compare,
    keys={
        **chinese_address.KEYS,
        **{name: partial(_of_letters, key=key) for name, key in latin_address.KEYS.items()},
    },
    itself=chinese_address.itself,
    by_value=True,
    glance=chinese_address.glance,
)
