"""When things go wrong: no row lost, no half snapshot, never two runs at once, no message nobody understands."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipelines.demo.extracts import Demo
from tests.journeys.conftest import COMMAND, hub
from tests.journeys.programs import customer_hub, with_no_larger_files
from tests.journeys.starting import overheard, run
from warehouse.published import snapshots
from warehouse.published.reading import read_table

LINES_OF_A_RUN = 30
ROW_COUNTS = ("customers", "crosswalk", "records", "lineage", "pairs")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 5))])
def test_killed_at_random_moments_the_next_run_succeeds_with_the_same_result(
    seed: int, made: Demo, published: Path, tmp_path: Path
) -> None:
    chance = random.Random(seed)  # noqa: S311 (moments, not secrets)
    for _ in range(4):
        kill_a_run(made, tmp_path, after_lines=chance.randrange(LINES_OF_A_RUN), and_seconds=chance.random())
        assert_whole(tmp_path)

    done = hub("run", "--landing", made.landing, "--home", tmp_path, timeout=180)

    assert done.code == 0, done.text
    assert_frame_equal(told(tmp_path), told(published))
    assert read_table(tmp_path, "rejects").height == read_table(published, "rejects").height
    assert read_table(tmp_path, "extracts")["rows_read"].sum() == read_table(published, "extracts")["rows_read"].sum()


def kill_a_run(made: Demo, home: Path, *, after_lines: int, and_seconds: float) -> None:
    """Start a run and kill it, with all its children, some lines into what it prints and a moment later."""
    command = ("run", "--landing", str(made.landing), "--home", str(home))
    with overheard(customer_hub, *command) as (work, printed):
        for _ in range(after_lines):
            if not printed.readline():
                break
        time.sleep(and_seconds)
        work.kill()


def told(home: Path) -> pl.DataFrame:
    """Golden values by the records they belong to: what does not depend on when an id was first seen."""
    crosswalk = read_table(home, "crosswalk").group_by("customer_id").agg(pl.col("record_id").sort())
    customers = read_table(home, "customers").drop("updated_at")
    return customers.join(crosswalk, on="customer_id").drop("customer_id").sort(pl.col("record_id").list.first())


def assert_whole(home: Path) -> None:
    """Whatever is in force is readable and fits together."""
    if snapshots.current(home) is None:
        return
    heights = {table: read_table(home, table).height for table in ROW_COUNTS}
    assert heights["crosswalk"] == heights["records"]
    assert read_table(home, "crosswalk")["customer_id"].n_unique() == heights["customers"]


@pytest.mark.parametrize("kilobytes", [60, 600, 3000])
def test_a_file_that_cannot_grow_leaves_the_last_snapshot_in_force(kilobytes: int, made: Demo, home: Path) -> None:
    in_force = snapshots.current(home)
    command = ("run", "--landing", str(made.landing), "--home", str(home), "--rebuild")

    code, said = run(with_no_larger_files, kilobytes, *command, timeout=300)

    assert code == 1, said
    assert "disk full" in said
    assert "Traceback" not in said
    assert snapshots.current(home) == in_force
    assert_whole(home)
    assert hub("run", "--landing", made.landing, "--home", home, "--rebuild").code == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_said_and_nothing_is_published(made: Demo, small_disk: Path) -> None:
    stopped = hub("run", "--landing", made.landing, "--home", small_disk)

    assert stopped.code == 1, stopped.text
    assert "disk full" in stopped.text
    assert "Traceback" not in stopped.text
    assert snapshots.current(small_disk) is None


def test_ctrl_c_is_told_in_one_line(made: Demo, tmp_path: Path) -> None:
    command = [COMMAND, "run", "--landing", str(made.landing), "--home", str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, text=True
    ) as work:
        assert work.stdout is not None
        while "reading" not in work.stdout.readline():
            pass
        os.killpg(work.pid, signal.SIGINT)
        rest = work.stdout.read()
    assert work.returncode == 1, rest
    assert "✗ Interrupted: what was landed stays landed" in rest
    assert "Traceback" not in rest
    assert "defect" not in rest


def test_two_runs_never_meet(made: Demo, tmp_path: Path) -> None:
    with overheard(customer_hub, "run", "--landing", str(made.landing), "--home", str(tmp_path)) as (first, printed):
        while "reading" not in printed.readline():
            pass
        second = hub("run", "--landing", made.landing, "--home", tmp_path)
        rest = printed.read()
        assert first.wait() == 0, rest
    assert second.code == 1, second.text
    assert "found one that holds run.lock" in second.text
