"""State: what stewards said and the key of customer ids, written by several at once and never lost."""

import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from matching.errors import CustomerHubError
from matching.frames import PINS, REDIRECTS
from matching.words import Judgement
from tests.warehouse.worlds import frame
from warehouse import state
from warehouse.erasure.opening import sqlite_cells
from warehouse.tables import JUDGEMENTS

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def judge(home: Path, one: str, other: str, verdict: Judgement, reason: str = "") -> None:
    state.judge(home, one, other, verdict, who="li", reason=reason, at=NOW)


def test_the_secret_is_drawn_once_per_home(tmp_path: Path) -> None:
    one = state.secret(tmp_path / "one")
    assert len(one) == 32
    assert state.secret(tmp_path / "one") == one
    assert state.secret(tmp_path / "other") != one


def test_nothing_was_said_yet(tmp_path: Path) -> None:
    assert state.judgements(tmp_path).schema == pl.Schema(JUDGEMENTS)
    assert state.pins(tmp_path).schema == pl.Schema(PINS)
    assert state.judgements(tmp_path).is_empty()
    assert state.pins(tmp_path).is_empty()


def test_pairs_are_ordered_and_the_last_word_holds(tmp_path: Path) -> None:
    judge(tmp_path, "web:2", "web:1", Judgement.SAME)
    judge(tmp_path, "app:9", "web:1", Judgement.UNSURE)
    judge(tmp_path, "web:1", "web:2", Judgement.DIFFERENT, reason="father and son")
    said = state.judgements(tmp_path)
    assert said.select("record_id_l", "record_id_r", "verdict", "reason").rows() == [
        ("app:9", "web:1", "unsure", ""),
        ("web:1", "web:2", "different", "father and son"),
    ]
    assert said["at"].to_list() == [NOW.replace(tzinfo=None)] * 2


def test_what_was_said_is_kept_even_when_it_no_longer_holds(tmp_path: Path) -> None:
    judge(tmp_path, "web:1", "web:2", Judgement.SAME)
    judge(tmp_path, "web:1", "web:2", Judgement.DIFFERENT)
    with sqlite3.connect(tmp_path / "state.sqlite") as con:
        assert con.execute("SELECT count(*) FROM judgements").fetchone() == (2,)
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            con.execute("UPDATE judgements SET verdict = 'same'")
    con.close()


def test_a_record_is_not_compared_with_itself(tmp_path: Path) -> None:
    with pytest.raises(CustomerHubError, match="expected two records"):
        judge(tmp_path, "web:1", "web:1", Judgement.SAME)


def test_an_unknown_verdict_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="perhaps"):
        judge(tmp_path, "web:1", "web:2", "perhaps")  # type: ignore[arg-type]


def test_pins_hold_until_they_are_taken_out(tmp_path: Path) -> None:
    state.pin(tmp_path, "C1", "name", "张三", who="li", reason="by telephone", at=NOW)
    state.pin(tmp_path, "C1", "name", "张三丰", who="li", reason="by letter", at=NOW)
    state.pin(tmp_path, "C2", "name", "李四", who="li", reason="", at=NOW)
    state.pin(tmp_path, "C2", "name", None, who="wang", reason="wrong customer", at=NOW)
    assert state.pins(tmp_path).select("customer_id", "value").rows() == [("C1", "张三丰")]


def test_pins_follow_a_merged_customer(tmp_path: Path) -> None:
    state.pin(tmp_path, "C1", "name", "张三", who="li", reason="", at=NOW)
    row = {"customer_id": "C1", "redirects_to": "C7", "since_run": "r2", "reason": "merged"}
    assert state.pins(tmp_path, frame([row], REDIRECTS))["customer_id"].to_list() == ["C7"]


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "state.sqlite").write_bytes(b"this is no database, " * 100)
    with pytest.raises(CustomerHubError, match=r"state\.sqlite: expected to be able to read and write it"):
        state.secret(tmp_path)


def test_a_lookout_sees_what_others_write_and_a_home_that_took_the_place(tmp_path: Path) -> None:
    lookout = state.Lookout(tmp_path / "one")
    count = "SELECT count(*) FROM judgements WHERE verdict = ?"
    assert lookout.rows(count, ("same",)) == [(0,)]
    judge(tmp_path / "one", "web:1", "app:1", Judgement.SAME)
    assert lookout.rows(count, ("same",)) == [(1,)]
    for name in ("2", "3"):
        judge(tmp_path / "other", f"web:{name}", "app:1", Judgement.SAME)
    (tmp_path / "one").rename(tmp_path / "before")
    (tmp_path / "other").rename(tmp_path / "one")
    assert lookout.rows(count, ("same",)) == [(2,)]
    with pytest.raises(CustomerHubError, match="no such table"):
        lookout.rows("SELECT * FROM nowhere")
    lookout.close()


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from matching.words import Judgement
from warehouse import state
home, writer = Path(sys.argv[1]), sys.argv[2]
print(state.secret(home).hex())
for number in range(25):
    state.judge(home, f"web:{writer}", f"app:{number:02}", Judgement.SAME, who=writer, reason="", at=datetime.now(UTC))
"""


def test_several_write_to_a_new_home_at_once(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(number)], stdout=subprocess.PIPE, text=True)
        for number in range(4)
    ]
    secrets = {writer.communicate(timeout=120)[0].strip() for writer in writers}
    assert [writer.returncode for writer in writers] == [0, 0, 0, 0]
    assert len(secrets) == 1
    assert state.judgements(tmp_path).height == 100


def test_a_pin_that_its_attribute_cannot_hold_is_set_aside(tmp_path: Path) -> None:
    state.pin(tmp_path, "C1", "birth_date", "soon", who="li", reason="", at=NOW)
    state.pin(tmp_path, "C2", "birth_date", "1990年2月3日", who="li", reason="", at=NOW)
    assert state.pins(tmp_path).select("customer_id", "value").rows() == [("C2", "1990-02-03")]
    assert state.pins_set_aside(tmp_path).select("customer_id", "value").rows() == [("C1", "soon")]
    row: dict[str, object] = {"customer_id": "C1", "redirects_to": "C7", "reason": "merged", "since_run": "r1"}
    assert state.pins_set_aside(tmp_path, frame([row], REDIRECTS))["customer_id"].to_list() == ["C7"]


def test_who_may_only_read_a_home_looks_and_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judge(tmp_path, "web:1", "web:2", Judgement.SAME)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert state.judgements(tmp_path)["verdict"].to_list() == ["same"]
    assert dict(sqlite_cells(tmp_path / "state.sqlite"))["judgements"]
    assert [path.name for path in tmp_path.iterdir()] == ["state.sqlite"]
    with state.kept_open(tmp_path):  # somebody else's; what he writes is in the log at first
        judge(tmp_path, "web:1", "web:2", Judgement.DIFFERENT)
        assert state.judgements(tmp_path)["verdict"].to_list() == ["different"]


def test_who_may_only_read_an_older_home_is_told_who_brings_it_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(tmp_path, "web:1", "web:2", Judgement.SAME)
    with sqlite3.connect(tmp_path / "state.sqlite") as con:
        con.execute("DELETE FROM warehouse_migrations WHERE name = (SELECT max(name) FROM warehouse_migrations)")
    con.close()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(CustomerHubError, match=r"earlier one.*customer-hub status"):
        state.judgements(tmp_path)
