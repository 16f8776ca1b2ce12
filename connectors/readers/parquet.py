"""Parquet → rows: every column as text, days and times as ISO."""

from io import BytesIO

import polars as pl
from polars.exceptions import PanicException, PolarsError

from connectors.readers.rows import LINE, ReadError, Rows


def read_parquet(data: bytes) -> Rows:
    """Give the rows of a Parquet file as text; nested columns become JSON, so that no column is lost."""
    if not data.startswith(b"PAR1") or not data.endswith(b"PAR1"):
        raise ReadError(
            "a Parquet file", f"a truncated or different file ({len(data)} bytes)", "have the channel deliver it again"
        )
    try:
        frame = pl.read_parquet(BytesIO(data))
        table = frame.select(_as_text(name, dtype) for name, dtype in frame.schema.items())
    except (PolarsError, OSError, PanicException) as error:
        # A damaged page makes the decoder panic rather than raise.
        raise ReadError(
            "a Parquet file", f"a damaged one ({len(data)} bytes)", "have the channel deliver it again"
        ) from error
    nested = tuple(name for name, dtype in frame.schema.items() if dtype.is_nested())
    return Rows(table.with_row_index(LINE, offset=1).with_columns(pl.col(LINE).cast(pl.Int64)), nested=nested)


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    match dtype:
        case pl.Datetime():
            zoned = "%z" if dtype.time_zone else ""
            return column.dt.to_string(f"%Y-%m-%dT%H:%M:%S{zoned}")
        case pl.Float32() | pl.Float64():
            whole = column.is_finite() & (column == column.round()) & (column.abs() < 2**53)
            return (
                pl.when(whole)
                .then(column.cast(pl.Int64, strict=False).cast(pl.String))
                .otherwise(column.cast(pl.String))
            )
        case pl.Binary():
            return column.bin.encode("hex")
        case pl.Struct():
            return column.struct.json_encode()
        case pl.List() | pl.Array():
            return pl.struct(column).struct.json_encode().alias(name)
        case _:
            return column.cast(pl.String)
