"""Pairs drawn by lot, so that precision and recall of what is published can be estimated from stewards' answers.

All pairs of records that may be one customer's are laid in strata: those of one cluster and those of neighbouring
clusters, each by how likely the model takes them to be right. From every stratum the same lot draws pairs, more where
an answer narrows the estimate more (Neyman's allocation). Records keep their lot, so what was drawn is drawn again.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.arrays import distinct
from matching.blocks.keys import Blocks, mix
from matching.clusters.clustering import pairs_between
from matching.clusters.judging import judged
from matching.facts.encoding import Rows
from matching.facts.placing import ENDS, Placed
from matching.frames import QUESTIONS, STRATA, conform
from matching.words import Reason

Floats = npt.NDArray[np.float64]

BOUNDS: Final = (0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999)
"""Probabilities at which one stratum ends and the next begins."""
DRAWN: Final = 400
"""Pairs drawn in all."""
FEWEST: Final = 20
"""Pairs drawn from every stratum at least, where it has so many."""
CAREFUL: Final = 0.002
"""How sure the allocation takes the model to be at most."""
LOT: Final = 20261107
FEED_ENDS: Final = ":"


@dataclass(frozen=True)
class Population:
    """Pairs of records that may be one customer's, and how likely the model takes each to be."""

    ids: pl.Series
    left: Rows
    right: Rows
    joined: npt.NDArray[np.bool_]
    expected: Floats

    @cached_property
    def stratum(self) -> npt.NDArray[np.int64]:
        """Each pair's stratum: its bound, and whether it is joined."""
        return np.searchsorted(BOUNDS, self.expected, side="right") * 2 + self.joined

    def take(self, where: npt.NDArray[np.bool_]) -> "Population":
        """Give some of the pairs."""
        return Population(self.ids, self.left[where], self.right[where], self.joined[where], self.expected[where])


def population(at: Placed, near: pl.DataFrame, judgements: pl.DataFrame | None) -> Population:
    """Give all pairs of one cluster and of NEIGHBOURS, but for those that somebody has judged: these are known.

    A pair of one cluster is as likely right as its own score says, or as the weaker of its two records is tied to the
    cluster, if that says more.
    """
    who, labels = at.members, at.labels
    ids, height = who["record_id"], who.height
    order = np.argsort(labels, kind="stable")
    left, right = Blocks(order, labels[order].astype(np.uint64)).pair_up()
    tied = who["score"].fill_null(strategy="zero").to_numpy()
    sure = np.maximum(np.minimum(tied[left], tied[right]), _own(at, left, right))
    ones, others, which = pairs_between(labels, *(labels[at.of(near[end])] for end in ENDS))
    probability = near["probability"].to_numpy()
    every = Population(
        ids,
        np.concatenate([left, np.minimum(ones, others)]),
        np.concatenate([right, np.maximum(ones, others)]),
        np.arange(left.size + ones.size) < left.size,
        np.concatenate([1 / (1 + np.exp(-np.clip(sure, -30, 30))), probability[which]]),
    )
    said = judged(judgements, ids)
    known = distinct(said.left * height + said.right)
    return every.take(~np.isin(every.left * height + every.right, known))


