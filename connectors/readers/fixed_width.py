"""Fixed-width records → rows: columns are cut by bytes or by characters, whichever the older system counted."""

import codecs
from collections.abc import Sequence
from itertools import islice
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from connectors.decoding import WIDE
from connectors.feeds import FixedWidth
from connectors.readers.lines import UNDECODABLE, sort_out, split_lines, without_line_end
from connectors.readers.rows import LINE, TEXT, ReadError, ReadRule, Rows, gather, reject

LENGTH: Final = "\0length"
TORN: Final = "\0torn"
HALF: Final = "\0half"
ENOUGH: Final = 5_000
"""Lines that tell in which encoding a file is."""
GB18030_MARK: Final = "\ufeff".encode("gb18030")
LINE_ENDS: Final = (b"", b"\r")
CUT_CHARACTER: Final = "cut_character"


def read_fixed_width(data: bytes, format: FixedWidth) -> Rows:
    """Give the rows of a fixed-width file, padding taken off; a line of another length is a reject.

    An older system that counts bytes cuts a long name off in the middle of a character. The half that is left at the
    end of a column is no text: it is left out and told as a finding, the row stays. NULs fill a column up as blanks do.
    """
    if format.unit == "bytes":
        return _by_bytes(data, format)
    lines, encoding = split_lines(data, format.encoding, skip=format.skip_rows)
    found = sort_out(without_line_end(lines), encoding)
    right, rejects = _of_length(found.good, found.good[TEXT].str.len_chars(), format)
    table = right.select(
        LINE, *(pl.col(TEXT).str.slice(at.start - 1, at.width).alias(at.name) for at in format.positions)
    )
    return Rows(_without_padding(table), gather([found.rejects, rejects]), found.empty, right)


def _by_bytes(data: bytes, format: FixedWidth) -> Rows:
    data = _padded_with_blanks(data, format)
    delivered = _byte_lines(data)
    cells_of_some = None if _is_utf8(data) else _cells(delivered, format)
    lines, encoding = split_lines(data, format.encoding, skip=format.skip_rows, cells=cells_of_some)
    if encoding.startswith(WIDE):
        raise ReadError(
            f"columns counted in bytes of {format.encoding}",
            f"text in {encoding}, whose every character takes two bytes or four",
            f'have it delivered in {format.encoding}, or give positions in characters (unit = "characters")',
        )
    told = [delivered[line - 1] for line in lines[LINE].to_list()]
    length = pl.Series([len(one) for one in told], dtype=pl.Int64)
    cells, half, torn = _cut_bytes([one if len(one) == format.length else b"" for one in told], encoding, format)
    torn |= (half != "") & ~lines[UNDECODABLE]  # the line as a whole is text: columns stand where they should not
    lines = lines.with_columns(pl.col(UNDECODABLE) & (length != format.length))
    lines = without_line_end(lines).with_columns(length.alias(LENGTH), torn.alias(TORN), half.alias(HALF)).hstack(cells)
    found = sort_out(lines, encoding)
    known = found.good.join(lines.drop(TEXT, UNDECODABLE), on=LINE, how="left", maintain_order="left")
    right, rejects = _of_length(known, known[LENGTH], format)
    reason = "a column begins or breaks in the middle of a character"
    broken = reject(right.filter(TORN), ReadRule.UNDECODABLE_BYTES, reason, TEXT)
    whole = right.filter(~pl.col(TORN))
    cut = whole.filter(pl.col(HALF) != "").select(
        pl.col(LINE).alias("line"),
        pl.lit(CUT_CHARACTER).alias("rule"),
        pl.format("column {} ends in half a character, which is left out", HALF).alias("reason"),
    )
    return Rows(
        _without_padding(whole.select(LINE, *cells.columns)),
        gather([found.rejects, rejects, broken]),
        found.empty,
        right.select(LINE, TEXT),
        findings=cut,
    )


