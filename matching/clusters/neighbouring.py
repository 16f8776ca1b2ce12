"""Customers beside each other: which two customers might be one, judged by all their records.

Clusters are neighbours where blocking found a pair of their records that is not plainly apart. What is asked of
stewards, and what recall is estimated from, are neighbours. What was known of two that have not changed is kept.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.clusters.grouping import between_clusters
from matching.clusters.linking import prints
from matching.facts.encoding import encode
from matching.facts.placing import ENDS, Placed
from matching.fields import FIELDS
from matching.fields.base import Field
from matching.fieldspec import FieldSpec
from matching.frames import QUESTIONS, Schema, conform
from matching.learning.ordering import ordered_by
from matching.model import Model
from matching.scores.scoring import Scorer
from matching.words import Kind, Reason

Floats = npt.NDArray[np.float64]

NEIGHBOURS: Final[Schema] = {
    "record_id_l": pl.String,  # the best pair of the two, record_id_l < record_id_r
    "record_id_r": pl.String,
    "cluster_l": pl.String,
    "cluster_r": pl.String,
    "print": pl.UInt64,  # of all that matching reads of their records
    "pattern": pl.UInt64,  # how the best pair agrees, fact by fact
    "score": pl.Float64,  # of all records of the one against all of the other; null where a veto keeps them apart
    "probability": pl.Float64,
    "pairs": pl.Int64,  # of records, between the two
}
"""Grain: two clusters that are neighbours."""

BARRED: Final = 0.001
"""The probability that two clusters are one although a veto keeps them apart: an id read wrongly has a right check."""
OF_ONE_HOME: Final = 0.2
"""The same at most of two that agree in nothing but what a household shares: 22 in 100 of generated ones were one."""
UNLIKELY: Final = 0.02
"""Neighbours that are less likely one customer than this are not asked about: they are apart already."""
PRINT: Final = 29


def neighbours(  # noqa: PLR0913, PLR0917 -- a table and what was found in it
    records: pl.DataFrame,
    fields: FieldSpec,
    model: Model,
    at: Placed,
    known: pl.DataFrame | None = None,
    registry: Mapping[Kind, Field] = FIELDS,
) -> pl.DataFrame:
    """Give NEIGHBOURS, by their clusters, from the members and pairs of a resolution.

    Those `known` of the same model are not compared.
    """
    marked = _prints(records, fields, at.members)
    found = _best_pairs(at).join(marked, left_on="cluster_l", right_on="cluster", how="left")
    found = found.join(marked, left_on="cluster_r", right_on="cluster", how="left", suffix="_r")
    found = found.sort("cluster_l", "cluster_r").with_columns(
        pl.struct("print", "print_r").hash(seed=PRINT).alias("print"),
        (pl.col("size") * pl.col("size_r")).alias("pairs"),
    )
    told = ["score", "probability"]
    kept = pl.DataFrame(schema=dict(NEIGHBOURS)) if known is None else known
    both = found.join(kept.select(*ENDS, "print", *told), on=[*ENDS, "print"], how="left", maintain_order="left")
    fresh = both.filter(pl.col("probability").is_null()).drop(told)
    scored = fresh.hstack(_scored(records, fields, model, at.members, fresh, registry))
    every = pl.concat([both.filter(pl.col("probability").is_not_null()).select(scored.columns), scored])
    return conform(every.select(list(NEIGHBOURS)).sort("cluster_l", "cluster_r"), NEIGHBOURS, name="NEIGHBOURS")


def undecided(near: pl.DataFrame) -> pl.DataFrame:
    """Give QUESTIONS: may these two customers be one? By their best pair of records, where an answer could be news.

    They are apart: the likelier they are one, the more an answer changes. It teaches more the more it is in doubt, and
    the more questions are of its kind.
    """
    doubt = pl.min_horizontal("probability", 1 - pl.col("probability"))
    asked = near.filter(pl.col("probability") >= UNLIKELY).with_columns(
        doubt.alias("doubt"), pl.len().over("pattern").alias("often")
    )
    return conform(
        asked.select(
            pl.lit(Reason.UNDECIDED.value).alias("reason"),
            *ENDS,
            "score",
            "probability",
            (pl.col("doubt") * pl.col("often").sqrt()).round(4).alias("teaches"),
        ),
        QUESTIONS,
        name="QUESTIONS",
    )


def _best_pairs(at: Placed) -> pl.DataFrame:
    """Give the best pair of every two clusters that have one, and how it agrees."""
    apart = at.labels[at.left] != at.labels[at.right]
    one, other = (at.members["cluster"].gather(places[apart]) for places in (at.left, at.right))
    ends = at.pairs.select(*ENDS, "score", "pattern").filter(apart).with_columns(one.alias("one"), other.alias("other"))
    ends = ends.with_columns(
        pl.min_horizontal("one", "other").alias("cluster_l"), pl.max_horizontal("one", "other").alias("cluster_r")
    )
    best = ends.sort("score", *ENDS, descending=[True, False, False]).unique(
        ["cluster_l", "cluster_r"], keep="first", maintain_order=True
    )
    return best.select(*ENDS, "cluster_l", "cluster_r", "pattern")


def _prints(records: pl.DataFrame, fields: FieldSpec, members: pl.DataFrame) -> pl.DataFrame:
    """Give every cluster's size and a fingerprint of what matching reads of its records."""
    ids, marks, _ = prints(records, fields)
    of = members.select("record_id", "cluster").join(
        pl.DataFrame({"record_id": ids, "print": marks}), on="record_id", how="left"
    )
    return of.group_by("cluster").agg(pl.col("print").sum(), pl.len().cast(pl.Int64).alias("size"))


def _scored(  # noqa: PLR0913, PLR0917 -- the same
    records: pl.DataFrame,
    fields: FieldSpec,
    model: Model,
    members: pl.DataFrame,
    fresh: pl.DataFrame,
    registry: Mapping[Kind, Field],
) -> pl.DataFrame:
    """Give score and probability of clusters, in their order; only their own records are looked at."""
    wanted = pl.concat([fresh["cluster_l"], fresh["cluster_r"]]).unique()
    own = members.filter(pl.col("cluster").is_in(wanted.implode()))
    mine = records.join(own.select(pl.col("record_id").alias(fields.id)), on=fields.id, how="semi")
    encoded = ordered_by(encode(mine, fields, registry=registry, reading=model.reading), model)
    rows = pl.DataFrame({"record_id": encoded.ids, "row": np.arange(encoded.height)})
    placed = rows.join(own.select("record_id", "cluster"), on="record_id", how="left", maintain_order="left")
    labels = placed.select(pl.col("row").min().over("cluster"))["row"].to_numpy()
    ends = [
        fresh.select(record_id=end).join(rows, on="record_id", how="left", maintain_order="left")["row"].to_numpy()
        for end in ENDS
    ]
    between = between_clusters(Scorer(encoded, model), labels, *ends)
    score = between.evidence(model)
    likely = np.minimum(1 / (1 + np.exp(-np.clip(score, -30, 30))), np.where(between.is_own, 1.0, OF_ONE_HOME))
    return pl.DataFrame(
        {
            "score": pl.Series(np.where(np.isfinite(score), score, np.nan)).fill_nan(None),
            "probability": np.where(np.isfinite(score), likely, BARRED),
        }
    )
