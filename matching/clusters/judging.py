"""What people have said of pairs of records, as record numbers: judgements bind the clusters, labels teach."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.errors import CustomerHubError
from matching.facts.encoding import Rows
from matching.words import Judgement

LEFT: Final = "record_id_l"
RIGHT: Final = "record_id_r"
VERDICTS: Final = ("judgement", "verdict")


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
