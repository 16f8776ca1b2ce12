"""What a kind of field is: clean → keys → agreement levels → comparison, always on columns of distinct values.

A field module (`person_name`, `phone`, …) exports one `FIELD: Field`. Rows never meet these functions: each column
is dictionary-encoded once, and only its distinct values are cleaned, keyed and compared.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import inf

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.fields.glancing import Glance
from matching.words import Kind

Flags = npt.NDArray[np.bool_]

VALUE = "value"
"""The column every cleaned frame has: the canonical text of the value, null when it says nothing."""


@dataclass(frozen=True)
class Level:
    """One way in which two values of a kind can agree or differ.

    `m` and `u` are where estimation starts: the share of pairs at this level among records of one customer and among
    random pairs. They matter where data are too few to learn from. `veto` marks a contradiction that no other
    agreement outweighs. `key` names the field's key (of one string a value) that values at this level share: agreement
    on a rare surname then says more than on a common one. `at_most`
    is the most that the level may weigh, in log-odds, whatever the data seem to say: two branches of one firm share so
    much else that they are easily learned to be one.
    """

    name: str
    says_en: str
    says_zh: str
    m: float
    u: float
    veto: bool = False
    key: str = ""
    at_most: float = inf

    def __hash__(self) -> int:
        """Give a hash of the name, which tells the levels of a kind apart: much is looked up by levels."""
        return hash(self.name)


@dataclass(frozen=True)
class Field:
    """One kind of field as a vertical slice.

    `clean(raw)` takes a Series of distinct raw strings and gives a frame of the same height: the column `value`
    (canonical text or null) and whatever parts the kind has (surname, pinyin, year …). It is idempotent on `value`.
    `keys` names blocking keys; each takes the cleaned frame and gives a Series of the same height, either strings or
    lists (several keys for a value) of strings or of UInt64 numbers, null where the value yields none. Better keys come
    first. `only_with` says of some keys which values they are for: to a table that has none of them they are not
    offered.
    `compare(left, right)` takes two cleaned frames of equal height (row i is compared with row i, values differ) and
    gives a UInt8 Series of positions in `levels`. Level 0 is equality of `value` and is never computed here.
    `itself(values)` gives the level at which each cleaned value agrees with itself, where that is not 0 for all: a
    surname alone that equals a surname alone is no equal name. `shared(values)` tells which values are a household's
    rather than one's own, where the kind has both. `by_value`: what becomes of a value does not depend on
    the others, so that a long column may be cleaned in pieces. `glance(values)` lays the parts of many values out, so
    that what is plain of a pair of them need not be read: where it gives a level, `compare` gives the same.
    `made_of(values)` gives the parts that make each value up, a column of strings each, where they are handed down
    apart, so that how common each is says how many strangers have them all; null where that is not so.
    """

    kind: Kind
    levels: tuple[Level, ...]
    clean: Callable[[pl.Series], pl.DataFrame]
    compare: Callable[[pl.DataFrame, pl.DataFrame], pl.Series]
    keys: Mapping[str, Callable[[pl.DataFrame], pl.Series]] = field(default_factory=dict)
    only_with: Mapping[str, Callable[[pl.DataFrame], pl.Series]] = field(default_factory=dict)
    itself: Callable[[pl.DataFrame], pl.Series] | None = None
    shared: Callable[[pl.DataFrame], pl.Series] | None = None
    by_value: bool = False
    glance: Callable[[pl.DataFrame], Glance] | None = None
    made_of: Callable[[pl.DataFrame], pl.DataFrame] | None = None

    @cached_property
    def agreeing(self) -> Flags:
        """The levels that are documented as more common in one customer's records than among strangers."""
        return np.array([level.m > level.u for level in self.levels])

    def parts(self, values: pl.DataFrame) -> pl.DataFrame:
        """Give what makes each value up, a column each; none where the kind does not say."""
        return self.made_of(values) if self.made_of is not None else pl.DataFrame()

    def named(self, names: frozenset[str]) -> Flags:
        """Tell which levels have these names."""
        known = self._named.get(names)
        if known is None:
            known = self._named[names] = np.array([level.name in names for level in self.levels])
        return known

    @cached_property
    def _named(self) -> dict[frozenset[str], Flags]:
        return {}

    def level(self, name: str) -> int:
        """Give the position of the level called `name`; a `ValueError` if there is none."""
        return [level.name for level in self.levels].index(name)
