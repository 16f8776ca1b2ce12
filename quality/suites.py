"""What is expected of each feed and of a candidate snapshot: tables of checks, and the two functions that run them."""

from pathlib import Path
from typing import Final

import polars as pl

from matching.words import Severity
from quality.checks import Check, run_checks

SNAPSHOT: Final = "snapshot"
"""The subject of checks that are about the candidate snapshot and not about a feed."""

UNIQUE: Final = "expect_column_values_to_be_unique"
FILLED: Final = "expect_column_values_to_not_be_null"

SNAPSHOT_CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "customer_ids_are_unique",
        "Every customer id occurs once in customers",
        "customers 表中客户号不重复",
        Severity.CRITICAL,
        "customers",
        UNIQUE,
        {"column": "customer_id"},
        "customer_id",
    ),
    Check(
        "record_ids_are_unique",
        "Every record id occurs once in records",
        "records 表中记录号不重复",
        Severity.CRITICAL,
        "records",
        UNIQUE,
        {"column": "record_id"},
        "record_id",
    ),
    Check(
        "every_record_in_one_customer",
        "Every record belongs to exactly one customer",
        "每条记录恰好属于一个客户",
        Severity.CRITICAL,
        "records",
    ),
    Check(
        "every_crosswalk_customer_exists",
        "Every customer in the crosswalk is in customers, and the other way round",
        "对照表中的客户均在 customers 表中，反之亦然",
        Severity.CRITICAL,
        "crosswalk",
    ),
    Check(
        "rows_read_are_accounted_for",
        "In every extract rows read = records + rejects",
        "每个数据文件：读取行数 = 记录数 + 拒收数",
        Severity.CRITICAL,
        "extracts",
    ),
    Check(
        "golden_values_are_not_invented",
        "Every golden value stands in the record its lineage names",
        "每个黄金值都出自其血缘所指的记录",
        Severity.CRITICAL,
        "lineage",
    ),
)


def audit_snapshot(candidate: Path, previous: Path | None) -> pl.DataFrame:
    """Give what the audit of a candidate snapshot found, as `QUALITY_RESULTS`; a failed critical check forbids it."""
    return run_checks(candidate, SNAPSHOT_CHECKS, subject=SNAPSHOT)


def failures(results: pl.DataFrame, severity: Severity) -> pl.DataFrame:
    """Give the results that failed at this severity."""
    return results.filter(~pl.col("passed") & (pl.col("severity") == severity))
