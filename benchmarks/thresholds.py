"""The best a peer can do: its clusters at every threshold of a grid, measured against the truth."""

from typing import Final

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from matching.judgements.evaluating import evaluate

WEIGHTS: Final = (
    -4.0,
    -2.0,
    0.0,
    2.0,
    3.0,
    4.25,
    5.0,
    6.0,
    7.0,
    8.0,
    9.0,
    10.0,
    11.0,
    12.0,
    13.0,
    14.0,
    16.0,
    18.0,
    20.0,
    24.0,
)
"""Match weights, log₂ of the odds: 4.25 is a probability of 0.95."""


def best_threshold(pairs: pl.DataFrame, truth: pl.DataFrame) -> tuple[float, dict[str, float]]:
    """Give the match weight whose connected components have the highest pairwise F1, and their measures."""
    found = [(weight, at_threshold(pairs, truth, weight)) for weight in WEIGHTS]
    return max(found, key=lambda one: one[1]["f1"])


def at_threshold(pairs: pl.DataFrame, truth: pl.DataFrame, weight: float) -> dict[str, float]:
    """Measure the connected components of the pairs (l, r, match_weight) that weigh at least this much."""
    ids = truth["record_id"].cast(pl.String).sort()
    numbers = pl.DataFrame({"id": ids, "at": np.arange(len(ids))})
    linked = pairs.filter(pl.col("match_weight") >= weight)
    ends = [
        linked.select(id=pl.col(side).cast(pl.String)).join(numbers, on="id", how="left", maintain_order="left")["at"]
        for side in ("l", "r")
    ]
    graph = coo_array((np.ones(linked.height), (ends[0].to_numpy(), ends[1].to_numpy())), shape=(len(ids), len(ids)))
    labels = connected_components(graph, directed=False)[1]
    return evaluate(pl.DataFrame({"record_id": ids, "cluster": labels}), truth)
