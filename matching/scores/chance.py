"""How many strangers share a value by chance: names are handed down in parts, and common parts meet often.

How often a whole name was seen says little where a table is small or the name is told a few times: two 张伟 are easily
two people, two 东方不器 hardly. How common surname and given name are, each among the others, says how many records of
others to expect; and what was learned of names that are told as often says how much that counts.
"""

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.facts.encoding import Column
from matching.model import FactModel, Model

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

BUCKETS: Final = 24
RAREST: Final = 0.01
"""Records of others that are expected at least, of what nobody else tells a part of."""
STEPS: Final = 40
"""Halvings of the interval in which a bucket's log-odds lie, ever so far from what parts say."""
WIDEST: Final = 30.0
OWN_AT_MOST: Final = 3.0
"""How many times the average a customer's own records may be."""


def buckets(counts: Counts) -> Counts:
    """Give how common a value is as the binary logarithm of its count, at most the last bucket."""
    return np.minimum(np.log2(np.maximum(counts, 1)).astype(np.int64), BUCKETS - 1)


def expected(parts: pl.DataFrame, counts: Counts, fact: FactModel, model: Model) -> Floats:
    """Give how many of the records that do not tell a value tell what it is made of, if the parts meet by chance.

    `parts` as `Field.parts` gives them, `counts` of the records that tell a value. NaN where a part is not told.
    """
    told = max(fact.told, 1)
    found = np.full(counts.size, float(told))
    for part in parts.columns:
        known = model.told(f"{fact.name}:{part}").rename({"value": part}).drop_nulls()
        having = parts.select(part).join(known, on=part, how="left", maintain_order="left")["count"].fill_null(0)
        found *= np.maximum(having.to_numpy() - counts, 0) / told
    whole = parts.select(pl.all_horizontal(pl.all().is_not_null()))[:, 0].to_numpy()
    return np.where(whole, found, np.nan)


def odds(expectation: Floats) -> Floats:
    """Give what an expectation adds to the log-odds that a record with the same value is a stranger's."""
    return np.asarray(np.log(np.maximum(expectation, RAREST)))


def strange_by_chance(both: Floats, expectation: Floats, own: float) -> Floats:
    """Give of the other records that have `both` of two values the share that is strangers'.

    By chance so many strangers are expected, and so many `own` other records a customer has on average. What is far
    beyond these is strangers', expected or not.
    """
    return np.asarray(np.maximum(expectation / (expectation + own), 1 - OWN_AT_MOST * own / np.maximum(both, 1)))


def with_chances(model: Model, column: Column) -> Model:
    """Give the model with what was learned of a fact whose values are made of parts.

    Of the pairs of records that share a value told as often, as many are strangers' as before; but the more, the more
    of others there were to expect.
    """
    place = next(place for place, fact in enumerate(model.facts) if fact.name == column.name)
    fact = model.facts[place]
    adds = odds(expected(column.field.parts(column.values), column.counts, fact, model))
    pairs = column.counts * (column.counts - 1) / 2.0
    telling = np.flatnonzero((pairs > 0) & ~np.isnan(adds))
    bucket = buckets(column.counts)
    base = [
        _base(adds[at], pairs[at], 1 - own)
        for number, own in enumerate(fact.own)
        for at in [telling[bucket[telling] == number]]
    ]
    fact = replace(fact, by_chance=tuple(base))
    return replace(model, facts=(*model.facts[:place], fact, *model.facts[place + 1 :]))


def _base(adds: Floats, pairs: Floats, share: float) -> float:
    """Give the log-odds to which values add theirs, so that this share of all their pairs is strangers'."""
    low, high = -WIDEST, WIDEST
    if not adds.size:
        return float(np.log(max(share, 1e-9)) - np.log(max(1 - share, 1e-9)))
    for _ in range(STEPS):
        middle = (low + high) / 2
        if (pairs * logistic(adds + middle)).sum() < share * pairs.sum():
            low = middle
        else:
            high = middle
    return low


def logistic(log_odds: Floats) -> Floats:
    """Give the share that log-odds stand for."""
    return np.asarray(1 / (1 + np.exp(-log_odds)))
