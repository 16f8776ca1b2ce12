"""Tables as people have them: Polars' own, read already or not, and others that hand their columns out as Arrow."""

from typing import Any, Final, Protocol

import polars as pl

from matching.fieldspec import FieldSpec, FieldSpecError, nearest

EXPORT: Final = "__arrow_c_stream__"
"""What hands a table out as Arrow: pandas' and DuckDB's, pyarrow's and other libraries' have it."""

REFUSALS: Final = (ValueError, TypeError, pl.exceptions.PolarsError, pl.exceptions.PanicException)
"""What is raised where a table's columns cannot be handed out, or Polars has no type for one (DuckDB's intervals)."""


class ArrowTable(Protocol):
    """A table that hands its columns out as Arrow."""

    def __arrow_c_stream__(self, requested_schema: object | None = None, /) -> object:
        """Give the table as a stream of the Arrow C interface."""


Records = pl.DataFrame | pl.LazyFrame | ArrowTable

TEXTUAL: Final = (pl.String, pl.Categorical, pl.Enum, pl.Boolean, pl.Null, pl.Date, pl.Datetime, pl.Time)
"""Types whose values are read as they are; whole numbers are too."""
WHOLE: Final = r"^(-?\d+)\.0+$"
"""A whole number in a column of fractions, as a mobile number is where the column once had a gap: 13912345678.0."""


def read(records: Records, spec: FieldSpec) -> pl.DataFrame:
    """Give the columns of records that a specification names, of values that have a text or of lists of such values.

    Of bytes and of numbers with fractions the text is given: of whole ones without the fraction, and nothing for what
    is no number. A column that is missing, or has values without a text, is a `FieldSpecError`.
    """
    lazy = taken_in(records).lazy()
    known = lazy.collect_schema().names()
    for column in spec.columns:
        if column not in known:
            raise FieldSpecError(f"records: no column {column!r}{nearest(column, known)}")
    told = lazy.select(spec.columns).collect()
    alone = {spec.id, spec.source, spec.entity}
    return told.with_columns(_alone(values) if values.name in alone else _with_text(values) for values in told)


def _with_text(values: pl.Series) -> pl.Series:
    """Give a column of values, or of lists of them, that Polars gives as text when it is asked."""
    is_list = isinstance(values.dtype, pl.List | pl.Array)
    dtype = values.head(0).explode().dtype if is_list else values.dtype
    if _is_textual(dtype) and not isinstance(values.dtype, pl.Array):
        return values
    value = pl.element() if is_list else pl.col(values.name)
    text = pl.when(value.is_finite()).then(value).cast(pl.String) if dtype.is_float() else value.cast(pl.String)
    text = text.str.replace(WHOLE, "$1") if dtype.is_float() or dtype.is_decimal() else text
    try:
        return (
            values.to_frame()
            .select(pl.col(values.name).cast(pl.List(dtype)).list.eval(text) if is_list else text)
            .to_series()
        )
    except pl.exceptions.PolarsError:  # its text tells values
        raise FieldSpecError(
            f"records: {values.name}: expected texts, numbers, dates, or lists of these, found {values.dtype}, of "
            "which there is no text; make it one before, bytes by their encoding"
        ) from None


def _alone(values: pl.Series) -> pl.Series:
    """Give a column of record ids, sources or entity types, each one value."""
    if _is_textual(values.dtype) or values.dtype.is_numeric():
        return values
    try:
        return values.cast(pl.String)
    except pl.exceptions.PolarsError:
        raise FieldSpecError(
            f"records: {values.name}: expected one text or number in each row, found {values.dtype}; make it a text "
            "before"
        ) from None


def _is_textual(dtype: pl.DataType) -> bool:
    return dtype.is_integer() or isinstance(dtype, TEXTUAL)


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
    except REFUSALS as reason:  # their texts tell values
        raise FieldSpecError(
            f"records: the columns of this {kind!r} cannot be handed out as Arrow ({type(reason).__name__}); "
            "let each column hold values of one type, text for example"
        ) from None
