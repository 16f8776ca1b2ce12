"""What answers teach: the weights of a model moved to what people have said of pairs, as a new model.

An answer about two records is an answer about their customers, so each lesson holds what all records of the one say of
all records of the other: the evidence that the clusters are decided by. Every fact's weights are scaled, and the weight
of every level moved, by a logistic regression that is drawn to the weights as they are: a handful of answers changes
little, a few hundred decide. It allows for answers that are wrong, so one slip cannot turn a weight.

People are asked what is doubtful, and what is doubtful at one level is not what is usual there. So for every answer
some pairs that the model is sure of are put beside: what it knew before it was taught, it is to know afterwards.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from matching.clusters.edges import Labels
from matching.clusters.grouping import Between, averaging, between_clusters
from matching.clusters.judging import Judged
from matching.facts.encoding import Rows
from matching.model import FactModel, Model
from matching.scores.comparing import MISSING
from matching.scores.scoring import Scored, Scorer

Floats = npt.NDArray[np.float64]

SCALE_PULL: Final = 5.0
"""Answers that a fact's weights, learned without answers, are worth."""
MOVE_PULL: Final = 0.3
"""Answers that the weight of a level, learned without answers, is worth."""
WRONG: Final = 0.02
"""Share of answers that may be slips."""
FARTHEST: Final = 8.0
"""What a level's weight, or the prior, may be moved by at most."""
MOST: Final = 3.0
"""What a fact's weights may be multiplied with at most."""
BESIDE: Final = 3
"""Pairs that are surely joined, and as many that are surely apart, put beside every answer."""
SURE: Final = 4.0
"""The score, above or below zero, from which the model is sure."""
HOPELESS: Final = -15.0
"""The score below which strangers are so plain that they teach nothing."""
SEED: Final = 20261105


@dataclass(frozen=True)
class Lessons:
    """Answers beside what the untaught model says: a row an answer.

    `means`: a column a fact, its mean weight. `shares`: a column a level of a fact, its share among the pairs that tell
    the fact. `score` is their sum with the prior.
    """

    means: Floats
    shares: Floats
    score: Floats
    same: npt.NDArray[np.bool_]

    def plus(self, other: "Lessons") -> "Lessons":
        """Give both."""
        return Lessons(
            np.concatenate([self.means, other.means]),
            np.concatenate([self.shares, other.shares]),
            np.concatenate([self.score, other.score]),
            np.concatenate([self.same, other.same]),
        )


def untaught(model: Model) -> Model:
    """Give the model as it was before answers changed it."""
    facts = tuple(replace(fact, scale=1.0, moves=()) for fact in model.facts)
    return replace(model, prior=model.prior - model.prior_move, prior_move=0.0, facts=facts)


def learned_from(scorer: Scorer, scored: Scored, labels: Labels, judged: Judged) -> Model:
    """Give the model that answers lead to.

    `scorer` holds the untaught model, `scored` the pairs that blocking finds, `labels` the clusters that it makes of
    them without answers.
    """
    if not judged.left.size:
        return scorer.model
    answers = lessons(scorer, labels, judged)
    return teach(scorer.model, answers.plus(lessons(scorer, labels, sure(scored, labels, BESIDE * judged.left.size))))


def sure(scored: Scored, labels: Labels, most: int) -> Judged:
    """Give pairs that the untaught model is sure of, as if they had been judged: at most so many of either kind."""
    together = labels[scored.left] == labels[scored.right]
    draw = np.random.default_rng(SEED)
    joined = _drawn(np.flatnonzero(together & (scored.score > SURE)), most, draw)
    apart = _drawn(np.flatnonzero(~together & (scored.score < -SURE) & (scored.score > HOPELESS)), most, draw)
    which = np.concatenate([joined, apart])
    return Judged(scored.left[which], scored.right[which], np.arange(which.size) < joined.size)


def _drawn(of: Rows, most: int, draw: np.random.Generator) -> Rows:
    return of if of.size <= most else np.sort(draw.choice(of, size=most, replace=False))


def lessons(scorer: Scorer, labels: Labels, judged: Judged) -> Lessons:
    """Give what there is to learn from judged pairs, whose customers `labels` tells as they were without answers.

    Where both records are in one cluster the two records stand for themselves. Clusters that a veto keeps apart teach
    nothing of weights.
    """
    within = labels[judged.left] == labels[judged.right]
    alone = np.arange(labels.size)
    whole = between_clusters(scorer, labels, judged.left[~within], judged.right[~within])
    single = between_clusters(scorer, alone, judged.left[within], judged.right[within])
    return _lessons(scorer, whole, judged.same[~within]).plus(_lessons(scorer, single, judged.same[within]))


def _lessons(scorer: Scorer, between: Between, same: npt.NDArray[np.bool_]) -> Lessons:
    sizes = [len(fact.levels) for fact in scorer.model.facts]
    count = same.size
    shares = []
    for f, size in enumerate(sizes):
        level = between.scored.levels[:, f].astype(np.int64)
        told = level != MISSING
        cell = between.which[told] * size + level[told]
        tally = np.bincount(cell, minlength=count * size).reshape(count, size).astype(np.float64)
        shares.append(tally / np.maximum(tally.sum(axis=1, keepdims=True), 1))
    useful = ~between.edges.apart
    means = between.edges.means(between.sizes, averaging(scorer.model)).astype(np.float64)
    score = scorer.model.prior + means.sum(axis=1)
    return Lessons(means[useful], np.concatenate(shares, axis=1)[useful], score[useful], same[useful])


def teach(model: Model, learned: Lessons) -> Model:
    """Give the model that the lessons lead to from the untaught `model`."""
    if not learned.same.size:
        return model
    facts, levels = learned.means.shape[1], learned.shares.shape[1]
    seen = learned.shares.sum(axis=0) > 0
    design = np.concatenate([np.ones((learned.same.size, 1)), learned.means, learned.shares[:, seen]], axis=1)
    pull = np.concatenate([[SCALE_PULL / 4], np.full(facts, SCALE_PULL), np.full(int(seen.sum()), MOVE_PULL)])
    sign = np.where(learned.same, 1.0, -1.0)

    def loss(asked: Floats) -> tuple[float, Floats]:
        margin = np.clip(sign * (learned.score + design @ asked), -60, 60)
        right = 1 / (1 + np.exp(-margin))
        said = WRONG + (1 - 2 * WRONG) * right
        slope = -(1 - 2 * WRONG) * right * (1 - right) / said * sign
        return float((pull * asked**2).sum() / 2 - np.log(said).sum()), pull * asked + slope @ design

    bounds = [(-FARTHEST, FARTHEST)] + [(-1.0, MOST - 1)] * facts + [(-FARTHEST, FARTHEST)] * int(seen.sum())
    found = minimize(loss, np.zeros(design.shape[1]), jac=True, bounds=bounds, method="L-BFGS-B").x.round(6)
    moves = np.zeros(levels)
    moves[seen] = found[1 + facts :]
    return replace(
        model,
        prior=model.prior + float(found[0]),
        prior_move=float(found[0]),
        facts=_moved(model.facts, 1 + found[1 : 1 + facts], moves),
    )


def _moved(facts: tuple[FactModel, ...], scales: Floats, moves: Floats) -> tuple[FactModel, ...]:
    ends = np.cumsum([len(fact.levels) for fact in facts])
    parts = np.split(moves, ends[:-1])
    return tuple(
        replace(fact, scale=float(scale), moves=tuple(part.tolist()))
        for fact, scale, part in zip(facts, scales, parts, strict=True)
    )
