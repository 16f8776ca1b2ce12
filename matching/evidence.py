"""Scored pairs as a frame people can read: keys, band, and what every fact said of the two values."""

import numpy as np
import polars as pl

from matching.blocking import Pairs
from matching.fields.base import VALUE
from matching.frames import EVIDENCE, PAIRS, conform
from matching.scoring import Scored, Scorer
from matching.words import Band

PRIOR = "prior"
"""The field of the evidence that says how likely any two records are one customer's, before a fact is looked at."""


def pair_frame(scorer: Scorer, scored: Scored, found_by: pl.Series) -> pl.DataFrame:
    """Give the pairs that are joined or asked about, as PAIRS; the weights of a pair's evidence add up to its score."""
    told = np.flatnonzero(scored.score >= scorer.model.review_from)
    scored, found_by = scored.take(told), found_by.gather(told)
    ids = scorer.encoded.ids
    frame = pl.DataFrame(
        {
            "record_id_l": ids.gather(scored.left),
            "record_id_r": ids.gather(scored.right),
            "score": scored.score,
            "probability": probability(scored.score),
            "found_by": found_by,
        }
    ).with_columns(band=band(pl.col("score"), scorer.model.match_from, scorer.model.review_from))
    return conform(frame.with_columns(evidence(scorer, scored)), PAIRS, name="PAIRS")


def probability(score: np.ndarray) -> np.ndarray:
    """Give the probability that log-odds stand for."""
    return np.exp(-np.logaddexp(0.0, -score))


def band(score: pl.Expr, match_from: float, review_from: float) -> pl.Expr:
    """Give the band that a score falls in."""
    return (
        pl.when(score >= match_from)
        .then(pl.lit(Band.MATCH.value))
        .when(score >= review_from)
        .then(pl.lit(Band.REVIEW.value))
        .otherwise(pl.lit(Band.APART.value))
    )


def evidence(scorer: Scorer, scored: Scored) -> pl.Series:
    """Give each pair's evidence as a list: the prior, then every fact that both records tell."""
    entries = [_entry(PRIOR, "", np.full(scored.left.size, scorer.model.prior), None, None)]
    for f, comparer in enumerate(scorer.comparers):
        values = comparer.column.values[VALUE].cast(pl.String)
        names = pl.Series([level.name for level in comparer.column.field.levels], dtype=pl.String)
        compared = comparer.compare(scored.left, scored.right)
        told = pl.Series(compared.level >= 0)
        chosen = [pl.Series(np.maximum(codes, 0)) for codes in (compared.left, compared.right)]
        if not len(values):
            continue
        entry = _entry(
            comparer.column.name,
            names.gather(pl.Series(np.maximum(compared.level, 0))),
            scored.weights[:, f],
            values.gather(chosen[0]),
            values.gather(chosen[1]),
        )
        entries.append(pl.select(pl.when(told).then(entry)).to_series())
    frame = pl.DataFrame([entry.alias(str(place)) for place, entry in enumerate(entries)])
    return frame.select(pl.concat_list(pl.all()).list.drop_nulls().cast(EVIDENCE).alias("evidence"))["evidence"]


def _entry(
    field: str, level: str | pl.Series, weight: np.ndarray, left: pl.Series | None, right: pl.Series | None
) -> pl.Series:
    frame = pl.DataFrame({"weight": weight}).select(
        field=pl.lit(field),
        level=level if isinstance(level, pl.Series) else pl.lit(level),
        weight=pl.col("weight"),
        value_l=left if left is not None else pl.lit(None, dtype=pl.String),
        value_r=right if right is not None else pl.lit(None, dtype=pl.String),
    )
    return frame.to_struct("entry")
