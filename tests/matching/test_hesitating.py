"""What fits two customers equally well is neither's for sure; whatever tells them apart decides."""

import numpy as np
import pytest

from matching.clusters.clustering import merge
from matching.clusters.edges import Edges
from tests.matching.test_clustering import LOTS, PRIOR

FATHER, SON, NAMELESS = 0, 1, 2
NUMBER, BORN = 8.0, 0.0


def edges(pairs: list[tuple[int, int, float, float]], told: list[tuple[bool, bool]]) -> Edges:
    """Give edges of two facts, a number and a birth date, each with its weight and whether both tell it."""
    left, right = (np.array([pair[end] for pair in pairs], dtype=np.int64) for end in (0, 1))
    weights = np.array([pair[2:] for pair in pairs], dtype=np.float32)
    none = np.zeros(left.size, dtype=bool)
    known = np.ones(left.size, dtype=np.int64)
    return Edges(left, right, weights, np.array(told, dtype=np.float32), known, none, ~none)


def strangers(left: np.ndarray, right: np.ndarray) -> Edges:
    """Score pairs that blocking has not found: their numbers differ, one of the two tells no birth date."""
    pairs = zip(left.tolist(), right.tolist(), strict=True)
    return edges([(a, b, -NUMBER, BORN) for a, b in pairs], [(True, False)] * left.size)


def clusters(to_son: float, born: float = BORN, *, dated: bool = False) -> list[int]:
    """Cluster a father and a son of one number, and a record of that number that tells no birth date unless `dated`."""
    found = edges(
        [(FATHER, SON, NUMBER, -30.0), (FATHER, NAMELESS, NUMBER, born), (SON, NAMELESS, to_son, born)],
        [(True, True), (True, dated), (True, dated)],
    )
    labels, _ = merge(LOTS[:3], found, PRIOR, 0.0, strangers)
    return [int(label) for label in labels]


def test_a_record_that_fits_two_equally_well_stays_alone() -> None:
    assert clusters(to_son=NUMBER) == [FATHER, SON, NAMELESS]
    assert clusters(to_son=NUMBER - 0.5) == [FATHER, SON, NAMELESS]


def test_it_joins_the_one_that_it_plainly_fits_better() -> None:
    assert clusters(to_son=NUMBER - 2) == [FATHER, SON, FATHER]
    assert clusters(to_son=NUMBER + 2) == [FATHER, SON, SON]


@pytest.mark.parametrize("born", [3.0, -2.0])
def test_it_is_not_without_a_word_on_what_sets_them_apart(born: float) -> None:
    assert clusters(to_son=NUMBER - 0.5, born=born, dated=True) == [FATHER, SON, FATHER]


def test_it_goes_to_nobody_else_whom_it_fits_worse() -> None:
    other = 3
    found = edges(
        [
            (FATHER, SON, NUMBER, -30.0),
            (FATHER, NAMELESS, NUMBER, BORN),
            (SON, NAMELESS, NUMBER, BORN),
            (NAMELESS, other, NUMBER - 3, BORN),
        ],
        [(True, True), (True, False), (True, False), (True, False)],
    )
    labels, _ = merge(LOTS[:4], found, PRIOR, 0.0, strangers)
    assert labels.tolist() == [FATHER, SON, NAMELESS, other]
