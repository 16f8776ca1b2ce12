"""What the desk's benchmark looks for, on a small home: nothing lost, doubled, shown to two, or half there."""

from pathlib import Path

import pytest

from benchmarks.desk import crowd, killed
from benchmarks.desk_world import add_stewards, make_home

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    make_home(folder, customers=800, questions=300)
    add_stewards(folder, 8)
    return folder


def test_eight_stewards_at_once(home: Path) -> None:
    found = crowd(home, 8, 160)
    assert (found.decisions, found.shown_to_two, found.lost, found.doubled) == (160, 0, 0, 0)


def test_a_server_killed_while_it_saves(home: Path) -> None:
    found = killed(home, 4)
    assert found.whole + found.none == 4
    assert (found.halves, found.page_was_wrong) == (0, 0)
