"""One fact told whole on some records and in parts on others: the parts are put together where the whole is missing.

A channel that keeps one column for the name meets one that keeps two; without this no fact would compare them. The
parts stay facts of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from matching.fields.latin import folded
from matching.fields.writing import HAN
from matching.fieldspec import Fact, FieldSpec, Source
from matching.words import Kind


@dataclass(frozen=True)
class Composition:
    """A kind and the kinds of its parts in the order in which letters write them, with what stands between.

    `turned_in_chinese`: Chinese writes the parts the other way round and without anything between.
    """

    whole: Kind
    parts: tuple[Kind, ...]
    between: str = " "
    turned_in_chinese: bool = False


COMPOSITIONS: Final = (
    Composition(Kind.PERSON_NAME, (Kind.GIVEN_NAME, Kind.FAMILY_NAME), turned_in_chinese=True),
    Composition(Kind.ADDRESS, (Kind.HOUSE_NUMBER, Kind.STREET)),
    Composition(Kind.BIRTH_DATE, (Kind.BIRTH_YEAR, Kind.BIRTH_MONTH, Kind.BIRTH_DAY), between="-"),
)
"""What is made of what."""


FEWEST: Final = 20
"""Records that tell a whole name and a given name from which on they show whether the one holds the other."""
MOSTLY: Final = 0.3
"""Share of them that do, from which on the whole name is made of it: the rest are scripts, short forms and slips."""

LOOKED_AT: Final = 10_000
"""So many of them, or up to twice as many, are looked at: which ones follows from what they tell."""


def composed(
    records: pl.DataFrame, spec: FieldSpec, relatives: frozenset[str] = frozenset()
) -> tuple[pl.DataFrame, FieldSpec]:
    """Give the table and its specification, a column more for each fact that can be put together from others.

    Only a table that tells the whole as well as every part gets one; it speaks where the whole is missing and every
    part is told. A whole name that is a relative's is made of none of them.
    """
    for composition in COMPOSITIONS:
        whole, parts = _first(spec, composition.whole), [_first(spec, kind) for kind in composition.parts]
        told = [part for part in parts if part is not None]
        if whole is None or len(told) < len(parts) or whole.name in relatives:
            continue
        name = f"{whole.name} from {', '.join(part.name for part in told)}"
        records = records.with_columns(_firsts(records).select(_together(composition, whole, told).alias(name)))
        fuller = replace(whole, sources=(*whole.sources, Source(name)))
        spec = replace(spec, facts=tuple(fuller if fact is whole else fact for fact in spec.facts))
    return records, spec


def apart(records: pl.DataFrame, spec: FieldSpec) -> frozenset[str]:
    """Give the whole names that are not made of the parts told beside: a father's name in full is not the child's."""
    given = _first(spec, Kind.GIVEN_NAME)
    whole = [fact for fact in spec.facts if fact.kind is Kind.PERSON_NAME]
    if given is None:
        return frozenset()
    return frozenset(fact.name for fact in whole if not _holds(records, fact, given))


def _holds(records: pl.DataFrame, whole: Fact, part: Fact) -> bool:
    """Tell whether the records that tell both mostly have the part in the whole; few records do not tell."""
    said = pl.coalesce(_filled(source.column) for source in whole.sources)
    both = _firsts(records).select(whole=said, part=_said(part)).drop_nulls()
    both = both.filter(both.hash_rows(seed=11) % max(both.height // LOOKED_AT, 1) == 0)
    bare = both.select(folded(both[name]) for name in both.columns).drop_nulls()
    if bare.height < FEWEST:
        return True
    holds = pl.col("whole").str.contains(pl.col("part").str.split(" ").list.first(), literal=True)
    return bool(bare.select(holds.mean()).item() >= MOSTLY)


def _first(spec: FieldSpec, kind: Kind) -> Fact | None:
    return next((fact for fact in spec.facts if fact.kind is kind), None)


def _firsts(records: pl.DataFrame) -> pl.DataFrame:
    """Give the table with the first value of each list: what is put together has one of each part."""
    lists = [name for name, dtype in records.schema.items() if isinstance(dtype, pl.List)]
    return records.with_columns(pl.col(lists).list.first()) if lists else records


def _together(composition: Composition, whole: Fact, parts: Sequence[Fact]) -> pl.Expr:
    said = [_said(part) for part in parts]
    text = pl.concat_str(said, separator=composition.between)
    if composition.turned_in_chinese:
        text = pl.when(text.str.contains(HAN)).then(pl.concat_str(list(reversed(said)))).otherwise(text)
    return pl.when(pl.coalesce(_filled(source.column) for source in whole.sources).is_null()).then(text)


def _said(fact: Fact) -> pl.Expr:
    """Give what the fact's own column says, of alternatives the first."""
    own = [source.column for source in fact.sources if source.column == fact.name]
    return _filled(own[0] if own else fact.sources[0].column)


def _filled(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.strip_chars().replace("", None)
