"""Pairs that agree on one fact, taken apart into one customer's records and strangers.

Such pairs are a mixture. Expectation maximisation over the patterns of the *other* facts tells how often each level
occurs among matches (m), with a share of matches and a u of its own for every fact that was held fixed, and one m for
all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from matching.learning.drawing import EFFORT, Effort, Sample
from matching.learning.homes import Home
from matching.learning.kin import Kin
from matching.scores.chance import BUCKETS
from matching.scores.comparing import MISSING

Floats = npt.NDArray[np.float64]

FLOOR: Final = 1e-6
"""No level is believed to be rarer than this."""
KIN: Final = 0.1
"""Share of pairs of two of one family where estimation starts."""


@dataclass
class Mixture:
    """What expectation maximisation found: m, and for each sample its share of matches and its strangers."""

    m: list[Floats]
    shares: list[Floats]  # by bucket
    kin: list[Floats]  # the share of pairs of two of one family, by bucket
    inside: list[list[Floats]]
    is_match: list[Floats]  # for each sample, how many pairs of each pattern are matches


def maximise(  # noqa: PLR0913, PLR0917 -- all that is known before
    samples: Sequence[Sample],
    documented: Sequence[Floats],
    u: Sequence[Floats],
    effort: Effort = EFFORT,
    home: Home | None = None,
    at_most: Sequence[Floats] = (),
    family: Kin | None = None,
) -> Mixture:
    """Take the samples apart into matches and strangers.

    The facts that tell one `home` differ together where somebody moved: what the worst of them says counts once. They
    agree together where a family lives: so does what the best of them says, and not at all in pairs drawn by another.
    The pairs of a `family` are neither one customer's nor like strangers'.
    `at_most` bounds, for each fact and level, how many times as large as u m may become.
    """
    bounds = at_most or [np.full(uf.size, np.inf) for uf in u]
    most = [uf * times for uf, times in zip(u, bounds, strict=True)]
    priors = [np.minimum(np.maximum(p / p.sum(), FLOOR), mf) for p, mf in zip(documented, most, strict=True)]
    found = Mixture(
        m=[p.copy() for p in priors],
        shares=[np.full(BUCKETS, 0.5) for _ in samples],
        kin=[np.full(BUCKETS, KIN if family else 0.0) for _ in samples],
        inside=[[uf.copy() for uf in u] for _ in samples],
        is_match=[np.zeros(sample.counts.size) for sample in samples],
    )
    for _ in range(effort.rounds):
        told = [effort.m_strength * p for p in priors]
        for at, sample in enumerate(samples):
            is_match, is_kin = _expect(sample, found, at, home or Home(), family)
            found.is_match[at] = is_match
            found.shares[at] = _shares(sample, is_match)
            found.kin[at] = _shares(sample, is_kin) if family else found.kin[at]
            for f, uf in enumerate(u):
                if f == sample.held:
                    continue
                level = sample.patterns[:, f]
                tells = level != MISSING
                told[f] += tally(level[tells], is_match[tells], uf.size)
                others = (
                    tally(level[tells], (sample.counts - is_match - is_kin)[tells], uf.size) + effort.u_strength * uf
                )
                found.inside[at][f] = np.maximum(others / others.sum(), FLOOR)
        found.m = [np.minimum(np.maximum(t / t.sum(), FLOOR), mf) for t, mf in zip(told, most, strict=True)]
    return found


def settled(
    sample: Sample, m: Sequence[Floats], u: Sequence[Floats], home: Home | None = None, effort: Effort = EFFORT
) -> Floats:
    """Give the share of matches by bucket, where it is known how often matches and strangers are at each level."""
    none = [np.zeros(BUCKETS)]
    found = Mixture(list(m), [np.full(BUCKETS, 0.5)], none, [list(u)], [np.zeros(sample.counts.size)])
    for _ in range(effort.rounds):
        is_match, _ = _expect(sample, found, 0, home or Home(), None)
        found.shares[0] = _shares(sample, is_match)
    return found.shares[0]


def _shares(sample: Sample, is_match: Floats) -> Floats:
    """Give each bucket's share of matches, where pairs are few drawn to the share of all."""
    matches = tally(sample.bucket, is_match, BUCKETS)
    pairs = tally(sample.bucket, sample.counts, BUCKETS)
    overall = (matches.sum() + 1) / (pairs.sum() + 2)
    return np.asarray(np.clip((matches + 5 * overall) / (pairs + 5), 1e-5, 0.999))


def _expect(sample: Sample, found: Mixture, at: int, home: Home, family: Kin | None) -> tuple[Floats, Floats]:
    """Give how many pairs of each pattern are one customer's, and how many are of two of one family."""
    u, share, kin_share = found.inside[at], found.shares[at][sample.bucket], found.kin[at][sample.bucket]
    rest = np.log(np.maximum(1 - share - kin_share, FLOOR))
    match = np.clip(_odds(sample, found.m, u, home) + np.log(share) - rest, -60, 60)
    if family is None:
        return np.asarray(sample.counts / (1 + np.exp(-match))), np.zeros(sample.counts.size)
    kin = np.clip(_odds(sample, family.levels(found.m, u), u, home) + np.log(kin_share) - rest, -60, 60)
    whole = 1 + np.exp(match) + np.exp(kin)
    return np.asarray(sample.counts * np.exp(match) / whole), np.asarray(sample.counts * np.exp(kin) / whole)


def _odds(sample: Sample, m: Sequence[Floats], u: Sequence[Floats], home: Home) -> Floats:
    odds = np.zeros(sample.counts.size)
    moved, stayed = np.zeros(odds.size), np.zeros(odds.size)
    for f, (mf, uf) in enumerate(zip(m, u, strict=True)):
        weight = np.append(np.log(mf) - np.log(uf), 0.0)[sample.patterns[:, f]]
        if f in home.facts:
            moved, stayed = np.minimum(moved, weight), np.maximum(stayed, weight)
            weight = np.zeros(odds.size) if home.of_families else np.maximum(weight, 0.0)
        odds += weight
    odds += moved
    if home.of_families and sample.held not in home.facts:
        odds += stayed
    return odds


def tally(levels: npt.NDArray[np.integer[Any]], weights: Floats, size: int) -> Floats:
    """Give the sum of the weights by level."""
    return np.bincount(levels, weights=weights, minlength=size).astype(np.float64)
