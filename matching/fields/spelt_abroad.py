"""Chinese names in letters other than pinyin: of Hong Kong and Macao, of Taiwan, and of Chinese all over the world.

Who writes Tan Wei Ming has his surname as Hokkien reads it and his given name as Mandarin does; Chang Hsiao-ming has
both as Wade and Giles spell Mandarin. A name in letters need only be one of these.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from itertools import product
from typing import Final

from matching.fields import cantonese, wade_giles
from matching.fields.spelling import spells
from matching.tables import table

MOST: Final = 2
"""Words that a surname and a given name each have at most, and characters of a surname."""


@cache
def _of_the_south() -> dict[str, frozenset[str]]:
    """Give the spellings of each surname among the Chinese of the South Seas."""
    by_surname = table("southern_surnames").group_by("surname", maintain_order=True).agg("spelt")
    return {surname: frozenset(spelt) for surname, spelt in by_surname.iter_rows()}


@lru_cache(maxsize=10_000)
def surname_spellings(surname: str | None, *, is_pinyin: bool) -> frozenset[str]:
    """Give how a surname is spelt other than in pinyin, where the name is pinyin as well only in Hong Kong."""
    if not surname or len(surname) > MOST or is_pinyin:
        return cantonese.surname_spellings(surname)
    return cantonese.surname_spellings(surname) | _of_the_south().get(surname, frozenset()) | _in_mandarin(surname)


@lru_cache(maxsize=10_000)
def _in_mandarin(surname: str) -> frozenset[str]:
    return _joined(map(wade_giles.spellings, surname))


@lru_cache(maxsize=10_000)
def _in_cantonese(surname: str) -> frozenset[str]:
    """Give how a surname is spelt in Hong Kong and Macao, or may be by how it is read."""
    return cantonese.surname_spellings(surname) | _joined(map(cantonese.spellings, surname))


def _joined(spelt: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset("".join(each) for each in product(*spelt))


@lru_cache(maxsize=10_000)
def _ways(surname: str) -> tuple[tuple[frozenset[str], Callable[[str], frozenset[str]]], ...]:
    """Give by way of spelling how the surname is spelt and what spells the characters of the given name."""
    abroad = surname_spellings(surname, is_pinyin=False)
    return (
        (_in_cantonese(surname), cantonese.spellings),
        (_in_mandarin(surname) | abroad, wade_giles.spellings),
    )


def is_spelt(surname: str | None, given: str | None, words: Sequence[str], *, is_pinyin: bool) -> bool:
    """Tell whether words in letters hold a Chinese name: its surname, and beside it its given name.

    What else there is, an English name before or behind, says nothing against it. Words that are a name in pinyin as
    well (Man Ming) are more likely that, unless the given name has two characters.
    """
    if not surname or len(surname) > MOST or not given or (is_pinyin and len(given) < MOST):
        return False
    ways = _ways(surname)
    for at, size in _runs(len(words)):
        said = "".join(words[at : at + size])
        for surnames, of_character in ways:
            if said in surnames and _is_beside(words, at, size, [of_character(each) for each in given]):
                return True
    return False


def _is_beside(words: Sequence[str], at: int, size: int, spelt: Sequence[frozenset[str]]) -> bool:
    """Tell whether the words behind or before a surname are a given name of these spellings."""
    behind, before = words[at + size :], words[:at]
    beside = (behind[:1], behind[:MOST], before[-1:], before[-MOST:])
    return any(spells("".join(name), spelt) for name in beside if name)


@cache
def _runs(words: int) -> tuple[tuple[int, int], ...]:
    """Give where runs of one or two of so many words begin, and how many they are."""
    return tuple((at, size) for size in (1, MOST) for at in range(words - size + 1))
