"""A question is masked, revealed on record, held by one steward, answered once, undone and contradicted."""

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from stewardship.pages import TEMPLATES
from stewardship.queue import sharers
from stewardship.wording import Language, spoken
from tests.stewardship.conftest import Browser
from tests.stewardship.queue.conftest import PHONE, SCRIPT, pair_of, say, shown
from warehouse import state
from warehouse.access import audit_log


def test_values_are_masked_and_a_reveal_is_on_record(steward: Callable[[str], Browser], home: Path) -> None:
    li = steward("li")
    question = pair_of(li, "app:1", "web:1")
    assert "330106198501010014" not in question["text"]
    assert "13800000001" not in question["text"]
    clear = li.tell("/queue/reveal", {"item_id": question["item"]}).json()["html"]  # type: ignore[attr-defined]
    assert "330106198501010014" in clear
    assert ("li", "revealed") in [(entry["who"], entry["action"]) for entry in audit_log.entries(home)]


def test_a_question_that_has_gone_meanwhile_is_said_to_be_gone(steward: Callable[[str], Browser]) -> None:
    li = steward("li")
    li.get("/queue")
    for path, told in (("/queue/reveal", {}), ("/queue/comment", {"text": "x"})):
        answer = li.tell(path, {"item_id": "none", **told})
        assert answer.status_code == 404  # type: ignore[attr-defined]
        assert "此题已不存在" in answer.text  # type: ignore[attr-defined]


def test_a_script_in_a_name_is_text(steward: Callable[[str], Browser]) -> None:
    li = steward("li")
    question = pair_of(li, "app:1", "web:1")
    clear = li.tell("/queue/reveal", {"item_id": question["item"]}).json()["html"]  # type: ignore[attr-defined]
    assert SCRIPT not in clear
    assert "script" in html.unescape(re.sub(r"</?(mark|span)[^>]*>", "", clear))


def test_bars_add_up_to_the_score_shown(steward: Callable[[str], Browser]) -> None:
    text = pair_of(steward("li"), "app:1", "web:1")["text"]
    *bars, total = [float(weight) for weight in re.findall(r'data-weight="([^"]+)"', text)]
    assert sum(bars) == pytest.approx(total)
    assert "+1.00" in text


def test_nobody_is_shown_what_another_holds(steward: Callable[[str], Browser]) -> None:
    li, wang = steward("li"), steward("wang")
    held = shown(li)
    assert held["item"] != shown(wang)["item"]
    assert "li 正在处理此题" in wang.get(f"/queue?item={held['item']}").text
    assert "正在处理此题" not in li.get(f"/queue?item={held['item']}").text
    clear = wang.tell("/queue/reveal", {"item_id": held["item"]}).json()["html"]  # type: ignore[attr-defined]
    assert "li 正在处理此题" in clear
    assert 'data-closed="true"' in clear
    say(li, held, "unsure")
    assert "该题已有人回答" in wang.get(f"/queue?item={held['item']}").text


def test_who_logs_out_everywhere_holds_nothing_any_more(steward: Callable[[str], Browser]) -> None:
    at_work, at_home, wang = steward("li"), steward("li"), steward("wang")
    held = shown(at_work)["item"]
    for browser, is_free in ((at_home, False), (at_work, True)):
        browser.post("/logout", data={"csrf": browser.csrf})
        assert ("li 正在处理此题" not in wang.get(f"/queue?item={held}").text) is is_free


def test_an_answer_counts_once(steward: Callable[[str], Browser], home: Path) -> None:
    li = steward("li")
    question = pair_of(li, "app:1", "web:1")
    assert say(li, question, "different")["outcome"] == "saved"
    assert say(li, question, "different")["outcome"] == "repeated"
    assert say(steward("wang"), question, "same", "d2")["outcome"] == "answered"
    assert state.judgements(home).select("record_id_l", "verdict", "who").rows() == [("app:1", "different", "li")]
    assert li.get("/queue/decision/d1").json()["state"] == "standing"
    assert li.get("/queue/decision/nothing", headers={"Accept": "application/json"}).status_code == 404


