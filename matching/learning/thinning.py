"""A customer of thousands of records is one customer: what is learned of others is not learned from his records.

A firm's numbers are a record each, and one firm may have a tenth of a table. Its name and its code are then common
though they tell customers apart as well as any, most pairs that agree are its own, and whatever its records differ in
seems to differ among matches. So a table is learned from with some of such records only. How common values are is
counted in all of them, and that these are one customer's is told by what else they agree on.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.facts.encoding import Codes, Column, Encoded
from matching.learning.counting import NO_JOINTS, count_together, count_values
from matching.learning.drawing import Effort, agreeing_sample
from matching.learning.homes import one_home
from matching.learning.mixture import settled
from matching.model import Model
from matching.scores.chance import buckets, with_chances
from matching.scores.comparing import Comparer
from matching.side_by_side import at_once

ONE_IN: Final = 100
"""A value told by more than one in so many records is looked at."""
MANY: Final = 20
"""A value of so many records or fewer is not: none of it is much."""
KEPT: Final = 10
"""Records of such a value that are learned from."""
SEPARATES: Final = 0.002
"""The share of pairs that agree on a fact, common values left out, up to which it tells customers apart."""
ALIKE: Final = 0.8
"""The share of a value's records that agree on another fact, if they tell it, from which they are one customer's."""

Values = Sequence[npt.NDArray[np.intp]]


def common_values(column: Column) -> npt.NDArray[np.intp] | None:
    """Give the values that are far more common than all others, None where a fact does not tell customers apart."""
    counts = column.counts
    told = int(np.count_nonzero(column.lengths))
    many = np.flatnonzero(counts > max(told / ONE_IN, MANY))
    rest = counts.astype(np.float64)
    rest[many] = 0
    left = rest.sum()
    if left < counts.sum() / 2 or (rest * (rest - 1)).clip(0).sum() > SEPARATES * left * max(left - 1, 1):
        return None
    return many


def of_one_customer(columns: Sequence[Column]) -> Values:
    """Give for each fact the common values whose records agree on another such value of another fact as well."""
    common = [common_values(column) for column in columns]
    able = [place for place, many in enumerate(common) if many is not None and many.size]
    found: list[npt.NDArray[np.intp]] = [np.empty(0, dtype=np.intp) for _ in columns]
    for place in able:
        many = common[place]
        others = [columns[other] for other in able if other != place]
        if many is not None:
            one = [any(_alike(columns[place], int(code), other) for other in others) for code in many]
            found[place] = many[np.array(one, dtype=bool)]
    return found


def _alike(column: Column, code: int, other: Column) -> bool:
    """Tell whether nearly all records with a value have one value of another fact, which few others have."""
    has = np.zeros(column.lengths.size, dtype=bool)
    has[column.rows[column.codes == code]] = True
    told = other.codes[has[other.rows]]
    if not told.size:
        return False
    most = np.bincount(told).max()
    return bool(most > max(ALIKE * told.size, MANY))


def thinned(encoded: Encoded, values: Values) -> Encoded:
    """Give the records with `KEPT` of each of the values: by lot, which follows from a record's id."""
    dropped = np.zeros(encoded.height, dtype=bool)
    lots = encoded.lots
    for column, many in zip(encoded.columns, values, strict=True):
        for code in many:
            rows = column.rows[column.codes == code]
            rows = rows[np.argsort(lots[rows], kind="stable")]
            dropped[rows[KEPT:]] = True
    kept = np.flatnonzero(~dropped)
    return replace(
        encoded,
        ids=encoded.ids.gather(kept),
        columns=tuple(_of_rows(column, kept) for column in encoded.columns),
        source=_taken(encoded.source, kept),
        entity=_taken(encoded.entity, kept),
        entity_name=_taken(encoded.entity_name, kept),
    )


def _of_rows(column: Column, kept: npt.NDArray[np.intp]) -> Column:
    """Give a fact of some of the records; its values keep their codes, though nobody may tell them any more."""
    lengths = np.diff(column.starts)[kept]
    first = np.repeat(column.starts[kept], lengths)
    within = np.arange(first.size) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(column.starts.dtype)
    return replace(column, starts=starts, codes=column.codes[first + within])


def _taken(labels: Codes | None, kept: npt.NDArray[np.intp]) -> Codes | None:
    return None if labels is None else labels[kept]


def of_whole(  # noqa: PLR0913, PLR0917 -- what was learned, and all that it is of
    model: Model,
    height: int,
    encoded: Encoded,
    comparers: Sequence[Comparer],
    values: Values,
    effort: Effort,
) -> Model:
    """Give what so many of a table's records taught as the model of all of them.

    Values are as common as they are in all records; of those left out it is asked how many of their pairs are matches.
    """
    m, u = ([np.array(shares) for shares in told] for told in ([f.m for f in model.facts], [f.u for f in model.facts]))
    facts = []
    for place, (fact, column) in enumerate(zip(model.facts, encoded.columns, strict=True)):
        own = np.array(fact.own)
        sample = agreeing_sample(encoded, comparers, place, effort) if values[place].size else None
        if sample is not None:
            their = buckets(column.counts[values[place]])
            own[their] = settled(sample, m, u, one_home(encoded.columns), effort)[their]
        told = int(np.count_nonzero(column.lengths))
        facts.append(replace(fact, told=told, own=tuple(own.tolist())))
    places = {column.name: column for column in encoded.columns}
    leaning = [(places[fact.name], places[fact.parent]) for fact in facts if fact.parent is not None]
    model = replace(
        model,
        facts=tuple(facts),
        prior=model.prior + 2 * float(np.log(max(height, 2) / encoded.height)),
        frequencies=pl.concat(at_once(count_values, encoded.columns)),
        joints=pl.concat([NO_JOINTS, *at_once(lambda pair: count_together(*pair), leaning)]),
    )
    for fact in facts:
        if fact.by_chance:
            model = with_chances(model, places[fact.name])
    return model
