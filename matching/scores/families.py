"""What a table shows of its families: whether several people live in a home, and what they have in common."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from matching.facts.encoding import Column
from matching.model import Model
from matching.scores.averaging import LIVED
from matching.scores.chance import buckets
from matching.scores.comparing import MISSING, Compared
from matching.scores.dependence import INNATE, OF_A_FAMILY, SHARED
from matching.words import Kind

Flags = npt.NDArray[np.bool_]

OF_A_HOUSEHOLD: Final = LIVED | {Kind.FAMILY_NAME, Kind.GENDER, Kind.TEXT}
"""What is never a person's own."""
IN_COMMON: Final = frozenset({"same_surname", "shared_character", "same_given"})
"""Levels at which whole names have one name in common, whichever comes first: a family's where they share a contact."""
NOTHING: Final = IN_COMMON | {"different"}
"""The same, and that at which they have nothing in common."""
GIVEN: Final = frozenset({Kind.PERSON_NAME, Kind.GIVEN_NAME})
"""What names one person of a family."""
UNTOLD: Final = frozenset({"other_script"})
"""Levels at which names neither agree nor differ."""
MANY_DOCUMENTS: Final = 1 / 30
"""Of pairs of records with one document, an agent's apart, the share with names of two of one family from which on
families share documents: a child's line is opened with a parent's, a grandmother's with her son's."""
MANY_TWINS: Final = 1 / 20
"""Of pairs of records with one home and one birthday, the share with siblings' names from which on twins are many."""
FEW_SURNAMES: Final = 0.2
"""Of pairs of strangers with one contact, the share with a name in common below which families have no surname."""
IN_LIFE: Final = 0.01
"""The same share where nothing has been seen: what is taken for known of `SEEN` pairs."""
SEEN: Final = 100.0
MANY: Final = 16
"""Records that tell a contact up to which it may be a home's; more share an agency's number, or a placeholder."""
MOSTLY_OWN: Final = 0.95
"""Where more of the pairs that share a contact than this are one customer's, homes hold one customer each."""


class Families(NamedTuple):
    """What a table shows of its families."""

    many_twins: bool = False  # so many that a birthday without a name may be either's
    surnames: bool = True  # whether families have a name in common, so that it may be the one that stands alone
    documents: bool = False  # whether many records tell the document of another of the family
    others: bool = False  # the same, be it of one with another surname


def families(model: Model) -> Families:
    """Give what a table has shown of its families."""
    return Families(
        many_twins=model.twins >= MANY_TWINS,
        surnames=model.surnames >= FEW_SURNAMES,
        documents=model.documents >= MANY_DOCUMENTS,
        others=model.others >= MANY_DOCUMENTS,
    )


def has_households(model: Model) -> bool:
    """Tell whether a table holds several people of one home, and who is who of them.

    It does where records that share a contact are often two customers'.
    """
    if not any(fact.told and fact.kind not in OF_A_HOUSEHOLD for fact in model.facts):
        return False
    for fact in model.facts:
        if fact.kind not in SHARED and not fact.of_relative:
            continue
        counts = model.told(fact.name)["count"].to_numpy()
        counts = counts[(counts > 1) & (counts <= MANY)]
        pairs = counts * (counts - 1) / 2
        if (pairs * np.array(fact.own)[buckets(counts)]).sum() < MOSTLY_OWN * pairs.sum():
            return True
    return False