def test_an_undo_shows_the_question_again(steward: Callable[[str], Browser], home: Path) -> None:
    li = steward("li")
    question = pair_of(li, "app:1", "web:1")
    say(li, question, "same")
    again = li.tell("/queue/undo", {"undo_id": "u1"}).json()  # type: ignore[attr-defined]
    assert again["item_id"] == question["item"]
    assert state.judgements(home).is_empty()
    assert li.tell("/queue/undo", {"undo_id": "u2"}).status_code == 404  # type: ignore[attr-defined]


def test_only_a_senior_undoes_anothers(steward: Callable[[str], Browser], home: Path) -> None:
    li = steward("li")
    say(li, pair_of(li, "app:1", "web:1"), "same")
    assert steward("wang").tell("/queue/undo", {"decision_id": "d1", "undo_id": "u1"}).status_code == 403  # type: ignore[attr-defined]
    assert steward("zhao").tell("/queue/undo", {"decision_id": "d1", "undo_id": "u2"}).status_code == 200  # type: ignore[attr-defined]
    assert state.judgements(home).is_empty()


def test_a_contradiction_is_shown_before_anything_is_saved(steward: Callable[[str], Browser], home: Path) -> None:
    li, wang, zhao = steward("li"), steward("wang"), steward("zhao")
    say(wang, pair_of(wang, "app:1", "web:1"), "same", "d1")
    say(wang, pair_of(wang, "web:1", "web:3"), "same", "d2")
    question = pair_of(li, "bss:1", "web:3")
    told = say(li, question, "different", "d3")
    assert told["outcome"] == "contradicts"
    assert "wang" in str(told["html"])
    assert "overrule" not in str(told["html"])
    assert state.judgements(home).height == 2
    assert say(zhao, question, "different", "d4")["outcome"] == "taken"
    li.tell("/queue/skip", {"item_id": question["item"]})
    told = say(zhao, question, "different", "d4")
    (judgement,) = re.findall(r'data-judgement="(\d+)"', str(told["html"]))
    assert say(zhao, question, "different", "d4", overrules=[int(judgement)])["outcome"] == "saved"
    assert sorted(state.judgements(home)["verdict"].to_list()) == ["different", "same"]


def test_a_customer_is_taken_apart_as_shown(steward: Callable[[str], Browser], home: Path) -> None:
    li = steward("li")
    question = shown(li, "/queue?kind=cluster")
    assert question["kind"] == "cluster"
    assert 'class="graph"' in question["text"]
    preview = li.get(f"/queue/preview?item={question['item']}").text
    assert preview.count("then") >= 2
    assert say(li, question, "different")["outcome"] == "saved"
    assert state.judgements(home).select("record_id_l", "record_id_r", "verdict").rows() == [
        ("retail:1", "retail:2", "different")
    ]


def test_whose_number(steward: Callable[[str], Browser], home: Path) -> None:
    li = steward("li")
    question = shown(li, "/queue?kind=contact")
    assert PHONE not in question["text"]
    assert say(li, question, "different", keeps=["agent:3", "no such record"])["outcome"] == "saved"
    with state.reading(home) as connection:
        rows = connection.execute("SELECT verdict, keeps, contact_key FROM standing_contact_verdicts").fetchall()
    assert [(verdict, keeps) for verdict, keeps, _ in rows] == [("not_theirs", '["agent:3"]')]
    assert PHONE not in rows[0][2]


