"""Every kind written in letters and numbers: the cases of tests/cases/latin.yaml, and what all kinds share."""

import string
from itertools import chain
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.fields import FIELDS
from matching.fields.base import VALUE, Field
from matching.words import Kind
from tests.matching.fields.cases import is_idempotent, level_of

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "latin.yaml").read_text(encoding="utf-8"))
KINDS = tuple(Kind(kind) for kind in CASES)
VALUES = [(Kind(kind), str(raw), value) for kind, told in CASES.items() for raw, value in told["values"]]
PAIRS = [(Kind(kind), *map(str, pair)) for kind, told in CASES.items() for pair in told["pairs"]]

words = st.text(alphabet=string.ascii_letters + string.digits + " .-'#,/@éüßЖ伟", max_size=24)


def both(field: Field, left: list[str], right: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Clean both columns in one go, as matching does."""
    cleaned = field.clean(pl.Series(left + right, dtype=pl.String))
    return cleaned[: len(left)], cleaned[len(left) :]


@pytest.mark.parametrize(("kind", "raw", "value"), VALUES)
def test_value(kind: Kind, raw: str, value: str | None) -> None:
    assert FIELDS[kind].clean(pl.Series([raw]))[VALUE].to_list() == [value]


@pytest.mark.parametrize(("kind", "left", "right", "level"), PAIRS)
def test_pair(kind: Kind, left: str, right: str, level: str) -> None:
    field = FIELDS[kind]
    if level == "same":
        one, other = both(field, [left], [right])
        assert one[VALUE].to_list() == other[VALUE].to_list()
    else:
        assert level_of(field, left, right) == level


@pytest.mark.parametrize("kind", KINDS)
def test_every_level_has_a_case_or_is_equality(kind: Kind) -> None:
    shown = {pair[3] for pair in PAIRS if pair[0] is kind}
    elsewhere = {"same", "exchanged"} | ({"variant"} if kind is Kind.CATEGORY else set())  # a table tells these
    if kind in (Kind.PERSON_NAME, Kind.ADDRESS, Kind.ORGANISATION_NAME):
        return  # their other levels are shown by the Chinese cases
    assert {level.name for level in FIELDS[kind].levels} - elsewhere <= shown


@pytest.mark.parametrize("kind", KINDS)
def test_levels_are_probabilities(kind: Kind) -> None:
    levels = FIELDS[kind].levels
    assert sum(level.m for level in levels) == pytest.approx(1, abs=0.05)
    assert all(0 < level.m < 1 and 0 < level.u < 1 for level in levels)
    assert all(level.says_en and level.says_zh for level in levels)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_at_all_is_no_error(kind: Kind) -> None:
    field = FIELDS[kind]
    empty = field.clean(pl.Series([], dtype=pl.String))
    assert field.compare(empty, empty).len() == 0
    nulls = field.clean(pl.Series([None, None], dtype=pl.String))
    assert nulls[VALUE].null_count() == 2
    assert field.compare(nulls, nulls).len() == 2
    assert all(key(nulls).len() == 2 and key(empty).len() == 0 for key in field.keys.values())


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_text_whatever(kind: Kind, data: st.DataObject) -> None:
    field = FIELDS[kind]
    raw = pl.Series(data.draw(st.lists(words, min_size=1, max_size=8)), dtype=pl.String)
    cleaned = field.clean(raw)
    assert cleaned.height == raw.len()
    backwards = cleaned[list(range(raw.len() - 1, -1, -1))]
    there, back = field.compare(cleaned, backwards), field.compare(backwards, cleaned)
    assert there.dtype == pl.UInt8
    assert there.to_list() == back.to_list()
    assert all(level < len(field.levels) for level in there)
    for name, key in field.keys.items():
        keys = key(cleaned)
        assert keys.len() == raw.len(), name
        assert keys.dtype in (pl.String, pl.List(pl.String), pl.List(pl.UInt64)), name


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not Kind.PERSON_NAME])
def test_cleaning_twice_changes_nothing(kind: Kind) -> None:
    raw = [str(raw) for of, raw, _ in VALUES if of is kind] + [
        text for pair in PAIRS if pair[0] is kind for text in pair[1:3]
    ]
    assert is_idempotent(FIELDS[kind], pl.Series(raw))


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        (Kind.GIVEN_NAME, "Bob", "Robert"),
        (Kind.GIVEN_NAME, "Thomas", "Thmas"),
        (Kind.FAMILY_NAME, "Schmidt", "Schmitt"),
        (Kind.FAMILY_NAME, "Garcia Lopez", "Lopez"),
        (Kind.PERSON_NAME, "Charles Alexander Anderson", "Anderson, Charles"),
        (Kind.ORGANISATION_NAME, "Universal Exports Ltd", "Universal Export Worldwide"),
        (Kind.ADDRESS, "511 W Elm St", "511 Elm Street, Springfield"),
        (Kind.STREET, "Stanley Street", "Stanlay St"),
        (Kind.BIRTH_DATE, "1980-04-05", "1980-05-04"),
        (Kind.EMAIL, "jjones@fmail.com", "j.jones@gmail.com"),
        (Kind.POSTCODE, "CW3 0DJ", "CW3 9QX"),
        (Kind.PLACE, "Birmingham", "Birmingam"),
        (Kind.TEXT, "anz bank chmbrs", "anz bank chmbr"),
    ],
)
def test_values_that_should_meet_share_a_key(kind: Kind, left: str, right: str) -> None:
    field = FIELDS[kind]
    one, other = both(field, [left], [right])

    def said(frame: pl.DataFrame, name: str) -> set[str]:
        told = field.keys[name](frame).to_list()[0]
        return set(told) if isinstance(told, list) else {told} - {None}

    shared = set(chain.from_iterable(said(one, name) & said(other, name) for name in field.keys))
    assert shared


def test_a_year_alone_agrees_with_itself_as_far_as_a_year_does() -> None:
    field = FIELDS[Kind.BIRTH_DATE]
    assert field.itself is not None
    levels = field.itself(field.clean(pl.Series(["1980", "1980-08", "19800800", "1980-08-10", "19499801"])))
    assert [field.levels[level].name for level in levels] == ["year_only", "year_only", "year_only", "same", "same"]


def test_years_of_the_hijra_are_those_of_the_column() -> None:
    """By the moon; by the sun where days numbered 31 say so; not at all in a table of former times."""
    clean = FIELDS[Kind.BIRTH_DATE].clean

    def read(*dates: str) -> str:
        return clean(pl.Series(dates))["value"][0]

    assert read("1357/11/22", "1357/03/09") == "1939-01-12"
    assert read("1357/11/22", "1399/06/31", "1350/02/31") == "1979-02-11"
    assert read("1357-11-22", "1420-03-09", "1502-01-01", "1650-02-03", "1701-05-06") == "1357-11-22"
