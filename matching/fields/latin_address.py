"""Street addresses of any country in letters: the house number, the flat, and the words of street and town.

Words are laid against one another without street types and directions, which people leave out; another house number
is another house, another flat is a neighbour.
"""

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import Final

import numpy as np
import polars as pl

from matching.fields.address_phrases import PAUSE, WRITTEN
from matching.fields.aligning import align
from matching.fields.base import VALUE
from matching.fields.latin import Mask, differ, equal, first_level, folded, named, slips, sound, texts
from matching.fields.street_words import abbreviated, shorts_of, street_name


class Agreement(StrEnum):
    """The levels of `address` that street addresses in letters use."""

    SAME_ROOM = "same_room"
    SAME_DOOR = "same_door"
    NEAR = "near"
    NEIGHBOURS = "neighbours"
    SAME_ROAD = "same_road"
    SAME_DISTRICT = "same_district"
    DIFFERENT = "different"


MOST_FLOORS: Final = 3
"""Figures of a floor's number which is the number of a unit: FL-2198."""


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give addresses in short forms: `value`, `number` of the house or box, `unit`, and `words` of street and town.

    Words are in the order of the address, without street types, directions and the numbers already told; `street` is
    the name between the house's number and the type of street, `side` the direction that tells on which side of a town
    the street is. `box` is the number of a box at the post office.
    """
    marked = named(raw).str.normalize("NFKC")
    for pattern, written in WRITTEN:
        marked = marked.str.replace_all(pattern, written)
    unnumbered = "|".join(shorts_of(role) for role in ("unit", "shop", "floor", "building"))
    text = folded(marked).to_frame().select(abbreviated(pl.col(VALUE)).alias(VALUE))
    text = text.select(pl.col(VALUE).str.replace_all(rf"(\S )\b(?:{unnumbered})\b\s*({PAUSE}|$)", "$1$2"))
    apart = rf"\b(?:{shorts_of('unit')}|{shorts_of('shop')})\s+(?:no\s+)?(\d+\s?[a-z]?|[a-z])\b"
    floor, building = shorts_of("floor"), shorts_of("building")
    on_floor = rf"\b(?:{floor})\s+(?:no\s+)?(\d+[a-z]?|[a-z])\b"
    in_building = rf"\b(?:{building})\s+(?:no\s+)?(\d+\s?[a-z]?|[a-z])\b"
    parts = (
        text.with_columns(
            pl.col(VALUE)
            .str.replace_all(rf"\b{PAUSE}\b", "")
            .str.replace_all(r"\s+", " ")
            .str.strip_chars()
            .replace("", None)
            .alias(VALUE),
            unit=pl.col(VALUE).str.extract(apart).str.replace_all(" ", ""),
            level=pl.col(VALUE).str.extract(on_floor),
            building=pl.col(VALUE).str.extract(in_building).str.replace_all(" ", ""),
            box=pl.col(VALUE).str.extract(r"\bpo box\s+(?:no\s+)?(\d+)"),
            rest=pl.col(VALUE)
            .str.replace_all(rf"{apart}|{on_floor}|{in_building}", " ")
            .str.replace_all(rf"\bpo box\s+(?:no\s+)?\d+|\b(?:no|{PAUSE})\b", " ")
            .str.replace_all(r"\s+", " ")
            .str.strip_chars(),
        )
        .with_columns(
            house=pl.col("rest")
            .str.replace(r"(\S\s+)\d{5,}\s*(?:[a-z ]*)$", "$1")
            .str.extract(r"\b0*(\d+(?:[a-z]|bis|ter|quater)?)\b"),
            at=pl.col("rest").str.extract(_road(), 1),
            side=pl.coalesce(pl.col("rest").str.extract(side, 1) for side in _side()),
            road=pl.col("rest").str.extract(_road(), 2),
        )
        .with_columns(block=pl.when(pl.col("house").is_null()).then(pl.col("building").str.extract(r"^(\d+[a-z]?)$")))
    )
    is_unit = (pl.col("level").str.len_chars() >= MOST_FLOORS).fill_null(value=False)
    street = (
        pl.col("rest")
        .str.replace(r"\b0*\d+(?:[a-z]|bis|ter|quater)?\b", " ")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
    )
    return parts.with_columns(street=street.replace("", None)).select(
        VALUE,
        number=pl.coalesce("at", "house", "box"),
        unit=pl.coalesce("unit", pl.when(is_unit).then("level")),
        floor=pl.when(~is_unit).then("level"),
        building="building",
        box=pl.when(pl.col("house").is_null()).then("box"),
        street=pl.col("road"),
        side="side",
        words=pl.coalesce(street_name(pl.col("street")), VALUE).str.split(" "),
    )


@cache
def _road() -> str:
    """Give the pattern of a house's number and its street's name, the groups, before the type of street."""
    direction = shorts_of("direction")
    name = r"\d+|[^\d\s]\S*(?: [^\d\s]\S*){0,2}?"
    return rf"\b0*(\d+[a-z]?) (?:(?:{direction}) )?({name}) (?:{shorts_of('type')})\b"


@cache
def _side() -> tuple[str, str]:
    """Give the patterns of a direction, the group, between a house's number and its street, and behind the street."""
    direction = shorts_of("direction")
    return rf"\b\d+[a-z]? ({direction}) \S", rf"\S (?:{shorts_of('type')}) ({direction})\b"


