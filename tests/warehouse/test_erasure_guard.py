"""Who was erased does not come back, and who came anew or took over a line is let in."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from matching.frames import LANDED, REJECTS, conform
from warehouse.erasure import journal
from warehouse.erasure.guard import Guard, numbers, tokens
from warehouse.erasure.journal import Erasure
from warehouse.erasure.person import know, versions_as_records
from warehouse.state import StateError

ID, MOBILE, NAME = "330106199003072419", "13867154329", "诸葛流云"
ERASED_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
BEFORE, AFTER = datetime(2026, 11, 20), datetime(2026, 12, 1)  # noqa: DTZ001 -- rows hold local times without a zone


def landed(**said: object) -> pl.DataFrame:
    row = dict.fromkeys(LANDED) | {
        "record_id": "web:W1", "feed": "web", "source_id": "W1", "extract": "web/day.jsonl", "extract_id": "e1",
        "line": 1,
        "seen_at": BEFORE, "happened_at": BEFORE, "raw": "{}",
    } | said  # fmt: skip
    return conform(pl.DataFrame([row], schema=dict(LANDED)), LANDED, name="landed")


PERSON = {"name": NAME, "id_number": ID, "mobile": MOBILE}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which one person of one row was erased."""
    tmp_path = tmp_path_factory.mktemp("erased")
    mine = landed(**PERSON)
    told = versions_as_records(mine)
    person = know(["web:W1"], mine, pl.DataFrame(schema=dict(REJECTS)), told.clear(), [])
    erasure = Erasure("e", ERASED_AT, "officer", "request 1", {"customers": [], "parts": []})
    known = {token for row in tokens(told) for token in row} | {("number", number) for number in numbers(told)}
    journal.begin(tmp_path, erasure, person, known)
    return tmp_path


CASES = {
    "the same row again": ({**PERSON}, True),
    "the same row without its time": ({**PERSON, "happened_at": None}, True),
    "the same key with other words": ({"name": "别人"}, True),
    "the same key, given to somebody else since": ({"name": "别人", "happened_at": AFTER}, False),
    "the same key, later, still his": ({**PERSON, "happened_at": AFTER}, True),
    "another key, his number": ({"record_id": "bss:S9", "feed": "bss", "source_id": "S9", "id_number": ID}, True),
    "another key, name and mobile": ({"record_id": "bss:S9", "name": NAME, "mobile": f"+86 {MOBILE}"}, True),
    "another key, his mobile alone": ({"record_id": "bss:S9", "mobile": MOBILE}, False),
    "another key, his name alone": ({"record_id": "bss:S9", "name": NAME}, False),
    "he became a customer again": ({**PERSON, "record_id": "bss:S9", "happened_at": AFTER}, False),
    "somebody else": ({"record_id": "web:W2", "name": "张伟", "mobile": "13900000001"}, False),
}


@pytest.mark.parametrize("case", CASES)
def test_who_comes_back(case: str, home: Path) -> None:
    said, is_erased = CASES[case]
    guard = Guard.of(home)
    assert guard is not None
    assert guard.erased(landed(**said), "Asia/Shanghai").to_list() == [is_erased]


def test_rows_that_cannot_be_read_are_known_by_their_numbers(home: Path) -> None:
    guard = Guard.of(home)
    assert guard is not None
    texts = pl.Series([f"W1|{NAME}|86{MOBILE}|", f"x,{ID.lower()},y", "13900000001|张伟", None, f"a|{MOBILE[:8]}"])
    assert guard.erased_texts(texts, "web").to_list() == [True, True, False, False, False]


def test_a_lifted_erasure_lets_everybody_in_and_an_unfinished_one_is_refused(home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(home, tmp_path / "home")
    with pytest.raises(StateError, match="expected a finished erasure"):
        journal.lift(home, "e", by="officer", at=ERASED_AT)
    journal.finish(home, "e", "seal", at=ERASED_AT)
    journal.lift(home, "e", by="officer", at=ERASED_AT)
    assert Guard.of(home) is None


def test_the_state_holds_no_word_of_the_person(home: Path) -> None:
    content = b"".join(path.read_bytes() for path in home.iterdir())
    for value in (ID, MOBILE, NAME):
        assert value.encode() not in content
        assert value.encode("gb18030") not in content
