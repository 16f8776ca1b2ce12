"""Several columns of telephones are one fact where people write a number now in the one and now in the other.

Phone 1 and phone 2 of a form do not say which is which: a number in the first column of one record and in the second of
another is a number in common. Columns whose numbers do not meet, as a landline's and a mobile's, stay facts apart.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

import polars as pl

from matching.fieldspec import Fact, FieldSpec
from matching.words import Kind

GATHERED: Final = frozenset({Kind.PHONE, Kind.EMAIL})
"""Kinds of which somebody has several, all of them his."""
BARE: Final = {Kind.PHONE: r"\D", Kind.EMAIL: r"\s"}
"""What is left out before numbers and mailboxes of two columns are laid side by side."""
END: Final = 8
"""Characters at the end that are laid side by side: what stands before a number depends on who writes it."""
IN_BOTH: Final = 0.1
"""Share of the values of the column that tells fewer which the other tells too, from which on the two are one fact."""
FEWEST: Final = 20
"""Values that a column must tell for this to be seen."""


def gathered(records: pl.DataFrame, spec: FieldSpec) -> FieldSpec:
    """Give the specification with facts that a table tells in either of two columns made one."""
    one_of: dict[str, str] = {}
    for fact in spec.facts:
        first = next((other for other in spec.facts if other.kind == fact.kind and other.name not in one_of), fact)
        if fact.kind in GATHERED and first is not fact and _meet(records, first, fact):
            one_of[fact.name] = first.name
    return _made_one(spec, one_of)


def gathered_as(spec: FieldSpec, known: Collection[str]) -> FieldSpec:
    """Give the same as it was for a model: facts of these kinds that it does not know were others of theirs."""
    one_of: dict[str, str] = {}
    for fact in spec.facts:
        first = next((other for other in spec.facts if other.kind == fact.kind and other.name in known), fact)
        if fact.kind in GATHERED and fact.name not in known and first is not fact:
            one_of[fact.name] = first.name
    return _made_one(spec, one_of)


def _made_one(spec: FieldSpec, one_of: dict[str, str]) -> FieldSpec:
    """Give the specification with each of these facts an alternative of the one it belongs to."""
    facts = [
        replace(fact, sources=tuple(source for each in _of(spec, fact, one_of) for source in each.sources))
        for fact in spec.facts
        if fact.name not in one_of
    ]
    return replace(spec, facts=tuple(facts)) if one_of else spec


def _of(spec: FieldSpec, fact: Fact, one_of: dict[str, str]) -> list[Fact]:
    return [fact, *(other for other in spec.facts if one_of.get(other.name) == fact.name)]


def _meet(records: pl.DataFrame, one: Fact, other: Fact) -> bool:
    """Tell whether many values of the one are values of the other too, told by another record."""
    told = [_values(records, fact) for fact in (one, other)]
    fewer, more = sorted(told, key=lambda values: values["value"].n_unique())
    size = fewer["value"].n_unique()
    elsewhere = fewer.join(more, on="value").filter(pl.col("row") != pl.col("row_right"))["value"].n_unique()
    return size >= FEWEST and elsewhere >= IN_BOTH * size


def _values(records: pl.DataFrame, fact: Fact) -> pl.DataFrame:
    """Give the ends of what a fact's columns tell, each once a record; none of lists, which are one fact already."""
    columns = [source.column for source in fact.sources if records.schema[source.column] == pl.String]
    told = [
        records.select(
            pl.int_range(pl.len()).alias("row"), value=pl.col(column).str.replace_all(BARE[fact.kind], "").str.tail(END)
        )
        for column in columns
    ]
    empty = pl.DataFrame(schema={"row": pl.Int64, "value": pl.String})
    return pl.concat([empty, *told]).filter(pl.col("value").str.len_chars() == END).unique()
