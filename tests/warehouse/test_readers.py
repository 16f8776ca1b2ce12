"""Readers: they ask `current.duckdb` in a loop while runs publish, and never meet an error or half a run."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.warehouse.worlds import run, world
from warehouse.errors import LockedError
from warehouse.published.reading import read_table

READER = """
import sys, duckdb
path, stop = sys.argv[1:]
seen, rounds = [], 0
from pathlib import Path
while True:
    last_round = Path(stop).exists()
    with duckdb.connect(path, read_only=True) as con:
        names = con.sql("SELECT DISTINCT name FROM customers").fetchall()
        runs = con.sql("SELECT DISTINCT since_run FROM crosswalk").fetchall()
        newest = con.sql("SELECT arg_max(run_id, valid_from) FROM runs").fetchall()
    assert names == runs == newest, (names, runs, newest)
    rounds += 1
    if newest[0][0] not in seen:
        seen.append(newest[0][0])
        print(newest[0][0], flush=True)
    if last_round:
        break
print(rounds)
"""


def test_a_reader_in_a_loop_sees_whole_runs_only(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ids = [f"web:{number}" for number in range(300)]

    def publish(run_id: str, minute: int) -> None:
        customers = {f"C{number}": [record] for number, record in enumerate(ids)}
        run(home, run_id, world(customers, names=dict.fromkeys(customers, run_id), run=run_id), minute=minute, keep=2)

    publish("r0", 0)
    stop = tmp_path / "stop"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(home / "warehouse" / "current.duckdb"), str(stop)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline().strip() == "r0"
        for number in range(1, 5):
            publish(f"r{number}", number)
            time.sleep(0.05)  # long enough for a reader to look, not needed for the test to hold
        stop.touch()
        for reader in readers:
            out, err = reader.communicate(timeout=60)
            assert reader.returncode == 0, err
            *seen, rounds = out.split()
            assert seen[-1] == "r4"
            assert seen == sorted(seen)
            assert int(rounds) > len(seen)
    finally:
        for reader in readers:
            reader.kill()
            reader.communicate()


WRITER = """
import sys, duckdb
con = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


def test_who_opens_a_snapshot_for_writing_is_named_to_all_whom_he_shuts_out(tmp_path: Path) -> None:
    path = run(tmp_path, "r1", world({"C1": ["web:1"]}))
    assert not path.stat().st_mode & 0o222, "a published file does not let itself be opened so, but by root"
    path.chmod(0o644)
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdin=-1, stdout=-1, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        said = f"opened for writing by process {writer.pid}"
        with pytest.raises(LockedError, match=said):
            read_table(tmp_path, "customers")
        with pytest.raises(LockedError, match=said):
            run(tmp_path, "r2", world({"C1": ["web:1", "web:2"]}, run="r2"), minute=1)
        writer.communicate("")
    assert read_table(tmp_path, "customers").height == 1
