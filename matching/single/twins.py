"""Which kinds have a twin, and whether it does as its field does on the values of a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import polars as pl

from matching.fields.base import VALUE, Field
from matching.single import (
    addresses,
    cleaned_addresses,
    cleaned_names,
    cleaned_organisations,
    names,
    numbers,
    organisations,
)
from matching.words import Kind

Values = dict[str, object]
Key = Callable[[Mapping[str, Any]], str | None]
Meant = Callable[[Mapping[str, Any]], bool]

TRIED: Final = 1_500
"""Values on which a twin is tried before it is believed."""


@dataclass(frozen=True)
class Twin:
    """A field for one value. `parts`, a NamedTuple, holds the columns that are compared, in its order.

    `clean` gives every column of the field's own `clean`. Both give None for what they leave to the field. `keys` makes
    the keys of the same names as the field's, None where a value has none; `only_with` tells which values they are for.
    """

    parts: type[Any]
    columns: tuple[str, ...]
    compare: Callable[[Any, Any], int | None]
    clean: Callable[[str], Values | None] | None = None
    keys: Mapping[str, Key] = dataclass_field(default_factory=dict)
    only_with: Mapping[str, Meant] = dataclass_field(default_factory=dict)


def _twin(
    parts: type[Any],
    compare: Callable[[Any, Any], int | None],
    clean: Callable[[str], Values | None] | None = None,
    keys: Mapping[str, Key] | None = None,
    only_with: Mapping[str, Meant] | None = None,
) -> Twin:
    return Twin(parts, parts._fields, compare, clean, keys or {}, only_with or {})


TWINS: Final[Mapping[Kind, Twin]] = MappingProxyType(
    {
        Kind.PERSON_NAME: _twin(names.NameParts, names.compare_names, cleaned_names.clean_name, cleaned_names.KEYS),
        Kind.ORGANISATION_NAME: _twin(
            organisations.OrganisationParts,
            organisations.compare_organisations,
            cleaned_organisations.clean_organisation,
        ),
        Kind.ADDRESS: _twin(
            addresses.AddressParts,
            addresses.compare_addresses,
            cleaned_addresses.clean_address,
            cleaned_addresses.KEYS,
        ),
        Kind.PHONE: _twin(
            numbers.PhoneParts, numbers.compare_phones, numbers.clean_phone, numbers.PHONE_KEYS, numbers.PHONES_FOR
        ),
        Kind.ID_NUMBER: _twin(numbers.IdParts, numbers.compare_ids, numbers.clean_id, numbers.ID_KEYS),
        Kind.BIRTH_DATE: _twin(numbers.DateParts, numbers.compare_dates),
        Kind.GENDER: _twin(numbers.GenderParts, numbers.compare_genders),
    }
)


def trusted(field: Field, values: pl.DataFrame) -> Twin | None:
    """Give a kind's twin if it does as the field does on values of this table; None if there is none, or it does not.

    Tried are values spread over the table, with the next in order and with others far off.
    """
    twin = TWINS.get(field.kind)
    if twin is None or not values.height or not set(twin.columns) <= set(values.columns):
        return None
    some = np.unique(np.linspace(0, values.height - 1, TRIED).astype(np.int64))
    left = np.concatenate([some, some])
    right = np.concatenate([np.minimum(some + 1, values.height - 1), some[::-1]])
    differ = left != right
    does = (
        _cleans(twin, field, values[some])
        and _keys(twin, field, values[some])
        and _compares(twin, field, values, left[differ], right[differ])
    )
    return twin if does else None


def _cleans(twin: Twin, field: Field, some: pl.DataFrame) -> bool:
    if twin.clean is None:
        return True
    own = [twin.clean(str(text)) for text in some[VALUE].to_list()]
    known = [place for place, parts in enumerate(own) if parts is not None]
    cleaned = field.clean(some[VALUE].cast(pl.String).gather(known)).rows(named=True)
    return all(own[place] == parts for place, parts in zip(known, cleaned, strict=True))


def _keys(twin: Twin, field: Field, some: pl.DataFrame) -> bool:
    rows = some.rows(named=True)
    told = ((twin.keys, field.keys), (twin.only_with, field.only_with))
    return all(
        [make(row) for row in rows] == its[name](some).to_list() for own, its in told for name, make in own.items()
    )


def _compares(
    twin: Twin, field: Field, values: pl.DataFrame, left: Sequence[int] | Any, right: Sequence[int] | Any
) -> bool:
    if not len(left):
        return True
    own = values.select(twin.columns)
    levels = field.compare(values[left], values[right]).to_list()
    pairs = zip(own[left].rows(), own[right].rows(), levels, strict=True)
    return all(twin.compare(twin.parts(*one), twin.parts(*other)) in {None, level} for one, other, level in pairs)
