"""How much each agreement and each difference says, learned without labels.

Random pairs tell how often strangers agree (u). Pairs that agree on one fact are a mixture of one customer's records
and of strangers: expectation maximisation over the patterns of the *other* facts takes the mixture apart (m), with a
share of matches and a u of its own for every fact that was held fixed, and one m for all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.comparing import MISSING, Comparer
from matching.encoding import Column, Encoded, Rows
from matching.fields.base import VALUE
from matching.model import FactModel, Model

Floats = npt.NDArray[np.float64]
Patterns = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Effort:
    """How much is sampled and how long is estimated."""

    random_pairs: int = 200_000
    pairs_per_fact: int = 40_000
    rounds: int = 60
    m_strength: float = 20.0  # pairs that a level's documented m is worth
    u_strength: float = 200.0  # pairs that the u of random pairs is worth inside a block
    common: float = 0.02  # a fact on which more strangers than this agree does not make a block to learn from


EFFORT: Final = Effort()
FLOOR: Final = 1e-6


@dataclass(frozen=True)
class Sample:
    """Pairs that agree on the fact `held`, as distinct patterns of levels with their counts."""

    held: int
    patterns: Patterns
    counts: Floats
    population: float  # how many pairs of records agree on the fact at all


def learn(encoded: Encoded, comparers: Sequence[Comparer], effort: Effort = EFFORT) -> Model:
    """Give the model of a table."""
    u = [
        _u(column, levels) for column, levels in zip(encoded.columns, _random(encoded, comparers, effort), strict=True)
    ]
    samples = [
        sample
        for position in range(len(encoded.columns))
        if u[position][0] <= effort.common and (sample := _agreeing(encoded, comparers, position, effort)) is not None
    ]
    priors = [np.array([level.m for level in c.field.levels]) for c in encoded.columns]
    m, shares = _maximise(samples, priors, u, effort)
    return Model(
        facts=tuple(
            FactModel(
                c.name,
                c.fact.kind,
                tuple(level.name for level in c.field.levels),
                tuple(map(float, mf)),
                tuple(map(float, uf)),
            )
            for c, mf, uf in zip(encoded.columns, m, u, strict=True)
        ),
        prior=_prior(encoded.height, samples, shares, m),
        match_from=0.0,
        review_from=-3.0,
        frequencies=pl.concat([_frequencies(column) for column in encoded.columns]),
        rarest={c.name: 1.0 / max(int(np.count_nonzero(c.lengths)), 1) for c in encoded.columns},
    )


def _random(encoded: Encoded, comparers: Sequence[Comparer], effort: Effort) -> list[Patterns]:
    left, right = _random_pairs(encoded.height, effort.random_pairs)
    return [comparer.compare(left, right).level for comparer in comparers]


def _random_pairs(height: int, wanted: int) -> tuple[Rows, Rows]:
    every = height * (height - 1) // 2
    if every <= wanted:
        left, right = np.triu_indices(height, 1)
        return left.astype(np.int64), right.astype(np.int64)
    drawn = np.random.default_rng(20261101).integers(0, height, size=(2, wanted))
    drawn = drawn[:, drawn[0] != drawn[1]]
    return drawn[0], drawn[1]


def _u(column: Column, levels: Patterns) -> Floats:
    """Give each level's share among strangers: equality counted exactly, the rest from random pairs."""
    documented = np.array([level.u for level in column.field.levels])
    told = max(int(np.count_nonzero(column.lengths)), 1)
    counts = np.bincount(levels[levels != MISSING], minlength=documented.size).astype(np.float64)
    share = (counts + documented) / (counts.sum() + documented.sum())
    equal = float(((column.counts / told) ** 2).sum()) if column.lengths.max(initial=0) == 1 else share[0]
    share[0] = min(max(equal, FLOOR), 0.999)
    share[1:] *= (1 - share[0]) / share[1:].sum()
    return np.maximum(share, FLOOR)


