"""How far stewards agree: Cohen's kappa as it is written, an interval that narrows, each steward by himself."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from matching.judgements.agreeing import KNOWN_ANSWERS, Agreement, agreements, kappa

WORDS = ("different", "same")


def said(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(KNOWN_ANSWERS), orient="row")


def by_steward(found: list[Agreement]) -> dict[str | None, Agreement]:
    return {each.who: each for each in found}


@settings(max_examples=30, deadline=None)
@given(counts=st.lists(st.integers(20, 400), min_size=4, max_size=4))
def test_kappa_is_cohens_kappa_within_its_interval(counts: list[int]) -> None:
    one = np.repeat([1, 1, 0, 0], counts)
    other = np.repeat([1, 0, 1, 0], counts)
    found = kappa([[counts[0], counts[1]], [counts[2], counts[3]]])
    written = cohen_kappa_score(one, other)
    assert found.low < written < found.high
    assert found.value == pytest.approx(written, abs=0.02)
    more = kappa(10 * np.array([[counts[0], counts[1]], [counts[2], counts[3]]]))
    assert more.width < found.width


def test_who_answers_alike_whatever_is_asked_agrees_no_more_than_chance() -> None:
    found = by_steward(agreements(said(*((f"i{n}", "li", "same", WORDS[n % 2]) for n in range(200)))))["li"]
    assert found.right.value == pytest.approx(0.5, abs=0.02)
    assert found.kappa.low < 0.05
    assert found.kappa.high < 0.1


def test_stewards_are_told_apart_and_held_against_each_other() -> None:
    rows = []
    for number in range(60):
        known = WORDS[number % 2]
        wrong = WORDS[(number + 1) % 2]
        rows.append((f"i{number}", "li", known, known))
        rows.append((f"i{number}", "wang", wrong if number % 3 == 0 else known, known))
    rows += [("i0", "zhao", "unsure", "same"), ("i99", "zhao", "same", "same")]
    found = by_steward(agreements(said(*rows)))
    assert list(found) == [None, "li", "wang", "zhao"]
    assert found["li"].right.value > 0.95 > found["wang"].right.high
    assert found["wang"].right.low < 40 / 60 < found["wang"].right.high
    assert found["li"].kappa.low > found["wang"].kappa.high
    assert (found["zhao"].answers, found["zhao"].unsure) == (1, 1)
    assert found["zhao"].colleagues is None
    li, wang = found["li"].colleagues, found["wang"].colleagues
    assert li is not None
    assert wang is not None
    assert li.value == pytest.approx(wang.value, abs=0.05)
    assert found[None].answers == 121
    assert found[None].together == 120


def test_many_answers_to_one_question_do_not_count_as_many_questions() -> None:
    two = agreements(said(*((f"i{n}", who, WORDS[n % 2], WORDS[n % 2]) for n in range(20) for who in ("a", "b"))))
    five = agreements(said(*((f"i{n}", who, WORDS[n % 2], WORDS[n % 2]) for n in range(20) for who in "abcde")))
    assert two[0].colleagues is not None
    assert five[0].colleagues is not None
    assert five[1].colleagues == two[1].colleagues


def test_nothing_is_said_without_an_answer() -> None:
    assert agreements(said()) == []
    assert agreements(said(("i1", "li", "unsure", "same"))) == []
