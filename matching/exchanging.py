"""Given name in the family name's column and the other way round: agreement that no column sees alone.

Where two records differ in a name, each one's given name is laid against the other's family name. If all that both
tell agrees that way, and something does, the names were exchanged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.comparing import MISSING, Compared, Comparer
from matching.encoding import Codes, Column, Rows
from matching.fields.latin import slips, texts
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
    _crosswise: "_Crosswise | None" = field(default=None)

    def compare(self, left: Rows, right: Rows) -> Compared:
        """Give level and best values for each pair of records."""
        compared = super().compare(left, right)
        mine, others = self.column.single, self.other.single if self.other else None
        if mine is None or others is None or self.other is None:
            return compared
        if self._crosswise is None:
            self._crosswise = _Crosswise(self.column, self.other)
        similar = self.column.field.level("similar")
        rows = np.flatnonzero((compared.level >= similar) & (compared.level != MISSING))
        forth_told, forth = self._crosswise.agree(mine[left[rows]], others[right[rows]])
        back_told, back = self._crosswise.agree(mine[right[rows]], others[left[rows]])
        exchanged = (forth | back) & (forth | ~forth_told) & (back | ~back_told)
        compared.level[rows[exchanged]] = self.column.field.level(EXCHANGED)
        return compared


class _Crosswise:
    """Tells whether a value of one column and a value of another are the same name, but for a slip."""

    def __init__(self, mine: Column, other: Column) -> None:
        self._mine, self._other = mine.values[LETTERS], other.values[LETTERS]

    def agree(self, mine: Codes, other: Codes) -> tuple[Pairs, Pairs]:
        """Give where both are told, and where they are the same name."""
        both = (mine >= 0) & (other >= 0)
        told = np.flatnonzero(both)
        keys, inverse = np.unique(mine[told].astype(np.int64) * len(self._other) + other[told], return_inverse=True)
        one, another = self._mine[keys // max(len(self._other), 1)], self._other[keys % max(len(self._other), 1)]
        apart = slips(texts(one), texts(another))
        shorter = np.minimum(one.str.len_chars().to_numpy(), another.str.len_chars().to_numpy())
        agree = np.zeros(mine.size, dtype=bool)
        agree[told] = ((apart == 0) | ((apart == 1) & (shorter >= LONG)))[inverse]
        return both, agree


def exchanging(comparers: Sequence[Comparer]) -> tuple[Comparer, ...]:
    """Give the comparers, those of the first given and the first family name laid crosswise as well."""
    first: dict[Kind, int] = {}
    for place, comparer in enumerate(comparers):
        first.setdefault(comparer.column.fact.kind, place)
    given, family = first.get(Kind.GIVEN_NAME), first.get(Kind.FAMILY_NAME)
    changed = list(comparers)
    if given is not None and family is not None and all(_knows(comparers[place]) for place in (given, family)):
        changed[given] = ExchangeComparer(comparers[given].column, other=comparers[family].column)
        changed[family] = ExchangeComparer(comparers[family].column, other=comparers[given].column)
    return tuple(changed)


def _knows(comparer: Comparer) -> bool:
    """Tell whether a fact's kind has a level for exchanged names."""
    return any(level.name == EXCHANGED for level in comparer.column.field.levels)
