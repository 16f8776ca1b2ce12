"""What is known between clusters: the evidence of pairs of records that were scored, before and after a merge."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from matching.facts.encoding import Rows
from matching.scores.averaging import Averaging
from matching.scores.sharing import Proofs, is_own

Labels = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Edges:
    """What is known between two clusters each, the smaller label left.

    `sums` and `told` by fact: the sum of the terms (`Averaging.terms`) of the known pairs of records, and how many tell
    the fact. `known` pairs of records; `apart` where they must not merge; `proof` is what all pairs of records prove
    together (`sharing`).
    """

    left: Labels
    right: Labels
    sums: Floats
    told: Floats
    known: npt.NDArray[np.int64]
    apart: npt.NDArray[np.bool_]
    proof: Proofs

    def take(self, where: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> "Edges":
        """Give some of the edges."""
        places = np.flatnonzero(where) if where.dtype == bool else where
        return Edges(
            self.left.take(places),
            self.right.take(places),
            self.sums.take(places, axis=0),
            self.told.take(places, axis=0),
            self.known.take(places),
            self.apart.take(places),
            self.proof.take(places),
        )

    def plus(self, other: "Edges") -> "Edges":
        """Give both."""
        return Edges(
            np.concatenate([self.left, other.left]),
            np.concatenate([self.right, other.right]),
            np.concatenate([self.sums, other.sums]),
            np.concatenate([self.told, other.told]),
            np.concatenate([self.known, other.known]),
            np.concatenate([self.apart, other.apart]),
            np.concatenate([self.proof, other.proof]),
        )

    def means(self, sizes: npt.NDArray[np.int64], averaging: Averaging) -> Floats:
        """Give what each fact says between the two clusters, whose sizes are given by label."""
        return averaging.means(self.sums, self.told, np.maximum(sizes[self.left], sizes[self.right]))

    def score(self, prior: float, sizes: npt.NDArray[np.int64], averaging: Averaging) -> npt.NDArray[np.float64]:
        """Give the evidence between the two clusters, whose sizes are given by label."""
        score = prior + self.means(sizes, averaging).sum(axis=1, dtype=np.float64)
        return np.where(self.apart | ~is_own(self.proof), -np.inf, score)


class Known(Protocol):
    """What is known at the outset: the ends of all edges, and what is said of some of them when these are decided."""

    @property
    def left(self) -> Labels: ...  # noqa: D102 the class says it
    @property
    def right(self) -> Labels: ...  # noqa: D102

    def take(self, where: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> Edges: ...  # noqa: D102


Fill = Callable[[Rows, Rows], Edges]
"""Scores pairs of records that were not scored before: an edge for each."""
