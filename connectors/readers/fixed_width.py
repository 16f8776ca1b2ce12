"""Fixed-width records → rows: columns are cut by bytes or by characters, whichever the older system counted."""

import numpy as np
import polars as pl

from connectors.decoding import WIDE, escape
from connectors.feeds import FixedWidth
from connectors.readers.lines import sort_out, split_lines, without_line_end
from connectors.readers.rows import LINE, TEXT, ReadError, ReadRule, Rows, gather, reject

LENGTH = "\0length"


def read_fixed_width(data: bytes, format: FixedWidth) -> Rows:
    """Give the rows of a fixed-width file, padding taken off; a line of another length is a reject."""
    lines, encoding = split_lines(data, format.encoding, skip=format.skip_rows)
    found = sort_out(without_line_end(lines), encoding)
    in_bytes = format.unit == "bytes"
    if in_bytes and encoding.startswith(WIDE):
        raise ReadError(
            f"columns counted in bytes of {format.encoding}",
            f"text in {encoding}, whose every character takes two bytes or four",
            f'have it delivered in {format.encoding}, or give positions in characters (unit = "characters")',
        )
    length = _byte_lengths(found.good[TEXT], encoding) if in_bytes else found.good[TEXT].str.len_chars()
    measured = found.good.with_columns(length.alias(LENGTH).cast(pl.Int64))
    right = measured.filter(pl.col(LENGTH) == format.length)
    wrong = measured.filter(pl.col(LENGTH) != format.length)
    expected = f"expected {format.length} {format.unit}, found "
    rejects = [
        found.rejects,
        reject(wrong, ReadRule.LINE_LENGTH, pl.format(expected + "{}", pl.col(LENGTH)), TEXT),
    ]
    if in_bytes:
        cells, torn = _cut_bytes(right[TEXT], encoding, format)
        reason = "a column ends in the middle of a character"
        rejects.append(reject(right.filter(torn), ReadRule.UNDECODABLE_BYTES, reason, TEXT))
        table = right.select(LINE).hstack(cells).filter(~torn)
    else:
        table = right.select(
            LINE, *(pl.col(TEXT).str.slice(at.start - 1, at.width).alias(at.name) for at in format.positions)
        )
    return Rows(table.with_columns(pl.exclude(LINE).str.strip_chars_end(" ")), gather(rejects), found.empty, right)


def _byte_lengths(texts: pl.Series, encoding: str) -> pl.Series:
    """Give how many bytes each text took in the file."""
    data = ("\n".join(texts.to_list()) + "\n").encode(encoding)
    ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == ord("\n"))
    return pl.Series(np.diff(ends, prepend=-1) - 1) if len(texts) else pl.Series([], dtype=pl.Int64)


def _cut_bytes(texts: pl.Series, encoding: str, format: FixedWidth) -> tuple[pl.DataFrame, pl.Series]:
    """Give the columns of texts that all take `format.length` bytes, and which texts have a character cut in two.

    All rows stand in one matrix of bytes; a column is a block of it, decoded at once.
    """
    data = "".join(texts.to_list()).encode(encoding)
    matrix = np.frombuffer(data, dtype=np.uint8).reshape(len(texts), format.length)
    torn = np.zeros(len(texts), dtype=bool)
    cells = {}
    for at in format.positions:
        block = np.full((len(texts), at.width + 1), ord("\n"), dtype=np.uint8)
        block[:, :-1] = matrix[:, at.start - 1 : at.end]
        text, bad_at = escape(block.tobytes(), encoding)
        torn[[position // (at.width + 1) for position in bad_at]] = True
        cells[at.name] = text.split("\n")[:-1]
    return pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)), pl.Series(torn, dtype=pl.Boolean)
