"""Row rules speak where they must and nowhere else, lose no row, and hold no personal data."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from matching.frames import FINDINGS, LANDED, REJECTS
from quality.rows import ROW_RULES, Outcome, judge

CASES: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases/row_rules.toml").read_text("utf-8")
)
DELIVERED = datetime.fromisoformat("2026-11-02")


def landed(*rows: dict[str, Any]) -> pl.DataFrame:
    """Give rows of one extract as LANDED."""
    full = []
    for line, row in enumerate(rows, start=2):
        happened = {"happened_at": datetime.fromisoformat(row["happened_at"])} if "happened_at" in row else {}
        key = {"feed": "f", "source_id": f"k{line}", "extract": "f/x", "extract_id": "e", "line": line, "raw": "{}"}
        full.append({**key, "seen_at": DELIVERED, **row, **happened})
    return pl.DataFrame(full, schema=dict(LANDED))


ALL = landed(*(case["row"] for case in CASES.values()))


@pytest.mark.parametrize("name", CASES)
def test_rules(name: str) -> None:
    case = CASES[name]
    judged = judge(landed(case["row"]))
    assert sorted([*judged.rejects["rule"], *judged.findings["rule"]]) == sorted(case["breaks"])
    assert judged.accepted.height + judged.rejects.height == 1


def test_every_rule_is_broken_by_some_case() -> None:
    broken = {rule for case in CASES.values() for rule in case["breaks"]} | {"duplicated_key"}
    assert broken == {rule.name for rule in ROW_RULES}


def test_keys_delivered_twice_are_found_on_every_line() -> None:
    judged = judge(landed({"source_id": "a", "name": "王芳"}, {"source_id": "a", "name": "王芳"}, {"name": "李"}))
    assert judged.findings.select("line", "rule").rows() == [(2, "duplicated_key"), (3, "duplicated_key")]


def test_accepted_rows_are_unchanged_and_no_row_is_lost() -> None:
    judged = judge(ALL)
    assert judged.accepted.schema == pl.Schema(LANDED)
    assert judged.rejects.schema == pl.Schema(REJECTS)
    assert judged.findings.schema == pl.Schema(FINDINGS)
    assert sorted([*judged.accepted["line"], *judged.rejects["line"]]) == ALL["line"].to_list()
    assert judged.accepted.equals(ALL.filter(pl.col("line").is_in(judged.accepted["line"].to_list())))
    assert set(judged.findings["line"]) <= set(judged.accepted["line"])


def test_rows_do_not_influence_each_other_and_their_order_changes_nothing() -> None:
    once, shuffled = judge(ALL), judge(ALL.reverse())
    assert once.findings.equals(shuffled.findings)
    assert once.rejects.sort("line").equals(shuffled.rejects.sort("line"))
    spoken = {(line, rule) for line, rule in once.findings.select("line", "rule").rows()}
    for line, row in enumerate(ALL.iter_slices(1), start=2):
        assert {(line, rule) for rule in judge(row).findings["rule"]} == {one for one in spoken if one[0] == line}


def test_no_rows_are_no_rows() -> None:
    judged = judge(landed())
    assert (judged.accepted.height, judged.rejects.height, judged.findings.height) == (0, 0, 0)
    assert judged.findings.schema == pl.Schema(FINDINGS)


def test_rules_are_named_once_in_both_languages_and_reasons_hold_no_values() -> None:
    assert len({rule.name for rule in ROW_RULES}) == len(ROW_RULES)
    assert all(rule.says_en and rule.says_zh for rule in ROW_RULES)
    assert {rule.outcome for rule in ROW_RULES} == set(Outcome)
    reasons = {rule.says_en for rule in ROW_RULES}
    assert set(judge(ALL).findings["reason"]) <= reasons
