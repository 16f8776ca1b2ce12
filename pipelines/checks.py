"""Expectations as Dagster shows them: critical ones block what comes after, the others warn."""

from collections.abc import Iterable

import dagster as dg
import polars as pl

from matching.words import Severity
from quality.checks import Check

Judged = dg.Output[pl.DataFrame] | dg.AssetCheckResult
"""What an asset with checks yields: its frame, then what each check says of it."""


def check_specs(checks: Iterable[Check], asset: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """Declare one check of an asset for each expectation."""
    return [
        dg.AssetCheckSpec(check.name, asset=asset, description=check.says, blocking=check.severity is Severity.CRITICAL)
        for check in checks
    ]


def check_results(results: pl.DataFrame, asset: dg.AssetKey, checks: Iterable[Check] = ()) -> list[dg.AssetCheckResult]:
    """Give Dagster the results (schema QUALITY_RESULTS) of an asset's checks: counts and row ids, never values.

    `checks` without a result had nothing to look at, as those of a feed that has delivered nothing yet; Dagster wants
    to hear of each all the same.
    """
    judged = results["check"].to_list()
    idle = [
        dg.AssetCheckResult(
            check_name=check.name, asset_key=asset, passed=True, description="nothing was delivered yet to be checked"
        )
        for check in checks
        if check.name not in judged
    ]
    return idle + [
        dg.AssetCheckResult(
            check_name=row["check"],
            asset_key=asset,
            passed=row["passed"],
            severity=(
                dg.AssetCheckSeverity.ERROR if row["severity"] == Severity.CRITICAL else dg.AssetCheckSeverity.WARN
            ),
            description=row["says"],
            metadata={
                "observed": row["observed"] or "",
                "bad rows": row["bad_rows"] or 0,
                **({"rows": ", ".join(row["row_ids"])} if row["row_ids"] else {}),
            },
        )
        for row in results.iter_rows(named=True)
    ]
