"""Pairs that agree on one fact, taken apart into one customer's records and strangers.

Such pairs are a mixture. Expectation maximisation over the patterns of the *other* facts tells how often each level
occurs among matches (m), with a share of matches and a u of its own for every fact that was held fixed, and one m for
all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

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
TELLS: Final = 0.8
OTHERWISE: Final = 0.1
IDLE: Final = 0.1
"""How often a column is taken to tell customers apart as its kind is documented, in its own way, or not at all."""
OF_ITS_OWN: Final = 10.0
"""Pairs that the documented shares are worth where a column tells customers apart in a way of its own."""


@dataclass
class Mixture:
    """What expectation maximisation found: m, and for each sample its share of matches and its strangers."""

    m: list[Floats]
    shares: list[Floats]  # by bucket
    kin: list[Floats]  # the share of pairs of two of one family, by bucket
    inside: list[list[Floats]]
    is_match: list[Floats]  # for each sample, how many pairs of each pattern are matches
    idle: list[float] = field(default_factory=list)  # how likely each fact tells nothing of customers


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
        idle=[0.0 for _ in u],
    )
    for turn in range(effort.rounds):
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
        seen = [t - effort.m_strength * p for t, p in zip(told, priors, strict=True)]
        found.m = [t / t.sum() for t in told]
        if turn >= effort.rounds // 2:
            found.idle = [_idle(*each, effort.m_strength) for each in zip(seen, priors, u, strict=True)]
            found.m = [_drawn(*each) for each in zip(found.m, u, found.idle, strict=True)]
        found.m = [np.minimum(np.maximum(mf, FLOOR), bound) for mf, bound in zip(found.m, most, strict=True)]
    return found


def _idle(seen: Floats, documented: Floats, u: Floats, strength: float) -> float:
    """Give how likely it is that a fact tells nothing of customers: matches are at its levels as strangers are.

    A load date, a row's number or a status are like that whatever their kind is documented to be. Besides matches may
    be as documented, or in a way of their own; each is worth so many pairs beside those seen.
    """
    own = (documented / documented.sum() + u / u.sum()) / 2
    ways = ((TELLS, documented, strength), (OTHERWISE, own, OF_ITS_OWN), (IDLE, u, strength))
    log = np.array([np.log(share) + _likelihood(seen, worth * p / p.sum()) for share, p, worth in ways])
    found = float(np.exp(log[-1] - np.logaddexp.reduce(log)))
    return max(found - IDLE, 0.0) / (1 - IDLE)


def _drawn(m: Floats, u: Floats, idle: float) -> Floats:
    """Give m drawn to u, so that what each level weighs counts as far as the fact is not idle."""
    drawn = m ** (1 - idle) * u**idle
    return np.asarray(drawn / drawn.sum())


def _likelihood(seen: Floats, told: Floats) -> float:
    """Give the logarithm of how likely counts are of which as many are known before (Dirichlet and multinomial)."""
    of_each = gammaln(told + seen) - gammaln(told)
    return float(gammaln(told.sum()) - gammaln(told.sum() + seen.sum()) + of_each.sum())


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
