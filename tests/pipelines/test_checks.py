"""What Dagster hears of an asset's checks."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from matching.frames import QUALITY_RESULTS
from pipelines.checks import check_results, check_specs
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
