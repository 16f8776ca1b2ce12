"""Names of persons, one at a time: Chinese ones, those in letters, and one against the other."""

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
from rapidfuzz.distance import OSA

from matching.fields.chinese_name import LEVELS, LONGEST, NOT_SAID, REMARKS, SHORT, UNKNOWN, WRAPPED, Agreement, Form
from matching.fields.look_alikes import look_alike
from matching.fields.person_name import SHORTEST_SLIP, cantonese_surnames
from matching.fields.pinyin import BLURRED
from matching.fields.scripts import pinyin_name
from matching.fields.transliterated import SPELLINGS
from matching.fields.writing import simplified_characters
from matching.single import letters
from matching.single.writing import HAN, PLAIN_TEXT, readings, spelt
from matching.tables import listed, table

Parts = dict[str, object]

BARE_NAME: Final = re.compile(f"[{HAN}]+")
NOT_CHINESE: Final = re.compile(f"[^{HAN}]")
BEHIND_LETTERS: Final = re.compile(f"[A-Za-z].*[{HAN}]")
NO_PART_OF_NAMES: Final = re.compile(f"[^{HAN}·{UNKNOWN}]")
IN_BRACKETS: Final = re.compile(WRAPPED)
REMARKED: Final = tuple((re.compile(found), written.replace("$1", r"\1")) for found, written in REMARKS)
WITH_SURNAME: Final = frozenset({Form.FULL, Form.SURNAME_ONLY, Form.MASKED})
FULL, SURNAME_ONLY, FOREIGN = Form.FULL.value, Form.SURNAME_ONLY.value, Form.FOREIGN.value
"""A member of an enumeration takes longer to look up than two names to compare."""
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
    generation: str | None
    is_chinese: bool
    in_other_script: bool
    syllables: str | None


KEYS: Final[Mapping[str, Callable[[Mapping[str, Any]], str | None]]] = {
    "sound": lambda parts: parts["sound"],
    "surname": lambda parts: parts["surname"],
}


def clean_name(text: str) -> Parts | None:
    """Give the parts of a name that holds Chinese characters, all of them common ones that have a reading.

    None for who is addressed by a title, for what is nobody's name, for names in letters, alone or with a Chinese title
    or remark behind, and of other tongues.
    """
    if not PLAIN_TEXT.fullmatch(text) or BEHIND_LETTERS.search(text):
        return None
    value = _without_remarks("".join(simplified_characters().get(one, one) for one in text))
    value = value.replace(NOT_SAID, UNKNOWN)
    chinese = NOT_CHINESE.sub("", value)
    if not chinese or value in _no_names() or not readings().keys() >= set(chinese) or value.endswith(_titles()):
        return None
    if len(value) == 2 and (value.startswith(_familiar()) or value.endswith(_after_surnames())):
        return None
    compound = next((each for each in _compound_surnames() if value.startswith(each)), None)
    head = compound or value[0]
    form = _form(value, compound)
    if form is Form.FOREIGN or (compound is None and len(value) >= SHORT):
        return None
    surname = head if form in WITH_SURNAME and head != UNKNOWN else None
    given = value if form is Form.GIVEN_ONLY else value[len(head) :]
    pinyin, turned = None, None
    if form is not Form.MASKED:
        first, last = (
            (_surname_readings().get(head) or spelt(head)) if surname else "",
            spelt(given.replace(UNKNOWN, "")),
        )
        pinyin = f"{first} {last}".strip()
        turned = f"{last}{first}".replace(" ", "") if surname else None
    return {
        "value": value,
        "surname": surname,
        "given": None if form is Form.SURNAME_ONLY else given,
        "form": form.value,
        "gender": None,
        "pinyin": pinyin,
        "reading": None if pinyin is None else pinyin.replace(" ", ""),
        "turned": turned,
        "sound": None if pinyin is None else _heard(pinyin),
        **dict.fromkeys(SPELLINGS),
        "words": None,
        "generation": None,
        "is_chinese": True,
        "in_other_script": False,
        "syllables": None,
    }


def _without_remarks(text: str) -> str:
    """Give a name without what does not belong to it, as `chinese_name` does."""
    if BARE_NAME.fullmatch(text):
        return text
    text = IN_BRACKETS.sub(r"\1", text)
    for found, written in REMARKED:
        text = found.sub(written, text)
    return NO_PART_OF_NAMES.sub("", text).strip("·")


def _form(value: str, compound: str | None) -> Form:
    """Give how much of a name is there."""
    alone, hidden = len(value) == 1 or value == compound, UNKNOWN in value
    if "·" in value or (len(value) > SHORT and compound is None):
        return Form.FOREIGN
    if alone and (compound is not None or value in _single_surnames()):
        return Form.SURNAME_ONLY
    if alone or (len(value) == 2 and not hidden and compound is None and value[0] not in _single_surnames()):
        return Form.GIVEN_ONLY
    return Form.MASKED if hidden else Form.FULL


