"""What answers teach: a little from few, the right way from many, nothing that one slip decides."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import resolve
from matching.clusters.judging import judged
from matching.judgements.teaching import Lessons, learned_from, lessons, teach, untaught
from matching.model import FactModel, Model
from tests.matching.people import PEOPLE, people
from tests.matching.standins import REGISTRY

NOTHING = pl.DataFrame(schema={"fact": pl.String, "value": pl.String, "count": pl.Int64})


def model(levels: int = 2) -> Model:
    fact = FactModel(
        "name", "text", tuple(f"level_{n}" for n in range(levels)), (0.5,) * levels, (0.5,) * levels, 9, ()
    )
    return Model((fact,), prior=-1.0, match_from=0.0, review_from=-3.0, frequencies=NOTHING, joints=NOTHING)


def answers(counts: list[tuple[int, int, int]], levels: int = 2) -> Lessons:
    """Make (level, how many said same, how many said different) into lessons of a model that says nothing."""
    level = np.concatenate([np.full(same + different, at) for at, same, different in counts])
    told = np.concatenate([np.arange(same + different) < same for _, same, different in counts])
    shares = (level[:, None] == np.arange(levels)).astype(np.float64)
    return Lessons(np.zeros((level.size, 1)), shares, np.full(level.size, -1.0), told)


def weight(taught: Model, level: int) -> float:
    return taught.prior + taught.facts[0].moves[level]


def test_levels_move_to_what_was_answered() -> None:
    taught = teach(model(), answers([(0, 90, 10), (1, 5, 95)]))
    assert weight(taught, 0) == pytest.approx(np.log(9), abs=0.5)
    assert weight(taught, 1) == pytest.approx(-np.log(19), abs=0.8)


def test_few_answers_change_little() -> None:
    taught = teach(model(), answers([(0, 1, 0)]))
    assert 0 < weight(taught, 0) + 1 < weight(teach(model(), answers([(0, 30, 0)])), 0) + 1


def test_two_wrong_answers_in_a_hundred_do_not_turn_what_is_known() -> None:
    right, slipped = teach(model(), answers([(0, 0, 100)])), teach(model(), answers([(0, 2, 98)]))
    assert weight(slipped, 0) == pytest.approx(weight(right, 0), abs=1.0)


def test_no_answers_change_nothing() -> None:
    assert teach(model(), answers([(0, 0, 0)])) == model()


@settings(max_examples=20, deadline=None)
@given(same=st.integers(0, 40), different=st.integers(0, 40), more=st.integers(1, 40))
def test_more_answers_same_never_lower_a_weight(same: int, different: int, more: int) -> None:
    before = teach(model(), answers([(0, same, different), (1, 5, 5)]))
    after = teach(model(), answers([(0, same + more, different), (1, 5, 5)]))
    assert weight(after, 0) >= (weight(before, 0) if same + different else -1.0) - 0.05


def test_a_taught_model_remembers_what_it_was() -> None:
    taught = teach(model(), answers([(0, 20, 3), (1, 1, 30)]))
    assert taught != model()
    assert untaught(taught).prior == pytest.approx(model().prior)
    assert untaught(taught).facts == model().facts


def test_answers_about_records_teach_by_their_clusters() -> None:
    solved = resolve(people(60)[0], PEOPLE, registry=REGISTRY)
    pairs = pl.DataFrame(
        {
            "record_id_l": ["r00000", "r00001"],
            "record_id_r": ["r00050", "r00070"],
            "verdict": ["different", "different"],
        }
    )
    said = judged(pairs, solved.encoded.ids)
    learned = lessons(solved.scorer, solved.labels, said)
    assert learned.same.tolist() == [False, False]
    assert learned.score == pytest.approx(solved.model.prior + learned.means.sum(axis=1), abs=1e-4)
    told = [len(fact.levels) for fact in solved.model.facts]
    assert learned.shares.shape == (2, sum(told))
    again = learned_from(solved.scorer, solved.scored, solved.labels, said)
    assert again == learned_from(solved.scorer, solved.scored, solved.labels, said)
    assert again.prior_move != 0
