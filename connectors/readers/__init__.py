"""Bytes of an extract → rows as the channel wrote them: one reader per format, chosen by the feed file."""

import polars as pl

from connectors.feeds import Delimited, Feed, FixedWidth, Format, JsonLines, ParquetFile, Workbook
from connectors.readers.delimited import read_delimited
from connectors.readers.fixed_width import read_fixed_width
from connectors.readers.json_lines import read_json_lines
from connectors.readers.parquet import read_parquet
from connectors.readers.rows import LINE, RAW, TEXT, ReadError, Rows
from connectors.readers.workbook import read_workbook

__all__ = ["LINE", "RAW", "TEXT", "ReadError", "Rows", "read"]


def read(feed: Feed, data: bytes) -> Rows:
    """Give the rows of an extract, all text, and those that could not be read; a `ReadError` if it is no such file."""
    if not data and feed.volume.min_rows == 0 and _has_no_header(feed.format):
        return Rows(pl.DataFrame(schema={LINE: pl.Int64, **dict.fromkeys(feed.required, pl.String)}))
    match feed.format:
        case Delimited():
            return read_delimited(data, feed.format)
        case FixedWidth():
            return read_fixed_width(data, feed.format)
        case JsonLines():
            return read_json_lines(data, feed.format)
        case Workbook():
            return read_workbook(data, feed.format)
        case ParquetFile():
            return read_parquet(data)


def _has_no_header(format: Format) -> bool:
    """Say whether a file of nobody is an empty one, as a channel delivers it that has nothing to say."""
    return isinstance(format, (FixedWidth, JsonLines)) or (isinstance(format, Delimited) and bool(format.names))
