"""What people have said of pairs of records: judgements bind the clusters, labels teach the weights."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.optimize import minimize

from matching.encoding import Rows
from matching.errors import CustomerHubError
from matching.model import Model
from matching.words import Judgement

LEFT: Final = "record_id_l"
RIGHT: Final = "record_id_r"
VERDICTS: Final = ("judgement", "verdict")
PULL: Final = 15.0
"""Labels that the weights learned without labels are worth."""

Floats = npt.NDArray[np.float64]


class JudgementsError(CustomerHubError):
    """Judgements or labels that lack a column or hold a word that is not one of theirs."""


@dataclass(frozen=True)
class Judged:
    """Pairs of records that a person has called one customer's (`same`), or two customers'."""

    left: Rows
    right: Rows
    same: npt.NDArray[np.bool_]


def judged(judgements: pl.DataFrame | None, ids: pl.Series) -> Judged:
    """Give the judged pairs as record numbers; pairs of records that are no longer there and `unsure` say nothing."""
    if judgements is None or not judgements.height:
        nothing = np.empty(0, dtype=np.int64)
        return Judged(nothing, nothing, np.empty(0, dtype=bool))
    verdict = next((name for name in VERDICTS if name in judgements.columns), None)
    if verdict is None or not {LEFT, RIGHT} <= set(judgements.columns):
        message = (
            f"judgements: expected the columns {LEFT}, {RIGHT} and {VERDICTS[0]}, "
            f"found {', '.join(judgements.columns)}; rename them"
        )
        raise JudgementsError(message)
    words = set(judgements[verdict].cast(pl.String).unique().to_list())
    unknown = sorted(str(word) for word in words - set(Judgement))
    if unknown:
        known = ", ".join(Judgement)
        raise JudgementsError(f"judgements: expected {known} in {verdict}, found {', '.join(unknown)}; correct them")
    said = judgements.select(
        pl.col(LEFT).cast(pl.String), pl.col(RIGHT).cast(pl.String), verdict=pl.col(verdict).cast(pl.String)
    ).filter(pl.col("verdict") != Judgement.UNSURE)
    rows = pl.DataFrame({"id": ids, "row": np.arange(len(ids))})
    said = said.join(rows.rename({"id": LEFT, "row": "left"}), on=LEFT)
    said = said.join(rows.rename({"id": RIGHT, "row": "right"}), on=RIGHT).filter(pl.col("left") != pl.col("right"))
    said = said.select(
        left=pl.min_horizontal("left", "right"),
        right=pl.max_horizontal("left", "right"),
        same=pl.col("verdict") == Judgement.SAME,
    ).sort("left", "right", "same")
    return Judged(said["left"].to_numpy(), said["right"].to_numpy(), said["same"].to_numpy())


def retrain(model: Model, weights: Floats, same: npt.NDArray[np.bool_]) -> Model:
    """Give the model with every fact's weight scaled, and the prior moved, to what labelled pairs say.

    `weights` has a row for each labelled pair and a column for each fact. Logistic regression drawn to the weights as
    they are (scales 1, no move), so that a handful of labels changes little and a few hundred decide.
    """
    if not same.size:
        return model
    sign = np.where(same, 1.0, -1.0)

    def loss(asked: Floats) -> tuple[float, Floats]:
        margin = sign * (model.prior + asked[0] + weights @ asked[1:])
        slope = -sign / (1 + np.exp(np.clip(margin, -60, 60)))
        away = np.concatenate([[asked[0] / 2], asked[1:] - 1])
        value = np.logaddexp(0, -margin).sum() + PULL * (away**2).sum() / 2
        gradient = np.concatenate([[slope.sum()], slope @ weights]) + PULL * away * np.concatenate(
            [[0.5], np.ones(weights.shape[1])]
        )
        return float(value), gradient

    start = np.concatenate([[0.0], np.ones(weights.shape[1])])
    bounds = [(-6.0, 6.0)] + [(0.0, 3.0)] * weights.shape[1]
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x.round(6)
    facts = tuple(replace(fact, scale=float(scale)) for fact, scale in zip(model.facts, found[1:], strict=True))
    return replace(model, prior=model.prior + float(found[0]), facts=facts)
