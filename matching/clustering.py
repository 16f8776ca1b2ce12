"""Records become customers: clusters merge while the evidence of the whole cluster for the whole cluster is positive.

The evidence between two clusters is, for each fact, the mean weight over the pairs of records that both tell it, so a
record is held against everything a customer is known to be, and what a record does not tell costs nothing. Clusters
that are each other's best merge, all at once, round by round; the order of records plays no part.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from matching.encoding import Rows

Labels = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Edges:
    """What is known between two clusters each: sums and counts of weights by fact, and whether they must stay apart."""

    left: Labels
    right: Labels
    sums: Floats
    told: Floats
    apart: npt.NDArray[np.bool_]

    def take(self, where: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> "Edges":
        """Give some of the edges."""
        return Edges(self.left[where], self.right[where], self.sums[where], self.told[where], self.apart[where])

    def score(self, prior: float) -> Floats:
        """Give the evidence between the two clusters."""
        return prior + (self.sums / np.maximum(self.told, 1)).sum(axis=1)


def components(height: int, left: Rows, right: Rows) -> Labels:
    """Give each record the smallest record that links lead to."""
    links = coo_array((np.ones(left.size, dtype=np.int8), (left, right)), shape=(height, height))
    count, label = connected_components(links, directed=False)
    smallest = np.full(count, height, dtype=np.int64)
    np.minimum.at(smallest, label, np.arange(height))
    return smallest[label]


def merge(height: int, edges: Edges, prior: float, threshold: float) -> Labels:
    """Give each record its cluster's smallest record, merging mutual best neighbours while their score is enough."""
    labels = np.arange(height)
    edges = _gather(edges, height)
    while edges.left.size:
        score = edges.score(prior)
        score[edges.apart] = -np.inf
        chosen = _mutual_best(height, edges, np.where(score > threshold, score, -np.inf))
        if not chosen.size:
            break
        into = np.arange(height)
        into[edges.right[chosen]] = edges.left[chosen]
        labels = into[labels]
        edges = _relabel(edges, into, height)
    return labels


def _mutual_best(height: int, edges: Edges, score: Floats) -> npt.NDArray[np.int64]:
    able = np.flatnonzero(np.isfinite(score))
    ends = np.concatenate([edges.left[able], edges.right[able]])
    others = np.concatenate([edges.right[able], edges.left[able]])
    scores = np.concatenate([score[able], score[able]])
    edge = np.concatenate([able, able])
    order = np.lexsort((others, -scores.round(9), ends))
    first = order[np.flatnonzero(np.diff(ends[order], prepend=-1))]
    best = np.full(height, -1, dtype=np.int64)
    best[ends[first]] = edge[first]
    left, right = edges.left[able], edges.right[able]
    return able[(best[left] == able) & (best[right] == able)]


def _relabel(edges: Edges, into: Labels, height: int) -> Edges:
    left, right = into[edges.left], into[edges.right]
    low, high = np.minimum(left, right), np.maximum(left, right)
    changed = Edges(low, high, edges.sums, edges.told, edges.apart).take(low != high)
    return _gather(changed, height)


def _gather(edges: Edges, height: int) -> Edges:
    """Give one edge for each pair of clusters."""
    if not edges.left.size:
        return edges
    key = edges.left * height + edges.right
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[order], prepend=-1))
    if starts.size == key.size:
        return edges.take(order)
    first = order[starts]
    return Edges(
        edges.left[first],
        edges.right[first],
        np.add.reduceat(edges.sums[order], starts, axis=0),
        np.add.reduceat(edges.told[order], starts, axis=0),
        np.logical_or.reduceat(edges.apart[order], starts),
    )
