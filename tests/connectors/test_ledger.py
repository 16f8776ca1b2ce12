"""Each content is taken once: by eight processes at once, and through a crash at any step."""

import multiprocessing
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from connectors import landing as landing_module
from connectors import ledger, storing
from connectors.errors import StorageError
from connectors.landing import Landing, land
from connectors.ledger import Ledger
from connectors.versions import latest, read_landed, read_rejects
from tests.connectors.conftest import AT_ONCE, NOW, Hub, make_feed
from warehouse import state

FEED = make_feed("csv")
HEADER = "客户编号,姓名,手机,日期\n"
PROCESSES = 8


def rows(*keys: str) -> bytes:
    return (HEADER + "".join(f"{key},王芳,,2026-11-02\n" for key in keys)).encode()


def land_together(landing: Path, home: Path, start: object, results: object) -> None:
    start.wait(60)  # type: ignore[attr-defined]
    taken = land(FEED, landing, home, judge=None, progress=None, now=NOW, settling=AT_ONCE)
    results.put(taken.extracts["extract"].to_list())  # type: ignore[attr-defined]


def test_eight_processes_at_once_take_each_extract_once(hub: Hub) -> None:
    hub.deliver("csv", rows("C1", "C2"), day="20261101")
    hub.deliver("csv", rows("C2", "C3") + b"broken\n", day="20261102")
    context = multiprocessing.get_context("spawn")
    start, results = context.Barrier(PROCESSES), context.Queue()
    processes = [
        context.Process(target=land_together, args=(hub.landing, hub.home, start, results), daemon=True)
        for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    taken = [extract for _ in processes for extract in results.get(timeout=90)]
    for process in processes:
        process.join(60)
    assert sorted(taken) == ["in/people_20261101.csv", "in/people_20261102.csv"]
    assert hub.landed["source_id"].to_list() == ["C1", "C2", "C2", "C3"]
    assert hub.rejects == [(4, "field_count")]
    assert Ledger(hub.home).extracts()["rows_read"].to_list() == [2, 3]


def test_eight_threads_at_once_take_each_extract_once(hub: Hub) -> None:
    hub.deliver("csv", rows("C1", "C2"), day="20261101")
    hub.deliver("csv", rows("C2", "C3") + b"broken\n", day="20261102")
    with ThreadPoolExecutor(PROCESSES) as pool:
        landings = list(pool.map(lambda _: hub.land(FEED), range(PROCESSES)))
    assert sum(landing.extracts.height for landing in landings) == 2
    taken = Ledger(hub.home).extracts()["extract"].to_list()
    assert taken == hub.landed["extract"].unique(maintain_order=True).to_list()
    assert hub.landed["source_id"].to_list() == ["C1", "C2", "C2", "C3"]
    assert Ledger(hub.home).extracts()["rows_read"].to_list() == [2, 3]


class Crashed(BaseException):
    """Stands for a process that ends here: nothing that handles errors may handle it."""


def die_at(step: int, crash: Callable[[], None], patch: pytest.MonkeyPatch) -> None:
    """Let the next landing end at a step: before or after a file is forced to disk, put in place, or written down."""
    reached = 0

    def dying(do: Callable[..., object]) -> Callable[..., object]:
        def stepping(*args: object, **named: object) -> object:
            nonlocal reached
            reached += 1
            if reached == step:
                crash()
            done = do(*args, **named)
            reached += 1
            if reached == step:
                crash()
            return done

        return stepping

    patch.setattr(storing.os, "fsync", dying(os.fsync))
    patch.setattr(storing.Path, "replace", dying(Path.replace))
    patch.setattr(landing_module.Ledger, "claim", dying(Ledger.claim))


def check_recovers(landing: Path, home: Path) -> None:
    assert read_landed(home).height == 2 * Ledger(home).extracts().height
    land(FEED, landing, home, judge=None, progress=None, now=NOW, settling=AT_ONCE)
    assert read_landed(home)["source_id"].to_list() == ["C1", "C2"]
    assert read_rejects(home)["line"].to_list() == [4]
    assert Ledger(home).extracts().select("rows_read", "records", "rejects").rows() == [(3, 2, 1)]


def crash() -> None:
    raise Crashed


# Three files, each forced to disk, put in place and its folder forced to disk, then the ledger: before and after each.
STEPS = 2 * (3 * 3 + 1)


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_ended_at_any_step_nothing_is_lost_or_doubled(step: int, hub: Hub) -> None:
    hub.deliver("csv", rows("C1", "C2") + b"broken\n")
    with pytest.MonkeyPatch.context() as patch:
        die_at(step, crash, patch)
        with pytest.raises(Crashed):
            hub.land(FEED)
    check_recovers(hub.landing, hub.home)


def kill_at(step: int, landing: Path, home: Path) -> None:
    die_at(step, lambda: os.kill(os.getpid(), signal.SIGKILL), pytest.MonkeyPatch())
    land(FEED, landing, home, judge=None, progress=None, now=NOW, settling=AT_ONCE)


@pytest.mark.parametrize("step", [2, 9, STEPS - 1, STEPS])
def test_killed_nothing_is_lost_or_doubled(step: int, hub: Hub) -> None:
    hub.deliver("csv", rows("C1", "C2") + b"broken\n")
    process = multiprocessing.get_context("spawn").Process(target=kill_at, args=(step, hub.landing, hub.home))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    check_recovers(hub.landing, hub.home)


def test_what_killed_processes_left_aside_is_removed(hub: Hub) -> None:
    hub.deliver("csv", rows("C1"))
    hub.land(FEED)
    (path,) = (hub.home / "lake" / "landed").rglob("*.parquet")
    dead = multiprocessing.get_context("spawn").Process(target=int)
    dead.start()
    dead.join(60)
    left, alive = (path.with_name(f".{path.name}.{pid}.00.tmp") for pid in (dead.pid, os.getppid()))
    left.write_bytes(b"half")
    alive.write_bytes(b"half")
    storing.write_parquet(pl.read_parquet(path), path)
    assert not left.exists()
    assert alive.exists()


def test_the_same_content_is_not_taken_again_under_any_name(hub: Hub) -> None:
    path = hub.deliver("csv", rows("C1"))
    hub.land(FEED)
    path.rename(path.with_name("people_20261103_copy.csv"))
    landing = hub.land(FEED)
    assert landing.extracts.is_empty()
    assert landing.already_taken == ("in/people_20261103_copy.csv",)
    assert hub.landed.height == 1


def named(name: str) -> bytes:
    return rows("C1").decode().replace("王芳", name).encode()


def test_a_file_that_is_put_back_is_the_last_word(hub: Hub) -> None:
    for name in ("王芳", "王芳芳", "王芳", "王芳"):
        hub.deliver("csv", named(name))
        hub.land(FEED)
    extracts = Ledger(hub.home).extracts()["extract"].to_list()
    assert extracts == ["in/people_20261102.csv", "in/people_20261102.csv#02", "in/people_20261102.csv#03"]
    assert hub.landed["name"].to_list() == ["王芳", "王芳芳", "王芳"]
    hub.deliver("csv", named("王芳芳"))
    hub.land(FEED)
    assert hub.landed["name"].to_list() == ["王芳", "王芳芳", "王芳", "王芳芳"]
    assert hub.land(FEED).extracts.is_empty()


def deliver_full(hub: Hub, day: str, *keys: str) -> Landing:
    hub.deliver("csv", rows(*keys), day=day)
    return hub.land(make_feed("csv", delivery={"folder": "in", "files": "people_{date}*.csv", "mode": "full"}))


def test_a_full_extract_that_equals_an_earlier_one_says_what_there_is(hub: Hub) -> None:
    deliver_full(hub, "20261101", "C1", "C2")
    deliver_full(hub, "20261102", "C1")
    assert latest(hub.landed, Ledger(hub.home).extracts())["source_id"].to_list() == ["C1"]
    again = deliver_full(hub, "20261103", "C1", "C2")
    assert again.warnings == (
        "in/people_20261103.csv: says again what an earlier extract said, taken as its last word",
    )
    assert latest(hub.landed, Ledger(hub.home).extracts())["source_id"].to_list() == ["C1", "C2"]
    assert deliver_full(hub, "20261103", "C1", "C2").extracts.is_empty()
    assert deliver_full(hub, "20261104", "C1", "C2").extracts.is_empty()
    assert hub.landed.height == 5


def test_what_an_erasure_left_of_a_file_is_still_what_was_said_again(hub: Hub) -> None:
    for day, keys in (("20261101", ("C1", "C2")), ("20261102", ("C1",)), ("20261103", ("C1", "C2"))):
        deliver_full(hub, day, *keys)
    taken = Ledger(hub.home)
    first, _, again = taken.extracts()["extract_id"].to_list()
    content = sha256(rows("C1", "C2")).hexdigest()
    assert first == content
    assert sorted(taken.extract_of(content)) == sorted([("people", first), ("people", again)])
    left = (HEADER + "C1,王芳,,2026-11-02\n\n").encode()
    taken.also_known_as("people", again, sha256(left).hexdigest())
    for day in ("20261101", "20261103"):
        hub.deliver("csv", left, day=day)
    assert deliver_full(hub, "20261102", "C1").extracts.is_empty()
    assert sorted(taken.extract_of(sha256(left).hexdigest())) == sorted([("people", first), ("people", again)])


def test_a_delta_that_comes_again_under_a_later_day_is_told_and_not_taken(hub: Hub) -> None:
    hub.deliver("csv", named("王芳"), day="20261102")
    hub.deliver("csv", named("王芳芳"), day="20261103")
    hub.deliver("csv", named("王芳"), day="20261104")
    twice = "in/people_20261104.csv: the same content as in/people_20261102.csv, not taken again"
    assert hub.land(FEED).warnings == (twice,)
    assert hub.landed["name"].to_list() == ["王芳", "王芳芳"]


def test_other_content_under_a_known_name_is_a_revision_and_wins(hub: Hub) -> None:
    for name in ("王芳", "王芳芳", "王方"):
        hub.deliver("csv", rows("C1").decode().replace("王芳", name).encode())
        hub.land(FEED)
    extracts = Ledger(hub.home).extracts()["extract"].to_list()
    assert extracts == ["in/people_20261102.csv", "in/people_20261102.csv#02", "in/people_20261102.csv#03"]
    assert hub.landed["name"].to_list() == ["王芳", "王芳芳", "王方"]


def test_a_full_disk_is_said_in_words_and_takes_nothing(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.deliver("csv", rows("C1"))

    def full(path: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(storing.os, "fsync", full)
        with pytest.raises(StorageError, match=r"the disk is full.*free some space.*nothing of this extract was taken"):
            hub.land(FEED)
    assert Ledger(hub.home).extracts().is_empty()
    assert list(hub.home.rglob("*.tmp")) == []
    hub.land(FEED)
    assert hub.landed.height == 1


def test_a_ledger_that_is_no_database_is_said_in_words(hub: Hub) -> None:
    hub.home.mkdir()
    (hub.home / "state.sqlite").write_bytes(b"no database" * 100)
    hub.deliver("csv", rows("C1"))
    with pytest.raises(StorageError, match=r"ledger.*file is not a database.*restore the file"):
        hub.land(FEED)


@pytest.mark.parametrize("opening", [ledger._write_ahead, state._write_ahead])
def test_what_may_not_be_written_is_not_waited_for(opening: Callable[[Any], None], tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "state.sqlite").execute("CREATE TABLE a (b)")
    since = time.monotonic()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        opening(sqlite3.connect(f"file:{tmp_path / 'state.sqlite'}?mode=ro", uri=True))
    assert time.monotonic() - since < 5


def test_a_lake_file_that_is_gone_is_said_in_words(hub: Hub) -> None:
    hub.deliver("csv", rows("C1"))
    hub.land(FEED)
    (path,) = (hub.home / "lake" / "landed").rglob("*.parquet")
    path.unlink()
    with pytest.raises(StorageError, match=r"people_20261102\.csv.*restore the lake"):
        read_landed(hub.home)
    path.write_bytes(b"damaged")
    with pytest.raises(StorageError, match="restore the lake"):
        read_landed(hub.home)


def test_the_ledger_tells_what_was_taken(hub: Hub) -> None:
    data = (HEADER.replace("日期", "日期,备注") + "C1,王芳,,2026-11-02,x\n").encode()
    hub.deliver("csv", data)
    landing = hub.land(FEED)
    row = landing.extracts.row(0, named=True)
    assert row["unknown_columns"] == ["备注"]
    assert (row["delivered_on"], row["landed_at"], row["size_bytes"]) == (date(2026, 11, 2), NOW, len(data))
    assert landing.warnings == (
        "in/people_20261102.csv: columns that the feed file does not know: 备注; kept in the raw row",
    )
    assert '"备注":"x"' in hub.landed["raw"][0]
    assert landing.extracts.equals(Ledger(hub.home).extracts())
    assert isinstance(landing.extracts, pl.DataFrame)
