"""How many records tell each value, its keys and parts, and two values together: what a model knows of its table."""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.facts.encoding import Column
from matching.fields.base import VALUE
from matching.scores.dependence import ValuePairs

ORDER: Final = "order"
"""The key under which a model keeps how much more often a name's words are a family's: in hundredths of nats."""


def count_values(column: Column) -> pl.DataFrame:
    """Give how many records tell each value, each key by which a level's agreement is weighed, and each part.

    Where a column has its names read in an order of its own, also what that follows from.
    """
    told = [_frequency(column.name, column.values[VALUE].cast(pl.String), column.counts)]
    made = {level.key: column.field.keys[level.key](column.values) for level in column.field.levels if level.key}
    made |= column.field.parts(column.values).to_dict()
    for key, values in sorted(made.items()):
        shared = pl.DataFrame({"value": values, "count": column.counts}).drop_nulls()
        shared = shared.group_by("value").agg(pl.col("count").sum()).sort("value")
        told.append(_frequency(f"{column.name}:{key}", shared["value"], shared["count"].to_numpy()))
    if column.order is not None:
        told.append(_frequency(f"{column.name}:{ORDER}", column.order["value"], column.order["count"].to_numpy()))
    return pl.concat(told)


def _frequency(fact: str, value: pl.Series, count: npt.NDArray[np.int64]) -> pl.DataFrame:
    return pl.DataFrame(
        {"fact": fact, "value": value, "count": count},
        schema={"fact": pl.String, "value": pl.String, "count": pl.Int64},
    )


NO_JOINTS: Final = pl.DataFrame(schema={"fact": pl.String, "value": pl.String, "other": pl.String, "count": pl.Int64})


def count_together(child: Column, parent: Column, *, at_least: int = 2) -> pl.DataFrame:
    """Give how many records have each value together with each value of the parent, where several do."""
    pairs = ValuePairs.count(child, parent)
    several = pairs.counts >= at_least
    keys = pairs.keys[several]
    return pl.DataFrame(
        {
            "fact": child.name,
            "value": child.values[VALUE].cast(pl.String).gather(keys // pairs.height),
            "other": parent.values[VALUE].cast(pl.String).gather(keys % pairs.height),
            "count": pairs.counts[several],
        },
        schema=NO_JOINTS.schema,
    )
