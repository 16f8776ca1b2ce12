"""Clusters: what merges, what does not, and that order plays no part."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.blocks.keys import mix
from matching.clusters.clustering import _mutual_best, components, merge
from matching.clusters.edges import Edges

PRIOR = -4.0
LOTS = np.arange(1000, dtype=np.uint64)


def edges(pairs: list[tuple[int, int, float]], *, apart: set[tuple[int, int]] = frozenset()) -> Edges:  # type: ignore[assignment]
    """Give edges of one fact whose scores are the numbers given."""
    left = np.array([min(a, b) for a, b, _ in pairs], dtype=np.int64)
    right = np.array([max(a, b) for a, b, _ in pairs], dtype=np.int64)
    weights = np.array([[score - PRIOR] for _, _, score in pairs], dtype=np.float32).reshape(-1, 1)
    known = np.ones(left.size, dtype=np.int64)
    never = np.array([(a, b) in apart for a, b, _ in pairs], dtype=bool)
    return Edges(left, right, weights, np.ones_like(weights), known, never, np.ones(left.size, dtype=bool))


def solve(count: int, pairs: list[tuple[int, int, float]], otherwise: float = -6.0, **more: object) -> list[int]:
    def fill(left: np.ndarray, right: np.ndarray) -> Edges:
        return edges([(a, b, otherwise) for a, b in zip(left.tolist(), right.tolist(), strict=True)])

    labels, _ = merge(LOTS[:count], edges(pairs, **more), PRIOR, 0.0, fill)  # type: ignore[arg-type]
    return [int(label) for label in labels]


def test_two_groups_joined_by_one_weak_link_stay_two() -> None:
    groups = [(0, 1, 9.0), (1, 2, 9.0), (0, 2, 9.0), (3, 4, 9.0), (4, 5, 9.0), (3, 5, 9.0)]
    assert solve(6, [*groups, (2, 3, 1.0)]) == [0, 0, 0, 3, 3, 3]


def test_pairs_that_blocking_missed_are_scored_before_a_merge() -> None:
    chain = [(0, 1, 5.0), (1, 2, 5.0)]
    assert solve(3, chain, otherwise=5.0) == [0, 0, 0]
    assert len(set(solve(3, chain, otherwise=-20.0))) == 2


def test_a_contradiction_separates_whole_clusters() -> None:
    pairs = [(0, 1, 9.0), (2, 3, 9.0), (1, 2, 8.0), (0, 3, 8.0), (0, 2, 8.0), (1, 3, 8.0)]
    assert solve(4, pairs) == [0, 0, 0, 0]
    assert solve(4, pairs, apart={(1, 3)}) == [0, 0, 2, 2]


def test_a_contradiction_found_only_while_merging_separates_too() -> None:
    def fill(left: np.ndarray, right: np.ndarray) -> Edges:
        found = [(a, b, 5.0) for a, b in zip(left.tolist(), right.tolist(), strict=True)]
        return edges(found, apart={(a, b) for a, b, _ in found})

    labels, _ = merge(LOTS[:3], edges([(0, 1, 9.0), (1, 2, 8.0)]), PRIOR, 0.0, fill)
    assert labels.tolist() == [0, 0, 2]


@settings(deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 7), st.integers(0, 7)), st.sampled_from([-np.inf, 1.0, 2.0, 3.0]), max_size=20
    )
)
def test_best_neighbours_are_those_that_come_first_for_either(scores: dict[tuple[int, int], float]) -> None:
    told = {(min(pair), max(pair)): score for pair, score in scores.items() if pair[0] != pair[1]}
    found = edges([(*pair, 1.0) for pair in told])
    able = [pair for pair, score in told.items() if np.isfinite(score)]
    order = sorted(able, key=lambda pair: (-told[pair], int(mix(LOTS[[pair[0]]], LOTS[[pair[1]]])[0])))
    first = {end: next(pair for pair in order if end in pair) for pair in able for end in pair}
    chosen = _mutual_best(LOTS[:8], found, np.array(list(told.values()), dtype=np.float64))
    pairs = set(zip(found.left[chosen].tolist(), found.right[chosen].tolist(), strict=True))
    assert pairs == {pair for pair in able if all(first[end] == pair for end in pair)}


def test_a_long_chain_of_equal_links_takes_few_rounds() -> None:
    rounds = []

    def fill(left: np.ndarray, right: np.ndarray) -> Edges:
        rounds.append(left.size)
        return edges([(a, b, 3.0) for a, b in zip(left.tolist(), right.tolist(), strict=True)])

    labels, weakest = merge(LOTS[:400], edges([(n, n + 1, 3.0) for n in range(399)]), PRIOR, 0.0, fill)
    assert set(labels.tolist()) == {0}
    assert weakest[0] == pytest.approx(3.0, abs=1e-4)
    assert len(rounds) < 60


def test_the_weakest_merge_of_a_cluster_is_told() -> None:
    _, weakest = merge(
        LOTS[:3], edges([(0, 1, 9.0), (0, 2, 1.0), (1, 2, 2.0)]), PRIOR, 0.0, lambda left, right: edges([])
    )
    assert weakest[0] == pytest.approx(1.5, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.floats(-9, 9)), max_size=25),
    st.randoms(use_true_random=False),
)
def test_order_of_edges_changes_nothing(pairs: list[tuple[int, int, float]], luck: object) -> None:
    once = {(min(a, b), max(a, b)): score for a, b, score in pairs if a != b}
    told = [(a, b, score) for (a, b), score in sorted(once.items())]
    shuffled = list(told)
    luck.shuffle(shuffled)  # type: ignore[attr-defined]
    assert solve(10, told) == solve(10, shuffled)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20))
def test_components_are_what_links_reach(links: list[tuple[int, int]]) -> None:
    reach = list(range(10))
    for _ in range(10):
        for a, b in links:
            reach[a] = reach[b] = min(reach[a], reach[b])
    left, right = (np.array([link[end] for link in links], dtype=np.int64) for end in (0, 1))
    assert components(10, left, right).tolist() == reach


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19), st.floats(-9, 9)), max_size=25))
def test_batches_change_nothing(pairs: list[tuple[int, int, float]]) -> None:
    once = {(min(a, b), max(a, b)): score for a, b, score in pairs if a != b}
    told = edges([(a, b, score) for (a, b), score in sorted(once.items())])

    def fill(left: np.ndarray, right: np.ndarray) -> Edges:
        return edges([(a, b, -6.0) for a, b in zip(left.tolist(), right.tolist(), strict=True)])

    whole, parts = (merge(LOTS[:20], told, PRIOR, 0.0, fill, batch=batch) for batch in (1000, 1))
    assert [part.tolist() for part in parts] == [each.tolist() for each in whole]
