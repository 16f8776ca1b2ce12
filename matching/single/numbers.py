"""Numbers one at a time: telephones, identity documents, birth dates."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple

from rapidfuzz.distance import OSA

from matching.fields import birth_date, gender, masked_phone, phone, phone_spelling
from matching.fields.id_number import (
    AT_HOME,
    FEW_SHOWN,
    LETTERED,
    MANY_SHOWN,
    OLD_CODE,
    ORGANISATION_CODE,
    TELLING_DIGITS,
    Document,
    left_out_of,
)
from matching.fields.id_number import Agreement as Ids
from matching.fields.id_spelling import (
    BARE,
    CREDIT,
    CREDIT_ALPHABET,
    CREDIT_WEIGHTS,
    CUT,
    LENGTH,
    MARKED,
    MISTYPED,
    NOBODYS,
    OLD_RESIDENT,
    PERMIT,
    RESIDENT,
    RESIDENT_CHECKS,
    RESIDENT_WEIGHTS,
    ROUNDED,
    SRI_LANKAN,
    TEN_FOR_X,
    TITLED,
    WITHOUT_X,
)
from matching.fields.phone import DIGITS, FIXED_LINES, SHORTEST_END, Line
from matching.fields.phone import Agreement as Phones
from matching.tables import listed

Parts = dict[str, object]
Keys = Mapping[str, Callable[[Mapping[str, Any]], str | None]]

MOBILE: Final = re.compile(phone_spelling.MOBILE)
LONG_ENOUGH: Final = 15
"""Characters of a number whose ends are a key."""
FIRST_OF_YEAR: Final = (1, 1)
YEARS_OFF: Final = frozenset({0, 1, 10})
MONTHS_OFF: Final = frozenset({0, 1, 11})
MAYBE_MASKED: Final = re.compile(masked_phone.FULL)
MOBILE_ENDS: Final = re.compile(masked_phone.BOTH_ENDS)
A_MOBILE: Final = Line.MOBILE.value
"""A member of an enumeration takes longer to look up than two numbers to compare."""
INVENTED: Final = re.compile(f"(?:{phone.REPEATED}|{phone.SEQUENCES})$|^(?:{phone.SEQUENCES})")
PHONES: Final = {level: place for place, level in enumerate(Phones)}
OTHER_NUMBER: Final = len(phone.LEVELS) - 1
IDS: Final = {level: place for place, level in enumerate(Ids)}
"""The places of the levels, by name."""
TWO_PEOPLE: Final = IDS[Ids.TWO_PEOPLE]
OTHER_DOCUMENT: Final = IDS[Ids.OTHER_KIND]
"""What most numbers are that have no more than their ends in common."""
DIGITS_ALONE: Final = re.compile(r"(?!0+86)[0-9]{7,13}|0[0-9]{2,3}-[0-9]{7,8}")
COUNTRY: Final = re.compile(r"^(?:00)?86(0?1[3-9]\d{9}|0?[1-9]\d{8,11})$")
DIALLED_BEFORE: Final = re.compile(r"^0(1[3-9]\d{9})$")
NATIONAL: Final = re.compile(phone.NATIONAL)
LOCAL_NUMBER: Final = re.compile(r"^[2-9]\d{6,7}$")
CAPITALS: Final = re.compile(BARE)
SWEDEN, ANYWHERE = (re.compile(pattern) for pattern in AT_HOME)
TO_BE_MENDED: Final = (OLD_RESIDENT, MISTYPED, WITHOUT_X, PERMIT, TITLED, MARKED, TEN_FOR_X, CUT, SRI_LANKAN)
"""Numbers that columns are mended in."""
LETTER: Final = re.compile(LETTERED)
NOTHING: Final = re.compile(NOBODYS)
HIDDEN: Final = "*" * (LENGTH - 4)
"""What a number begins with of which no more than the last four characters are known."""
MISWRITTEN: Final = re.compile(r"^[\d*]{15,18}[\dX*]$|^[\d*]{15}$")


class PhoneParts(NamedTuple):
    """What of a cleaned telephone number is compared."""

    value: str
    line: str
    local: str | None
    digits: str


PHONE_KEYS: Final[Keys] = {
    "last_seven_digits": lambda parts: _shown(parts["value"][-7:]),
    "shown_ends": lambda parts: _ends_of_mobile(parts["value"]),
    "last_four": lambda parts: _shown(parts["value"][-4:], enough=MAYBE_MASKED.match(parts["value"]) is not None),
}
PHONES_FOR: Final[Mapping[str, Callable[[Mapping[str, Any]], bool]]] = dict.fromkeys(
    ("shown_ends", "last_four"), lambda parts: parts["line"] == Line.MASKED
)
"""Keys that are for numbers with hidden digits alone."""


def clean_phone(text: str) -> Parts | None:
    """Give a number of digits alone, or with a hyphen behind its area code; None for all else and for nobody's."""
    if not DIGITS_ALONE.fullmatch(text):
        return None
    digits = DIALLED_BEFORE.sub(r"\1", COUNTRY.sub(r"\1", text.replace("-", "")))
    digits = re.sub(phone_spelling.INTERNATIONAL, r"\1", digits)
    value, line, local = digits, Line.OTHER, None
    if MOBILE.match(digits):
        line = Line.MOBILE
    elif (fixed := _with_area().match(digits)) and (digits.startswith("0") or text.startswith(("86", "0086"))):
        line, local = Line.FIXED, fixed[2]
        value, digits = f"0{fixed[1]}-{local}", local
    elif LOCAL_NUMBER.match(digits):
        line, local = Line.LOCAL, digits
    if not 7 <= len(digits) <= DIGITS or INVENTED.search(digits) or digits in _no_numbers():
        return None
    return {"value": value, "line": line.value, "local": local, "digits": digits}


