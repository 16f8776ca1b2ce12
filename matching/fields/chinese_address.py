"""Chinese addresses compared by part: the same room, door, building, road or district; see `chinese_address_parts`."""

from enum import StrEnum
from typing import Final

import numpy as np
import polars as pl

from matching.fields.base import VALUE, Level
from matching.fields.chinese_address_parts import DIVISIONS, clean
from matching.fields.glancing import UNSETTLED, Glance, Glanced, Levels, Pairs, Places, Read, in_numbers
from matching.fields.latin import Mask, differ, equal, first_level, slips, texts

__all__ = ["KEYS", "LEVELS", "Agreement", "clean", "compare", "glance", "itself"]


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
    SAME_CITY = "same_city"
    OTHER_SCRIPT = "other_script"
    DIFFERENT = "different"


LEVELS: Final = (
    Level(Agreement.SAME, "the same address", "地址相同", 0.50, 0.00002),
    Level(Agreement.SAME_ROOM, "the same room, one says more", "同一户（一方较详）", 0.10, 0.00001),
    Level(Agreement.SAME_DOOR, "the same house number, no room on one side", "同一门牌", 0.08, 0.00003),
    Level(Agreement.SAME_BUILDING, "the same building, no room on one side", "同一楼栋", 0.03, 0.00003),
    Level(Agreement.NEAR, "one or two characters differ", "地址差一两字", 0.05, 0.00003),
    Level(Agreement.NEIGHBOURS, "the same estate or number, another building or room", "同小区不同户", 0.02, 0.0005),
    Level(Agreement.SAME_ROAD, "the same road, village or town", "同一道路或村镇", 0.02, 0.004),
    Level(Agreement.SAME_DISTRICT, "the same district, elsewhere in it", "同区县", 0.08, 0.02, key="district"),
    Level(Agreement.SAME_CITY, "the same city, another or no district", "同城市", 0.03, 0.08, key="city"),
    Level(
        Agreement.OTHER_SCRIPT,
        "addresses in two scripts",
        "地址文字不同，无从比较",
        0.01,
        0.01,
        at_most=0.0,
    ),
    Level(Agreement.DIFFERENT, "another place", "地址不同", 0.12, 0.97),
)


GLANCED: Final = (
    *DIVISIONS,
    "road",
    "village",
    "group",
    "number",
    "lane",
    "estate",
    "building",
    "unit",
    "floor",
    "room",
)
"""The parts that a glance at two addresses takes in."""

PLACED_IN_ROAD: Final = ("number", "estate", "building", "room", "rest")
"""The parts that tell a place on a road."""

LETTER_BYTES: Final = 4
"""The most that one character adds to the length of a text in bytes."""


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of cleaned addresses, as positions in `LEVELS`."""
    order = list(Agreement)
    pairs = Read(left, right)
    elsewhere = _elsewhere(pairs)
    one_road = _one_road(pairs)
    estate = _same_estate(left, right, ~elsewhere)
    anchored = _anchored(pairs, estate) & ~elsewhere
    other_building, other_room = _other_building(pairs), _other_room(pairs)
    inside = left["building"].is_not_null().to_numpy() | left["room"].is_not_null().to_numpy()
    inside_r = right["building"].is_not_null().to_numpy() | right["room"].is_not_null().to_numpy()
    district = equal(left, right, "district") & ~elsewhere
    rules: list[tuple[Agreement, Mask]] = [
        (Agreement.SAME_ROOM, anchored & equal(left, right, "room") & ~other_building & ~other_room),
        (Agreement.NEIGHBOURS, anchored & (other_building | other_room)),
        (Agreement.SAME_BUILDING, anchored & equal(left, right, "building")),
        (Agreement.SAME_DOOR, anchored),
        (
            Agreement.NEAR,
            _nearly_written(
                left,
                right,
                ~elsewhere & (inside == inside_r) & ~other_room & ~other_building & ~_two_roads(left, right),
            ),
        ),
        (Agreement.SAME_ROAD, (one_road | estate | equal(left, right, "town")) & ~elsewhere),
        (Agreement.SAME_DISTRICT, district),
        (Agreement.SAME_CITY, equal(left, right, "city")),
    ]
    return first_level(left.height, [(order.index(level), mask) for level, mask in rules], len(LEVELS) - 1)


def glance(values: pl.DataFrame) -> Glance:
    """Settle two addresses of different places, and of the same room where it is written in the same parts."""
    order = list(Agreement)
    numbers = in_numbers(values, GLANCED)
    is_chinese = values["is_chinese"].to_numpy()

    def settle(left: Places, right: Places) -> Levels:
        levels = np.full(left.size, UNSETTLED, dtype=np.int8)
        pairs = Glanced(numbers, left, right)
        elsewhere = _elsewhere(pairs) & is_chinese[left] & is_chinese[right]
        one_city = np.where(pairs.equal("city"), order.index(Agreement.SAME_CITY), order.index(Agreement.DIFFERENT))
        levels[elsewhere] = one_city[elsewhere]
        rows = np.flatnonzero(~elsewhere & is_chinese[left] & is_chinese[right] & pairs.equal("room"))
        near = pairs.take(rows)
        one_room = _anchored(near, near.equal("estate")) & ~_other_building(near) & ~_other_room(near)
        levels[rows[one_room]] = order.index(Agreement.SAME_ROOM)
        return levels

    return settle


def _elsewhere(pairs: Pairs) -> Mask:
    """Tell which addresses are in two provinces, cities or districts."""
    return np.asarray(np.logical_or.reduce([pairs.differ(part) for part in DIVISIONS]))


def _one_road(pairs: Pairs) -> Mask:
    return pairs.equal("road") | pairs.equal("village")


def _anchored(pairs: Pairs, estate: Mask) -> Mask:
    """Tell which addresses are of one house number, or of one estate, given where the estate is the same."""
    one_number = pairs.equal("number") & ~pairs.differ("lane")
    return ((_one_road(pairs) & one_number) | (estate & ~pairs.differ("number"))) & ~pairs.differ("group")


def _two_roads(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell which addresses end in two roads that are written nearly alike: 南里路 and 南园路 are no slip."""
    names_none = pl.all_horizontal(pl.col(PLACED_IN_ROAD).is_null())
    bare = left.select(bare=names_none)["bare"].to_numpy() & right.select(bare=names_none)["bare"].to_numpy()
    return np.asarray(bare & differ(left, right, "road"))


