"""Records become customers: clusters merge while the evidence of the whole cluster for the whole cluster is positive.

The evidence between two clusters is, for each fact, the mean weight over the pairs of records that both tell it (see
`averaging`), so a record is held against everything a customer is known to be, and what a record does not tell costs
nothing. Pairs of records that blocking did not find are scored too: what few records links connect, all at once; of the
rest, before two clusters merge, those between the two. Clusters that are each other's best merge, all at once, round by
round. The order of records plays no part.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from matching.arrays import distinct, in_order, pairs_in_order
from matching.blocks.keys import Hashes, mix
from matching.clusters.edges import Edges, Fill, Known, Labels
from matching.clusters.hesitating import Rivals, rivals, undecided
from matching.facts.encoding import Rows
from matching.scores.averaging import PLAIN, Averaging
from matching.side_by_side import at_once

BATCH: Final = 250_000
"""Edges that are decided at a time."""
SMALL: Final = 64
"""Connected records up to which all their pairs are scored at once: a call each round costs more than the pairs."""
WIDEST: Final = 24
"""Records of a cluster that stand for it when a pair of clusters has more pairs than can be scored."""


def components(height: int, left: Rows, right: Rows) -> Labels:
    """Give each record the smallest record that links lead to."""
    links = coo_array((np.ones(left.size, dtype=np.int8), (left, right)), shape=(height, height))
    count, label = connected_components(links, directed=False)
    smallest = np.full(count, height, dtype=np.int64)
    np.minimum.at(smallest, label, np.arange(height))
    return np.asarray(smallest[label])


def merge(  # noqa: PLR0913, PLR0917 -- what is known, when to merge, and how much of it at a time
    lots: Hashes,
    edges: Known,
    prior: float,
    threshold: float,
    fill: Fill,
    averaging: Averaging = PLAIN,
    batch: int = BATCH,
    start: Labels | None = None,
) -> tuple[Labels, npt.NDArray[np.float64]]:
    """Give each record its cluster's smallest record, and by that record the score of the cluster's weakest merge.

    Mutual best neighbours merge while their score is above the threshold. What edges connect is decided apart from the
    rest, so that memory need hold only about `batch` edges of it at a time. `lots` has a number for each record that is
    its own in every table: it decides between equals. Clusters that are there already, by their smallest records, are
    the `start`; what holds them together is not looked at.
    """
    height = lots.size
    labels, weakest = np.arange(height) if start is None else start.copy(), np.full(height, np.inf)
    linked = np.flatnonzero(labels != np.arange(height))
    ends = np.concatenate([edges.left, linked]), np.concatenate([edges.right, labels[linked]])
    region = components(height, *ends)[edges.left]
    place = np.zeros(height, dtype=np.int64)

    def decide(some: Rows) -> None:
        """Decide what these edges connect, in place: no record is met by edges of two batches."""
        here = edges.take(some)
        records = distinct(np.concatenate([here.left, here.right]))
        if start is not None:
            records = np.flatnonzero(np.isin(start, start[records]))
        place[records] = np.arange(records.size)
        here = replace(here, left=place[here.left], right=place[here.right])
        together = place[labels[records]]
        merged, weak = _merge(_Records(records, lots[records], fill, averaging), here, together, prior, threshold)
        labels[records], weakest[records] = records[merged], weak

    at_once(decide, _batches(region, height, batch))
    return labels, weakest


def _batches(region: Labels, height: int, batch: int) -> list[Rows]:
    """Give the edges of whole regions, about so many at a time."""
    if not region.size:
        return []
    many = np.bincount(region, minlength=height)
    of_edge = ((np.cumsum(many) - many) // batch)[region]
    order = in_order(of_edge, height)
    return np.split(order, np.flatnonzero(np.diff(of_edge[order])) + 1)


@dataclass(frozen=True)
class _Records:
    """The records that are decided together, by their numbers in the table, how pairs are scored and averaged."""

    numbers: Rows
    lots: Hashes
    fill: Fill
    averaging: Averaging

    def told_of(self, fresh: npt.NDArray[np.int64], edges: Edges, labels: Labels) -> Edges:
        """Give the edges between clusters with what further pairs say.

        Each is one number that holds the places of its two among the records.
        """
        if fresh.size:
            left, right = divmod(fresh, self.numbers.size)
            edges = edges.plus(replace(self.fill(self.numbers[left], self.numbers[right]), left=left, right=right))
        return _relabel(edges, labels, labels.size)


def _merge(
    records: _Records, edges: Edges, labels: Labels, prior: float, threshold: float
) -> tuple[Labels, npt.NDArray[np.float64]]:
    """Give clusters and their weakest merges; what has no edge above the threshold is done and put aside."""
    height = records.numbers.size
    weakest = np.full(height, np.inf)
    seen = _Seen(distinct(edges.left * height + edges.right))
    checked = np.empty(0, dtype=np.int64)
    unsure = Rivals.none()
    sizes = np.bincount(labels, minlength=height)
    region = components(height, labels[edges.left], labels[edges.right])
    edges = records.told_of(seen.add(_within(region[labels], labels)), edges, labels)
    while True:
        score = unsure.held_back(edges, edges.score(prior, sizes, records.averaging), height)
        edges, score = _undecided(edges, score, score > threshold, region)
        chosen = _mutual_best(records.lots, edges, np.where(score > threshold, score, -np.inf))
        if not chosen.size:
            return labels, weakest
        key = edges.left[chosen] * height + edges.right[chosen]
        whole = edges.known[chosen] >= sizes[edges.left[chosen]] * sizes[edges.right[chosen]]
        whole |= np.isin(key, checked)
        asked = key[~whole]
        found = rivals(edges, score, chosen[whole], threshold, height)
        found = found.take(undecided(found, edges, score, sizes, records.averaging, threshold))
        unsure = unsure.plus(found)
        waits = np.zeros(height, dtype=bool)
        waits[found.common] = True
        whole &= ~(waits[edges.left[chosen]] | waits[edges.right[chosen]])
        if asked.size:
            left, right, _ = pairs_between(labels, asked // height, asked % height)
            fresh = seen.add(np.minimum(left, right) * height + np.maximum(left, right))
            checked = np.union1d(checked, asked)
            edges = records.told_of(fresh, edges, labels) if fresh.size else edges
        chosen = chosen[whole]
        if chosen.size:
            kept, absorbed = key[whole] // height, key[whole] % height
            weakest[kept] = np.minimum(np.minimum(weakest[kept], weakest[absorbed]), score[chosen])
            into = np.arange(height)
            into[absorbed] = kept
            labels = into[labels]
            sizes = np.bincount(labels, minlength=height)
            edges = _relabel(edges, into, height)
            changed = np.zeros(height, dtype=bool)
            changed[kept] = changed[absorbed] = True
            checked = checked[~(changed[checked // height] | changed[checked % height])]
            unsure = unsure.without(changed)


def _undecided(
    edges: Edges, score: npt.NDArray[np.float64], able: npt.NDArray[np.bool_], region: Labels
) -> tuple[Edges, npt.NDArray[np.float64]]:
    """Give the edges of regions in which something can still merge, with their scores."""
    is_open = np.zeros(region.size, dtype=bool)
    is_open[region[edges.left[able]]] = True
    kept = is_open[region[edges.left]]
    if kept.all():
        return edges, score
    return edges.take(kept), score[kept]


class _Seen:
    """The pairs of records that have been scored."""

    def __init__(self, keys: npt.NDArray[np.int64]) -> None:
        self.keys = np.sort(keys)

    def add(self, keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Give those that had not been seen; now they have."""
        keys = distinct(keys)
        places = np.minimum(np.searchsorted(self.keys, keys), max(self.keys.size - 1, 0))
        fresh = keys[self.keys[places] != keys] if self.keys.size else keys
        if fresh.size:
            self.keys = np.insert(self.keys, np.searchsorted(self.keys, fresh), fresh)
        return fresh


