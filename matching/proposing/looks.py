"""What the values of a column look like: which share of them each kind would take for its own."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Final

import polars as pl

from matching.fields import FIELDS
from matching.fields.base import VALUE
from matching.fields.latin_organisation import company_words
from matching.fields.organisation_name import is_organisation
from matching.words import Kind

SAMPLE: Final = 3_000
"""Values that are looked at."""
FIRST: Final = 1700
"""The earliest year of birth that lists of persons tell, those of historians too."""

LETTERS: Final = r"[\p{L}\p{M}]"
NAME: Final = rf"^{LETTERS}[\p{{L}}\p{{M}} .,'’`´·・\-()/]{{0,59}}$"
PHONE: Final = r"^\(?[+＋0-9(][0-9()\s./\-－—]{5,22}(?:(?:ext|x|转|分机)\.?\s*\d{1,6})?$"
DIALLED: Final = r"^(?:\(?[+＋0]|(?:86)?1[3-9]\d{9}$|\(\d|\d{2,4}[\s./-]\d{3})"
"""How a telephone number begins that no other number is taken for."""
DOCUMENT: Final = r"^[\p{L}\p{Nd}][\p{L}\p{Nd}*./\- ()]{3,30}$"
POSTCODE: Final = r"^[A-Za-z0-9][A-Za-z0-9 \-]{2,9}$"
HOUSE: Final = r"^\p{Nd}{1,5}\s?[\p{L}/\-]?\s?\p{Nd}{0,4}\p{L}?$"
DWELLING: Final = r"(?:路|街|道|巷|弄|村|镇|乡|号|幢|栋|小区|组|庄|屯|丁目|番地|番|동|로|길|읍|면)"
DATE: Final = r"^\p{Nd}{8}(?:\.0)?$|[./年\-].*[./月\-]|\p{L}{3}"
"""A date has three parts or eight digits; a year alone is none."""


def looks(values: pl.Series) -> Mapping[Kind, float]:
    """Give of each kind the share of values that look like its own, 0 to 1; all 0 where nothing is told."""
    told = values.cast(pl.String).str.strip_chars().drop_nulls()
    told = told.filter(told != "")
    if told.is_empty():
        return dict.fromkeys(Kind, 0.0)
    if told.len() > SAMPLE:
        told = told.sample(SAMPLE, seed=0)
    told = told.alias(VALUE)
    return {kind: mean(LOOKS[kind](told).fill_null(value=False)) for kind in Kind}


def share(values: pl.Series, pattern: str) -> float:
    """Give the share of texts in which a pattern is found; 0 where there is none."""
    return mean(values.str.contains(pattern))


def mean(numbers: pl.Series) -> float:
    """Give the mean of numbers or flags without nulls; 0 of none."""
    return float(numbers.to_numpy().mean()) if numbers.len() else 0.0


def _matching(pattern: str) -> Callable[[pl.Series], pl.Series]:
    return lambda values: values.str.contains(pattern)


def _years(values: pl.Series) -> pl.Series:
    year = values.str.extract(r"^([0-9]{4})(?:\.0)?$").cast(pl.Int32)
    return year.is_between(FIRST, datetime.now(UTC).year)


def _dates(values: pl.Series) -> pl.Series:
    year = FIELDS[Kind.BIRTH_DATE].clean(values)["year"]
    return values.str.contains(DATE) & year.is_between(FIRST, datetime.now(UTC).year)


def _genders(values: pl.Series) -> pl.Series:
    return FIELDS[Kind.GENDER].clean(values)[VALUE].is_not_null()


def _organisations(values: pl.Series) -> pl.Series:
    chinese = values.to_frame().select(is_organisation(pl.col(VALUE)))[VALUE].fill_null(value=False)
    return chinese | values.str.to_lowercase().str.contains(_of_firms())


@cache
def _of_firms() -> str:
    """Give the pattern of the words, of three letters and more, that firms have in their names."""
    words = company_words().filter(
        pl.col("role").is_in(["form", "generic", "branch"]) & (pl.col("word").str.len_chars() > 2)
    )
    return r"(?:^|[\s,.(&])(?:" + "|".join(sorted(re.escape(word) for word in words["word"])) + r")(?:$|[\s,.)&])"


def _addresses(values: pl.Series) -> pl.Series:
    parts = values.str.contains(r"[\p{L}]") & values.str.contains(r"\p{Nd}") & values.str.contains(r"\s")
    return (parts & (values.str.len_chars() >= 7)) | (values.str.contains(DWELLING) & (values.str.len_chars() >= 5))


def _documents(values: pl.Series) -> pl.Series:
    return values.str.contains(DOCUMENT) & (values.str.count_matches(r"\p{Nd}") >= 4)


def _postcodes(values: pl.Series) -> pl.Series:
    return values.str.contains(POSTCODE) & values.str.contains(r"\p{Nd}")


def _streets(values: pl.Series) -> pl.Series:
    return values.str.contains(LETTERS) & (values.str.len_chars() >= 3)


LOOKS: Final[Mapping[Kind, Callable[[pl.Series], pl.Series]]] = {
    Kind.PERSON_NAME: _matching(NAME),
    Kind.GIVEN_NAME: _matching(NAME),
    Kind.FAMILY_NAME: _matching(NAME),
    Kind.ORGANISATION_NAME: _organisations,
    Kind.BIRTH_DATE: _dates,
    Kind.BIRTH_YEAR: _years,
    Kind.BIRTH_MONTH: _matching(r"^(?:0?[1-9]|1[0-2])(?:\.0)?$"),
    Kind.BIRTH_DAY: _matching(r"^(?:0?[1-9]|[12]\d|3[01])(?:\.0)?$"),
    Kind.GENDER: _genders,
    Kind.PHONE: _matching(PHONE),
    Kind.EMAIL: _matching(r"^[^@\s]+@[^@\s]+\.\p{L}+$"),
    Kind.ID_NUMBER: _documents,
    Kind.ADDRESS: _addresses,
    Kind.HOUSE_NUMBER: _matching(HOUSE),
    Kind.STREET: _streets,
    Kind.POSTCODE: _postcodes,
    Kind.PLACE: _matching(NAME),
    Kind.CATEGORY: _matching(r"."),
    Kind.TEXT: _matching(r"."),
}
"""By which kind which values would be taken for its own; each gives a flag a value."""
