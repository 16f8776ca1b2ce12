"""How right the published customers are, from answers about pairs that were drawn by lot.

In each stratum the share of pairs that are one customer's is unknown, and so is the share of answers that are slips.
What the model expects of a stratum is believed within a factor of about seven (one standard deviation of the
log-odds), and less the more answers say otherwise. Precision and recall are drawn from what both leave possible; the
interval holds 95 % of these draws. What no key of the blocking plan finds, or is plainly apart, cannot be asked about:
recall allows for up to twice the share that the plan itself expects to miss, evenly.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.frames import Schema

Floats = npt.NDArray[np.float64]

ANSWERS: Final[Schema] = {
    "stratum": pl.String,
    "feed_l": pl.String,
    "feed_r": pl.String,
    "same": pl.Boolean,
}
"""Grain: an answer about a pair that was drawn by lot."""

BELIEF: Final = 2.0
"""Standard deviation of a stratum's log-odds about what the model expects."""
OF_FEED: Final = 0.7
"""Standard deviation of a feed's log-odds about those of the whole stratum."""
SLIPS: Final = (2.0, 98.0)
"""What is believed of slips before an answer is seen: two in a hundred, as if a hundred answers had been checked."""
INTERVAL: Final = (0.025, 0.5, 0.975)
UNREACHED: Final = 2.0
"""How many times the share that the plan expects no key to find is out of reach at most: what a key finds and the model
then takes to be plainly apart cannot be asked about either."""
DRAWS: Final = 4000
SEED: Final = 20261108
ODDS: Final = np.linspace(-14.0, 14.0, 225)
MORE: Final = (3.0, 9.0, 27.0)
"""So many times the answers are tried to see what would halve an interval."""
SLIP_SHARES: Final = np.concatenate([np.linspace(0.0005, 0.05, 34), np.linspace(0.055, 0.3, 25)])


@dataclass(frozen=True)
class Interval:
    """A share: what is most likely about it, and between which bounds it lies with 95 % probability."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, drawn: Floats) -> "Interval":
        """Give the interval that holds 95 % of the draws."""
        low, value, high = np.quantile(drawn, INTERVAL)
        return cls(float(value), float(low), float(high))

    @property
    def width(self) -> float:
        """From the lower to the upper bound."""
        return self.high - self.low


@dataclass(frozen=True)
class Estimate:
    """What answers say of the published customers, or of those pairs that concern one feed (`feed`).

    `halving_precision` and `halving_recall` tell how many more answers would halve the interval; None where answers
    cannot, because it is mostly about what blocking misses, which nobody can be asked about.
    """

    feed: str | None
    answers: int
    precision: Interval
    recall: Interval
    halving_precision: int | None
    halving_recall: int | None


def estimate(strata: pl.DataFrame, answers: pl.DataFrame, missed: float) -> list[Estimate]:
    """Give the estimate for all customers, then for each feed, from STRATA and ANSWERS.

    `missed`: share of true pairs that the blocking plan expects to miss at most.
    """
    whole = strata.filter(pl.col("feed").is_null()).sort("stratum")
    if whole.is_empty():
        return []
    case = _Case(whole, whole["expected"].to_numpy(), _said(whole, answers), np.full(whole.height, BELIEF), missed)
    found = [case.estimate(None, answers.height)]
    middle, spread = case.drawing().log_odds()
    of_stratum = dict(zip(whole["stratum"], zip(middle, np.hypot(spread, OF_FEED), strict=True), strict=True))
    for feed in strata["feed"].drop_nulls().unique().sort().to_list():
        part = strata.filter(pl.col("feed") == feed).sort("stratum")
        own = answers.filter((pl.col("feed_l") == feed) | (pl.col("feed_r") == feed))
        odds, belief = np.array([of_stratum[stratum] for stratum in part["stratum"]]).T
        found.append(_Case(part, 1 / (1 + np.exp(-odds)), _said(part, own), belief, missed).estimate(feed, own.height))
    return found


def _said(strata: pl.DataFrame, answers: pl.DataFrame) -> Floats:
    """Give for each stratum how many answers say same, and how many say different."""
    counted = answers.group_by("stratum").agg(pl.col("same").sum(), pl.len())
    both = strata.select("stratum").join(counted, on="stratum", how="left", maintain_order="left")
    same, every = (both[column].fill_null(0).cast(pl.Float64).to_numpy() for column in ("same", "len"))
    return np.stack([same, every - same], axis=1)


class _Drawing:
    """What is possible: for each share of slips, for each stratum, how likely each share of matches is."""

    def __init__(self, expected: Floats, said: Floats, belief: Floats) -> None:
        expected = np.clip(expected, 1e-6, 1 - 1e-6)
        centre = np.log(expected) - np.log1p(-expected)
        before = -0.5 * ((ODDS - centre[:, None]) / belief[:, None]) ** 2
        self.share = 1 / (1 + np.exp(-ODDS))
        slips = SLIP_SHARES[:, None]
        seen = np.clip(self.share * (1 - slips) + (1 - self.share) * slips, 1e-12, 1 - 1e-12)
        likely = np.einsum("s,eo->eso", said[:, 0], np.log(seen)) + np.einsum("s,eo->eso", said[:, 1], np.log1p(-seen))
        joint = before - np.log(np.exp(before).sum(axis=1, keepdims=True)) + likely
        highest = joint.max(axis=2, keepdims=True)
        weight = np.exp(joint - highest)
        evidence = (np.log(weight.sum(axis=2)) + highest[:, :, 0]).sum(axis=1)
        a, b = SLIPS
        evidence += (a - 1) * np.log(SLIP_SHARES) + (b - 1) * np.log1p(-SLIP_SHARES) + np.log(np.gradient(SLIP_SHARES))
        self.slips = np.exp(evidence - evidence.max())
        self.slips /= self.slips.sum()
        self.odds = weight / weight.sum(axis=2, keepdims=True)

    def log_odds(self) -> tuple[Floats, Floats]:
        """Give mean and standard deviation of each stratum's log-odds."""
        mean = np.einsum("e,eso,o->s", self.slips, self.odds, ODDS)
        square = np.einsum("e,eso,o->s", self.slips, self.odds, ODDS**2)
        return np.asarray(mean), np.sqrt(np.maximum(square - mean**2, 0.0))

    def shares(self) -> Floats:
        """Draw each stratum's share of matches: a row a draw."""
        luck = np.random.default_rng(SEED)
        chosen = luck.choice(self.slips.size, size=DRAWS, p=self.slips)
        rising = np.cumsum(self.odds, axis=2)
        lots = luck.random((DRAWS, self.odds.shape[1], 1))
        drawn = np.empty((DRAWS, self.odds.shape[1]))
        for slip in np.unique(chosen):
            here = chosen == slip
            place = (rising[slip][None] < lots[here]).sum(axis=2)
            drawn[here] = self.share[np.minimum(place, ODDS.size - 1)]
        return drawn


