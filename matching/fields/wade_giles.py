"""How Mandarin is spelt in Taiwan and was spelt everywhere before: Wade and Giles's letters, without their marks.

A passport of Taiwan has what its bearer asked for: Wade–Giles as a rule, since 2002 Tongyong or pinyin as well, and
each syllable may be of another. So each reading in pinyin has all spellings of its initial with all of its final.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import product
from typing import Final

from matching.fields.pinyin import character_readings

INITIALS: Final[Mapping[str, str]] = {
    "zh": "ch jh",
    "ch": "ch",
    "sh": "sh",
    "b": "p",
    "p": "p",
    "m": "m",
    "f": "f",
    "d": "t",
    "t": "t",
    "n": "n",
    "l": "l",
    "g": "k",
    "k": "k",
    "h": "h",
    "j": "ch",
    "q": "ch c",
    "x": "hs s sh",
    "r": "j",
    "z": "ts",
    "c": "ts",
    "s": "s",
    "y": "y",
    "w": "w",
    "": "",
}
"""Spellings of each initial that is not spelt as in pinyin alone; that stands beside them."""

FINALS: Final[Mapping[str, str]] = {
    "ian": "ien",
    "ie": "ieh",
    "ue": "ueh yueh yue",
    "uo": "o",
    "ong": "ung",
    "iong": "iung yong",
    "iu": "iou iow",
    "ui": "uei",
    "uan": "yuan",
    "un": "yun",
    "u": "yu",
    "v": "u yu",
    "ve": "ueh",
    "eng": "ong",
}
"""Further spellings of each final, beside that in pinyin."""

SYLLABLES: Final[Mapping[str, str]] = {
    "zhi": "chih jhih",
    "chi": "chih",
    "shi": "shih",
    "ri": "jih",
    "zi": "tzu tze zih",
    "ci": "tzu tsu cih",
    "si": "ssu szu sih sze",
    "er": "erh",
    "e": "o",
    "ge": "ko",
    "ke": "ko",
    "he": "ho",
    "yi": "i yih",
    "yan": "yen",
    "ye": "yeh",
    "you": "yu",
    "yong": "yung",
    "yue": "yueh",
    "wen": "wun",
    "weng": "wong",
}
"""Further spellings of whole syllables."""


@cache
def spelt_of(reading: str) -> frozenset[str]:
    """Give the spellings of a reading in pinyin without its tone, pinyin itself among them."""
    initial = next(reading[:size] for size in (2, 1, 0) if reading[:size] in INITIALS)
    final = reading[len(initial) :]
    initials, finals = {initial, *INITIALS[initial].split(" ")}, {final, *FINALS.get(final, "").split()}
    found = {one + other for one, other in product(initials, finals)}
    return frozenset(found | set(SYLLABLES.get(reading, "").split()))


@cache
def _readings() -> Mapping[str, str]:
    return {character: spoken.strip() for character, spoken in zip(*character_readings(), strict=True)}


@lru_cache(maxsize=10_000)
def spellings(character: str) -> frozenset[str]:
    """Give how a character may be spelt; nothing if it has no reading."""
    reading = _readings().get(character)
    return frozenset() if reading is None else spelt_of(reading)
