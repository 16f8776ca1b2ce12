"""The look-up API: who is this, redirects and tombstones, masks, rates, one run an answer."""

import json
import threading
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from fastapi import FastAPI

from benchmarks.standardised import channel_records
from matching.customers.customer_ids import SECRET_BYTES, mint, spell
from matching.frames import REDIRECTS
from matching.lookup.answering import Desk
from matching.lookup.laying_out import lay_out
from matching.policy import HUB_FIELDS
from matching.resolving import resolve
from pipelines.demo.records import population_records
from stewardship.app import make_app
from stewardship.lookup.lookups import Lookup, Lookups
from tests.stewardship.conftest import NOW, Browser, Browsers, Clock
from tests.warehouse.worlds import frame, run, world
from warehouse.access import api_keys, audit_log
from warehouse.access.roles import Role
from warehouse.published.at_hand import Golden
from warehouse.published.snapshots import current

RECORDS = channel_records(population_records(400, 5)[0]).sort("record_id")
SQL = ["' OR 1=1 --", "C1'; DROP TABLE customers; --", "%", 'C1" OR ""="', "$id", "*/ SELECT 1 /*"]


@pytest.fixture(scope="module")
def answering() -> Desk:
    resolved = resolve(RECORDS, HUB_FIELDS)
    return Desk(lay_out(RECORDS, resolved.members.rename({"cluster": "customer_id"}), resolved.model))


@pytest.fixture
def programs(browsers: Browsers, home: Path, app: FastAPI, answering: Desk) -> dict[Role, dict[str, str]]:
    """Headers with a key of each role, and look-up ready."""
    app.state.lookups._now = Lookup("r1", 0, answering)
    return {
        role: {"X-API-Key": api_keys.add(home, role.value, role, per_second=1000, by="test", at=NOW)} for role in Role
    }


Headers = dict[Role, dict[str, str]]


def test_a_customer_by_id_is_masked(browsers: Browsers, programs: Headers) -> None:
    for role in Role:
        answer = browsers(None).get("/api/customers/C1", headers=programs[role]).json()
        assert (answer["run"], answer["customer_id"], answer["masked"]) == ("r1", "C1", True)
        assert answer["customer"]["name"] == "欧***"
        assert "欧阳测试" not in json.dumps(answer, ensure_ascii=False)


def test_masks_come_off_for_stewards_on_record(browsers: Browsers, programs: Headers, home: Path) -> None:
    browser = browsers(None)
    assert browser.get("/api/customers/C1?clear=true", headers=programs[Role.VIEWER]).status_code == 403
    rows = audit_log.verify(home).rows
    answer = browser.get("/api/customers/C1?clear=true", headers=programs[Role.STEWARD]).json()
    assert answer["customer"]["name"] == "欧阳测试"
    entry = audit_log.entries(home, limit=1)[0]
    assert audit_log.verify(home).rows == rows + 1
    assert (entry["who"], entry["action"], entry["subject"]) == ("key:steward", "revealed", "customer:C1")
    assert "欧阳" not in json.dumps(audit_log.entries(home), ensure_ascii=False)


def test_redirects_are_followed_and_tombstones_are_gone(browsers: Browsers, programs: Headers, home: Path) -> None:
    redirects = frame(
        [
            {"customer_id": "OLD", "redirects_to": "C1", "since_run": "r2", "reason": "merged"},
            {"customer_id": "DEAD", "redirects_to": None, "since_run": "r2", "reason": "gone"},
        ],
        REDIRECTS,
    )
    run(home, "r2", world({"C1": ["web:1", "app:1"]}, run="r2", customer_redirects=redirects), minute=2)
    browser, headers = browsers(None), programs[Role.VIEWER]
    moved = browser.get("/api/customers/OLD", headers=headers)
    assert moved.status_code == 200
    assert (moved.json()["run"], moved.json()["customer_id"], moved.json()["asked_for"]) == ("r2", "C1", "OLD")
    assert "merged" in moved.json()["note"]
    assert browser.get("/api/customers/DEAD", headers=headers).status_code == 410
    assert browser.get("/api/customers/NEVER", headers=headers).status_code == 404


