"""What values that a table writes in several ways mean: learned from the table, unknown to a value by itself."""

from typing import Final

import polars as pl

from matching.fields.base import VALUE

MEANT: Final = "meant"
"""The part that two ways of writing one thing have in common; null where nothing is known of other ways."""


def not_known() -> pl.Expr:
    """Give the part of values of which nothing has been learned."""
    return pl.lit(None, dtype=pl.String).alias(MEANT)


def meant(values: pl.DataFrame, ways: pl.DataFrame) -> pl.DataFrame:
    """Give cleaned values with what each means, by ways of writing (value, and count: the number of a meaning)."""
    known = ways.drop_nulls("value")
    means = pl.col(VALUE).replace_strict(
        known["value"], known["count"].cast(pl.String), default=None, return_dtype=pl.String
    )
    return values.with_columns(means.alias(MEANT))
