"""Parquet → rows: every column as text, days and times as ISO."""

from io import BytesIO
from typing import Final

import polars as pl
from polars.exceptions import PanicException, PolarsError

from connectors.readers.kinds import kind_of
from connectors.readers.rows import LINE, ReadError, Rows, gather, header_names, without_broken_cells

MARK: Final = b"PAR1"
"""How a Parquet file begins and ends."""


def read_parquet(data: bytes) -> Rows:
    """Give the rows of a Parquet file as text; nested columns become JSON, so that no column is lost."""
    if not data.startswith(MARK) or not data.endswith(MARK):
        other = "a truncated or different file" if data.startswith(MARK) else kind_of(data)
        raise ReadError(
            "a Parquet file",
            f"{other or 'a truncated or different file'} ({len(data)} bytes)",
            "have the channel deliver it again",
        )
    try:
        frame = pl.read_parquet(BytesIO(data))
        names = header_names(frame.columns)
        frame = frame.rename(dict(zip(frame.columns, names, strict=True)))
        table = frame.select(_as_text(name, dtype) for name, dtype in frame.schema.items())
    except (PolarsError, OSError, PanicException) as error:
        # A damaged page makes the decoder panic rather than raise.
        raise ReadError(
            "a Parquet file", f"a damaged one ({len(data)} bytes)", "have the channel deliver it again"
        ) from error
    nested = tuple(name for name, dtype in frame.schema.items() if dtype.is_nested())
    numbered = table.with_row_index(LINE, offset=1).with_columns(pl.col(LINE).cast(pl.Int64))
    whole, rejects = without_broken_cells(numbered, table.columns)
    return Rows(whole, gather(rejects), nested=nested)


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    match dtype:
        case pl.Datetime():
            zoned = "%z" if dtype.time_zone else ""
            text = column.dt.to_string(f"%Y-%m-%dT%H:%M:%S{zoned}")
        case pl.Duration():
            text = column.dt.to_string("iso")
        case pl.Float32() | pl.Float64():
            number = column.fill_nan(None)  # what many writers put where there is no number
            whole = number.is_finite() & (number == number.round()) & (number.abs() < 2**53)
            digits = number.cast(pl.Int64, strict=False).cast(pl.String)
            text = pl.when(whole).then(digits).otherwise(number.cast(pl.String))
        case pl.Binary():
            text = column.map_batches(_decoded, return_dtype=pl.String)
        case pl.Struct():
            text = column.struct.json_encode()
        case pl.List() | pl.Array() | pl.Map():
            text = pl.struct(column.alias("")).struct.json_encode().str.slice(4).str.head(-1)
        case _:
            text = column.cast(pl.String)
    return pl.when(column.is_not_null()).then(text).alias(name)


def _decoded(column: pl.Series) -> pl.Series:
    """Give bytes as the text they are, where the writer did not call them text; what is none as hexadecimal digits."""
    try:
        return column.cast(pl.String)
    except PolarsError:
        texts = [None if one is None else _text_or_digits(one) for one in column]
        return pl.Series(column.name, texts, dtype=pl.String)


def _text_or_digits(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.hex()