@dataclass(frozen=True)
class _Case:
    """Strata, what is expected of them, what answers say of them."""

    strata: pl.DataFrame
    expected: Floats
    said: Floats
    belief: Floats
    missed: float

    def drawing(self, times: float = 1.0) -> _Drawing:
        """Give what is possible, were there so many times the answers."""
        return _Drawing(self.expected, self.said * times, self.belief)

    def measures(self, times: float = 1.0) -> tuple[Interval, Interval]:
        """Give precision and recall, were there so many times the answers."""
        pairs, joined = self.strata["pairs"].cast(pl.Float64).to_numpy(), self.strata["joined"].to_numpy()
        right = self.drawing(times).shares() * pairs
        hits, split = right[:, joined].sum(axis=1), right[:, ~joined].sum(axis=1)
        unseen = np.random.default_rng(SEED + 1).uniform(0, min(UNREACHED * self.missed, 1.0), size=DRAWS)
        precision = hits / max(float(pairs[joined].sum()), 1.0)
        return Interval.of(precision), Interval.of(hits / np.maximum(hits + split, 1e-9) * (1 - unseen))

    def estimate(self, feed: str | None, answers: int) -> Estimate:
        """Give the estimate, and how many more answers of the same kind would halve its intervals."""
        now = self.measures()
        more = [self.measures(times) for times in MORE] if answers else []
        halving = [_to_halve(answers, one.width, [each[at].width for each in more]) for at, one in enumerate(now)]
        return Estimate(feed, answers, *now, *halving)


def _to_halve(answers: int, width: float, widths: list[float]) -> int | None:
    """Give how many more answers bring a width to its half, between the numbers that were tried."""
    if width <= 0:
        return None
    sizes, tried = [0.0, *np.log(MORE)], [width, *widths]
    for at in range(1, len(tried)):
        if tried[at] <= width / 2:
            high, low = np.log(max(tried[at - 1], 1e-12)), np.log(max(tried[at], 1e-12))
            share = (high - np.log(width / 2)) / max(high - low, 1e-12)
            times = np.exp(sizes[at - 1] + share * (sizes[at] - sizes[at - 1]))
            return int(np.ceil(answers * (times - 1)))
    return None


def agreement(known: int, right: int) -> Interval:
    """Give the share of answers that agree with what was known before, from how many were and how many did."""
    luck = np.random.default_rng(SEED + 2)
    return Interval.of(luck.beta(right + 0.5, known - right + 0.5, size=DRAWS))
