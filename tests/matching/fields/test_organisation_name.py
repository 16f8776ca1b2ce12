import polars as pl
import pytest

from matching.fields.organisation_name import FIELD
from matching.single.twins import TWINS
from matching.words import Kind
from tests.matching.fields.cases import cases, is_idempotent, level_of

SPELLINGS = cases("organisations", "parts")


@pytest.mark.parametrize("case", SPELLINGS, ids=lambda case: case["raw"])
def test_spelling(case: dict[str, str | None]) -> None:
    cleaned = FIELD.clean(pl.Series([case["raw"]])).row(0, named=True)
    expected = {name: value for name, value in case.items() if name not in ("raw", "because")}
    assert {name: cleaned[name] for name in expected} == expected


@pytest.mark.parametrize("case", cases("organisations", "pairs"), ids=lambda case: f"{case['left']}-{case['right']}")
def test_pair(case: dict[str, str]) -> None:
    assert level_of(FIELD, case["left"], case["right"]) == case["level"]


def test_cleaning_twice_changes_nothing() -> None:
    assert is_idempotent(FIELD, pl.Series([case["raw"] for case in SPELLINGS]))


def test_a_name_alone_is_read_and_compared_as_it_is_among_others() -> None:
    twin = TWINS[Kind.ORGANISATION_NAME]
    assert twin.clean is not None
    written = [text for case in cases("organisations", "pairs") for text in (case["left"], case["right"])]
    cleaned = FIELD.clean(FIELD.clean(pl.Series(written))["value"])
    own = [twin.clean(text) for text in cleaned["value"].to_list()]
    assert all(parts is None or parts == row for parts, row in zip(own, cleaned.rows(named=True), strict=True))
    left, right = cleaned[::2], cleaned[1::2]
    rows = zip(left.select(twin.columns).rows(), right.select(twin.columns).rows(), strict=True)
    levels = [twin.compare(twin.parts(*one), twin.parts(*other)) for one, other in rows]
    known = zip(left["value"], right["value"], levels, FIELD.compare(left, right).to_list(), strict=True)
    assert all(level in (None, theirs) for one, other, level, theirs in known if one != other)


def test_nothing_at_all_is_no_error() -> None:
    empty = FIELD.clean(pl.Series([], dtype=pl.String))
    assert FIELD.compare(empty, empty).len() == 0
    assert FIELD.clean(pl.Series([None, None], dtype=pl.String))["value"].null_count() == 2
