"""What fits two customers equally well is neither's for sure.

A number without a name fits everybody who gave it, and a record without a birth date fits father and son of one name.
To join it to the one that happens to score a little more would be a coin toss, and the next such record might bring
the two together. So a cluster is left alone while it fits two that are plainly not each other, by scores that hardly
differ, and tells nothing of what sets these two apart.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.clusters.edges import Edges
from matching.scores.averaging import Averaging

MARGIN: Final = 1.0
"""Log-odds by which one of two customers must fit better than the other to be chosen: not quite three to one."""
APART: Final = -1.0
"""A fact that says less than this of two clusters sets them apart."""
SILENT: Final = (-0.5, 1.0)
"""Between what bounds a fact tells nothing of whose a cluster is: it speaks for neither of two, and against neither."""

Places = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rivals:
    """Clusters (`common`) that fit two others (`one`, `other`) about equally well, by their labels."""

    common: Places
    one: Places
    other: Places

    @classmethod
    def none(cls) -> "Rivals":
        """Give no rivals."""
        return cls(*(np.empty(0, dtype=np.int64) for _ in range(3)))

    def take(self, where: npt.NDArray[np.bool_]) -> "Rivals":
        """Give some of them."""
        return Rivals(self.common[where], self.one[where], self.other[where])

    def plus(self, more: "Rivals") -> "Rivals":
        """Give both."""
        return Rivals(
            np.concatenate([self.common, more.common]),
            np.concatenate([self.one, more.one]),
            np.concatenate([self.other, more.other]),
        )

    def without(self, changed: npt.NDArray[np.bool_]) -> "Rivals":
        """Give those none of whose clusters has changed."""
        return self.take(~(changed[self.common] | changed[self.one] | changed[self.other]))

    def held_back(self, edges: Edges, score: Scores, height: int) -> Scores:
        """Give the scores of edges, −∞ where a cluster does not know whose it is, or would go where it fits worse."""
        if not self.common.size or not score.size:
            return score
        keys = edges.left * height + edges.right
        both = [places(keys, self.common, end, height) for end in (self.one, self.other)]
        floor = np.full(height, -np.inf)
        np.maximum.at(floor, self.common, np.maximum(*(np.where(at < 0, -np.inf, score[at]) for at in both)) - MARGIN)
        held = score < np.maximum(floor[edges.left], floor[edges.right])
        for at in both:
            held[at[at >= 0]] = True
        return np.where(held, -np.inf, score)


def rivals(edges: Edges, score: Scores, chosen: Places, threshold: float, height: int) -> Rivals:
    """Give who else would have what is about to merge, every cluster by one edge at most; edges are in order."""
    merging = np.full(height, -1, dtype=np.int64)
    merging[edges.left[chosen]] = merging[edges.right[chosen]] = chosen
    able = np.flatnonzero(score > threshold)
    ends = np.concatenate([edges.left[able], edges.right[able]])
    others = np.concatenate([edges.right[able], edges.left[able]])
    by, of = np.concatenate([able, able]), merging[ends]
    close = np.flatnonzero((of >= 0) & (of != by))
    close = close[score[by[close]] > score[of[close]] - MARGIN]
    of, common = of[close], ends[close]
    return Rivals(common, edges.left[of] + edges.right[of] - common, others[close])


def undecided(  # noqa: PLR0913, PLR0917 -- all that is known
    found: Rivals, edges: Edges, score: Scores, sizes: Places, averaging: Averaging, threshold: float
) -> npt.NDArray[np.bool_]:
    """Tell which rivals are known to be apart by what the common cluster does not tell; unmet ones are not."""
    height = sizes.size
    keys = edges.left * height + edges.right
    third = places(keys, found.one, found.other, height)
    answer = np.zeros(third.size, dtype=bool)
    met = np.flatnonzero(third >= 0)
    met = met[score[third[met]] <= threshold]
    common, one, other = found.common[met], found.one[met], found.other[met]
    sets_apart = edges.take(third[met]).means(sizes, averaging) < APART
    fits = [edges.take(places(keys, common, end, height)).means(sizes, averaging) for end in (one, other)]
    tells = (sets_apart & ((np.minimum(*fits) < SILENT[0]) | (np.maximum(*fits) > SILENT[1]))).any(axis=1)
    answer[met] = sets_apart.any(axis=1) & ~tells
    return answer


def places(keys: Places, one: Places, other: Places, height: int) -> Places:
    """Give where the edges between clusters stand among the sorted keys of all edges, −1 for those that do not."""
    wanted = np.minimum(one, other) * height + np.maximum(one, other)
    if not keys.size:
        return np.full(wanted.size, -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
    return np.asarray(np.where(keys[at] == wanted, at, -1))
