"""Rows as the channel wrote them → landed records in the hub's words: key, fields, codes, dates, the raw row beside."""

from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Final, NamedTuple

import polars as pl

from connectors.discovery import Extract
from connectors.errors import FeedError
from connectors.feeds import CODED, DATE_FIELDS, HAPPENED_AT, HUB_FIELDS, OUR_LABEL, Column, Feed
from connectors.readers import LINE, RAW, TEXT, Rows
from connectors.times import EXCEL_DAY_ZERO, count_days, read_time
from matching.frames import FINDINGS, LANDED, REJECTS, conform

MISSING_KEY: Final = "missing_key"
ROUNDED_KEY: Final = "rounded_key"
ROUNDED: Final = r"^[0-9](?:\.[0-9]+)?[eE]\+[0-9]+$"
"""A long number as spreadsheets write it into text: 2.02611E+13 stands for all that begin with the same digits."""
TO_POWERS: Final = (
    "a number that a spreadsheet has rounded, such as 2.02611E+13, names no record; have the channel format the column "
    "as text before it is filled"
)
LIST_OF_VALUES: Final = "list_of_values"
UNKNOWN_CODE: Final = "unknown_code"
UNREADABLE_DATE: Final = "unreadable_date"
COUNTED: Final = "a number of days, as workbooks count them; have the channel write dates as text"
NO_KEY: Final = (
    "",
    "null",
    "(null)",
    "<null>",
    "[null]",
    "\\n",
    "none",
    "nil",
    "nan",
    "n/a",
    "#n/a",
    "undefined",
    "-",
    "--",
)
"""What systems write where there is no value; as a key it would make one record of all who lack one."""
NO_VALUE: Final = (
    "NULL", "null", "(null)", "(NULL)", "<null>", "<NULL>", "[null]", "[NULL]", "\\N", "nan", "NaN", "NaT", "<NA>",
    "N/A", "n/a", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "undefined",
    "[]", "{}",
)  # fmt: skip
"""What programs write where there is no value, as they write it: no cell with nothing else in it tells anything."""
KEY: Final = "\0key"
KEY_JOINER: Final = "|"
"""Stands between the parts of a key of several columns."""
SEARCHED: Final = 20
"""In so many lines a header is looked for that does not stand where it should."""


@dataclass(frozen=True)
class Mapped:
    """An extract in the hub's words."""

    landed: pl.DataFrame
    rejects: pl.DataFrame
    findings: pl.DataFrame
    unknown_columns: tuple[str, ...]


def map_rows(feed: Feed, extract: Extract, rows: Rows) -> Mapped:
    """Give the extract as LANDED, REJECTS and FINDINGS; a `FeedError` where a required column is missing."""
    _require_columns(feed, extract, rows)
    _require_single_values(feed, extract, rows)
    unknown = tuple(name for name in rows.columns if name not in feed.known and name not in _empty_parents(feed, rows))
    provenance = {"feed": feed.name, "extract": extract.name, "extract_id": extract.sha256}
    raw = pl.col(RAW) if RAW in rows.table.columns else pl.struct(rows.columns).struct.json_encode()
    keys = [pl.col(name).str.strip_chars() for name in feed.key]
    lacks = pl.any_horizontal(key.fill_null("").str.to_lowercase().is_in(NO_KEY) for key in keys)
    rounded = pl.any_horizontal(key.fill_null("").str.contains(ROUNDED) for key in keys)
    keyed = rows.table.with_columns(
        pl.when(~(lacks | rounded)).then(pl.concat_str(keys, separator=KEY_JOINER)).alias(KEY)
    )
    column = " + ".join(feed.key)
    is_missing, is_rounded = pl.lit(f"no value in the key column {column}"), pl.lit(f"column {column}: {TO_POWERS}")
    keyless = keyed.filter(pl.col(KEY).is_null()).select(
        pl.col(LINE).alias("line"),
        pl.when(lacks).then(pl.lit(MISSING_KEY)).otherwise(pl.lit(ROUNDED_KEY)).alias("rule"),
        pl.when(lacks).then(is_missing).otherwise(is_rounded).alias("reason"),
        raw.alias("raw"),
    )
    kept = keyed.filter(pl.col(KEY).is_not_null())
    kept, listed = _without_lists(feed, kept, rows.lists, raw)
    fields, findings = _fields(feed, kept, Days(rows.day_zero, extract.delivered_on))
    read = rows.findings.join(kept.select(pl.col(LINE).alias("line")), on="line", how="semi")
    findings = pl.concat([read, findings]).sort("line", maintain_order=True)
    landed = kept.select(
        pl.format("{}:{}", pl.lit(feed.name), pl.col(KEY)).alias("record_id"),
        *(pl.lit(value).alias(name) for name, value in provenance.items()),
        pl.col(KEY).alias("source_id"),
        pl.col(LINE).alias("line"),
        pl.lit(extract.delivered_on).cast(pl.Datetime("us")).alias("seen_at"),
        raw.alias("raw"),
    ).hstack(fields)
    stamp = [pl.lit(value).alias(name) for name, value in provenance.items()]
    rejects = pl.concat([rows.rejects, as_delivered(keyless, rows), as_delivered(listed, rows)]).sort(
        "line", maintain_order=True
    )
    return Mapped(
        conform(landed, LANDED, name="landed"),
        conform(rejects.with_columns(stamp), REJECTS, name="rejects"),
        conform(findings.with_columns(stamp), FINDINGS, name="findings"),
        unknown,
    )


