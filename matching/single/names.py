"""Chinese names of two to four characters, one at a time."""

import re
from functools import cache, lru_cache
from typing import Final, NamedTuple

import numpy as np
from rapidfuzz.distance import OSA

from matching.fields.chinese_name import LEVELS, LONGEST, UNKNOWN, Agreement, Form
from matching.fields.look_alikes import look_alike
from matching.fields.person_name import SHORTEST_SLIP
from matching.fields.pinyin import BLURRED, character_readings
from matching.fields.writing import simplified_characters
from matching.tables import listed, table

Parts = dict[str, object]

WHOLE: Final = re.compile(r"^[一-\u9fff]{2,4}$")
HEARD: Final = tuple((re.compile(pattern), new.replace("$1", r"\1")) for pattern, new in BLURRED)


class NameParts(NamedTuple):
    """What of a cleaned name is compared."""

    value: str
    surname: str | None
    given: str | None
    form: str | None
    pinyin: str | None
    reading: str | None
    turned: str | None
    sound: str | None
    words: list[str] | None
    is_chinese: bool


def clean_name(text: str) -> Parts | None:
    """Give the parts of a name that is whole and in simplified characters."""
    if not WHOLE.match(text) or text in _no_names() or not _read().keys() >= set(text):
        return None
    if simplified_characters().keys() & set(text) or text.endswith(_titles()):
        return None
    if len(text) == 2 and text.startswith(_familiar()):
        return None
    head = text[:2] if text[:2] in _surnames("compound") else text[:1]
    if text in _surnames("compound"):
        return None
    surname = None if len(text) == 2 and head not in _surnames("single") else head
    given = text[len(surname or "") :]
    first, last = (_surname_readings().get(head) or _spoken(head)) if surname else "", _spoken(given)
    pinyin = f"{first} {last}".strip()
    return {
        "value": text,
        "surname": surname,
        "given": given,
        "form": (Form.FULL if surname else Form.GIVEN_ONLY).value,
        "gender": None,
        "pinyin": pinyin,
        "reading": pinyin.replace(" ", ""),
        "turned": f"{last}{first}".replace(" ", "") if surname else None,
        "sound": _heard(pinyin),
        "words": None,
        "generation": None,
        "is_chinese": True,
    }


def compare_names(one: NameParts, other: NameParts) -> int | None:  # noqa: PLR0911 -- one return for each level
    """Give the level of two names that differ, of which one or both are Chinese; None for long foreign ones."""
    if one.is_chinese != other.is_chinese:
        return _compare_across(one, other) if one.is_chinese else _compare_across(other, one)
    if not one.is_chinese or Form.FOREIGN in {one.form, other.form}:
        return None
    if max(len(one.value), len(other.value)) > LONGEST or "·" in one.value + other.value:
        return None
    sizes = len(one.value), len(other.value)
    within = min(sizes)
    masked = UNKNOWN in one.value[:within] or UNKNOWN in other.value[:within]
    pairs = [pair for pair in zip(one.value, other.value, strict=False) if pair[0] != pair[1]]
    differ = [pair for pair in pairs if UNKNOWN not in pair] if masked else pairs
    misses = len(differ) + abs(sizes[0] - sizes[1])
    shown = within - len(pairs)
    same_size = sizes[0] == sizes[1]
    full = one.form == other.form == Form.FULL
    alone = Form.SURNAME_ONLY in {one.form, other.form}
    same_surname = one.surname is not None and one.surname == other.surname
    if not alone and one.reading is not None and one.reading == other.reading:
        return _place(Agreement.SAME_SOUND)
    if masked and same_size and misses == 0 and shown >= 2:
        return _place(Agreement.SHOWN_AGREES)
    if (not alone and one.sound is not None and one.sound == other.sound) or (
        full and same_size and _is_near(one.value, other.value, differ)
    ):
        return _place(Agreement.NEAR)
    if (_is_part(one, other) and not alone) or _is_given_of(one, other) or _is_given_of(other, one):
        return _place(Agreement.PART)
    if same_surname and (alone or not full) and not (masked and same_size and misses):
        return _place(Agreement.SURNAME_ONLY)
    if same_surname:
        is_shared = misses >= 1 and shown > len(one.surname or "-")
        return _place(Agreement.SHARED_CHARACTER if is_shared else Agreement.SAME_SURNAME)
    if full and one.given is not None and one.given == other.given:
        return _place(Agreement.SAME_GIVEN)
    return len(LEVELS) - 1


def _compare_across(chinese: NameParts, letters: NameParts) -> int | None:
    """Give the level of a Chinese name and one in letters."""
    if chinese.reading is None or chinese.pinyin is None or letters.reading is None or letters.words is None:
        return None
    spellings = [text for text in (letters.reading, letters.turned) if text is not None]
    if chinese.reading in spellings:
        return _place(Agreement.SAME_SOUND)
    slip = any(OSA.distance(chinese.reading, text) == 1 for text in (letters.reading, letters.turned or ""))
    if slip and len(chinese.reading) >= SHORTEST_SLIP:
        return _place(Agreement.NEAR)
    if chinese.sound is not None and chinese.sound == _heard(" ".join(letters.words)):
        return _place(Agreement.NEAR)
    first = chinese.pinyin.split(" ")[0]
    if first in {letters.surname, letters.given}:
        return _place(Agreement.SAME_SURNAME)
    return len(LEVELS) - 1


def _heard(pinyin: str) -> str:
    """Give syllables as an inattentive ear hears them, without blanks."""
    for pattern, new in HEARD:
        pinyin = pattern.sub(new, pinyin)
    return pinyin.replace(" ", "")


def _is_near(one: str, other: str, differ: list[tuple[str, str]]) -> bool:
    """Tell whether names of one length differ in a character easily mistaken, or in the order of their characters."""
    if len(differ) == 1:
        return _look_alike(*differ[0])
    return len(differ) >= 2 and sorted(one) == sorted(other)


@lru_cache(maxsize=50_000)
def _look_alike(one: str, other: str) -> bool:
    return bool(look_alike(*(np.array([ord(character)], dtype=np.uint32) for character in (one, other)))[0])


def _is_part(one: NameParts, other: NameParts) -> bool:
    sizes = len(one.value), len(other.value)
    return abs(sizes[0] - sizes[1]) == 1 and min(sizes) >= 2 and OSA.distance(one.value, other.value) == 1


def _is_given_of(part: NameParts, whole: NameParts) -> bool:
    return whole.surname is not None and part.value == whole.given


@cache
def _place(level: Agreement) -> int:
    return list(Agreement).index(level)


@cache
def _read() -> dict[str, str]:
    characters, readings = character_readings()
    return dict(zip(characters, readings, strict=True))


def _spoken(text: str) -> str:
    return "".join(_read()[character] for character in text).strip()


@cache
def _surnames(form: str) -> frozenset[str]:
    return frozenset(listed("surnames", "surname", form=form))


@cache
def _surname_readings() -> dict[str, str | None]:
    known = table("surnames")
    return dict(zip(known["surname"].to_list(), known["reading"].to_list(), strict=True))


@cache
def _no_names() -> frozenset[str]:
    return frozenset(listed("no_names", "text"))


@cache
def _titles() -> tuple[str, ...]:
    return tuple(listed("honorifics", "title", place="after"))


@cache
def _familiar() -> tuple[str, ...]:
    return tuple(listed("honorifics", "title", place="before"))