def _agreeing(encoded: Encoded, comparers: Sequence[Comparer], held: int, effort: Effort) -> Sample | None:
    column = encoded.columns[held]
    left, right = _agreeing_pairs(column, effort.pairs_per_fact)
    if not left.size:
        return None
    levels = np.stack([c.compare(left, right).level for c in comparers], axis=1)
    levels[:, held] = MISSING
    patterns, counts = np.unique(levels, axis=0, return_counts=True)
    population = float((column.counts * (column.counts - 1) / 2).sum())
    return Sample(held, patterns, counts.astype(np.float64), population)


def _agreeing_pairs(column: Column, wanted: int) -> tuple[Rows, Rows]:
    """Give pairs of records that share a value, drawn evenly over pairs; all of them if they are few."""
    order = np.lexsort((column.rows, column.codes))
    rows, codes = column.rows[order], column.codes[order]
    starts = np.cumsum(column.counts) - column.counts
    place = np.arange(rows.size) - starts[codes]
    after = column.counts[codes] - 1 - place
    total = int(after.sum())
    ends = np.cumsum(after)
    if total <= wanted:
        drawn = np.arange(total)
    else:
        drawn = np.sort(np.random.default_rng(20261102).integers(0, total, size=wanted))
    first = np.searchsorted(ends, drawn, side="right")
    step = drawn - (ends[first] - after[first]) + 1
    return rows[first], rows[first + step]


def _maximise(
    samples: Sequence[Sample], priors: Sequence[Floats], u: Sequence[Floats], effort: Effort
) -> tuple[list[Floats], list[float]]:
    """Give the m of every fact and each sample's share of matches."""
    priors = [np.maximum(p / p.sum(), FLOOR) for p in priors]
    m = [p.copy() for p in priors]
    inside = [[uf.copy() for uf in u] for _ in samples]
    shares = [0.5] * len(samples)
    for _ in range(effort.rounds):
        told = [effort.m_strength * p for p in priors]
        for at, sample in enumerate(samples):
            match = np.full(sample.counts.size, np.log(shares[at]))
            other = np.full(sample.counts.size, np.log1p(-shares[at]))
            for f in range(len(m)):
                level = sample.patterns[:, f]
                match += np.append(np.log(m[f]), 0.0)[level]
                other += np.append(np.log(inside[at][f]), 0.0)[level]
            is_match = sample.counts / (1 + np.exp(np.clip(other - match, -60, 60)))
            shares[at] = float(np.clip((is_match.sum() + 1) / (sample.counts.sum() + 2), 1e-4, 1 - 1e-4))
            for f in range(len(m)):
                if f == sample.held:
                    continue
                level = sample.patterns[:, f]
                tells = level != MISSING
                told[f] += np.bincount(level[tells], weights=is_match[tells], minlength=m[f].size)
                strangers = np.bincount(level[tells], weights=(sample.counts - is_match)[tells], minlength=m[f].size)
                strangers += effort.u_strength * u[f]
                inside[at][f] = np.maximum(strangers / strangers.sum(), FLOOR)
        m = [np.maximum(t / t.sum(), FLOOR) for t in told]
    return m, shares


def _prior(height: int, samples: Sequence[Sample], shares: Sequence[float], m: Sequence[Floats]) -> float:
    """Give the log-odds that two random records are one customer's: the median of what each held fact says."""
    every = max(height * (height - 1) / 2, 1.0)
    says = [share * s.population / m[s.held][0] / every for share, s in zip(shares, samples, strict=True)]
    share = float(np.median(says)) if says else 1.0 / max(height, 2)
    share = min(max(share, 0.1 / max(height, 2) ** 2), 0.2)
    return float(np.log(share / (1 - share)))


def _frequencies(column: Column) -> pl.DataFrame:
    told = max(int(np.count_nonzero(column.lengths)), 1)
    return pl.DataFrame(
        {"fact": column.name, "value": column.values[VALUE].cast(pl.String), "share": column.counts / told},
        schema={"fact": pl.String, "value": pl.String, "share": pl.Float64},
    )
