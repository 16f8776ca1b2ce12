"""Text files as lines: decoding, line numbers, and the rules that any row of text can break, whatever its format."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from connectors.decoding import EncodingError, Text, decode
from connectors.readers.kinds import kind_of
from connectors.readers.rows import LINE, TEXT, ReadError, ReadRule, reject

BYTE_ORDER_MARK: Final = "\ufeff"
UNDECODABLE: Final = "\0undecodable"
"""Column that says whether a line holds bytes that are no text."""


@dataclass(frozen=True)
class Filled:
    """Rows of text that any format can accept, the others as rejects, and how many lines were empty."""

    good: pl.DataFrame
    rejects: pl.DataFrame
    empty: int


def split_lines(data: bytes, declared: str, *, skip: int, cells: bytes | None = None) -> tuple[pl.DataFrame, str]:
    """Give the file's lines below its titles (`LINE`, `TEXT`, `UNDECODABLE`) and its encoding.

    Line ends are \\n; a \\r before it stays, because inside quotes it belongs to the value. `cells` as in `decode`.
    """
    text = _decode(data, declared, cells)
    frame = pl.DataFrame({TEXT: text.lines}, schema={TEXT: pl.String}).with_row_index(LINE, offset=1)
    undecodable = pl.col(LINE).is_in([line + 1 for line in sorted(text.undecodable)])
    return frame.with_columns(pl.col(LINE).cast(pl.Int64), undecodable.alias(UNDECODABLE)).slice(skip), text.encoding


def without_line_end(lines: pl.DataFrame) -> pl.DataFrame:
    """Take the \\r off that some systems put before the line end."""
    return lines.with_columns(pl.col(TEXT).str.strip_suffix("\r"))


def sort_out(rows: pl.DataFrame, encoding: str, *, header: str | None = None) -> Filled:
    """Take out empty rows and those that no format can accept.

    A byte-order mark before a row is where a file was joined to the one before: it is taken off.
    """
    unmarked = pl.col(TEXT).str.strip_chars_start(BYTE_ORDER_MARK)
    filled = rows.filter(unmarked.str.strip_chars(" \t\r\n\x1a") != "")
    marked = pl.col(TEXT).str.starts_with(BYTE_ORDER_MARK)
    is_header = unmarked.eq_missing(pl.lit(header, dtype=pl.String))
    rules = [
        (pl.col(UNDECODABLE), ReadRule.UNDECODABLE_BYTES, f"bytes that are no {encoding} text"),
        (pl.col(TEXT).str.contains("\0", literal=True), ReadRule.NUL_BYTE, "a NUL byte inside the line"),
        (marked & is_header, ReadRule.STRAY_BYTE_ORDER_MARK,
         "a byte-order mark and the header inside the file: two files were joined into one"),
        (is_header, ReadRule.REPEATED_HEADER, "the header line again"),
    ]  # fmt: skip
    rejects = []
    good = filled
    for broken, rule, reason in rules:
        rejects.append(reject(good.filter(broken), rule, reason, TEXT))
        good = good.filter(~broken)
    return Filled(good.select(LINE, unmarked), pl.concat(rejects), rows.height - filled.height)


def _decode(data: bytes, declared: str, cells: bytes | None) -> Text:
    """Give the decoded file; a `ReadError` if it is empty or no encoding reads it."""
    if not data.strip(b"\r\n\t \x00\xef\xbb\xbf\xff\xfe"):
        raise ReadError("rows", f"an empty file ({len(data)} bytes)", "ask the channel to deliver it again")
    kind = kind_of(data)
    if kind is not None:
        raise ReadError(
            f"text in {declared}",
            kind,
            "open the file to see what it is; have the channel deliver the text itself, or correct `kind`",
        )
    try:
        return decode(data, declared, cells)
    except EncodingError as error:
        raise ReadError(
            f"text in {declared}", str(error), "set `encoding` to what the channel writes, or have it delivered again"
        ) from error