def _of_length(lines: pl.DataFrame, length: pl.Series, format: FixedWidth) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the lines as long as they should be, and the others as rejects."""
    measured = lines.with_columns(length.cast(pl.Int64).alias(LENGTH))
    expected = f"expected {format.length} {format.unit}, found "
    wrong = measured.filter(pl.col(LENGTH) != format.length)
    rejects = reject(wrong, ReadRule.LINE_LENGTH, pl.format(expected + "{}", pl.col(LENGTH)), TEXT)
    return measured.filter(pl.col(LENGTH) == format.length).drop(LENGTH), rejects


def _without_padding(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns(pl.exclude(LINE).str.strip_chars_end(" "))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _cells(lines: Sequence[bytes], format: FixedWidth) -> bytes | None:
    """Give columns of lines as long as they should be, one a line and without half a character at its end, if any."""
    right = islice((line for line in lines if len(line) == format.length), ENOUGH)
    cells = [line[at.start - 1 : at.end] for line in right for at in format.positions]
    begun = [(cell, None if cell.isascii() else _begun(cell, format.encoding)) for cell in cells]
    return b"\n".join(cell if text is None else text.encode(format.encoding) for cell, text in begun) or None


def _byte_lines(data: bytes) -> list[bytes]:
    """Give the lines of a file as bytes, as `split_lines` numbers them, without their ends."""
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    end = b"\n" if b"\n" in data or b"\r" not in data else b"\r"
    lines = [line.removesuffix(b"\r") for line in data.removeprefix(mark).split(end)]
    return [line.removeprefix(codecs.BOM_UTF8).removeprefix(GB18030_MARK) for line in lines]


def _padded_with_blanks(data: bytes, format: FixedWidth) -> bytes:
    """Give the file with blanks for the NULs that fill its columns up; those inside a value stay."""
    if b"\0" not in data:
        return data
    return b"\n".join(_with_blanks(line, format) if b"\0" in line else line for line in data.split(b"\n"))


def _with_blanks(line: bytes, format: FixedWidth) -> bytes:
    told, end = line[: format.length], line[format.length :]
    if len(told) < format.length or end not in LINE_ENDS:
        return line
    cells = (told[at.start - 1 : at.end].rstrip(b"\0 ").ljust(at.width) for at in format.by_place)
    return b"".join(cells) + end


def _cut_bytes(lines: list[bytes], encoding: str, format: FixedWidth) -> tuple[pl.DataFrame, pl.Series, pl.Series]:
    """Give the columns of lines of `format.length` bytes, which column ends in half a character, and what is torn.

    Lines without a byte have no text. All others stand in one matrix of bytes; a column is a block of it, decoded at
    once, or value by value where a character is cut.
    """
    rows = [row for row, line in enumerate(lines) if line]
    matrix = np.frombuffer(b"".join(lines), dtype=np.uint8).reshape(len(rows), format.length)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(lines))
    torn, half = (pl.Series([empty]).new_from_index(0, len(lines)) for empty in (False, ""))
    cells = {}
    for at in format.positions:
        block = np.full((len(rows), at.width + 1), ord("\n"), dtype=np.uint8)
        block[:, :-1] = matrix[:, at.start - 1 : at.end]
        texts, cut = _texts(block, encoding)
        cells[at.name] = nothing.clone().scatter(rows, texts)
        torn = torn.scatter([rows[place] for place in texts.is_null().arg_true()], True)
        half = half.scatter([rows[place] for place in cut], at.name)
    return pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)), half, torn


def _texts(block: npt.NDArray[np.uint8], encoding: str) -> tuple[pl.Series, list[int]]:
    """Give the text of each row of a block, null where it is none, and which rows end in half a character."""
    try:
        return pl.Series(block.tobytes().decode(encoding).split("\n")[:-1], dtype=pl.String), []
    except UnicodeDecodeError:
        values = [row[:-1].tobytes() for row in block]
        begun = [_begun(value, encoding) for value in values]
        told = enumerate(zip(values, begun, strict=True))
        cut = [row for row, (value, text) in told if text is not None and len(text.encode(encoding)) < len(value)]
        return pl.Series(begun, dtype=pl.String), cut


def _begun(data: bytes, encoding: str) -> str | None:
    """Give the text of bytes that end within a character, None where they break before their end."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return None
