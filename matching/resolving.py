"""A table goes in, customers come out: encode, learn, block, score, cluster."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.blocking import Pairs, block
from matching.clustering import Edges, Labels, components, merge
from matching.comparing import MISSING, comparers
from matching.encoding import Encoded, encode
from matching.evidence import pair_frame, probability
from matching.exchanging import exchanging
from matching.fields import FIELDS
from matching.fields.base import Field
from matching.fieldspec import FieldSpec
from matching.frames import MEMBERS, conform
from matching.keys import offered
from matching.model import Model
from matching.planning import choose
from matching.scoring import Scored, Scorer
from matching.weighing import learn
from matching.words import Band, Kind

CHUNK = 2_000_000
"""Pairs scored at a time."""


@dataclass(frozen=True)
class Resolution:
    """The outcome of a run: who belongs to whom, and everything needed to say why."""

    members: pl.DataFrame
    model: Model
    plan: pl.DataFrame
    questions: pl.DataFrame
    encoded: Encoded
    scorer: Scorer
    found: Pairs
    scored: Scored

    @cached_property
    def pairs(self) -> pl.DataFrame:
        """Every scored pair with its band and evidence."""
        return pair_frame(self.scorer, self.scored, self.found.names())


def resolve(
    records: pl.DataFrame,
    fields: FieldSpec,
    *,
    judgements: pl.DataFrame | None = None,
    labels: pl.DataFrame | None = None,
    model: Model | None = None,
    progress: Callable[[str], None] | None = None,
    registry: Mapping[Kind, Field] = FIELDS,
) -> Resolution:
    """Give the customers of a table whose columns are named by kind."""
    say = progress or (lambda _: None)
    encoded = encode(records, fields, registry=registry)
    say(f"{encoded.height:,} records, {len(encoded.columns)} facts")
    made = exchanging(comparers(encoded))
    keys = offered(encoded)
    if model is None:
        model = learn(encoded, made)
        scorer = Scorer(encoded, model, made)
        chosen = choose(keys, encoded.height, lambda left, right: probability(scorer.score(left, right).score))
        model = replace(model, plan=chosen.chosen, missed=chosen.missed)
    scorer = Scorer(encoded, model, made)
    found, plan = block(keys, model.plan, encoded.height)
    say(f"{found.left.size:,} pairs to compare")
    scored = scorer.score(found.left, found.right)
    members = _members(encoded, _cluster(encoded, scorer, scored), scored)
    say(f"{members['cluster'].n_unique():,} customers")
    return Resolution(members, model, plan, pl.DataFrame(), encoded, scorer, found, scored)


def _cluster(encoded: Encoded, scorer: Scorer, scored: Scored) -> Labels:
    """Give each record its cluster."""
    model = scorer.model
    link = scored.score > model.match_from
    labels = components(encoded.height, scored.left[link], scored.right[link])
    inside = np.flatnonzero(labels[scored.left] == labels[scored.right])
    edges = _edges(scorer, scored, inside)
    return merge(
        encoded.height,
        edges,
        model.prior,
        model.match_from,
        lambda left, right: _edges(scorer, scorer.score(left, right), np.arange(left.size)),
    )


def _edges(scorer: Scorer, scored: Scored, which: npt.NDArray[np.int64]) -> Edges:
    levels = scored.levels[which]
    return Edges(
        scored.left[which],
        scored.right[which],
        scored.weights[which].astype(np.float32),
        (levels != MISSING).astype(np.float32),
        np.ones(which.size, dtype=np.int64),
        scorer.contradicts(levels),
    )


def _members(encoded: Encoded, labels: Labels, scored: Scored) -> pl.DataFrame:
    ids = encoded.ids.to_numpy()
    inside = labels[scored.left] == labels[scored.right]
    best = np.full(encoded.height, -np.inf)
    np.maximum.at(best, scored.left[inside], scored.score[inside])
    np.maximum.at(best, scored.right[inside], scored.score[inside])
    frame = pl.DataFrame({"record_id": encoded.ids, "cluster": ids[labels], "score": best})
    return conform(
        frame.with_columns(
            pl.when(pl.col("score").is_finite()).then("score").alias("score"), pl.lit(None).alias("linked_by")
        ),
        MEMBERS,
        name="MEMBERS",
    )


__all__ = ["Band", "Resolution", "resolve"]