def _other_building(pairs: Pairs) -> Mask:
    return pairs.differ("building") | pairs.differ("unit")


def _other_room(pairs: Pairs) -> Mask:
    return pairs.differ("room") | pairs.differ("floor")


def _same_estate(left: pl.DataFrame, right: pl.DataFrame, wanted: Mask) -> Mask:
    """Tell which wanted pairs both name an estate and it is the same but for one character of five or more."""
    found = equal(left, right, "estate")
    rows = np.flatnonzero(differ(left, right, "estate") & wanted)
    one, other = left["estate"].gather(rows), right["estate"].gather(rows)
    size_l, size_r = (names.str.len_bytes().to_numpy().astype(np.int64) for names in (one, other))
    near = np.flatnonzero((np.minimum(size_l, size_r) >= 5) & (np.abs(size_l - size_r) <= LETTER_BYTES))
    if len(near):
        one, other = one.gather(near), other.gather(near)
        long = np.minimum(one.str.len_chars().to_numpy(), other.str.len_chars().to_numpy()) >= 5
        found[rows[near]] = long & (slips(texts(one), texts(other)) <= 1)
    return found


def _nearly_written(left: pl.DataFrame, right: pl.DataFrame, wanted: Mask) -> Mask:
    """Tell which wanted pairs are alike but for a character in eight."""
    found = np.zeros(len(wanted), dtype=bool)
    size_l, size_r = (side[VALUE].str.len_chars().fill_null(0).to_numpy().astype(np.int64) for side in (left, right))
    most = np.maximum(size_l, size_r) // 8
    rows = np.flatnonzero(wanted & (np.abs(size_l - size_r) <= most))
    rows = rows[slips(*(texts(side[VALUE].gather(rows)) for side in (left, right))) <= most[rows]]
    digits = [side[VALUE].gather(rows).str.replace_all(r"\D", "") for side in (left, right)]
    found[rows] = (digits[0] == digits[1]).fill_null(False).to_numpy()
    return found


def door(frame: pl.DataFrame) -> pl.Series:
    """Give the estate or road and the last number of an address: what remains when its upper levels are missing."""
    name = pl.coalesce("estate", "road", "village")
    numbers = pl.concat_str(pl.coalesce("building", "number"), pl.lit("-"), pl.col("room").fill_null(""))
    return frame.select(key=pl.concat_str(name, pl.lit(" "), numbers))["key"]


def house(frame: pl.DataFrame) -> pl.Series:
    """Give the road and the number on it, whether the estate is told besides or not."""
    return frame.select(key=pl.concat_str(pl.coalesce("road", "village"), pl.lit(" "), "number"))["key"]


def itself(frame: pl.DataFrame) -> pl.Series:
    """Give how an address agrees with itself: one that names no house is just a road, a district or less."""
    order = list(Agreement)
    parts = frame.select(
        house=pl.any_horizontal(pl.col("number", "building", "room", "estate", "rest").is_not_null())
        | ~pl.col("is_chinese"),
        road=pl.any_horizontal(pl.col("road", "village", "town", "zone").is_not_null()),
        district=pl.col("district").is_not_null(),
        city=pl.col("city").is_not_null(),
    )
    return parts.select(
        level=pl.when("house")
        .then(order.index(Agreement.SAME))
        .when("road")
        .then(order.index(Agreement.SAME_ROAD))
        .when("district")
        .then(order.index(Agreement.SAME_DISTRICT))
        .when("city")
        .then(order.index(Agreement.SAME_CITY))
        .otherwise(order.index(Agreement.DIFFERENT))
    )["level"]


KEYS: Final = {
    "door": door,
    "house": house,
    "district": lambda frame: frame["district"],
    "city": lambda frame: frame["city"],
}
"""Keys of Chinese addresses, null for all others."""
