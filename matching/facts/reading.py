"""Tables as people have them: Polars' own, read already or not, and others that hand their columns out as Arrow."""

from typing import Any, Final, Protocol

import polars as pl

from matching.fieldspec import FieldSpec, FieldSpecError, nearest

EXPORT: Final = "__arrow_c_stream__"
"""What hands a table out as Arrow: pandas' and DuckDB's, pyarrow's and other libraries' have it."""


class ArrowTable(Protocol):
    """A table that hands its columns out as Arrow."""

    def __arrow_c_stream__(self, requested_schema: object | None = None, /) -> object:
        """Give the table as a stream of the Arrow C interface."""


Records = pl.DataFrame | pl.LazyFrame | ArrowTable


def read(records: Records, spec: FieldSpec) -> pl.DataFrame:
    """Give the columns of records that a specification names; one that is missing is a `FieldSpecError`."""
    lazy = taken_in(records).lazy()
    known = lazy.collect_schema().names()
    for column in spec.columns:
        if column not in known:
            raise FieldSpecError(f"records: no column {column!r}{nearest(column, known)}")
    return lazy.select(spec.columns).collect()


def taken_in(records: Any) -> pl.DataFrame | pl.LazyFrame:
    """Give a table as Polars has it; what is none, or cannot be handed out, is a `FieldSpecError`."""
    if isinstance(records, pl.DataFrame | pl.LazyFrame):
        return records
    kind = type(records).__name__
    if not hasattr(records, EXPORT):
        raise FieldSpecError(
            f"records: expected a table of Polars, pandas, pyarrow or DuckDB, found {kind!r}; "
            "polars.DataFrame makes one of columns, polars.scan_csv or scan_parquet of a file"
        )
    try:
        return pl.DataFrame(records)
    except (ValueError, TypeError, pl.exceptions.PolarsError) as reason:  # their texts tell values
        raise FieldSpecError(
            f"records: the columns of this {kind!r} cannot be handed out as Arrow ({type(reason).__name__}); "
            "let each column hold values of one type, text for example"
        ) from None
