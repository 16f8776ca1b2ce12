"""Values that stewards set: brought into the spelling that golden values are in, or set aside."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl

from matching.fields import FIELDS
from matching.fields.base import VALUE
from matching.fields.id_number import Document
from matching.fields.phone import Line
from matching.frames import PINS
from matching.policy import SURVIVORSHIP, Survival
from matching.words import EntityType, Kind

Parts = Mapping[str, object]
Settle = Callable[[Parts], object]

PINNABLE: Final = tuple(dict.fromkeys(rule.attribute for rule in SURVIVORSHIP))
"""The golden values that a steward may set: those that a rule decides."""


def settled(attribute: str, text: str) -> str | None:
    """Give a text as the golden value of an attribute; None if it cannot be one.

    A value that is no date, no code or no number would stop a run, or stand in tables as something that no reader of
    them knows.
    """
    return _settled(attribute, [text])[0]


def is_told_of(attribute: str, entity_type: str) -> bool:
    """Say whether a kind of customer has an attribute: an organisation has no gender and no birth date."""
    return any(rule.attribute == attribute and rule.entity_type in {None, entity_type} for rule in SURVIVORSHIP)


def sorted_out(pins: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the pins (PINS) that can be golden values, in their spelling, and those that cannot, as they are.

    A value set before anything checked it, or under rules that have changed since, must not stop a run: it is set
    aside, and whoever set it is told.
    """
    given = pins.drop_nulls("value").with_row_index("place")
    values: dict[int, str | None] = {}
    for (attribute,), of_it in given.group_by("attribute"):
        values |= zip(of_it["place"], _settled(str(attribute), of_it["value"].to_list()), strict=True)
    right = pl.Series("value", [values[place] for place in given["place"]], dtype=pl.String)
    given = given.drop("place")
    return (
        given.with_columns(right).filter(right.is_not_null()).select(PINS.keys()),
        given.filter(right.is_null()).select(PINS.keys()),
    )


def _settled(attribute: str, texts: Sequence[str]) -> list[str | None]:
    said = [" ".join(text.split()) for text in texts]
    if attribute not in PINNABLE:
        return [None] * len(said)
    if attribute == "entity_type":
        return [text if text in set(EntityType) else None for text in said]
    if attribute not in SETTLES:
        return [text or None for text in said]
    kind, settle = SETTLES[attribute]
    found = [settle(parts) for parts in FIELDS[kind].clean(pl.Series("raw", said, dtype=pl.String)).to_dicts()]
    return [None if value is None else str(value) for value in found]


def _day(parts: Parts) -> object:
    try:
        return date.fromisoformat(str(parts[VALUE]))
    except ValueError:
        return None


def _gender(parts: Parts) -> object:
    return parts[VALUE] if parts[VALUE] in {"male", "female"} else None


def _mobile(parts: Parts) -> object:
    return parts[VALUE] if parts["line"] == Line.MOBILE else None


def _fixed_line(parts: Parts) -> object:
    return parts[VALUE] if parts["line"] != Line.MOBILE else None


def _email(parts: Parts) -> object:
    return parts[VALUE] if parts["domain"] else None


def _id_number(parts: Parts) -> object:
    is_wrong = parts["is_masked"] or (parts["document"] == Document.RESIDENT_ID and not parts["is_valid"])
    return None if is_wrong else parts[VALUE]


SETTLES: Final[Mapping[str, tuple[Kind, Settle]]] = {
    "birth_date": (Kind.BIRTH_DATE, _day),
    "gender": (Kind.GENDER, _gender),
    "mobile": (Kind.PHONE, _mobile),
    "fixed_line": (Kind.PHONE, _fixed_line),
    "email": (Kind.EMAIL, _email),
    "id_number": (Kind.ID_NUMBER, _id_number),
}
"""Attributes whose values have a spelling of their own, what cleans it, and what is made of its parts.

Names and addresses are taken as they are typed.
"""

TOLD_BY: Final[Mapping[str, Mapping[str, str]]] = {
    "address": {"province": "province", "city": "city", "district": "district"},
    "id_number": {"id_type": "document", "id_is_valid": "is_valid"},
    "name": {"name_pinyin": "pinyin"},
}
"""What comes with an attribute, and the part of its cleaned value that tells it."""
CLEANED_AS: Final = {
    ("address", None): Kind.ADDRESS,
    ("id_number", None): Kind.ID_NUMBER,
    ("name", EntityType.PERSON): Kind.PERSON_NAME,
    ("name", EntityType.ORGANISATION): Kind.ORGANISATION_NAME,
}


def told_by(rule: Survival, values: pl.Series) -> list[pl.Series]:
    """Give what values that no record gives tell of the columns that come with them: a set address of its city."""
    kind = CLEANED_AS.get((rule.attribute, rule.entity_type))
    if kind is None or values.is_empty():
        return []
    parts = FIELDS[kind].clean(values.rename("raw"))
    return [
        parts[part].replace(Document.OTHER, None).alias(column) if part == "document" else parts[part].alias(column)
        for column, part in TOLD_BY[rule.attribute].items()
    ]
