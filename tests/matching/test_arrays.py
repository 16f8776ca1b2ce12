"""Numbers sorted and grouped, and work done side by side: as the plain way does it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.arrays import distinct, grouped, sorted_pairs
from matching.side_by_side import THREADS, at_once, threads

NUMBERS = st.lists(st.integers(0, 2**40), max_size=30)


@settings(deadline=None)
@given(NUMBERS)
def test_distinct_and_grouped_are_what_numpy_says(told: list[int]) -> None:
    numbers = np.array(told, dtype=np.int64)
    expected, places = np.unique(numbers, return_inverse=True)
    assert distinct(numbers).tolist() == expected.tolist()
    found = grouped(numbers)
    assert (found[0].tolist(), found[1].tolist()) == (expected.tolist(), places.tolist())


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2**30), st.integers(0, 999)), max_size=30))
def test_pairs_are_sorted_by_the_first_then_the_second(told: list[tuple[int, int]]) -> None:
    one, other = (np.array([pair[end] for pair in told], dtype=np.int64) for end in (0, 1))
    found = sorted_pairs(one, other, 1000)
    assert list(zip(found[0].tolist(), found[1].tolist(), strict=True)) == sorted(told)


@pytest.mark.parametrize("many", ["1", "2", "7"])
def test_any_number_of_threads_gives_the_same_in_the_same_order(many: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(THREADS, many)
    assert threads() == int(many)
    assert at_once(pow, range(20), 2) == [n**2 for n in range(20)]


def test_an_error_in_one_thread_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(THREADS, "2")
    with pytest.raises(ZeroDivisionError):
        at_once(divmod, [1, 2, 3], 0)
