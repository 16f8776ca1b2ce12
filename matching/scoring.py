"""The score of a pair of records: the prior and one weight for each fact, in natural log-odds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.comparing import MISSING, Compared, Comparer, comparers
from matching.encoding import Column, Encoded, Rows
from matching.fields.base import VALUE
from matching.model import Model

Weights = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scored:
    """Pairs with a weight for each fact (a column each) and the level it comes from."""

    left: Rows
    right: Rows
    levels: npt.NDArray[np.int8]
    weights: Weights
    score: npt.NDArray[np.float64]


class Scorer:
    """Scores pairs of one encoded table under one model."""

    def __init__(self, encoded: Encoded, model: Model, made: Sequence[Comparer] | None = None) -> None:
        self.encoded = encoded
        self.model = model
        self.comparers = tuple(made) if made is not None else comparers(encoded)
        self._log_share = [_log_share(column, model) for column in encoded.columns]

    def score(self, left: Rows, right: Rows) -> Scored:
        """Give each pair's weights and their sum with the prior."""
        levels = np.empty((left.size, len(self.comparers)), dtype=np.int8)
        weights = np.zeros((left.size, len(self.comparers)))
        for f, comparer in enumerate(self.comparers):
            compared = comparer.compare(left, right)
            levels[:, f] = compared.level
            weights[:, f] = self._weigh(f, compared)
        return Scored(left, right, levels, weights, self.model.prior + weights.sum(axis=1))

    def _weigh(self, fact: int, compared: Compared) -> npt.NDArray[np.float64]:
        """Give log(m/u) of the level; where values are equal, u is how common the value is."""
        learned = self.model.facts[fact]
        by_level = np.append(np.log(learned.m) - np.log(learned.u), 0.0)
        weight = by_level[compared.level]
        equal = compared.level == 0
        weight[equal] = np.log(learned.m[0]) - self._log_share[fact][compared.left[equal]]
        weight[compared.level == MISSING] = 0.0
        return weight


def _log_share(column: Column, model: Model) -> npt.NDArray[np.float64]:
    known = model.frequencies.filter(pl.col("fact") == column.name).select("value", "share")
    values = column.values.select(pl.col(VALUE).cast(pl.String).alias("value"))
    shares = values.join(known, on="value", how="left", maintain_order="left")["share"]
    return np.log(shares.fill_null(model.rarest[column.name]).to_numpy())
