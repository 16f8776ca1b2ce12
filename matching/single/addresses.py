"""Chinese addresses, one pair at a time."""

import re
from functools import cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from matching.fields.chinese_address import LEVELS, PLACED_IN_ROAD, Agreement
from matching.fields.chinese_address_parts import DIVISIONS

OTHER_THAN_DIGITS: Final = re.compile(r"\D")


class AddressParts(NamedTuple):
    """What of a cleaned address is compared."""

    value: str
    province: str | None
    city: str | None
    district: str | None
    town: str | None
    village: str | None
    group: str | None
    road: str | None
    lane: str | None
    number: str | None
    estate: str | None
    building: str | None
    unit: str | None
    floor: str | None
    room: str | None
    rest: str | None
    is_chinese: bool


def compare_addresses(one: AddressParts, other: AddressParts) -> int | None:  # noqa: PLR0911 -- one return a level
    """Give the level of two Chinese addresses that differ; None for those in letters."""
    if not one.is_chinese or not other.is_chinese:
        return None

    def same(part: str) -> bool:
        mine = getattr(one, part)
        return mine is not None and mine == getattr(other, part)

    def differ(*parts: str) -> bool:
        for part in parts:
            mine, its = getattr(one, part), getattr(other, part)
            if mine is not None and its is not None and mine != its:
                return True
        return False

    if differ(*DIVISIONS):
        return _place(Agreement.SAME_CITY) if same("city") else len(LEVELS) - 1
    one_road, estate = same("road") or same("village"), _same_estate(one.estate, other.estate)
    same_number = same("number") and not differ("lane")
    anchored = ((one_road and same_number) or (estate and not differ("number"))) and not differ("group")
    other_building, other_room = differ("building", "unit"), differ("room", "floor")
    if anchored:
        if other_building or other_room:
            return _place(Agreement.NEIGHBOURS)
        if same("room"):
            return _place(Agreement.SAME_ROOM)
        return _place(Agreement.SAME_BUILDING if same("building") else Agreement.SAME_DOOR)
    inside = [each.building is not None or each.room is not None for each in (one, other)]
    two_roads = differ("road") and all(getattr(each, part) is None for each in (one, other) for part in PLACED_IN_ROAD)
    same_inside = inside[0] == inside[1] and not other_room and not other_building and not two_roads
    if same_inside and _is_near(one.value, other.value):
        return _place(Agreement.NEAR)
    if one_road or estate or same("town"):
        return _place(Agreement.SAME_ROAD)
    if same("district"):
        return _place(Agreement.SAME_DISTRICT)
    return _place(Agreement.SAME_CITY) if same("city") else len(LEVELS) - 1


def _same_estate(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return False
    return one == other or (min(len(one), len(other)) >= 5 and OSA.distance(one, other) <= 1)


def _is_near(one: str, other: str) -> bool:
    if OTHER_THAN_DIGITS.sub("", one) != OTHER_THAN_DIGITS.sub("", other):
        return False
    return OSA.distance(one, other) <= max(len(one), len(other)) // 8


@cache
def _place(level: Agreement) -> int:
    return list(Agreement).index(level)
