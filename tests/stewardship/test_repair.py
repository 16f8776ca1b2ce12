"""Customers found, split, merged and pinned at the desk; the overview and the model page in both languages."""

from pathlib import Path

import polars as pl
import pytest
from fastapi import FastAPI
from httpx import Response

from matching.frames import HOUSEHOLDS, LINEAGE, REDIRECTS
from matching.judgements.estimating import Interval
from matching.lookup.answering import Desk
from matching.lookup.laying_out import lay_out
from stewardship.charting import bars, intervals, trend
from stewardship.lookup.lookups import Lookup
from tests.matching.test_answering import resolved
from tests.stewardship.conftest import NOW, Browser, Browsers
from tests.warehouse.lives import group
from tests.warehouse.worlds import frame, run, world
from warehouse import state
from warehouse.access import audit_log
from warehouse.access.roles import Role
from warehouse.judgements import corrections
from warehouse.published.reading import read_table


@pytest.fixture(autouse=True)
def _decided_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decide records by links and judgements: the small home has no model."""
    links = {("app:1", "web:1"): 5.0}
    monkeypatch.setattr(corrections, "by_the_model", lambda home: lambda records, said: group(records, links, said))


def test_a_customer_is_found_by_anything_he_is_known_by(browsers: Browsers) -> None:
    steward = browsers(Role.STEWARD)
    steward.get("/customers")
    for text in ("C1", "web:1", "138 1234 5678", "330106198501010014", "欧阳"):
        page = steward.post("/customers", data={"text": text, "csrf": steward.csrf})
        assert page.status_code == 200
        assert "/customers/C1" in page.text, text
        assert "欧阳测试" not in page.text
    for nobody in ("1381234", "' OR 1=1 --", "%", "王"):
        assert "/customers/C1" not in steward.post("/customers", data={"text": nobody, "csrf": steward.csrf}).text


def test_a_part_is_enough_once_the_directory_is_laid_out(app: FastAPI, browsers: Browsers, home: Path) -> None:
    records = read_table(home, "records").with_columns(pl.col("name").str.replace("测试", "海棠"))  # a name, no test
    laid = lay_out(records, read_table(home, "crosswalk"), resolved().model)
    app.state.lookups._now = Lookup("r1", 0, Desk(laid))
    steward = browsers(Role.STEWARD)
    steward.get("/customers")

    def finds(text: str) -> bool:
        page = steward.post("/customers", data={"text": text, "csrf": steward.csrf})
        assert page.status_code == 200
        assert "欧阳测试" not in page.text
        return "/customers/C1" in page.text

    for text in ("C1", "web:1", "138 1234 5678", "330106198501010014", "0014", "阳海", "欧*棠", "ouyanghai"):
        assert finds(text), text
    for nobody in ("1381234", "' OR 1=1 --", "%", "王", "0015"):
        assert not finds(nobody), nobody
    app.state.lookups._now = Lookup("r0", 0, Desk(laid))  # of a run that is in force no more
    assert finds("138 1234 5678")
    assert not finds("阳海")


def test_two_records_are_picked_by_whom_they_are_of(browsers: Browsers) -> None:
    steward = browsers(Role.STEWARD)
    steward.get("/why")
    first = steward.post("/why", data={"text": "欧阳", "csrf": steward.csrf})
    assert first.status_code == 200
    assert "欧阳测试" not in first.text
    assert 'href="/why?one=app%3A1"' in first.text
    second = steward.post("/why", data={"text": "web:2", "one": "app:1", "csrf": steward.csrf})
    assert 'href="/why?one=app%3A1&amp;other=web%3A2"' in second.text
    own = steward.post("/why", data={"text": "C1", "one": "app:1", "csrf": steward.csrf}).text
    assert "other=web%3A1" in own
    assert "other=app%3A1" not in own


def test_a_customers_page_shows_masked_values_and_where_they_come_from(browsers: Browsers) -> None:
    page = browsers(Role.VIEWER).get("/customers/C1")
    assert page.status_code == 200
    assert "欧阳测试" not in page.text
    assert "138****5678" in page.text
    assert "split/preview" in page.text
    assert "/pin" not in page.text
    assert browsers(Role.VIEWER).get("/customers/nobody").status_code == 404


def test_a_pinned_value_is_kept_with_its_reason_and_comes_back_when_due(browsers: Browsers, home: Path) -> None:
    steward = browsers(Role.STEWARD)
    steward.get("/customers/C1")
    told = {"attribute": "name", "value": "欧阳试", "reason": "seen the card", "look_again_on": "2026-11-03"}
    answer = steward.post("/customers/C1/pin", data=told | {"csrf": steward.csrf})
    assert answer.status_code == 303
    assert state.pins(home).select("customer_id", "attribute", "value", "pinned_by").rows() == [
        ("C1", "name", "欧阳试", "steward")
    ]
    assert state.pins_due(home, NOW.date()) == [("C1", "name", "steward", "2026-11-03")]
    assert "/customers/C1" in steward.get("/overview").text
    steward.post("/customers/C1/pin", data={"attribute": "name", "reason": "no", "unpin": "1", "csrf": steward.csrf})
    assert state.pins(home).is_empty()
    assert state.pins_due(home, NOW.date()) == []
    actions = [entry["action"] for entry in audit_log.entries(home)]
    assert "pinned" in actions
    assert "unpinned" in actions


@pytest.mark.parametrize(
    "wrong",
    [
        {"attribute": "confidence", "value": "1", "reason": "r"},
        {"attribute": "name", "value": " ", "reason": "r"},
        {"attribute": "name", "value": "x", "reason": ""},
        {"attribute": "name", "value": "x", "reason": "r", "look_again_on": "soon"},
        {"attribute": "birth_date", "value": "1990-02-30", "reason": "r"},
        {"attribute": "birth_date", "value": "不知道", "reason": "r"},
        {"attribute": "gender", "value": "x", "reason": "r"},
        {"attribute": "entity_type", "value": "企业客户", "reason": "r"},
        {"attribute": "mobile", "value": "025-83771234", "reason": "r"},
        {"attribute": "fixed_line", "value": "13951234876", "reason": "r"},
        {"attribute": "email", "value": "nobody", "reason": "r"},
        {"attribute": "id_number", "value": "33010619850101002", "reason": "r"},
    ],
)
def test_what_cannot_be_pinned_is_refused(browsers: Browsers, home: Path, wrong: dict[str, str]) -> None:
    steward = browsers(Role.STEWARD)
    steward.get("/customers/C1")
    assert steward.post("/customers/C1/pin", data=wrong | {"csrf": steward.csrf}).status_code == 422
    assert state.pins(home).is_empty()


def test_who_leaves_the_value_empty_is_told_so(browsers: Browsers) -> None:
    steward = browsers(Role.STEWARD)
    steward.get("/customers/C1")
    wrong = {"attribute": "email", "value": "", "reason": "r", "csrf": steward.csrf}
    assert "没有填写正确的内容" in steward.post("/customers/C1/pin", data=wrong).text


def test_what_an_organisation_does_not_have_is_refused_with_the_way_out(browsers: Browsers, home: Path) -> None:
    steward = browsers(Role.STEWARD)
    steward.get("/customers/C1")

    def says(attribute: str, value: str) -> str:
        told = {"attribute": attribute, "value": value, "reason": "r", "csrf": steward.csrf}
        return steward.post("/customers/C1/pin", data=told).text

    assert says("entity_type", "单位") == ""
    assert "该客户是单位，没有这一项" in says("gender", "男")
    assert "该客户是单位，没有这一项" in says("birth_date", "1990-01-31")
    assert state.pins(home)["attribute"].to_list() == ["entity_type"]
    assert says("entity_type", "个人") == ""
    assert says("gender", "男") == ""
    assert "没有采用" not in steward.get("/customers/C1").text
    assert says("entity_type", "单位") == ""
    assert "没有采用" in steward.get("/customers/C1").text, (
        "no run gives an organisation the gender that was set before"
    )


def test_numbers_of_subscriptions_and_names_of_housemates_can_be_revealed(browsers: Browsers, home: Path) -> None:
    said: dict[str, dict[str, object]] = {
        "bss:1": {"service_number": "13812345679", "service_number_raw": "13812345679", "account_no": "A1"}
    }
    homes = frame([{"household_id": "H", "customer_id": each} for each in ("C1", "C2")], HOUSEHOLDS)
    frames = world({"C1": ["web:1", "bss:1"], "C2": ["web:2"]}, run="r2", said=said, households=homes)
    run(home, "r2", frames, minute=2)
    steward = browsers(Role.STEWARD)
    page = steward.get("/customers/C1").text
    assert "13812345679" not in page
    assert 'data-record="bss:1" data-column="service_number_raw"' in page
    assert 'data-customer="C2" data-column="name"' in page
    shown = steward.tell("/reveal", {"customers": ["C2"], "records": ["bss:1"]}).json()  # type: ignore[attr-defined]
    assert shown["records"]["bss:1"]["service_number_raw"] == "13812345679"
    assert shown["customers"]["C2"]["name"] == "name of C2"


@pytest.mark.parametrize(
    ("attribute", "typed", "kept"),
    [
        ("birth_date", "1990年1月31日", "1990-01-31"),
        ("gender", "男", "male"),
        ("entity_type", "单位", "organisation"),
        ("mobile", "+86 139 5123 4876", "13951234876"),
        ("fixed_line", "025 83771234", "025-83771234"),
        ("name", " 阿不都·热合曼 ", "阿不都·热合曼"),
    ],
)
def test_a_pinned_value_is_kept_in_the_spelling_of_golden_values(
    browsers: Browsers, home: Path, attribute: str, typed: str, kept: str
) -> None:
    steward = browsers(Role.STEWARD)
    steward.get("/customers/C1")
    told = {"attribute": attribute, "value": typed, "reason": "seen the card", "csrf": steward.csrf}
    assert steward.post("/customers/C1/pin", data=told).status_code == 303
    assert state.pins(home)["value"].to_list() == [kept]
    assert "下次数据更新起改为" in steward.get("/customers/C1").text


def test_a_value_that_cannot_be_used_is_set_aside_and_whoever_looks_is_told(browsers: Browsers, home: Path) -> None:
    state.pin(home, "C1", "birth_date", "不知道", who="li", reason="before there was a check", at=NOW)
    steward = browsers(Role.STEWARD)
    assert "未能采用" in steward.get("/").text
    assert 'href="/customers/C1#golden"' in steward.get("/overview").text
    page = steward.get("/customers/C1").text
    assert "没有采用" in page
    assert "不知道" not in page
    assert steward.tell("/reveal", {"customers": ["C1"]}).json()["customers"]["C1"]["set_birth_date"] == "不知道"  # type: ignore[attr-defined]
    told = {"attribute": "birth_date", "reason": "nobody knows", "unpin": "1", "csrf": steward.csrf}
    assert steward.post("/customers/C1/pin", data=told).status_code == 303
    assert state.pins_set_aside(home).is_empty()
    assert "没有采用" not in steward.get("/customers/C1").text


def test_a_set_value_that_is_let_go_is_shown_as_waiting_also_where_it_came_with_a_merged_customer(
    browsers: Browsers, home: Path
) -> None:
    pinned = {"customer_id": "C1", "attribute": "name", "value": "欧阳试", "rule": "pinned", "feed": "stewardship"}
    frames = world({"C1": ["web:1", "app:1"]}, names={"C1": "欧阳试"}) | {"lineage": frame([pinned], LINEAGE)}
    merged = frame([{"customer_id": "C0", "redirects_to": "C1", "reason": "merged", "since_run": "r2"}], REDIRECTS)
    state.pin(home, "C0", "name", "欧阳试", who="li", reason="his card", at=NOW)
    run(home, "r2", frames | {"customer_redirects": merged}, minute=5)
    steward = browsers(Role.STEWARD)
    page = steward.get("/customers/C1").text
    assert "由 li 更正" in page
    assert "更正已取消" not in page
    steward.post("/customers/C1/pin", data={"attribute": "name", "reason": "r", "unpin": "1", "csrf": steward.csrf})
    assert state.pins(home).is_empty()
    after = steward.get("/customers/C1").text
    assert "更正已取消" in after
    assert "由 li 更正" not in after


def test_a_split_is_previewed_then_written_down(browsers: Browsers, home: Path) -> None:
    steward = browsers(Role.STEWARD)
    steward.get("/customers/C1")
    told = {"records": ["app:1"], "csrf": steward.csrf}
    preview = steward.post("/customers/C1/split/preview", data=told)
    assert preview.status_code == 200
    assert "app:1" in preview.text
    assert state.judgements(home).is_empty()
    assert "欧阳测试" not in preview.text
    clear = steward.post("/customers/C1/split/preview", data=told | {"clear": "true"})
    assert "欧阳测试" in clear.text
    assert [(entry["action"], entry["subject"]) for entry in audit_log.entries(home, limit=1)] == [
        ("revealed", "customer:C1")
    ]
    assert steward.post("/customers/C1/split", data=told | {"reason": " "}).status_code == 422
    answer = steward.post("/customers/C1/split", data=told | {"reason": "two people"})
    assert answer.status_code == 303
    assert state.judgements(home).select("record_id_l", "record_id_r", "verdict").rows() == [
        ("app:1", "web:1", "different")
    ]
    after = steward.get(answer.headers["location"]).text
    assert "等待下次数据更新生效" in after
    assert "two people" in after
    assert "等待下次数据更新生效" not in steward.get("/customers/C2").text


def test_who_previews_a_split_without_records_is_told_to_choose_some(browsers: Browsers) -> None:
    steward = browsers(Role.STEWARD)
    steward.get("/customers/C1")
    answer = steward.post("/customers/C1/split/preview", data={"csrf": steward.csrf})
    assert (answer.status_code, "没有拆分：请选出一部分记录" in answer.text) == (400, True)


def test_what_waits_is_called_off_by_whoever_made_it_or_a_senior_steward(browsers: Browsers, home: Path) -> None:
    steward, senior = browsers(Role.STEWARD), browsers(Role.SENIOR)
    steward.get("/customers/C1")
    senior.get("/customers/C1")

    def off(who: Browser, number: int) -> Response:
        data = {"csrf": who.csrf, "next": "/customers/C1"}
        return who.post(f"/corrections/{number}/call-off", data=data)

    told = {"records": ["app:1"], "reason": "two people", "csrf": steward.csrf}
    steward.post("/customers/C1/split", data=told)
    assert "/corrections/1/call-off" in steward.get("/customers/C1").text
    assert "/corrections/1/call-off" in steward.get("/judgements").text
    assert off(steward, 1).headers["location"] == "/customers/C1"
    assert state.judgements(home).is_empty()
    assert "等待下次数据更新生效" not in steward.get("/customers/C1").text
    again = off(steward, 1)
    assert (again.status_code, "已经生效，或已撤回" in again.text) == (400, True)
    merge = {"other": "C2", "reason": "the same person", "csrf": senior.csrf}
    senior.post("/customers/C1/merge", data=merge)
    assert "/corrections/2/call-off" not in steward.get("/customers/C2").text
    assert off(steward, 2).status_code == 403
    steward.post("/customers/C1/split", data=told)
    assert "请先撤回后面的一项" in off(senior, 2).text
    assert off(senior, 3).status_code == off(senior, 2).status_code == 303
    assert state.judgements(home).is_empty()
    assert [each["action"] for each in audit_log.entries(home, limit=2)] == ["called off", "called off"]


def test_a_merge_is_previewed_then_written_down(browsers: Browsers, home: Path) -> None:
    steward = browsers(Role.STEWARD)
    steward.get("/customers/C1")
    preview = steward.post("/customers/C1/merge/preview", data={"text": "web:2", "csrf": steward.csrf})
    assert preview.status_code == 200
    assert 'value="C2"' in preview.text
    clear = steward.post("/customers/C1/merge/preview", data={"text": "C2", "clear": "true", "csrf": steward.csrf})
    assert "欧阳测试" in clear.text
    assert 'name="other" value="C2"' in clear.text
    nobody = steward.post("/customers/C1/merge/preview", data={"text": "nobody at all", "csrf": steward.csrf})
    assert nobody.status_code == 200
    told = {"other": "C2", "reason": "the same person", "csrf": steward.csrf}
    assert steward.post("/customers/C1/merge", data=told).status_code == 303
    assert state.judgements(home)["verdict"].unique().to_list() == ["same"]


def test_a_merge_of_two_who_differ_says_in_what_before_it_is_confirmed(browsers: Browsers, home: Path) -> None:
    frames = world({"C1": ["web:1"], "C2": ["web:2"], "C3": ["app:3"]}, run="r2")
    genders = {"C1": "male", "C2": "female", "C3": "female"}
    golden = frames["customers"].with_columns(gender=pl.col("customer_id").replace_strict(genders))
    run(home, "r2", frames | {"customers": golden}, minute=2)
    steward = browsers(Role.STEWARD)
    steward.get("/customers/C1")

    def preview(one: str, other: str) -> str:
        return steward.post(f"/customers/{one}/merge/preview", data={"text": other, "csrf": steward.csrf}).text

    assert "性别不同：通常是两个人" in preview("C1", "C2")
    assert preview("C1", "C2").count("两者不同") > preview("C2", "C3").count("两者不同")
    assert "通常是两个人" not in preview("C2", "C3")


def test_a_merge_is_taken_back_on_the_customers_page(browsers: Browsers, home: Path) -> None:
    run(home, "r2", world({"C1": ["web:1", "app:1"], "C2": ["web:2"], "C3": ["app:3"]}, run="r2"), minute=2)
    merged = frame([{"customer_id": "C3", "redirects_to": "C2", "reason": "merged", "since_run": "r3"}], REDIRECTS)
    joined = world({"C1": ["web:1", "app:1"], "C2": ["web:2", "app:3"]}, run="r3")
    run(home, "r3", joined | {"customer_redirects": merged}, minute=3)
    steward = browsers(Role.STEWARD)
    assert 'name="other" value="C3"' in steward.get("/customers/C2").text
    assert 'name="other"' not in browsers(Role.VIEWER).get("/customers/C2").text
    told = {"other": "C3", "csrf": steward.csrf}
    preview = steward.post("/customers/C2/unmerge/preview", data=told)
    assert preview.status_code == 200, preview.text
    assert "app:3: C2 → C3" in preview.text
    assert state.judgements(home).is_empty()
    answer = steward.post("/customers/C2/unmerge", data=told | {"reason": "two people after all"})
    assert answer.headers["location"] == "/customers/C2"
    assert state.judgements(home).select("record_id_l", "record_id_r", "verdict").rows() == [
        ("app:3", "web:2", "different")
    ]
    page = steward.get("/customers/C2").text
    assert "撤销合并" in page
    assert "two people after all" in page
    assert audit_log.entries(home, limit=1)[0]["action"] == "unmerge"
    refused = steward.post("/customers/C1/unmerge/preview", data=told | {"other": "C1"})
    assert (refused.status_code, "先撤销后来的合并" in refused.text) == (400, True)


def test_viewers_look_and_change_nothing(browsers: Browsers) -> None:
    viewer = browsers(Role.VIEWER)
    viewer.get("/customers/C1")
    for path in ("pin", "split", "merge", "unmerge", "split/preview", "merge/preview", "unmerge/preview"):
        assert viewer.post(f"/customers/C1/{path}", data={"csrf": viewer.csrf}).status_code == 403


@pytest.mark.parametrize("language", ["zh", "en"])
def test_overview_and_model_page_speak_both_languages(browsers: Browsers, language: str) -> None:
    senior = browsers(Role.SENIOR)
    senior.get("/")
    senior.post("/language", data={"to": language, "next": "/", "csrf": senior.csrf})
    overview, model = senior.get("/overview"), senior.get("/model")
    assert overview.status_code == model.status_code == 200
    assert ("概览" if language == "zh" else "Overview") in overview.text
    assert overview.text.count("<svg") >= 4
    assert overview.text.count("says-one-line") >= 5


def test_only_a_waiting_version_can_be_accepted(browsers: Browsers) -> None:
    senior, steward = browsers(Role.SENIOR), browsers(Role.STEWARD)
    senior.get("/model")
    steward.get("/model")
    assert senior.post("/model/accept", data={"version": "../x", "csrf": senior.csrf}).status_code == 410
    assert steward.post("/model/accept", data={"version": "x", "csrf": steward.csrf}).status_code == 403
    assert steward.post("/model/propose", data={"csrf": steward.csrf}).status_code == 403


def test_charts_escape_what_they_are_told_and_say_what_they_show() -> None:
    interval = Interval(0.9, 0.8, 0.95)
    for chart in (
        bars("<b>", [("<script>", 3.0), ("none", 0.0)]),
        intervals("<b>", [("<script>", interval)]),
        trend("<b>", [("<script>", 1.0), ("b", 2.0)]),
        bars("<b>", []),
        trend("<b>", []),
    ):
        assert "<script>" not in chart
        assert "<title>&lt;b&gt;</title>" in chart
        assert "nan" not in chart


def test_whoever_is_refused_is_told_what_to_do_and_shown_a_way_on(browsers: Browsers) -> None:
    stranger = browsers(None)
    stranger.get("/login")
    ended = stranger.post("/customers/C1/split/preview", data={"records": "app:1", "csrf": stranger.csrf})
    assert ended.status_code == 401
    assert 'href="/login?next=/customers/C1/split/preview"' in ended.text
    viewer = browsers(Role.VIEWER)
    assert "您的角色没有这项权限" in viewer.get("/queue").text
    steward = browsers(Role.STEWARD)
    steward.get("/customers/C1")
    old = steward.post("/customers/C1/split", data={"records": "app:1", "reason": "r", "csrf": "of another session"})
    assert (old.status_code, "页面已过期" in old.text, 'href="/customers/C1"' in old.text) == (403, True, True)
    assert "没有这个客户号" in steward.get("/customers/nobody").text
    everything = {"records": ["app:1", "web:1"], "csrf": steward.csrf}
    assert "不能全选" in steward.post("/customers/C1/split/preview", data=everything).text
    assert "有必填项没有填写" in steward.post("/customers/C1/merge/preview", data={"csrf": steward.csrf}).text


def test_another_language_leaves_one_where_one_is(browsers: Browsers) -> None:
    steward = browsers(Role.STEWARD)
    assert 'name="next" value="/queue/all?kind=pair&amp;page=1"' in steward.get("/queue/all?kind=pair&page=1").text
    preview = steward.post("/customers/C1/split/preview", data={"records": "app:1", "csrf": steward.csrf})
    assert 'name="next" value="/customers/C1/split/preview"' in preview.text
    assert steward.get("/customers/C1/split/preview").headers["location"] == "/customers/C1"
