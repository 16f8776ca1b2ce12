"""Values that stewards set: brought into the spelling that golden values are in, or refused."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from matching.asking import clean_one
from matching.fields.base import VALUE
from matching.fields.id_number import Document
from matching.fields.phone import Line
from matching.words import EntityType, Kind
from stewardship.facts import CODES

Settle = Callable[[str], str | None]


def settled(attribute: str, text: str) -> str | None:
    """Give a text that a steward typed as the golden value of an attribute; None if it cannot be one.

    A value that is no date, no code or no number would stop the next run, or stand in tables as something that no
    reader of them knows.
    """
    typed = " ".join(text.split())
    return SETTLES.get(attribute, _as_typed)(typed) if typed else None


def _as_typed(text: str) -> str | None:
    return text


def _day(text: str) -> str | None:
    said = _part(Kind.BIRTH_DATE, text, VALUE)
    try:
        return date.fromisoformat(said or "").isoformat()
    except ValueError:
        return None


def _gender(text: str) -> str | None:
    said = _part(Kind.GENDER, text, VALUE)
    return said if said in {"male", "female"} else None


def _entity(text: str) -> str | None:
    by_word = {word.casefold(): each.value for each in EntityType for word in (each.value, *CODES[each.value])}
    return by_word.get(text.casefold())


def _mobile(text: str) -> str | None:
    return _part(Kind.PHONE, text, VALUE) if _part(Kind.PHONE, text, "line") == Line.MOBILE else None


def _fixed_line(text: str) -> str | None:
    said = _part(Kind.PHONE, text, VALUE)
    return said if said and _part(Kind.PHONE, text, "line") != Line.MOBILE else None


def _email(text: str) -> str | None:
    return _part(Kind.EMAIL, text, VALUE) if _part(Kind.EMAIL, text, "domain") else None


def _id_number(text: str) -> str | None:
    parts = clean_one(Kind.ID_NUMBER, text)
    is_wrong = parts["is_masked"] or (parts["document"] == Document.RESIDENT_ID and not parts["is_valid"])
    return None if is_wrong else _part(Kind.ID_NUMBER, text, VALUE)


def _part(kind: Kind, text: str, part: str) -> str | None:
    found = clean_one(kind, text)[part]
    return None if found is None else str(found)


SETTLES: Final[Mapping[str, Settle]] = {
    "birth_date": _day,
    "gender": _gender,
    "entity_type": _entity,
    "mobile": _mobile,
    "fixed_line": _fixed_line,
    "email": _email,
    "id_number": _id_number,
}
"""Attributes whose values have a spelling of their own; names and addresses are taken as they are typed."""
