"""Chinese names as Hong Kong and Macao spell them: by how Cantonese reads their characters, in many spellings.

Neither place has one spelling: a passport has what a clerk or the bearer wrote. So each reading (Jyutping, without
tone) has all spellings in use of its initial with all of its final, and a name in letters need only be one of them.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import product
from typing import Final

from matching.tables import table

INITIALS: Final[Mapping[str, str]] = {
    "": " ng",
    "b": "b p",
    "p": "p",
    "m": "m",
    "f": "f",
    "d": "t d",
    "t": "t",
    "n": "n l",
    "l": "l n",
    "g": "k g",
    "k": "k",
    "ng": "ng ",
    "gw": "kw gw k",
    "kw": "kw k",
    "h": "h",
    "w": "w v",
    "z": "ch j ts tz c z",
    "c": "ch ts tz c",
    "s": "s sh",
    "j": "y i j",
}
"""Spellings of each initial; a blank one is none. Voiced and voiceless are written alike, and so are n and l."""

FINALS: Final[Mapping[str, str]] = {
    "aa": "a ah",
    "aai": "ai aai",
    "aau": "au aau ao",
    "aam": "am aam",
    "aan": "an aan",
    "aang": "ang aang",
    "aap": "ap aap",
    "aat": "at aat",
    "aak": "ak aak",
    "ai": "ai",
    "au": "au ao",
    "am": "am um",
    "an": "an un",
    "ang": "ang",
    "ap": "ap up",
    "at": "at ut",
    "ak": "ak",
    "e": "e eh",
    "ei": "ei ee i ay ey",
    "eng": "eng ing",
    "ek": "ek ik",
    "i": "i ee ie e ze z",
    "iu": "iu iew io ew",
    "im": "im",
    "in": "in",
    "ing": "ing eng",
    "ip": "ip",
    "it": "it",
    "ik": "ik ek ick",
    "o": "o or oh",
    "oi": "oi oy",
    "ou": "o ou ow",
    "on": "on orn",
    "ong": "ong",
    "ot": "ot",
    "ok": "ok",
    "u": "u oo",
    "ui": "ui oi",
    "un": "un oon",
    "ung": "ung ong",
    "ut": "ut oot",
    "uk": "uk ok",
    "oe": "oe er",
    "oek": "euk eok eak",
    "oeng": "eung eong eang",
    "eoi": "ui eui oi oy",
    "eon": "un eon on",
    "eot": "ut eot",
    "yu": "yu ue u",
    "yun": "uen yuen un une",
    "yut": "uet yuet ut",
    "m": "m ng",
    "ng": "ng",
}
"""Spellings of each final: of the lists of Hong Kong's departments, and of Macao, which spells as Portuguese does."""

WITHOUT_INITIAL: Final = frozenset({"m", "ng"})
"""Finals that are a syllable by themselves."""


@cache
def _readings() -> dict[str, list[str]]:
    """Give the readings of each character."""
    readings: dict[str, list[str]] = {}
    for reading, characters in table("cantonese_readings").iter_rows():
        for character in characters:
            readings.setdefault(character, []).append(reading)
    return readings


@cache
def _surnames() -> dict[str, frozenset[str]]:
    """Give the spellings of each surname in Hong Kong and Macao."""
    by_surname = table("cantonese_surnames").group_by("surname", maintain_order=True).agg("spelt")
    return {surname: frozenset(spelt) for surname, spelt in by_surname.iter_rows()}


@cache
def spelt_of(reading: str) -> frozenset[str]:
    """Give the spellings of a reading in Jyutping, without its tone; none of what is no reading."""
    if reading in WITHOUT_INITIAL:
        return frozenset(FINALS[reading].split(" "))
    initial = next(reading[:size] for size in (2, 1, 0) if reading[:size] in INITIALS and reading[size:] in FINALS)
    final = reading[len(initial) :]
    found = {one + other for one, other in product(INITIALS[initial].split(" "), FINALS[final].split(" "))}
    return frozenset(text.replace("yy", "y").replace("iy", "y") for text in found)


@lru_cache(maxsize=10_000)
def spellings(character: str) -> frozenset[str]:
    """Give how a character may be spelt, by all of its readings; nothing if none is known."""
    return frozenset(text for reading in _readings().get(character, ()) for text in spelt_of(reading))


def surname_spellings(surname: str | None) -> frozenset[str]:
    """Give how a surname is spelt in Hong Kong and Macao, nothing if it is none of those seen there."""
    return _surnames().get(surname or "", frozenset())
