"""Which dwelling a standardised address names: the same flat or house, however much of the way to it is written.

People leave out the town, the road, the unit; nobody leaves out the estate, the building and the room.
"""

from typing import Final

import polars as pl

HOUSE: Final = r"\d+(号|弄|幢|栋|座|组)|\d-\d"
"""An address that goes down to a house."""

HOME: Final = r"\d[\d-]*[室房]$|(号楼|[幢栋座]|单元|-)\d+$|(村|组|屯|寨|队|社|胡同)\d+号$"
"""An address that goes down to a home: a room, or a house in a village."""

_DIVISIONS: Final = pl.concat_str("province", "city", "district", ignore_nulls=True)
_TOWN: Final = r"^(\p{Han}{1,7}?(?:街道|镇|乡){1,2})"
_ROAD: Final = r"^(\p{Han}+(?:路|街|道|巷)\d+号)\p{Han}.*\d"
_UNIT: Final = r"(\d+)单元"

QUALIFIERS: Final = ("town", "road", "unit")
"""What may be left out; two homes that differ in one of them are two."""


def dwelling(address: pl.Expr) -> pl.Expr:
    """Give what all spellings of a dwelling have in common: a struct of `place` and, where written, QUALIFIERS.

    `address` is canonical text beside the columns `province`, `city` and `district` of its row.
    """
    below = address.str.strip_prefix(_DIVISIONS)
    town = below.str.extract(_TOWN)
    below = below.str.strip_prefix(town.fill_null(""))
    road = below.str.extract(_ROAD)
    below = below.str.strip_prefix(road.fill_null(""))
    place = pl.concat_str("city", "district", below.str.replace(_UNIT, ""), ignore_nulls=True)
    return pl.struct(place=place, town=town, road=road, unit=below.str.extract(_UNIT))