def compare_names(one: NameParts, other: NameParts) -> int | None:  # noqa: PLR0911 -- one return for each level
    """Give the level of two names that differ; None where a part is missing that others of its script have."""
    if one.is_chinese != other.is_chinese:
        return _compare_across(one, other) if one.is_chinese else _compare_across(other, one)
    if not one.is_chinese:
        return _compare_letters(one, other)
    if FOREIGN in {one.form, other.form} or max(len(one.value), len(other.value)) >= SHORT:
        return None
    full = one.form == other.form == FULL
    if full and one.sound != other.sound and one.reading != other.reading and {*one.value}.isdisjoint(other.value):
        return len(LEVELS) - 1  # most pairs, which have no character and no sound in common
    mine, theirs = (each.value[:LONGEST] for each in (one, other))
    sizes = len(mine), len(theirs)
    within = min(sizes)
    masked = UNKNOWN in mine[:within] or UNKNOWN in theirs[:within]
    pairs = [pair for pair in zip(mine, theirs, strict=False) if pair[0] != pair[1]]
    differ = [pair for pair in pairs if UNKNOWN not in pair] if masked else pairs
    misses = len(differ) + abs(sizes[0] - sizes[1])
    shown = within - len(pairs)
    same_size = sizes[0] == sizes[1]
    alone = SURNAME_ONLY in {one.form, other.form}
    same_surname = one.surname is not None and one.surname == other.surname
    if not alone and one.reading is not None and one.reading == other.reading:
        return _place(Agreement.SAME_SOUND)
    if masked and same_size and misses == 0 and shown >= 2:
        return _place(Agreement.SHOWN_AGREES)
    if (not alone and one.sound is not None and one.sound == other.sound) or (
        full and same_size and _is_near(mine, theirs, differ)
    ):
        return _place(Agreement.NEAR)
    left_out = not alone and abs(sizes[0] - sizes[1]) == 1 and _is_one_left_out(one.value, other.value)
    if left_out or _is_given_of(one, other) or _is_given_of(other, one):
        return _place(Agreement.PART)
    if same_surname and (alone or not full) and not (masked and same_size and misses):
        return _place(Agreement.SURNAME_ONLY)
    if same_surname:
        is_shared = misses >= 1 and shown > len(one.surname or "-")
        return _place(Agreement.SHARED_CHARACTER if is_shared else Agreement.SAME_SURNAME)
    if full and one.given is not None and one.given == other.given:
        return _place(Agreement.SAME_GIVEN)
    nothing_shown = _nothing_shown(one, other) and not (same_size and misses)
    return _place(Agreement.OTHER_SCRIPT) if nothing_shown else len(LEVELS) - 1


def _nothing_shown(one: NameParts, other: NameParts) -> bool:
    """Tell whether a name is masked, the surname of either is not told, and their last characters do not differ."""
    ends = {one.value[-1], other.value[-1]}
    return (
        Form.MASKED in {one.form, other.form}
        and None in {one.surname, other.surname}
        and (UNKNOWN in ends or len(ends) == 1)
    )


def _compare_letters(one: NameParts, other: NameParts) -> int | None:
    """Give the level of two names in letters."""
    if one.words is None or other.words is None:
        return None
    spelt = ((one.reading, other.reading), (one.turned, other.reading), (one.reading, other.turned))
    found = letters.level(
        one.words,
        other.words,
        same_letters=any(mine is not None and mine == theirs for mine, theirs in spelt),
        other_generation=None not in {one.generation, other.generation} and one.generation != other.generation,
        unlike=one.in_other_script != other.in_other_script,
        apart=lambda: OSA.distance(one.reading or "", other.reading or ""),
        syllables=None if None in {one.syllables, other.syllables} else (one.syllables or "", other.syllables or ""),
    )
    return None if found is None else _place(found)


def _compare_across(chinese: NameParts, spelt: NameParts) -> int | None:  # noqa: PLR0911 -- one return for each level
    """Give the level of a Chinese name and one spelt in letters."""
    if chinese.reading is None or chinese.pinyin is None or spelt.reading is None or spelt.words is None:
        return None
    spellings = [text for text in (spelt.reading, spelt.turned) if text is not None]
    if chinese.reading in spellings:
        return _place(Agreement.SAME_SOUND)
    slip = any(OSA.distance(chinese.reading, text) == 1 for text in (spelt.reading, spelt.turned or ""))
    if slip and len(chinese.reading) >= SHORTEST_SLIP:
        return _place(Agreement.NEAR)
    if chinese.sound is not None and chinese.sound == _heard(" ".join(spelt.words)):
        return _place(Agreement.NEAR)
    first = chinese.pinyin.split(" ")[0]
    if first in {spelt.surname, spelt.given}:
        alone = chinese.form == Form.SURNAME_ONLY or len(spelt.words) == 1
        return _place(Agreement.SURNAME_ONLY if alone else Agreement.SAME_SURNAME)
    if {spelt.surname, spelt.given} & set(cantonese_surnames().get(chinese.surname or "", ())):
        return _place(Agreement.SURNAME_ONLY)
    return len(LEVELS) - 1 if _pinyin().fullmatch(spelt.value) else _place(Agreement.OTHER_SCRIPT)


@cache
def _pinyin() -> re.Pattern[str]:
    return re.compile(pinyin_name())


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


def _is_one_left_out(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= 2 and OSA.distance(one, other) == 1


def _is_given_of(part: NameParts, whole: NameParts) -> bool:
    return whole.surname is not None and part.value == whole.given


@cache
def _place(level: Agreement) -> int:
    return list(Agreement).index(level)


@cache
def _single_surnames() -> frozenset[str]:
    return frozenset(listed("surnames", "surname", form="single"))


@cache
def _compound_surnames() -> tuple[str, ...]:
    return tuple(sorted(listed("surnames", "surname", form="compound"), key=lambda name: (-len(name), name)))


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


@cache
def _after_surnames() -> tuple[str, ...]:
    return tuple(listed("honorifics", "title", place="after_surname"))
