"""What was said: looked up, seconded, counted by the day, carried out and in as files."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import recordlinkage
from fastapi import FastAPI

from matching.words import Judgement
from stewardship.judgements import judgements
from stewardship.judgements.annotations import read_judgements
from stewardship.judgements.importing import import_judgements
from tests.stewardship.conftest import NOW, Browser, Clock
from tests.stewardship.queue.conftest import GROUPS, pair_of, say, shown
from tests.warehouse.worlds import run, world
from warehouse import state
from warehouse.access import sessions
from warehouse.desk import desk_refresh
from warehouse.judgements.judgement_log import PairVerdict
from warehouse.judgements.restoring import rollback


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


def test_what_contradicts_by_now_is_not_approved(steward: Callable[[str], Browser], home: Path) -> None:
    admin, li, wang = steward("admin"), steward("li"), steward("wang")
    admin.tell("/judgements/four-eyes", {"kinds": ["pair"]})
    told = (("app:1", "web:1", "same"), ("web:1", "web:3", "same"), ("bss:1", "web:3", "different"))
    for number, (left, right, verdict) in enumerate(told):
        assert say(li, pair_of(li, left, right), verdict, f"d{number}")["outcome"] == "waits"
    answers = [wang.tell("/judgements/second", {"decision_id": f"d{each}", "approve": True}) for each in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 409]  # type: ignore[attr-defined]
    assert "与现已成立的判定矛盾" in answers[2].text  # type: ignore[attr-defined]
    assert len(state.judgements(home)) == 2
    refused = wang.tell("/judgements/second", {"decision_id": "d2", "approve": False})
    assert refused.status_code == 200  # type: ignore[attr-defined]


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


def test_a_file_as_large_as_the_page_says_is_taken_in(steward: Callable[[str], Browser]) -> None:
    zhao = steward("zhao")
    zhao.get("/judgements")
    head = b"record_id_l,record_id_r,verdict\nweb:1,app:1,same\n"
    for megabytes, status, says in ((3, 200, "收入 1 条判定"), (21, 413, "至多 20 MB")):
        answer = zhao.post(
            "/judgements/import",
            data={"csrf": zhao.csrf},
            files={"file": ("theirs.csv", head + b"\n" * (megabytes << 20), "text/csv")},
        )
        assert (answer.status_code, says in answer.text) == (status, True)


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


def test_after_a_rollback_an_answer_waits_again(steward: Callable[[str], Browser], home: Path) -> None:
    li = steward("li")
    desk_refresh.note_run(home, "r1")
    say(li, pair_of(li, "app:1", "web:1"), "different", "d1")
    assert "已于" not in li.get("/judgements").text
    run(home, "r2", world(GROUPS), started_at=NOW + timedelta(hours=1))
    desk_refresh.note_run(home, "r2")
    assert "已于 2026-11-03 18:00 生效" in li.get("/judgements").text
    rollback(home, now=NOW + timedelta(hours=2))
    text = li.get("/judgements").text
    assert "1 条判定等待下次数据更新" in text
    assert "已于" not in text


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
    clock.now = datetime(2026, 11, 4, 15, 30, tzinfo=UTC)
    li = Browser(app, sessions.begin(home, "li", instead_of=None, at=clock.now))
    assert "近 24 小时 0 人共回答 0 题" in li.get("/overview").text, (
        "who answered nothing that is counted is not either"
    )
