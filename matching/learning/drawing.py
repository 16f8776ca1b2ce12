"""Pairs to learn from: random ones, who are strangers, and those that agree on a fact, by how common its value is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.arrays import in_order
from matching.facts.encoding import Column, Encoded, Rows
from matching.scores.chance import BUCKETS, buckets
from matching.scores.comparing import MISSING, Comparer, compare_all

Floats = npt.NDArray[np.float64]
Patterns = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Effort:
    """How much is sampled and how long is estimated."""

    random_pairs: int = 150_000
    pairs_per_bucket: int = 6_000
    rounds: int = 60
    m_strength: float = 400.0  # pairs that a level's documented m is worth
    u_documented: float = 100.0  # random pairs that a level's documented u is worth
    u_of_few: float = 1_000.0  # the same in a table of so many records or fewer, whose pairs share their records
    u_strength: float = 200.0  # pairs that the u of random pairs is worth inside a block
    common: float = 0.02  # a fact on which more strangers than this agree does not make a block to learn from


EFFORT: Final = Effort()


@dataclass(frozen=True)
class Sample:
    """Pairs that agree on the fact `held`, as distinct patterns of levels with their counts.

    Pairs are drawn by how common the value is that they share (`bucket`, the binary logarithm of its count): those who
    share a rare value are more often one customer.
    """

    held: int
    patterns: Patterns
    bucket: npt.NDArray[np.int64]
    counts: Floats
    population: Floats  # by bucket: how many pairs of records agree on the fact at all


def worth(sample: Sample) -> Floats:
    """Give how many pairs of the table each pair that was drawn stands for."""
    drawn = np.bincount(sample.bucket, weights=sample.counts, minlength=BUCKETS)
    return np.asarray((sample.population / np.maximum(drawn, 1))[sample.bucket])


def random_patterns(encoded: Encoded, comparers: Sequence[Comparer], effort: Effort) -> Patterns:
    """Give the levels of random pairs, who are strangers but for a few: a row a pair, a column a fact."""
    left, right = _random_pairs(encoded.height, effort.random_pairs)
    return np.stack([compared.level for compared in compare_all(comparers, left, right)], axis=1)


def _random_pairs(height: int, wanted: int) -> tuple[Rows, Rows]:
    every = height * (height - 1) // 2
    if every <= wanted:
        left, right = np.triu_indices(height, 1)
        return left.astype(np.int64), right.astype(np.int64)
    drawn = np.random.default_rng(20261101).integers(0, height, size=(2, wanted))
    drawn = drawn[:, drawn[0] != drawn[1]]
    return drawn[0], drawn[1]


def agreeing_sample(encoded: Encoded, comparers: Sequence[Comparer], held: int, effort: Effort) -> Sample | None:
    """Give a sample of the pairs that agree on a fact; none if there are none."""
    column = encoded.columns[held]
    bucket_of = buckets(column.counts)
    pairs_of = column.counts * (column.counts - 1) / 2
    population = np.bincount(bucket_of, weights=pairs_of, minlength=BUCKETS).astype(np.float64)
    left, right, bucket = agreeing_pairs(column, effort.pairs_per_bucket)
    if not left.size:
        return None
    levels = np.stack([compared.level for compared in compare_all(comparers, left, right)], axis=1)
    levels[:, held] = MISSING
    told = pl.from_numpy(np.column_stack([bucket.astype(np.int8), levels]))
    found = told.group_by(told.columns).len("pairs").sort(told.columns)
    patterns, counts = found.drop("pairs").to_numpy(), found["pairs"].to_numpy()
    return Sample(held, patterns[:, 1:], patterns[:, 0].astype(np.int64), counts.astype(np.float64), population)


def agreeing_pairs(column: Column, wanted: int) -> tuple[Rows, Rows, npt.NDArray[np.int64]]:
    """Give pairs of records that share a value, drawn evenly over the pairs of each bucket; all of them if few."""
    by_bucket = in_order(buckets(column.counts), BUCKETS)
    rank = np.empty(by_bucket.size, dtype=np.int64)
    rank[by_bucket] = np.arange(by_bucket.size)
    order = in_order(rank[column.codes], rank.size)
    rows, codes = column.rows.take(order), column.codes.take(order)
    bucket = buckets(column.counts)[codes]
    first_of = np.flatnonzero(np.diff(codes, prepend=-1))
    place = np.arange(rows.size) - np.repeat(first_of, np.diff(np.append(first_of, rows.size)))
    after = column.counts[codes] - 1 - place
    ends = np.cumsum(after)
    drawn = []
    starts = np.flatnonzero(np.diff(bucket, prepend=-1))
    for low, high in zip(ends[starts] - after[starts], ends[np.append(starts, rows.size)[1:] - 1], strict=True):
        few = high - low <= wanted
        lot = np.random.default_rng(20261102)
        drawn.append(np.arange(low, high) if few else np.unique(lot.integers(low, high, size=wanted)))
    pairs = np.concatenate(drawn) if drawn else np.empty(0, dtype=np.int64)
    first = np.searchsorted(ends, pairs, side="right")
    step = pairs - (ends[first] - after[first]) + 1
    return rows[first], rows[first + step], bucket[first]
