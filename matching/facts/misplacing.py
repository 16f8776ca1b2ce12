"""Values in one another's columns: what cannot be told by the column it stands in is read in the one it belongs to.

A telephone in the e-mail's column, a birth date in the document's, an e-mail for a given name: whoever fills in a form
slips a line. Where such a value stands it would differ from everything, and where it belongs it is missed. A shape that
no value of the column can have gives it away; what may be either stays where it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import polars as pl

from matching.fields.name_remarks import COMMONEST, NEXT_COMMON
from matching.fieldspec import Fact, FieldSpec
from matching.side_by_side import at_once
from matching.words import Kind

NAMES: Final = frozenset({Kind.PERSON_NAME, Kind.GIVEN_NAME, Kind.FAMILY_NAME})
TELEPHONES: Final = frozenset({Kind.PHONE})
WORDS: Final = NAMES | {Kind.ADDRESS, Kind.STREET, Kind.PLACE}
NAME: Final = r"^[\p{Lu}\p{Lo}](?:[\p{L}\p{M}'’ -]|\.(?: |$))*$"
"""A name, which begins with a capital: what stands for a number in small letters may be a remark, or a mailbox."""


@dataclass(frozen=True)
class Shape:
    """What values of these kinds look like, and in which columns no value does.

    `leaves`: it is no value of that column, even if its own column tells another. `for_it`: what its own column tells
    if the two were exchanged, in columns of the kinds `exchanged_in`.
    """

    kinds: frozenset[Kind]
    pattern: str
    never_in: frozenset[Kind]
    leaves: bool = True
    for_it: str = ""
    exchanged_in: frozenset[Kind] = NAMES


CHINESE_NAME: Final = (
    rf"^[{COMMONEST}]\p{{Han}}[\p{{Han}}--[村庄镇乡路街屯寨湾沟坪桥营店园苑里城县市区旗堡岭山河塘厂矿]]$"
)
"""A Chinese name of a common surname that no village has."""
CHINESE_ADDRESS: Final = (
    r"^\p{Han}+[区县旗镇乡村路街道弄巷屯场团][\p{Han}\d#-]*\d(?:号|室|栋|幢|座|组|队|社|弄|楼|层|连)?$"
)
"""A Chinese address: a place or a road, and behind it numbers, which no name has."""
RESIDENT: Final = r"^[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]$"
"""The number of a Chinese resident's document, which holds a birth date: no telephone number is as long."""
MOBILE: Final = r"^1[3-9]\d{9}$"
"""A mobile number of China."""

SHAPES: Final = (
    Shape(frozenset({Kind.ID_NUMBER}), RESIDENT, WORDS | {Kind.EMAIL, Kind.BIRTH_DATE}),
    Shape(frozenset({Kind.ID_NUMBER}), RESIDENT, TELEPHONES, for_it=MOBILE, exchanged_in=TELEPHONES),
    Shape(frozenset({Kind.ADDRESS}), CHINESE_ADDRESS, NAMES | TELEPHONES, leaves=False, for_it=CHINESE_NAME),
    Shape(NAMES, CHINESE_NAME, frozenset({Kind.ADDRESS}), leaves=False),
    Shape(
        frozenset({Kind.EMAIL}),
        r"^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$",
        WORDS | {Kind.PHONE, Kind.BIRTH_DATE, Kind.ID_NUMBER, Kind.POSTCODE},
    ),
    Shape(
        frozenset({Kind.BIRTH_DATE}),
        r"^(?:(?:19|20)\d\d([-/.])(?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])"
        r"|(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:19|20)\d\d)$",
        WORDS | {Kind.PHONE, Kind.EMAIL, Kind.ID_NUMBER, Kind.POSTCODE},
    ),
    Shape(frozenset({Kind.PHONE}), r"^\+?(?:[ ()./-]*\d){8,15}$", WORDS | {Kind.EMAIL}),
    Shape(frozenset({Kind.PHONE}), r"^(?:\+|0)(?:[ ()./-]*\d){9,14}$", frozenset({Kind.BIRTH_DATE})),
    Shape(NAMES, NAME, frozenset({Kind.PHONE, Kind.BIRTH_DATE})),
    Shape(NAMES, NAME, frozenset({Kind.EMAIL, Kind.ID_NUMBER}), leaves=False),
    Shape(
        frozenset({Kind.ADDRESS, Kind.STREET}),
        r"^(?:\d{1,4}\p{L}?,?\s+\p{Latin}[^@]*|[^@\d]*\p{Latin}{3}[^@\d]*\s\d{1,4}\p{L}?)$",
        NAMES | {Kind.EMAIL, Kind.PHONE, Kind.BIRTH_DATE},
        leaves=False,
        for_it=NAME,
    ),
    Shape(
        frozenset({Kind.POSTCODE}),
        r"^(?:\d{4,6}|\d\d-\d{3}|\d{3} \d\d|\d{5}-\d{3,4}|\p{Latin}{1,2}\d[\p{Latin}\d]? ?\d\p{Latin}{2})$",
        NAMES | {Kind.PLACE, Kind.EMAIL},
        leaves=False,
    ),
    Shape(frozenset({Kind.PLACE}), r"^\p{L}{3}[\p{L}\p{M}.'’ -]*$", frozenset({Kind.POSTCODE}), leaves=False),
)
"""What gives values away; the first that fits counts."""

