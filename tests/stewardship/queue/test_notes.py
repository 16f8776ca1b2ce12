"""Notes on customers: colleagues see them where they decide, whoever is asked finds them, and they are settled."""

import re
from collections.abc import Callable
from pathlib import Path

from matching.frames import REDIRECTS
from tests.stewardship.conftest import Browser
from tests.stewardship.queue.conftest import SCRIPT, shown
from tests.warehouse.worlds import frame, run, world
from warehouse.access import audit_log

Steward = Callable[[str], Browser]


def write(browser: Browser, text: str, asked: str = "", customer: str = "C1") -> int:
    form = {"text": text, "asked": asked, "csrf": browser.csrf}
    return browser.post(f"/customers/{customer}/notes", data=form).status_code


def settle(browser: Browser, number: int) -> int:
    return browser.post(f"/notes/{number}/settle", data={"csrf": browser.csrf, "next": "/notes"}).status_code


def test_a_colleague_who_is_asked_finds_the_note_and_settles_it(steward: Steward) -> None:
    li, wang = steward("li"), steward("wang")
    assert "/notes" not in wang.get("/").text
    assert write(li, f"合同在南京 {SCRIPT}", asked="wang") == 303
    assert re.search(r'href="/notes"><strong>1</strong> 条客户备注请您处理', wang.get("/").text)
    assert "/notes" not in li.get("/").text
    assert "合同在南京" in wang.get("/notes").text
    page = wang.get("/customers/C1").text
    assert "合同在南京" in page
    assert "请 wang 处理" in page
    assert SCRIPT not in page
    assert settle(wang, 1) == 303
    assert "/notes" not in wang.get("/").text
    assert "没有未处理的客户备注" in wang.get("/notes").text
    assert "wang 已于" in li.get("/customers/C1").text


def test_whoever_decides_about_a_customer_reads_what_is_open_of_it(steward: Steward) -> None:
    li = steward("li")
    write(li, "兄弟二人，请勿合并")
    write(li, "与此无关", customer="N5")
    about = next(text for text in _questions(li) if "/customers/C1" in text)
    assert "兄弟二人，请勿合并" in about
    assert "与此无关" not in about
    settle(li, 1)
    assert not [text for text in _questions(li) if "兄弟二人" in text]


def _questions(browser: Browser) -> list[str]:
    items = re.findall(r"/queue\?item=(\w+)", browser.get("/queue/all").text)
    return [shown(browser, f"/queue?item={item}")["text"] for item in dict.fromkeys(items)]


def test_only_whom_it_concerns_and_senior_stewards_settle_a_note(steward: Steward) -> None:
    write(steward("li"), "a")
    write(steward("li"), "b", asked="zhao")
    assert settle(steward("wang"), 1) == 403
    assert settle(steward("li"), 1) == 303
    assert settle(steward("zhao"), 2) == 303
    assert settle(steward("zhao"), 99) == 404


def test_what_is_no_note_is_refused(steward: Steward) -> None:
    li = steward("li")
    assert write(li, " ") == 422
    assert write(li, "x" * 1001) == 422
    assert write(li, "x", asked="nobody") == 422
    assert write(li, "x", customer="C99") == 410


def test_a_note_goes_where_its_customer_goes(steward: Steward, home: Path) -> None:
    write(steward("li"), "重要客户", customer="C2")
    merged = frame([{"customer_id": "C2", "redirects_to": "C1", "since_run": "r2", "reason": "merged"}], REDIRECTS)
    frames = world({"C1": ["app:1", "bss:1", "web:1"]}, run="r2")
    run(home, "r2", frames | {"customer_redirects": merged}, minute=2)
    li = steward("li")
    assert "重要客户" in li.get("/customers/C1").text
    assert 'href="/customers/C1"' in li.get("/notes").text


def test_the_log_says_that_a_note_was_written_and_not_what_it_says(steward: Steward, home: Path) -> None:
    write(steward("li"), "重要客户", asked="wang")
    settle(steward("wang"), 1)
    told = audit_log.entries(home)
    assert [(entry["who"], entry["action"]) for entry in told][:2] == [("wang", "settled a note"), ("li", "noted")]
    assert "重要客户" not in str(told)