def draw(every: Population, most: int = DRAWN, lot: int = LOT) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give STRATA, and the pairs drawn by lot as QUESTIONS (their score is not told); another lot draws others."""
    ids = every.ids
    strata, place = np.unique(every.stratum, return_inverse=True)
    pairs = np.bincount(place, minlength=strata.size)
    expected = np.bincount(place, weights=every.expected, minlength=strata.size) / np.maximum(pairs, 1)
    wanted = _allocated(pairs, expected, most)
    own = ids.hash(seed=lot).to_numpy()
    lots = mix(own[every.left], own[every.right])
    each = [_first(np.flatnonzero(place == number), lots, count) for number, count in enumerate(wanted.tolist())]
    drawn = np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *each]))
    names = pl.Series([_name(int(stratum)) for stratum in strata], dtype=pl.String)
    questions = pl.DataFrame(
        {
            "reason": pl.repeat(Reason.SAMPLED.value, drawn.size, dtype=pl.String, eager=True),
            "record_id_l": ids.gather(every.left[drawn]),
            "record_id_r": ids.gather(every.right[drawn]),
            "probability": every.expected[drawn],
            "teaches": np.minimum(every.expected, 1 - every.expected)[drawn].round(4),
            "stratum": names.gather(place[drawn]),
        }
    ).sort("record_id_l", "record_id_r")
    told = _Told(names, strata, place, every.expected)
    counted = pl.concat([told.counted(None), *_by_feed(told, every)])
    return conform(counted, STRATA, name="STRATA"), conform(questions, QUESTIONS, name="QUESTIONS")


def _first(pairs: Rows, lots: npt.NDArray[np.uint64], most: int) -> Rows:
    """Give the pairs with the smallest lots, so many; of equal lots the earlier pair."""
    own = lots[pairs]
    if most >= own.size:
        return pairs
    near = np.flatnonzero(own <= np.partition(own, most)[most])
    return pairs[near[np.argsort(own[near], kind="stable")[:most]]]


def _own(at: Placed, left: Rows, right: Rows) -> Floats:
    """Give each pair's own score, −∞ where it was not found or says nothing for one customer."""
    height = at.members.height
    key = pl.DataFrame({"key": left * height + right})
    told = pl.DataFrame({"key": at.left * height + at.right, "score": at.pairs["score"]})
    scored = key.join(told, on="key", how="left", maintain_order="left")["score"]
    return scored.fill_null(-np.inf).to_numpy()


def _allocated(pairs: npt.NDArray[np.int64], expected: Floats, most: int) -> npt.NDArray[np.int64]:
    doubt = np.clip(expected, CAREFUL, 1 - CAREFUL)
    weight = pairs * np.sqrt(doubt * (1 - doubt))
    share = weight / max(float(weight.sum()), 1e-9)
    return np.minimum(pairs, np.maximum(np.round(share * most), FEWEST)).astype(np.int64)


@dataclass(frozen=True)
class _Told:
    """The strata by name, and for every pair the place of its stratum among them, and how likely it is right."""

    names: pl.Series
    strata: npt.NDArray[np.int64]
    place: npt.NDArray[np.int64]
    expected: Floats

    def counted(self, feed: str | None, where: npt.NDArray[np.bool_] | slice = slice(None)) -> pl.DataFrame:
        """Count some of the pairs."""
        place, size = self.place[where], self.strata.size
        pairs = np.bincount(place, minlength=size)
        expected = np.bincount(place, weights=self.expected[where], minlength=size) / np.maximum(pairs, 1)
        frame = pl.DataFrame(
            {
                "stratum": self.names,
                "joined": (self.strata % 2).astype(bool),
                "feed": pl.repeat(feed, size, dtype=pl.String, eager=True),
                "pairs": pairs,
                "expected": expected,
            }
        )
        return frame.filter(pl.col("pairs") > 0)


def _by_feed(told: _Told, every: Population) -> list[pl.DataFrame]:
    """Give the strata as far as they concern each feed: record ids begin with it."""
    feed = every.ids.str.split_exact(FEED_ENDS, 1).struct.field("field_0")
    feeds = feed.unique().sort()
    code = (feed.rank("dense").cast(pl.Int64) - 1).cast(pl.Int16).to_numpy()
    left, right = code[every.left], code[every.right]
    return [told.counted(name, (left == number) | (right == number)) for number, name in enumerate(feeds.to_list())]


def _name(stratum: int) -> str:
    bound, joined = divmod(stratum, 2)
    edges = (0.0, *BOUNDS, 1.0)
    return f"{'joined' if joined else 'apart'} {edges[bound]:g}–{edges[bound + 1]:g}"