WITH_SURNAME: Final = rf"^[{COMMONEST}{NEXT_COMMON}]\p{{Han}}{{1,2}}$"
"""A Chinese name where no word, address or village is to be expected: in the columns of numbers."""
DELIVERED: Final = (
    Shape(frozenset({Kind.ID_NUMBER}), RESIDENT, WORDS | {Kind.EMAIL}),
    Shape(frozenset({Kind.ID_NUMBER}), RESIDENT, TELEPHONES, for_it=MOBILE, exchanged_in=TELEPHONES),
    Shape(frozenset({Kind.ADDRESS}), CHINESE_ADDRESS, NAMES | TELEPHONES, leaves=False, for_it=CHINESE_NAME),
    Shape(frozenset({Kind.ADDRESS}), CHINESE_ADDRESS, frozenset({Kind.ID_NUMBER})),
    Shape(NAMES, CHINESE_NAME, frozenset({Kind.ADDRESS}), leaves=False),
    Shape(NAMES, WITH_SURNAME, TELEPHONES | {Kind.ID_NUMBER}, leaves=False),
    Shape(TELEPHONES, r"^\+?(?:[ -]*\d){8,13}$", NAMES | {Kind.ADDRESS}, leaves=False),
)
"""The same in what a channel of the Hub delivers, where a name may be a firm's and a remark may stand for a number."""


@dataclass(frozen=True)
class _Stray:
    """Values of a column that have a shape which none of its own has."""

    column: str
    shape: Shape
    rows: pl.Series
    said: pl.Series


def put_right(records: pl.DataFrame, spec: FieldSpec, shapes: Sequence[Shape] = SHAPES) -> pl.DataFrame:
    """Give the table with values in the columns that they belong to, where these tell nothing of their own.

    Only columns of text count that tell a fact alone. A value whose place is taken is left out, or stays where it may
    be right. Where several names are missing it is not known which of them a name is.
    """
    columns = {fact.name: fact.kind for fact in spec.facts if _tells_alone(records, fact)}
    told = {column: records[column] for column in columns}
    every = at_once(lambda column: _strays(told[column], columns[column], shapes), columns)
    strays = [stray for stray in chain.from_iterable(every) if stray.shape.kinds & set(columns.values())]
    for stray in strays:
        told[stray.column] = told[stray.column].scatter(stray.rows, None)
    for stray in strays:
        _find_a_place(stray, told, columns)
    return records.with_columns(values.alias(column) for column, values in told.items()) if strays else records


def _find_a_place(stray: _Stray, told: dict[str, pl.Series], columns: Mapping[str, Kind]) -> None:
    """Put values into empty columns of their kinds; what finds none goes, or stays where it may be right."""
    homes = [name for name, kind in columns.items() if kind in stray.shape.kinds]
    free = pl.DataFrame({name: _is_empty(told[name].gather(stray.rows)) for name in homes})
    known = free.select(pl.sum_horizontal(pl.all()) == 1).to_series()
    known |= not stray.shape.kinds & NAMES
    waiting = pl.Series([True] * len(stray.rows), dtype=pl.Boolean)
    for name in homes:
        here = waiting & known & free[name]
        if stray.shape.for_it and columns[stray.column] in stray.shape.exchanged_in:
            instead = told[name].gather(stray.rows)
            exchanged = waiting & instead.str.contains(stray.shape.for_it).fill_null(False)
            told[stray.column] = told[stray.column].scatter(stray.rows.filter(exchanged), instead.filter(exchanged))
            here |= exchanged
        told[name] = told[name].scatter(stray.rows.filter(here), stray.said.filter(here))
        waiting &= ~here
    if not stray.shape.leaves:
        stays = waiting & _is_empty(told[stray.column].gather(stray.rows))
        told[stray.column] = told[stray.column].scatter(stray.rows.filter(stays), stray.said.filter(stays))


def _tells_alone(records: pl.DataFrame, fact: Fact) -> bool:
    (source, *others) = fact.sources
    return not others and source.when is None and source.column == fact.name and records.schema[fact.name] == pl.String


def _strays(column: pl.Series, kind: Kind, shapes: Sequence[Shape]) -> list[_Stray]:
    """Give what stands in a column of a kind and cannot be told there, by shape."""
    text = column.str.strip_chars()
    found, known = [], pl.Series([False] * len(column), dtype=pl.Boolean)
    for shape in shapes:
        if kind not in shape.never_in:
            continue
        fits = text.str.contains(shape.pattern).fill_null(False) & ~known
        known |= fits
        rows = fits.arg_true()
        if len(rows):
            found.append(_Stray(column.name, shape, rows, column.gather(rows)))
    return found


def _is_empty(values: pl.Series) -> pl.Series:
    return values.is_null() | (values.str.strip_chars() == "")
