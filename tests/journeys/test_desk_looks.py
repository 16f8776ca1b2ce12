"""How the desk looks in a real browser where texts are long: nothing lies on anything else, nothing is cut off."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.desks import CHROMIUM, desk_for, log_in, log_out_everywhere, serious_faults
from warehouse.access.roles import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("desk_looks"),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium (apt-get install chromium)"),
]
OVERFLOWING = """selector => [...document.querySelectorAll(selector)]
  .filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent.trim())"""
CUT_OFF = """[...document.querySelectorAll(".waterfall text")]
  .filter((text) => text.getBBox().x < 0).map((text) => text.textContent)"""
WIDE = "document.documentElement.scrollWidth > innerWidth"


all_day = desk_for("looks", li=Role.STEWARD, zhao=Role.SENIOR)


@pytest.fixture
def opened(all_day: tuple[str, Any]) -> Iterator[tuple[str, Any]]:
    """That desk and that browser, where nobody is logged in."""
    yield all_day
    log_out_everywhere(all_day[1], all_day[0])


def test_long_words_stay_in_their_place(opened: tuple[str, Any]) -> None:
    address, browser = opened
    page = browser.new_page(locale="zh-CN", viewport={"width": 390, "height": 844})
    page.set_default_timeout(60_000)
    log_in(page, address, "li")
    page.goto(f"{address}/queue?kind=pair")
    page.wait_for_selector("body[data-ready]")
    page.fill("#comment", "Wolfeschlegelsteinhausenbergerdorff" * 10)
    page.keyboard.press("Enter")
    page.wait_for_selector("#comments li")
    assert not page.evaluate(WIDE)

    page.set_viewport_size({"width": 1280, "height": 900})
    page.click(".visitor form[action='/language'] button")
    page.wait_for_selector('html[lang="en"]')
    page.goto(f"{address}/bulk")
    page.locator("td a[href^='/bulk/group']").first.click()
    page.wait_for_selector(".bulk-pair th")
    assert page.evaluate(OVERFLOWING, ".bulk-pair th, .bulk-pair td") == []


def test_who_has_a_dark_screen_reads_all_of_it(opened: tuple[str, Any]) -> None:
    address, browser = opened
    settings = {"locale": "en-GB", "color_scheme": "dark", "viewport": {"width": 1280, "height": 900}}
    page = browser.new_page(**settings)
    page.set_default_timeout(60_000)
    log_in(page, address, "zhao")
    assert page.get_attribute("html", "lang") == "en"
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(17, 21, 28)"
    for path in (
        "/queue?kind=pair",
        "/queue?kind=contact",
        "/queue/all",
        "/bulk",
        "/judgements",
        "/overview",
        "/model",
    ):
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        assert serious_faults(page) == [], path
        assert page.evaluate(CUT_OFF) == [], path
