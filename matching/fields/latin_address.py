"""Street addresses of any country in letters: the house number, the flat, and the words of street and town.

Words are laid against one another without street types and directions, which people leave out; another house number
is another house, another flat is a neighbour.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import polars as pl

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


POSTCODE_FIRST: Final = r"^\s*(\d{6})\b[\s,]+(\D.*\d.*)$"
"""A postcode that stands before an address with a house number of its own, as in Russia."""
PAUSE: Final = "qqq"
"""Stands for a comma while units are looked for: what follows a pause is not the unit's number."""


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give addresses in short forms: `value`, `number` of the house or box, `unit`, and `words` of street and town.

    Words are in the order of the address, without street types, directions and the numbers already told.
    """
    marked = named(raw).str.normalize("NFKC").str.replace(r"^\s*#\s*(\d+)\b([^-]|$)", "no $1 $2")
    marked = marked.str.replace(POSTCODE_FIRST, "$2, $1")
    marked = marked.str.replace_all(r"#\s*(\d+)-(\d+)", " apt $1$2 ").str.replace_all(r"#\s*", " apt ")
    marked = marked.str.replace_all(r"[,;\n]", f" {PAUSE} ")
    text = folded(marked).to_frame().select(abbreviated(pl.col(VALUE)).alias(VALUE))
    unit = rf"\b(?:{shorts_of('unit')}|{shorts_of('floor')}|{shorts_of('building')})\s+(?:no\s+)?(\d+\s?[a-z]?|[a-z])\b"
    parts = text.with_columns(
        pl.col(VALUE)
        .str.replace_all(rf"\b{PAUSE}\b", "")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
        .replace("", None)
        .alias(VALUE),
        unit=pl.col(VALUE).str.extract(unit).str.replace_all(" ", ""),
        box=pl.col(VALUE).str.extract(r"\bpo box\s+(?:no\s+)?(\d+)"),
        rest=pl.col(VALUE)
        .str.replace_all(rf"{unit}|\b\d+ fl\b", " ")
        .str.replace_all(rf"\bpo box\s+(?:no\s+)?\d+|\b(?:no|{PAUSE})\b", " "),
    ).with_columns(
        house=pl.col("rest").str.replace(r"(\S\s+)\d{5,}\s*(?:[a-z ]*)$", "$1").str.extract(r"\b0*(\d+[a-z]?)\b"),
    )
    street = pl.col("rest").str.replace(r"\b0*\d+[a-z]?\b", " ").str.replace_all(r"\s+", " ").str.strip_chars()
    return parts.with_columns(street=street.replace("", None)).select(
        VALUE,
        number=pl.coalesce("house", "box"),
        unit="unit",
        words=pl.coalesce(street_name(pl.col("street")), VALUE).str.split(" "),
    )


def compare(left: pl.DataFrame, right: pl.DataFrame, order: Sequence[str]) -> pl.Series:
    """Give the level of each pair of unequal addresses in letters, as positions in `order`."""
    lies = align(left["words"], right["words"])
    matched = lies.equal + lies.close
    contained = (matched == lies.shorter) & (lies.shorter > 0)
    half = (2 * matched >= lies.shorter) & (matched > 0)
    number, other_number = equal(left, right, "number"), differ(left, right, "number")
    other_unit = differ(left, right, "unit")
    number_slip = other_number & (slips(texts(left["number"]), texts(right["number"])) <= 1)
    whole = slips(texts(left[VALUE].str.replace_all(" ", "")), texts(right[VALUE].str.replace_all(" ", "")))
    length = left[VALUE].str.len_chars().fill_null(0).to_numpy()
    rules: list[tuple[Agreement, Mask]] = [
        (Agreement.NEIGHBOURS, other_unit & number & contained),
        (Agreement.SAME_ROOM, number & contained & (lies.close == 0)),
        (Agreement.SAME_DOOR, number & contained),
        (Agreement.NEAR, (whole <= length // 8) & ~other_number),
        (Agreement.NEAR, number & half),
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
