"""What Dagster hears of an asset's checks."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import dagster as dg
import polars as pl

from connectors.checking import load_feed
from connectors.landing import land
from matching.frames import QUALITY_RESULTS
from pipelines.assets.landing import judge_feed, landing_key
from pipelines.checks import check_results, check_specs
from pipelines.environment import SHIPPED_FEEDS
from pipelines.frames import ParquetFrames
from pipelines.hub import Hub
from pipelines.runs import problems
from quality.suites import FEED_CHECKS

KEY = dg.AssetKey(["landed", "app"])


def test_a_feed_that_delivered_nothing_answers_every_check() -> None:
    answered = check_results(pl.DataFrame(schema=dict(QUALITY_RESULTS)), KEY, FEED_CHECKS)
    assert [result.check_name for result in answered] == [spec.name for spec in check_specs(FEED_CHECKS, KEY)]
    assert all(result.passed for result in answered)


def test_a_check_with_a_result_answers_once() -> None:
    check = FEED_CHECKS[0]
    row = {"subject": "app", "check": check.name, "says": check.says, "severity": check.severity, "passed": False}
    answered = check_results(pl.DataFrame([row], schema=dict(QUALITY_RESULTS)), KEY, FEED_CHECKS)
    assert sorted(result.check_name or "" for result in answered) == sorted(check.name for check in FEED_CHECKS)
    failed = [result for result in answered if not result.passed]
    assert [result.check_name for result in failed] == [check.name]
    assert "rows" not in failed[0].metadata, "a check of a whole feed names no rows"


def test_a_failed_check_is_one_line_that_names_the_feed_and_a_few_of_its_rows() -> None:
    check = FEED_CHECKS[-1]
    ids = [f"app/users.csv:{line}" for line in range(2, 102)]
    told = {"says": "x", "severity": check.severity, "passed": False, "bad_rows": 201, "row_ids": ids}
    results = pl.DataFrame([{"subject": "app", "check": check.name, **told}], schema=dict(QUALITY_RESULTS))

    @dg.asset(key=KEY, check_specs=check_specs([check], KEY))
    def landed() -> Iterator[dg.Output[None] | dg.AssetCheckResult]:
        yield dg.Output(None)
        yield from check_results(results, KEY)

    said = problems(dg.materialize([landed]).all_events)
    rows = "app/users.csv:2, app/users.csv:3, app/users.csv:4 and 198 more; all: table quality_results or findings"
    assert said == [f"warning {check.name}: x (app: {rows})"]


def test_a_column_that_the_feed_file_came_to_know_is_unknown_no_more(tmp_path: Path) -> None:
    hub = Hub(home=str(tmp_path / "home"), landing=str(tmp_path), feeds_folder=str(tmp_path))
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "users_20261101.jsonl").write_text(
        '{"uid": "1", "username": "w", "mobile": "", "created_at": "", "shoe": 42}\n'
    )
    web = (SHIPPED_FEEDS / "web.toml").read_text("utf-8")
    (tmp_path / "web.toml").write_text(web, "utf-8")
    feed = load_feed(tmp_path / "web.toml")
    land(feed, tmp_path, tmp_path / "home", judge=None, progress=None, now=datetime.fromisoformat("2026-11-02 03:00"))
    found = judge_feed(hub, feed, again=True)
    assert found.filter(~pl.col("passed"))["check"].to_list() == ["columns_are_known"]
    frame = ParquetFrames(home=hub.home).path(landing_key("web"))
    frame.parent.mkdir(parents=True)
    found.write_parquet(frame)
    assert judge_feed(hub, feed, again=False).equals(found)
    (tmp_path / "web.toml").write_text(web.replace('key = ["uid"]', 'key = ["uid"]\nignored = ["shoe"]'), "utf-8")
    found = judge_feed(hub, load_feed(tmp_path / "web.toml"), again=False)
    assert found.filter(~pl.col("passed")).is_empty()
