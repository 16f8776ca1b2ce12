"""The queue's pages over HTTP: masked, revealed on record, answered once, undone, contradicted, in bulk."""

import html
import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
import recordlinkage
from fastapi import FastAPI

from matching.frames import HOUSEHOLDS, PAIRS, QUESTIONS
from matching.words import Judgement
from stewardship import judgements, sharers
from stewardship.annotations import read_judgements
from stewardship.app import make_app
from stewardship.importing import import_judgements
from tests.stewardship.conftest import NOW, PASSWORD, Browser, Clock
from tests.warehouse.worlds import Row, frame, run, world
from warehouse import audit_log, duck, sessions, state, users
from warehouse.judgement_log import PairVerdict
from warehouse.roles import Role

SCRIPT = "<script>alert(1)</script>"
GROUPS = {
    "C1": ["app:1", "bss:1"],
    "C2": ["web:1"],
    "C3": ["web:3"],
    "C4": ["retail:1", "retail:2"],
    **{f"N{number}": [f"agent:{number}"] for number in range(6)},
}
PHONE = "13912345678"


def _pair(left: str, right: str, score: float, band: str = "review") -> Row:
    evidence = [
        {"field": "prior", "level": "", "weight": -9.0},
        {"field": "name", "level": "same", "weight": score + 9.0, "value_l": "x", "value_r": "x"},
    ]
    told = {"record_id_l": left, "record_id_r": right, "score": score, "probability": 0.5, "band": band}
    return {**told, "found_by": ["name"], "evidence": evidence}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, _cheap_hashes: None) -> Path:
    """A home whose snapshot asks about pairs, a customer and a number."""
    home = tmp_path_factory.mktemp("asked")
    said: dict[str, Row] = {
        "app:1": {
            "mobiles": ["13800000001"],
            "id_number": "330106198501010014",
            "province": "浙江省",
            "city": "杭州市",
        },
        "web:1": {"mobiles": ["13800000002"], "name": SCRIPT},
        **{f"agent:{number}": {"mobiles": [PHONE], "outlet": "AG1", "name": f"测试{number}"} for number in range(6)},
    }
    names = {"C1": "张玮", "C2": "张伟"}
    pairs = [
        _pair("app:1", "web:1", 1.0),
        _pair("bss:1", "web:3", 0.5),
        _pair("web:1", "web:3", 0.4),
        _pair("retail:1", "retail:2", 0.1, "match"),
        *(_pair(f"agent:{one}", f"agent:{one + 1}", -1.0) for one in range(5)),
    ]
    questions = frame([{"cluster": "retail:1", "reason": "weak_bridge", "score": 0.1}], QUESTIONS)
    homes = [{"household_id": "H1", "customer_id": customer, "member_count": 2} for customer in ("C1", "C2")]
    contacts = pl.DataFrame(
        {
            "contact": [PHONE],
            "record_ids": [[f"agent:{number}" for number in range(6)]],
            "customer_ids": [[f"N{number}" for number in range(6)]],
            "feeds": [["agent"]],
            "outlet": ["AG1"],
        }
    )
    frames = world(GROUPS, names=names, said=said, pairs=frame(pairs, PAIRS), questions=questions, contacts=contacts)
    run(home, "r1", {**frames, "households": frame(homes, HOUSEHOLDS)})
    for name, role in (("li", Role.STEWARD), ("wang", Role.STEWARD), ("zhao", Role.SENIOR), ("admin", Role.ADMIN)):
        users.add(home, name, role, PASSWORD, by="test", at=NOW)
    return home


