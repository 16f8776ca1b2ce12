"""What is known of a person, and which of it nobody else shares: that, and that alone, can be searched for.

A value is *the person's own* when, once the person's rows are gone, no remaining row holds it, be it inside a longer
text. A shared value (a common name, a family's telephone, a home) stays with the others; of such values *combinations*
count: two shared values of different kinds that no remaining row tells together.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import polars as pl

from matching.facts.standardising import standardise
from warehouse.erasure.hashing import is_short

KINDS: Final[dict[str, tuple[str, ...]]] = {
    "record": ("record_id", "source_id"),
    "name": ("name", "nickname", "username", "name_pinyin"),
    "id_number": ("id_number",),
    "phone": (
        "mobile", "contact_phone", "caller_number", "service_number", "fixed_line", "mobiles", "fixed_lines",
        "masked_mobiles",
    ),
    "email": ("email",),
    "address": ("address",),
    "account": ("account_no", "device"),
}  # fmt: skip
"""The columns, of landed rows and of records, whose values may tell who somebody is."""

TOGETHER: Final[tuple[str, ...]] = (
    "name", "birth_date", "id_last4", "mobile", "contact_phone", "mobiles", "fixed_line", "fixed_lines", "email",
    "address",
)  # fmt: skip
"""Columns whose values tell who somebody is when two of them stand in one row."""

ALTERNATIVES: Final = {"mobile": "phone", "contact_phone": "phone", "mobiles": "phone", "fixed_line": "line"} | {
    "fixed_lines": "line"
}
"""Columns that tell the same kind of thing: two of them are no combination."""

NO_VALUE: Final = r"^(?:\d{1,4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?(?:[T ]\d.*)?|[-+]?\d{1,10}(?:\.\d+)?|\d{14})$"
"""Days, times, amounts and counts in a row as delivered: everybody has such."""

STRONG: Final = ("record", "id_number", "phone", "email")
"""Kinds by which a row that could not be read is known to be the person's."""
STRONG_LENGTH: Final = 8
FEW_CHARACTERS: Final = 4
"""So much around a shared number makes another spelling of it, not another value."""
DIGITS_OF_A_NUMBER: Final = 7

Together = tuple[str, str, str, str]
"""A combination: kind, value, other kind, other value."""


@dataclass(frozen=True)
class Person:
    """The records, rows and values of one erasure."""

    records: frozenset[str]
    versions: pl.DataFrame
    """LANDED rows of the records, oldest first."""
    told: pl.DataFrame
    """The same rows as RECORDS, each version under a record id of its own."""
    lines: pl.DataFrame
    """feed, extract_id, line of every row that goes: of the records, and rejects that hold the person's numbers."""
    values: tuple[str, ...]
    """The person's own values, record ids left out."""
    names: tuple[str, ...]
    """What channels call the rows, as far as nothing else is called so."""
    together: frozenset[Together]
    """The person's own combinations of values that others share."""


def know(
    records: Iterable[str], landed: pl.DataFrame, rejects: pl.DataFrame, others: pl.DataFrame, texts: Sequence[str]
) -> Person:
    """Give what is known of the person whose records these are.

    `landed` and `rejects` are all that the lake holds, `others` the RECORDS of everybody else, `texts` what else is not
    the person's: values pinned for others, the words of the product itself.
    """
    own = frozenset(records)
    mine = pl.col("record_id").is_in(list(own))
    versions, remaining = landed.filter(mine), landed.filter(~mine)
    told = versions_as_records(versions)
    candidates = pl.concat([_values(versions), _values(told.drop("record_id", "source_id")), _raw_values(versions)])
    strong = _strong(candidates)
    strong = strong.filter(~strong.is_in(_met(strong, _texts(remaining))))
    unread = rejects["raw"].str.contains_any(strong.to_list()).fill_null(value=False)
    everything_else = [
        *_texts(remaining),
        *_texts(others),
        rejects.filter(~unread)["raw"],
        pl.Series(texts, dtype=pl.String),
    ]
    shared = _met(candidates["value"], everything_else)
    private = candidates.filter(~pl.col("value").is_in([*shared, *_spellings_of(shared, candidates["value"])]))
    is_name = pl.col("value").is_in(candidates.filter(pl.col("kind") == "record")["value"].to_list())
    lines = [frame.select("feed", "extract_id", "line") for frame in (versions, rejects.filter(unread))]
    return Person(
        records=own,
        versions=versions,
        told=told,
        lines=pl.concat(lines).unique().sort("feed", "extract_id", "line"),
        values=tuple(private.filter(~is_name)["value"].unique().sort()),
        names=tuple(private.filter(is_name)["value"].unique().sort()),
        together=_own_together((versions, told), (remaining, others), set(private["value"])),
    )


def versions_as_records(versions: pl.DataFrame) -> pl.DataFrame:
    """Give LANDED rows as RECORDS, every version as a record of its own."""
    return standardise(
        versions.with_columns(
            record_id=pl.format("{}#{}", "record_id", pl.int_range(pl.len())),
            first_seen_at="seen_at",
            versions=pl.lit(1, pl.Int64),
        )
    )


