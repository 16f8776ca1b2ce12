"""Documents that a family shares: a child's line is opened with a parent's, a grandmother's with her son's.

A table shows it: of its pairs of records with one document, an agent's apart, more have the names of two of one family
than one person's names are ever written differently. There a family has it in common while matches and strangers are
taken apart (`kin`), and a name with one other character is a sibling's rather than misread (`sharing`).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.facts.encoding import Column
from matching.learning.drawing import Sample, worth
from matching.scores.chance import buckets
from matching.scores.dependence import OF_A_FAMILY
from matching.words import Kind

MOST: Final = 16
"""Records that tell a document up to which it may be a family's; more share an agent's, or a made-up one."""
SEEN: Final = 100.0
"""Pairs of which none is two of one family, where nothing has been seen."""
UNTOLD: Final = frozenset({"other_script"})
"""Levels at which names neither agree nor differ."""


def documents_share(columns: Sequence[Column], samples: Sequence[Sample], relatives: frozenset[str]) -> float:
    """Give the share of pairs with one document and whole names that are two of one family by these.

    As many as one person's names are documented to be written like that are slips, and not counted.
    """
    whole = [f for f, column in enumerate(columns) if column.fact.kind == Kind.PERSON_NAME]
    whole = [f for f in whole if columns[f].name not in relatives]
    for sample in samples:
        if whole and columns[sample.held].fact.kind == Kind.ID_NUMBER:
            few = sample.bucket <= int(buckets(np.array([MOST]))[0])
            return _of_two(columns[whole[0]], sample.patterns[:, whole[0]], sample.counts * worth(sample) * few)
    return 0.0


def _of_two(names: Column, levels: npt.NDArray[np.int8], pairs: npt.NDArray[np.float64]) -> float:
    of_two = names.field.named(frozenset(OF_A_FAMILY[Kind.PERSON_NAME]))
    counted = np.bincount(levels + 1, weights=pairs, minlength=of_two.size + 1)[1:]
    told = float(counted[~names.field.named(UNTOLD)].sum())
    slips = told * sum(level.m for level, two in zip(names.field.levels, of_two, strict=True) if two)
    return max(float(counted[of_two].sum()) - slips, 0.0) / (told + SEEN)
