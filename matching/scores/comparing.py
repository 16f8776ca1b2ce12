"""How two records agree, fact by fact: equality of codes, and a comparison of each distinct unequal pair of values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.arrays import grouped
from matching.facts.encoding import Codes, Column, Encoded, Rows
from matching.fields.glancing import UNSETTLED, Glance
from matching.side_by_side import at_once, nothing

Levels = npt.NDArray[np.int8]

Known = tuple[Codes, Levels]
"""Pairs of unequal values that were read, each as one number, sorted; and their levels."""

MISSING = -1
"""The level of a fact that one of the two records does not tell."""
RARITY = 40
"""Bits that a value's count takes in the rank of a combination of values."""
REMEMBERED = 5_000_000
"""Pairs of values whose level is remembered at most."""
FEW = 50
"""So many times fewer pairs of values than are remembered already are not worth laying these out anew."""
SIDE_BY_SIDE = 5_000
"""Pairs of records from which on facts are compared side by side."""
BATCH = 100_000
"""Distinct value pairs compared in one call: what bounds memory."""
TOGETHER: Final = 2_000_000
"""Combinations of the values of two records that are looked at in one go: a hundred bytes each. Of one pair all are."""
GLANCED: Final = 2_000
"""Value pairs from which on it pays to lay the values out for a glance..."""
VALUES_A_PAIR: Final = 8
"""... and so many values for each pair it pays to lay out at most."""


