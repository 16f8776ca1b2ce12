"""What a check is, and the one way in which checks are run: by Great Expectations, on a DuckDB file read-only."""

import contextlib
import io
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final

import polars as pl
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from matching.frames import QUALITY_RESULTS, conform
from matching.words import Severity
from quality.database import READ_ONLY, address, reading, statement
from quality.deferring import defer

SQL: Final = "counted_rows"
"""The expectation of a check whose query, `quality/sql/<name>.sql`, finds the rows that break it."""

UNIQUE: Final = "expect_column_values_to_be_unique"
FILLED: Final = "expect_column_values_to_not_be_null"
IN_SET: Final = "expect_column_values_to_be_in_set"
BETWEEN: Final = "expect_column_values_to_be_between"
ROWS_BETWEEN: Final = "expect_table_row_count_to_be_between"
"""The expectations of Great Expectations that the suites use."""

MOST_ROW_IDS: Final = 100


@dataclass(frozen=True)
class Check:
    """One expectation: what it says, how grave it is, which rows it is about and how a bad row is named.

    `expects` is the type of a Great Expectations expectation and `args` are its arguments; for `SQL` the query lies in
    `quality/sql/<name>.sql` and calls what names a bad row `row_id`. `row_id` is the column that names a row, never
    one with personal data.
    """

    name: str
    says_en: str
    says_zh: str
    severity: Severity
    table: str
    expects: str = SQL
    args: Mapping[str, Any] = field(default_factory=dict)
    row_id: str | None = None

    @property
    def says(self) -> str:
        """Both languages, as tables and reports show them."""
        return f"{self.says_en} · {self.says_zh}"


def run_checks(database: Path, checks: Sequence[Check], *, subject: str) -> pl.DataFrame:
    """Give one row of `QUALITY_RESULTS` per check, in the order of the checks.

    A check that raises counts as a critical failure of ours: what could not be judged must not be published.
    """
    with reading(database) as engine, engine.connect():  # open throughout: opening a file takes longer than a check
        with _quiet():
            outcomes = _validate(database, checks)
        rows = [_result(check, outcomes[check.name], engine, subject) for check in checks]
    return conform(pl.DataFrame(rows, schema=dict(QUALITY_RESULTS)), QUALITY_RESULTS, name="quality_results")


def _validate(database: Path, checks: Sequence[Check]) -> dict[str, Mapping[str, Any]]:
    """Give the outcome of each check by its name: one source of data for all tables, a suite for each."""
    defer()
    import great_expectations as gx  # noqa: PLC0415 -- takes seconds and 270 MB: only where checks run
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415
    from great_expectations.datasource.fluent.interfaces import TestConnectionError  # noqa: PLC0415
    from great_expectations.exceptions.exceptions import GreatExpectationsError  # noqa: PLC0415

    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    # A dollar sign would be taken for a variable of the configuration.
    connection = address(database).replace("$", r"\$")
    source = context.data_sources.add_sql(  # type: ignore[call-arg] # the hints know only two of its arguments
        "snapshot", connection_string=connection, kwargs=dict(READ_ONLY)
    )
    outcomes: dict[str, Mapping[str, Any]] = {}
    try:
        for table in dict.fromkeys(check.table for check in checks):
            of_table = [check for check in checks if check.table == table]
            try:
                outcomes |= _validate_table(source, table, of_table)
            except (GreatExpectationsError, TestConnectionError, SQLAlchemyError) as failure:
                info = {"raised_exception": True, "exception_traceback": f"{type(failure).__name__}: "}
                failed = {"success": False, "result": {}, "exception_info": info}
                outcomes |= {check.name: failed for check in of_table}
    finally:
        # It opens the file twice: an open candidate could not be written to again.
        source.get_execution_engine().close()
        source.get_engine().dispose()
    return outcomes