def test_an_id_is_understood_as_people_write_it(browsers: Browsers, programs: Headers, home: Path) -> None:
    stored = str(mint(pl.Series(["web:1"]), b"s" * SECRET_BYTES, pl.Series([], dtype=pl.String))[0])
    run(home, "r2", world({stored: ["web:1", "app:1"]}, run="r2"), minute=2)
    browser, headers = browsers(None), programs[Role.VIEWER]
    for said in (
        stored,
        spell(stored),
        spell(stored).lower(),
        stored.replace("0", "o").replace("1", "l"),
        f" {stored}",
    ):
        answer = browser.get(f"/api/customers/{said}", headers=headers)
        assert (answer.status_code, answer.json().get("customer_id")) == (200, stored)
    wrong = stored[:-1] + ("A" if stored[-1] != "A" else "B")
    refused = browser.get(f"/api/customers/{wrong}", headers=headers)
    assert refused.status_code == 404
    assert "check character does not fit" in refused.json()["detail"]


def test_the_last_four_characters_of_a_document_are_a_fact(browsers: Browsers, programs: Headers) -> None:
    row = RECORDS.filter(pl.col("id_is_valid"), pl.col("name").str.len_chars() == 3).row(3, named=True)
    for field in ("id_last4", "id_number"):
        asked = {"name": row["name"], field: row["id_number"][-4:]}
        best = browsers(None).post("/api/match", json=asked, headers=programs[Role.VIEWER]).json()["candidates"][0]
        said = {each["field"]: each for each in best["evidence"]}
        assert said["id_number"]["level"] == "last_agree"
        assert said["id_number"]["weight"] > 0
    answer = browsers(None).post("/api/match", json={"id_last4": "12"}, headers=programs[Role.VIEWER])
    assert answer.status_code == 422


@pytest.mark.parametrize("text", SQL)
def test_sql_in_an_id_finds_nobody(browsers: Browsers, programs: Headers, text: str) -> None:
    browser = browsers(None)
    assert browser.get(f"/api/customers/{text}", headers=programs[Role.ADMIN]).status_code == 404
    assert browser.get("/api/customers/C1", headers=programs[Role.ADMIN]).status_code == 200
    answer = browser.post("/api/match", json={"name": text, "id_number": text}, headers=programs[Role.ADMIN])
    assert answer.status_code in {200, 422}
    assert not answer.json().get("candidates")


def test_a_partial_record_finds_its_customer(browsers: Browsers, programs: Headers) -> None:
    row = RECORDS.filter(pl.col("mobiles").list.len() > 0, pl.col("name").is_not_null()).row(7, named=True)
    asked = {"name": row["name"], "mobile": row["mobiles"][0], "limit": 3}
    answer = browsers(None).post("/api/match", json=asked, headers=programs[Role.VIEWER])
    assert answer.status_code == 200
    told = answer.json()
    assert told["run"] == "r1"
    assert 1 <= len(told["candidates"]) <= 3
    best = told["candidates"][0]
    assert sum(each["weight"] for each in best["evidence"]) == pytest.approx(best["score"])
    assert row["name"] not in answer.text, "evidence says how values agree, not what they are"


def test_nothing_is_prepared_yet(browsers: Browsers, home: Path, app: FastAPI) -> None:
    app.state.lookups.begin = lambda: None
    key = api_keys.add(home, "early", Role.VIEWER, per_second=10, by="test", at=NOW)
    answer = browsers(None).post("/api/match", json={"name": "x"}, headers={"X-API-Key": key})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")


def test_where_nothing_is_published_a_program_is_told_so(tmp_path: Path) -> None:
    key = api_keys.add(tmp_path, "hotline", Role.VIEWER, per_second=2, by="test", at=NOW)
    with Browser(make_app(tmp_path)) as browser:
        answer = browser.post("/api/match", json={"name": "张玮"}, headers={"X-API-Key": key})
    assert answer.status_code == 503
    assert "No customers are published yet" in answer.json()["detail"]


