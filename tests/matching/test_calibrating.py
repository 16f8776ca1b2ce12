"""Probabilities that mean what they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.scores.calibrating import calibrate, probability


def drawn(boldness: float) -> tuple[np.ndarray, np.ndarray]:
    """Give scores that are so many times too bold, and which of their pairs are right."""
    luck = np.random.default_rng(3)
    true = luck.normal(0, 3, 20_000)
    return true * boldness, luck.random(true.size) < 1 / (1 + np.exp(-true))


@pytest.mark.parametrize("boldness", [0.5, 1.0, 3.0])
def test_scores_that_are_too_bold_or_too_shy_become_shares(boldness: float) -> None:
    score, right = drawn(boldness)
    said = probability(score, calibrate(score, right))
    for low in (0.1, 0.3, 0.5, 0.7, 0.9):
        here = (said >= low) & (said < low + 0.05)
        assert right[here].mean() == pytest.approx(low + 0.025, abs=0.06)


@given(st.lists(st.tuples(st.floats(-20, 20), st.booleans()), max_size=600))
def test_a_higher_score_is_never_less_probable(pairs: list[tuple[float, bool]]) -> None:
    score = np.array([one for one, _ in pairs])
    knots = calibrate(score, np.array([other for _, other in pairs], dtype=bool))
    line = probability(np.linspace(-30, 30, 200), knots)
    assert (np.diff(line) >= -1e-12).all()
    assert ((line >= 0) & (line <= 1)).all()


def test_few_pairs_leave_the_log_odds_as_they_are() -> None:
    assert calibrate(np.array([1.0, 2.0]), np.array([True, False])) == ()
    assert probability(np.array([0.0, np.log(9)]), ()).tolist() == pytest.approx([0.5, 0.9])
