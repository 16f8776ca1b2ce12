"""Delimited text → rows: CSV, TSV, pipe-separated, quoted or not, every line accounted for."""

import re
from typing import Final

import polars as pl

from connectors.feeds import Delimited
from connectors.readers.lines import UNDECODABLE, sort_out, split_lines, without_line_end
from connectors.readers.quoting import Inside, Joined, join_quoted, split_quoted
from connectors.readers.rows import LINE, MAX_FIELD, TEXT, ReadError, ReadRule, Rows, gather, header_names, reject

FIELDS = "\0fields"
COUNT = "\0count"
LONE_RETURN: Final = re.compile(rb"\r[^\r\n]")
ENOUGH: Final = 20
ALWAYS: Final = 0.99
"""In so many rows, and in which share of them, the last column holds a value where it always does."""
ENDS_IN_SEPARATOR = (
    "; it ends in a separator (if every row does and the header does not, name the columns in `names`, the last one "
    "too, and skip the header with `skip_rows`)"
)


def rows_apart(data: bytes, format: Delimited) -> bytes:
    """Give a file with a line end between rows that only a \\r stands between: files of two systems were joined.

    Such rows have as many fields each as the first line; a \\r inside a value stays.
    """
    if b"\n" not in data or b"\0" in data or not LONE_RETURN.search(data):
        return data
    separator = format.separator.encode()
    lines = data.split(b"\n")
    many = len(format.names) - 1 if format.names else lines[min(format.skip_rows, len(lines) - 1)].count(separator)
    return b"\n".join(
        lines[: format.skip_rows + 1] + [_apart(line, separator, many) for line in lines[format.skip_rows + 1 :]]
    )


def _apart(line: bytes, separator: bytes, many: int) -> bytes:
    rows = line.removesuffix(b"\r").split(b"\r")
    are_rows = len(rows) > 1 and many > 0 and all(row.count(separator) == many for row in rows)
    return line.replace(b"\r", b"\n", len(rows) - 1) if are_rows else line


def read_delimited(data: bytes, format: Delimited) -> Rows:
    """Give the rows of a delimited file; a row with another number of fields than the header is a reject."""
    lines, encoding = split_lines(rows_apart(data, format), format.encoding, skip=format.skip_rows)
    joined = join_quoted(lines, format) if format.quote else Joined(without_line_end(lines), [])
    rows, inside = joined.rows, joined.inside
    names, header = _names(rows, joined.rejects, format, inside)
    found = sort_out(rows if header is None else rows.slice(1), encoding, header=header)
    split = _split(found.good, format, inside).with_columns(pl.col(FIELDS).list.len().alias(COUNT))
    one_more_and_empty = (pl.col(COUNT) == len(names) + 1) & (pl.col(FIELDS).list.last() == "")
    right = pl.col(COUNT) == len(names)
    if _last_is_always_told(split.filter(right)):
        right |= one_more_and_empty & (pl.col(FIELDS).list.get(len(names) - 1, null_on_oob=True) != "")
    reason = pl.format(
        f"expected {len(names)} fields, found {{}}{{}}",
        COUNT,
        pl.when(one_more_and_empty).then(pl.lit(ENDS_IN_SEPARATOR)).otherwise(pl.lit("")),
    )
    miscounted = reject(split.filter(~right), ReadRule.FIELD_COUNT, reason, TEXT)
    whole, oversized = _without_oversized(split.filter(right))
    table = whole.select(LINE, *(pl.col(FIELDS).list.get(place).alias(name) for place, name in enumerate(names)))
    rejects = gather([found.rejects, *joined.rejects, miscounted, oversized])
    return Rows(table, rejects, found.empty, whole.select(LINE, TEXT))


def _names(
    rows: pl.DataFrame, unjoined: list[pl.DataFrame], format: Delimited, inside: Inside
) -> tuple[list[str], str | None]:
    """Give the column names, and the header's text if they stand in one."""
    if format.names:
        return list(format.names), None
    first = format.skip_rows + 1
    if rows.is_empty() or rows[LINE][0] != first or rows[UNDECODABLE][0]:
        wrong = any((part["line"] == first).any() for part in unjoined) or not rows.is_empty()
        what = "one that cannot be read" if wrong else f"a file that ends within its {format.skip_rows} title lines"
        raise ReadError(
            f"a header in line {first}", what, "check `skip_rows` and `encoding`, or have the extract delivered again"
        )
    header = rows[TEXT][0]
    return header_names(_split(rows.head(1), format, inside)[FIELDS][0].to_list()), header


def _last_is_always_told(rows: pl.DataFrame) -> bool:
    """Say whether rows show that an empty field behind the last one is no value that a stray separator moved there."""
    return rows.height >= ENOUGH and bool(rows.select((pl.col(FIELDS).list.last() != "").mean() >= ALWAYS).item())


def _without_oversized(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Take out rows with a field too long to be a value; only rows that are long as a whole are looked at closely."""
    long = rows.filter(pl.col(TEXT).str.len_chars() > MAX_FIELD)
    large = long.filter(pl.col(FIELDS).list.eval(pl.element().str.len_chars()).list.max() > MAX_FIELD)
    if large.is_empty():
        return rows, reject(large, ReadRule.OVERSIZED_FIELD, "", TEXT)
    reason = f"a field of more than {MAX_FIELD} characters"
    kept = rows.join(large.select(LINE), on=LINE, how="anti", maintain_order="left")
    return kept, reject(large, ReadRule.OVERSIZED_FIELD, reason, TEXT)


def _split(rows: pl.DataFrame, format: Delimited, inside: Inside) -> pl.DataFrame:
    """Add each row's fields as a list; only rows that hold a quote pay for unquoting."""
    plain = pl.col(TEXT).str.split(format.separator)
    if not format.quote:
        return rows.with_columns(plain.alias(FIELDS))
    quoted = pl.col(TEXT).str.contains(format.quote, literal=True)
    simple = rows.filter(~quoted).with_columns(plain.alias(FIELDS))
    unquoted = split_quoted(rows.filter(quoted), format, FIELDS, inside)
    return pl.concat([simple, unquoted]).sort(LINE)
