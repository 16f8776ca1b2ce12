from itertools import permutations

import numpy as np
import polars as pl
import pytest

from matching.fields.phone import FIELD
from matching.fields.phone_spelling import second
from matching.single import TWINS
from matching.words import Kind
from tests.matching.fields.cases import cases, is_idempotent, level_of

SPELLINGS = cases("phones", "spellings")


@pytest.mark.parametrize("case", SPELLINGS, ids=lambda case: case["raw"])
def test_spelling(case: dict[str, str | None]) -> None:
    cleaned = FIELD.clean(pl.Series([case["raw"]])).row(0, named=True)
    expected = {name: value for name, value in case.items() if name not in ("raw", "because")}
    assert {name: cleaned[name] for name in expected} == expected


@pytest.mark.parametrize("case", cases("phones", "pairs"), ids=lambda case: f"{case['left']}-{case['right']}")
def test_pair(case: dict[str, str]) -> None:
    assert level_of(FIELD, case["left"], case["right"]) == case["level"]


def test_one_at_a_time_says_what_columns_say() -> None:
    twin = TWINS[Kind.PHONE]
    cleaned = (
        FIELD.clean(pl.Series([case["raw"] for case in SPELLINGS])).drop_nulls("value").unique("value").sort("value")
    )
    ends = [cleaned[pl.Series(np.array(side))] for side in zip(*permutations(range(cleaned.height), 2), strict=True)]
    one, other = ([twin.parts(*row) for row in end.select(twin.columns).rows()] for end in ends)
    levels = [twin.compare(*pair) for pair in zip(one, other, strict=True)]
    assert levels == FIELD.compare(*ends).to_list()
    for name, make in twin.keys.items():
        assert [make(row) for row in cleaned.rows(named=True)] == FIELD.keys[name](cleaned).to_list()


def test_cleaning_twice_changes_nothing() -> None:
    assert is_idempotent(FIELD, pl.Series([case["raw"] for case in SPELLINGS]))


def test_nothing_at_all_is_no_error() -> None:
    empty = FIELD.clean(pl.Series([], dtype=pl.String))
    assert FIELD.compare(empty, empty).len() == 0
    assert FIELD.clean(pl.Series([None, None], dtype=pl.String))["value"].null_count() == 2


def test_the_second_of_two_numbers() -> None:
    cells = ["13932690269 13584049991", "021-35883988、18043417096", "186 4296 6358", "0573 64356993", None]
    assert FIELD.clean(second(pl.Series(cells)))["value"].to_list() == ["13584049991", "18043417096", None, None, None]
    behind = [
        "13932690269\n13584049991",
        "1393269026913584049991",
        "13932690269（儿子13584049991）",
        "13932690269 135 8404 9991",
        "0571-23715942(135-8404-9991)",
        "13932690269转801",
    ]
    assert FIELD.clean(second(pl.Series(behind)))["value"].to_list() == ["13584049991"] * 5 + [None]