def _on_two_sides(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where two streets lie on two sides of a town: 34 E 61st Street and 34 W 61st Street."""
    rows = pl.DataFrame({"l": left["side"], "r": right["side"]})
    apart = [~pl.col(one).str.contains(pl.col(other), literal=True) for one, other in (("l", "r"), ("r", "l"))]
    return rows.select(found=(apart[0] & apart[1]).fill_null(False))["found"].to_numpy()


def compare(left: pl.DataFrame, right: pl.DataFrame, order: Sequence[str]) -> pl.Series:
    """Give the level of each pair of unequal addresses in letters, as positions in `order`."""
    lies = align(left["words"], right["words"])
    matched = lies.equal + lies.close
    contained = (matched == lies.shorter) & (lies.shorter > 0)
    half = (2 * matched >= lies.shorter) & (matched > 0)
    number, other_number = equal(left, right, "number"), differ(left, right, "number")
    other_unit = np.logical_or.reduce([differ(left, right, part) for part in ("unit", "building", "floor")])
    one_door = equal(left, right, "box") | (number & equal(left, right, "street"))
    number_slip = other_number & (slips(texts(left["number"]), texts(right["number"])) <= 1)
    whole = slips(texts(left[VALUE].str.replace_all(" ", "")), texts(right[VALUE].str.replace_all(" ", "")))
    length = left[VALUE].str.len_chars().fill_null(0).to_numpy()
    rules: list[tuple[Agreement, Mask]] = [
        (Agreement.SAME_ROAD, _on_two_sides(left, right) & contained),
        (Agreement.NEIGHBOURS, other_unit & number & contained),
        (Agreement.SAME_ROOM, number & contained & (lies.close == 0)),
        (Agreement.SAME_DOOR, number & contained),
        (Agreement.NEAR, (whole <= length // 8) & ~other_number),
        (Agreement.NEIGHBOURS, other_unit & one_door),
        (Agreement.NEAR, (number & half) | one_door),
        (Agreement.SAME_DOOR, contained & ~other_number & (lies.shorter > 1)),
        (Agreement.NEIGHBOURS, contained & number_slip & (lies.close == 0)),
        (Agreement.SAME_ROAD, contained),
        (Agreement.SAME_DISTRICT, half),
    ]
    return first_level(
        left.height, [(order.index(level), mask) for level, mask in rules], order.index(Agreement.DIFFERENT)
    )


def door(cleaned: pl.DataFrame) -> pl.Series:
    """Give the house number with the sound of each word: addresses of one house share one of them."""
    sounds = pl.col("words").list.eval(
        sound(pl.element().filter(pl.element().str.contains(r"\p{L}{3}"))).str.slice(0, 5)
    )
    keys = cleaned.select(number="number", sounds=sounds.list.drop_nulls().list.unique().list.sort()).with_row_index()
    keys = keys.explode("sounds", empty_as_null=True).select("index", key=pl.col("number") + " " + pl.col("sounds"))
    return keys.group_by("index", maintain_order=True).agg(pl.col("key").drop_nulls())["key"]


KEYS: Final = {"house_and_word": door}
"""Keys of addresses in letters; null for all others."""
