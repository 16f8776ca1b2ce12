"""What is known of a table in which one fact is told: nothing else tells which of those who agree are one customer.

Two spellings of a name are two customers' or one's, and no other fact says which. So the documented levels stand as
they are, and matches are told from the equal values: there are as many beyond those that strangers are documented to
have in common.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.facts.encoding import Column
from matching.learning.drawing import Sample
from matching.learning.mixture import FLOOR, Mixture
from matching.scores.chance import BUCKETS

Floats = npt.NDArray[np.float64]

FEWEST: Final = 0.01
MOST: Final = 0.98
"""Bounds of the share of matches among equal values, told or not."""


def tells_one_fact(columns: Sequence[Column]) -> bool:
    """Say whether no more than one fact is told by any record."""
    return sum(bool(column.lengths.max(initial=0)) for column in columns) <= 1


def as_documented(columns: Sequence[Column]) -> list[Floats]:
    """Give how often strangers are at each level of each fact, as documented."""
    told = (np.array([level.u for level in column.field.levels]) for column in columns)
    return [np.maximum(shares / shares.sum(), FLOOR) for shares in told]


def by_equal_values(
    columns: Sequence[Column], samples: Sequence[Sample], m: Sequence[Floats], u: Sequence[Floats]
) -> Mixture:
    """Take the pairs with equal values apart: so many are strangers' as documented, the others are matches."""
    shares = []
    for sample in samples:
        told = float(np.count_nonzero(columns[sample.held].lengths))
        strangers = u[sample.held][0] * told * (told - 1) / 2
        share = 1 - strangers / max(float(sample.population.sum()), 1.0)
        shares.append(np.full(BUCKETS, min(max(share, FEWEST), MOST)))
    return Mixture(
        m=list(m),
        shares=shares,
        kin=[np.zeros(BUCKETS) for _ in samples],
        inside=[list(u) for _ in samples],
        is_match=[sample.counts * share[sample.bucket] for sample, share in zip(samples, shares, strict=True)],
    )
