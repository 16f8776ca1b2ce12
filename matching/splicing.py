"""Rows of a frame that stay, and fresh ones between them: what stays is taken in runs, not row by row."""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Rows = npt.NDArray[np.int64]
SHORTEST: Final = 100
"""How many rows a run must have on average for runs to be quicker than rows."""


def spliced(before: pl.DataFrame, fresh: pl.DataFrame, taken: Rows) -> pl.DataFrame:
    """Give the rows `taken`, by their numbers in `before` and, from its height on, in `fresh`."""
    both = pl.concat([before, fresh], rechunk=False)
    starts = np.flatnonzero((np.diff(taken, prepend=-2) != 1) | (taken == before.height))
    if starts.size * SHORTEST > taken.size:
        return both[pl.Series(taken)]
    ends = np.append(starts[1:], taken.size)
    runs = [
        before[first : first + length] if first < before.height else fresh[first - before.height :][:length]
        for first, length in zip(taken[starts].tolist(), (ends - starts).tolist(), strict=True)
    ]
    return pl.concat([both.clear(), *runs]).rechunk()


def in_between(kept: pl.Series, fresh: pl.Series, rows: Rows, height: int) -> Rows:
    """Give what is `taken` so that fresh keys come to stand among kept ones, both sorted; equal ones behind them.

    `rows` are the kept keys' numbers in a frame of `height` rows.
    """
    at = kept.search_sorted(fresh, side="right").to_numpy().astype(np.int64)
    return np.insert(rows, at, height + np.arange(len(fresh)))
