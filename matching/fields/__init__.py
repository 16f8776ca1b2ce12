"""The kinds of field that matching knows, each in a module of its own that exports `FIELD`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from matching.fields import (
    address,
    birth_date,
    birth_day,
    birth_month,
    birth_year,
    category,
    email,
    family_name,
    gender,
    given_name,
    house_number,
    id_number,
    organisation_name,
    person_name,
    phone,
    place,
    postcode,
    street,
    text,
)
from matching.fields.base import Field
from matching.words import Kind

FIELDS: Final[Mapping[Kind, Field]] = MappingProxyType(
    {
        module.FIELD.kind: module.FIELD
        for module in (
            person_name,
            given_name,
            family_name,
            organisation_name,
            birth_date,
            birth_year,
            birth_month,
            birth_day,
            gender,
            phone,
            email,
            id_number,
            address,
            house_number,
            street,
            postcode,
            place,
            category,
            text,
        )
    }
)
"""Every kind with its field."""
