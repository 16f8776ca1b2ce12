"""How far the records of today are from those a model was learned from.

For every fact two distributions are kept with the model: the share of records that tell it, and the shares of its
levels among pairs that are joined. Their distance to today's is the population stability index, Σ (now − then) ·
ln(now / then): below 0.1 nothing has happened, above 0.25 the model speaks of another population.
"""

from typing import Final

import numpy as np
import polars as pl

from matching.fieldspec import Fact, FieldSpec
from matching.frames import Schema
from matching.scores.shortening import SAYS
from matching.words import Band

PROFILE: Final[Schema] = {
    "fact": pl.String,
    "of": pl.String,  # RECORDS or PAIRS
    "level": pl.String,  # of records told or not_told; of pairs the level, or not_told
    "share": pl.Float64,
}
"""Grain: a level of a fact, among records or among joined pairs."""

DRIFT: Final[Schema] = {"fact": pl.String, "drift": pl.Float64}
"""Grain: a fact; the larger of its two indices."""

RECORDS: Final = "records"
PAIRS: Final = "pairs"
TOLD: Final = "told"
NOT_TOLD: Final = "not_told"
LOOKED_AT: Final = 100_000
"""Joined pairs that are counted, evenly spread over the table; more change nothing in the second decimal."""
LEAST: Final = 1e-4
"""The share that a level is taken to have at least, so that one seen for the first time does not say everything."""


def profile(records: pl.DataFrame, pairs: pl.DataFrame, patterns: pl.DataFrame, fields: FieldSpec) -> pl.DataFrame:
    """Give PROFILE of a table and its scored pairs (PAIRS_IN_SHORT and their PATTERNS): what `drift` compares."""
    told = [_told(records, fact, fields) for fact in fields.facts]
    joined = np.flatnonzero((pairs["band"] == Band.MATCH.value).to_numpy())
    joined = joined[:: max(joined.size // LOOKED_AT, 1)]
    counts = _levels(pairs["pattern"].gather(joined), patterns)
    rows = [(fact.name, RECORDS, level, share) for fact, levels in told for level, share in levels.items()]
    for fact in fields.facts:
        own = {level: count for (field, level), count in counts.items() if field == fact.name}
        own[NOT_TOLD] = joined.size - sum(own.values())
        rows += [(fact.name, PAIRS, level, count / max(joined.size, 1)) for level, count in own.items()]
    return pl.DataFrame(rows, schema=dict(PROFILE), orient="row").sort("fact", "of", "level")


def _levels(pattern: pl.Series, patterns: pl.DataFrame) -> dict[tuple[str, str], int]:
    """Count pairs by field and level."""
    often = pattern.value_counts(name="pairs").join(patterns, on="pattern", how="left")
    said = often.with_columns(pl.col("says").str.split(SAYS)).explode("says")
    counted = said.group_by("says").agg(pl.col("pairs").cast(pl.Int64).sum())
    return {tuple(says.rsplit(":", 1)): count for says, count in counted.rows()}


def _told(records: pl.DataFrame, fact: Fact, fields: FieldSpec) -> tuple[Fact, dict[str, float]]:
    """Give the share of records that tell the fact in one of its columns, and of those that do not."""
    tells = pl.lit(value=False)
    for source in fact.sources:
        column = pl.col(source.column)
        is_list = isinstance(records.schema[source.column], pl.List)
        has = column.list.len() > 0 if is_list else column.is_not_null()
        if source.when is not None and fields.entity is not None:
            has &= pl.col(fields.entity) == source.when
        tells |= has.fill_null(value=False)
    share = float(records.select(tells.cast(pl.Float64).mean().fill_null(0.0)).item()) if records.height else 0.0
    return fact, {TOLD: share, NOT_TOLD: 1 - share}


def drift(then: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Give DRIFT between two PROFILEs, the fact that has moved most first."""
    both = then.join(now, on=["fact", "of", "level"], how="full", coalesce=True, suffix="_now").with_columns(
        pl.col("share", "share_now").fill_null(0.0)
    )
    was, is_ = (np.maximum(both[name].to_numpy(), LEAST) for name in ("share", "share_now"))
    index = both.with_columns(drift=pl.Series((is_ - was) * np.log(is_ / was)))
    by_fact = index.group_by("fact", "of").agg(pl.col("drift").sum()).group_by("fact").agg(pl.col("drift").max())
    return by_fact.with_columns(pl.col("drift").round(4)).sort("drift", "fact", descending=[True, False])