@pytest.fixture
def home(asked: Path, tmp_path: Path) -> Path:
    shutil.copytree(asked, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


@pytest.fixture
def app(home: Path, clock: Clock) -> FastAPI:
    return make_app(home, now=clock)


@pytest.fixture
def steward(app: FastAPI, home: Path) -> Callable[[str], Browser]:
    return lambda name: Browser(app, sessions.begin(home, name, instead_of=None, at=NOW))


def shown(browser: Browser, path: str = "/queue") -> dict[str, str]:
    """The question on a page: item, kind, seen, and the page's text."""
    text = browser.get(path).text
    found = re.search(r'data-item="(\w*)" data-kind="(\w*)"(?: data-seen="(\w*)")?', text)
    assert found is not None, text
    return {"item": found[1], "kind": found[2], "seen": found[3] or "", "text": text}


def say(
    browser: Browser, question: dict[str, str], verdict: str, decision: str = "d1", **more: object
) -> dict[str, object]:
    body = {"decision_id": decision, "item_id": question["item"], "verdict": verdict, "seen": question["seen"], **more}
    answer = browser.tell("/queue/answer", body)
    assert answer.status_code == 200, answer.text  # type: ignore[attr-defined]
    return answer.json()  # type: ignore[attr-defined,no-any-return]


def pair_of(browser: Browser, left: str, right: str) -> dict[str, str]:
    """The question about a certain pair, opened by its id."""
    browser.get("/queue/all")
    with state.reading(browser.desk.home) as connection:
        found = connection.execute("SELECT item_id FROM queue_items WHERE record_ids = ?", (json.dumps([left, right]),))
        return shown(browser, f"/queue?item={found.fetchone()[0]}")


def test_values_are_masked_and_a_reveal_is_on_record(steward: Callable[[str], Browser], home: Path) -> None:
    li = steward("li")
    question = pair_of(li, "app:1", "web:1")
    assert "330106198501010014" not in question["text"]
    assert "13800000001" not in question["text"]
    clear = li.tell("/queue/reveal", {"item_id": question["item"]}).json()["html"]  # type: ignore[attr-defined]
    assert "330106198501010014" in clear
    assert ("li", "revealed") in [(entry["who"], entry["action"]) for entry in audit_log.entries(home)]


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
    say(li, held, "unsure")
    assert "该题已有人回答" in wang.get(f"/queue?item={held['item']}").text


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


def test_four_eyes(steward: Callable[[str], Browser], home: Path) -> None:
    admin, li, wang = steward("admin"), steward("li"), steward("wang")
    assert li.tell("/judgements/four-eyes", {"kinds": ["pair"]}).status_code == 403  # type: ignore[attr-defined]
    assert admin.tell("/judgements/four-eyes", {"kinds": ["pair"]}).status_code == 200  # type: ignore[attr-defined]
    assert say(li, pair_of(li, "app:1", "web:1"), "same")["outcome"] == "waits"
    assert state.judgements(home).is_empty()
    assert li.tell("/judgements/second", {"decision_id": "d1", "approve": True}).status_code == 403  # type: ignore[attr-defined]
    waiting = wang.get("/judgements?show=second").text
    assert "data-second" in waiting
    assert 'href="/why?one=app%3A1&amp;other=web%3A1"' in waiting
    assert wang.get("/customers/app%3A1").headers["location"] == "/customers/C1"
    assert wang.tell("/judgements/second", {"decision_id": "d1", "approve": True}).status_code == 200  # type: ignore[attr-defined]
    assert state.judgements(home)["who"].to_list() == ["li"]


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


def test_judgements_travel_as_annotation_files(steward: Callable[[str], Browser], home: Path, tmp_path: Path) -> None:
    li, zhao = steward("li"), steward("zhao")
    say(li, pair_of(li, "app:1", "web:1"), "same", "d1")
    say(li, pair_of(li, "bss:1", "web:3"), "different", "d2")
    assert li.get("/judgements/export.json").status_code == 403
    out = tmp_path / "judgements.json"
    out.write_text(zhao.get("/judgements/export.json").text, encoding="utf-8")
    told = recordlinkage.read_annotation_file(out)
    assert list(told.links) == [("app:1", "web:1")]
    assert list(told.distinct) == [("bss:1", "web:3")]
    table = tmp_path / "judgements.csv"
    table.write_text(zhao.get("/judgements/export.csv").text, encoding="utf-8")
    assert read_judgements(table) == read_judgements(out)
    elsewhere = tmp_path / "elsewhere"
    said = read_judgements(out)
    assert import_judgements(elsewhere, said, who="sun", source="x").added == 2
    assert import_judgements(elsewhere, said, who="sun", source="x").known == 2
    against = [PairVerdict.of("app:1", "web:3", Judgement.SAME), PairVerdict.of("bss:1", "app:1", Judgement.SAME)]
    taken = import_judgements(elsewhere, against, who="sun", source="x")
    assert (taken.added, taken.contradicting) == (1, (against[1],))


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


def test_a_file_is_taken_in_at_the_desk_once_and_whole(steward: Callable[[str], Browser], home: Path) -> None:
    zhao = steward("zhao")
    zhao.get("/judgements")

    def take_in(name: str, content: bytes, browser: Browser = zhao) -> tuple[int, str]:
        browser.get("/judgements")
        answer = browser.post(
            "/judgements/import", data={"csrf": browser.csrf}, files={"file": (name, content, "text/plain")}
        )
        return answer.status_code, answer.text

    table = b"record_id_l,record_id_r,verdict\nweb:1,app:1,same\nweb:3,web:1,different\n"
    status, text = take_in("theirs.csv", table)
    assert status == 200
    assert "收入 2 条判定" in text
    assert "收入 0 条判定，2 条原已存在" in take_in("theirs.csv", table)[1]
    contradicting = b"record_id_l,record_id_r,verdict\napp:1,web:3,same\n"
    status, text = take_in("../../etc/<b>.csv", contradicting)
    assert status == 200
    assert "app:1 · web:3" in text
    assert "<b>" not in text
    assert "../" not in text
    exported = zhao.get("/judgements/export.json").content
    assert "收入 0 条判定，2 条原已存在" in take_in("again.json", exported)[1]
    for name, content in (("x.json", b"[]"), ("x.csv", b"a,b\n1,2\n"), ("x.csv", b"\xff\xfe\x00"), ("x.json", b"{")):
        assert take_in(name, content)[0] == 422
    assert take_in("theirs.csv", table, steward("li"))[0] == 403
    assert len(state.judgements(home)) == 2


def test_the_start_page_says_what_is_to_be_done(steward: Callable[[str], Browser], home: Path) -> None:
    li, zhao = steward("li"), steward("zhao")
    question = pair_of(zhao, "app:1", "web:1")
    due = (NOW - timedelta(days=1)).date().isoformat()
    assert zhao.tell("/queue/assign", {"item_id": question["item"], "to": "li", "due_on": due}).status_code == 200  # type: ignore[attr-defined]
    text = li.get("/").text
    assert re.search(r"<strong>1</strong> 个问题指派给您", text)
    assert re.search(r"<strong>1</strong> 个指派给您的问题已到期", text)
    assert "指派给您" not in zhao.get("/").text
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


def test_decisions_are_found_by_steward_kind_answer_and_customer_page_by_page(
    steward: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    li, wang = steward("li"), steward("wang")
    say(li, pair_of(li, "app:1", "web:1"), "different", "d1", comment="first said")
    say(wang, shown(wang, "/queue?kind=contact"), "different", "d2", comment="second said")
    say(li, pair_of(li, "bss:1", "web:3"), "unsure", "d3", comment="third said")

    def listed(query: str) -> list[str]:
        text = li.get(f"/judgements?{query}").text
        return [each for each in ("first said", "second said", "third said") if each in text]

    assert listed("") == ["first said", "third said"]
    assert listed("show=all&by=wang") == ["second said"]
    assert listed("show=all&kind=contact") == ["second said"]
    assert listed("show=all&verdict=unsure") == ["third said"]
    assert listed("show=all&about=C2") == ["first said"]
    assert listed("show=all&about=agent:3") == ["second said"]
    assert listed("show=all&about=nobody") == []
    monkeypatch.setattr(judgements, "MOST", 2)
    assert len(listed("show=all")) == 2
    assert len(listed("show=all&page=2")) == 1
    assert "page=2" in li.get("/judgements?show=all").text


def test_questions_of_an_older_version_are_refused_with_what_to_do(
    steward: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    li = steward("li")
    statements = duck.statements
    older = {"desk/queue": "SELECT why_asked_before(1)"}
    monkeypatch.setattr(duck, "statements", lambda name: older.get(name) or statements(name))
    assert "customer-hub run --rebuild，完成后即可继续" in li.get("/queue").text


def test_every_question_says_why_it_is_asked(steward: Callable[[str], Browser]) -> None:
    li = steward("li")
    every = li.get("/queue/all").text
    for said in ("请人工确认（支持：姓名）", "请判断是否同一客户（支持：姓名）", "两组记录仅由较弱的关联连接"):
        assert said in every, said
    assert "请人工确认（支持：姓名）" in pair_of(li, "app:1", "web:1")["text"]
    li.post("/language", data={"to": "en", "next": "/", "csrf": li.csrf})
    assert "a person is to say so (for: name)" in li.get("/queue/all").text


def test_what_waits_for_the_next_run_is_counted_in_answers(steward: Callable[[str], Browser]) -> None:
    li = steward("li")
    say(li, pair_of(li, "app:1", "web:1"), "different", "d1")
    say(li, shown(li, "/queue?kind=contact"), "different", "d2")
    say(li, pair_of(li, "bss:1", "web:3"), "different", "d3")
    assert "3 条判定等待下次数据更新" in li.get("/judgements").text
    li.tell("/queue/undo", {"undo_id": "u1"})
    li.tell("/queue/undo", {"undo_id": "u2"})
    assert "1 条判定等待下次数据更新" in li.get("/judgements").text
    assert "<strong>1</strong> 条判定等待" in li.get("/").text


def test_an_empty_queue_says_whether_all_is_answered(steward: Callable[[str], Browser], home: Path) -> None:
    li = steward("li")
    assert "全部答完" not in li.get("/queue?feed=nowhere").text
    assert "没有符合条件的问题了" in li.get("/queue?feed=nowhere").text
    with state.transaction(home) as connection:
        connection.execute("UPDATE queue_items SET is_open = 0")
    assert "全部答完" in li.get("/queue").text
    assert "没有可以成批回答的问题" in li.get("/bulk").text


def test_answers_are_counted_by_the_operators_day_and_not_once_taken_back(
    app: FastAPI, home: Path, clock: Clock
) -> None:
    clock.now = datetime(2026, 11, 3, 15, 59, tzinfo=UTC)
    li = Browser(app, sessions.begin(home, "li", instead_of=None, at=clock.now))
    say(li, pair_of(li, "app:1", "web:1"), "different", "d1")
    told = say(li, pair_of(li, "bss:1", "web:3"), "different", "d2")
    assert told["done_today"] == 2
    assert "今日已答 2 题" in li.get("/queue").text
    li.tell("/queue/undo", {"undo_id": "u1"})
    assert "今日已答 1 题" in li.get("/queue").text
    assert "近 24 小时 1 人共回答 1 题" in li.get("/overview").text
    assert "2026-11-03 23:59" in li.get("/judgements").text
    clock.now = datetime(2026, 11, 3, 16, 0, tzinfo=UTC)
    assert "今日已答 0 题" in li.get("/queue").text