def test_whoever_asks_too_early_begins_what_others_have_begun(tmp_path: Path) -> None:
    before = {thread.ident for thread in threading.enumerate()}
    lookups = Lookups(tmp_path)
    for _ in range(5):
        lookups.begin()
    begun = [thread for thread in threading.enumerate() if thread.ident not in before]
    lookups.end()
    assert [thread.name for thread in begun] == ["directories"]


@pytest.mark.parametrize("body", [{"nme": "x"}, {"limit": 0}, {"name": "x" * 400}, {"phones": ["1"] * 9}, [], "x"])
def test_what_is_not_as_described_is_refused_without_an_echo(
    browsers: Browsers, programs: Headers, body: object
) -> None:
    answer = browsers(None).post("/api/match", json=body, headers=programs[Role.VIEWER])
    assert answer.status_code == 422
    assert "xxxx" not in answer.text
    assert any(said in answer.json()["detail"] for said in ("not permitted", "greater than", "at most", "JSON object"))


def test_a_body_that_is_no_json_in_utf_8_is_told_what_is_expected(browsers: Browsers, programs: Headers) -> None:
    headers = programs[Role.VIEWER] | {"Content-Type": "application/json"}
    for body in (b"{bad", '{"name": "欧阳测试"}'.encode("gb18030")):
        answer = browsers(None).post("/api/match", content=body, headers=headers)
        assert answer.status_code in {400, 422}
        assert "expected a JSON object in UTF-8" in answer.json()["detail"]


def test_a_program_without_a_key_is_told_where_to_put_one(browsers: Browsers) -> None:
    for headers, found in (({}, "found none"), ({"X-API-Key": "ck_wrong"}, "unknown or revoked")):
        answer = browsers(None).get("/api/customers/C1", headers=headers)
        assert answer.status_code == 401
        assert "X-API-Key" in answer.json()["detail"]
        assert found in answer.json()["detail"]


def test_a_key_may_ask_as_often_as_its_rate_allows(browsers: Browsers, home: Path, clock: Clock) -> None:
    key = api_keys.add(home, "slow", Role.VIEWER, per_second=2, by="test", at=NOW)
    browser, headers = browsers(None), {"X-API-Key": key}
    codes = [browser.get("/api/customers/C1", headers=headers).status_code for _ in range(6)]
    assert codes == [200, 200, 200, 200, 429, 429]
    refused = browser.get("/api/customers/C1", headers=headers)
    assert refused.headers["retry-after"] == "1"
    clock.now += type(clock.now - clock.now)(seconds=1)
    assert browser.get("/api/customers/C1", headers=headers).status_code == 200


def test_a_clock_that_was_set_back_refuses_nobody(browsers: Browsers, home: Path, clock: Clock) -> None:
    key = api_keys.add(home, "slow", Role.VIEWER, per_second=2, by="test", at=NOW)
    browser, headers = browsers(None), {"X-API-Key": key}
    assert browser.get("/api/customers/C1", headers=headers).status_code == 200
    clock.now -= timedelta(hours=1)
    assert browser.get("/api/customers/C1", headers=headers).status_code == 200


def test_a_revoked_key_is_refused_at_once(browsers: Browsers, programs: Headers, home: Path) -> None:
    browser = browsers(None)
    assert browser.get("/api/customers/C1", headers=programs[Role.VIEWER]).status_code == 200
    api_keys.revoke(home, "viewer", by="test", at=NOW)
    assert browser.get("/api/customers/C1", headers=programs[Role.VIEWER]).status_code == 401


def test_keys_are_not_kept(programs: Headers, home: Path) -> None:
    key = programs[Role.ADMIN]["X-API-Key"].encode()
    assert not any(key in file.read_bytes() for file in home.rglob("*") if file.is_file())


