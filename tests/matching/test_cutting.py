"""Where a customer hangs together least: the planted bridge is found, whatever the order, and what must be apart is."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.clusters.cutting import weakest_cut

ONE, OTHER = ("a:1", "a:2", "a:3"), ("b:1", "b:2")
LINKS = [
    *((left, right, 8.0) for group in (ONE, OTHER) for left, right in combinations(group, 2)),
    ("a:3", "b:1", 0.5),
    ("a:1", "b:2", 0.2),
]


@settings(deadline=None)
@given(st.permutations(LINKS), st.permutations([*ONE, *OTHER]))
def test_the_planted_bridge_is_found_in_any_order(links: list[tuple[str, str, float]], records: list[str]) -> None:
    cut = weakest_cut(records, links)
    assert cut is not None
    assert (cut.one, cut.other) == (ONE, OTHER)
    assert cut.bridge == ("a:3", "b:1")


def test_records_that_must_be_apart_are() -> None:
    cut = weakest_cut(["a:1", "a:2", "a:3"], [("a:1", "a:2", 9.0), ("a:2", "a:3", 1.0)], [("a:1", "a:2")])
    assert cut is not None
    assert ("a:1" in cut.one) != ("a:2" in cut.one)


def test_no_link_no_bridge_and_one_record_no_cut() -> None:
    cut = weakest_cut(["a:1", "a:2"], [])
    assert cut is not None
    assert cut.bridge is None
    assert weakest_cut(["a:1"], []) is None
