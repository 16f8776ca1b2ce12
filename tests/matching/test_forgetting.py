"""A model forgets what only the erased told, and decides of everybody else exactly as before."""

import random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from matching.learning.forgetting import Forgetting
from matching.resolving import resolve
from tests.matching.people import PEOPLE, people

RECORDS, TRUTH = people(120)
MODEL = resolve(RECORDS, PEOPLE).model


@pytest.mark.parametrize("seed", range(3))
def test_no_score_of_others_changes_and_no_value_of_theirs_is_left(seed: int) -> None:
    persons = random.Random(seed).sample(sorted(TRUTH["entity"].unique()), 10)  # noqa: S311 -- a test's luck
    theirs = TRUTH.filter(pl.col("entity").is_in(persons))["rid"].to_list()
    erased, others = RECORDS.filter(pl.col("rid").is_in(theirs)), RECORDS.filter(~pl.col("rid").is_in(theirs))

    forgotten = Forgetting.of(erased, others, PEOPLE).without(MODEL)

    before, after = resolve(others, PEOPLE, model=MODEL), resolve(others, PEOPLE, model=forgotten)
    assert_frame_equal(before.pairs, after.pairs, check_exact=True)
    assert_frame_equal(before.members, after.members)
    told = {number for numbers in erased["phones"] for number in numbers}
    told -= {number for numbers in others["phones"] for number in numbers}
    known = MODEL.frequencies["value"].to_list()
    assert any(number in known for number in told)
    left = {*forgotten.frequencies["value"], *forgotten.joints["value"], *forgotten.joints["other"]}
    assert not told & left
    assert MODEL.frequencies["count"].sum() > forgotten.frequencies["count"].sum()
