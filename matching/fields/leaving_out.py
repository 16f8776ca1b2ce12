"""Texts with one letter left out: what two texts a slip apart have in common, as numbers, for keys need no letters."""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

LONGEST: Final = 64
"""Letters of a text that are looked at."""
BASE: Final = 0x9E3779B97F4A7C15
UNDONE: Final = pow(BASE, -1, 1 << 64)
"""Multiplying by it undoes a multiplication by `BASE`, modulo 2**64."""

Numbers = npt.NDArray[np.uint64]


def left_out(text: pl.Series, places: int, shortest: int, behind: int = LONGEST) -> pl.Series:
    """Give numbers for each text and for it without each of its first letters: a list, null for missing texts.

    Texts of fewer than `shortest` letters have a number for themselves only. A number stands for the letters before
    the one left out and up to `behind` letters after it: the sum of each letter times a power of `BASE` by its place,
    so that it follows from the sums up to the place.
    """
    rows = text.is_not_null().arg_true()
    told = text.gather(rows).str.head(LONGEST)
    sizes = told.str.len_chars().to_numpy().astype(np.int64)
    if not sizes.size:
        return pl.Series(text.name, [None] * len(text), dtype=pl.List(pl.UInt64))
    sums = _sums(told, int(sizes.max()))
    found, entries = [sums[np.arange(sizes.size), sizes]], [np.arange(sizes.size)]
    for place in range(places):
        long = np.flatnonzero((sizes > place) & (sizes >= shortest))
        until = np.minimum(sizes[long], place + 1 + behind)
        after = sums[long, until] - sums[long, np.full(long.size, place + 1)]
        found.append(sums[long, np.full(long.size, place)] + after * np.uint64(UNDONE))
        entries.append(long)
    order = np.argsort(np.concatenate(entries), kind="stable")
    lists = pl.DataFrame({"row": np.concatenate(entries)[order], "key": np.concatenate(found)[order]})
    by_text = lists.group_by("row", maintain_order=True).agg("key")["key"]
    if len(rows) == len(text):
        return by_text.alias(text.name)
    every = pl.DataFrame({"row": np.arange(len(text), dtype=np.uint32)})
    told_rows = pl.DataFrame({"row": rows.cast(pl.UInt32), "key": by_text})
    return every.join(told_rows, on="row", how="left", maintain_order="left")["key"].alias(text.name)


def _sums(told: pl.Series, longest: int) -> Numbers:
    """Give for each text the sums up to each of its places, a row a text."""
    letters = np.array(told.to_list(), dtype=f"<U{max(longest, 1)}").view("<u4").reshape(len(told), -1)
    powers = np.array([pow(BASE, place, 1 << 64) for place in range(letters.shape[1])], dtype=np.uint64)
    sums = np.zeros((len(told), letters.shape[1] + 1), dtype=np.uint64)
    np.cumsum(letters * powers, axis=1, out=sums[:, 1:])
    return sums
