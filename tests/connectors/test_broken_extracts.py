"""Broken inputs end in rejects or in an error that says what to do, never in another exception, and lose no row."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.conftest import Hub, make_feed, text

CASES: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases/broken_extracts.toml").read_text("utf-8")
)


def content(case: dict[str, Any]) -> bytes:
    """Give the bytes of a case: its text encoded, escapes put in as bytes."""
    encoding = "gb18030" if case["format"] in ("pipe", "fixed") else "utf-8"
    text = case["text"].replace("\\n", "\n").replace("\\r", "\r")
    parts = re.split(r"\\x([0-9A-F]{2})", text)
    return b"".join(bytes.fromhex(part) if place % 2 else part.encode(encoding) for place, part in enumerate(parts))


@pytest.mark.parametrize("name", CASES)
def test_broken_text(name: str, hub: Hub) -> None:
    case = CASES[name]
    hub.deliver(case["format"], content(case))
    feed = make_feed(case["format"])
    if "error" in case:
        error = hub.refused(feed)
        assert [word for word in case["error"] if word not in str(error)] == []
        assert "What to do" in str(error)
        assert hub.landed.is_empty()
        return
    landing = hub.land(feed)
    assert hub.landed["source_id"].to_list() == case["keys"]
    assert hub.rejects == sorted((int(line), rule) for line, rule in case.get("rejects", {}).items())
    assert landing.extracts.select("rows_read", "records", "rejects").row(0) == (
        len(case["keys"]) + len(case.get("rejects", {})),
        len(case["keys"]),
        len(case.get("rejects", {})),
    )


@pytest.mark.parametrize("name", [name for name in CASES if "error" in CASES[name]])
def test_errors_hold_nothing_that_stands_in_rows(name: str, hub: Hub) -> None:
    case = CASES[name]
    hub.deliver(case["format"], content(case))
    assert not re.search(r"王|李|赵|1371234|C1\b", str(hub.refused(make_feed(case["format"]))))


def test_a_separator_behind_the_last_value_is_no_field_where_that_is_always_told(hub: Hub) -> None:
    rows = [f"C{number},王芳,,2026-11-02" for number in range(25)]
    hub.deliver("csv", text(*rows, "C98,李明,,2026-11-02,", "C99,李,明,,"))
    hub.land(make_feed("csv"))
    assert hub.landed["source_id"].to_list()[-1] == "C98"
    assert hub.landed["happened_at"].null_count() == 0


def test_a_column_that_is_spelt_otherwise_is_named(hub: Hub) -> None:
    data = text("C1,王芳,,2026-11-02").replace("姓名".encode(), "姓名\u200b：".encode())
    hub.deliver("csv", data)
    landing = hub.land(make_feed("csv"))
    assert hub.landed["name"].to_list() == ["王芳"]
    assert [warning for warning in landing.warnings if "the column 姓名\\u200b： is read as 姓名" in warning]
