"""The quality report: one HTML file that needs nothing but a browser, in Chinese and English, fit to print."""

import os
from collections.abc import Mapping
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from matching.words import Severity
from quality import charts
from quality.database import rows
from quality.rows import ROW_RULES
from quality.suites import SNAPSHOT

NAMES: Final[Mapping[str, str]] = {
    "name": "姓名 name",
    "nickname": "昵称 nickname",
    "username": "登录名 username",
    "id_type": "证件类型 id type",
    "id_number": "证件号码 id number",
    "id_last4": "证件后四位 id last 4",
    "gender": "性别 gender",
    "birth_date": "出生日期 birth date",
    "mobile": "手机 mobile",
    "contact_phone": "联系电话 contact phone",
    "caller_number": "来电号码 caller",
    "service_number": "业务号码 service no.",
    "fixed_line": "固话 fixed line",
    "email": "邮箱 e-mail",
    "address": "地址 address",
    "business_category": "行业 business",
}

RULES_ZH: Final[Mapping[str, str]] = {
    **{rule.name: rule.says_zh for rule in ROW_RULES},
    "field_count": "字段数与来源定义不符",
    "line_length": "行长度与来源定义不符",
    "undecodable_bytes": "含有无法解码的字节",
    "nul_byte": "含有空字符（NUL）",
    "stray_byte_order_mark": "文件中间出现另一文件的表头（两个文件被拼接）",
    "repeated_header": "表头重复出现",
    "unclosed_quote": "引号没有闭合",
    "malformed_quotes": "引号之外还有文字",
    "oversized_field": "字段过长",
    "broken_json": "不是有效的 JSON",
    "not_an_object": "不是 JSON 对象",
    "missing_key": "缺少渠道内编号",
    "rounded_key": "渠道内编号已被表格软件取近似值",
    "list_of_values": "应为单个值的列中是列表",
    "unknown_code": "代码不在来源的代码表中",
    "unreadable_date": "日期不符合来源定义的任何格式",
    "cut_character": "字段末尾的半个汉字已略去",
    "erased": "应本人要求已删除",
}

COUNTS: Final = ("extracts", "rows_read", "records", "rejects", "new", "changed", "unchanged")
ROW_IDS_SHOWN: Final = 20


def write_report(snapshot: Path, out: Path, *, titles: Mapping[str, str] | None = None) -> Path:
    """Write what is known of the quality of a snapshot, or of a candidate, to `out` and give the path.

    Everything comes from the tables of the snapshot itself; `titles` are what people call the feeds. The page holds
    counts, rates and the ids and lines of rows, never a value of a customer.
    """
    page = _environment().get_template("report.html.j2").render(_contents(snapshot, titles or {}))
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(f".{out.name}.new")
    unfinished.write_text(page, encoding="utf-8")
    os.replace(unfinished, out)
    return out


def _contents(snapshot: Path, titles: Mapping[str, str]) -> dict[str, Any]:
    results = rows(snapshot, "report/results")
    deliveries = _by(rows(snapshot, "report/deliveries"), "feed")
    completeness = _by(rows(snapshot, "report/completeness"), "feed")
    odd_rows = _by(rows(snapshot, "report/odd_rows"), "feed")
    by_subject = _by(results, "subject")
    runs = rows(snapshot, "report/runs")
    feeds = [
        {
            "name": feed,
            "title": titles.get(feed, feed),
            "totals": {count: sum(day[count] for day in days) for count in COUNTS},
            "first": days[0]["delivered_on"],
            "last": days[-1]["delivered_on"],
            "checks": _checks(by_subject.get(feed, [])),
            "odd_rows": odd_rows.get(feed, []),
            "deliveries": Markup(charts.deliveries(days)),  # noqa: S704 -- made here, from counts and days
            "completeness": Markup(charts.shares(completeness.get(feed, []), NAMES)),  # noqa: S704
        }
        for feed, days in deliveries.items()
    ]
    return {
        "totals": rows(snapshot, "report/totals")[0],
        "failed": _checks([result for result in results if not result["passed"]]),
        "check_count": len(results),
        "snapshot": {
            "checks": _checks(by_subject.get(SNAPSHOT, [])),
            "channels": Markup(charts.channels(rows(snapshot, "report/channels"))),  # noqa: S704
            "fill": Markup(charts.shares(rows(snapshot, "report/fill"), NAMES)),  # noqa: S704
            "trend": Markup(charts.trend(runs)) if len(runs) > 1 else None,  # noqa: S704
        },
        "feeds": feeds,
        "rules_zh": RULES_ZH,
    }


def _checks(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Give results as the page shows them: failures first, the grave ones before the others."""
    shown = []
    for result in sorted(results, key=lambda one: (one["passed"], one["severity"] != Severity.CRITICAL)):
        english, _, chinese = result["says"].partition(" · ")
        hidden = max(0, result["bad_rows"] - ROW_IDS_SHOWN)
        shown.append(
            result
            | {
                "english": english,
                "chinese": chinese,
                "is_critical": result["severity"] == Severity.CRITICAL,
                "shown_ids": (result["row_ids"] or [])[:ROW_IDS_SHOWN],
                "hidden": hidden,
            }
        )
    failed = [one for one in shown if not one["passed"]]
    return {
        "all": shown,
        "critical": sum(one["is_critical"] for one in failed),
        "warning": sum(not one["is_critical"] for one in failed),
    }


def _by(found: list[dict[str, Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    """Group rows that are in order of the key."""
    return {name: list(group) for name, group in groupby(found, key=lambda row: row[key])}


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("quality"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda count: f"{count:,}"
    environment.filters["minutes"] = lambda span: f"{span / timedelta(minutes=1):.1f}"
    return environment
