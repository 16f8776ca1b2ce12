"""Texts as matrices of their characters, and what numpy sees in them at once: no text becomes an object of its own."""

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.arrays import sums
from matching.fields.latin import Mask, slips, texts

Characters = npt.NDArray[np.uint32]

ASCII = 0x80
"""The first code point that takes more than one byte."""

LEADS = np.array([0x7F, 0x1F, 0x0F, 0x07], dtype=np.uint32)
"""Bits of the first byte of a character of one to four bytes that belong to the character (UTF-8)."""


def code_points(text: pl.Series, width: int) -> Characters:
    """Give texts as a matrix of code points, a row a text, zero behind its end and where there is none."""
    data, offsets = _utf8(text)
    matrix = np.zeros((len(text), width), dtype=np.uint32)
    if not data.size:
        return matrix
    if data.max() < ASCII:
        places = offsets[:-1, None] + np.arange(width)
        return np.where(places < offsets[1:, None], data.take(places, mode="clip"), matrix)
    starts = np.flatnonzero((data & 0xC0) != 0x80)
    before = np.searchsorted(starts, offsets)
    rows = np.repeat(np.arange(len(text)), np.diff(before))
    places = np.arange(starts.size) - before[rows]
    inside = places < width
    matrix[rows[inside], places[inside]] = _decoded(data, starts[inside])
    return matrix


def characters_of(text: pl.Series) -> list[str]:
    """Give every character that occurs in texts, once."""
    data, _ = _utf8(text)
    points = _decoded(data, np.flatnonzero((data & 0xC0) != 0x80))
    return [chr(point) for point in np.flatnonzero(np.bincount(points))]


def first_bytes(text: pl.Series) -> npt.NDArray[np.uint64]:
    """Give the first eight bytes of texts as numbers, which sort as the texts do; 0 where there is none."""
    data, offsets = _utf8(text)
    sizes = np.diff(offsets)
    numbers = np.zeros(len(text), dtype=np.uint64)
    for place in range(8):
        numbers <<= np.uint64(8)
        rows = np.flatnonzero(sizes > place)
        numbers[rows] |= data[offsets[rows] + place]
    return numbers


def _utf8(text: pl.Series) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Give the bytes of all texts, and where each begins and the last ends."""
    if not len(text):
        return np.empty(0, dtype=np.uint8), np.zeros(1, dtype=np.int64)
    arrow = text.alias("").fill_null("").rechunk().cast(pl.Binary).to_arrow(compat_level=pl.CompatLevel.oldest())
    offsets = np.frombuffer(arrow.buffers()[1], dtype=np.int64)[arrow.offset : arrow.offset + len(text) + 1]
    if offsets[-1] == offsets[0]:
        return np.empty(0, dtype=np.uint8), np.zeros(len(text) + 1, dtype=np.int64)
    return np.frombuffer(arrow.buffers()[2], dtype=np.uint8)[offsets[0] : offsets[-1]], offsets - offsets[0]


def _decoded(data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64]) -> Characters:
    """Give the characters that begin at these bytes."""
    lead = data[starts]
    more = (lead >= 0xC0).astype(np.uint8) + (lead >= 0xE0) + (lead >= 0xF0)
    points = lead & LEADS[more]
    for step in (1, 2, 3):
        longer = np.flatnonzero(more >= step)
        points[longer] = (points[longer] << 6) | (data[starts[longer] + step] & np.uint32(0x3F))
    return points


def is_one_slip(left: pl.Series, right: pl.Series, width: int) -> Mask:
    """Tell which pairs of texts have one character wrong, missing or swapped with its neighbour.

    Texts of the same length are looked at up to `width` characters.
    """
    found = np.zeros(len(left), dtype=bool)
    near = np.flatnonzero(_share_an_end(left, right))
    if near.size:
        found[near] = _is_one_slip(left.gather(near), right.gather(near), width)
    return found


def _share_an_end(left: pl.Series, right: pl.Series) -> Mask:
    """Tell which pairs begin or end alike: a slip, at two neighbouring characters at most, leaves one half as it is."""
    shorter = pl.min_horizontal(pl.col("l", "r").str.len_chars().fill_null(0).cast(pl.Int64))
    half = (shorter - 1).clip(0) // 2
    one, other = pl.col("l").fill_null(""), pl.col("r").fill_null("")
    heads, tails = (one.str.head(half) == other.str.head(half)), (one.str.tail(half) == other.str.tail(half))
    return pl.DataFrame({"l": left, "r": right}).select(alike=heads | tails)["alike"].to_numpy()


def _is_one_slip(left: pl.Series, right: pl.Series, width: int) -> Mask:
    """Tell what `is_one_slip` tells, character by character."""
    size_l, size_r = (text.str.len_chars().fill_null(0).to_numpy().astype(np.int64) for text in (left, right))
    found = np.zeros(len(left), dtype=bool)
    even = np.flatnonzero((size_l == size_r) & (size_l <= width))
    one, other = code_points(left.gather(even), width), code_points(right.gather(even), width)
    unequal = one != other
    wrong = sums(unequal)
    first = unequal.argmax(axis=1)
    rows, behind = np.arange(even.size), np.minimum(first + 1, width - 1)
    swapped = (wrong == 2) & (one[rows, first] == other[rows, behind]) & (one[rows, behind] == other[rows, first])
    found[even] = (wrong == 1) | (swapped & unequal[rows, behind])
    rest = np.flatnonzero((np.abs(size_l - size_r) == 1) | ((size_l == size_r) & (size_l > width)))
    if rest.size:
        found[rest] = slips(texts(left.gather(rest)), texts(right.gather(rest))) == 1
    return found
