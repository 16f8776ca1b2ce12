"""Estimates from answers about drawn pairs: intervals that hold the truth, slips allowed for, feeds told apart."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.frames import STRATA
from matching.judgements.estimating import ANSWERS, Estimate, agreement, estimate

TRUTH = {  # stratum: joined, pairs, what the model expects, what is true
    "joined 0.5–0.8": (True, 4_000, 0.66, 0.95),
    "joined 0.999–1": (True, 100_000, 0.9999, 0.9995),
    "apart 0.2–0.5": (False, 5_000, 0.35, 0.7),
    "apart 0–0.01": (False, 200_000, 0.001, 0.004),
}


def strata(truth: dict[str, tuple[bool, int, float, float]], feed: str | None = None) -> pl.DataFrame:
    rows = [(name, joined, feed, pairs, expected) for name, (joined, pairs, expected, _) in truth.items()]
    return pl.DataFrame(rows, schema=dict(STRATA), orient="row")


def answers(
    truth: dict[str, tuple[bool, int, float, float]], each: int, seed: int, slips: float = 0.02, feed: str = "app"
) -> pl.DataFrame:
    luck = np.random.default_rng(seed)
    rows = []
    for name, (*_, share) in truth.items():
        same = (luck.random(each) < share) ^ (luck.random(each) < slips)
        rows += [(name, feed, "bss", bool(one)) for one in same]
    return pl.DataFrame(rows, schema=dict(ANSWERS), orient="row")


def true_measures(truth: dict[str, tuple[bool, int, float, float]]) -> tuple[float, float]:
    hits = sum(pairs * share for joined, pairs, _, share in truth.values() if joined)
    said = sum(pairs for joined, pairs, *_ in truth.values() if joined)
    split = sum(pairs * share for joined, pairs, _, share in truth.values() if not joined)
    return hits / said, hits / (hits + split)


def overall(truth: dict[str, tuple[bool, int, float, float]], said: pl.DataFrame, missed: float = 0.0) -> Estimate:
    return estimate(strata(truth), said, missed)[0]


@pytest.mark.parametrize("slips", [0.0, 0.02, 0.05])
def test_intervals_hold_the_truth_nine_times_in_ten(slips: float) -> None:
    precision, recall = true_measures(TRUTH)
    held = np.zeros(2)
    for seed in range(40):
        found = overall(TRUTH, answers(TRUTH, 60, seed, slips))
        held += [
            found.precision.low <= precision <= found.precision.high,
            found.recall.low <= recall <= found.recall.high,
        ]
    assert (held / 40 >= 0.9).all()


def test_so_many_more_answers_halve_the_interval_as_was_foretold() -> None:
    doubtful = {name: told for name, told in TRUTH.items() if name != "apart 0–0.01"}
    widths = []
    for seed in range(10):
        few = overall(doubtful, answers(doubtful, 60, seed))
        assert few.halving_recall is not None
        many = overall(doubtful, answers(doubtful, 60 + few.halving_recall // len(doubtful), seed + 100))
        widths.append((few.recall.width, many.recall.width))
    few_width, many_width = np.mean(widths, axis=0)
    assert many_width == pytest.approx(few_width / 2, rel=0.2)


def test_nothing_answered_says_what_the_model_expects_and_little_more() -> None:
    found = overall(TRUTH, pl.DataFrame(schema=dict(ANSWERS)))
    assert found.answers == 0
    assert found.halving_recall is None
    assert found.recall.width > overall(TRUTH, answers(TRUTH, 60, 1)).recall.width


def test_what_blocking_misses_widens_recall_and_no_answer_narrows_it() -> None:
    said = answers(TRUTH, 2_000, 1)
    sure, unsure = overall(TRUTH, said), overall(TRUTH, said, missed=0.2)
    assert unsure.recall.low < sure.recall.low - 0.1
    assert unsure.halving_recall is None
    assert unsure.precision == sure.precision


def test_a_feed_that_goes_wrong_shows() -> None:
    worse = {name: (*rest[:3], rest[3] * (0.6 if rest[0] else 1.0)) for name, rest in TRUTH.items()}
    both = pl.concat([strata(TRUTH), strata(TRUTH, "app"), strata(TRUTH, "web")])
    said = pl.concat([answers(TRUTH, 60, 1), answers(worse, 60, 2, feed="web")])
    of = {found.feed: found for found in estimate(both, said, 0.0)}
    assert of["web"].precision.high < of["app"].precision.low
    assert of["web"].answers == of["app"].answers == 240
    assert of[None].answers == 480


@settings(max_examples=25, deadline=None)
@given(each=st.integers(0, 80), seed=st.integers(0, 999), missed=st.floats(0, 0.5))
def test_estimates_are_shares_and_repeat(each: int, seed: int, missed: float) -> None:
    said = answers(TRUTH, each, seed)
    found = overall(TRUTH, said, missed)
    assert found == overall(TRUTH, said.sample(fraction=1, shuffle=True, seed=seed), missed)
    for interval in (found.precision, found.recall):
        assert 0 <= interval.low <= interval.value <= interval.high <= 1


def test_agreement_is_an_interval_about_the_share() -> None:
    found = agreement(100, 97)
    assert found.low < 0.97 < found.high
    assert agreement(1000, 970).width < found.width


def test_no_strata_no_estimate() -> None:
    assert estimate(pl.DataFrame(schema=dict(STRATA)), pl.DataFrame(schema=dict(ANSWERS)), 0.0) == []
