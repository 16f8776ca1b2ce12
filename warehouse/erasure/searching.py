"""Searching for values that nobody knows any more: every window of every byte, raw and as each format opens."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from warehouse.erasure.hashing import PREFIX, TAG_BITS, Hashing, Needle

BLOCK: Final = 4 << 20
WINDOW: Final = np.uint64(2 ** (8 * PREFIX) - 1)
ALONE: Final = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.")
"""Bytes that, beside a short value, make it part of another."""


@dataclass(frozen=True)
class Finder:
    """Finds needles in bytes."""

    hashing: Hashing
    needles: Sequence[Needle]

    @cached_property
    def mixing(self) -> tuple[int, int]:
        """What tags are made with."""
        return self.hashing.mixing

    @cached_property
    def by_tag(self) -> dict[int, list[Needle]]:
        """The needles by their tags."""
        told: dict[int, list[Needle]] = {}
        for needle in self.needles:
            told.setdefault(needle.tag, []).append(needle)
        return told

    @cached_property
    def wanted(self) -> npt.NDArray[np.bool_]:
        """By tag, whether a needle has it."""
        told = np.zeros(2**TAG_BITS, dtype=np.bool_)
        told[list(self.by_tag)] = True
        return told

    def found(self, content: bytes) -> dict[Needle, int]:
        """Give how often each needle occurs."""
        counts: dict[Needle, int] = {}
        for _, needle in self.places(content):
            counts[needle] = counts.get(needle, 0) + 1
        return counts

    def places(self, content: bytes) -> Iterator[tuple[int, Needle]]:
        """Give where needles begin; without needles nothing is read."""
        if self.needles and len(content) >= PREFIX:
            for place, tag in self._candidates(content):
                for needle in self.by_tag[tag]:
                    if self._is(content, place, needle):
                        yield place, needle

    def _candidates(self, content: bytes) -> Iterator[tuple[int, int]]:
        """Give the places whose first bytes have the tag of a needle."""
        add, multiply = (np.uint64(number) for number in self.mixing)
        shift = np.uint64(64 - TAG_BITS)
        for start in range(0, len(content) - PREFIX + 1, BLOCK):
            block = content[start : start + BLOCK + PREFIX - 1] + b"\0\0"
            windows: npt.NDArray[np.uint64] = (
                np.ndarray((len(block) - 7,), dtype="<u8", buffer=block, strides=(1,)) & WINDOW
            )
            tags = ((windows ^ add) * multiply) >> shift
            for place in np.flatnonzero(self.wanted[tags]):
                yield start + int(place), int(tags[place])

    def _is(self, content: bytes, place: int, needle: Needle) -> bool:
        end = place + needle.length
        if end > len(content) or self.hashing.digest(content[place:end]) != needle.digest:
            return False
        if not needle.bounded:
            return True
        before = content[place - 1] if place else 0
        after = content[end] if end < len(content) else 0
        return before not in ALONE and after not in ALONE


def joined(cells: Iterable[str | bytes]) -> bytes:
    """Give cells as one run of bytes, each between two NULs, so that no value begins in one and ends in the next."""
    return (
        b"\0"
        + b"\0\0".join(cell.encode("utf-8", "replace") if isinstance(cell, str) else cell for cell in cells)
        + b"\0"
    )
