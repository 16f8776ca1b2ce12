"""Chinese addresses cleaned one at a time, by the steps and tables of `fields/chinese_address_parts`."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from matching.fields import address_ways as ways
from matching.fields.beginnings import longest_of
from matching.fields.chinese_address_parts import DIVISIONS, PARTS, READINGS, STEPS, WRITTEN
from matching.fields.dividing import BEFORE_TOWN, IN_SHORT, NOT_BEHIND_CITY, NOT_BEHIND_PROVINCE
from matching.fields.divisions import (
    before_districts,
    both_in_one,
    districts,
    in_short,
    named_as_provinces,
    once_districts,
    places,
    provinces,
    short_districts,
    unmistakable,
)
from matching.single.writing import CHINESE, HAN, one_by_one, rules, simplified
from matching.tables import listed

Parts = dict[str, object]
Told = dict[str, str | None]
UNDERSTOOD: Final = re.compile(f"[ -~·、。【】《》“”‘’…—–〇{HAN}]+")
"""Texts of ASCII, Chinese marks and the common Chinese characters."""
ONLY_IN_LETTERS: Final = ("box", "side", "street", "words")
"""What `latin_address` tells besides."""


REMARKS: Final = re.compile(ways.REMARKS)
DASHES: Final = re.compile(ways.DASHES)
MARKS: Final = re.compile(ways.MARKS)
JAPANESE: Final = one_by_one(ways.JAPANESE)
IN_JAPAN: Final = rules(ways.IN_JAPAN)
IN_FIGURES: Final = re.compile(ways.BEGINS_IN_FIGURES)
OTHER_WAYS: Final = rules(ways.WAYS)
BEGINS_A_NAME: Final = re.compile(ways.BEGINS_A_NAME)
NO_NUMERALS: Final = re.compile(ways.AS_IT_IS)
NUMBERED_DOORS: Final = rules(ways.NUMBERED_DOORS)
HOUSES: Final = rules(ways.HOUSES)
TAKEN_OFF: Final = tuple((re.compile(step.needs), one_by_one(step.pattern)) for step in STEPS)
OTHER_IN_PROVINCE: Final = re.compile(NOT_BEHIND_PROVINCE)
ROAD_OF_CITY: Final = re.compile(NOT_BEHIND_CITY)
MAY_BE_SHORT: Final = re.compile(IN_SHORT)
TOWN: Final = one_by_one(BEFORE_TOWN)
DIVIDED: Final = re.compile("[市区郡]")
MOST_DIVIDED: Final = 12
"""Ends of divisions in an address up to which Python, which tries every way to part it at them, is quick."""


def clean_address(text: str) -> Parts | None:
    """Give the parts of an address in common Chinese characters; None for one in letters, or divided beyond reason."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if not UNDERSTOOD.fullmatch(plain) or not CHINESE.search(text) or len(DIVIDED.findall(plain)) > MOST_DIVIDED:
        return None
    if bool(JAPANESE.search(text)) != bool(JAPANESE.search(plain)):
        return None
    parts = _read(plain)
    has_rest = parts["rest"] is not None
    for _ in range(READINGS if has_rest else 0):
        value = parts["value"]
        if value is None:
            break
        again = _read(value)
        if again["value"] is None or again["value"] == value:
            break
        parts = again
    return {**parts, **dict.fromkeys(ONLY_IN_LETTERS), "is_chinese": parts["value"] is not None}


def _read(text: str) -> Told:
    """Give an address by part as it reads from its beginning."""
    spelled = _without_postcode(_spelled(_as_in_china(text)))
    if spelled in _no_addresses() or not CHINESE.search(spelled):
        return dict.fromkeys(("value", *DIVISIONS, *PARTS))
    said = _divided(spelled)
    today = _places().get(said[:3], said[:3])
    place = {name: now or then for name, now, then in zip(DIVISIONS, today, said[:3], strict=True)}
    parts = _parted(_in_one_way(_in_digits(said.rest)))
    city = place["city"] if place["city"] != place["province"] else None
    written = [place["province"], city, place["district"]]
    written += [told + behind for part, behind in WRITTEN if (told := parts[part]) is not None]
    return {"value": "".join(filter(None, written)) or None, **place, **parts}


class Divided(NamedTuple):
    """An address without its divisions, and these as they were said."""

    province: str | None
    city: str | None
    district: str | None
    rest: str


def _divided(text: str) -> Divided:
    """Take the divisions off the front of an address, twice where they are written twice."""
    once = _divided_once(text)
    if once.rest == text or once.rest[:3] != text[:3]:
        return once
    new = _divided_once(once.rest)
    return Divided(new.province or once.province, new.city or once.city, new.district or once.district, new.rest)


def _divided_once(text: str) -> Divided:
    """Take one province, city and district off the front of an address, as `fields/dividing` does."""
    text = text.removeprefix("中国")
    province = None if longest_of(text, named_as_provinces()) else longest_of(text, _names(provinces))
    text = text.removeprefix(province or "")
    both = longest_of(text, _names(both_in_one))
    text = both_in_one()[both] + text.removeprefix(both) if both else text
    any_city, city = longest_of(text, _names(before_districts)), longest_of(text, unmistakable())
    behind_city = text.removeprefix(any_city or "")
    district, district_of = longest_of(text, districts()), longest_of(behind_city, districts())
    written, written_of = district, district_of
    if not district and not district_of and MAY_BE_SHORT.search(text):
        written, written_of = (_before_town(each) for each in (text, behind_city))
        once = longest_of(behind_city, once_districts())
        if once and longest_of(behind_city.removeprefix(once), districts()):
            once = None
        short = short_districts()
        district = short[written] if written else None
        district_of = once or (short[written_of] if written_of else None)
        written_of = once or written_of
    if district_of and any_city:
        city, district, rest = any_city, district_of, behind_city.removeprefix(written_of or "")
    elif district:
        city, rest = None, text.removeprefix(written or "")
    else:
        rest = text.removeprefix(city or "")
    full = provinces()[province] if province else None
    city = before_districts()[city] if city else None
    if full and not city and not district:
        found = longest_of(text, _names(in_short))
        its = in_short()[found] if found else (None, None, None)
        further = text.removeprefix(found or "")
        if its[0] == full and not ROAD_OF_CITY.search(further):
            city, district, rest = its[1], its[2], further
    if full != province and not city and not district and OTHER_IN_PROVINCE.search(text):
        return Divided(None, None, None, f"{province}{rest}")
    return Divided(full, city, district, rest)


