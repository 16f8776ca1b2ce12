"""Evidence is kept once and found under the print of its pair, whatever runs came between and whatever they left."""

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from matching.frames import PAIRS, conform
from matching.scores.shortening import in_short, patterns, shortened
from warehouse.errors import SnapshotError
from warehouse.lake import evidence


def pairs(*told: tuple[int, float]) -> pl.DataFrame:
    rows = [
        {
            "record_id_l": f"a:{number:04}",
            "record_id_r": f"b:{number:04}",
            "score": score,
            "band": "match",
            "found_by": ["name"],
            "evidence": [{"field": "name", "level": "equal", "weight": score, "value_l": "x", "value_r": "x"}],
        }
        for number, score in told
    ]
    return conform(pl.DataFrame(rows, schema=dict(PAIRS)), PAIRS, name="PAIRS").sort("record_id_l")


def size(home: Path) -> int:
    return sum(pl.read_parquet(file).height for file in (home / evidence.FOLDER).glob("*.parquet"))


FULL = pairs(*((number, 1.0) for number in range(100)))


def test_what_is_compared_later_stands_in_for_what_was_and_the_rest_is_not_written_again(tmp_path: Path) -> None:
    evidence.keep(tmp_path, FULL, in_short(FULL))
    new = pairs((7, 2.0), (200, 3.0))
    now = pl.concat([FULL.filter(~pl.col("record_id_l").is_in(["a:0007", "a:0008"])), new]).sort("record_id_l")
    files = evidence.keep(tmp_path, new, in_short(now))
    assert len(files) == 2
    assert size(tmp_path) == 102
    assert_frame_equal(evidence.whole(tmp_path, in_short(now)), now, check_exact=True)
    assert_frame_equal(evidence.whole(tmp_path, in_short(FULL)), FULL, check_exact=True)


def test_files_become_one_once_they_hold_a_tenth_more_than_there_are_pairs(tmp_path: Path) -> None:
    now = FULL
    evidence.keep(tmp_path, FULL, in_short(FULL))
    for day in range(8):
        new = pairs(*((number, 2.0 + day) for number in range(4)))
        now = pl.concat([now.filter(pl.col("record_id_l") > "a:0003"), new]).sort("record_id_l")
        assert evidence.is_there(tmp_path, evidence.keep(tmp_path, new, in_short(now)))
        assert size(tmp_path) <= 110
        assert_frame_equal(evidence.whole(tmp_path, in_short(now)), now, check_exact=True)


def test_parts_are_kept_in_files_of_their_own_and_found_in_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "PART", 30)
    evidence.keep(tmp_path, FULL, in_short(FULL))
    with evidence.anew(tmp_path) as keep_part:
        short = shortened([FULL.head(50), FULL.tail(50)], keep_part)
    assert_frame_equal(short.pairs, in_short(FULL), check_exact=True)
    assert_frame_equal(short.patterns, patterns(FULL, in_short(FULL)), check_exact=True)
    assert len(evidence.keep(tmp_path, FULL.clear(), short.pairs)) == 4
    assert size(tmp_path) == 100
    assert_frame_equal(evidence.whole(tmp_path, in_short(FULL)), FULL, check_exact=True)
    some = in_short(FULL).filter(pl.col("record_id_l").is_in(["a:0003", "a:0077"]))
    assert evidence.whole(tmp_path, some)["record_id_l"].to_list() == ["a:0003", "a:0077"]


def test_parts_that_nobody_finished_leave_the_files_there_were(tmp_path: Path) -> None:
    def interrupted() -> None:
        with evidence.anew(tmp_path) as keep_part:
            keep_part(FULL.head(3), in_short(FULL.head(3)))
            raise InterruptedError

    names = evidence.keep(tmp_path, FULL, in_short(FULL))
    with pytest.raises(InterruptedError):
        interrupted()
    assert evidence.is_there(tmp_path, names)
    assert_frame_equal(evidence.whole(tmp_path, in_short(FULL)), FULL, check_exact=True)


def test_a_full_resolution_leaves_nothing_of_those_before(tmp_path: Path) -> None:
    evidence.keep(tmp_path, FULL, in_short(FULL))
    few = FULL.head(3)
    assert len(evidence.keep(tmp_path, few, in_short(few))) == 1
    assert size(tmp_path) == 3


def test_pairs_drawn_by_lot_bring_their_own_evidence(tmp_path: Path) -> None:
    evidence.keep(tmp_path, FULL, in_short(FULL))
    drawn = pairs((300, 0.5))
    told = evidence.told(tmp_path, in_short(FULL), drawn)
    every = pl.concat([FULL, drawn])
    assert_frame_equal(told.whole(told.prints), every, check_exact=True)
    some = told.prints.filter(pl.col("record_id_l").is_in(["a:0001", "a:0300"]))
    assert told.whole(some)["record_id_l"].to_list() == ["a:0001", "a:0300"]


def test_evidence_that_is_lost_is_said_to_be(tmp_path: Path) -> None:
    names = evidence.keep(tmp_path, FULL, in_short(FULL))
    for file in (tmp_path / evidence.FOLDER).iterdir():
        file.unlink()
    assert not evidence.is_there(tmp_path, names)
    with pytest.raises(SnapshotError, match="evidence of all pairs, found none of 100"):
        evidence.whole(tmp_path, in_short(FULL))


def test_no_pairs_need_no_evidence(tmp_path: Path) -> None:
    nothing = FULL.clear()
    assert evidence.keep(tmp_path, nothing, in_short(nothing)) == []
    assert evidence.whole(tmp_path, in_short(nothing)).equals(nothing)
