"""Arabic names as letters spell them: consonants are written, short vowels are not, and no two families agree.

Each letter has all spellings in use, English and French, Egyptian and of the Gulf, and between consonants there may be
a vowel. So محمد is Mohamed, Muhammad or Mohammed, and not Mahmoud, whose long vowel Arabic writes.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.tables import table

SHORT: Final = "[aeiou]?"
"""What may stand behind a consonant and is not written in Arabic."""
FIRST_SHORT: Final = "(?:ou|[aeiou])?"
"""The same behind the first one, where French has ou."""

CONSONANTS: Final[Mapping[str, str]] = {
    "ب": "b|p",
    "ت": "t",
    "ث": "th|s|t",
    "ج": "dj|j|g",
    "ح": "h",
    "خ": "kh|k|h",
    "د": "d",
    "ذ": "dh|z|th|d",
    "ر": "r",
    "ز": "z|s",
    "س": "s|c",
    "ش": "sh|ch",
    "ص": "s",
    "ض": "dh|d|z",
    "ط": "t",
    "ظ": "z|dh|th|d",
    "غ": "gh|g",
    "ف": "f|ph|v",
    "ق": "q|k|g|c",
    "ك": "k|c",
    "ل": "l",
    "م": "m",
    "ن": "n",
    "ه": "h",
    "پ": "p",
    "چ": "ch|g",
    "ژ": "j|zh",
    "گ": "g",
}
VOWELS: Final[Mapping[str, str]] = {
    "ا": "a|e|aa|i|o|u|",
    "ع": "aa|a|e|i|o|u|",
    "و": "ou|oo|ow|aw|au|o|u|(?:w|v)[aeiou]?",
    "ي": "aye|ee|ie|ei|ai|ay|ey|iy|e|(?:y|i)[aeou]?",
    "ء": "a|",
}
"""Spellings by letter, a blank one is none; doubled consonants are written once, as Arabic does."""
LAST: Final[Mapping[str, str]] = {
    "ه": "ah|eh|at|et|ha|he|a|e|h|",
    "ي": "ee|ie|iy|ei|ai|y|i|e|a",
    "و": "ou|oo|ow|w|o|u|",
    "ا": "ah|aa|a|e",
}
"""The same at the end of a word."""

SPELT_ALIKE: Final[Mapping[str, str]] = {"ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ـ": ""}
"""Letters that many write for one another; one that only lengthens a word is none."""
ARTICLE: Final = "ال"
SERVANT: Final = "عبد"
OF_SERVANTS: Final = "abd[aeou]*l?"
"""Servant of, with the article behind it."""
GOD: Final = "الله"
GODS: Final = "(?:[aou]l?)?l?ah?"
JOINED: Final = "(?:[aeiou]?[ldnrstz]?)"
"""The article between two words of one name, its last letter that of the word behind."""

DOUBLED: Final = re.compile(r"([bcdfghjklmnpqrstvwxyz])\1")
OPEN: Final = 8
"""Vowels behind vowels, and words beyond the third, up to which Python's way to search is quick: it tries each way out,
three times as many for each. Beyond it, as in a name of thirty letters alif, all ways are followed at once."""
LETTERS: Final = r"[\u{0600}-\u{06FF}]"
"""The pattern of Arabic letters."""


@cache
def _rough() -> Mapping[int, str]:
    """Give what each letter is written as where nothing shows how else."""
    rows = table("letters").filter(script="Arabic").select("letter", pl.col("latin").fill_null("")).iter_rows()
    return {ord(letter): latin for letter, latin in rows}


@lru_cache(maxsize=50_000)
def _pattern(word: str) -> str:
    """Give the pattern of the spellings of a word as it is folded, their doubled consonants written once."""
    if word == SERVANT:
        return OF_SERVANTS
    if word == GOD:
        return GODS
    parts, short = [], FIRST_SHORT
    if word.startswith(ARTICLE) and len(word) > len(ARTICLE) + 1:
        word = word.removeprefix(ARTICLE)
        parts.append("(?:[ae]l)?")
    for place, letter in enumerate(word):
        is_last = place == len(word) - 1 and place > 0
        if is_last and letter in LAST:
            parts.append(f"(?:{LAST[letter]})")
        elif letter in VOWELS:
            spelt = VOWELS[letter] if place else VOWELS[letter].removesuffix("|") + "|ou|oo"
            parts.append(f"(?:{spelt})")
        else:
            parts.append(f"(?:{CONSONANTS.get(letter, re.escape(letter))})" + ("e?" if is_last else short))
            short = SHORT
    return "".join(parts)


@lru_cache(maxsize=50_000)
def _compiled(*words: str) -> re.Pattern[str]:
    return re.compile(JOINED.join(map(_pattern, words)))


@lru_cache(maxsize=50_000)
def _is_open(*words: str) -> bool:
    """Tell whether hardly a letter shows where in a spelling the next one is to be looked for."""
    behind = sum(one in VOWELS and other in VOWELS for word in words for one, other in pairwise(word))
    return behind + max(len(words) - 3, 0) > OPEN


@lru_cache(maxsize=100_000)
def _once(word: str) -> str:
    return DOUBLED.sub(r"\1", word)


def is_spelt(words: Sequence[str], spelt: str) -> bool:
    """Tell whether Arabic words, put together, may be spelt like that in letters."""
    spelt = _once(spelt)
    if not _is_open(*words):
        return _compiled(*words).fullmatch(spelt) is not None
    return bool(pl.Series([spelt]).str.contains(f"^(?:{JOINED.join(map(_pattern, words))})$").item())


def as_spelt(name: str, words: Sequence[str]) -> list[str]:
    """Give the words of an Arabic name as another name in letters spells them, as far as it holds them.

    What it does not hold stays as it is written. A word in letters may hold two Arabic ones: Nureddin, Abdelrahman.
    """
    told, free = re.sub(rf"\b{SERVANT}(?={ARTICLE})", f"{SERVANT} ", name).split(" "), list(words)
    given: list[str] = []
    at = 0
    while at < len(told):
        for many in (2, 1):
            some = told[at : at + many]
            found = next((word for word in free if len(some) == many and is_spelt(some, word)), None)
            if found is not None:
                break
        if found is not None:
            free.remove(found)
            at += many
            given.append(found)
        else:
            given.append(told[at].translate(_rough()))
            at += 1
    return given


def spelt_alike(left: pl.Series, right: pl.Series) -> npt.NDArray[np.bool_]:
    """Tell where one name is in Arabic letters, and the other how it may be spelt."""
    found = np.zeros(len(left), dtype=bool)
    is_arabic = [side.str.contains(LETTERS).fill_null(False) for side in (left, right)]
    for row in (is_arabic[0] ^ is_arabic[1]).arg_true():
        one, other = (left[row], right[row]) if is_arabic[0][row] else (right[row], left[row])
        found[row] = other is not None and is_spelt(one.split(" "), other.replace(" ", ""))
    return found
