"""Numbers sorted, counted and grouped, quickly: sorting beats hashing, and counting beats sorting."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

SPARSE: Final = 4
"""Numbers up to so many times as large as they are many are counted rather than sorted."""
WORD: Final = 64
"""Bits of the numbers that are sorted."""
Numbers = npt.NDArray[np.int64]


def distinct(numbers: Numbers) -> Numbers:
    """Give the distinct numbers, sorted."""
    ordered = np.sort(numbers)
    return ordered[is_first(ordered)]


def grouped(numbers: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], Numbers]:
    """Give the distinct numbers, none negative, sorted, and for each number the place of its own among them."""
    below = int(numbers.max(initial=0)) + 1
    if below <= numbers.size * SPARSE:
        _check_within(numbers, below)
        is_there = np.zeros(below, dtype=bool)
        is_there[numbers] = True
        return np.flatnonzero(is_there).astype(numbers.dtype, copy=False), (np.cumsum(is_there) - 1)[numbers]
    ordered, order = _sorted(numbers, below)
    first = is_first(ordered)
    places = np.empty(numbers.size, dtype=np.int64)
    places[order] = np.cumsum(first) - 1
    return ordered[first], places


def sorted_pairs(one: npt.NDArray[Any], other: npt.NDArray[Any], height: int) -> tuple[Numbers, Numbers]:
    """Give pairs of numbers sorted by the first and then the second, which is below `height`; none is negative."""
    order = pairs_in_order(one, other, height)
    return one.astype(np.int64, copy=False).take(order), other.astype(np.int64, copy=False).take(order)


def pairs_in_order(one: npt.NDArray[Any], other: npt.NDArray[Any], height: int) -> Numbers:
    """Give the places of pairs of numbers by the first and then the second, which is below `height`."""
    if is_sorted(other):
        return in_order(one)
    order = in_order(other, height)
    return order.take(in_order(one.take(order)))


def in_order(numbers: npt.NDArray[Any], below: int | None = None) -> Numbers:
    """Give the places of the numbers, none negative and all less than `below`, by size; equal ones as they stand.

    Numbers that are not many times as large as they are many are counted; others are sorted.
    """
    if below is None:
        below = int(numbers.max(initial=0)) + 1
    if below <= numbers.size * SPARSE:
        return _counted(numbers, below)
    return _sorted(numbers, below)[1]


def _sorted(numbers: npt.NDArray[Any], below: int) -> tuple[npt.NDArray[Any], Numbers]:
    """Give the numbers by size and the places where they stood: sorted together, in as many bits as are free for both.

    So few numbers as may be are fetched again from where they stood: of many, each waits for memory.
    """
    bits = np.uint64(numbers.size.bit_length())
    own = numbers.astype(np.uint64, copy=False)
    is_narrow = below.bit_length() + int(bits) <= WORD
    packed = own << bits if is_narrow else own >> bits << bits
    packed |= np.arange(numbers.size, dtype=np.uint64)
    packed.sort()
    order = (packed & ((np.uint64(1) << bits) - np.uint64(1))).view(np.int64)
    if is_narrow:
        packed >>= bits
        return packed.astype(numbers.dtype, copy=False), order
    ordered = numbers.take(order)
    if not is_sorted(ordered):
        again = np.argsort(ordered, kind="stable")
        ordered, order = ordered.take(again), order.take(again)
    return ordered, order


def _counted(numbers: npt.NDArray[Any], below: int) -> Numbers:
    """Give the places of numbers by size, as a matrix that says for each place its number is turned to its columns."""
    _check_within(numbers, below)
    of_place = np.arange(numbers.size + 1, dtype=np.int32 if numbers.size < 2**31 - 1 else np.int64)
    told = np.empty(numbers.size, dtype=np.int8)
    said = sparse.csr_array((told, numbers.astype(of_place.dtype), of_place), shape=(numbers.size, below))
    return np.asarray(said.tocsc().indices, dtype=np.int64)


def _check_within(numbers: npt.NDArray[Any], below: int) -> None:
    if numbers.size and not 0 <= int(numbers.min()) <= int(numbers.max()) < below:
        message = f"expected numbers from 0 and below {below}, found {numbers.min()} to {numbers.max()}"
        raise ValueError(message)


def sums(rows: npt.NDArray[Any], of: type[np.generic] = np.int64) -> npt.NDArray[Any]:
    """Give the sum of each row, as a number `of` a type, where it is exact: added column by column.

    Along rows of a few columns numpy takes ten times as long.
    """
    total = np.zeros(len(rows), dtype=of)
    for column in rows.T:
        total += column
    return total


def is_sorted(numbers: npt.NDArray[Any]) -> bool:
    """Tell whether no number is less than the one before."""
    return bool((numbers[1:] >= numbers[:-1]).all())


def is_first(ordered: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Tell which of sorted numbers differ from the one before."""
    return np.concatenate([np.ones(min(ordered.size, 1), dtype=bool), ordered[1:] != ordered[:-1]])
