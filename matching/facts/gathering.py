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
    return _made_one(spec, {fact.name for first, fact in _others(spec) if _meet(records, first, fact)})


def gathered_as(spec: FieldSpec, known: Collection[str]) -> FieldSpec:
    """Give the same as it was for a model: facts of these kinds that it does not know were told with the first."""
    return _made_one(spec, {fact.name for first, fact in _others(spec) if first.name in known} - set(known))


def _firsts(spec: FieldSpec) -> dict[Kind, Fact]:
    """Give for each kind the fact that others may be one with: by name, whatever their order is."""
    return {fact.kind: fact for fact in sorted(spec.facts, key=lambda fact: fact.name, reverse=True)}


def _others(spec: FieldSpec) -> list[tuple[Fact, Fact]]:
    """Give the facts of these kinds that are not the first of theirs, each behind the first."""
    firsts = _firsts(spec)
    return [(firsts[fact.kind], fact) for fact in spec.facts if fact.kind in GATHERED and fact != firsts[fact.kind]]


def _made_one(spec: FieldSpec, names: Collection[str]) -> FieldSpec:
    """Give the specification with each of these facts an alternative of the first of its kind."""
    if not names:
        return spec
    sources = {kind: first.sources for kind, first in _firsts(spec).items()}
    for fact in sorted(spec.facts, key=lambda fact: fact.name):
        if fact.name in names:
            sources[fact.kind] += fact.sources
    left = [fact for fact in spec.facts if fact.name not in names]
    firsts = _firsts(spec).values()
    return replace(
        spec, facts=tuple(replace(fact, sources=sources[fact.kind]) if fact in firsts else fact for fact in left)
    )


def _meet(records: pl.DataFrame, one: Fact, other: Fact) -> bool:
    """Tell whether many values of the one are values of the other too, told by another record."""
    told = [_values(records, fact) for fact in (one, other)]
    size = min(values.height for values in told)
    both = told[0].join(told[1], on="value")
    by_one_record = pl.col("first") == pl.col("last"), pl.col("first_right") == pl.col("last_right")
    itself = pl.all_horizontal(*by_one_record, pl.col("first") == pl.col("first_right"))
    return size >= FEWEST and both.filter(~itself).height >= IN_BOTH * size


def _values(records: pl.DataFrame, fact: Fact) -> pl.DataFrame:
    """Give the ends of what a fact's columns tell, each once, with the first and the last record that tells it.

    None of lists, which are one fact already.
    """
    columns = [source.column for source in fact.sources if records.schema[source.column] == pl.String]
    told = [
        records.select(
            pl.int_range(pl.len()).alias("row"), value=pl.col(column).str.replace_all(BARE[fact.kind], "").str.tail(END)
        )
        for column in columns
    ]
    empty = pl.DataFrame(schema={"row": pl.Int64, "value": pl.String})
    ends = pl.concat([empty, *told]).filter(pl.col("value").str.len_chars() == END)
    return ends.group_by("value").agg(first=pl.col("row").min(), last=pl.col("row").max())
