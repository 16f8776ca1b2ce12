"""The sensor that starts a run when a channel has delivered."""

from pathlib import Path

import dagster as dg
import pytest

from pipelines import environment
from pipelines.hub import Hub
from pipelines.schedules import extracts_delivered


def look(landing: Path, cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
    hub = Hub(home=str(landing / "home"), landing=str(landing), feeds_folder="")
    with dg.build_sensor_context(cursor=cursor, resources={"hub": hub}) as context:
        found = extracts_delivered(context)
    assert isinstance(found, dg.SensorResult | dg.SkipReason)
    return found


def deliver(landing: Path, name: str) -> None:
    (landing / name).parent.mkdir(exist_ok=True)
    (landing / name).write_bytes(b"uid")


def test_what_is_delivered_starts_one_run(tmp_path: Path) -> None:
    assert isinstance(look(tmp_path), dg.SkipReason)
    deliver(tmp_path, "web/users_20261101.jsonl")
    asked = look(tmp_path)
    assert isinstance(asked, dg.SensorResult)
    assert isinstance(look(tmp_path, asked.cursor), dg.SkipReason)


def test_a_file_that_is_no_extract_keeps_nobody_elses_from_being_taken(tmp_path: Path) -> None:
    deliver(tmp_path, "agent/without its day.txt")
    told = look(tmp_path)
    assert isinstance(told, dg.SensorResult)
    assert isinstance(look(tmp_path, told.cursor), dg.SkipReason)
    deliver(tmp_path, "web/users_20261101.jsonl")
    assert isinstance(look(tmp_path, told.cursor), dg.SensorResult)


def test_it_looks_where_the_page_was_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.HOME, str(tmp_path / "home"))
    monkeypatch.setenv(environment.LANDING, str(tmp_path))
    deliver(tmp_path, "web/users_20261101.jsonl")
    with dg.build_sensor_context(resources={"hub": Hub.configure_at_launch()}) as context:
        assert isinstance(extracts_delivered(context), dg.SensorResult)