def _within(region: Labels, labels: Labels) -> npt.NDArray[np.int64]:
    """Give, each as one number, the pairs of records of one small region that are not of one cluster."""
    order = in_order(region, region.size)
    sizes = np.bincount(region, minlength=region.size)
    later = np.cumsum(sizes)[region[order]] - np.arange(order.size) - 1
    later[sizes[region[order]] > SMALL] = 0
    place = np.repeat(np.arange(order.size), later)
    within = np.arange(place.size) - np.repeat(np.cumsum(later) - later, later)
    one, other = order[place], order[place + within + 1]
    return np.asarray((one * region.size + other)[labels[one] != labels[other]])


def pairs_between(labels: Labels, left: Labels, right: Labels) -> tuple[Rows, Rows, Rows]:
    """Give every pair of records of the two clusters of each edge (of wide ones their first records), and the edge."""
    order = in_order(labels, labels.size)
    starts = np.searchsorted(labels[order], np.stack([left, right]))
    ends = np.searchsorted(labels[order], np.stack([left, right]), side="right")
    many = np.minimum(ends - starts, WIDEST)
    pairs = many[0] * many[1]
    edge = np.repeat(np.arange(left.size), pairs)
    within = np.arange(edge.size) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    one = order[starts[0][edge] + within // many[1][edge]]
    other = order[starts[1][edge] + within % many[1][edge]]
    return one, other, edge


def _mutual_best(lots: Hashes, edges: Edges, score: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Give the edges that are the best of both their clusters; of equals a lot decides, lest long chains form."""
    able = np.flatnonzero(np.isfinite(score))
    left, right, value = edges.left[able], edges.right[able], score[able].round(6)
    best = np.full(lots.size, -np.inf)
    np.maximum.at(best, left, value)
    np.maximum.at(best, right, value)
    of_left, of_right = value == best[left], value == best[right]
    lot = mix(lots[left], lots[right])
    first = np.full(lots.size, np.iinfo(lots.dtype).max)
    np.minimum.at(first, left[of_left], lot[of_left])
    np.minimum.at(first, right[of_right], lot[of_right])
    return np.asarray(able[of_left & of_right & (lot == first[left]) & (lot == first[right])])


def _relabel(edges: Edges, into: Labels, height: int) -> Edges:
    """Give one edge for each pair of clusters, sorted, once records or clusters have come `into` others."""
    left, right = into[edges.left], into[edges.right]
    apart = np.flatnonzero(left != right)
    left, right = left.take(apart), right.take(apart)
    lower, upper = np.minimum(left, right), np.maximum(left, right)
    order = pairs_in_order(lower, upper, height)
    key = (lower * height + upper).take(order)
    places = apart.take(order)
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    left, right = divmod(key.take(starts), height)
    if starts.size == key.size:
        return replace(edges.take(places), left=left, right=right)
    ones = np.ones(places.size, dtype=np.float32)
    together = csr_array((ones, places, np.append(starts, places.size)), shape=(starts.size, edges.left.size))
    return Edges(
        left,
        right,
        together @ edges.sums,
        together @ edges.told,
        np.add.reduceat(edges.known.take(places), starts),
        np.logical_or.reduceat(edges.apart.take(places), starts),
        np.bitwise_or.reduceat(edges.proof.take(places), starts),
    )
