"""Pairs drawn by lot: remembered with the model they were drawn under, and what answers about them say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from matching.frames import QUALITY_RESULTS, QUESTIONS, STRATA
from matching.words import Judgement
from tests.matching.test_teaching import model
from tests.warehouse.worlds import STARTED, frame, world
from warehouse import moments, state
from warehouse.desk import samples
from warehouse.published import snapshots
from warehouse.published.reading import read_table
from warehouse.queries.serving import Snapshot, SnapshotReader

DRAWN = ("app:1", "web:1")


def publish(home: Path, run_id: str, version: str) -> None:
    questions = [
        {
            "reason": "sampled",
            "record_id_l": "app:1",
            "record_id_r": "web:1",
            "score": 9.0,
            "probability": 0.9999,
            "stratum": "joined 0.999–1",
        },
        {"reason": "undecided", "record_id_l": "web:1", "record_id_r": "web:2", "score": 0.1, "probability": 0.5},
    ]
    strata = [
        {"stratum": "joined 0.999–1", "joined": True, "feed": feed, "pairs": 1, "expected": 0.9999}
        for feed in (None, "app", "web")
    ]
    groups = {"C1": ["app:1", "web:1"], "C2": ["web:2"]}
    frames = world(groups, questions=frame(questions, QUESTIONS), strata=frame(strata, STRATA))
    candidate = snapshots.write_candidate(home, run_id, frames, {"started_at": STARTED, "model": version})
    snapshots.add_results(candidate, frame([], QUALITY_RESULTS), finished_at=STARTED)
    snapshots.publish(home, run_id)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    publish(tmp_path, "r1", "m1")
    for version in ("m1", "m2"):
        model().save(tmp_path / "models" / version)
    return tmp_path


@pytest.fixture
def snapshot(home: Path) -> Iterator[Snapshot]:
    reader = SnapshotReader(home)
    with reader.snapshot() as held:
        yield held
    reader.close()


def judge(home: Path, verdict: Judgement) -> None:
    state.judge(home, *DRAWN, verdict, who="li", reason="", at=moments.now())


def test_drawn_pairs_are_planted_as_ordinary_questions(home: Path) -> None:
    queue = read_table(home, "review_queue")
    assert sorted(queue["record_ids"].to_list()) == [["app:1", "web:1"], ["web:1", "web:2"]]
    assert queue["kind"].unique().to_list() == ["pair"]
    assert queue["reason"].n_unique() == 1
    assert "stratum" not in queue.columns


def test_an_answer_tells_of_the_stratum_its_pair_was_drawn_from(home: Path, snapshot: Snapshot) -> None:
    assert samples.remember(home) == 1
    assert samples.remember(home) == 0
    before = samples.correctness(home, snapshot)
    assert before is not None
    assert (before.answers, before.known, before.agreement) == (0, 0, None)
    judge(home, Judgement.SAME)
    after = samples.correctness(home, snapshot)
    assert after is not None
    assert (after.answers, after.known) == (1, 1)
    assert after.agreement is not None
    assert [estimate.feed for estimate in after.estimates] == [None, "app", "web"]
    assert [estimate.answers for estimate in after.estimates] == [1, 1, 1]


def test_unsure_says_nothing(home: Path, snapshot: Snapshot) -> None:
    samples.remember(home)
    judge(home, Judgement.UNSURE)
    told = samples.correctness(home, snapshot)
    assert told is not None
    assert told.answers == 0


def test_another_model_has_other_strata(home: Path) -> None:
    samples.remember(home)
    judge(home, Judgement.SAME)
    publish(home, "r2", "m2")
    reader = SnapshotReader(home)
    with reader.snapshot() as held:
        told = samples.correctness(home, held)
    reader.close()
    assert told is not None
    assert (told.model, told.answers) == ("m2", 0)


def test_without_its_model_nothing_is_said(home: Path) -> None:
    publish(home, "r2", "gone")
    reader = SnapshotReader(home)
    with reader.snapshot() as held:
        assert samples.correctness(home, held) is None
    reader.close()
