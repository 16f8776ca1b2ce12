"""Names of persons, one against the other: Chinese ones, those in letters, and one of each."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import OSA

from matching.fields import hangul, spelt_abroad
from matching.fields.chinese_name import LEVELS, LONGEST, SHORT, Agreement, Form
from matching.fields.look_alikes import look_alike
from matching.fields.name_remarks import UNKNOWN
from matching.fields.person_name import SHORTEST_SLIP, surname_sounds
from matching.single import letters
from matching.single.cleaned_names import heard, is_pinyin, read_surname

FULL, SURNAME_ONLY, FOREIGN = Form.FULL.value, Form.SURNAME_ONLY.value, Form.FOREIGN.value
"""A member of an enumeration takes longer to look up than two names to compare."""
IN_ARABIC = re.compile(r"[\u0600-\u06ff]")
GIVEN_ONLY = Form.GIVEN_ONLY.value
ONE_PART_EACH = {SURNAME_ONLY, GIVEN_ONLY}


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
    if _sounds_as_given_of(one, other) or _sounds_as_given_of(other, one):
        return _place(Agreement.PART)
    if same_surname and (alone or not full) and not (masked and same_size and misses):
        return _place(Agreement.SURNAME_ONLY)
    if same_surname:
        is_shared = misses >= 1 and shown > len(one.surname or "-")
        return _place(Agreement.SHARED_CHARACTER if is_shared else Agreement.SAME_SURNAME)
    if full and one.given is not None and one.given == other.given:
        return _place(Agreement.SAME_GIVEN)
    nothing_shown = _nothing_shown(one, other) and not (same_size and misses)
    nothing_shown = nothing_shown or {one.form, other.form} == ONE_PART_EACH
    nothing_shown = nothing_shown or (alone and _surnames_sound_alike(one.surname, other.surname))
    return _place(Agreement.OTHER_SCRIPT) if nothing_shown else len(LEVELS) - 1


def _surnames_sound_alike(one: str | None, other: str | None) -> bool:
    """Tell whether two surnames, of which one stands alone, have one sound: who heard 章 meant 张."""
    return one is not None and other is not None and read_surname(one) == read_surname(other)


def _nothing_shown(one: NameParts, other: NameParts) -> bool:
    """Tell whether a name is masked, a surname is not told, and the given names told end in no other characters."""
    ends = {one.value[-1], other.value[-1]}
    return (
        Form.MASKED in {one.form, other.form}
        and None in {one.surname, other.surname}
        and (SURNAME_ONLY in {one.form, other.form} or UNKNOWN in ends or len(ends) == 1)
    )


def _compare_letters(one: NameParts, other: NameParts) -> int | None:
    """Give the level of two names in letters."""
    if one.words is None or other.words is None or IN_ARABIC.search(one.value + other.value):
        return None
    spelt = ((one.reading, other.reading), (one.turned, other.reading), (one.reading, other.turned))
    found = letters.level(
        one.words,
        other.words,
        same_letters=any(mine is not None and mine == theirs for mine, theirs in spelt)
        or any(
            mine.syllables is not None
            and not theirs.in_other_script
            and hangul.is_spelt(mine.value, mine.syllables, theirs.words or [])
            for mine, theirs in ((one, other), (other, one))
        ),
        other_generation=None not in {one.generation, other.generation} and one.generation != other.generation,
        unlike=one.in_other_script != other.in_other_script,
        apart=lambda: OSA.distance(one.reading or "", other.reading or ""),
        syllables=None if None in {one.syllables, other.syllables} else (one.syllables or "", other.syllables or ""),
    )
    return None if found is None else _place(found)


def _compare_across(chinese: NameParts, spelt: NameParts) -> int | None:  # noqa: PLR0911 -- one return for each level
    """Give the level of a Chinese name and one spelt in letters."""
    if spelt.reading is None or spelt.words is None:
        return None
    spellings = [text for text in (spelt.reading, spelt.turned) if text is not None]
    in_pinyin = is_pinyin(spelt.value)
    abroad = {spelt.surname, spelt.given} & spelt_abroad.surname_spellings(chinese.surname, is_pinyin=in_pinyin)
    if spelt_abroad.is_spelt(chinese.surname, chinese.given, spelt.words, is_pinyin=in_pinyin):
        return _place(Agreement.SAME_SOUND)
    if chinese.reading is None or chinese.pinyin is None:
        said = (read_surname(chinese.surname) if chinese.surname else "").replace(" ", "")
        if abroad or (said and any(text.startswith(said) for text in spellings)):
            return _place(Agreement.SURNAME_ONLY)
        return len(LEVELS) - 1 if said and in_pinyin else _place(Agreement.OTHER_SCRIPT)
    if chinese.reading in spellings:
        return _place(Agreement.SAME_SOUND)
    slip = any(OSA.distance(chinese.reading, text) == 1 for text in (spelt.reading, spelt.turned or ""))
    if slip and len(chinese.reading) >= SHORTEST_SLIP:
        return _place(Agreement.NEAR)
    if chinese.sound is not None and chinese.sound == heard(" ".join(spelt.words)):
        return _place(Agreement.NEAR)
    if chinese.form == GIVEN_ONLY and any(_before(text, chinese.reading) in surname_sounds() for text in spellings):
        return _place(Agreement.PART)
    first = chinese.pinyin.split(" ")[0]
    if first in {spelt.surname, spelt.given}:
        alone = chinese.form == Form.SURNAME_ONLY or len(spelt.words) == 1
        return _place(Agreement.SURNAME_ONLY if alone else Agreement.SAME_SURNAME)
    if abroad or (chinese.form == SURNAME_ONLY and _begins(spelt, chinese.reading)):
        return _place(Agreement.SURNAME_ONLY)
    return len(LEVELS) - 1 if in_pinyin else _place(Agreement.OTHER_SCRIPT)


def _before(text: str, given: str) -> str | None:
    """Give what stands before a given name at the end of a text, None where it does not end so."""
    return text[: -len(given)] if given and text.endswith(given) else None


def _begins(spelt: NameParts, surname: str) -> bool:
    """Tell whether a name in pinyin, in one word, begins with a surname's reading."""
    return len(spelt.words or ()) == 1 and is_pinyin(spelt.value) and (spelt.reading or "").startswith(surname)


def _sounds_as_given_of(part: NameParts, whole: NameParts) -> bool:
    """Tell whether the one is a given name that sounds like the other's, whose surname has one character."""
    if part.form != GIVEN_ONLY or len(whole.surname or "") != 1 or whole.pinyin is None:
        return False
    return whole.pinyin.partition(" ")[2] == part.pinyin


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
