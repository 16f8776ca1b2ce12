"""A steward's day at the desk, in a real browser: questions by keyboard alone, an undo, the next run."""

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from pipelines.demo.extracts import Demo
from tests.journeys.desks import CHROMIUM, add_user, desk, hub, log_in, serious_faults
from warehouse.published.reading import read_table

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium (apt-get install chromium)"),
]
ANSWERS = 20
KEYS = "ddsdudddsddddudddsdd"
OPEN = (
    "SELECT item_id FROM queue_items WHERE is_open = 1 AND known IS NULL"  # of known ones every steward is asked once
)
PAGES = ("/queue", "/queue?kind=cluster", "/queue?kind=contact", "/queue/all", "/judgements", "/bulk")


def item_on(page: Any) -> str:
    return str(page.get_attribute("#question", "data-item"))


def press(page: Any, key: str) -> str:
    """Press a key and wait until another question is there; a contradiction that is shown is skipped."""
    before = item_on(page)
    page.keyboard.press(key)
    page.wait_for_function(
        "before => document.querySelector('#question').dataset.item !== before"
        " || document.querySelector('#contradiction').open",
        arg=before,
    )
    if page.evaluate("document.querySelector('#contradiction').open"):
        page.keyboard.press("Escape")
        return press(page, "k")
    page.wait_for_function("!document.body.dataset.busy")
    return before


def test_a_stewards_day(home: Path, made: Demo, tmp_path: Path) -> None:
    spend_a_day(home, made.landing, tmp_path)


@pytest.mark.shared
@pytest.mark.xdist_group("zh_published")
def test_a_stewards_day_on_extracts_nobody_here_wrote(zh_telecom: Path, zh_published: Path, tmp_path: Path) -> None:
    spend_a_day(Path(shutil.copytree(zh_published, tmp_path / "home", symlinks=True)), zh_telecom, tmp_path)


def spend_a_day(home: Path, landing: Path, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (only where a browser is)

    add_user(home, "li", "steward")
    with desk(home) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(locale="zh-CN", viewport={"width": 1280, "height": 1000})
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        page.set_default_timeout(60_000)
        log_in(page, address, "li")
        page.goto(f"{address}/queue")
        page.wait_for_selector("body[data-ready]")

        asked = [press(page, key) for key in KEYS]
        assert len(set(asked)) == ANSWERS, "a question was asked twice"

        page.keyboard.press("z")
        page.wait_for_function("before => document.querySelector('#question').dataset.item === before", arg=asked[-1])
        page.wait_for_function("!document.body.dataset.busy")
        assert press(page, "d") == asked[-1]

        page.keyboard.press("?")
        assert page.is_visible("#help")
        page.keyboard.press("?")
        page.click(".visitor form[action='/language'] button")
        page.wait_for_selector('html[lang="en"]')
        faults = []
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            for number, path in enumerate(PAGES):
                page.goto(f"{address}{path}")
                page.wait_for_load_state("networkidle")
                page.screenshot(path=tmp_path / f"{width}-{number}.png", full_page=True)
                faults += [f"{path} at {width}: {fault}" for fault in serious_faults(page)]
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is too wide"
        assert not faults
        assert not errors

        done = hub("run", "--landing", landing, "--home", home, timeout=900)
        assert done.code == 0, done.text
        page.set_viewport_size({"width": 1280, "height": 1000})
        page.goto(f"{address}/judgements")
        assert "waiting for the next run" not in page.inner_text("main")
        assert page.inner_text("main").count("in force since") >= ANSWERS - 2
        page.goto(f"{address}/queue")
        page.wait_for_selector("body[data-ready]")
        browser.close()
    assert_every_decision_holds(home, asked)


def assert_every_decision_holds(home: Path, asked: list[str]) -> None:
    """Every judgement binds the customers of the last run, and no question that was answered is asked again."""
    crosswalk = read_table(home, "crosswalk")
    customer = dict(zip(crosswalk["record_id"], crosswalk["customer_id"], strict=True))
    with sqlite3.connect(home / "state.sqlite") as state:
        said = state.execute("SELECT record_id_l, record_id_r, verdict FROM standing_judgements").fetchall()
        answered = {
            item: json.loads(ids)
            for item, ids in state.execute("SELECT item_id, record_ids FROM decision_states WHERE state = 'standing'")
        }
        still_open = {item for (item,) in state.execute(OPEN)}
    state.close()
    assert said
    assert len(answered) >= ANSWERS - 5  # those about a shared number judge no pair
    for left, right, verdict in said:
        if verdict == "different":
            assert customer[left] != customer[right]
        elif verdict == "same":
            assert customer[left] == customer[right]
    assert set(asked) >= answered.keys()
    assert not answered.keys() & still_open
    queue = read_table(home, "review_queue")
    assert not answered.keys() & set(queue["item_id"])
    judged = {frozenset((customer[left], customer[right])) for left, right, _ in said}
    assert not judged & {frozenset(ids) for ids in queue["customer_ids"] if len(ids) == 2}
