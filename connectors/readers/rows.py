"""What every reader gives: rows with the channel's own columns, and the rows that broke a rule of reading."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

import polars as pl

LINE: Final = "\0line"
"""Column with a row's line number; no channel's column can be called so."""
RAW: Final = "\0raw"
"""Column with the whole row as a JSON object, where the reader knows it better than the cells tell."""
TEXT: Final = "\0text"
"""Column with a line of a text file as delivered."""

NAMED: Final = 8
"""Columns of a broken header that a message names."""
MAX_FIELD: Final = 20_000
"""Characters beyond which a field is no longer a value but an accident of quoting or copying."""

FOUND: Final = {"line": pl.Int64, "rule": pl.String, "reason": pl.String}
REJECT_SCHEMA: Final = {"line": pl.Int64, "rule": pl.String, "reason": pl.String, "raw": pl.String}
LISTS: Final = {LINE: pl.Int64, "column": pl.String}


class ReadRule(StrEnum):
    """Why a row of a file could not be read."""

    UNDECODABLE_BYTES = "undecodable_bytes"
    NUL_BYTE = "nul_byte"
    STRAY_BYTE_ORDER_MARK = "stray_byte_order_mark"
    REPEATED_HEADER = "repeated_header"
    FIELD_COUNT = "field_count"
    UNCLOSED_QUOTE = "unclosed_quote"
    MALFORMED_QUOTES = "malformed_quotes"
    OVERSIZED_FIELD = "oversized_field"
    LINE_LENGTH = "line_length"
    BROKEN_JSON = "broken_json"
    NOT_AN_OBJECT = "not_an_object"


class ReadError(Exception):
    """The file as a whole is not what its feed says; `expected`, `found` and `what_to_do` make the feed's error."""

    def __init__(self, expected: str, found: str, what_to_do: str) -> None:
        super().__init__(f"expected {expected}; found {found}")
        self.expected = expected
        self.found = found
        self.what_to_do = what_to_do


@dataclass(frozen=True)
class Rows:
    """Rows read from a file.

    `table` has `LINE` and the channel's columns as text, in file order; `rejects` has line, rule, reason and raw text.
    """

    table: pl.DataFrame
    rejects: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECT_SCHEMA))
    empty_lines: int = 0
    """Lines without anything in them; they are no rows."""
    lines: pl.DataFrame | None = None
    """`LINE` and `TEXT` of rows in text formats, for rejects to show a row as it was delivered."""

    nested: tuple[str, ...] = ()
    """Columns that hold lists or records rather than single values; as text they are JSON."""

    lists: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LISTS))
    """`LINE` and `column` of single values that are lists; as text they are JSON."""

    day_zero: date | None = None
    """The day from which a workbook counts days: dates may stand in it as bare numbers."""

    notes: tuple[str, ...] = ()
    """What else the run should say of the file."""

    findings: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FOUND))
    """What is odd about rows that could be read: line, rule and reason."""

    @property
    def columns(self) -> list[str]:
        """Give the channel's column names in file order."""
        return [name for name in self.table.columns if name not in (LINE, RAW)]


def reject(frame: pl.DataFrame, rule: ReadRule, reason: str | pl.Expr, raw: str) -> pl.DataFrame:
    """Give the frame's rows as rejects of one rule; the column called `raw` is their text."""
    says = pl.lit(reason) if isinstance(reason, str) else reason
    return frame.select(
        pl.col(LINE).alias("line"), pl.lit(rule.value).alias("rule"), says.alias("reason"), pl.col(raw).alias("raw")
    ).cast(REJECT_SCHEMA)  # type: ignore[arg-type]


def without_broken_cells(rows: pl.DataFrame, names: Sequence[str]) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Take out rows with a cell that no value can be: rejects as JSON, for formats that have no lines."""
    rules = [
        (pl.any_horizontal(pl.col(*names).str.contains("\0", literal=True)), ReadRule.NUL_BYTE, "a NUL in a cell"),
        (pl.any_horizontal(pl.col(*names).str.len_chars() > MAX_FIELD), ReadRule.OVERSIZED_FIELD,
         f"a cell of more than {MAX_FIELD} characters"),
    ]  # fmt: skip
    rejects = []
    for condition, rule, reason in rules if names else []:
        broken = condition.fill_null(value=False)
        told = rows.filter(broken).with_columns(pl.struct(names).struct.json_encode().alias(RAW))
        rejects.append(reject(told, rule, reason, RAW))
        rows = rows.filter(~broken)
    return rows, rejects


def gather(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Give rejects of several rules as one frame in the order of their lines."""
    return pl.concat([pl.DataFrame(schema=REJECT_SCHEMA), *parts]).sort("line", maintain_order=True)


def header_names(cells: Sequence[str | None]) -> list[str]:
    """Give a header's names: trimmed, an unnamed column called by its place; a `ReadError` for one that cannot be.

    Two columns of one name cannot be told apart, and a name with a NUL is none (ours begin with one).
    """
    names = [(cell or "").strip().strip("\ufeff") or f"(column {place})" for place, cell in enumerate(cells, start=1)]
    broken = [str(place) for place, name in enumerate(names, start=1) if "\0" in name]
    if broken:
        raise ReadError(
            "a header of names",
            f"a NUL in the name{'s' if len(broken) > 1 else ''} of the columns number {_first(broken)}",
            "have the channel deliver it again: a NUL is what is left of a number or of another encoding",
        )
    often = Counter(names)
    twice = [str(place) for place, name in enumerate(names, start=1) if often[name] > 1]
    if twice:
        # The names themselves stay out of the message: where a header is missing they are a customer's data.
        raise ReadError(
            "a header that names every column once",
            f"the same name for the columns number {_first(twice)}",
            "have the channel name its columns apart, or rename one in a corrected extract",
        )
    return names


def _first(places: Sequence[str]) -> str:
    more = f" and {len(places) - NAMED:,} more" if len(places) > NAMED else ""
    return f"{', '.join(places[:NAMED])}{more}"
