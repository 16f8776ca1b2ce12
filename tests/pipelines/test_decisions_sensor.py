"""The sensor that starts a run when stewards have decided something."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from matching.words import Judgement
from pipelines.hub import Hub
from pipelines.instance import open_instance
from pipelines.schedules import LONGEST, QUIET, decisions_made
from warehouse import state
from warehouse.desk import desk_refresh

JUST_NOW, QUIETLY, LONG_AGO = timedelta(seconds=1), QUIET + timedelta(minutes=1), LONGEST + timedelta(minutes=1)


def judge(home: Path, number: int, ago: timedelta) -> None:
    at = datetime.now(UTC) - ago
    state.judge(home, "app:1", f"web:{number}", Judgement.SAME, who="li", reason="", at=at)


def look(home: Path, cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
    hub = Hub(home=str(home), landing="", feeds_folder="")
    with dg.build_sensor_context(cursor=cursor, resources={"hub": hub}) as context:
        found = decisions_made(context)
    assert isinstance(found, dg.SensorResult | dg.SkipReason)
    return found


def test_it_looks_without_being_switched_on() -> None:
    assert decisions_made.default_status is dg.DefaultSensorStatus.RUNNING, (
        "docs/desk.md: `customer-hub up` starts a run"
    )


def test_dagsters_page_asks_nobody_to_join_anything(tmp_path: Path) -> None:
    with open_instance(tmp_path) as instance:
        assert not instance.nux_enabled
        assert not instance.telemetry_enabled


def test_nothing_decided_nothing_started(tmp_path: Path) -> None:
    assert isinstance(look(tmp_path), dg.SkipReason)


def test_a_run_starts_once_stewards_pause(tmp_path: Path) -> None:
    judge(tmp_path, 1, JUST_NOW)
    assert isinstance(look(tmp_path), dg.SkipReason)


def test_a_pause_starts_one_run(tmp_path: Path) -> None:
    judge(tmp_path, 1, QUIETLY)
    asked = look(tmp_path)
    assert isinstance(asked, dg.SensorResult)
    assert [request.run_key for request in asked.run_requests or ()] == ["decisions-1"]
    assert isinstance(look(tmp_path, asked.cursor), dg.SkipReason)


def test_nobody_waits_for_ever(tmp_path: Path) -> None:
    judge(tmp_path, 1, LONG_AGO)
    judge(tmp_path, 2, JUST_NOW)
    assert isinstance(look(tmp_path), dg.SensorResult)


def test_what_a_run_knew_waits_no_longer(tmp_path: Path) -> None:
    judge(tmp_path, 1, LONG_AGO)
    assert desk_refresh.waiting(tmp_path).count == 1
    desk_refresh.note_run(tmp_path, "r1")
    snapshots = tmp_path / "warehouse" / "snapshots"
    snapshots.mkdir(parents=True)
    (snapshots / "r1.duckdb").touch()
    (tmp_path / "warehouse" / "current.duckdb").symlink_to("snapshots/r1.duckdb")
    assert desk_refresh.waiting(tmp_path).count == 0
    assert isinstance(look(tmp_path), dg.SkipReason)