@dataclass(frozen=True)
class Compared:
    """What a fact says of each pair of records: the level, and the codes of the two values that agree best."""

    level: Levels
    left: Codes
    right: Codes

    def at(self, levels: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Tell which pairs are at one of these levels."""
        found: npt.NDArray[np.bool_] = levels[self.level] & (self.level != MISSING)
        return found

    def take(self, part: slice) -> "Compared":
        """Give what it says of some of the pairs."""
        return Compared(self.level[part], self.left[part], self.right[part])


@dataclass
class Comparer:
    """Compares a fact's values and remembers them, so that few pairs of values are compared twice."""

    column: Column
    rarity: Codes | None = None  # by value, how many records tell it: by the model's account, if one is in force
    _glance: Glance | None = None  # laid out when many values are compared for the first time
    _known: Known = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int8))  # replaced whole: threads share it

    def compare(self, left: Rows, right: Rows) -> Compared:
        """Give level and best values for each pair of records."""
        single = self.column.single
        if single is not None:
            codes_l, codes_r = single.take(left), single.take(right)
            return Compared(self.levels(codes_l, codes_r), codes_l, codes_r)
        return self._best(left, right)

    def levels(self, left: Codes, right: Codes) -> Levels:
        """Give the level of each pair of codes; a code of −1 makes it `MISSING`."""
        levels = np.append(self.column.itself, np.int8(MISSING)).take(left)
        levels[right < 0] = MISSING
        unequal = np.flatnonzero((left != right) & (levels != MISSING))
        if unequal.size:
            one, other = (codes.take(unequal).astype(np.int64) for codes in (left, right))
            levels[unequal] = self._compare_values(np.minimum(one, other), np.maximum(one, other))
        return levels

    def _compare_values(self, one: Codes, other: Codes) -> Levels:
        """Give the levels of pairs of unequal values: at a glance, and of what that leaves open from memory or read.

        To look twice at a pair costs less than to find it among all that were seen.
        """
        lay = self.column.field.glance
        if self._glance is None and lay is not None and self._pays(one.size):
            self._glance = lay(self.column.values)
        if self._glance is None:
            return self._look_up(one, other)
        levels = self._glance(one, other)
        rest = np.flatnonzero(levels == UNSETTLED)
        if rest.size:
            levels[rest] = self._look_up(one.take(rest), other.take(rest))
        return levels

    def _look_up(self, one: Codes, other: Codes) -> Levels:
        """Give the levels of pairs of values, each read once if it is not remembered."""
        keys, places_of = grouped(one * self.column.values.height + other)
        known_keys, known_levels = self._known
        places = np.searchsorted(known_keys, keys)
        known = np.zeros(keys.size, dtype=bool)
        within = places < known_keys.size
        known[within] = known_keys[places[within]] == keys[within]
        levels = np.empty(keys.size, dtype=np.int8)
        levels[known] = known_levels[places[known]]
        fresh = keys[~known]
        if fresh.size:
            levels[~known] = self._read(*divmod(fresh, self.column.values.height))
            if known_keys.size // FEW < fresh.size <= REMEMBERED - known_keys.size:
                at = places[~known]
                self._known = np.insert(known_keys, at, fresh), np.insert(known_levels, at, levels[~known])
        return levels.take(places_of)

    def _pays(self, pairs: int) -> bool:
        """Tell whether so many pairs of values are worth laying all values out for a glance."""
        return pairs >= max(GLANCED, self.column.values.height // VALUES_A_PAIR)

    def _read(self, left: Codes, right: Codes) -> Levels:
        """Give the levels of pairs of values from all that these say."""
        parts = []
        for start in range(0, left.size, BATCH):
            ends = (self.column.values[pl.Series(side[start : start + BATCH])] for side in (left, right))
            parts.append(self.column.field.compare(*ends).cast(pl.Int8).to_numpy())
        return np.concatenate(parts)

    def _best(self, left: Rows, right: Rows) -> Compared:
        """Give the best level over all combinations of the two records' values.

        Of equals what one carries along comes before what a household shares: it says whose the other is; then the
        rarest.
        """
        column = self.column
        best = Compared(
            np.full(left.size, MISSING, dtype=np.int8), *(np.full(left.size, -1, dtype=np.int32) for _ in range(2))
        )
        many_l, many_r = (column.lengths.take(end).astype(np.int64) for end in (left, right))
        combinations = many_l * many_r
        one, several = np.flatnonzero(combinations == 1), np.flatnonzero(combinations > 1)
        codes_l, codes_r = (column.codes.take(column.starts.take(end.take(one))) for end in (left, right))
        best.left[one], best.right[one], best.level[one] = codes_l, codes_r, self.levels(codes_l, codes_r)
        ends = np.cumsum(combinations.take(several))
        edges = np.searchsorted(ends, np.arange(TOGETHER, ends[-1:].sum(), TOGETHER))
        for part in np.split(several, edges):
            self._fill_best(best, part, left.take(part), right.take(part))
        return best

    def _fill_best(self, best: Compared, places: Rows, left: Rows, right: Rows) -> None:
        """Put the best level of pairs of records with several combinations of values into their places."""
        column = self.column
        many_r = column.lengths.take(right).astype(np.int64)
        combinations = column.lengths.take(left) * many_r
        pair = np.repeat(np.arange(left.size), combinations)
        within = np.arange(pair.size) - np.repeat(np.cumsum(combinations) - combinations, combinations)
        step_l, step_r = divmod(within, many_r.take(pair))
        codes_l = column.codes.take(column.starts.take(left).take(pair) + step_l)
        codes_r = column.codes.take(column.starts.take(right).take(pair) + step_r)
        level = self.levels(codes_l, codes_r)
        counts = column.counts if self.rarity is None else self.rarity
        rank = level.astype(np.int64) << RARITY + 1 | np.minimum(counts.take(codes_l), counts.take(codes_r))
        if column.shared is not None:
            rank |= column.shared.take(codes_l).astype(np.int64) << RARITY
        starts = np.flatnonzero(np.diff(pair, prepend=-1))
        best_of = np.minimum.reduceat(rank, starts) if starts.size else rank
        bests = np.flatnonzero(rank == np.repeat(best_of, np.diff(np.append(starts, pair.size))))
        first = bests[np.flatnonzero(np.diff(pair[bests], prepend=-1))]  # values are in the order of their codes
        best.level[places[pair[first]]] = level[first]
        best.left[places[pair[first]]] = codes_l[first]
        best.right[places[pair[first]]] = codes_r[first]


def compare_all(
    comparers: Sequence[Comparer], left: Rows, right: Rows, meanwhile: Callable[[], None] = nothing
) -> list[Compared]:
    """Give what every fact says of each pair of records; what else there is to do is done `meanwhile`."""
    if left.size < SIDE_BY_SIDE:
        meanwhile()
        return [comparer.compare(left, right) for comparer in comparers]
    return at_once(
        lambda comparer: comparer.compare(left, right),
        comparers,
        size=lambda comparer: comparer.column.values.height,
        meanwhile=meanwhile,
    )


def comparers(encoded: Encoded) -> tuple[Comparer, ...]:
    """Give a comparer for each fact."""
    return tuple(Comparer(column) for column in encoded.columns)