def as_delivered(rejects: pl.DataFrame, rows: Rows) -> pl.DataFrame:
    """Give rejects with the text of their lines as raw, where the format has lines."""
    if rows.lines is None or rejects.is_empty():
        return rejects
    delivered = rows.lines.select(pl.col(LINE).alias("line"), pl.col(TEXT))
    joined = rejects.join(delivered, on="line", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce(TEXT, "raw").alias("raw")).drop(TEXT)


def _require_columns(feed: Feed, extract: Extract, rows: Rows) -> None:
    found = rows.columns
    parents = _empty_parents(feed, rows)
    missing = [
        name for name in feed.required if name not in found and not name.startswith(tuple(f"{one}." for one in parents))
    ]
    if not missing:
        return
    strangers = [name for name in found if name not in feed.known]
    # Without a header the first row stands in its place, and a customer's data must not get into a message.
    has_header = 2 * len(strangers) <= len(found)
    cutoff = 0.3 if has_header else 0.5
    nearest = [near for name in missing for near in get_close_matches(name, strangers, n=1, cutoff=cutoff)]
    hint = f"; nearest to the missing: {', '.join(dict.fromkeys(nearest))}" if nearest else ""
    expected = f"the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}"
    remedy = (
        f"if the channel renamed a column, write its new name in the file of feed {feed.name}; "
        "if not, have the extract delivered again"
    )
    if not found:
        first = rows.rejects.head(1).select(pl.format("; line {}: {}", "line", "reason")).to_series().to_list()
        what = "".join(["no row with any column", *first])
        raise FeedError(feed.name, extract.name, expected, what, "check the format of the feed and of the extract")
    if not has_header:
        counted = (
            f"{len(found)} column{'s' if len(found) > 1 else ''}, {len(strangers)} of them unknown to the feed{hint}"
        )
        further_down = _further_down(feed, rows)
        what = "; ".join([counted, *further_down, *rows.notes])
        remedy = (
            f"correct `skip_rows`, or have the title lines left out; {remedy}"
            if further_down
            else f"check whether the extract has a header line, its separator and its encoding; {remedy}"
        )
    else:
        what = f"the columns {', '.join(found)}{hint}"
    raise FeedError(feed.name, extract.name, expected, what, remedy)


def _further_down(feed: Feed, rows: Rows) -> list[str]:
    """Say which of the first lines holds all the columns, if one does: titles stand above the header."""
    names = [name for name in rows.table.columns if name not in {LINE, RAW}]
    cells = rows.table.head(SEARCHED).select(LINE, pl.concat_list(pl.col(names).str.strip_chars()).alias(TEXT))
    holds_all = pl.all_horizontal(pl.col(TEXT).list.contains(name) for name in feed.required)
    found = cells.filter(holds_all)
    if found.is_empty():  # a title of another width makes the header below it a reject
        texts = rows.rejects.head(SEARCHED)
        found = texts.filter(
            pl.all_horizontal(pl.col("raw").str.contains(name, literal=True) for name in feed.required)
        )
        found = found.select(pl.col("line").alias(LINE))
    return [f"the names of the columns stand in line {line}" for line in found[LINE].head(1)]


