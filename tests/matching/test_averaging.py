"""What many pairs say of a fact: a name as it is best written, a home that is told again and again, a plain mean."""

import numpy as np
import pytest

from matching.scores.averaging import MOST, PLAIN, Averaging
from matching.words import Kind

KINDS = Averaging.of([Kind.GIVEN_NAME, Kind.ADDRESS, Kind.PHONE])


def said(averaging: Averaging, weights: list[list[float | None]], wider: int) -> list[float]:
    """Average the weights of some pairs (a row each; None: not told) between two clusters."""
    told = np.array([[weight is not None for weight in row] for row in weights])
    known = np.array([[weight or 0.0 for weight in row] for row in weights], dtype=np.float32)
    sums = averaging.terms(known, told).sum(axis=0, keepdims=True)
    counts = told.sum(axis=0, keepdims=True).astype(np.float32)
    return averaging.means(sums, counts, np.array([wider]))[0].tolist()


def test_one_pair_says_what_it_says() -> None:
    assert said(KINDS, [[4.0, -3.0, None]], 1) == pytest.approx([4.0, -3.0, 0.0], abs=1e-3)


def test_a_name_belongs_where_it_is_written_alike_once() -> None:
    name, address, phone = said(KINDS, [[6.0, 6.0, 6.0], [-6.0, -6.0, -6.0]], 2)
    assert name > 2.0
    assert address == pytest.approx(0.0)
    assert name < phone < 6.0


def test_a_record_that_tells_one_of_two_numbers_is_his_who_has_both() -> None:
    told = said(KINDS, [[None, None, 11.0], [None, None, -2.0]], 2)
    assert told[2] > 11.0 - 3.0
    firms = Averaging.of([Kind.GIVEN_NAME, Kind.ADDRESS, Kind.PHONE], of_persons=False)
    assert said(firms, [[None, None, 11.0], [None, None, -2.0]], 2)[2] == pytest.approx(4.5)


def test_homes_that_differ_throughout_say_more_than_other_facts() -> None:
    name, address, phone = said(KINDS, [[-2.0, -2.0, -2.0]] * 9, 3)
    assert name == pytest.approx(-2.0, abs=1e-3)
    assert address < phone < -2.0
    assert said(KINDS, [[-2.0, -2.0, -2.0]] * 576, 24)[1] == pytest.approx(-2.0 * MOST)


def test_a_difference_told_by_one_record_on_a_side_is_not_repeated() -> None:
    assert said(KINDS, [[-2.0, -2.0, -2.0]] * 5, 5)[1:] == pytest.approx([-2.0, -2.0], abs=1e-3)


def test_without_kinds_all_means_are_plain() -> None:
    assert said(PLAIN, [[6.0, 3.0], [-2.0, 1.0]], 2) == pytest.approx([2.0, 2.0])
