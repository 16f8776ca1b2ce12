"""Delimited text → rows: CSV, TSV, pipe-separated, quoted or not, every line accounted for."""

import polars as pl

from connectors.feeds import Delimited
from connectors.readers.lines import Lines, split_lines
from connectors.readers.quoting import join_quoted, split_quoted
from connectors.readers.rows import LINE, MAX_FIELD, TEXT, ReadError, ReadRule, Rows, gather, header_names, reject

FIELDS = "\0fields"


def read_delimited(data: bytes, format: Delimited) -> Rows:
    """Give the rows of a delimited file; a row with another number of fields than the header is a reject."""
    lines = split_lines(data, format.encoding, skip=format.skip_rows, with_header=not format.names)
    names = _names(lines, format)
    rows, unjoined = (lines.good, []) if not format.quote else join_quoted(lines.good, format)
    split = _split(rows, format).with_columns(pl.col(FIELDS).list.len().alias("\0count"))
    right = pl.col("\0count") == len(names)
    expected = f"expected {len(names)} fields, found "
    miscounted = reject(split.filter(~right), ReadRule.FIELD_COUNT, pl.format(expected + "{}", pl.col("\0count")), TEXT)
    oversized = pl.col(TEXT).str.len_chars() > MAX_FIELD
    whole = split.filter(right)
    too_long = oversized & (pl.col(FIELDS).list.eval(pl.element().str.len_chars()).list.max() > MAX_FIELD)
    large = whole.filter(oversized).filter(too_long)
    whole = whole.join(large.select(LINE), on=LINE, how="anti", maintain_order="left") if large.height else whole
    table = whole.select(LINE, *(pl.col(FIELDS).list.get(place).alias(name) for place, name in enumerate(names)))
    reason = f"a field of more than {MAX_FIELD} characters"
    rejects = gather([lines.rejects, *unjoined, miscounted, reject(large, ReadRule.OVERSIZED_FIELD, reason, TEXT)])
    return Rows(table, rejects, lines.empty, whole.select(LINE, TEXT))


def _names(lines: Lines, format: Delimited) -> list[str]:
    if format.names:
        return list(format.names)
    if lines.header is None:
        raise ReadError("a header line", f"a file that ends within its {format.skip_rows} title lines", "deliver again")
    header = pl.DataFrame({LINE: [1], TEXT: [lines.header]})
    return header_names(_split(header, format)[FIELDS][0].to_list())


def _split(rows: pl.DataFrame, format: Delimited) -> pl.DataFrame:
    """Add each row's fields as a list; only rows that hold a quote pay for unquoting."""
    plain = pl.col(TEXT).str.split(format.separator)
    if not format.quote:
        return rows.with_columns(plain.alias(FIELDS))
    quoted = pl.col(TEXT).str.contains(format.quote, literal=True)
    simple = rows.filter(~quoted).with_columns(plain.alias(FIELDS))
    unquoted = split_quoted(rows.filter(quoted), format, FIELDS)
    return pl.concat([simple, unquoted]).sort(LINE)
