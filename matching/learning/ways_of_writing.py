"""Values that a table writes in several ways: Riyadh and الرياض, Saudi and SA, a district and its code.

No list knows them all, but a table tells them: among records that agree in other things two ways to write one place
stand side by side as often as each stands beside itself. Who has moved is told by many places, and by each seldom.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.facts.encoding import Column, Encoded, Rows
from matching.fields.base import VALUE
from matching.scores.comparing import Comparer
from matching.words import Kind

WRITTEN_VARIOUSLY: Final = frozenset({Kind.PLACE, Kind.CATEGORY})
"""Kinds of few values, which each office writes by a list of its own."""
TELLING: Final = frozenset(
    {Kind.PERSON_NAME, Kind.GIVEN_NAME, Kind.FAMILY_NAME, Kind.BIRTH_DATE, Kind.PHONE, Kind.EMAIL, Kind.ID_NUMBER}
)
"""Kinds of which two that agree tell one customer, or one family."""
BY_KEY: Final = {Kind.PHONE: "last_seven_digits"}
"""By what values are found to agree whose beginnings depend on who writes them."""
SHARED_BY: Final = 8
"""Records that share a value up to which it is a customer's rather than anybody's."""
NEIGHBOURS: Final = 4
"""Records that share a value with which each is held together."""
LOOKED_AT: Final = 10_000
"""Values of a fact that are looked at, from the beginning to the end of them."""
FEWEST: Final = 6
"""Records on either side that must tell both ways."""
LIFTED: Final = 1.5
"""How many times more often than by chance the two stand side by side at least..."""
AS_ITSELF: Final = 0.5
"""... and as how much of what they stand beside themselves."""
OF_ALL: Final = 0.1
"""The share of what stands beside the one that must be the other..."""
MOSTLY: Final = 0.3
"""... and the same where neither ever stands beside itself, as in two lists that each tell somebody once."""
CERTAINLY: Final = 4.0
"""Standard deviations that this is above chance."""

Floats = npt.NDArray[np.float64]


def ways_of_writing(column: Column, encoded: Encoded) -> pl.DataFrame | None:
    """Give the values that others are the same as, each with the number of what they mean; None where there are none.

    The columns are value and count, as a model keeps them.
    """
    codes = column.single
    if column.fact.kind not in WRITTEN_VARIOUSLY or codes is None:
        return None
    left, right = _of_one_customer([other for other in encoded.columns if other.fact.kind in TELLING], encoded.height)
    told = (codes[left] >= 0) & (codes[right] >= 0)
    one, other = _the_same(codes[left[told]], codes[right[told]], left[told], right[told])
    if not one.size:
        return None
    meaning = np.arange(column.values.height)
    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        meaning[meaning == meaning[b]] = meaning[a]
    several = np.flatnonzero(np.isin(meaning, meaning[one]))
    values = column.values[VALUE].cast(pl.String).gather(several)
    return pl.DataFrame({"value": values, "count": meaning[several].astype(np.int64)})


def _of_one_customer(columns: Sequence[Column], height: int) -> tuple[Rows, Rows]:
    """Give pairs of records that agree on two facts, one of them on a value that few share; each pair once."""
    found = [np.empty(0, dtype=np.int64)]
    for column in columns:
        codes = _by_key(column)[column.codes]
        counts = np.bincount(codes[codes >= 0])
        few = np.flatnonzero((counts > 1) & (counts <= SHARED_BY))
        wanted = np.zeros(counts.size + 1, dtype=bool)
        wanted[few[:: few.size // LOOKED_AT + 1]] = True
        told = wanted[codes]
        code, row = codes[told], column.rows[told]
        by_value = np.lexsort((row, code))
        code, row = code[by_value], row[by_value]
        for step in range(1, NEIGHBOURS + 1):
            together = (code[step:] == code[:-step]) & (row[step:] != row[:-step])
            found.append(row[:-step][together] * height + row[step:][together])
    left, right = divmod(np.unique(np.concatenate(found)), max(height, 1))
    agree = np.zeros(left.size, dtype=np.int8)
    for column in columns:
        agree += Comparer(column).compare(left, right).at(column.field.agreeing)
    return left[agree > 1], right[agree > 1]


def _by_key(column: Column) -> Rows:
    """Give for each value the number of what it is found by, -1 where it is found by nothing."""
    key = BY_KEY.get(column.fact.kind)
    if key is None:
        return np.arange(column.values.height)
    return column.field.keys[key](column.values).rank("dense").cast(pl.Int64).fill_null(0).to_numpy() - 1


def _the_same(one: Rows, other: Rows, left: Rows, right: Rows) -> tuple[Rows, Rows]:
    """Give the pairs of values that stand side by side about as often as each beside itself."""
    size = int(max(one.max(initial=0), other.max(initial=0))) + 1
    low, high = np.minimum(one, other).astype(np.int64), np.maximum(one, other).astype(np.int64)
    pairs, place, times = np.unique(low * size + high, return_inverse=True, return_counts=True)
    a, b = divmod(pairs, size)
    ends = np.bincount(one, minlength=size) + np.bincount(other, minlength=size)
    beside_itself = np.zeros(size)
    beside_itself[a[a == b]] = 2 * times[a == b]
    records = np.minimum(*(_distinct(place, rows, pairs.size) for rows in (left, right)))
    chance = ends[a] * ends[b] / max(ends.sum(), 1)
    lift = times / chance
    itself = beside_itself * ends.sum() / np.maximum(ends, 1) ** 2
    share = times / np.maximum(ends[a], ends[b])
    same = (a != b) & (records >= FEWEST) & (lift >= LIFTED) & (share >= OF_ALL)
    same &= (lift >= AS_ITSELF * np.sqrt(itself[a] * itself[b])) & (times - chance >= CERTAINLY * np.sqrt(chance))
    same &= (share >= MOSTLY) | (itself[a] * itself[b] > 0)
    return a[same], b[same]


def _distinct(place: Rows, rows: Rows, size: int) -> Rows:
    """Count the records that stand on one side of each pair of values."""
    both = np.unique(np.column_stack([place.ravel(), rows]), axis=0)
    return np.bincount(both[:, 0], minlength=size)
