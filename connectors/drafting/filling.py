"""Columns of an extract → what they fill: by their names where their values do not contradict, else by their values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from connectors.drafting.words import FIELDS, KINDS, field_called, names_the_row
from connectors.feeds import DATE_FIELDS, Feed
from connectors.times import read_time
from matching.proposing.looks import looks, share
from matching.proposing.proposal import FITS, kind_by_values, spans_generations
from matching.words import Kind

FORMATS: Final = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y%m%d",
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%Y%m%d%H%M%S",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%Y-%m-%d %H:%M:%S%.f",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%s",
)
"""How channels write days and times, the commonest first."""
DOCUMENT: Final = r"^(?:\d{15}|\d{17}[\dXx*]|[0-9A-HJ-NP-Y]{18}|\d{3,6}\*+.*)$"
"""A resident's number or a firm's credit code, masked ones too; others are hardly told from the channel's own."""
MOBILE: Final = r"^(?:\+?86)?[ -]?1[3-9]\d{9}$"
NUMBERS: Final = ("service_number", "fixed_line")
"""Fields that a key fills as well."""
SAMPLE: Final = 2_000
"""Values of a column that are tried as dates where its name says nothing."""
DATED: Final = 20_000
"""So many dates of a column, or fewer, say how they are written."""
DATES: Final = 0.8
"""Share of them that must be dates."""
READ: Final = 0.5
"""Share of a column's values that its formats must read for it to be one of dates."""
UNIQUE: Final = 0.98
"""Share of the rows in which a key must be filled, and other than in the others: rows come twice."""
CALLED: Final = 0.8
"""The same for a column that is called a row's number."""
LATER: Final = 5
"""Years to come that a date may tell."""
CODES: Final = ("id_type", "gender", "product", "subscription_status", "topic", "solved_at_first")
"""Fields that hold codes."""
MOST_CODES: Final = 40
REPEATED: Final = 5
"""Rows a code has on average at least: what comes once may be a name."""
MEANINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "gender": dict.fromkeys(("男", "男性", "M", "m", "Male", "male"), "male")
    | dict.fromkeys(("女", "女性", "F", "f", "Female", "female"), "female"),
    "solved_at_first": dict.fromkeys(("是", "Y", "y", "yes", "true", "1"), "yes")
    | dict.fromkeys(("否", "N", "n", "no", "false", "0"), "no"),
}
"""What codes mean wherever they are written; what feeds that are there say of others comes on top."""


@dataclass(frozen=True)
class Filling:
    """What a column of an extract fills: hub fields, or none of them, and why."""

    column: str
    to: tuple[str, ...]
    why: str
    formats: tuple[str, ...] = ()
    optional: bool = False


