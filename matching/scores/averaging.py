"""How what many pairs of records say of a fact becomes what one customer says of another.

A plain mean, with three exceptions. A name or a date is one thing written in many ways: a record that writes it as some
of the customer's records do belongs to them however the others write it, so the pairs that agree best count most (a
soft mean). A person may have several telephones, and a record tells one of them: what agrees with one of his numbers
agrees with him, so there the pairs that agree best count still more. A home is where a customer is at a time: one
record that differs may be an error or a move, but where several records on either side differ throughout, two people
live in two places.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.words import Kind

Floats = npt.NDArray[np.float32]

WRITTEN: Final = frozenset(
    {
        Kind.PERSON_NAME,
        Kind.GIVEN_NAME,
        Kind.FAMILY_NAME,
        Kind.BIRTH_DATE,
        Kind.BIRTH_YEAR,
        Kind.BIRTH_MONTH,
        Kind.BIRTH_DAY,
    }
)
"""What is one thing, written in many ways."""
HELD: Final = frozenset({Kind.PHONE})
"""What a person has several of, and tells one at a time; the number of a head office is all its branches'."""
LIVED: Final = frozenset({Kind.ADDRESS, Kind.STREET, Kind.HOUSE_NUMBER, Kind.POSTCODE, Kind.PLACE, Kind.CATEGORY})
"""What tells where a customer lives: a category is most often a part of the country."""
REPEATED: Final = 0.5
"""How much a difference gains when it is repeated: per natural logarithm of the records that the smaller side has."""
REPEATED_HOME: Final = 2.5
"""The same of what tells where a customer lives."""
MOST: Final = 3.5
"""What a repeated difference may be multiplied with at most."""
SOFTNESS: Final = 6.0
SOFTNESS_HELD: Final = 3.0
"""Weights that differ by much more than this do not count beside one another in a soft mean; the second for what is
`HELD`: at 1 a record would be as likely his as the share of his records that give the number."""
FARTHEST: Final = 20.0
"""Weights beyond this count as this much in a soft mean."""
FINE: Final = 2.0**12
"""Parts of one that the terms of a soft mean are counted in."""


@dataclass(frozen=True)
class Averaging:
    """By fact: whether its mean is soft, and what a difference gains when it is repeated; by soft fact how soft."""

    soft: npt.NDArray[np.bool_]
    softness: Floats
    repeated: Floats

    @classmethod
    def of(cls, kinds: Sequence[str], *, of_persons: bool = True) -> "Averaging":
        """Give how facts of these kinds are averaged, in a table of persons or of firms."""
        gains = [0.0 if kind in WRITTEN else REPEATED_HOME if kind in LIVED else REPEATED for kind in kinds]
        held = HELD if of_persons else frozenset()
        soft = [SOFTNESS if kind in WRITTEN else SOFTNESS_HELD if kind in held else 0.0 for kind in kinds]
        return cls(
            np.array(soft) > 0, np.array([each for each in soft if each], np.float32), np.array(gains, np.float32)
        )

    def terms(self, weights: Floats, told: npt.NDArray[np.bool_]) -> Floats:
        """Give what to add up over pairs, for each pair and fact; a fact that is not told adds nothing."""
        if not self.soft.any():
            return weights
        terms = weights.copy()
        reach = np.minimum(np.maximum(weights[:, self.soft], -FARTHEST), FARTHEST) / self.softness
        terms[:, self.soft] = np.rint(np.exp(reach) * FINE) / FINE * told[:, self.soft]
        return terms

    def means(self, sums: Floats, told: Floats, wider: npt.NDArray[np.int64]) -> Floats:
        """Give what each fact says, from the sums of `terms` and the pairs that tell it; `wider`: the larger cluster.

        One record that differs may be an error; the more records on either side differ in the same fact, the less so.
        """
        means = sums / np.maximum(told, 1)
        if self.soft.any():
            is_told = told[:, self.soft] > 0
            terms = means[:, self.soft]
            means[:, self.soft] = np.where(is_told, self.softness * np.log(np.where(is_told, terms, 1.0)), terms)
        row, fact = np.nonzero((told > wider[:, None]) & (means < 0))
        if row.size:
            repeated = np.log(told[row, fact] / wider[row])
            means[row, fact] *= np.minimum(1 + np.broadcast_to(self.repeated, means.shape[1:])[fact] * repeated, MOST)
        return np.asarray(means, dtype=np.float32)


PLAIN: Final = Averaging(np.zeros(1, dtype=bool), np.empty(0, dtype=np.float32), np.full(1, REPEATED, dtype=np.float32))
"""Plain means of all facts, whatever their kinds."""
