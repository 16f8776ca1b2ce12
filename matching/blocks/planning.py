"""Which keys are worth their pairs: tried on a sample of records against the learned model, chosen by yield and cost.

The sample's records meet all others in every key's blocks, and in the blocks of keys combined where those are too
large. What the pairs found are worth is the sum of their probabilities. Keys are taken greedily, the greatest gain
first, until a further match would cost more pairs than it is worth; a small table can afford more for each, and finds
its matches more than once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.arrays import distinct, grouped
from matching.blocks.keys import Key, mix
from matching.facts.encoding import Rows
from matching.side_by_side import at_once

Floats = npt.NDArray[np.float64]
Probability = Callable[[Rows, Rows], Floats]

SEED: Final = 20261103
MOST_KEYS: Final = 60
"""Keys that a plan may have: every pair says in one 64-bit number which found it."""


@dataclass(frozen=True)
class Limits:
    """What blocking may cost."""

    block: int = 40  # records in a block before it is narrowed
    depth: int = 3  # keys that a narrowed block may combine
    exchange: float = 100.0  # pairs that one more match is worth at least
    affordable: float = 20_000_000.0  # pairs that one more match of every record may cost
    large: int = 1_000_000  # records from which on it is worth less, by the fourth root: strangers meet more often
    again: float = 0.2  # what finding a match once more is worth: a small sample does not see every way to miss one
    small: int = 10_000  # records up to which that holds; it fades with the square of what a table has more
    sampled_pairs: int = 300_000
    window: int = 3  # neighbours each way in a block that no key narrows, fewer in a large table

    def worth(self, height: int) -> float:
        """Give what is left of a match's worth, counted in pairs, in a table of so many records."""
        return float(min(1.0, self.large / max(height, 1)) ** 0.25)

    def neighbours(self, height: int) -> int:
        """Give how many neighbours each way are looked at in a block that no key narrows."""
        return max(round(self.window * self.worth(height)), 1)


LIMITS: Final = Limits()


@dataclass(frozen=True)
class Price:
    """How many pairs a match may cost, and what is left of its worth once it is found."""

    exchange: float
    again: float


@dataclass(frozen=True)
class Candidate:
    """A key, or several combined, tried on the sample: which of the sampled pairs it finds."""

    keys: tuple[int, ...]
    pairs: npt.NDArray[np.int64]
    made: int  # how many times it makes them: list keys make a pair once for each key in common
    scale: float  # pairs of the whole table for each pair of the sample


@dataclass(frozen=True)
class Plan:
    """The chosen keys, and what was seen of them on the sample."""

    chosen: tuple[tuple[str, ...], ...]
    table: pl.DataFrame
    missed: float  # estimated share of matches that the chosen keys do not find


@dataclass(frozen=True)
class Trial:
    """What keys, and keys combined, find on a sample of a table: needs no model, and a plan is chosen from it."""

    keys: Sequence[Key]
    height: int
    limits: Limits
    tried: Sequence[Candidate]
    pairs: npt.NDArray[np.int64]  # every pair that is found, as one number
    found: Sequence[npt.NDArray[np.int64]]  # by candidate, the places of its pairs among these


def try_out(keys: Sequence[Key], height: int, limits: Limits = LIMITS) -> Trial:
    """Try keys on a sample of a table."""
    tried = _try(keys, _sample(keys, height, limits), height, limits)
    if not tried:
        return Trial(keys, height, limits, (), np.empty(0, dtype=np.int64), ())
    pairs, where = grouped(np.concatenate([c.pairs for c in tried]))
    return Trial(keys, height, limits, tried, pairs, np.split(where, np.cumsum([c.pairs.size for c in tried])[:-1]))


