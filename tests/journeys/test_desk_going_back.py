"""A steward who goes back, clicks twice, or goes to lunch, in a real browser: nothing is lost, doubled or held."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.desks import CHROMIUM, PATIENCE, desk_for, log_in, log_out_everywhere
from warehouse.access.roles import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("desk_keys"),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium (apt-get install chromium)"),
]

all_day = desk_for("going_back", li=Role.STEWARD)


@pytest.fixture
def page(all_day: tuple[str, Any]) -> Iterator[Any]:
    """A page of that desk, where a steward has logged in."""
    address, browser = all_day
    page = browser.new_context(locale="zh-CN", base_url=address).new_page()
    page.set_default_timeout(60_000)
    log_in(page, address, "li")
    yield page
    log_out_everywhere(browser, address)


def found(page: Any, text: str) -> str:
    """Look for customers once the directory is laid out, open the first, and give the list's text."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        page.goto("/customers")
        page.fill("#text", text)
        page.keyboard.press("Enter")
        page.wait_for_selector("main [role=status]")
        if "正在准备" not in page.inner_text("main"):
            break
        page.wait_for_timeout(500)
    listed = str(page.inner_text(".scrolls"))
    page.locator("tbody a").first.click()
    page.wait_for_selector("#golden")
    return listed


def test_who_goes_back_to_what_he_found_finds_it_again(page: Any) -> None:
    listed = found(page, "王*")
    steps = page.evaluate("history.length")
    page.go_back()
    page.wait_for_selector(".scrolls table")
    assert (page.input_value("#text"), page.inner_text(".scrolls")) == ("王*", listed)
    assert page.evaluate("history.length") == steps, "nothing is put in the way of who goes back further"


def test_who_goes_back_from_a_preview_is_at_the_customer_again(page: Any) -> None:
    found(page, "王*")
    customer = page.url
    page.fill("#merge-text", "李*")
    page.keyboard.press("Enter")
    page.locator("form.inline-form button").first.click()
    page.wait_for_selector("#after-title")
    page.goto("/overview")
    page.go_back()
    page.wait_for_url(customer)


def test_two_clicks_write_one_note(page: Any) -> None:
    found(page, "王*")
    page.click("#notes summary")
    page.fill("#note-text", "twice")
    page.dblclick("#notes form.find button")
    page.wait_for_selector(".notes li")
    page.reload()
    assert page.locator(".notes li").count() == 1


def test_nobody_holds_a_question_who_is_not_at_it(page: Any) -> None:
    held: list[str] = []
    page.on("request", lambda request: held.append(request.url) if request.url.endswith("/queue/hold") else None)
    page.clock.install()
    page.goto("/queue")
    page.wait_for_selector("body[data-ready]")
    page.mouse.move(100, 100)
    page.clock.run_for("05:00")
    assert len(held) == 1
    page.clock.run_for("30:00")
    assert len(held) == 1
    page.mouse.move(200, 200)
    page.clock.run_for("05:00")
    assert len(held) == 2
