"""How good customers are, against a truth: pairwise and B-cubed precision, recall and F1 of the final clusters."""

from typing import Final

import polars as pl

from matching.errors import CustomerHubError

MEASURES: Final = (
    "records",
    "clusters",
    "entities",
    "precision",
    "recall",
    "f1",
    "b3_precision",
    "b3_recall",
    "b3_f1",
    "largest_cluster",
)


class EvaluationError(CustomerHubError):
    """Members or a truth that cannot be compared with one another."""


def evaluate(members: pl.DataFrame, truth: pl.DataFrame) -> dict[str, float]:
    """Give the `MEASURES`: how many there are, and shares between 0 and 1.

    Pairwise: of the pairs of records that share a cluster, how many share an entity (precision), and the reverse
    (recall). B-cubed: the same, as the mean over records of the share of their own cluster or entity (Bagga and
    Baldwin 1998), which large clusters do not dominate. `members` has the columns record_id and cluster, `truth`
    record_id and entity; a record of the truth that is no member is a customer of its own, a member that the truth
    does not know, or of which it tells no entity, does not count. That they have no record in common is an error.
    """
    for frame, name, told in ((members, "members", "cluster"), (truth, "truth", "entity")):
        if not {"record_id", told} <= set(frame.columns):
            message = (
                f"{name}: expected the columns record_id and {told}, found {', '.join(frame.columns)}; rename them"
            )
            raise EvaluationError(message)
        twice = frame.height - frame["record_id"].n_unique()
        if twice:
            message = f"{name}: expected every record once, found {twice} rows more than records; keep one row a record"
            raise EvaluationError(message)
    ids = pl.col("record_id").cast(pl.String)
    known = truth.select(ids, "entity").drop_nulls("entity")
    found = members.select(ids, "cluster")
    if found.height and known.height and known.join(found, on="record_id", how="semi").is_empty():
        message = "truth: expected ids of the members, found none of them in record_id; see how either writes them"
        raise EvaluationError(message)
    known = known.join(found, on="record_id", how="left")
    known = known.with_columns(cluster=pl.struct("cluster", pl.when(pl.col("cluster").is_null()).then("record_id")))
    both = known.group_by("cluster", "entity").len("shared")
    clusters = both.group_by("cluster").agg(pl.col("shared").sum().alias("size"))
    entities = both.group_by("entity").agg(pl.col("shared").sum().alias("size"))
    joined = both.join(clusters, on="cluster").join(entities, on="entity", suffix="_of_entity")
    joined = joined.sort("shared", "size", "size_of_entity")  # sums of fractions depend on their order
    hits = _pairs(both["shared"])
    precision, recall = _share(hits, _pairs(clusters["size"])), _share(hits, _pairs(entities["size"]))
    squared = joined["shared"].cast(pl.Float64) ** 2
    b3_precision = _share(float((squared / joined["size"]).sum()), known.height)
    b3_recall = _share(float((squared / joined["size_of_entity"]).sum()), known.height)
    largest = clusters["size"].cast(pl.Int64).sort(descending=True).head(1).to_list()
    values = (
        known.height,
        clusters.height,
        entities.height,
        precision,
        recall,
        _harmonic(precision, recall),
        b3_precision,
        b3_recall,
        _harmonic(b3_precision, b3_recall),
        largest[0] if largest else 0,
    )
    return dict(zip(MEASURES, values, strict=True))


def _pairs(sizes: pl.Series) -> float:
    exact = sizes.cast(pl.Float64)
    return float((exact * (exact - 1) / 2).sum())


def _share(part: float, whole: float) -> float:
    """Give the part of the whole; of nothing, everything."""
    return part / whole if whole else 1.0


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0