def choose(trial: Trial, probability: Probability) -> Plan:
    """Give the plan for a table."""
    keys, height, limits, tried, found = trial.keys, trial.height, trial.limits, trial.tried, trial.found
    if not tried:
        return Plan((), _table([]), 0.0)
    worth = probability(trial.pairs // height, trial.pairs % height)
    worth = np.where(worth > 0.5, worth, 0.0)
    exchange = max(limits.exchange * limits.worth(height), limits.affordable / height)
    again = limits.again * min(1.0, limits.small / max(height, 1)) ** 2
    chosen, rows = _greedy(keys, tried, found, worth, Price(exchange, again))
    covered = np.zeros(worth.size, dtype=bool)
    for place in chosen:
        covered[found[place]] = True
    return Plan(
        tuple(tuple(keys[k].name for k in tried[place].keys) for place in chosen),
        _table(rows),
        _missed(keys, tried, found, worth, covered),
    )


def _sample(keys: Sequence[Key], height: int, limits: Limits) -> Rows:
    """Give as many records as meet about `sampled_pairs` others."""
    met = sum(at_once(lambda key: 2 * key.pairs(limits.block), keys)) * 2 / max(height, 1) + 1
    size = min(height, max(int(limits.sampled_pairs / met), 200))
    if size == height:
        return np.arange(height)
    return np.sort(np.random.default_rng(SEED).choice(height, size=size, replace=False))


def _try(keys: Sequence[Key], sample: Rows, height: int, limits: Limits) -> list[Candidate]:
    tried = []
    bases: list[tuple[tuple[int, ...], Rows, Rows, float]] = []
    place_of = np.zeros(height, dtype=np.int64)
    place_of[sample] = np.arange(sample.size)
    sampled = np.zeros(height, dtype=bool)
    sampled[sample] = True
    met = at_once(lambda key: key.met_by(sampled, limits.block, 3 * limits.sampled_pairs), keys)
    for place, ((mine, other), (mine_large, other_large), share) in enumerate(met):
        if mine.size:
            tried.append(Candidate((place,), _pairs(mine, other, height), mine.size // 2, _scale(height, sample)))
        if mine_large.size:
            bases.append(((place,), place_of[mine_large], other_large, share))
    del met
    narrowing = _filters(keys)
    seen = dict.fromkeys(narrowing, 0.0) | {combined[0]: share for combined, _, _, share in bases}
    finest = {place: rank for rank, place in enumerate(sorted(seen, key=lambda place: (-seen[place], place)))}
    filters = dict(
        zip(narrowing, at_once(lambda place: _Filter.of(keys[place], sample, limits.block), narrowing), strict=True)
    )
    for _ in range(limits.depth - 1):
        able = [(base, place) for base in bases for place in filters if _may_narrow(keys, base[0], place, finest)]
        narrowed = at_once(lambda one: filters[one[1]].narrow(one[0][1], one[0][2], limits.block), able)
        deeper = []
        for ((combined, _, _, share), place), (candidate, rest) in zip(able, narrowed, strict=True):
            if candidate[0].size:
                pairs = _pairs(sample[candidate[0]], candidate[1], height)
                made = candidate[0].size // 2
                tried.append(Candidate((*combined, place), pairs, made, _scale(height, sample) / share))
            if rest[0].size:
                deeper.append(((*combined, place), *rest, share))
        bases = deeper
    return tried


def _filters(keys: Sequence[Key]) -> list[int]:
    """Give the keys that narrow others: for each fact its value, and the key that makes the fewest blocks."""
    chosen: list[int] = []
    for fact in sorted({key.fact for key in keys}):
        single = [place for place, key in enumerate(keys) if key.fact == fact and key.is_single]
        if single:
            coarsest = min(single, key=lambda place: (keys[place].sizes.size, place))
            chosen.extend(sorted({single[0], coarsest}))
    return chosen


def _may_narrow(keys: Sequence[Key], combined: tuple[int, ...], place: int, finest: Mapping[int, int]) -> bool:
    """Tell whether a key may be added to combined ones: it is of another fact, and each combination is tried once.

    The finest key comes first: of its large blocks most is seen. A few huge blocks tell little of what a combination
    finds, and of two accounts of one combination the one that errs on the cheap side would be believed.
    """
    is_other = keys[place].fact not in {keys[k].fact for k in combined}
    return is_other and finest[combined[0]] < finest[place] and (len(combined) == 1 or place > combined[-1])


@dataclass(frozen=True)
class _Filter:
    """A key that narrows blocks: its number by record, and by place in the sample, −1 there unless its block is large.

    Among all records most have numbers far apart in memory, among the sampled ones they are close together.
    """

    numbers: npt.NDArray[np.int32]
    sampled: npt.NDArray[np.int32]

    @classmethod
    def of(cls, key: Key, sample: Rows, limit: int) -> "_Filter":
        """Lay a key of one number a record out."""
        if key.dense is None:
            message = f"expected at most one key a record, found several in {key.name}"
            raise ValueError(message)
        numbers = key.dense[sample]
        is_large = np.append(False, key.counts > limit)
        return cls(key.dense, np.where(is_large[numbers], numbers, np.int32(-1)))

    def narrow(self, mine: Rows, other: Rows, limit: int) -> tuple[tuple[Rows, Rows], tuple[Rows, Rows]]:
        """Give who still meets when they share this key too: in small blocks, and in blocks that remain large.

        `mine` are places in the sample, `other` records.
        """
        share = np.flatnonzero(self.sampled[mine] == self.numbers[other])
        mine, other = mine[share], other[share]
        small = np.bincount(mine, minlength=self.sampled.size)[mine] < limit
        return (mine[small], other[small]), (mine[~small], other[~small])


def _pairs(mine: Rows, other: Rows, height: int) -> npt.NDArray[np.int64]:
    return distinct(np.minimum(mine, other) * height + np.maximum(mine, other))


def _scale(height: int, sample: Rows) -> float:
    """A pair is seen from either of its records: twice where both are sampled, of which one remains."""
    share = sample.size / max(height, 1)
    return 1 / (1 - (1 - share) ** 2)


def _greedy(
    keys: Sequence[Key],
    tried: Sequence[Candidate],
    found: Sequence[npt.NDArray[np.int64]],
    worth: Floats,
    price: Price,
) -> tuple[list[int], list[dict[str, object]]]:
    left = worth.copy()
    fresh = np.ones(worth.size)
    bound = [np.inf] * len(tried)
    open_ = set(range(len(tried)))
    chosen: list[int] = []
    rows: list[dict[str, object]] = []

    def gain(place: int) -> float:
        """Matches above their price; a pair that another key makes too costs a tenth of one that is compared."""
        pairs = found[place]
        cost = float(fresh[pairs].sum()) + 0.1 * tried[place].made
        return float(left[pairs].sum()) - cost / price.exchange

    while open_ and len(chosen) < MOST_KEYS:
        best = max(open_, key=lambda place: (bound[place], -place))
        now = gain(best)
        if now < bound[best] - 1e-9 and any(bound[p] > now for p in open_ if p != best):
            bound[best] = now
            continue
        if now <= 0:
            break
        scale = tried[best].scale
        rows.append(
            {
                "key": " + ".join(keys[k].name for k in tried[best].keys),
                "pairs_expected": round(found[best].size * scale),
                "matches_expected": round(float(worth[found[best]].sum()) * scale),
                "new_matches_expected": round(float(left[found[best]].sum()) * scale),
            }
        )
        chosen.append(best)
        open_.remove(best)
        left[found[best]] *= price.again
        fresh[found[best]] = 0.0
    return chosen, rows


def _table(rows: list[dict[str, object]]) -> pl.DataFrame:
    whole = ("pairs_expected", "matches_expected", "new_matches_expected")
    return pl.DataFrame(rows, schema={"key": pl.String, **dict.fromkeys(whole, pl.Int64)})


def _missed(
    keys: Sequence[Key],
    tried: Sequence[Candidate],
    found: Sequence[npt.NDArray[np.int64]],
    worth: Floats,
    covered: npt.NDArray[np.bool_],
) -> float:
    """Give the share of matches not found: those that keys left out find, and those none finds.

    The latter are estimated as Chao (1987) does unseen species: from the matches that one fact alone finds and those
    that two facts find.
    """
    facts = np.zeros(worth.size, dtype=np.int64)
    for fact in {key.fact for key in keys}:
        seen = np.zeros(worth.size, dtype=bool)
        for candidate, pairs in zip(tried, found, strict=True):
            if len(candidate.keys) == 1 and keys[candidate.keys[0]].fact == fact:
                seen[pairs] = True
        facts += seen
    once, twice = float(worth[facts == 1].sum()), float(worth[facts == 2].sum())
    unseen = once**2 / (2 * twice) if twice else 0.0
    total = float(worth.sum()) + unseen
    return (float(worth[~covered].sum()) + unseen) / total if total else 0.0


__all__ = ["LIMITS", "Limits", "Plan", "choose", "mix", "try_out"]
