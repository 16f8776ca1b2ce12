"""Scored pairs as a frame people can read: keys, band, and what every fact said of the two values."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from matching.facts.encoding import Rows
from matching.fields.base import VALUE
from matching.frames import EVIDENCE, PAIRS, conform
from matching.scores.calibrating import probability
from matching.scores.commonness import Floats
from matching.scores.scoring import Scored, Scorer
from matching.scores.weigher import VETO
from matching.words import Band

PRIOR = "prior"
"""The field of the evidence that says how likely any two records are one customer's, before a fact is looked at."""
ENTITY = "entity"
"""The field of the evidence that says that one record is a person's and the other an organisation's."""
AT_ONCE = 2**17
"""Pairs whose evidence is laid out at once: entry by entry it takes three times the memory that it takes as lists."""


def pair_frame(scorer: Scorer, scored: Scored, found_by: pl.Series, *, everything: bool = False) -> pl.DataFrame:
    """Give the pairs that are joined or asked about, or all, as PAIRS; a pair's evidence adds up to its score."""
    return pl.concat(pair_parts(scorer, scored, found_by, everything=everything), rechunk=False)


def pair_parts(
    scorer: Scorer, scored: Scored, found_by: pl.Series, *, everything: bool = False
) -> Iterator[pl.DataFrame]:
    """Give the same pairs part by part, in their order; there is one part at least."""
    told = np.flatnonzero(everything | (scored.score >= scorer.model.review_from))
    for part in np.array_split(told, max(-(-told.size // AT_ONCE), 1)):
        yield _told(scorer, scored.take(part), found_by.gather(part))


def _told(scorer: Scorer, scored: Scored, found_by: pl.Series) -> pl.DataFrame:
    ids = scorer.encoded.ids
    frame = pl.DataFrame(
        {
            "record_id_l": ids.gather(scored.left),
            "record_id_r": ids.gather(scored.right),
            "score": scored.score,
            "probability": probability(scored.score, scorer.model.calibration),
            "found_by": found_by,
        }
    ).with_columns(band=band(pl.col("score"), scorer.model.match_from, scorer.model.review_from))
    return conform(frame.with_columns(evidence(scorer, scored)), PAIRS, name="PAIRS")


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
    pairs = np.arange(scored.left.size)
    entries = [_entries(pairs, np.full(pairs.size, scorer.model.prior), field=PRIOR)]
    for f, comparer in enumerate(scorer.comparers):
        compared = comparer.compare(scored.left, scored.right)
        told = np.flatnonzero(compared.level >= 0)
        values = comparer.column.values[VALUE].cast(pl.String)
        names = pl.Series([level.name for level in comparer.column.field.levels], dtype=pl.String)
        entries.append(
            _entries(
                told,
                scored.weights[told, f].astype(np.float64),
                field=comparer.column.name,
                level=names.gather(compared.level[told]),
                value_l=values.gather(compared.left[told]),
                value_r=values.gather(compared.right[told]),
            )
        )
    excluded = np.flatnonzero(scored.excluded)
    entries.append(_entries(excluded, np.full(excluded.size, VETO), field=ENTITY))
    one_by_one = pl.concat(entries).sort("pair", maintain_order=True)
    by_pair = one_by_one.group_by("pair", maintain_order=True).agg(pl.struct(pl.exclude("pair")).alias("evidence"))
    return by_pair["evidence"].cast(EVIDENCE)


def _entries(  # noqa: PLR0913 -- the columns of an entry
    pairs: Rows,
    weights: Floats,
    *,
    field: str,
    level: pl.Series | None = None,
    value_l: pl.Series | None = None,
    value_r: pl.Series | None = None,
) -> pl.DataFrame:
    """Give what one fact says of the pairs that tell it."""
    return pl.DataFrame({"pair": pairs, "weight": weights}).select(
        pl.col("pair").cast(pl.Int64),
        field=pl.lit(field),
        level=pl.lit("") if level is None else level,
        weight="weight",
        value_l=pl.lit(None, dtype=pl.String) if value_l is None else value_l,
        value_r=pl.lit(None, dtype=pl.String) if value_r is None else value_r,
    )
