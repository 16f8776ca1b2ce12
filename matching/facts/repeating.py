"""A column that repeats another one tells nothing more: of the two one is read.

Extracts carry names in capitals beside names, the document as a key, the postcode as a text. Read as facts of their own
these would count as a second proof wherever they agree, and in a small table nothing else shows that they are one.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Final

import polars as pl

from matching.fieldspec import Fact, FieldSpec, Source
from matching.words import Kind

FEWEST: Final = 10
"""Records in which two columns must say the same for this to be seen."""
SELDOM: Final = 0.02
"""Share of the records that tell a column up to which it may say something else than the one that it repeats."""
OF_NO_KIND: Final = frozenset({Kind.CATEGORY, Kind.TEXT})
"""Kinds that say nothing of how a value is read: what repeats a fact of another kind is that fact."""
LOOKED_AT: Final = 10_000
"""So many records, or up to twice as many, are looked at: which ones follows from their ids."""


def repeats(records: pl.DataFrame, spec: FieldSpec) -> frozenset[str]:
    """Give the facts that repeat another one of their kind, or are of no kind and repeat any.

    Of two that repeat one another the one that more records tell is read, of equals the first. A fact that several
    columns tell, or one of some records only, is read whatever it repeats.
    """
    able = [fact for fact in spec.facts if all(_is_plain(records, source) for source in fact.sources)]
    if not any(_may_repeat(fact, other) for fact in able for other in able):
        return frozenset()
    some = records.filter(pl.col(spec.id).cast(pl.String).hash(11) % max(records.height // LOOKED_AT, 1) == 0)
    told = {fact.name: [_told(some, source) for source in fact.sources] for fact in able}
    many = {name: sum(column.count() for column in columns) for name, columns in told.items()}
    kept: list[Fact] = []
    for fact in sorted(able, key=lambda fact: (fact.kind in OF_NO_KIND, -many[fact.name])):
        if not any(_may_repeat(fact, other) and _says_the_same(told, fact, other) for other in kept):
            kept.append(fact)
    return frozenset(fact.name for fact in able if fact not in kept)


def without(spec: FieldSpec, names: Collection[str]) -> FieldSpec:
    """Give the specification without some facts."""
    return replace(spec, facts=tuple(fact for fact in spec.facts if fact.name not in names)) if names else spec


def _is_plain(records: pl.DataFrame, source: Source) -> bool:
    """Tell whether a column speaks of all records, with one value each."""
    return source.when is None and not records.schema[source.column].is_nested()


def _may_repeat(fact: Fact, other: Fact) -> bool:
    is_read_alike = fact.kind == other.kind or fact.kind in OF_NO_KIND
    return fact is not other and is_read_alike and len(fact.sources) == 1


def _told(records: pl.DataFrame, source: Source) -> pl.Series:
    """Give what a column tells, in small letters: nothing where it is empty."""
    said = pl.col(source.column).cast(pl.String).str.strip_chars().str.to_lowercase()
    return records.select(said.replace("", None).alias("told"))["told"]


def _says_the_same(told: Mapping[str, list[pl.Series]], fact: Fact, other: Fact) -> bool:
    """Tell whether nearly all records that tell a fact tell the same by a column of the other."""
    said = told[fact.name][0]
    same = int(reduce(or_, [(column == said).fill_null(False) for column in told[other.name]]).sum())
    return same >= FEWEST and same >= (1 - SELDOM) * said.count()
