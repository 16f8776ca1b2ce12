"""The data engineer's day: run, run again, a day's delivery, a broken one."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipelines.demo.extracts import Demo
from tests.journeys.conftest import DAYS, deliver, hub
from warehouse.published import snapshots
from warehouse.published.manifests import read_manifest
from warehouse.published.reading import export_tables, read_table

GOLDEN = [
    "entity_type", "name", "name_pinyin", "gender", "birth_date", "id_type", "id_number", "mobile", "mobiles",
    "fixed_line", "email", "province", "city", "district", "address", "record_count", "channel_count", "channels",
]  # fmt: skip


def test_a_second_run_takes_nothing_and_changes_nothing(made: Demo, home: Path, tmp_path: Path) -> None:
    in_force = snapshots.current(home)
    assert in_force is not None
    before = exported(in_force, tmp_path / "before")

    second = hub("run", "--landing", made.landing, "--home", home)

    assert second.code == 0, second.text
    assert "Nothing new" in second.text
    assert "asset check" not in second.text  # what Dagster says to itself
    assert snapshots.current(home) == in_force
    assert exported(in_force, tmp_path / "after") == before


def test_working_everything_out_again_changes_no_customer(rebuilt: Path) -> None:
    before, after = snapshots.snapshots(rebuilt)
    assert snapshots.current(rebuilt) == after
    for table in ("customers", "crosswalk", "lineage", "customer_redirects", "records", "pairs", "review_queue"):
        assert_frame_equal(read_table(before, table), read_table(after, table))


def test_only_what_kept_snapshots_need_is_kept(made: Demo, home: Path) -> None:
    done = hub("run", "--landing", made.landing, "--home", home, "--rebuild", "--keep", 1)
    assert done.code == 0, done.text
    (kept,) = snapshots.snapshots(home)
    assert [model.name for model in (home / "models").iterdir()] == [read_manifest(kept)["model"]]


@pytest.mark.long
def test_a_model_is_learned_once_and_another_only_when_asked_for(made: Demo, rebuilt: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(rebuilt, tmp_path / "home", symlinks=True))

    def models_of_runs() -> list[str]:
        return [str(read_manifest(snapshot)["model"]) for snapshot in snapshots.snapshots(home)]

    done = hub("run", "--landing", made.landing, "--home", home, "--train")
    assert done.code == 0, done.text
    first, again, learned = models_of_runs()
    assert first == again != learned
    customers = [read_table(snapshot, "customers") for snapshot in snapshots.snapshots(home)]
    assert_frame_equal(customers[0], customers[2])  # the same records teach the same model

    listed = hub("model", "list", "--home", home)
    assert f"{learned}" in listed.text
    assert "in force" in listed.text
    shown = hub("model", "show", learned, "--home", home)
    assert "0 merged, 0 gone, 0 new" in shown.text
    back = hub("model", "accept", first, "--home", home)
    assert back.code == 0, back.text
    hub("run", "--landing", made.landing, "--home", home)
    assert models_of_runs()[-1] == first


@pytest.mark.long
def test_a_run_a_day_ends_like_one_run_over_all(made: Demo, first_day: Path, published: Path, tmp_path: Path) -> None:
    shutil.copytree(first_day, tmp_path, symlinks=True, dirs_exist_ok=True)
    for day in DAYS[1:]:
        deliver(made.landing, tmp_path / "landing", day)
        learns = ["--train"] if day == DAYS[-1] else []  # from all records, as the one run did
        daily = hub("run", "--landing", tmp_path / "landing", "--home", tmp_path / "home", *learns)
        assert daily.code == 0, daily.text

    assert_frame_equal(customers_by_records(tmp_path / "home"), customers_by_records(published))


def customers_by_records(home: Path) -> pl.DataFrame:
    """Golden values by the records they belong to: customers without their ids."""
    crosswalk = read_table(home, "crosswalk").group_by("customer_id").agg(pl.col("record_id").sort())
    customers = read_table(home, "customers").select("customer_id", *GOLDEN)
    return customers.join(crosswalk, on="customer_id").drop("customer_id").sort(pl.col("record_id").list.first())


def test_an_extract_that_cannot_be_understood_stops_the_publish(made: Demo, home: Path, tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    shutil.copytree(made.landing, landing)
    in_force = snapshots.current(home)
    broken = landing / "bss" / "subscriptions_20261106.csv"
    broken.write_text("subscription_id,account,service_number\nS1,A1,18900000000\n", encoding="utf-8")

    stopped = hub("run", "--landing", landing, "--home", home)

    assert stopped.code == 1
    assert "subscriptions_20261106.csv" in stopped.text
    assert "The same command with --without bss goes on" in stopped.text
    assert "Traceback" not in stopped.text
    assert snapshots.current(home) == in_force

    goes_on = hub("run", "--landing", landing, "--home", home, "--without", "bss")
    assert goes_on.code == 0, goes_on.text


@pytest.mark.parametrize("arguments", [("run", "--without", "wbe"), ("run", "--landing", "nowhere"), ("rollback",)])
def test_a_mistyped_command_says_what_was_expected(arguments: tuple[str, ...], tmp_path: Path) -> None:
    answer = hub(*arguments, "--home", tmp_path)
    assert answer.code != 0
    assert "expected" in answer.text
    assert "Traceback" not in answer.text


def exported(snapshot: Path, out: Path) -> dict[str, bytes]:
    """Export every table of a snapshot and give the files' bytes."""
    out.mkdir()
    export_tables(snapshot, out)
    return {file.name: file.read_bytes() for file in sorted(out.iterdir())}
