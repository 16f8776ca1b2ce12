"""Addresses in any country: Chinese ones by part, others by the tokens of a street address."""

from enum import StrEnum
from typing import Final

import numpy as np
import polars as pl

from matching.fields import chinese_address, latin_address
from matching.fields.base import VALUE, Field, Level
from matching.fields.latin import Mask, differ, equal, first_level, folded, named, slips, texts
from matching.fields.writing import HAN
from matching.tables import listed
from matching.words import Kind


class Agreement(StrEnum):
    """The names of the levels."""

    SAME = "same"
    SAME_ROOM = "same_room"
    SAME_DOOR = "same_door"
    SAME_BUILDING = "same_building"
    NEAR = "near"
    NEIGHBOURS = "neighbours"
    SAME_ROAD = "same_road"
    SAME_DISTRICT = "same_district"
    DIFFERENT = "different"


LEVELS: Final = (
    Level(Agreement.SAME, "the same address", "地址相同", 0.50, 0.00002),
    Level(Agreement.SAME_ROOM, "the same room, one says more", "同一户（一方较详）", 0.10, 0.00001),
    Level(Agreement.SAME_DOOR, "the same house number, no room on one side", "同一门牌", 0.08, 0.00003),
    Level(Agreement.SAME_BUILDING, "the same building, no room on one side", "同一楼栋", 0.03, 0.00003),
    Level(Agreement.NEAR, "one or two characters differ", "地址差一两字", 0.05, 0.00003),
    Level(Agreement.NEIGHBOURS, "the same estate or number, another building or room", "同小区不同户", 0.02, 0.0005),
    Level(Agreement.SAME_ROAD, "the same road, village or town", "同一道路或村镇", 0.02, 0.004),
    Level(Agreement.SAME_DISTRICT, "the same district, elsewhere in it", "同区县", 0.08, 0.02),
    Level(Agreement.DIFFERENT, "another place", "地址不同", 0.12, 0.97),
)


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give addresses by part (see `chinese_address.clean`); those without a Chinese character by their words.

    A foreign address has `words`, and `value`, `number` and `unit` as `latin_address.clean` gives them.
    """
    raw = named(raw)
    parts = chinese_address.clean(raw)
    says_nothing = folded(raw).is_in(listed("no_addresses", "text")).fill_null(False)
    is_latin = ~raw.str.contains(HAN)
    latin = latin_address.clean(raw.to_frame().select(pl.when(is_latin & ~says_nothing).then(VALUE))[VALUE])
    shared = [name for name in latin.columns if name in parts.columns]
    return parts.with_columns(
        *(pl.when(is_latin).then(latin[name]).otherwise(name).alias(name) for name in shared),
        *(latin[name] for name in latin.columns if name not in shared),
        (~is_latin).alias("is_chinese"),
    )


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of cleaned addresses, as positions in `LEVELS`."""
    order = list(Agreement)
    letters = (~left["is_chinese"] & ~right["is_chinese"]).fill_null(False).to_numpy()
    levels = np.full(left.height, order.index(Agreement.DIFFERENT), dtype=np.uint8)
    rows = np.flatnonzero(letters)
    if rows.size:
        levels[rows] = latin_address.compare(left[rows], right[rows], order).to_numpy()
    rows = np.flatnonzero(~letters)
    if rows.size:
        levels[rows] = _compare_parts(left[rows], right[rows]).to_numpy()
    return pl.Series("level", levels)


def _compare_parts(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of Chinese addresses."""
    order = list(Agreement)
    elsewhere = np.logical_or.reduce([differ(left, right, part) for part in chinese_address.DIVISIONS])
    one_road = equal(left, right, "road") | equal(left, right, "village")
    one_number = equal(left, right, "number") & ~differ(left, right, "lane")
    estate = _same_estate(left, right)
    anchored = ((one_road & one_number) | (estate & ~differ(left, right, "number"))) & ~elsewhere
    anchored &= ~differ(left, right, "group")
    other_building = differ(left, right, "building") | differ(left, right, "unit")
    other_room = differ(left, right, "room") | differ(left, right, "floor")
    inside = left["building"].is_not_null().to_numpy() | left["room"].is_not_null().to_numpy()
    inside_r = right["building"].is_not_null().to_numpy() | right["room"].is_not_null().to_numpy()
    one_room = equal(left, right, "room")
    district = equal(left, right, "district") & ~elsewhere
    rules: list[tuple[Agreement, Mask]] = [
        (Agreement.SAME_ROOM, anchored & one_room & ~other_building & ~other_room),
        (Agreement.NEIGHBOURS, anchored & (other_building | other_room)),
        (Agreement.SAME_BUILDING, anchored & equal(left, right, "building")),
        (Agreement.SAME_DOOR, anchored),
        (
            Agreement.NEAR,
            _nearly_written(left, right, ~elsewhere & (inside == inside_r) & ~other_room & ~other_building),
        ),
        (Agreement.SAME_ROAD, (one_road | estate | equal(left, right, "town")) & ~elsewhere),
        (Agreement.SAME_DISTRICT, district),
    ]
    return first_level(left.height, [(order.index(level), mask) for level, mask in rules], len(LEVELS) - 1)


def _same_estate(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where both name an estate and it is the same but for one character of five or more."""
    found = equal(left, right, "estate")
    rows = np.flatnonzero(differ(left, right, "estate"))
    if len(rows):
        one, other = left["estate"].gather(rows), right["estate"].gather(rows)
        long = np.minimum(one.str.len_chars().to_numpy(), other.str.len_chars().to_numpy()) >= 5
        found[rows] = long & (slips(texts(one), texts(other)) <= 1)
    return found


def _nearly_written(left: pl.DataFrame, right: pl.DataFrame, wanted: Mask) -> Mask:
    """Tell which wanted pairs are alike but for a character in eight."""
    found = np.zeros(len(wanted), dtype=bool)
    rows = np.flatnonzero(wanted)
    if len(rows):
        one, other = left[VALUE].gather(rows), right[VALUE].gather(rows)
        length = np.maximum(one.str.len_chars().fill_null(0).to_numpy(), other.str.len_chars().fill_null(0).to_numpy())
        digits = one.str.replace_all(r"\D", "") == other.str.replace_all(r"\D", "")
        found[rows] = (slips(texts(one), texts(other)) <= length // 8) & digits.fill_null(False).to_numpy()
    return found


def door(frame: pl.DataFrame) -> pl.Series:
    """Give the estate or road and the last number of an address: what remains when its upper levels are missing."""
    name = pl.coalesce("estate", "road", "village")
    numbers = pl.concat_str(pl.coalesce("building", "number"), pl.lit("-"), pl.col("room").fill_null(""))
    return frame.select(key=pl.concat_str(name, pl.lit(" "), numbers))["key"]


FIELD: Final = Field(
    kind=Kind.ADDRESS,
    levels=LEVELS,
    clean=clean,
    compare=compare,
    keys={"address": lambda frame: frame[VALUE], "door": door, **latin_address.KEYS},
)
