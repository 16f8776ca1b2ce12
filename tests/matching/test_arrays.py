"""Numbers sorted and grouped, and work done side by side: as the plain way does it."""

from threading import Barrier

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.arrays import distinct, grouped, in_order, sorted_pairs, sums
from matching.side_by_side import THREADS, at_once, both_at_once, threads

ANY = st.one_of(st.integers(0, 9), st.integers(2**64 - 3, 2**64 - 1), st.integers(0, 2**64 - 1))
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
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=9))
def test_rows_are_summed(told: list[tuple[bool, bool, bool]]) -> None:
    rows = np.array(told, dtype=bool).reshape(-1, 3)
    assert sums(rows).tolist() == [sum(row) for row in told]
    assert sums(rows[:, :0]).tolist() == [0] * len(told)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2**30), st.integers(0, 999)), max_size=30))
def test_pairs_are_sorted_by_the_first_then_the_second(told: list[tuple[int, int]]) -> None:
    one, other = (np.array([pair[end] for pair in told], dtype=np.int64) for end in (0, 1))
    found = sorted_pairs(one, other, 1000)
    assert list(zip(found[0].tolist(), found[1].tolist(), strict=True)) == sorted(told)


@settings(deadline=None)
@given(st.lists(st.integers(0, 9), max_size=30), st.sampled_from([10, 2**62]))
def test_equal_numbers_stay_as_they_stand(told: list[int], below: int) -> None:
    numbers = np.array(told, dtype=np.int32)
    assert in_order(numbers, below).tolist() == sorted(range(len(told)), key=told.__getitem__)


@settings(deadline=None)
@given(st.lists(ANY, max_size=30))
def test_any_numbers_come_in_order_whatever_their_size(told: list[int]) -> None:
    numbers = np.array(told, dtype=np.uint64)
    assert in_order(numbers).tolist() == sorted(range(len(told)), key=told.__getitem__)
    assert grouped(numbers)[0].tolist() == sorted(set(told))


@pytest.mark.parametrize("told", [[-1, 0], [0, 3]])
def test_numbers_that_are_not_below_what_was_said_are_refused(told: list[int]) -> None:
    with pytest.raises(ValueError, match="expected numbers from 0 and below 3"):
        in_order(np.array(told), 3)


def test_pairs_of_short_numbers_do_not_overflow() -> None:
    large = np.array([2**31 - 1, 7], dtype=np.int32)
    assert [end.tolist() for end in sorted_pairs(large, np.array([1, 2]), 2**20)] == [[7, 2**31 - 1], [2, 1]]


@pytest.mark.parametrize("many", ["1", "2", "7"])
def test_any_number_of_threads_gives_the_same_in_the_same_order(many: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(THREADS, many)
    assert threads() == int(many)
    assert at_once(pow, range(20), 2) == [n**2 for n in range(20)]
    assert at_once(pow, range(20), 2, size=lambda n: n % 7) == [n**2 for n in range(20)]


def test_the_largest_begin_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(THREADS, "2")
    begun: list[int] = []
    both = Barrier(2)

    def work(number: int) -> None:
        begun.append(number)
        both.wait(timeout=10)

    at_once(work, [1, 4, 2, 3], size=lambda number: number)
    assert {frozenset(begun[:2]), frozenset(begun[2:])} == {frozenset((3, 4)), frozenset((1, 2))}


def test_an_error_in_one_thread_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(THREADS, "2")
    with pytest.raises(ZeroDivisionError):
        at_once(divmod, [1, 2, 3], 0)


@pytest.mark.parametrize("many", ["1", "2"])
def test_two_pieces_of_work_are_done_with_any_number_of_threads(many: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(THREADS, many)
    assert both_at_once(lambda: 1, lambda: "two") == (1, "two")
    for works in ((lambda: 1 // 0, lambda: 1), (lambda: 1, lambda: 1 // 0)):
        with pytest.raises(ZeroDivisionError):
            both_at_once(*works)
