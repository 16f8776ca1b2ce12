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
from tests.journeys.programs import customer_hub, materialize_candidate
from tests.journeys.starting import run, started
from warehouse.published import snapshots
from warehouse.published.reading import read_table

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

    code, said = run(materialize_candidate, str(home), str(made.landing), timeout=300)

    assert code == 0, said
    assert "every_record_in_one_customer" in said
    assert lost in said
    assert snapshots.current(home) == in_force


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
    again = ("run", "--landing", str(made.landing), "--home", str(home), "--rebuild")
    with subprocess.Popen(
        [sys.executable, "-c", READ, str(link)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        seen = []
        for _ in range(3):
            with open(os.devnull, "w") as nowhere, started(customer_hub, *again, out=nowhere.fileno()) as publishing:
                while publishing.process.is_alive():
                    time.sleep(0.2)
                    print(file=reader.stdin, flush=True)
                    seen.append(reader.stdout.readline().split())
                assert publishing.wait() == 0
        print(file=reader.stdin, flush=True)
        seen.append(reader.stdout.readline().split())
        reader.stdin.close()
    assert reader.returncode == 0
    assert {(loose, missing) for loose, missing, _ in seen} == {("0", "0")}
    assert len({run for _, _, run in seen}) == 4
