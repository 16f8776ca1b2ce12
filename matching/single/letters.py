"""Names in letters, one pair at a time: words laid against words as `fields/aligning.py` lays them in columns."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

import numpy as np
from rapidfuzz.distance import OSA, JaroWinkler

from matching.fields.aligning import ALPHABET, CLOSE, EQUAL, INITIAL, LONGEST, WITH_ARTICLE
from matching.fields.chinese_name import Agreement
from matching.fields.latin import SOUND_RULES
from matching.fields.latin_name import of_syllables
from matching.fields.nicknames import related_names

HEARD: Final = tuple((re.compile(pattern), written.replace("$1", r"\1")) for pattern, written in SOUND_RULES)
BARE: Final = re.compile(WITH_ARTICLE.replace(r"\p{L}", r"[^\W\d_]"))
DOUBLED: Final = re.compile(r"([abcdefghiklmnoprstuxyz])\1")


class Lies(NamedTuple):
    """How the words of two names lie against one another, as in `aligning.Alignment`."""

    equal: int
    close: int
    initial: int
    surname: bool
    given: bool


def align(one: Sequence[str], other: Sequence[str]) -> Lies:
    """Lay the words of two names against one another, the same whichever of them comes first.

    Of two pairs that want one word the earlier place wins, and that is told by the place of the other word alone.
    """
    one, other = _shortened(one), _shortened(other)
    graded = [
        (grade, i, j)
        for i, mine in enumerate(one)
        for j, theirs in enumerate(other)
        if (grade := _grade(mine, theirs)) is not None
    ]
    return _laid(sorted(graded), len(one), len(other))


def level(  # noqa: PLR0913 -- what of two names is compared
    one: Sequence[str],
    other: Sequence[str],
    *,
    same_letters: bool,
    other_generation: bool,
    unlike: bool,
    apart: Callable[[], int],
    syllables: tuple[str, str] | None,
) -> Agreement | None:
    """Give what the words of two names agree in, as `latin_name.compare` does; None for what is left to it.

    `unlike` says whether they are in two scripts, `apart` how many letters they are; `syllables` are of given names.
    """
    if not all(one) or not all(other):
        return None
    lies = align(one, other)
    sizes = min(len(one), LONGEST), min(len(other), LONGEST)
    shorter, matched = min(sizes), lies.equal + lies.close + lies.initial
    contains, same_length = matched == shorter > 0, sizes[0] == sizes[1]
    told = of_syllables(*syllables) if syllables is not None and lies.surname else None
    one_left = matched > 1 and same_length and shorter - matched == 1
    rules = (
        (Agreement.GENERATION, other_generation and contains and shorter > 1),
        (Agreement.SAME_SOUND, same_letters or (contains and same_length and lies.equal == shorter)),
        (Agreement.SHOWN_AGREES, contains and lies.initial > 0 and lies.equal > 0 and lies.close == 0),
        (Agreement.PART, contains and lies.equal == shorter and shorter > 1),
        (Agreement.NEAR, contains and lies.equal + lies.close > 0 and (shorter > 1 or same_length)),
        (Agreement.SURNAME_ONLY, contains and shorter == 1 and lies.initial == 0),
        (Agreement.NEAR, one_left and apart() == 1),
        (Agreement.OTHER_SCRIPT, unlike),
        (told or Agreement.DIFFERENT, told is not None),
        (Agreement.SHARED_CHARACTER, (lies.surname and lies.given) or (matched > 1 and lies.equal > 0)),
        (Agreement.SAME_SURNAME, lies.surname),
        (Agreement.SAME_GIVEN, lies.given or lies.equal > 0),
    )
    return next((agreement for agreement, holds in rules if holds), Agreement.DIFFERENT)


def _shortened(words: Sequence[str]) -> Sequence[str]:
    return words if len(words) <= LONGEST else [*words[: LONGEST - 1], words[-1]]


def _laid(graded: Iterable[tuple[int, int, int]], size: int, other_size: int) -> Lies:
    """Lay words in the order given, each once."""
    counts, surname, given = [0, 0, 0], False, False
    mine, theirs = set(range(size)), set(range(other_size))
    for grade, i, j in graded:
        if i in mine and j in theirs:
            mine.remove(i)
            theirs.remove(j)
            counts[grade] += 1
            last, other_last = i == size - 1, j == other_size - 1
            surname |= grade < INITIAL and ((last or other_last) if min(i, j) > 0 else last and other_last)
            given |= i == j == 0 and size > 1 and other_size > 1
    return Lies(counts[EQUAL], counts[CLOSE], counts[INITIAL], surname, given)


@lru_cache(maxsize=50_000)
def _grade(one: str, other: str) -> int | None:
    """Give how two words agree, None if they do not."""
    if one == other:
        return EQUAL
    sizes = sorted((len(one), len(other)))
    if sizes[0] == 1 and one[0] == other[0]:
        return INITIAL
    return CLOSE if (one, other) in _related() or _is_spelt_like(one, other, *sizes) else None


def _is_spelt_like(one: str, other: str, shorter: int, longer: int) -> bool:
    """Tell whether two words are a slip apart, or sound the same and look alike."""
    mine, theirs = _told(one), _told(other)
    if mine.has_digits or theirs.has_digits:
        return False
    if longer - shorter <= 2 and shorter >= 4 and (mine.letters ^ theirs.letters).bit_count() <= 4:
        apart = OSA.distance(one, other)
        if apart == 1 or (apart == 2 and longer >= 8):
            return True
    if mine.bare == theirs.bare:
        return True
    return mine.sound == theirs.sound and bool(np.float32(JaroWinkler.similarity(one, other)) >= 0.75)


class Word(NamedTuple):
    """What of a word is compared: its letters as bits, its sound, digits, and the word without the Arabic article."""

    letters: int
    sound: str
    has_digits: bool
    bare: str


@lru_cache(maxsize=50_000)
def _told(word: str) -> Word:
    sound = word.replace(" ", "")
    for pattern, written in HEARD:
        sound = pattern.sub(written, sound)
    letters = sum(1 << bit for bit, letter in enumerate(ALPHABET) if letter in word)
    return Word(letters, DOUBLED.sub(r"\1", sound), re.search(r"\d", word) is not None, BARE.sub(r"\1", word))


@cache
def _related() -> frozenset[tuple[str, str]]:
    return frozenset(related_names().rows())
