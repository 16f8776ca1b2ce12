"""A table goes in, customers come out: encode, learn, block, score, cluster."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from matching.blocking import Pairs, block
from matching.clustering import Edges, Labels, components, merge
from matching.comparing import comparers
from matching.encoding import Encoded, Rows, encode
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
COMPLETE = 150
"""Records in a component up to which every pair of it is scored before its clusters are decided."""


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
    members, whole = _cluster(encoded, scorer, scored)
    say(f"{members['cluster'].n_unique():,} customers")
    return Resolution(members, model, plan, pl.DataFrame(), encoded, scorer, found, scored)


def _cluster(encoded: Encoded, scorer: Scorer, scored: Scored) -> tuple[pl.DataFrame, Scored]:
    model = scorer.model
    link = scored.score > model.match_from
    labels = components(encoded.height, scored.left[link], scored.right[link])
    left, right = _missing_pairs(labels, scored, encoded.height)
    extra = scorer.score(left, right)
    inside = labels[scored.left] == labels[scored.right]
    whole = Scored(
        np.concatenate([scored.left[inside], extra.left]),
        np.concatenate([scored.right[inside], extra.right]),
        np.concatenate([scored.levels[inside], extra.levels]),
        np.concatenate([scored.weights[inside], extra.weights]),
        np.concatenate([scored.score[inside], extra.score]),
    )
    apart = np.zeros(whole.left.size, dtype=bool)
    edges = Edges(whole.left, whole.right, whole.weights, (whole.levels >= 0).astype(np.float64), apart)
    labels = merge(encoded.height, edges, model.prior, model.match_from)
    return _members(encoded, labels, scored), whole


def _missing_pairs(labels: Labels, scored: Scored, height: int) -> tuple[Rows, Rows]:
    """Give the pairs of every component of moderate size that blocking did not find."""
    sizes = np.bincount(labels, minlength=height)[labels]
    order = np.argsort(labels, kind="stable")
    order = order[(sizes[order] > 2) & (sizes[order] <= COMPLETE)]
    if not order.size:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    of = labels[order]
    starts = np.flatnonzero(np.diff(of, prepend=-1))
    size = np.diff(np.append(starts, of.size))
    place = np.arange(of.size) - np.repeat(starts, size)
    after = np.repeat(size, size) - 1 - place
    first = np.repeat(np.arange(of.size), after)
    step = np.arange(first.size) - np.repeat(np.cumsum(after) - after, after) + 1
    one, other = order[first], order[first + step]
    keys = np.minimum(one, other) * height + np.maximum(one, other)
    fresh = np.setdiff1d(keys, scored.left * height + scored.right)
    return fresh // height, fresh % height


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
