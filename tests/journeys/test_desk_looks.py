"""How the desk looks in a real browser where texts are long: nothing lies on anything else, nothing is cut off."""

from pathlib import Path

import pytest

from tests.journeys.desks import CHROMIUM, add_user, desk, log_in, serious_faults

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium (apt-get install chromium)"),
]
OVERFLOWING = """selector => [...document.querySelectorAll(selector)]
  .filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent.trim())"""
CUT_OFF = """[...document.querySelectorAll(".waterfall text")]
  .filter((text) => text.getBBox().x < 0).map((text) => text.textContent)"""
WIDE = "document.documentElement.scrollWidth > innerWidth"


def test_long_words_stay_in_their_place(home: Path) -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (only where a browser is)

    add_user(home, "li", "steward")
    with desk(home) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
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
        browser.close()


def test_who_has_a_dark_screen_reads_all_of_it(home: Path) -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (only where a browser is)

    add_user(home, "zhao", "senior")
    with desk(home) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
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
        browser.close()
