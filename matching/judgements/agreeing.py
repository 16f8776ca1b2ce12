"""How far stewards agree: with answers that are known, and with each other, beyond what chance alone would bring.

Cohen's kappa is 1 for full agreement and 0 for what two people reach who say same and different as often as these do
and look at nothing. What is seen of a few answers leaves much open: each of the four cells (one says, the other says)
has a share of which half an answer is believed beforehand (Jeffreys), and the interval holds 95 % of what is drawn.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.frames import Schema
from matching.judgements.estimating import DRAWS, Floats, Interval, agreement

KNOWN_ANSWERS: Final[Schema] = {
    "item_id": pl.String,
    "who": pl.String,
    "verdict": pl.String,  # same, different, unsure
    "known": pl.String,  # same, different
}
"""Grain: what a steward said of a question whose answer is known."""

BEFOREHAND: Final = 0.5
SEED: Final = 20261127


@dataclass(frozen=True)
class Agreement:
    """How far a steward (None: all of them) agrees, over `answers` that say same or different; `unsure` did not decide.

    `right` is the share that says what was known, `kappa` the same beyond chance. `colleagues` is kappa with the others
    over the `together` answers to questions that others were asked as well; None without any.
    """

    who: str | None
    answers: int
    unsure: int
    right: Interval
    kappa: Interval
    together: int
    colleagues: Interval | None


def agreements(said: pl.DataFrame) -> list[Agreement]:
    """Give how far all stewards agree, then each by himself, from KNOWN_ANSWERS; nothing without an answer."""
    decided = said.filter(pl.col("verdict") != "unsure")
    if decided.is_empty():
        return []
    pairs = _pairs(decided)
    unsure = dict(said.filter(pl.col("verdict") == "unsure").group_by("who").len().iter_rows())
    found = [_agreement(None, decided, pairs, sum(unsure.values()))]
    for who in decided["who"].unique().sort().to_list():
        own = pairs.filter(pl.col("who") == who)
        found.append(_agreement(who, decided.filter(pl.col("who") == who), own, unsure.get(who, 0)))
    return found


def kappa(table: npt.ArrayLike) -> Interval:
    """Give Cohen's kappa of a table of counts: rows what one says, columns what the other says."""
    counts = np.asarray(table, dtype=np.float64).ravel() + BEFOREHAND
    shares = np.random.default_rng(SEED).dirichlet(counts, size=DRAWS).reshape(-1, 2, 2)
    return Interval.of(_beyond_chance(shares))


def _beyond_chance(shares: Floats) -> Floats:
    seen = shares[:, 0, 0] + shares[:, 1, 1]
    by_chance = (shares.sum(axis=2) * shares.sum(axis=1)).sum(axis=1)
    return np.asarray((seen - by_chance) / np.maximum(1 - by_chance, 1e-12))


def _agreement(who: str | None, said: pl.DataFrame, pairs: pl.DataFrame, unsure: int) -> Agreement:
    right = int((said["verdict"] == said["known"]).sum())
    weighed = said.select(one="verdict", other="known", weight=pl.lit(1.0))
    return Agreement(
        who=who,
        answers=said.height,
        unsure=unsure,
        right=agreement(said.height, right),
        kappa=kappa(_table(weighed)),
        together=pairs.select("item_id", "who").n_unique(),
        colleagues=kappa(_table(pairs) / (2 if who is None else 1)) if pairs.height else None,
    )


def _pairs(said: pl.DataFrame) -> pl.DataFrame:
    """Give what each steward and each colleague said of the same question, so weighed that an answer counts once.

    Of k answers to a question each stands beside k - 1 others. Every two appear twice, once from either side, and weigh
    half each where all stewards are taken together.
    """
    both = said.join(said, on="item_id", suffix="_other").filter(pl.col("who") != pl.col("who_other"))
    return both.select(
        "item_id", "who", one="verdict", other="verdict_other", weight=1.0 / pl.len().over("item_id", "who")
    )


def _table(said: pl.DataFrame) -> Floats:
    """Give the weights of (same, same), (same, different), (different, same), (different, different)."""
    is_same = said.select(one=pl.col("one") == "same", other=pl.col("other") == "same", weight="weight")
    cells = is_same.group_by("one", "other").agg(pl.col("weight").sum())
    told = {(one, other): weight for one, other, weight in cells.iter_rows()}
    return np.array([[told.get((one, other), 0.0) for other in (True, False)] for one in (True, False)])