def fillings(table: pl.DataFrame, key: str, told_on: date, *, rows_may_lack: bool) -> list[Filling]:
    """Say of each column what it fills. No field is filled twice, but a second telephone is one to call.

    Where `rows_may_lack` columns, as in JSON, those that some row lacks are optional.
    """
    found: list[Filling] = []
    taken: set[str] = set()
    for name in sorted(table.columns, key=lambda name: not field_called(name)):
        values = told_by(table[name])
        field, why = _field(name, values, told_on)
        if name == key and field not in NUMBERS:
            field, why = "", "it is the key"
        if field in taken and KINDS.get(field) is Kind.PHONE:
            field = next((one for one in _telephones(values) if one not in taken), field)
        if field in taken:
            field, why = "", f"it seems to be {field}, which another column fills"
        formats: tuple[str, ...] = ()
        if field in DATE_FIELDS:
            formats, share = formats_of(values.gather_every(1 + values.len() // DATED), told_on)
            if share < READ:
                field, why = "", f"it seems to be {field}, and no format known here reads its dates"
        if field:
            taken.add(field)
        optional = rows_may_lack and table[name].null_count() > 0
        found.append(Filling(name, (field,) if field else (), why, formats, optional))
    return sorted(found, key=lambda one: table.columns.index(one.column))


def _telephones(values: pl.Series) -> Sequence[str]:
    """Give the fields that a second telephone may fill, the likeliest first."""
    mostly_mobile = share(values, MOBILE) > 0.5
    return ("contact_phone", "mobile", "fixed_line") if mostly_mobile else ("contact_phone", "fixed_line", "mobile")


def told_by(column: pl.Series) -> pl.Series:
    """Give the values of a column that tell something."""
    values = column.str.strip_chars()
    return values.filter((values != "").fill_null(value=False))


def _field(name: str, values: pl.Series, told_on: date) -> tuple[str, str]:
    field = field_called(name)
    if values.is_empty():
        return field, "by its name; this extract tells no value" if field else "this extract tells no value"
    shares = looks(values)
    kind = KINDS.get(field)
    if field and (kind is None or shares[kind] >= FITS[kind]):
        return field, "by its name"
    if formats_of(values.head(SAMPLE), told_on)[1] >= DATES:
        births = spans_generations(values) and not values.str.contains(r"^[0-9]{9,13}$").any()
        return ("birth_date" if births else "happened_at"), "by its values, which are dates"
    guessed, why = kind_by_values(values, shares)
    documents = share(values, DOCUMENT)
    if guessed is Kind.ID_NUMBER and documents < FITS[Kind.ID_NUMBER]:
        guessed = None
    field = FIELDS.get(guessed, "") if guessed else ""
    return field, why if field else "neither its name nor its values say what it is"


def key_of(table: pl.DataFrame, told_on: date) -> str:
    """Give the column that names a record for good; empty where none is told in every row and other in each."""
    own = {name: _own(table[name]) for name in table.columns}
    called = [name for name in table.columns if own[name] >= CALLED and names_the_row(name)]
    others = [
        name for name in table.columns if own[name] >= UNIQUE and not _field(name, told_by(table[name]), told_on)[0]
    ]
    return next(iter([*called, *others]), "")


def _own(values: pl.Series) -> float:
    """Give how many different values a column tells for each row of the table."""
    return told_by(values).n_unique() / max(values.len(), 1)


def formats_of(values: pl.Series, told_on: date) -> tuple[tuple[str, ...], float]:
    """Give the formats that read a column's dates, those that read most first, and the share they read together."""
    left = values
    found = []
    for _ in range(len(FORMATS)):
        read = {one: left.filter(_reads(left, one, told_on)) for one in FORMATS if one not in found}
        best = max(read, key=lambda one: read[one].len())
        if left.is_empty() or read[best].len() < max(1, 0.002 * values.len()):
            break
        found.append(best)
        left = left.filter(~_reads(left, best, told_on))
    return tuple(found), 1 - left.len() / values.len() if values.len() else 0.0


def _reads(values: pl.Series, pattern: str, told_on: date) -> pl.Series:
    time = pl.select(read_time(pl.lit(values), pattern, "Asia/Shanghai", told_on).alias("time"))["time"]
    return time.is_not_null() & time.dt.year().is_between(1880, told_on.year + LATER).fill_null(value=False)


def codes_of(table: pl.DataFrame, filled: Sequence[Filling], known: Sequence[Feed]) -> dict[str, dict[str, str]]:
    """Give, per field of codes, what its codes mean as far as anybody has said; "" for those nobody has."""
    lists: dict[str, dict[str, str]] = {}
    for one in filled:
        for field in one.to:
            if field not in CODES:
                continue
            counted = table[one.column].str.strip_chars().drop_nulls().value_counts(sort=True)
            told = counted.filter(pl.col(one.column) != "")
            if told.height <= MOST_CODES and told.height * REPEATED <= counted["count"].sum():
                meanings = dict(MEANINGS.get(field, {}))
                for feed in known:
                    meanings |= feed.codes.get(field, {})
                lists[field] = {code: meanings.get(code, "") for code in told[one.column]}
    return lists
