"""Delivered files without some of their rows: what is left of a file under the home once a person is erased.

A row leaves an empty place, so that every other row keeps its line and the same lines may be taken out again. The rest
of the file stays as the channel wrote it, byte for byte in text formats.
"""

import io
from collections.abc import Collection
from typing import Final

import polars as pl

from connectors.decoding import decode
from connectors.feeds import Delimited, Feed, FixedWidth, JsonLines, ParquetFile, Workbook
from connectors.packing import unpack
from connectors.readers import LINE, TEXT, read
from connectors.readers.delimited import rows_apart
from connectors.sheets import without_rows

WIDE: Final = ("utf-16", "utf-32")
"""Encodings in which a byte of a line end is also a byte of other characters."""


def strip(feed: Feed, data: bytes, lines: Collection[int]) -> bytes:
    """Give a feed's file without the rows of these lines, as records and rejects name them."""
    packed = unpack(data, feed.format)
    match feed.format:
        case Delimited() | FixedWidth() | JsonLines():
            return packed.pack(_text(feed, packed.data, lines))
        case ParquetFile():
            return packed.pack(_parquet(packed.data, lines))
        case Workbook():
            return packed.pack(without_rows(packed.data, lines))


def _text(feed: Feed, data: bytes, lines: Collection[int]) -> bytes:
    """Empty lines of text; a row whose quoted value holds line ends takes all of its lines with it."""
    if isinstance(feed.format, Delimited):
        data = rows_apart(data, feed.format)
    rows = read(feed, data)
    told = [rows.rejects.select(pl.col("line"), pl.col("raw").alias("text"))]
    if rows.lines is not None:
        told.append(rows.lines.select(pl.col(LINE).alias("line"), pl.col(TEXT).alias("text")))
    spans = pl.concat(told).filter(pl.col("line").is_in(list(lines)))
    gone = set(lines)
    for first, text in spans.iter_rows():
        gone.update(range(first, first + (text or "").count("\n") + 1))
    encoding = decode(data, getattr(feed.format, "encoding", "utf-8")).encoding
    if encoding.lower().startswith(WIDE):
        text = data.decode(encoding)
        end = "\n" if "\n" in text else "\r"
        kept = ["" if number in gone else one for number, one in enumerate(text.split(end), start=1)]
        return end.join(kept).encode(encoding)
    line_end = b"\n" if b"\n" in data else b"\r"
    return line_end.join(b"" if number in gone else one for number, one in enumerate(data.split(line_end), start=1))


def _parquet(data: bytes, lines: Collection[int]) -> bytes:
    frame = pl.read_parquet(io.BytesIO(data))
    out = io.BytesIO()
    is_gone = pl.int_range(1, pl.len() + 1).is_in(list(lines))
    frame.select(pl.when(~is_gone).then(pl.col(name)).alias(name) for name in frame.columns).write_parquet(out)
    return out.getvalue()
