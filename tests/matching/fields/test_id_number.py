import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.fields.id_number import FIELD
from matching.fields.id_spelling import RESIDENT_CHECKS, RESIDENT_WEIGHTS, resident_check
from tests.matching.fields.cases import cases, is_idempotent, level_of

SPELLINGS = cases("ids", "spellings")


@pytest.mark.parametrize("case", SPELLINGS, ids=lambda case: case["raw"])
def test_spelling(case: dict[str, str | None]) -> None:
    cleaned = FIELD.clean(pl.Series([case["raw"]])).row(0, named=True)
    expected = {
        name.replace("valid", "is_valid"): value for name, value in case.items() if name not in ("raw", "because")
    }
    assert {name: cleaned[name] for name in expected} == expected


@pytest.mark.parametrize("case", cases("ids", "pairs"), ids=lambda case: f"{case['left']}-{case['right']}")
def test_pair(case: dict[str, str]) -> None:
    assert level_of(FIELD, case["left"], case["right"]) == case["level"]


def test_cleaning_twice_changes_nothing() -> None:
    assert is_idempotent(FIELD, pl.Series([case["raw"] for case in SPELLINGS]))


def test_nothing_at_all_is_no_error() -> None:
    empty = FIELD.clean(pl.Series([], dtype=pl.String))
    assert FIELD.compare(empty, empty).len() == 0
    assert FIELD.clean(pl.Series([None, None], dtype=pl.String))["value"].null_count() == 2


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("0159X*王"), min_size=1, max_size=18), max_size=5))
def test_the_check_character_is_of_all_digits_among_the_first_seventeen(numbers: list[str]) -> None:
    frame = pl.DataFrame({"number": numbers}, schema={"number": pl.String})
    totals = [
        sum(weight * int(one) for one, weight in zip(number, RESIDENT_WEIGHTS, strict=False) if one in "0159")
        for number in numbers
    ]
    found = frame.select(resident_check(pl.col("number")))["number"].to_list()
    assert found == [RESIDENT_CHECKS[total % 11] for total in totals]


def test_an_old_number_is_brought_to_eighteen_characters_whatever_stands_beside_it() -> None:
    old, new, code = "110101900307425", "11010119900307425X", "91350100M000100Y43"
    alone = FIELD.clean(pl.Series([old]))
    beside = FIELD.clean(pl.Series([code, old, "110101901307425", new]))
    assert beside[1].equals(alone)
    assert beside["value"].to_list()[2] == "110101901307425"
    assert beside["is_valid"][0] == FIELD.clean(pl.Series([code]))["is_valid"][0]
