"""Given name in the family name's column, or in the middle name's, and the other way round: no column sees it alone.

Where two records differ in a name, each one's given name is laid against the other's family name. If all that both
tell agrees that way, and something does, the names were exchanged. Who goes by his middle name has the first one, or
its initial, in the middle: both must be told, for a second given name may also be a father's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.facts.encoding import Codes, Column, Rows
from matching.fields.latin import slips, texts
from matching.scores.comparing import MISSING, Compared, Comparer
from matching.words import Kind

EXCHANGED: Final = "exchanged"
"""The level of both kinds that this module gives, and no comparison of values does."""
LETTERS: Final = "joined"
"""The part of both kinds that is laid crosswise: the name in small letters without blanks."""
LONG: Final = 4
"""Letters that a name must have before one slip is forgiven."""

Pairs = npt.NDArray[np.bool_]


@dataclass
class ExchangeComparer(Comparer):
    """Compares a fact's values and, where they differ, each with the other record's values of another fact."""

    other: Column | None = None
    middle: Column | None = None
    _crosswise: "dict[int, _Crosswise]" = field(default_factory=dict)

    def compare(self, left: Rows, right: Rows) -> Compared:
        """Give level and best values for each pair of records."""
        compared = super().compare(left, right)
        similar = self.column.field.level("similar")
        rows = np.flatnonzero((compared.level >= similar) & (compared.level != MISSING))
        for other, whole in ((self.other, False), (self.middle, True)):
            if other is not None and self.column.single is not None and other.single is not None:
                exchanged = self._exchanged(other, left[rows], right[rows], whole=whole)
                compared.level[rows[exchanged]] = self.column.field.level(EXCHANGED)
        return compared

    def _exchanged(self, other: Column, left: Rows, right: Rows, *, whole: bool) -> Pairs:
        """Tell which pairs have this fact's values in the other's place; `whole`: both are told, or their initials."""
        mine, others = self.column.single, other.single
        if mine is None or others is None:
            return np.zeros(left.size, dtype=bool)
        crosswise = self._crosswise.setdefault(int(whole), _Crosswise(self.column, other))
        forth_told, forth, forth_begins = crosswise.agree(mine[left], others[right])
        back_told, back, back_begins = crosswise.agree(mine[right], others[left])
        if whole:
            in_full = (forth & ~forth_begins) | (back & ~back_begins)
            return in_full & (forth | forth_begins) & (back | back_begins)
        return (forth | back) & (forth | ~forth_told) & (back | ~back_told)


class _Crosswise:
    """Tells whether a value of one column and a value of another are the same name, but for a slip."""

    def __init__(self, mine: Column, other: Column) -> None:
        self._mine, self._other = mine.values[LETTERS], other.values[LETTERS]

    def agree(self, mine: Codes, other: Codes) -> tuple[Pairs, Pairs, Pairs]:
        """Give where both are told, where they are the same name, and where one is the other's initial."""
        both = (mine >= 0) & (other >= 0)
        told = np.flatnonzero(both)
        keys, inverse = np.unique(mine[told].astype(np.int64) * len(self._other) + other[told], return_inverse=True)
        one, another = self._mine[keys // max(len(self._other), 1)], self._other[keys % max(len(self._other), 1)]
        apart = slips(texts(one), texts(another))
        shorter = np.minimum(one.str.len_chars().to_numpy(), another.str.len_chars().to_numpy())
        agree, begins = np.zeros((2, mine.size), dtype=bool)
        agree[told] = ((apart == 0) | ((apart == 1) & (shorter >= LONG)))[inverse]
        same_first = (one.str.slice(0, 1) == another.str.slice(0, 1)).fill_null(False).to_numpy()
        begins[told] = ((shorter == 1) & same_first)[inverse]
        return both, agree, begins


def exchanging(comparers: Sequence[Comparer]) -> tuple[Comparer, ...]:
    """Give the comparers, those of the given and the family name and of a middle name laid crosswise as well."""
    changed = list(comparers)
    given, family = _places(comparers, Kind.GIVEN_NAME), _places(comparers, Kind.FAMILY_NAME)
    for at, name in enumerate(comparers):
        other = family[:1] if at in given[:1] else given[:1] if at in family[:1] else []
        middle = given[1:2] if at in given[:1] else given[:1] if at in given[1:2] else []
        if other or middle:
            changed[at] = ExchangeComparer(
                name.column,
                other=comparers[other[0]].column if other else None,
                middle=comparers[middle[0]].column if middle else None,
            )
    return tuple(changed)


def _places(comparers: Sequence[Comparer], kind: Kind) -> list[int]:
    """Give where the facts of a kind stand, those whose kind has a level for exchanged names."""
    return [place for place, one in enumerate(comparers) if one.column.fact.kind is kind and _knows(one)]


def _knows(comparer: Comparer) -> bool:
    """Tell whether a fact's kind has a level for exchanged names."""
    return any(level.name == EXCHANGED for level in comparer.column.field.levels)