def together_in(frame: pl.DataFrame, among: Iterable[str] | None = None) -> set[Together]:
    """Give the combinations that rows of a table tell; with `among` only of these values."""
    columns = [name for name in TOGETHER if name in frame.columns]
    cells = frame.select(
        pl.col(name).cast(pl.String) if frame.schema[name] != pl.List(pl.String) else pl.col(name) for name in columns
    )
    if among is not None:
        wanted = pl.Series(sorted(among), dtype=pl.String)
        met = [
            pl.col(name).list.set_intersection(wanted.to_list()).list.len() > 0
            if cells.schema[name] == pl.List(pl.String)
            else pl.col(name).is_in(wanted.to_list())
            for name in columns
        ]
        cells = cells.filter(pl.sum_horizontal(one.fill_null(value=False).cast(pl.Int8) for one in met) > 1)
    kinds = [ALTERNATIVES.get(name, name) for name in columns]
    found: set[Together] = set()
    for row in cells.iter_rows():
        told = {
            (kind, value)
            for kind, cell in zip(kinds, row, strict=True)
            for value in (cell if isinstance(cell, list) else [cell])
            if value
        }
        found |= {(*one, *other) for one, other in combinations(sorted(told), 2) if one[0] != other[0]}
    return found


def _own_together(
    mine: Sequence[pl.DataFrame], others: Sequence[pl.DataFrame], private: set[str]
) -> frozenset[Together]:
    told = {one for frame in mine for one in together_in(frame) if not {one[1], one[3]} & private}
    values = {value for one in told for value in (one[1], one[3])}
    return frozenset(told.difference(*(together_in(frame, values) for frame in others)))


def _values(frame: pl.DataFrame) -> pl.DataFrame:
    """Give (kind, value): every text in a column that may tell who somebody is."""
    told = [
        pl.DataFrame({"value": text}).select(pl.lit(kind).alias("kind"), "value")
        for kind, columns in KINDS.items()
        for name in columns
        if name in frame.columns
        for text in _texts(frame.select(name))
    ]
    return _kept(pl.concat(told))


def _raw_values(versions: pl.DataFrame) -> pl.DataFrame:
    """Give (kind, value) of the rows as delivered: every text in them, whatever the channel calls it."""
    leaves = [leaf for text in versions["raw"].drop_nulls() for leaf in _leaves(text)]
    frame = pl.DataFrame({"kind": "told", "value": leaves}, schema={"kind": pl.String, "value": pl.String})
    return _kept(frame.filter(~pl.col("value").str.contains(NO_VALUE)))


def _kept(told: pl.DataFrame) -> pl.DataFrame:
    trimmed = told.with_columns(pl.col("value").str.strip_chars())
    return trimmed.filter(pl.col("value").str.len_chars() > 1).unique().sort("kind", "value")


def _leaves(text: str) -> list[str]:
    """Give the texts and numbers inside a JSON text, or the text itself where it is none."""
    try:
        stack = [json.loads(text)]
    except ValueError:
        return [text]
    found = []
    while stack:
        match stack.pop():
            case dict() as inner:
                stack.extend(inner.values())
            case list() as inner:
                stack.extend(inner)
            case bool() | None:
                continue
            case leaf:
                found.append(str(leaf))
    return found


def _strong(candidates: pl.DataFrame) -> pl.Series:
    is_strong = pl.col("kind").is_in(STRONG) & (pl.col("value").str.len_chars() >= STRONG_LENGTH)
    return candidates.filter(is_strong)["value"].unique().sort()


def _texts(frame: pl.DataFrame) -> list[pl.Series]:
    """Give every text of a table, column by column."""
    return [
        column.explode(empty_as_null=True, keep_nulls=False) if column.dtype == pl.List(pl.String) else column
        for column in frame.iter_columns()
        if column.dtype in {pl.String, pl.List(pl.String)}
    ]


def _spellings_of(shared: Sequence[str], values: pl.Series) -> list[str]:
    """Give values that are a shared number with a few characters around it: +86 before a family's telephone."""
    cores = [value for value in shared if value.isascii() and sum(map(str.isdigit, value)) >= DIGITS_OF_A_NUMBER]
    return [
        value for value in values if any(core in value and len(value) - len(core) <= FEW_CHARACTERS for core in cores)
    ]


def _met(values: pl.Series, texts: Sequence[pl.Series]) -> list[str]:
    """Give those values that occur in the texts: short ones as the whole of a text, others also inside a longer one."""
    whole = [value for value in values if is_short(value)]
    inside = [value for value in values if not is_short(value)]
    met: set[str] = set()
    for text in texts:
        distinct = text.drop_nulls().unique()
        met.update(distinct.filter(distinct.is_in(whole)))
        if inside and len(distinct):
            found = distinct.str.extract_many(inside, overlapping=True).explode(empty_as_null=True, keep_nulls=False)
            met.update(found.drop_nulls().unique())
    return sorted(met)
