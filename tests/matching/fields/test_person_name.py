import polars as pl
import pytest

from matching.fields.person_name import FIELD, LONGEST
from matching.single.cleaned_names import clean_name
from tests.matching.fields.cases import cases, is_idempotent, level_of

SPELLINGS = cases("names", "spellings")


@pytest.mark.parametrize("case", SPELLINGS, ids=lambda case: case["raw"])
def test_spelling(case: dict[str, str | None]) -> None:
    cleaned = FIELD.clean(pl.Series([case["raw"]])).row(0, named=True)
    expected = {name: value for name, value in case.items() if name not in ("raw", "because")}
    assert {name: cleaned[name] for name in expected} == expected


@pytest.mark.parametrize("case", cases("names", "pairs"), ids=lambda case: f"{case['left']}-{case['right']}")
def test_pair(case: dict[str, str]) -> None:
    assert level_of(FIELD, case["left"], case["right"]) == case["level"]


def test_cleaning_twice_changes_nothing() -> None:
    assert is_idempotent(FIELD, pl.Series([case["raw"] for case in SPELLINGS]))


def test_nothing_at_all_is_no_error() -> None:
    empty = FIELD.clean(pl.Series([], dtype=pl.String))
    assert FIELD.compare(empty, empty).len() == 0
    assert FIELD.clean(pl.Series([None, None], dtype=pl.String))["value"].null_count() == 2


def test_a_text_that_is_too_long_for_a_name_names_nobody() -> None:
    """Whole remarks in a column of names, held against each other letter by letter, kept a table from ending."""
    longest = "王芳" + "安" * (LONGEST - 2)
    said = FIELD.clean(pl.Series([longest, longest + "安", "ana " * 100]))["value"].to_list()
    assert said == [longest, None, None]
    assert clean_name(longest) is not None
    assert clean_name(longest + "安") is None
