"""Two records need only the facts that both tell: the others say nothing, and cleaning their values takes most time."""

from dataclasses import replace
from typing import Final

import polars as pl

from matching.facts.composing import composed
from matching.facts.gathering import gathered_as
from matching.facts.repeating import without
from matching.fieldspec import Fact, FieldSpec
from matching.model import Model
from matching.words import Kind

CROSSWISE = frozenset({Kind.GIVEN_NAME, Kind.FAMILY_NAME})
"""Facts that are laid against each other, so that one is needed where the other is."""

NOTHING: Final[tuple[object, ...]] = (None, "", [])
"""What tells nothing; a nought and a no are values."""


def narrowed(two: pl.DataFrame, fields: FieldSpec, model: Model) -> tuple[FieldSpec, Model]:
    """Give the specification and the model without the facts that one of two records does not tell.

    But for a firm's name: it says of the other facts that no household shares them.

    Their score, and what each fact says of them, stay the same: a fact counts only where both tell it, and so does what
    it adds to the fact that leans on it.
    """
    fields = gathered_as(without(fields, model.repeats), model.reading.facts)
    if two.height != 2 or composed(two, fields, model.relatives)[1] != fields:
        return fields, model
    is_mixed = fields.entity is not None and two[fields.entity].n_unique() > 1
    kept = {
        fact.name
        for fact in fields.facts
        if (any if fact.kind is Kind.ORGANISATION_NAME else all)(
            _tells(row, fact, fields.entity) for row in two.iter_rows(named=True)
        )
        or (is_mixed and any(source.when for source in fact.sources))
    }
    if any(fact.name in kept and fact.kind in CROSSWISE for fact in fields.facts):
        kept |= {fact.name for fact in fields.facts if fact.kind in CROSSWISE}
    facts = tuple(
        replace(
            fact,
            parent=fact.parent if fact.parent in kept else None,
            contact=fact.contact if fact.contact in kept else None,
        )
        for fact in model.facts
        if fact.name in kept
    )
    spec = replace(fields, facts=tuple(fact for fact in fields.facts if fact.name in kept))
    lean = replace(model, facts=facts)
    lean.__dict__["_places"] = model._places
    return spec, lean


def _tells(row: dict[str, object], fact: Fact, entity: str | None) -> bool:
    return any(
        row[source.column] not in NOTHING and (source.when is None or entity is None or str(row[entity]) == source.when)
        for source in fact.sources
    )
