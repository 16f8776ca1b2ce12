"""Crashes and full disks: whatever happens to a run, the snapshot in force is whole and the next run succeeds."""

import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.warehouse.worlds import run, world
from warehouse.errors import SnapshotError
from warehouse.published.reading import export_tables, read_table

CUSTOMERS = {f"C{number}": [f"web:{number}", f"app:{number}"] for number in range(400)}

RUN = """
import sys
from pathlib import Path
from tests.warehouse.test_crashes import CUSTOMERS
from tests.warehouse.worlds import run, world
home, run_id, minute = sys.argv[1:]
frames = world(CUSTOMERS, names=dict.fromkeys(CUSTOMERS, run_id))
print("ready", flush=True)
run(Path(home), run_id, frames, minute=int(minute))
print("done", flush=True)
"""

ROOT = Path(__file__).parents[2]


def start(home: Path, run_id: str, minute: int, before: str = "") -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", before + RUN, str(home), run_id, str(minute)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def whole(home: Path) -> str:
    """The run in force, after making sure that everything in it is of that run."""
    names = read_table(home, "customers")["name"].unique().to_list()
    assert len(names) == 1
    assert read_table(home, "customers").height == len(CUSTOMERS)
    assert read_table(home, "runs")["run_id"].to_list()[-1] == names[0]
    return str(names[0])


def test_killed_at_any_moment_the_snapshot_in_force_is_whole(tmp_path: Path) -> None:
    home = tmp_path / "home"
    run(home, "r00", world(CUSTOMERS, names=dict.fromkeys(CUSTOMERS, "r00")))
    moments = random.Random(7)  # noqa: S311 -- moments, not secrets
    ends: set[str] = set()
    for number in range(1, 11):
        run_id = f"r{number:02}"
        process = start(home, run_id, number)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.strip() == "ready", process.communicate()[1]
        try:
            process.wait(timeout=moments.uniform(0.0, 0.6))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
        in_force = whole(home)
        assert in_force <= run_id
        ends.add("published" if in_force == run_id else "not published")
    assert "not published" in ends
    run(home, "r99", world(CUSTOMERS, names=dict.fromkeys(CUSTOMERS, "r99")), minute=50)
    assert whole(home) == "r99"
    assert list((home / "warehouse" / "candidates").iterdir()) == []


@pytest.mark.parametrize("step", ["to_disk", "_point", "Path.replace", "Path.symlink_to"])
def test_interrupted_between_two_steps_of_publishing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    frames = world(CUSTOMERS, names=dict.fromkeys(CUSTOMERS, "r1"))
    run(tmp_path, "r1", frames)
    (tmp_path / "plain").mkdir()
    before = {path.name: path.read_bytes() for path in export_tables(tmp_path, tmp_path / "plain")}

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"warehouse.published.snapshots.{step}", stop)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path, "r2", frames, minute=2)
    assert whole(tmp_path) == "r1"
    run(tmp_path, "r3", frames, minute=3)
    assert read_table(tmp_path, "runs")["run_id"].to_list() == ["r1", "r3"]
    after = {path.name: path.read_bytes() for path in export_tables(tmp_path, tmp_path / "after")}
    assert after == before


def test_a_file_too_large_for_the_disk_is_a_message_and_changes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    run(home, "r1", world(CUSTOMERS, names=dict.fromkeys(CUSTOMERS, "r1")))
    limit = "import resource, sys; sys.dont_write_bytecode = True\n"  # else half of what it compiles may be kept
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
    out, err = start(home, "r2", 2, before=limit).communicate(timeout=120)
    assert "done" not in out
    assert "SnapshotError: candidate snapshot r2: expected to be able to write below" in err
    assert "The last snapshot stays in force. Make room" in err
    assert whole(home) == "r1"
    assert list((home / "warehouse" / "candidates").iterdir()) == []
    run(home, "r3", world(CUSTOMERS, names=dict.fromkeys(CUSTOMERS, "r3")), minute=3)
    assert whole(home) == "r3"


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = (
        os.geteuid() == 0
        and shutil.which("mount")
        and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(disk)], check=False, capture_output=True
        ).returncode
        == 0
    )
    if not mounted:
        pytest.skip("only root may mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_a_message_and_changes_nothing(small_disk: Path) -> None:
    home = small_disk / "home"
    run(home, "r1", world(CUSTOMERS, names=dict.fromkeys(CUSTOMERS, "r1")))
    ballast = small_disk / "ballast"
    with ballast.open("wb") as file:
        free = shutil.disk_usage(small_disk).free
        file.write(b"x" * (free - 200_000))
    with pytest.raises(SnapshotError, match=r"r2: expected to be able to write .* MB free"):
        run(home, "r2", world(CUSTOMERS, names=dict.fromkeys(CUSTOMERS, "r2")), minute=2)
    assert whole(home) == "r1"
    ballast.unlink()
    run(home, "r3", world(CUSTOMERS, names=dict.fromkeys(CUSTOMERS, "r3")), minute=3)
    assert whole(home) == "r3"
