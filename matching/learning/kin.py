"""How the records of two people of one family agree: in the home and the surname, not in what is a person's own.

Among pairs that share an address, a telephone or a surname there are one customer's records, strangers', and those of
a family, which agree in much. Taken for one customer's they would teach that given names and birthdays mostly differ.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.facts.encoding import Column
from matching.learning.homes import is_of_persons
from matching.scores.dependence import DOORS
from matching.scores.families import GIVEN, MANY_DOCUMENTS
from matching.words import Kind

Floats = npt.NDArray[np.float64]

IN_COMMON: Final[Mapping[Kind, float]] = {
    Kind.FAMILY_NAME: 0.9,
    Kind.ADDRESS: 1.0,
    Kind.STREET: 1.0,
    Kind.HOUSE_NUMBER: 1.0,
    Kind.POSTCODE: 1.0,
    Kind.PLACE: 0.9,
    Kind.CATEGORY: 0.5,
    Kind.TEXT: 0.5,
    Kind.PHONE: 0.5,
    Kind.EMAIL: 0.1,
}
"""How often two of one family agree in a fact as far as two records of one person do; otherwise as strangers."""
OF_OTHERS: Final = 0.5
"""The same of whole names or given names, where records tell several: a father's is the same, one's own is not. Where
it has been seen which is a relative's, a family has that in common."""
OF_DOCUMENTS: Final = 0.5
"""The same of documents, in tables where a child's line is opened with a parent's."""
SURNAME: Final[Mapping[str, float]] = {
    "surname_only": 0.1,
    "shared_character": 0.2,
    "same_surname": 0.6,
    "same_given": 0.0,
    "different": 0.1,
}
"""How the whole names of two of one family agree."""


@dataclass(frozen=True)
class Kin:
    """For each fact, how far a family has it in common, and how it stands there otherwise if not as strangers do."""

    in_common: Sequence[float]
    otherwise: Sequence[Floats | None]

    def levels(self, m: Sequence[Floats], u: Sequence[Floats]) -> list[Floats]:
        """Give how often each level occurs between two of one family."""
        told = zip(m, u, self.in_common, self.otherwise, strict=True)
        return [share * mf + (1 - share) * (uf if other is None else other) for mf, uf, share, other in told]


def kin(columns: Sequence[Column], relatives: frozenset[str] = frozenset(), *, documents: float = 0.0) -> Kin | None:
    """Give how families agree in what a table tells; None where it tells no persons, or nothing that families share.

    `documents`: the share of pairs with one document whose names are two of one family; where it is large, a family has
    documents in common.
    """
    kinds = Counter(column.fact.kind for column in columns)
    if not is_of_persons(columns) or not (relatives or any(kinds[kind] for kind in (*DOORS, Kind.PHONE))):
        return None
    own = Counter(column.fact.kind for column in columns if column.name not in relatives)
    in_common = [
        1.0
        if column.name in relatives
        else (OF_OTHERS if own[column.fact.kind] > 1 else 0.0)
        if column.fact.kind in GIVEN
        else OF_DOCUMENTS
        if column.fact.kind == Kind.ID_NUMBER and documents >= MANY_DOCUMENTS
        else IN_COMMON.get(column.fact.kind, 0.0)
        for column in columns
    ]
    return Kin(in_common, [_named(column) for column in columns])


def _named(column: Column) -> Floats | None:
    if column.fact.kind != Kind.PERSON_NAME:
        return None
    shares = np.array([SURNAME.get(level.name, 0.0) + level.u * 0.1 for level in column.field.levels])
    return np.asarray(shares / shares.sum())
