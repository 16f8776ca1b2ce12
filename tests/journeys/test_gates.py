"""What keeps a snapshot from going out, and what does not; readers who notice nothing but the change."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import polars as pl

from pipelines.demo.extracts import Demo
from tests.journeys.conftest import hub
from warehouse import snapshots
from warehouse.reading import read_table

MATERIALIZE = """
from pipelines.definitions import defs
import dagster as dg
from pipelines.instance import open_instance
from pipelines import environment
from pipelines.runs import problems
with open_instance(environment.home()) as instance:
    result = defs.resolve_job_def("publish_customers").execute_in_process(
        instance=instance, raise_on_error=False, asset_selection=[dg.AssetKey("candidate"), dg.AssetKey("snapshot")])
print(*problems(result.all_events), sep="\\n")
"""
READ = """
import sys, duckdb
for line in sys.stdin:
    con = duckdb.connect(sys.argv[1], read_only=True)
    loose = con.sql("select count(*) from crosswalk anti join customers using (customer_id)").fetchall()[0][0]
    missing = con.sql("select count(*) from records anti join crosswalk using (record_id)").fetchall()[0][0]
    run = con.sql("select max(run_id) from runs").fetchall()[0][0]
    con.close()
    print(loose, missing, run, flush=True)
"""


def test_a_critical_failure_names_the_rows_and_keeps_the_candidate_in(made: Demo, home: Path) -> None:
    in_force = snapshots.current(home)
    crosswalk = home / "lake" / "frames" / "crosswalk.parquet"
    lost = pl.read_parquet(crosswalk)["record_id"][0]
    pl.read_parquet(crosswalk).filter(pl.col("record_id") != lost).write_parquet(crosswalk)

    said = materialize_candidate(home, made)

    assert "every_record_in_one_customer" in said
    assert lost in said
    assert snapshots.current(home) == in_force


def materialize_candidate(home: Path, made: Demo) -> str:
    """Materialize the last two assets from the frames of the run before, as somebody does on Dagster's page."""
    where = {"CUSTOMER_HUB_HOME": str(home), "CUSTOMER_HUB_LANDING": str(made.landing)}
    done = subprocess.run(
        [sys.executable, "-c", MATERIALIZE], env=os.environ | where, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_a_warning_does_not(made: Demo, home: Path, tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    shutil.copytree(made.landing, landing)
    extract = landing / "web" / "users_20261101.jsonl"
    profile = json.loads(extract.read_text(encoding="utf-8").splitlines()[0]) | {"loyalty": "gold"}
    extract.with_name("users_20261106.jsonl").write_text(json.dumps(profile) + "\n", encoding="utf-8")
    before = snapshots.current(home)

    done = hub("run", "--landing", landing, "--home", home)

    assert done.code == 0, done.text
    assert "loyalty" in done.text
    assert snapshots.current(home) != before
    warnings = read_table(home, "quality_results").filter(~pl.col("passed"))
    assert "columns_are_known" in warnings["check"].to_list()


def test_a_reader_goes_on_through_three_publishes(made: Demo, home: Path) -> None:
    link = home / "warehouse" / "current.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", READ, str(link)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        seen = []
        for _ in range(3):
            with subprocess.Popen(
                [sys.executable, "-m", "pipelines", "run", "--landing", made.landing, "--home", home, "--rebuild"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ) as publishing:
                while publishing.poll() is None:
                    time.sleep(0.05)
                    print(file=reader.stdin, flush=True)
                    seen.append(reader.stdout.readline().split())
            assert publishing.returncode == 0
        print(file=reader.stdin, flush=True)
        seen.append(reader.stdout.readline().split())
        reader.stdin.close()
    assert reader.returncode == 0
    assert {(loose, missing) for loose, missing, _ in seen} == {("0", "0")}
    assert len({run for _, _, run in seen}) == 4
