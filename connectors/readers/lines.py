"""Text files as lines: decoding, line numbers, and the rules that any line can break, whatever its format."""

from dataclasses import dataclass

import polars as pl

from connectors.decoding import EncodingError, Text, decode
from connectors.readers.rows import LINE, TEXT, ReadError, ReadRule, reject


@dataclass(frozen=True)
class Lines:
    """Lines of a text file from its first row on: `LINE` and `TEXT`, the rejects, and how many lines were empty."""

    header: str | None
    good: pl.DataFrame
    rejects: pl.DataFrame
    empty: int
    encoding: str


def decode_text(data: bytes, declared: str) -> Text:
    """Give the decoded file; a `ReadError` if it is empty or no encoding reads it."""
    if not data.strip(b"\r\n\t \x00\xef\xbb\xbf\xff\xfe"):
        raise ReadError("rows", f"an empty file ({len(data)} bytes)", "ask the channel to deliver it again")
    try:
        return decode(data, declared)
    except EncodingError as error:
        raise ReadError(
            f"text in {declared}", str(error), "set `encoding` to what the channel writes, or have it delivered again"
        ) from error


def split_lines(data: bytes, declared: str, *, skip: int, with_header: bool) -> Lines:
    """Give the file's lines below its titles and header, those that no format can accept taken out as rejects."""
    text = decode_text(data, declared)
    if with_header and skip in text.undecodable:
        raise ReadError("a header line", "undecodable bytes in it", "check the feed's encoding")
    first = skip + with_header
    frame = pl.DataFrame({TEXT: text.lines}, schema={TEXT: pl.String}).with_row_index(LINE, offset=1)
    frame = frame.with_columns(pl.col(LINE).cast(pl.Int64), pl.col(TEXT).str.strip_suffix("\r"))
    header = frame[TEXT][skip].lstrip("\ufeff") if with_header and frame.height > skip else None
    frame = frame.slice(first)
    filled = frame.filter(pl.col(TEXT).str.strip_chars(" \t\r\x1a") != "")
    rules = [
        (pl.col(LINE).is_in([at + 1 for at in sorted(text.undecodable)]), ReadRule.UNDECODABLE_BYTES,
         f"bytes that are no {text.encoding} text"),
        (pl.col(TEXT).str.contains("\0", literal=True), ReadRule.NUL_BYTE, "a NUL byte inside the line"),
        (pl.col(TEXT).str.contains("\ufeff", literal=True), ReadRule.STRAY_BYTE_ORDER_MARK,
         "a byte-order mark inside the file: two files were joined into one"),
        (pl.col(TEXT).eq_missing(pl.lit(header, dtype=pl.String)), ReadRule.REPEATED_HEADER, "the header line again"),
    ]  # fmt: skip
    rejects = []
    good = filled
    for broken, rule, reason in rules:
        rejects.append(reject(good.filter(broken), rule, reason, TEXT))
        good = good.filter(~broken)
    return Lines(header, good, pl.concat(rejects), frame.height - filled.height, text.encoding)
