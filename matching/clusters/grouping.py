"""From scored pairs to clusters, their members, and what about them a steward should look at."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.clusters.clustering import components, merge, pairs_between
from matching.clusters.edges import Edges, Known, Labels
from matching.clusters.judging import Judged
from matching.facts.encoding import Rows
from matching.frames import MEMBERS, QUESTIONS, conform
from matching.learning.homes import outnumber_firms
from matching.model import Model
from matching.scores.averaging import Averaging
from matching.scores.comparing import MISSING
from matching.scores.scoring import Scored, Scorer
from matching.scores.sharing import Proof, is_own
from matching.words import Reason

WEAK: Final = 0.25
"""A cluster whose weakest merge scored less hangs by a weak bridge."""
OVERSIZED: Final = 60
"""Records of a cluster above which it is worth a look."""
CONTRADICTS: Final = -12.0
"""A score below which two records of one cluster contradict each other."""
JUDGEMENT: Final = "judgement"
TELLS: Final = 1.0
"""The weight from which a fact is named among those that link a record to its cluster."""


@dataclass(frozen=True)
class Clusters:
    """Each record's cluster by its smallest record, and by that record the score of the cluster's weakest merge.

    `evident` are the clusters as evidence has them: before those are joined that people say are one all the same.
    """

    labels: Labels
    weakest: npt.NDArray[np.float64]
    evident: Labels


def cluster(scorer: Scorer, scored: Scored, judged: Judged) -> Clusters:
    """Decide the clusters: what links lead to is taken apart, and merged again while the whole evidence allows it.

    Then clusters that people say are one are joined, and what fits the whole of them joins them.
    """
    height, model = scorer.encoded.height, scorer.model
    link = scored.score > model.match_from
    reach = components(
        height,
        np.concatenate([scored.left[link], judged.left[judged.same]]),
        np.concatenate([scored.right[link], judged.right[judged.same]]),
    )
    inside = np.flatnonzero(reach[scored.left] == reach[scored.right])
    edges = _Known(scorer, scored, inside, _different(judged, len(scorer.comparers)))

    def score(left: Rows, right: Rows) -> Edges:
        return _edges(scorer, scorer.score(left, right))

    def merged(edges: Known, start: Labels | None = None) -> tuple[Labels, npt.NDArray[np.float64]]:
        return merge(scorer.encoded.lots, edges, model.prior, model.match_from, score, averaging(model), start=start)

    evident, weakest = merged(edges)
    held = _held(evident, judged)
    joined = held != evident
    if not joined.any():
        return Clusters(evident, weakest, evident)
    is_open = np.zeros(height, dtype=bool)
    is_open[reach[joined]] = True
    known = is_open[reach[edges.left]] & is_open[reach[edges.right]]  # what is different beyond joins nobody here
    labels, weakest_since = merged(edges.take(known), held)
    moved = np.flatnonzero(labels != np.arange(height))
    np.minimum.at(weakest, labels[moved], weakest[moved])
    return Clusters(labels, np.minimum(weakest, weakest_since), evident)


@dataclass(frozen=True)
class _Known:
    """The edges of scored pairs, then those of what people called different; laid out by request: they take memory."""

    scorer: Scorer
    scored: Scored
    inside: Rows
    different: Edges

    @cached_property
    def left(self) -> Labels:
        """Each edge's smaller record."""
        return np.concatenate([self.scored.left[self.inside], self.different.left])

    @cached_property
    def right(self) -> Labels:
        """Each edge's other record."""
        return np.concatenate([self.scored.right[self.inside], self.different.right])

    def take(self, where: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> Edges:
        """Give some of the edges."""
        places = np.flatnonzero(where) if where.dtype == bool else where
        is_scored = places < self.inside.size
        found = _edges(self.scorer, self.scored.take(self.inside[places[is_scored]]))
        return found.plus(self.different.take(places[~is_scored] - self.inside.size))


def _held(evident: Labels, judged: Judged) -> Labels:
    """Join clusters that contradict each other and yet hold records that people have called one customer's.

    A person knows more than a rule: an id may be wrong and its check digit right. Only what somebody called different
    stays apart. Judgements are taken in the order of their records.
    """
    parted = np.flatnonzero(judged.same & (evident[judged.left] != evident[judged.right]))
    if not parted.size:
        return evident
    into = np.arange(evident.size)
    ones, others = evident[judged.left[~judged.same]], evident[judged.right[~judged.same]]
    for left, right in zip(evident[judged.left[parted]], evident[judged.right[parted]], strict=True):
        kept, absorbed = sorted((into[left], into[right]))
        low, high = np.minimum(into[ones], into[others]), np.maximum(into[ones], into[others])
        if not ((low == kept) & (high == absorbed)).any():
            into[into == absorbed] = kept
    return np.asarray(into[evident])


@dataclass(frozen=True)
class Between:
    """All that the records of one cluster say of the records of another, for some questions about two clusters each."""

    scored: Scored
    which: Rows  # for each scored pair, which question it belongs to
    edges: Edges  # one a question, in their order
    sizes: npt.NDArray[np.int64]  # of the clusters, by label

    @property
    def is_own(self) -> npt.NDArray[np.bool_]:
        """Tell which clusters agree in more than a household shares."""
        return is_own(self.edges.proof)

    def score(self, model: Model) -> npt.NDArray[np.float64]:
        """Give the score by which the clusters are decided, −∞ where they must not be joined."""
        return self.edges.score(model.prior, self.sizes, averaging(model))

    def evidence(self, model: Model) -> npt.NDArray[np.float64]:
        """Give the same, and the evidence too where clusters agree in nothing but what a household shares."""
        every = replace(self.edges, proof=np.full_like(self.edges.proof, Proof.OWN))
        return every.score(model.prior, self.sizes, averaging(model))


def between_clusters(scorer: Scorer, labels: Labels, left: Rows, right: Rows) -> Between:
    """Lay the whole clusters of two records each against each other; of wide clusters as many as when they are made."""
    sizes = np.bincount(labels, minlength=labels.size)
    ones, others, which = pairs_between(labels, labels[left], labels[right])
    scored = scorer.score_all(np.minimum(ones, others), np.maximum(ones, others))
    single = _edges(scorer, scored)
    starts = np.flatnonzero(np.diff(which, prepend=-1))
    whole = Edges(
        labels[left],
        labels[right],
        np.add.reduceat(single.sums, starts, axis=0) if starts.size else single.sums,
        np.add.reduceat(single.told, starts, axis=0) if starts.size else single.told,
        np.bincount(which, minlength=left.size),
        np.bincount(which, weights=single.apart, minlength=left.size) > 0,
        np.bitwise_or.reduceat(single.proof, starts) if starts.size else single.proof,
    )
    return Between(scored, which, whole, sizes)


def between(scorer: Scorer, labels: Labels, left: int, right: int) -> float:
    """Give the score of the whole clusters of two records against each other."""
    return float(between_clusters(scorer, labels, np.array([left]), np.array([right])).score(scorer.model)[0])


def averaging(model: Model) -> Averaging:
    """Give how the facts of a model are averaged over the pairs of two clusters."""
    of_persons = outnumber_firms((fact.kind, fact.told) for fact in model.facts)
    return Averaging.of([fact.kind for fact in model.facts], of_persons=of_persons)


def _edges(scorer: Scorer, scored: Scored) -> Edges:
    told = scored.levels != MISSING
    return Edges(
        scored.left,
        scored.right,
        averaging(scorer.model).terms(scored.weights, told),
        told.astype(np.float32),
        np.ones(scored.left.size, dtype=np.int64),
        scorer.contradicts(scored),
        scored.proof,
    )


def _different(judged: Judged, facts: int) -> Edges:
    """Give what people called different as edges that tell nothing of any fact."""
    left, right = judged.left[~judged.same], judged.right[~judged.same]
    nothing = np.zeros((left.size, facts), dtype=np.float32)
    known, apart = np.zeros(left.size, dtype=np.int64), np.ones(left.size, dtype=bool)
    return Edges(left, right, nothing, nothing, known, apart, np.zeros(left.size, dtype=np.uint8))


def members(scorer: Scorer, scored: Scored, clusters: Clusters, judged: Judged) -> pl.DataFrame:
    """Give MEMBERS: each record's cluster, what holds it there, and the score of its best link."""
    ids, labels = scorer.encoded.ids, clusters.labels
    inside = np.flatnonzero(labels[scored.left] == labels[scored.right])
    best = _best_links(scored, inside, labels.size)
    linked = best >= 0
    names, by = _named(scorer, scored.weights[best[linked]])
    held_by = np.full(labels.size, len(names) + 1)
    held_by[linked] = by
    alone = np.bincount(labels, minlength=labels.size)[labels] == 1
    held_by[~linked & ~alone] = len(names)
    for ends in (judged.left, judged.right):
        held_by[ends[judged.same & (labels[judged.left] == labels[judged.right])]] = len(names)
    frame = pl.DataFrame(
        {
            "record_id": ids,
            "cluster": ids.gather(labels),
            "linked_by": pl.Series([*names, JUDGEMENT, None], dtype=pl.String).gather(held_by),
            "score": pl.Series(np.append(scored.score, np.nan)[best]).fill_nan(None),
        }
    )
    return conform(frame, MEMBERS, name="MEMBERS")


def _best_links(scored: Scored, inside: Rows, height: int) -> Rows:
    """Give each record's best pair within its cluster, of equals the first; −1 where it has none."""
    score = scored.score.take(inside)
    ends = [end.take(inside) for end in (scored.left, scored.right)]
    highest = np.full(height, -np.inf)
    for end in ends:
        np.maximum.at(highest, end, score)
    first = np.full((2, height), scored.score.size, dtype=np.int64)
    for end, firsts in zip(ends, first, strict=True):
        best = np.flatnonzero(score == highest.take(end))[::-1]
        firsts[end.take(best)] = inside.take(best)  # of those written to one place the last, the first pair, stays
    found = first.min(axis=0)
    return np.where(found < scored.score.size, found, -1)


def _named(scorer: Scorer, weights: npt.NDArray[np.float32]) -> tuple[list[str], Rows]:
    """Give what one or two facts are called that may say most for a link, and for each link the place of its own."""
    facts = [column.name for column in scorer.encoded.columns]
    rows = np.arange(len(weights))
    top = weights.argmax(axis=1)
    rest = weights.copy()
    rest[rows, top] = -np.inf
    second = rest.argmax(axis=1)
    names = [one if one == other else f"{one} + {other}" for one in facts for other in facts]
    return names, top * len(facts) + np.where(rest[rows, second] >= TELLS, second, top)


def questions(scorer: Scorer, scored: Scored, clusters: Clusters, judged: Judged) -> pl.DataFrame:
    """Give QUESTIONS: clusters that hang by a weak bridge, are oversized, or contradict themselves.

    A contradiction that a person has looked at, and called one customer's, is not asked about again.
    """
    labels, weakest, evident = clusters.labels, clusters.weakest, clusters.evident
    sizes = np.bincount(labels, minlength=labels.size)
    weak = np.flatnonzero((sizes > 2) & (weakest < WEAK))
    oversized = np.flatnonzero(sizes > OVERSIZED)
    worst = np.full(labels.size, np.inf)
    looked_at = np.zeros(labels.size, dtype=bool)
    looked_at[judged.left[judged.same]] = looked_at[judged.right[judged.same]] = True
    inside = evident[scored.left] == evident[scored.right]
    inside &= ~(looked_at[scored.left] | looked_at[scored.right])
    np.minimum.at(worst, labels[scored.left[inside]], scored.score[inside])
    contradicting = np.flatnonzero(worst < CONTRADICTS)
    asked = [
        (weak, Reason.WEAK_BRIDGE, weakest),
        (oversized, Reason.OVERSIZED, weakest),
        (contradicting, Reason.CONTRADICTION, worst),
    ]
    frames = [
        pl.DataFrame({"cluster": scorer.encoded.ids.gather(which), "reason": reason.value, "score": score[which]})
        for which, reason, score in asked
    ]
    return conform(pl.concat(frames, how="vertical_relaxed").sort("cluster", "reason"), QUESTIONS, name="QUESTIONS")