def test_every_answer_is_described(browsers: Browsers) -> None:
    told = browsers(None).get("/api/openapi.json").json()
    assert set(told["paths"]) == {"/api/customers/{customer_id}", "/api/match"}
    for methods in told["paths"].values():
        for operation in methods.values():
            assert {"200", "401", "403", "422", "429", "503"} <= set(operation["responses"])
            assert all(answer["description"] for answer in operation["responses"].values())
            assert operation["security"] == [{"APIKeyHeader": []}]
    assert {"404", "410"} <= set(told["paths"]["/api/customers/{customer_id}"]["get"]["responses"])
    page = browsers(None).get("/api/docs").text
    assert "POST /api/match" in page
    assert "http" + "s://" not in page, "the page loads nothing from elsewhere"


def test_laid_out_or_not_a_customer_is_answered_alike(
    browsers: Browsers, programs: Headers, home: Path, app: FastAPI, answering: Desk
) -> None:
    def told() -> list[object]:
        asked = ("C1", "C2", "C1?clear=true", "C77")
        return [browsers(None).get(f"/api/customers/{each}", headers=programs[Role.ADMIN]).json() for each in asked]

    snapshot = current(home)
    assert snapshot is not None
    read = told()
    app.state.lookups._now = Lookup("r1", 0, answering, Golden.of(snapshot))
    assert told() == read
    run(home, "r2", world({"C1": ["web:1"], "C2": ["web:2", "app:1"]}, run="r2"), minute=2)
    assert browsers(None).get("/api/customers/C1", headers=programs[Role.VIEWER]).json()["run"] == "r2"


@pytest.mark.parametrize("laid_out", [False, True])
def test_answers_go_on_while_runs_are_published(  # noqa: PLR0917 -- fixtures
    browsers: Browsers, programs: Headers, home: Path, app: FastAPI, answering: Desk, laid_out: bool
) -> None:
    wrong: list[object] = []
    done = threading.Event()

    def ask() -> None:
        with_key = programs[Role.VIEWER]
        while not done.is_set():
            answer = browsers(None).get("/api/customers/C1", headers=with_key)
            told = answer.json()
            if answer.status_code != 200 or told["customer"]["record_count"] != {"r1": 2}.get(told["run"], 1):
                wrong.append((answer.status_code, told))

    asking = threading.Thread(target=ask)
    asking.start()
    for number in range(2, 6):
        groups = {"C1": ["web:1"], "C2": ["web:2", "app:1"]}
        run(home, f"r{number}", world(groups, run=f"r{number}"), minute=number, keep=1)
        snapshot = current(home)
        if laid_out and snapshot is not None:
            app.state.lookups._now = Lookup(f"r{number}", number, answering, Golden.of(snapshot))
    done.set()
    asking.join()
    assert wrong == []
    assert browsers(None).get("/api/customers/C1", headers=programs[Role.VIEWER]).json()["run"] == "r5"


def test_an_answer_says_what_it_could_not_read(browsers: Browsers, programs: Headers) -> None:
    browser, headers = browsers(None), programs[Role.VIEWER]
    number = str(RECORDS["mobiles"].list.first().drop_nulls()[0])
    asked = {"mobile": number, "phones": ["12"], "birth_date": "soon", "id_number": "nonsense"}
    answer = browser.post("/api/match", json=asked, headers=headers).json()
    assert [one["field"] for one in answer["unread"]] == ["id_number", "phones[0]", "birth_date"]
    assert answer["unread"][2]["says"]["en"] == "expected a day, such as 1990-01-31"
    assert answer["candidates"]


@pytest.mark.parametrize("asked", [{}, {"name": " "}, {"entity_type": "person", "limit": 3}])
def test_a_question_about_nobody_is_refused(browsers: Browsers, programs: Headers, asked: dict[str, object]) -> None:
    answer = browsers(None).post("/api/match", json=asked, headers=programs[Role.VIEWER])
    assert answer.status_code == 422
    assert "found nothing; give a name" in answer.json()["detail"]


def test_a_question_that_cannot_be_read_at_all_is_refused(browsers: Browsers, programs: Headers) -> None:
    answer = browsers(None).post("/api/match", json={"mobile": "12"}, headers=programs[Role.VIEWER])
    assert answer.status_code == 422
    assert "mobile: expected a telephone number of seven digits" in answer.json()["detail"]