def _before_town(text: str) -> str | None:
    """Give a district in short that an address begins with, before a town of its own name."""
    name = longest_of(text, _names(short_districts))
    return name if name and TOWN.search(text.removeprefix(name)) else None


def _parted(rest: str) -> Told:
    """Take the parts below the district off the front of an address, one step after the other."""
    parts: Told = dict.fromkeys(PARTS)
    for needs, pattern in TAKEN_OFF:
        found = pattern.search(rest) if needs.search(rest) else None
        if found is None:
            continue
        told = found.groupdict()
        rest = told.pop("rest")
        for name, value in told.items():
            if value and parts.get(name) is None:
                parts[name] = value
    return {**{part: parts[part] for part in PARTS}, "rest": rest or None}


def _as_in_china(text: str) -> str:
    """Give an address in Japan, or written as there, with block, lot and house as building, unit and room."""
    if not JAPANESE.search(text):
        return text
    text = _replaced(text, *_blocks())
    for found, written in IN_JAPAN:
        text = found.sub(written, text, count=1)
    return text


def _spelled(text: str) -> str:
    """Give an address without blanks, remarks and punctuation, in simplified characters."""
    text = text.upper()
    if ("," in text or ";" in text) and not _divided_by_comma().match(text):
        text = _turned().sub(r"\2\1", text, count=1)
    return simplified(MARKS.sub("", DASHES.sub("-", REMARKS.sub("", text))).strip("-"))


def _without_postcode(text: str) -> str:
    return _with_postcode().sub(r"\1", text, count=1) if IN_FIGURES.search(text) else text


def _in_digits(text: str) -> str:
    """Give what is below the district with its numerals in digits and one word for a building."""
    if NO_NUMERALS.search(text):
        return text
    text = BEGINS_A_NAME.sub(rf"\1{ways.APART}\2", text)
    text = _replaced(text, *_numerals()).replace(ways.APART, "")
    for found, written in NUMBERED_DOORS:
        text = found.sub(written, text)
    text = _replaced(text, *_behind_number())
    for found, written in HOUSES:
        text = found.sub(written, text, count=1)
    return text


def _in_one_way(text: str) -> str:
    """Give what is below the district with committees, groups, buildings and doors written in one way."""
    for found, written in OTHER_WAYS:
        text = found.sub(written, text, count=1)
    return text


def _replaced(text: str, becomes: Mapping[str, str], lengths: Sequence[int]) -> str:
    """Give text with each of these words, the longest at each place, replaced."""
    written, at = [], 0
    while at < len(text):
        word = next((text[at : at + length] for length in lengths if text[at : at + length] in becomes), None)
        written.append(text[at] if word is None else becomes[word])
        at += len(word or text[at])
    return "".join(written)


@cache
def _numerals() -> tuple[Mapping[str, str], tuple[int, ...]]:
    return _longest_first(*ways.numerals())


@cache
def _blocks() -> tuple[Mapping[str, str], tuple[int, ...]]:
    return _longest_first(*ways.blocks())


@cache
def _behind_number() -> tuple[Mapping[str, str], tuple[int, ...]]:
    return _longest_first(*ways.behind_number())


def _longest_first(old: Sequence[str], new: Sequence[str]) -> tuple[Mapping[str, str], tuple[int, ...]]:
    return dict(zip(old, new, strict=True)), tuple(sorted({len(word) for word in old}, reverse=True))


@cache
def _names(table: Callable[[], Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(table())


@cache
def _turned() -> re.Pattern[str]:
    return one_by_one(ways.turned())


@cache
def _divided_by_comma() -> re.Pattern[str]:
    return one_by_one(ways.divided_by_comma())


@cache
def _with_postcode() -> re.Pattern[str]:
    return re.compile(ways.with_postcode())


@cache
def _places() -> dict[tuple[str | None, ...], tuple[str | None, ...]]:
    """Give for each way to name a district, as province, city and district, how it is called today."""
    said = [f"said_{name}" for name in DIVISIONS]
    return {row[:3]: row[3:] for row in places().select(*said, *DIVISIONS).iter_rows()}


@cache
def _no_addresses() -> frozenset[str]:
    return frozenset(listed("no_addresses", "text"))


def _door(parts: Mapping[str, Any]) -> str | None:
    name = parts["estate"] or parts["road"] or parts["village"]
    number = parts["building"] or parts["number"]
    return None if name is None or number is None else f"{name} {number}-{parts['room'] or ''}"


def _house(parts: Mapping[str, Any]) -> str | None:
    name = parts["road"] or parts["village"]
    return None if name is None or parts["number"] is None else f"{name} {parts['number']}"


KEYS: Final[Mapping[str, Callable[[Mapping[str, Any]], str | None]]] = {
    "door": _door,
    "house": _house,
    "district": lambda parts: parts["district"],
    "city": lambda parts: parts["city"],
}
