"""Which facts tell a record's home: they differ together where somebody moved, and agree where a family lives."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from matching.facts.encoding import Column
from matching.scores.dependence import DOORS
from matching.scores.families import GIVEN
from matching.words import Kind

AREAS: Final = frozenset({Kind.HOUSE_NUMBER, Kind.POSTCODE, Kind.PLACE})
"""What is told of where somebody lives besides the door."""


@dataclass(frozen=True)
class Home:
    """Which facts tell where a record's one home is, by their places, and whether families live there."""

    facts: frozenset[int] = frozenset()
    of_families: bool = False


def one_home(columns: Sequence[Column]) -> Home:
    """Give the home that records tell: families live there where persons are told more often than firms.

    None where several facts may tell several homes, or records the earlier ones too: there a move excuses nothing.
    """
    doors = [column for column in columns if column.fact.kind in DOORS]
    if len(doors) != 1 or doors[0].lengths.max(initial=0) > 1:
        return Home()
    facts = frozenset(f for f, column in enumerate(columns) if column.fact.kind in DOORS | AREAS)
    return Home(facts, of_families=is_of_persons(columns))


def is_of_persons(columns: Sequence[Column]) -> bool:
    """Tell whether the given names of persons are told more often than the names of firms."""
    return outnumber_firms((column.fact.kind, int(np.count_nonzero(column.lengths))) for column in columns)


def outnumber_firms(told: Iterable[tuple[str, int]]) -> bool:
    """Tell the same by kind and records that tell it, fact by fact."""
    facts = tuple(told)
    persons, firms = (
        max((many for kind, many in facts if kind in kinds), default=0) for kinds in (GIVEN, {Kind.ORGANISATION_NAME})
    )
    return persons > firms
