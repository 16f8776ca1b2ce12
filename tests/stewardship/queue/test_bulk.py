"""Many questions of one pattern are answered in a batch."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from tests.stewardship.conftest import NOW, Browser, Clock
from warehouse import state
from warehouse.access import audit_log


def test_a_batch_needs_time_and_a_count_and_is_undone_as_a_whole(
    steward: Callable[[str], Browser], home: Path, clock: Clock
) -> None:
    li = steward("li")
    assert "/bulk/group?pattern=" in li.get("/bulk").text
    text = li.get("/bulk/group?pattern=name:same").text
    lines = dict(re.findall(r'data-item="(\w+)" data-seen="(\w+)"', text))
    told = re.search(r'data-shown-at="([^"]+)" data-proof="(\w+)"', text)
    assert told is not None
    assert len(lines) == 8
    batch = {
        "batch_id": "b1",
        "verdict": "unsure",
        "shown_at": html.unescape(told[1]),
        "proof": told[2],
        "shown": list(lines),
        "answered": lines,
        "typed": len(lines),
    }
    assert li.tell("/bulk/answer", batch).status_code == 409  # type: ignore[attr-defined]
    clock.now = NOW + timedelta(seconds=30)
    assert li.tell("/bulk/answer", batch | {"typed": 7}).status_code == 409  # type: ignore[attr-defined]
    earlier = {"shown_at": "2026-01-01T00:00:00+00:00"}
    assert li.tell("/bulk/answer", batch | earlier).status_code == 403  # type: ignore[attr-defined]
    assert li.tell("/bulk/answer", batch).json() == {"saved": 8, "left": []}  # type: ignore[attr-defined]
    assert state.judgements(home).height == 8
    assert li.tell("/bulk/undo", {"batch_id": "b1"}).json()["saved"] == 8  # type: ignore[attr-defined]
    assert state.judgements(home).is_empty()


def test_a_group_is_shown_in_the_clear_on_record(steward: Callable[[str], Browser], home: Path) -> None:
    li = steward("li")
    assert "13800000001" not in li.get("/bulk/group?pattern=name:same").text
    clear = li.post("/bulk/group", data={"pattern": "name:same", "csrf": li.csrf})
    assert clear.status_code == 200
    assert "正显示明文" in clear.text
    assert "测试1" in re.sub(r"</?(mark|span)[^>]*>", "", clear.text)
    shown_items = re.findall(r'data-item="(\w+)" data-seen', clear.text)
    on_record = {entry["subject"] for entry in audit_log.entries(home) if entry["action"] == "revealed"}
    assert on_record == {f"item:{item}" for item in shown_items}
    assert li.get("/bulk/group").headers["location"] == "/bulk"