def _validate_table(source: Any, table: str, checks: Sequence[Check]) -> dict[str, Mapping[str, Any]]:
    """Give the outcome of each check of a table; nothing is stored for a later validation, there is none."""
    import great_expectations as gx  # noqa: PLC0415
    from great_expectations.expectations.registry import get_expectation_impl  # noqa: PLC0415

    asset = source.add_table_asset(table, table_name=table)
    suite = gx.ExpectationSuite(name=table)
    for check in checks:
        expectation = _counted_rows() if check.expects == SQL else get_expectation_impl(check.expects)
        suite.add_expectation(expectation(**_arguments(check), meta={"check": check.name}))
    whole = asset.get_batch(asset.build_batch_request())
    outcome = whole.validate(suite, result_format=_result_format(checks))
    results: list[dict[str, Any]] = [dict(result.to_json_dict()) for result in outcome.results]
    return {result["expectation_config"]["meta"]["check"]: result for result in results}


@cache
def _counted_rows() -> Any:
    """Give the expectation of `SQL` that counts the rows and does not fetch them, for which it would ask once more."""
    from great_expectations.expectations.core.unexpected_rows_expectation import (  # noqa: PLC0415 -- takes seconds
        UnexpectedRowsExpectation,
    )

    class CountedRows(UnexpectedRowsExpectation):
        metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count",)

        def _validate(self, metrics: dict[str, Any], *told: Any, **more: Any) -> Any:
            return super()._validate(metrics | {"unexpected_rows_query.table": []}, *told, **more)

    return CountedRows


def _result_format(checks: Sequence[Check]) -> dict[str, object]:
    """Ask for counts and for the query that finds the bad rows, not for their values."""
    ids = sorted({check.row_id for check in checks if check.row_id})
    wanted = {"result_format": "BASIC", "return_unexpected_index_query": True, "partial_unexpected_count": 0}
    return wanted | ({"unexpected_index_column_names": ids} if ids else {})


def _arguments(check: Check) -> dict[str, Any]:
    if check.expects != SQL:
        return dict(check.args)
    # The text goes through str.format on its way.
    return {"unexpected_rows_query": statement(check.name).replace("{", "{{").replace("}", "}}")}


def _result(check: Check, outcome: Mapping[str, Any], engine: Engine, subject: str) -> dict[str, object]:
    result = outcome["result"]
    error = _error(outcome)
    bad_rows = int(result.get("unexpected_count") or (result.get("observed_value") if check.expects == SQL else 0) or 0)
    passed = bool(outcome["success"]) and error is None
    return {
        "subject": subject,
        "check": check.name,
        "says": check.says,
        "severity": check.severity if error is None else Severity.CRITICAL,
        "passed": passed,
        "observed": error or _observed(check, result, bad_rows),
        "bad_rows": bad_rows,
        "row_ids": [] if passed or error else _row_ids(check, result, engine),
    }


def _error(outcome: Mapping[str, Any]) -> str | None:
    """Give the kind of error an expectation ended in; its text may hold values, so it stays out."""
    info = outcome["exception_info"]
    raised = [info] if "raised_exception" in info else list(info.values())
    raised = [one for one in raised if one["raised_exception"]]
    if not raised:
        return None
    kinds = re.findall(r"^[\w.]*\b(\w+(?:Error|Exception))\b", str(raised[0]["exception_traceback"]), re.MULTILINE)
    return f"the check itself failed: {kinds[-1] if kinds else 'unknown error'}"


def _observed(check: Check, result: Mapping[str, Any], bad_rows: int) -> str:
    if check.expects == SQL:
        return f"{bad_rows:,} rows"
    if "element_count" in result:
        share = 100 * (1 - bad_rows / result["element_count"]) if result["element_count"] else 100
        return f"{share:.2f} % of {result['element_count']:,} rows"
    return f"{result['observed_value']:,} rows"


def _row_ids(check: Check, result: Mapping[str, Any], engine: Engine) -> list[str]:
    if check.expects == SQL:
        query, column = statement(check.name), "row_id"
    elif check.row_id and result.get("unexpected_index_query"):
        query, column = result["unexpected_index_query"], check.row_id
    else:
        return []
    with engine.connect() as connection:
        rows = connection.execute(text(query)).mappings().fetchmany(MOST_ROW_IDS)
    return sorted({str(row[column]) for row in rows})


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Great Expectations prints progress and hints; only results are of interest."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
