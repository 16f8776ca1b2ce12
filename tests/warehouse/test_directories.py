"""Directories for look-up: made once a snapshot, anew when another file takes its place, used at the command line."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.standardised import channel_records
from matching.lookup.answering import Desk
from matching.lookup.asking import Question
from matching.policy import HUB_FIELDS
from matching.resolving import resolve
from pipelines.commands import app
from pipelines.demo.records import population_records
from stewardship.lookup.lookups import Lookups
from tests.warehouse.worlds import STARTED, world
from warehouse.erasure.files import remove_leftovers
from warehouse.errors import SnapshotError
from warehouse.published import at_hand, published_ids, snapshots
from warehouse.published.reading import read_table
from warehouse.queries import directories, finding
from warehouse.queries.serving import SnapshotReader

RECORDS = channel_records(population_records(300, 5)[0]).sort("record_id")
PHONE = RECORDS["mobiles"].drop_nulls().explode(empty_as_null=True).drop_nulls()[0]


def publish(home: Path, run: str, minute: int) -> Path:
    resolved = resolve(RECORDS, HUB_FIELDS)
    resolved.model.save(home / "models" / "m1")
    crosswalk = resolved.members.rename({"cluster": "customer_id"})
    frames = world({"C1": ["web:1"]}, records=RECORDS, crosswalk=crosswalk)
    manifest = {"started_at": STARTED.replace(minute=minute), "model": "m1"}
    snapshots.write_candidate(home, run, frames, manifest)
    return snapshots.publish(home, run)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    publish(tmp_path, "r1", 1)
    return tmp_path


def test_made_once_and_removed_with_its_snapshot(home: Path) -> None:
    assert directories.made(home) is None
    folder = directories.make(home)
    made_at = folder.stat().st_mtime_ns
    assert directories.make(home).stat().st_mtime_ns == made_at
    publish(home, "r2", 2)
    assert directories.made(home) is None
    assert directories.make(home).name == "r2"
    assert not folder.exists()


def test_made_anew_when_another_file_takes_the_snapshots_place(home: Path) -> None:
    folder = directories.make(home)
    before = folder.stat().st_ino
    snapshot = snapshots.current(home)
    assert snapshot is not None
    copy = snapshot.with_suffix(".copy")
    copy.write_bytes(snapshot.read_bytes())
    copy.replace(snapshot)
    assert directories.made(home) is None
    assert directories.make(home).stat().st_ino != before


def test_golden_customers_are_those_of_the_snapshot(home: Path) -> None:
    golden = at_hand.Golden.read(directories.make(home))
    snapshot = snapshots.current(home)
    assert snapshot is not None
    assert golden.is_of(snapshot)
    reader = SnapshotReader(home)
    with reader.snapshot() as published:
        rows = published.dicts("SELECT * FROM customers")
        found = [finding.find(published, str(row["customer_id"])) for row in rows]
    reader.close()
    assert [golden.find(str(row["customer_id"])) for row in rows] == rows
    assert [each.customer for each in found if each is not None] == rows
    assert golden.find("C0") is golden.find("") is golden.find("C9") is None
    assert not golden.is_of(publish(home, "r2", 2))


def test_golden_customers_read_in_parts_are_all_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = world({f"C{number}": [f"web:{number}"] for number in range(1, 8)})
    snapshots.write_candidate(tmp_path, "r1", frames, {"started_at": STARTED, "model": "m1"})
    snapshot = snapshots.publish(tmp_path, "r1")
    whole = read_table(snapshot, "customers").sort("customer_id")
    assert whole.height == 7
    for part in (1, 3, 7):
        monkeypatch.setattr(at_hand, "PART", part)
        assert at_hand.Golden.of(snapshot).rows.equals(whole)


def test_golden_customers_come_before_the_rest(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lookups = Lookups(home)
    lookups.refresh()
    published = publish(home, "r2", 2)
    at_hand.forget(home, published)
    assert lookups.golden(published) is None, "those of another snapshot are not answered from"

    monkeypatch.setattr(lookups, "_make", lambda: None)
    lookups.refresh()
    first = lookups.golden(published)
    assert first is not None
    assert first.run_id == "r2"
    assert first.find("C1") == at_hand.Golden.of(published).find("C1")
    assert lookups.now is not None
    assert lookups.now.run_id == "r1"
    monkeypatch.undo()
    lookups.refresh()
    whole = lookups.golden(published)
    assert whole is not None
    assert whole is not first


def test_golden_customers_are_at_hand_from_the_moment_of_publication(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookups = Lookups(home)
    lookups.refresh()
    with monkeypatch.context() as patch:
        patch.setattr(published_ids, "announce", lambda *_: lookups.refresh())
        published = publish(home, "r2", 2)
    laid = lookups.golden(published)
    assert laid is not None
    assert laid.run_id == "r2"
    assert laid.rows.equals(at_hand.Golden.of(published).rows)

    def again(_: Path) -> at_hand.Golden:
        raise AssertionError

    monkeypatch.setattr(at_hand.Golden, "of", again)
    lookups.refresh()
    directories.make(home)
    assert at_hand.laid_down(home, published) is None, "the directory holds them now"
    assert laid.find("C1") is not None
    whole = lookups.golden(published) or at_hand.Golden.read(directories.make(home))
    assert whole.rows.equals(laid.rows)


def test_a_desk_that_looks_has_the_golden_customers_when_they_are_published(home: Path) -> None:
    directories.make(home)
    lookups = Lookups(home)
    lookups.refresh()
    lookups.begin()
    try:
        published = publish(home, "r2", 2)
        assert lookups.golden(published) is not None
    finally:
        lookups.end()


def test_golden_customers_laid_down_are_those_of_the_very_file(home: Path) -> None:
    (home / "warehouse" / "directories").mkdir()
    published = publish(home, "r2", 2)
    assert at_hand.laid_down(home, published) is not None
    copy = published.with_suffix(".copy")
    copy.write_bytes(published.read_bytes())
    copy.replace(published)
    assert at_hand.laid_down(home, published) is None
    (home / "warehouse" / "directories" / ".golden" / "r2" / "golden.arrow").write_bytes(b"half")
    assert at_hand.laid_down(home, published) is None


def test_where_nobody_asks_nothing_is_laid_down(home: Path) -> None:
    published = publish(home, "r2", 2)
    assert at_hand.laid_down(home, published) is None
    assert not (home / "warehouse" / "directories").exists()


def test_no_publication_fails_for_want_of_golden_customers(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "warehouse" / "directories").mkdir()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(at_hand.Golden, "write", full)
    published = publish(home, "r2", 2)
    assert snapshots.current(home) == published
    assert at_hand.laid_down(home, published) is None
    assert list((home / "warehouse" / "directories").iterdir()) == []


def test_golden_customers_that_cannot_be_read_are_no_fault_of_look_up(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookups = Lookups(home)
    monkeypatch.setattr(lookups, "_make", lambda: None)
    gone = home / "warehouse" / "snapshots" / "r9.duckdb"
    with pytest.raises(SnapshotError, match="another may be in force"):
        at_hand.Golden.of(gone)
    lookups._take_golden(gone)
    assert lookups.golden(gone) is None


def test_half_a_directory_is_made_again(home: Path) -> None:
    (directories.make(home) / "directory.json").unlink()
    assert directories.made(home) is None
    run_id, laid_out = directories.directory(home)
    assert run_id == "r1"
    assert Desk(laid_out).ask(Question(phones=(PHONE,)))


def test_who_may_only_read_a_home_is_answered_all_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = sorted(home.rglob("*"))
    with monkeypatch.context() as readers:
        readers.setattr(os, "access", lambda path, mode: False)
        run, laid = directories.directory(home)
        assert run == "r1"
        unwritten = Desk(laid).ask(Question(phones=(PHONE,)))
    assert sorted(home.rglob("*")) == files
    directories.make(home)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    found = Desk(directories.directory(home)[1]).ask(Question(phones=(PHONE,)))
    assert found
    assert unwritten == found


def test_nothing_published_is_said(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="publishes"):
        directories.make(tmp_path)


def test_a_server_makes_and_swaps_them(home: Path) -> None:
    lookups = Lookups(home)
    assert lookups.now is None
    lookups.refresh()
    first = lookups.now
    assert first is not None
    assert first.run_id == "r1"
    lookups.refresh()
    assert lookups.now is first
    publish(home, "r2", 2)
    lookups.refresh()
    assert lookups.now is not None
    assert lookups.now.run_id == "r2"
    assert first.desk.ask(Question(phones=(PHONE,))), "answers under way end with what they began with"


def test_what_an_erasure_made_void_is_answered_from_no_more(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lookups = Lookups(home)
    directories.make(home)
    lookups.refresh()
    assert lookups.now is not None
    remove_leftovers(home)
    monkeypatch.setattr(lookups, "_make", lambda: None)
    lookups.refresh()
    assert lookups.now is None


def test_a_reader_sees_the_file_that_took_a_snapshots_place(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    reader = SnapshotReader(home)
    with reader.snapshot() as before:
        assert before.count("records") == {"records": RECORDS.height}
        publish(tmp_path_factory.mktemp("other"), "r2", 2).replace(home / "warehouse" / "snapshots" / "r1.duckdb")
        with reader.snapshot() as after:
            assert after.run_id == "r1"
            assert after.rows("SELECT max(run_id) FROM runs") == [("r2",)]
        assert before.rows("SELECT max(run_id) FROM runs") == [("r1",)]
    reader.close()
    assert list((home / "warehouse" / "directories").glob(".open-*")) == []


def test_who_is_this_at_the_command_line(home: Path) -> None:
    said = CliRunner().invoke(app, ["lookup", "--mobile", PHONE, "--home", str(home)])
    assert said.exit_code == 0
    assert "the same number" in said.output
    assert "From run r1" in said.output
    nobody = CliRunner().invoke(app, ["lookup", "--mobile", "13999999990", "--home", str(home)])
    assert "Nobody" in nobody.output


def test_a_look_up_in_json_is_what_the_api_answers(home: Path) -> None:
    asked = ["lookup", "--mobile", f"{PHONE[:3]}****{PHONE[-4:]}", "--birth-date", "soon", "--home", str(home)]
    answer = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)
    assert answer["run"] == "r1"
    assert answer["candidates"]
    assert [one["field"] for one in answer["unread"]] == ["birth_date"]
    assert "birth_date could not be read: expected a day" in CliRunner().invoke(app, asked).output
    nothing = CliRunner().invoke(app, ["lookup", "--mobile", "12", "--home", str(home)])
    assert nothing.exit_code == 1
    assert "found nothing that can be read: mobile: expected a telephone number" in nothing.output
