"""What Dagster hears of an asset's checks."""

import dagster as dg
import polars as pl

from matching.frames import QUALITY_RESULTS
from pipelines.checks import check_results, check_specs
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