def surnames_share(column: Column, levels: npt.NDArray[np.int8], pairs: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Give how many strangers with one contact have a name in common, and how many have other names.

    `levels` of whole names of pairs with one contact; `pairs` says how many strangers there are of each.
    """
    counted = np.bincount(
        levels[levels != MISSING], weights=pairs[levels != MISSING], minlength=len(column.field.levels)
    )
    return float(counted[column.field.named(IN_COMMON)].sum()), float(counted[column.field.named(NOTHING)].sum())


def documents_share(
    column: Column, levels: npt.NDArray[np.int8], pairs: npt.NDArray[np.float64], *, whatever_surname: bool = False
) -> float:
    """Give the share of pairs with one document and whole names that are two of one family by these.

    `whatever_surname`: also of those whose names have nothing in common, as a mother's and her child's.

    `levels` of the names of pairs with one document; `pairs` says how many there are of each. As many as one person's
    names are documented to be written like that are slips, and not counted.
    """
    counted = np.bincount(levels + 1, weights=pairs, minlength=len(column.field.levels) + 1)[1:]
    told = float(counted[~column.field.named(UNTOLD)].sum())
    of_two = _differing(column)
    if whatever_surname:
        of_two = of_two | column.field.named(NOTHING - IN_COMMON)
    slips = told * sum(level.m for level, two in zip(column.field.levels, of_two, strict=True) if two)
    return max(float(counted[of_two].sum()) - slips, 0.0) / (told + SEEN)


def twins_share(
    columns: Sequence[Column],
    m: Sequence[npt.NDArray[np.float64]],
    levels: npt.NDArray[np.int8],
    pairs: npt.NDArray[np.float64],
    relatives: frozenset[str] = frozenset(),
) -> float:
    """Give how many of the pairs with one home, one birthday and names are siblings by their names.

    `levels` of pairs (rows) with one home, by fact (columns); `pairs` says how many there are of each. As many as one
    person's names are written like that, by `m`, are not counted: theirs are slips.
    """
    nobody = np.zeros(len(levels), dtype=np.int64)
    compared = [Compared(levels[:, f], nobody, nobody) for f in range(len(columns))]
    own = [f for f, column in enumerate(columns) if column.name not in relatives]
    columns, m, compared = [columns[f] for f in own], [m[f] for f in own], [compared[f] for f in own]
    facts = list(zip(columns, compared, strict=True))
    born = [each.level == 0 for column, each in facts if column.fact.kind in INNATE - {Kind.GENDER}]
    named = [each.level != MISSING for column, each in facts if column.fact.kind in GIVEN]
    if not born or not named:
        return IN_LIFE
    asked = pairs * (np.logical_and.reduce(born) & np.logical_or.reduce(named))
    of_two = asked * siblings(columns, compared, len(levels))
    slips = _slips(columns, m) * asked.sum()
    return float((max(of_two.sum() - slips, 0.0) + IN_LIFE * SEEN) / (asked.sum() + SEEN))


def _slips(columns: Sequence[Column], m: Sequence[npt.NDArray[np.float64]]) -> float:
    """Give the share of one person's pairs of records in which the names are those of siblings."""
    given_alike, family_alike = 1.0, 1.0
    for column, shares in zip(columns, m, strict=True):
        differing = float(shares[_differing(column)].sum())
        if column.fact.kind in GIVEN:
            given_alike *= 1 - differing
        elif column.fact.kind == Kind.FAMILY_NAME:
            family_alike *= 1 - differing
    return (1 - given_alike) * family_alike


def _differing(column: Column) -> Flags:
    """Give the levels at which names are two persons': of whole names, two of one family."""
    if column.fact.kind == Kind.PERSON_NAME:
        return column.field.named(frozenset(OF_A_FAMILY[Kind.PERSON_NAME]))
    return ~column.field.agreeing & ~column.field.named(UNTOLD)


def siblings(columns: Sequence[Column], compared: Sequence[Compared], pairs: int) -> Flags:
    """Tell where given names differ and surnames do not."""
    differs, family_differs = np.zeros(pairs, dtype=bool), np.zeros(pairs, dtype=bool)
    for column, each in zip(columns, compared, strict=True):
        if column.fact.kind in GIVEN:
            differs |= each.at(_differing(column))
        elif column.fact.kind == Kind.FAMILY_NAME:
            family_differs |= each.at(_differing(column))
    return differs & ~family_differs
