"""Numbers one at a time: telephones, identity documents, birth dates."""

import re
from datetime import date
from functools import cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from matching.fields import birth_date, gender, phone
from matching.fields.id_number import (
    CREDIT,
    FEW_SHOWN,
    LENGTH,
    MANY_SHOWN,
    RESIDENT,
    RESIDENT_CHECKS,
    RESIDENT_WEIGHTS,
    Document,
)
from matching.fields.id_number import Agreement as Ids
from matching.fields.phone import FIXED_LINES, SHORTEST_END, Line
from matching.fields.phone import Agreement as Phones
from matching.tables import listed

Parts = dict[str, object]

MOBILE: Final = re.compile(phone.MOBILE)
INVENTED: Final = re.compile(f"(?:{phone.REPEATED}|{phone.SEQUENCES})$|^(?:{phone.SEQUENCES})")
WHOLE_NUMBER: Final = re.compile(r"^(?!1{18}|9{18}|0{18})[0-9]{17}[0-9X]$")


class PhoneParts(NamedTuple):
    """What of a cleaned telephone number is compared."""

    value: str
    line: str
    local: str | None
    digits: str


def clean_mobile(text: str) -> Parts | None:
    """Give a mobile number as eleven digits."""
    if not MOBILE.match(text) or not text.isascii() or INVENTED.search(text) or text in _no_numbers():
        return None
    return {"value": text, "line": Line.MOBILE.value, "local": None, "digits": text}


def compare_phones(one: PhoneParts, other: PhoneParts) -> int:
    """Give the level of two numbers that differ."""
    order = list(Phones)
    without_area = Line.LOCAL in {one.line, other.line}
    both_fixed = one.line in FIXED_LINES and other.line in FIXED_LINES
    foreign = Line.OTHER in {one.line, other.line}
    is_end = one.digits.endswith(other.digits) or other.digits.endswith(one.digits)
    if without_area and one.local is not None and one.local == other.local:
        return order.index(Phones.SAME_LOCAL)
    if foreign and is_end and min(len(one.digits), len(other.digits)) >= SHORTEST_END:
        return order.index(Phones.SAME_LOCAL)
    if (one.line == Line.MOBILE) != (other.line == Line.MOBILE) and {one.line, other.line} & set(FIXED_LINES):
        return order.index(Phones.OTHER_KIND)
    other_area = both_fixed and not without_area and one.value[:4] != other.value[:4]
    if not other_area and OSA.distance(one.digits, other.digits) == 1:
        return order.index(Phones.NEAR)
    return len(phone.LEVELS) - 1


class IdParts(NamedTuple):
    """What of a cleaned document number is compared."""

    value: str
    document: str
    is_valid: bool | None
    is_masked: bool


def clean_id(text: str) -> Parts | None:
    """Give a resident's number of eighteen characters, and what it tells if it passes its check."""
    if not WHOLE_NUMBER.match(text) or not text.isascii() or text in _no_ids():
        return None
    born = _birth_date(text[6:14]) if re.match(RESIDENT, text) else None
    if born is None and text.startswith("9") and re.match(CREDIT, text):
        return None
    total = sum(int(digit) * weight for digit, weight in zip(text, RESIDENT_WEIGHTS, strict=False))
    is_valid = RESIDENT_CHECKS[total % 11] == text[-1] and born is not None
    return {
        "value": text,
        "document": Document.RESIDENT_ID.value,
        "is_valid": is_valid,
        "is_masked": False,
        "birth_date": born if is_valid else None,
        "gender": ("male" if int(text[16]) % 2 else "female") if is_valid else None,
        "region": text[:6] if is_valid else None,
    }


def compare_ids(one: IdParts, other: IdParts) -> int:
    """Give the level of two numbers that differ."""
    order = list(Ids)
    if not one.is_masked and not other.is_masked:
        if one.document != other.document:
            return order.index(Ids.OTHER_KIND)
        if one.is_valid and other.is_valid:
            return order.index(Ids.TWO_PEOPLE)
        return order.index(Ids.NEAR if OSA.distance(one.value, other.value) == 1 else Ids.DIFFERENT)
    both = [(a, b) for a, b in zip(one.value[:LENGTH], other.value[:LENGTH], strict=False) if "*" not in {a, b}]
    same_length = len(one.value) == len(other.value)
    agree = same_length and all(a == b for a, b in both)
    if agree and len(both) >= MANY_SHOWN:
        return order.index(Ids.SHOWN_AGREES)
    if agree and len(both) >= FEW_SHOWN:
        return order.index(Ids.LAST_AGREE)
    is_other_kind = one.document != other.document or agree or not same_length
    return order.index(Ids.OTHER_KIND if is_other_kind else Ids.SHOWN_DIFFERS)


class DateParts(NamedTuple):
    """What of a cleaned birth date is compared."""

    digits: str
    year: int | None
    month: int | None
    day: int | None


def compare_dates(one: DateParts, other: DateParts) -> int | None:
    """Give the level of two whole birth dates that differ."""
    if None in one or None in other:
        return None
    apart = OSA.distance(one.digits, other.digits)
    year, month, day = one.year == other.year, one.month == other.month, one.day == other.day
    january = (one.month, one.day) == (1, 1) or (other.month, other.day) == (1, 1)
    by_rule = (
        (birth_date.YEAR_ONLY, year and (january or (month and 1 in {one.day, other.day}))),
        (birth_date.SLIP, apart == 1 or (year and one.month == other.day and one.day == other.month)),
        (birth_date.TWO_PARTS, year + month + day >= 2),
        (birth_date.NEAR, apart == 2 or _are_near(one, other)),
        (birth_date.SAME_YEAR, year),
    )
    return int(next((level for level, holds in by_rule if holds), birth_date.DIFFERENT))


def compare_genders(one: tuple[str], other: tuple[str]) -> int:
    """Give the level of two genders that differ: there is only one."""
    return int(gender.DIFFERENT)


def _are_near(one: DateParts, other: DateParts) -> bool:
    years, months, days = (abs(int(a or 0) - int(b or 0)) for a, b in zip(one[1:], other[1:], strict=True))
    return years in {0, 1, 10} and months in {0, 1, 11} and days <= birth_date.DAYS_OFF


def _birth_date(digits: str) -> date | None:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return born if 1860 <= born.year <= 2100 else None


@cache
def _no_numbers() -> frozenset[str]:
    return frozenset(listed("no_numbers", "number"))


@cache
def _no_ids() -> frozenset[str]:
    return frozenset(listed("no_ids", "text"))
