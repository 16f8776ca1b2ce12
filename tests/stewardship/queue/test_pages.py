"""What the pages say: how things stand, why something is asked, what is left to do; in both languages."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from matching.words import Judgement
from stewardship.queue import queue
from stewardship.wording import WORDING
from tests.stewardship.conftest import NOW, Browser
from tests.stewardship.queue.conftest import pair_of, say, shown
from warehouse import duck, state


def test_every_page_in_both_languages(steward: Callable[[str], Browser]) -> None:
    zhao = steward("zhao")
    for language in ("zh", "en"):
        zhao.cookies.set("hub_language", language, domain="127.0.0.1", path="/")
        for path in (
            "/queue",
            "/queue?kind=cluster",
            "/queue?kind=contact",
            "/queue/all?page=2&order=age",
            "/judgements?show=all",
            "/judgements?show=changed",
            "/bulk",
        ):
            answer = zhao.get(path)
            assert answer.status_code == 200, (path, answer.text)
            assert f'lang="{language}"' in answer.text


def test_the_start_page_says_what_is_to_be_done(steward: Callable[[str], Browser], home: Path) -> None:
    li, zhao = steward("li"), steward("zhao")
    question = pair_of(zhao, "app:1", "web:1")
    due = (NOW - timedelta(days=1)).date().isoformat()
    assert zhao.tell("/queue/assign", {"item_id": question["item"], "to": "li", "due_on": due}).status_code == 200  # type: ignore[attr-defined]
    text = li.get("/").text
    assert re.search(r"<strong>1</strong> 个问题指派给您", text)
    assert re.search(r"<strong>1</strong> 个指派给您的问题已到期", text)
    assert "指派给您" not in zhao.get("/").text
    li.headers["Accept-Language"] = "en"
    assert "<strong>1</strong> question is assigned to you" in li.get("/").text
    assert "<strong>1</strong> of yours is due" in li.get("/").text
    del li.headers["Accept-Language"]
    say(li, shown(li), "different")
    assert re.search(r"<strong>1</strong> 条判定等待下次数据更新后生效", li.get("/").text)
    assert "继续审核" in li.get("/").text
    assert "开始审核" in zhao.get("/").text


def test_a_question_says_how_things_stand_why_it_is_asked_and_what_an_answer_does(
    steward: Callable[[str], Browser],
) -> None:
    li = steward("li")
    two = pair_of(li, "app:1", "web:1")["text"]
    assert "两个客户，分别有 2 条和 1 条记录" in two
    assert "两条记录像是同一客户，请人工确认" in two
    assert "合并为一个客户，共 3 条记录" in two
    assert "保持两个客户，以后不再合并" in two
    assert "（2 条记录）" in two
    one = shown(li, "/queue?kind=cluster")["text"]
    assert "同一客户，共 2 条记录" in one
    assert "按图拆成两个客户，分别有 1 条和 1 条记录" in one
    number = shown(li, "/queue?kind=contact")["text"]
    assert "6 个客户登记了此号码" in number
    assert 'href="/customers/N0"' in number


def test_every_question_says_why_it_is_asked(steward: Callable[[str], Browser]) -> None:
    li = steward("li")
    every = li.get("/queue/all").text
    for said in ("请人工确认（支持：姓名）", "请判断是否同一客户（支持：姓名）", "两组记录仅由较弱的关联连接"):
        assert said in every, said
    assert "请人工确认（支持：姓名）" in pair_of(li, "app:1", "web:1")["text"]
    li.post("/language", data={"to": "en", "next": "/", "csrf": li.csrf})
    assert "a person is to say so (for: name)" in li.get("/queue/all").text
    assert not re.search(r"\bid number", " ".join(english for _, english in WORDING.values()), re.IGNORECASE)


def test_a_customers_page_tells_what_is_asked_and_what_was_said(steward: Callable[[str], Browser], home: Path) -> None:
    li = steward("li")
    question = pair_of(li, "app:1", "web:1")
    assert f'href="/queue?item={question["item"]}"' in li.get("/customers/C1").text
    say(li, question, "different", comment="two people, seen together")
    page = li.get("/customers/C1").text
    assert f'href="/queue?item={question["item"]}"' not in page
    assert "two people, seen together" in page
    state.judge(home, "app:1", "bss:1", Judgement.SAME, who="somebody", reason="told by letter", at=NOW)
    assert "somebody" in li.get("/customers/C1").text
    assert "two people" not in li.get("/customers/C3").text


def test_a_certain_question_is_shown_again_and_says_whether_it_can_be_answered(
    steward: Callable[[str], Browser],
) -> None:
    li, wang = steward("li"), steward("wang")
    first = shown(li)["item"]
    other = li.get(f"/queue/next?beside={first}").json()["item_id"]
    again = li.get(f"/queue/next?item={other}").json()
    assert (again["item_id"], 'data-closed=""' in again["html"]) == (other, True)
    for page in (wang.get(f"/queue/next?item={other}").json()["html"], wang.get(f"/queue?item={other}").text):
        assert 'data-closed="true"' in page
        assert "li 正在处理此题" in page
    say(li, shown(li, f"/queue?item={other}"), "unsure")
    assert 'data-closed="true"' in li.get(f"/queue/next?item={other}").json()["html"]
    assert li.get("/queue/next?item=none").status_code == 404


def test_an_empty_queue_says_whether_all_is_answered(steward: Callable[[str], Browser], home: Path) -> None:
    li = steward("li")
    assert "全部答完" not in li.get("/queue?feed=nowhere").text
    assert "没有符合条件的问题了" in li.get("/queue?feed=nowhere").text
    with state.transaction(home) as connection:
        connection.execute("UPDATE queue_items SET is_open = 0")
    assert "全部答完" in li.get("/queue").text
    assert "没有可以成批回答的问题" in li.get("/bulk").text


def test_the_list_says_how_many_pages_it_has_and_beyond_the_last_shows_the_last(
    steward: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    li = steward("li")
    monkeypatch.setattr(queue, "PER_PAGE", 2)
    every = li.get("/queue/all").text
    pages = int(re.search(r"第 1 页，共 (\d+) 页", every)[1])  # type: ignore[index]
    assert pages > 1
    last = li.get("/queue/all?page=99").text
    assert f"第 {pages} 页，共 {pages} 页" in last
    assert 'rel="next"' not in last
    assert 'href="/queue?item=' in last
    assert "第 1 页，共 1 页" in li.get("/queue/all?feed=nowhere").text


def test_questions_of_an_older_version_are_refused_with_what_to_do(
    steward: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    li = steward("li")
    statements = duck.statements
    older = {"desk/queue": "SELECT why_asked_before(1)"}
    monkeypatch.setattr(duck, "statements", lambda name: older.get(name) or statements(name))
    assert "customer-hub run --rebuild，完成后即可继续" in li.get("/queue").text
