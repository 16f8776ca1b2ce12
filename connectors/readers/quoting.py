"""Quoted fields: rows that run over several lines, quotes inside values, and quotes that never close.

A quote that never closes must not swallow the rest of the file: its line alone becomes a reject and reading goes on
with the next.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from connectors.feeds import Delimited
from connectors.readers.lines import UNDECODABLE, without_line_end
from connectors.readers.rows import LINE, TEXT, ReadRule, reject

MAX_LINES = 200
"""How many lines one row may run over."""
ESCAPE: Final = "\\"
ESCAPED: Final = r"(?s)\\."
"""A character with a backslash before it."""


class Inside(StrEnum):
    """How a quote is written inside a quoted field."""

    DOUBLED = "doubled"
    ESCAPED = "escaped"  # by a backslash, as databases and programs that follow no CSV standard do


def quoted(format: Delimited, inside: Inside) -> str:
    """Give the regular expression of a quoted field."""
    quote = re.escape(format.quote)
    plain = rf"[^{quote}\\]|\\." if inside is Inside.ESCAPED else f"[^{quote}]"
    return f"{quote}(?:{plain}|{quote}{quote})*{quote}"


def row_pattern(format: Delimited, inside: Inside = Inside.DOUBLED) -> str:
    """Give the regular expression that a whole row matches: fields quoted from end to end, or not at their start."""
    quote, separator = re.escape(format.quote), re.escape(format.separator)
    field = f"(?:{quoted(format, inside)}|[^{quote}{separator}][^{separator}]*|)"
    return f"(?s)^{field}(?:{separator}{field})*$"


def field_pattern(format: Delimited, inside: Inside) -> str:
    """Give the regular expression of a field with the separator before it."""
    separator = re.escape(format.separator)
    return f"(?s){separator}(?:{quoted(format, inside)}|[^{separator}]*)"


class Row:
    """What a row of a file looks like, by its first line, for lines that are looked at one by one."""

    def __init__(self, format: Delimited, inside: Inside, first: str) -> None:
        self._separator = format.separator
        self._quote = format.quote
        self._pattern = re.compile(row_pattern(format, inside))
        self._field = re.compile(field_pattern(format, inside))
        alone = self._pattern.match(first.removesuffix("\r"))
        self._columns = len(format.names) or (self._fields(first) if alone else None)
        """None where the header itself runs over several lines."""

    def runs_over(self, lines: Sequence[str]) -> bool:
        """Say whether lines are one row: as many fields as there are columns, a quoted one of several lines.

        Where each line is a row but for the one quote in the first and in the last, these two are stray, and hold no
        value of several lines between them.
        """
        text = "\n".join(lines).removesuffix("\r")
        if self._columns is not None:
            each = {line.count(self._separator) + 1 for line in lines}
            are_rows = each == {self._columns} and lines[0].count(self._quote) == lines[-1].count(self._quote) == 1
            if are_rows or self._fields(text) != self._columns:
                return False
        return self._pattern.match(text) is not None

    def _fields(self, text: str) -> int:
        return len(self._field.findall(self._separator + text))


@dataclass(frozen=True)
class Joined:
    """Rows, the lines of a quoted field joined, the rejects, and how the file writes a quote inside a quoted field."""

    rows: pl.DataFrame
    rejects: list[pl.DataFrame]
    inside: Inside = Inside.DOUBLED

    @property
    def refused(self) -> int:
        """How many lines belong to no row."""
        return sum(part.height for part in self.rejects)


def join_quoted(lines: pl.DataFrame, format: Delimited) -> Joined:
    """Give the rows of a file; where its quotes are not doubled, those that it has if a backslash stands before them.

    The file shows itself which it is: read in the wrong way, some of its lines belong to no row.
    """
    doubled = _joined(lines, format, Inside.DOUBLED)
    escapes = pl.col(TEXT).str.contains(ESCAPE + format.quote, literal=True)
    if not doubled.refused or format.quote == ESCAPE or not lines.select(escapes.any()).item():
        return doubled
    escaped = _joined(lines, format, Inside.ESCAPED)
    return escaped if escaped.refused < doubled.refused else doubled


def _joined(lines: pl.DataFrame, format: Delimited, inside: Inside) -> Joined:
    """Give rows, and as rejects quotes unclosed or out of place.

    Only lines that are no row by themselves are looked at one by one: the first and last lines of rows that run over
    several, and broken ones.
    """
    pattern = row_pattern(format, inside)
    alone = pl.col(TEXT).str.strip_suffix("\r").str.contains(pattern)
    if lines.filter(~alone).is_empty():
        return Joined(without_line_end(lines), [], inside)
    frame = lines.with_columns(alone.alias("\0alone")).with_row_index("\0place")
    text = pl.col(TEXT)
    signs = text.str.replace_all(ESCAPED, "") if inside is Inside.ESCAPED else text
    closes = signs.str.count_matches(format.quote, literal=True) % 2 == 1
    odd = frame.filter(closes)["\0place"].to_list()
    suspects = frame.filter(~pl.col("\0alone"))["\0place"].to_list()
    texts = frame[TEXT].to_list()
    spans, unclosed = _spans(suspects, odd, texts, Row(format, inside, texts[0]))
    spanned = pl.DataFrame(
        {
            "\0place": [place for first, last in spans for place in range(first, last + 1)],
            "\0first": [first for first, last in spans for _ in range(first, last + 1)],
        },
        schema={"\0place": frame.schema["\0place"], "\0first": frame.schema["\0place"]},
    )
    joined = frame.join(spanned, on="\0place", how="left", maintain_order="left").with_columns(
        pl.coalesce("\0first", "\0place").alias("\0first")
    )
    broken = joined.filter(pl.col("\0place").is_in(sorted(unclosed)))
    is_odd = pl.col("\0place").is_in(odd)
    rejects = [
        reject(broken.filter(is_odd), ReadRule.UNCLOSED_QUOTE, "a quote that no later line closes", TEXT),
        reject(broken.filter(~is_odd), ReadRule.MALFORMED_QUOTES, "text beside a quoted field's quotes", TEXT),
    ]
    rows = (
        joined.filter(~pl.col("\0place").is_in(sorted(unclosed)))
        .group_by("\0first", maintain_order=True)
        .agg(pl.col(LINE).first(), pl.col(TEXT).str.join("\n"), pl.col(UNDECODABLE).any())
        .select(lines.columns)
    )
    return Joined(without_line_end(rows), rejects, inside)


def _spans(suspects: list[int], odd: list[int], texts: list[str], row: Row) -> tuple[list[tuple[int, int]], set[int]]:
    """Give the (first, last) lines of rows over several lines, and the lines that belong to no row."""
    spans: list[tuple[int, int]] = []
    broken: set[int] = set()
    later = 0
    reached = -1
    for first in suspects:
        if first <= reached:
            continue
        while later < len(odd) and odd[later] <= first:
            later += 1
        last = odd[later] if later < len(odd) else None
        if last is not None and last - first < MAX_LINES and row.runs_over(texts[first : last + 1]):
            spans.append((first, last))
            reached = last
        else:
            broken.add(first)
    return spans, broken


def split_quoted(rows: pl.DataFrame, format: Delimited, into: str, inside: Inside) -> pl.DataFrame:
    """Add the list of each row's fields, their quotes taken off."""
    field = field_pattern(format, inside)
    cell = pl.element().str.slice(1)
    unquoted = cell.str.slice(1, cell.str.len_chars() - 2).str.replace_all(format.quote * 2, format.quote, literal=True)
    if inside is Inside.ESCAPED:
        unquoted = unquoted.str.replace_all(rf"\\([{re.escape(format.quote)}\\])", "$1")
    value = pl.when(cell.str.starts_with(format.quote)).then(unquoted).otherwise(cell)
    # Every field is found with the separator before it: a regular expression finds no empty match right behind another.
    return rows.with_columns(
        pl.format(format.separator + "{}", TEXT).str.extract_all(field).list.eval(value).alias(into)
    )