def test_every_customer_of_a_shared_number_can_be_found_and_ticked(
    steward: Callable[[str], Browser], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharers, "MOST", 2)
    li = steward("li")
    question = shown(li, "/queue?kind=contact")
    assert "另有 4 个客户未列出" in question["text"]

    def listed(**wanted: object) -> tuple[list[str], int, str]:
        told = li.tell("/queue/sharers", {"item_id": question["item"], **wanted}).json()  # type: ignore[attr-defined]
        return re.findall(r'data-customer="(\w+)"', told["html"]), told["more"], told["html"]

    assert listed(after=2)[:2] == (["N2", "N3"], 2)
    assert listed(after=4)[:2] == (["N4", "N5"], 0)
    found, more, html = listed(text="测试5 ag1")
    assert (found, more) == (["N5"], 0)
    assert "name of N5" not in html
    assert listed(text="nobody")[0] == []
    assert listed(text="n4")[0] == ["N4"]
    assert "name of N5" in listed(text="n5", clear=True)[2]
    with state.transaction(home) as connection:
        connection.execute("UPDATE queue_claims SET who = 'wang'")
    assert "name of N5" not in listed(text="n5", clear=True)[2]
    pair = pair_of(li, "app:1", "web:1")
    assert li.tell("/queue/sharers", {"item_id": pair["item"]}).status_code == 404  # type: ignore[attr-defined]


def test_a_records_id_with_a_blank_is_one_id() -> None:
    record = {"record_id": 'agent:AG 12"', "feed": "agent", "source_id": 'AG 12"', "seen_at": None, "outlet": None}
    sharer = {"customer_id": "C1", "name": "x", "city": None, "others": [], "is_golden": False, "giving": [record] * 2}
    rows = TEMPLATES.get_template("sharer_rows.html")
    text = rows.render(t=spoken(Language.ENGLISH), language="en", sharers=[sharer])
    value = re.search(r'name="keeps" value="([^"]*)"', text)
    assert value is not None
    assert json.loads(html.unescape(value[1])) == ['agent:AG 12"'] * 2


def test_changed_records_are_looked_at_again(steward: Callable[[str], Browser]) -> None:
    li = steward("li")
    question = pair_of(li, "app:1", "web:1")
    assert say(li, question | {"seen": "0" * 16}, "same")["outcome"] == "changed"


def test_assignments_and_comments(steward: Callable[[str], Browser]) -> None:
    zhao, li, wang = steward("zhao"), steward("li"), steward("wang")
    item = ids = shown(zhao)["item"]
    assert li.tell("/queue/assign", {"item_id": item, "to": "li"}).status_code == 403  # type: ignore[attr-defined]
    assert zhao.tell("/queue/assign", {"item_id": item, "to": "nobody"}).status_code == 422  # type: ignore[attr-defined]
    assert zhao.tell("/queue/assign", {"item_id": item, "to": "wang", "due_on": "2026-12-01"}).status_code == 200  # type: ignore[attr-defined]
    assert wang.tell("/queue/comment", {"item_id": ids, "text": "打过电话 <b>"}).status_code == 200  # type: ignore[attr-defined]
    text = shown(wang)["text"]
    assert "打过电话 &lt;b&gt;" in text
    assert "2026-12-01" in text


def test_a_steward_hands_on_what_he_is_at_and_a_senior_gives_out_many(
    steward: Callable[[str], Browser], home: Path
) -> None:
    zhao, li, wang = steward("zhao"), steward("li"), steward("wang")
    question = shown(li)
    assert "转交给" in question["text"]
    handed = {"item_id": question["item"], "to": "wang"}
    assert wang.tell("/queue/assign", handed).status_code == 403  # type: ignore[attr-defined]
    assert li.tell("/queue/assign", handed).status_code == 200  # type: ignore[attr-defined]
    assert shown(wang)["item"] == question["item"]
    assert shown(li)["item"] != question["item"]
    told = {"to": "li", "count": "3", "due_on": "2026-12-01", "csrf": zhao.csrf}
    assert "/queue/all/assign?kind=pair" in zhao.get("/queue/all?kind=pair").text
    answer = zhao.post("/queue/all/assign?kind=pair&page=1", data=told)
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue/all?kind=pair&page=1")
    with state.reading(home) as connection:
        rows = connection.execute("SELECT assigned_to, count(*) FROM queue_items GROUP BY 1 ORDER BY 1").fetchall()
    assert dict(rows)["li"] == 3
    assert dict(rows)["wang"] == 1
    assert li.post("/queue/all/assign", data=told | {"csrf": li.csrf}).status_code == 403
    assert zhao.post("/queue/all/assign", data=told | {"to": "nobody"}).status_code == 422
