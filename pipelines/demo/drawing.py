"""Chance that repeats itself: every table of invented data draws from a stream of its own, named by its purpose."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import polars as pl
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]


def stream(seed: int, *purpose: str) -> np.random.Generator:
    """Give the random stream of one purpose, so that a change in one table leaves every other as it was."""
    return np.random.default_rng([seed, *(crc32(word.encode()) for word in purpose)])


def pick(
    rng: np.random.Generator, options: pl.Series | Sequence[str], size: int, weights: Sequence[float] | None = None
) -> pl.Series:
    """Draw `size` of the options, with replacement, by weight if weights are given."""
    options = options if isinstance(options, pl.Series) else pl.Series(options)
    if weights is None:
        return options.gather(rng.integers(0, len(options), size))
    bounds = np.cumsum(weights)
    return options.gather(np.searchsorted(bounds, rng.random(size) * bounds[-1], side="right"))


def ranked(count: int, steepness: float = 12.0) -> Sequence[float]:
    """Give weights for `count` options listed commonest first: the tenth is about half as common as the first."""
    return [1.0 / (rank + steepness) for rank in range(count)]


def distinct_numbers(rng: np.random.Generator, size: int, low: int, high: int) -> Numbers:
    """Draw `size` different whole numbers from `low` up to, not including, `high`, in random order."""
    drawn = np.empty(0, dtype=np.int64)
    while len(drawn) < size:
        drawn = np.unique(np.concatenate([drawn, rng.integers(low, high, size - len(drawn) + 16)]))
    return rng.permutation(drawn)[:size]
