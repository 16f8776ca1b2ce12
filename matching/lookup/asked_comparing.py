"""How the values of a question agree with those of records, fact by fact: what `comparing` gives, for one record.

A kind's twin, which compares single values, goes first; what it leaves open is compared in columns, and remembered.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.arrays import is_first
from matching.facts.encoding import Rows
from matching.fields.glancing import UNSETTLED
from matching.lookup.asking import Asked
from matching.lookup.directory import Listing
from matching.scores.comparing import MISSING, Compared

REMEMBERED: Final = 500_000
"""Pairs of values, compared in columns, that a directory remembers."""


@dataclass
class AskedComparer:
    """Compares a question's values of one fact, and remembers what had to be compared in columns."""

    listing: Listing
    _known: dict[tuple[int, int], int] = field(default_factory=dict)

    def compare(self, asked: Sequence[Asked], rows: Rows) -> Compared:
        """Give level and values for each record, of several the best: the record's value left, the question's right."""
        listing, column = self.listing, self.listing.column
        level = np.full(rows.size, MISSING, dtype=np.int8)
        left, right = np.full(rows.size, -1), np.full(rows.size, -1)
        begins = column.starts[rows].astype(np.int64)
        many = column.starts[rows + 1] - begins
        one_each = many.size == 0 or int(many.max()) <= 1
        row = np.flatnonzero(many) if one_each else np.repeat(np.arange(rows.size), many)
        within = 0 if one_each else np.arange(row.size) - np.repeat(np.cumsum(many) - many, many)
        told = column.codes[begins[row] + within]
        codes = np.array(sorted(set(told.tolist())), dtype=np.int64)
        which = codes.searchsorted(told)
        levels = self._levels(asked, codes.tolist())
        numbers = np.array([mine.number for mine in asked])
        place = np.zeros(told.size, dtype=np.int64)
        if len(asked) > 1:
            row, which = row.repeat(len(asked)), which.repeat(len(asked))
            place = np.arange(told.size * len(asked)) % len(asked)
            told = told.repeat(len(asked))
        if len(asked) > 1 or not one_each:
            counts, places = listing.weigher.common.counts, np.array([mine.place for mine in asked])
            rarity = np.minimum(counts[told], counts[numbers[place]])
            shared = listing.column.shared
            of_home = np.zeros(told.size, dtype=bool) if shared is None else shared[told]
            order = np.lexsort((place, told, places[place], rarity, of_home, levels[place, which], row))
            best = order[is_first(row[order])]
            row, which, place, told = row[best], which[best], place[best], told[best]
        level[row], left[row], right[row] = levels[place, which], told, numbers[place]
        return Compared(level, left, right)

    def _levels(self, asked: Sequence[Asked], codes: Sequence[int]) -> npt.NDArray[np.int8]:
        """Give the level of each of the question's values (row) with each of some codes (column).

        The kind's twin compares what it can. What is left to the kind is remembered, since it costs milliseconds.
        """
        levels = [_single(self.listing, mine, codes) for mine in asked]
        left = [(place, at) for place, row in enumerate(levels) for at, level in enumerate(row) if level == UNSETTLED]
        if left:
            for (place, at), level in self._in_columns(asked, codes, left).items():
                levels[place][at] = level
        return np.array(levels, dtype=np.int8).reshape(len(asked), len(codes))

    def _in_columns(
        self, asked: Sequence[Asked], codes: Sequence[int], pairs: Sequence[tuple[int, int]]
    ) -> dict[tuple[int, int], int]:
        """Give the level of pairs, as places in `asked` and `codes`, from memory or as a run compares them."""
        known = self._known
        if len(known) > REMEMBERED:
            known.clear()
        met = {(place, at): known.get((asked[place].code, codes[at])) for place, at in pairs if asked[place].code >= 0}
        found = {pair: level for pair, level in met.items() if level is not None}
        fresh = [pair for pair in pairs if pair not in found]
        for (place, at), level in zip(fresh, _compare_columns(self.listing, asked, codes, fresh), strict=True):
            found[place, at] = level
            if asked[place].code >= 0:
                known[asked[place].code, codes[at]] = level
        return found


def _single(listing: Listing, mine: Asked, codes: Sequence[int]) -> list[int]:
    """Give the level of a value with each of some codes by the kind's twin, UNSETTLED where it is left to the kind."""
    twin, packed = listing.twin, listing.packed
    if twin is None or packed is None:
        return [int(listing.itself[code]) if code == mine.code else UNSETTLED for code in codes]
    own = twin.parts(*(mine.parts[name] for name in twin.columns))
    named, compare = partial(tuple.__new__, twin.parts), twin.compare  # what `_make` does, in half the time
    levels = [compare(own, named(theirs)) for theirs in packed.of(codes)]
    if mine.code in codes:
        levels[codes.index(mine.code)] = int(listing.itself[mine.code])
    return [UNSETTLED if level is None else level for level in levels]


def _compare_columns(
    listing: Listing, asked: Sequence[Asked], codes: Sequence[int], pairs: Sequence[tuple[int, int]]
) -> list[int]:
    """Give the level of values that differ, the one that sorts first on the left, as a run compares them."""
    if not pairs:
        return []
    wanted = sorted({at for _, at in pairs})
    every = pl.concat(
        [*(each.frame for each in asked), listing.column.values[[codes[at] for at in wanted]]], how="vertical_relaxed"
    )
    stands = {at: len(asked) + place for place, at in enumerate(wanted)}
    ends = [(place, stands[at]) if asked[place].place < codes[at] else (stands[at], place) for place, at in pairs]
    left, right = every[[one for one, _ in ends]], every[[other for _, other in ends]]
    levels: list[int] = listing.column.field.compare(left, right).to_list()
    return levels