def _empty_parents(feed: Feed, rows: Rows) -> list[str]:
    """Give columns that are null throughout where the feed knows something inside them: `"profile": null`."""
    parents = {name.rsplit(".", depth)[0] for name in feed.known for depth in range(1, name.count(".") + 1)}
    return [name for name in rows.columns if name in parents and rows.table[name].null_count() == rows.table.height]


def _require_single_values(feed: Feed, extract: Extract, rows: Rows) -> None:
    nested = [name for name in rows.nested if name in feed.required]
    if nested:
        raise FeedError(
            feed.name,
            extract.name,
            f"single values in the column {nested[0]}",
            "a nested column",
            "have the channel deliver it flat, or map another column",
        )


def _without_lists(
    feed: Feed, kept: pl.DataFrame, lists: pl.DataFrame, raw: pl.Expr
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Take out rows with a list where a required column holds one value: rejects."""
    wrong = lists.filter(pl.col("column").is_in(list(feed.required))).unique(LINE, keep="first", maintain_order=True)
    rejects = kept.join(wrong, on=LINE, how="inner", maintain_order="left").select(
        pl.col(LINE).alias("line"),
        pl.lit(LIST_OF_VALUES).alias("rule"),
        pl.format("column {}: expected a single value, found a list", "column").alias("reason"),
        raw.alias("raw"),
    )
    return kept.join(wrong, on=LINE, how="anti", maintain_order="left"), rejects


class Days(NamedTuple):
    """What days of an extract are told from: the one from which a workbook counts, and the one of delivery."""

    zero: date | None
    told_on: date


def _fields(feed: Feed, rows: pl.DataFrame, days: Days) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the hub fields of rows, and findings: codes in no list, dates in no format."""
    values: list[pl.Expr] = []
    findings = [pl.DataFrame(schema={"line": pl.Int64, "rule": pl.String, "reason": pl.String})]
    for hub_field in HUB_FIELDS:
        readings = [
            _read(feed, hub_field, name, column, days)
            for name, column in feed.columns.items()
            if hub_field in column.to and name in rows.columns
        ]
        if readings:
            values.append(pl.coalesce(reading.value for reading in readings).alias(hub_field))
        findings += [
            rows.filter(reading.fails).select(
                pl.col(LINE).alias("line"), pl.lit(reading.rule).alias("rule"), reading.reason.alias("reason")
            )
            for reading in readings
            if reading.fails is not None
        ]
    return rows.select(values), pl.concat(findings).sort("line", maintain_order=True)


@dataclass(frozen=True)
class Reading:
    """How a column is read into a hub field, and for which of its values that does not work."""

    value: pl.Expr
    fails: pl.Expr | None = None
    rule: str = ""
    reason: pl.Expr = field(default_factory=lambda: pl.lit(""))


def _read(feed: Feed, hub_field: str, name: str, column: Column, days: Days) -> Reading:
    said = pl.col(name).str.strip_chars()
    given = pl.when((said != "") & ~said.is_in(NO_VALUE)).then(pl.col(name))
    if hub_field in feed.codes:
        codes = feed.codes[hub_field]
        code = given.str.strip_chars()
        return Reading(
            code.replace_strict(codes, default=code, return_dtype=pl.String),
            code.is_not_null() & ~code.is_in(list(codes)),
            UNKNOWN_CODE,
            pl.lit(f"column {name} holds a code that the list codes.{hub_field} of its feed does not know"),
        )
    if hub_field in DATE_FIELDS:
        formats = feed.formats_of(column)
        text = given.str.strip_chars()
        readings = [read_time(text, pattern, feed.timezone, days.told_on) for pattern in formats]
        if days.zero is not None:
            readings.append(count_days(text, days.zero))
        time = pl.coalesce(readings)
        day = time.dt.to_string("%Y-%m-%d")
        wanted = f"column {name} holds a date in none of the formats {', '.join(formats)}"
        is_counted = count_days(text, EXCEL_DAY_ZERO).is_not_null()
        return Reading(
            time if hub_field == HAPPENED_AT else pl.coalesce(day, given),
            given.is_not_null() & time.is_null(),
            UNREADABLE_DATE,
            pl.when(is_counted).then(pl.lit(f"{wanted}: {COUNTED}")).otherwise(pl.lit(wanted)),
        )
    if hub_field in CODED:
        return Reading(
            given,
            ~given.str.strip_chars().str.contains(OUR_LABEL),
            UNKNOWN_CODE,
            pl.lit(f"column {name} fills {hub_field}, a code, and its feed has no list codes.{hub_field}"),
        )
    return Reading(given)
