"""Korean names as letters spell them: each family in its own way, whatever the official rules of the day.

A syllable of Hangul is an initial, a vowel and a final, and its code point tells which (Unicode, chapter 3.12). Each of
these has all spellings in use, of the rules of 1939, 1984 and 2000 and of passports.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import Final

from matching.fields.spelling import spells

INITIALS: Final[Mapping[str, str]] = {
    "ㄱ": "g k",
    "ㄲ": "kk gg g k",
    "ㄴ": "n",
    "ㄷ": "d t",
    "ㄸ": "tt dd d t",
    "ㄹ": "r l n",
    "ㅁ": "m",
    "ㅂ": "b p",
    "ㅃ": "pp bb b p",
    "ㅅ": "s sh",
    "ㅆ": "ss s",
    "ㅇ": "",
    "ㅈ": "j ch z",
    "ㅉ": "jj j ch",
    "ㅊ": "ch c",
    "ㅋ": "k",
    "ㅌ": "t",
    "ㅍ": "p",
    "ㅎ": "h",
}
VOWELS: Final[Mapping[str, str]] = {
    "ㅏ": "a ah",
    "ㅐ": "ae e ai",
    "ㅑ": "ya",
    "ㅒ": "yae ye",
    "ㅓ": "eo u o uh er",
    "ㅔ": "e ae",
    "ㅕ": "yeo you yu yo yuh",
    "ㅖ": "ye yae",
    "ㅗ": "o oh",
    "ㅘ": "wa",
    "ㅙ": "wae we",
    "ㅚ": "oe we oi",
    "ㅛ": "yo",
    "ㅜ": "u oo",
    "ㅝ": "wo weo",
    "ㅞ": "we",
    "ㅟ": "wi ui wee",
    "ㅠ": "yu yoo you",
    "ㅡ": "eu u",
    "ㅢ": "ui i ee eui",
    "ㅣ": "i ee",
}
FINALS: Final[Mapping[str, str]] = {
    "": "",
    "ㄱ": "k g c",
    "ㄲ": "k",
    "ㄳ": "k",
    "ㄴ": "n",
    "ㄵ": "n",
    "ㄶ": "n",
    "ㄷ": "t d",
    "ㄹ": "l r",
    "ㄺ": "k",
    "ㄻ": "m",
    "ㄼ": "l",
    "ㄽ": "l",
    "ㄾ": "l",
    "ㄿ": "p",
    "ㅀ": "l",
    "ㅁ": "m",
    "ㅂ": "p b",
    "ㅄ": "p",
    "ㅅ": "t s",
    "ㅆ": "t",
    "ㅇ": "ng",
    "ㅈ": "t j",
    "ㅊ": "t",
    "ㅋ": "k",
    "ㅌ": "t",
    "ㅍ": "p",
    "ㅎ": "t h",
}
"""Spellings by letter, in the order of the code points."""

FIRST: Final = ord("가")
WITHOUT_INITIAL: Final = {"u": "woo wu", "yeo": "yeoh", "i": "yi"}
"""Further spellings of a vowel that begins its syllable, by its first spelling."""

FAMILIES: Final = {
    "이": "lee rhee yi ri",
    "박": "park",
    "임": "lim rim",
    "안": "ahn",
    "노": "roh noh",
    "류": "yoo you",
    "유": "ryu ryoo",
    "나": "ra rha",
    "정": "chung cheong",
    "허": "hur huh",
    "백": "paik",
    "최": "choi",
    "선우": "sunwoo",
}
"""Spellings of family names that no rule gives, or that their members prefer."""


@lru_cache(maxsize=20_000)
def spellings(syllable: str) -> frozenset[str]:
    """Give how a syllable may be spelt; nothing of what is none."""
    code = ord(syllable) - FIRST
    if not 0 <= code < len(INITIALS) * len(VOWELS) * len(FINALS):
        return frozenset()
    place, rest = divmod(code, len(VOWELS) * len(FINALS))
    initial, vowel, final = (
        list(spelt.values())[at].split(" ")
        for spelt, at in zip((INITIALS, VOWELS, FINALS), (place, *divmod(rest, len(FINALS))), strict=True)
    )
    if initial == [""]:
        vowel += WITHOUT_INITIAL.get(vowel[0], "").split()
    return frozenset("".join(each) for each in product(initial, vowel, final))


def is_spelt(name: str, syllables: str | None, words: Sequence[str]) -> bool:
    """Tell whether words in letters are a name in Hangul: the family's name first or last, the others its `syllables`.

    The name begins with the family's and a space.
    """
    if not syllables or len(words) <= 1:
        return False
    family = name.partition(" ")[0]
    given = [spellings(syllable) for syllable in syllables]
    for one, others in ((words[0], words[1:]), (words[-1], words[:-1])):
        known = one in FAMILIES.get(family, "").split() or spells(one, [spellings(syllable) for syllable in family])
        if known and spells("".join(others), given):
            return True
    return False