def compare_phones(one: PhoneParts, other: PhoneParts) -> int:
    """Give the level of two numbers that differ."""
    if Line.MASKED in {one.line, other.line}:
        return _of_masked(one, other)
    return _of_shown(one, other)


def _of_shown(one: PhoneParts, other: PhoneParts) -> int:
    """Give the level of two numbers that differ, and hide no digit."""
    if one.line == other.line == A_MOBILE:
        return PHONES[Phones.NEAR] if OSA.distance(one.digits, other.digits, score_cutoff=1) == 1 else OTHER_NUMBER
    without_area = Line.LOCAL in {one.line, other.line}
    both_fixed = one.line in FIXED_LINES and other.line in FIXED_LINES
    foreign = Line.OTHER in {one.line, other.line}
    if without_area and one.local is not None and one.local == other.local:
        return PHONES[Phones.SAME_LOCAL]
    if foreign and _is_end_of(*(NATIONAL.sub(r"\1", parts.digits) for parts in (one, other))):
        return PHONES[Phones.SAME_LOCAL]
    if (one.line == Line.MOBILE) != (other.line == Line.MOBILE) and {one.line, other.line} & set(FIXED_LINES):
        return PHONES[Phones.OTHER_KIND]
    other_area = both_fixed and not without_area and one.value[:4] != other.value[:4]
    if not other_area and OSA.distance(one.digits, other.digits) == 1:
        return PHONES[Phones.NEAR]
    return OTHER_NUMBER


def _of_masked(one: PhoneParts, other: PhoneParts) -> int:
    """Give the level of two numbers of which one or both hide digits."""
    if not {one.line, other.line} <= set(phone.CARRIED):
        return PHONES[Phones.OTHER_KIND] if {one.line, other.line} & set(FIXED_LINES) else OTHER_NUMBER
    both = [(a, b) for a, b in zip(one.value, other.value, strict=True) if "*" not in {a, b}]
    if any(a != b for a, b in both):
        return OTHER_NUMBER
    if len(both) >= masked_phone.MANY_SHOWN:
        return PHONES[Phones.SHOWN_AGREES]
    return PHONES[Phones.LAST_AGREE if len(both) >= masked_phone.FEW_SHOWN else Phones.HIDDEN]


