"""Costly steps of cleaning, spared where they change nothing: polars works a `when` out for every row."""

from collections.abc import Callable

import polars as pl


def unless(settled: str, text: pl.Expr, change: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Give the changed text, worked out only where it is not `settled`: a pattern of texts that do not change."""

    def changed(told: pl.Series) -> pl.Series:
        rows = (~told.str.contains(settled)).fill_null(False).arg_true()
        if rows.is_empty():
            return told
        if len(rows) == len(told):
            return told.to_frame("told").select(change(pl.col("told")))["told"]
        some = told.gather(rows).to_frame("told").select(change(pl.col("told")))["told"]
        return told.clone().scatter(rows, some)

    return text.map_batches(changed, return_dtype=pl.String)


def where_told(text: pl.Expr, make: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Give the text that is made of texts, worked out only where there is one; null elsewhere."""

    def made(told: pl.Series) -> pl.Series:
        rows = told.is_not_null().arg_true()
        some = told.gather(rows).to_frame("told").select(make(pl.col("told"))).to_series()
        if len(rows) == len(told):
            return some.alias(told.name)
        return pl.Series(told.name, [None], dtype=pl.String).new_from_index(0, len(told)).scatter(rows, some)

    return text.map_batches(made, return_dtype=pl.String)
