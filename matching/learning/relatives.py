"""Whole names that are not the record's own person's: a father's, a mother's or a guardian's in a column beside.

Nothing but the table says so. Where given names have a column too, a whole name of one's own holds them. Where whole
names alone are told, one customer's records agree in both, and a family's in the parent's alone: among records with the
same mother the children's names differ, while records with the same child's name mostly have the same mother.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from matching.facts.encoding import Column
from matching.learning.drawing import Sample, worth
from matching.scores.chance import buckets
from matching.scores.comparing import MISSING
from matching.scores.families import MANY
from matching.words import Kind

FEWEST: Final = 100.0
"""Pairs of records with the same name that must tell the other name too, for it to be seen whose it is."""
MOSTLY_OTHERS: Final = 0.6
"""Where more of the records with one name agree in the other, the name is no family's..."""
SO_MUCH_LESS: Final = 0.75
"""... nor where the share of those who agree is more than so much of that the other way round."""


def relatives_among(columns: Sequence[Column], samples: Sequence[Sample]) -> frozenset[str]:
    """Give the whole names that are a relative's, by pairs of records that agree on one.

    None where given names are told beside: then they tell (`composing.apart`).
    """
    kinds = {column.fact.kind for column in columns}
    whole = {f for f, column in enumerate(columns) if column.fact.kind is Kind.PERSON_NAME}
    if len(whole) < 2 or Kind.GIVEN_NAME in kinds:
        return frozenset()
    agree = {
        (sample.held, other): _share_agreeing(columns[other], sample, other)
        for sample in samples
        if sample.held in whole
        for other in whole - {sample.held}
    }
    return frozenset(
        columns[name].name
        for (name, other), share in agree.items()
        if share is not None
        and (back := agree.get((other, name))) is not None
        and share < min(MOSTLY_OTHERS, SO_MUCH_LESS * back)
    )


def _share_agreeing(column: Column, sample: Sample, f: int) -> float | None:
    """Give the share of pairs that agree in a name, of those that tell it and share a name no commoner than a home."""
    level = sample.patterns[:, f]
    pairs = sample.counts * worth(sample) * (sample.bucket <= int(buckets(np.array([MANY]))[0])) * (level != MISSING)
    if sample.counts[pairs > 0].sum() < FEWEST:
        return None
    return float(pairs[column.field.agreeing[level]].sum() / pairs.sum())
