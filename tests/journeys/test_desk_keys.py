"""A steward who has no mouse, in a real browser: what has the focus is seen, and no key answers what it should not."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.desks import CHROMIUM, PASSWORD, desk_for, log_in, log_out_everywhere
from warehouse.access.roles import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("desk_keys"),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium (apt-get install chromium)"),
]
BEHIND = """() => {
  const bar = document.querySelector("#actions").getBoundingClientRect();
  const focus = document.activeElement.getBoundingClientRect();
  return !document.activeElement.closest("#actions") && focus.bottom > bar.top;
}"""
FOCUS = "document.activeElement"


all_day = desk_for("keys", li=Role.STEWARD, wang=Role.STEWARD)


@pytest.fixture
def opened(all_day: tuple[str, Any]) -> Iterator[tuple[str, Any]]:
    """That desk and that browser, where nobody is logged in."""
    yield all_day
    log_out_everywhere(all_day[1], all_day[0])


def page_of(opened: tuple[str, Any], name: str) -> Any:
    address, browser = opened
    page = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 700}).new_page()
    page.set_default_timeout(60_000)
    log_in(page, address, name)
    return page


def look(page: Any, path: str) -> str:
    """Open a page of the queue and give its question."""
    page.goto(path)
    page.wait_for_selector("body[data-ready]")
    return item_on(page)


def item_on(page: Any) -> str:
    return str(page.get_attribute("#question", "data-item"))


def test_what_has_the_focus_is_not_behind_the_bar_of_answers(opened: tuple[str, Any]) -> None:
    page = page_of(opened, "li")
    look(page, f"{opened[0]}/queue?kind=pair")
    page.wait_for_selector("#comment")
    page.wait_for_load_state("networkidle")  # the preview has come, and nothing moves any more
    behind = []
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(BEHIND):
            behind.append(page.evaluate(f"{FOCUS}.outerHTML.slice(0, 80)"))
        if page.evaluate(f"Boolean({FOCUS}.closest('#actions'))"):
            break
    assert not behind
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.evaluate("document.querySelector('.skip').focus()")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUS}.dataset.act") == "same"


def test_an_answer_that_an_ended_session_lost_is_asked_for_again_at_its_own_question(opened: tuple[str, Any]) -> None:
    page = page_of(opened, "li")
    first = look(page, f"{opened[0]}/queue")
    page.keyboard.press("u")
    page.wait_for_function("before => document.querySelector('#question').dataset.item !== before", arg=first)
    page.keyboard.press("z")
    page.wait_for_function("before => document.querySelector('#question').dataset.item === before", arg=first)
    look(page, f"{opened[0]}/queue?kind=pair&order=age")
    page.wait_for_function("!document.body.dataset.busy")
    at_hand = item_on(page)
    page.context.clear_cookies(name="hub_session")
    page.keyboard.press("u")
    page.wait_for_url("**/login?next=**")
    page.fill("#name", "li")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-ready]")
    assert "没有保存，问题仍在这里" in page.inner_text("#told")
    assert item_on(page) == at_hand


def test_no_key_answers_what_a_colleague_is_at(opened: tuple[str, Any]) -> None:
    li, wang = page_of(opened, "li"), page_of(opened, "wang")
    item = look(li, f"{opened[0]}/queue")
    assert look(wang, f"{opened[0]}/queue?item={item}") == item
    for key in "sduk":
        wang.keyboard.press(key)
    assert item_on(wang) == item
    assert "li 正在处理此题" in wang.inner_text("#told")
    assert wang.locator("#actions [data-act=different]").is_disabled()
    wang.keyboard.press("n")
    wang.wait_for_function("before => document.querySelector('#question').dataset.item !== before", arg=item)
    assert wang.locator("#actions [data-act=different]").is_enabled()


def test_a_key_that_is_closed_says_why(opened: tuple[str, Any]) -> None:
    page = page_of(opened, "li")
    item = look(page, f"{opened[0]}/queue?kind=contact")
    page.focus('#sharers input[name="keeps"]')
    page.keyboard.press("Space")
    page.keyboard.press("s")
    assert "先取消勾选" in page.inner_text("#told")
    assert item_on(page) == item


def test_letters_answer_nothing_where_somebody_wants_buttons_only(opened: tuple[str, Any]) -> None:
    page = page_of(opened, "li")
    item = look(page, f"{opened[0]}/queue")
    page.keyboard.press("?")
    page.check("#quiet-keys")
    page.keyboard.press("?")
    for key in "udk":
        page.keyboard.press(key)
    assert item_on(page) == item
    assert look(page, f"{opened[0]}/queue") == item
    page.focus("#actions [data-act=unsure]")
    page.keyboard.press("Enter")
    page.wait_for_function("before => document.querySelector('#question').dataset.item !== before", arg=item)
