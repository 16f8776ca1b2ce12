"""What share of the pairs with a score are one customer's: probabilities that mean what they say.

Facts that say the same make a sum of weights bolder than it should be. The clusters, decided on everything that is
known of whole customers, are right far more often than single pairs: the share of pairs of a score that they put
together is its probability, made monotone by pooling neighbours (isotonic regression), and drawn to the log-odds of
the score where pairs are few.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Knots = tuple[tuple[float, float], ...]

BINS: Final = 80
FEWEST: Final = 100
"""Pairs that a bin has at least."""
PULL: Final = 10.0
"""Pairs that the score's own log-odds are worth in a bin."""
SUREST: Final = 1e-4


def calibrate(score: Floats, together: npt.NDArray[np.bool_]) -> Knots:
    """Give the curve from score to log-odds as its knots, rising in both; no knots where there are too few pairs."""
    count = min(BINS, score.size // FEWEST)
    if count < 2:
        return ()
    centres, rates, sizes = [], [], []
    for part, joined in _parts(score, together, count):
        centre = float(part.mean())
        own = 1 / (1 + np.exp(-centre))
        centres.append(centre)
        rates.append((joined + PULL * own) / (part.size + PULL))
        sizes.append(float(part.size))
    shares = np.clip(_rising(rates, sizes), SUREST, 1 - SUREST)
    odds = np.log(shares) - np.log1p(-shares)
    return tuple((round(x, 6), round(float(y), 6)) for x, y in zip(centres, odds, strict=True))


def _parts(score: Floats, together: npt.NDArray[np.bool_], count: int) -> Iterator[tuple[Floats, float]]:
    """Give the scores in rising order in so many parts, with how many pairs of each are together.

    Score and answer are sorted as one number, which takes the last of the 52 binary places of a score.
    """
    both = (score.view(np.int64) & ~1) | together
    both = np.where(both < 0, both ^ np.int64(2**63 - 2), both)  # the order of whole numbers is that of scores
    for part in np.array_split(np.sort(both), count):
        bits = np.where(part < 0, part ^ np.int64(2**63 - 2), part)
        yield (bits & ~1).view(np.float64), float((bits & 1).sum())


def _rising(rates: list[float], sizes: list[float]) -> Floats:
    """Pool neighbours that fall until none does (pool adjacent violators)."""
    pools: list[tuple[float, float, int]] = []
    for rate, size in zip(rates, sizes, strict=True):
        pools.append((rate, size, 1))
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            (one, many, bins), (other, more, further) = pools[-2:]
            pools[-2:] = [((one * many + other * more) / (many + more), many + more, bins + further)]
    return np.concatenate([np.full(bins, rate) for rate, _, bins in pools])


def probability(score: Floats, knots: Knots) -> Floats:
    """Give the probability of each score: along the curve, and beyond its ends as the score goes on."""
    if not knots:
        return np.asarray(np.exp(-np.logaddexp(0.0, -score)))
    x, y = _curve(knots)
    odds = np.interp(score, x, y) + np.minimum(score - x[0], 0.0) + np.maximum(score - x[-1], 0.0)
    return np.asarray(np.exp(-np.logaddexp(0.0, -odds)))


@lru_cache(maxsize=8)
def _curve(knots: Knots) -> tuple[Floats, Floats]:
    x, y = np.array(knots).T
    return x, y