def _ends_of_mobile(number: str) -> str | None:
    ends = number[:3] + number[-4:]
    return ends if len(number) == masked_phone.LENGTH and MOBILE_ENDS.match(ends) else None


def _is_end_of(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= SHORTEST_END and (one.endswith(other) or other.endswith(one))


class IdParts(NamedTuple):
    """What of a cleaned document number is compared."""

    value: str
    document: str
    is_valid: bool | None
    is_masked: bool
    organisation: str | None


def _shown(characters: str, *, enough: bool = True) -> str | None:
    return characters if enough and "*" not in characters else None


ID_KEYS: Final[Keys] = {
    "number": lambda parts: None if parts["is_masked"] else parts["value"],
    "shown_ends": lambda parts: _shown(
        parts["value"][:6] + parts["value"][-4:], enough=len(parts["value"]) >= LONG_ENOUGH
    ),
    "last_four": lambda parts: _shown(parts["value"][-4:]),
    "organisation": lambda parts: parts["organisation"],
}


def clean_id(text: str) -> Parts | None:
    """Give a number in capitals, digits and asterisks, and what it tells if it passes its check.

    None for a resident's number that has fifteen digits, three zeros at its end, or letters for digits, for what is
    nobody's, and for what is written in another way.
    """
    if not CAPITALS.fullmatch(text) or NOTHING.match(text) or text in _no_ids():
        return None
    if any(
        re.match(pattern, text) for pattern in (OLD_RESIDENT, MISTYPED, WITHOUT_X, PERMIT, TITLED, SRI_LANKAN)
    ) or _is_rounded(text):
        return None
    is_masked, is_credit = "*" in text, re.match(CREDIT, text) is not None
    born = _birth_date(text[6:14]) if re.match(RESIDENT, text) else None
    miswritten = MISWRITTEN.match(text) and not (text.startswith("9") and is_credit)
    is_valid: bool | None = None
    if born is not None or miswritten:
        document = Document.RESIDENT_ID
        is_valid = born is not None and RESIDENT_CHECKS[_total(text, RESIDENT_WEIGHTS) % 11] == text[-1]
    elif is_credit:
        document = Document.CREDIT_CODE
        is_valid = CREDIT_ALPHABET[-_total(text, CREDIT_WEIGHTS) % 31] == text[-1]
    else:
        document = Document.OTHER
    is_valid = None if is_masked else is_valid
    resident = bool(is_valid) and document is Document.RESIDENT_ID
    old = re.match(OLD_CODE, text)
    within = text[ORGANISATION_CODE] if document is Document.CREDIT_CODE and not is_masked else old and old[1]
    return {
        "value": text,
        "document": document.value,
        "is_valid": is_valid,
        "is_masked": is_masked,
        "birth_date": born if resident else None,
        "gender": ("male" if int(text[16]) % 2 else "female") if resident else None,
        "region": text[:6] if resident else None,
        "organisation": within,
    }


def _is_rounded(text: str) -> bool:
    """Tell whether a resident's number ends as one does that was taken for a number, in tens or as a binary one."""
    if not re.match(ROUNDED, text):
        return False
    thousands = (int(text) + 500) // 1000 * 1000
    return int(text) in {thousands, int(float(thousands))}


def _total(text: str, weights: Sequence[int]) -> int:
    """Give the sum that a check character is made from."""
    return sum(CREDIT_ALPHABET.index(character) * weight for character, weight in zip(text, weights, strict=False))


def _of_whole_numbers(one: IdParts, other: IdParts) -> int:
    if one.organisation is not None and one.organisation == other.organisation:
        return IDS[Ids.SHOWN_AGREES]
    if one.document != other.document:
        return OTHER_DOCUMENT
    if _letters_left_out(one.value, other.value) or _same_at_home(one.value, other.value):
        return IDS[Ids.SHOWN_AGREES]
    if one.is_valid and other.is_valid:
        return TWO_PEOPLE
    return IDS[Ids.NEAR if OSA.distance(one.value, other.value, score_cutoff=1) == 1 else Ids.DIFFERENT]


def _same_at_home(one: str, other: str) -> bool:
    if one.isdigit() and other.isdigit():
        return False  # neither says anything around it: nearly always
    (country, number), (theirs, their_number) = _at_home(one), _at_home(other)
    return number is not None and number == their_number and (not country or not theirs or country == theirs)


def _at_home(number: str) -> tuple[str | None, str | None]:
    """Give the country's letters before a number, and the number as it is written at home; nothing of any other."""
    if in_sweden := SWEDEN.match(number):
        return None, in_sweden[1]
    found = ANYWHERE.match(number)
    return (found[1], found[2]) if found else (None, None)


def _letters_left_out(one: str, other: str) -> bool:
    if one.isdigit() and other.isdigit():
        return False  # neither has a letter: nearly always
    digits = LETTER.sub("", one)
    return len(digits) >= TELLING_DIGITS and digits == LETTER.sub("", other) and left_out_of(one, other)


def _ends_agree(one: str, other: str) -> bool:
    alone = one.startswith(HIDDEN) or other.startswith(HIDDEN)
    return alone and one[-4:] == other[-4:] and "*" not in one[-4:]


def compare_ids(one: IdParts, other: IdParts) -> int:
    """Give the level of two numbers that differ."""
    if not one.is_masked and not other.is_masked:
        return _of_whole_numbers(one, other)
    both = [(a, b) for a, b in zip(one.value[:LENGTH], other.value[:LENGTH], strict=False) if "*" not in {a, b}]
    same_length = len(one.value) == len(other.value)
    agree = same_length and all(a == b for a, b in both)
    if agree and len(both) >= MANY_SHOWN:
        return IDS[Ids.SHOWN_AGREES]
    if agree and len(both) >= FEW_SHOWN:
        return IDS[Ids.LAST_AGREE]
    if not same_length and _ends_agree(one.value, other.value):
        return IDS[Ids.LAST_AGREE]
    is_other_kind = one.document != other.document or agree or not same_length
    return IDS[Ids.OTHER_KIND if is_other_kind else Ids.SHOWN_DIFFERS]


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
    year, month, day = one.year == other.year, one.month == other.month, one.day == other.day
    if year and (FIRST_OF_YEAR in {one[2:], other[2:]} or (month and 1 in {one.day, other.day})):
        return birth_date.YEAR_ONLY
    apart = OSA.distance(one.digits, other.digits, score_cutoff=2)
    if apart == 1 or (year and one.month == other.day and one.day == other.month):
        return birth_date.SLIP
    if year + month + day >= 2:
        return birth_date.TWO_PARTS
    if apart == 2 or _are_near(one, other):
        return birth_date.NEAR
    return birth_date.SAME_YEAR if year else birth_date.DIFFERENT


class GenderParts(NamedTuple):
    """What of a cleaned gender is compared."""

    value: str


def compare_genders(one: GenderParts, other: GenderParts) -> int:
    """Give the level of two genders that differ: there is only one."""
    return int(gender.DIFFERENT)


def _are_near(one: DateParts, other: DateParts) -> bool:
    return (
        abs((one.year or 0) - (other.year or 0)) in YEARS_OFF
        and abs((one.month or 0) - (other.month or 0)) in MONTHS_OFF
        and abs((one.day or 0) - (other.day or 0)) <= birth_date.DAYS_OFF
    )


def _birth_date(digits: str) -> date | None:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return born if 1860 <= born.year <= 2100 else None


@cache
def _with_area() -> re.Pattern[str]:
    areas = "|".join(sorted({code[1:] for code in listed("area_codes", "area_code")}))
    return re.compile(rf"^0?({areas})([2-9]\d{{6,7}})$")


@cache
def _no_numbers() -> frozenset[str]:
    return frozenset(listed("no_numbers", "number"))


@cache
def _no_ids() -> frozenset[str]:
    return frozenset(listed("no_ids", "text"))
