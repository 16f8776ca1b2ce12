"""Every page and endpoint against every role, with and without a form of our own."""

from collections.abc import Iterator

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from stewardship.access import keys as key_gates
from stewardship.access.gates import SAFE, GateError, anyone, gated
from stewardship.access.keys import KeyGate
from stewardship.app import ROUTERS
from tests.stewardship.conftest import ADDRESS, NOW, Browser, Browsers
from warehouse.access import api_keys
from warehouse.access.roles import Role

EVERY = gated(ROUTERS)
PUBLIC = {"/login", "/logout", "/language", "/api/openapi.json", "/api/docs"}
"""What strangers may use; another path here is a decision, not an oversight."""
SEARCHES = {"/customers"}
"""What is sent in the body only so that no address holds a name; it changes nothing."""
OWN = {"/account/password"}
"""What everybody may change of himself."""
WHO = [None, *Role]
REFUSED = {401, 403}


def is_for_programs(route: APIRoute) -> bool:
    return any(isinstance(below.call, KeyGate) for below in route.dependant.dependencies)


def requests(*, for_programs: bool) -> Iterator[tuple[str, str, Role | None]]:
    for route, role in EVERY:
        if is_for_programs(route) is for_programs:
            for method in sorted(route.methods or ()):
                yield method, route.path.replace("{", "").replace("}", ""), role


def test_strangers_may_use_no_more_than_they_must() -> None:
    assert {route.path for route, role in EVERY if role is None} == PUBLIC


def test_whoever_only_looks_changes_nothing() -> None:
    changing = {
        (route.path, role) for route, role in EVERY if set(route.methods or ()) - SAFE and not is_for_programs(route)
    }
    assert all(role.may(Role.STEWARD) for path, role in changing if role is not None and path not in {*SEARCHES, *OWN})


def test_a_route_without_a_gate_is_not_served() -> None:
    router = APIRouter()
    router.add_api_route("/open", lambda: None)
    with pytest.raises(GateError, match="/open"):
        gated([router])
    router = APIRouter(dependencies=[anyone()])
    router.add_api_route("/open", lambda: None)
    assert [role for _, role in gated([router])] == [None]


@pytest.mark.parametrize("who", WHO)
def test_pages_by_role(browsers: Browsers, who: Role | None) -> None:
    for method, path, needed in requests(for_programs=False):
        if path in PUBLIC:
            continue
        browser = browsers(who)
        headers = (
            {"X-CSRF-Token": browser.csrf, "Accept": "application/json"} if who else {"Accept": "application/json"}
        )
        status = browser.request(method, path, headers=headers).status_code
        allowed = who is not None and needed is not None and who.may(needed)
        assert (status not in REFUSED) is allowed, (method, path, who, status)
        assert status != 500, (method, path, who)


@pytest.mark.parametrize("headers", [{}, {"X-CSRF-Token": "0" * 64}], ids=["missing", "wrong"])
def test_nothing_changes_without_a_form_of_our_own(browsers: Browsers, headers: dict[str, str]) -> None:
    browser = browsers(Role.ADMIN)
    for method, path, _ in requests(for_programs=False):
        if method not in SAFE:
            assert browser.request(method, path, json={}, headers=headers).status_code == 403, (method, path)


@pytest.mark.parametrize("who", WHO)
def test_endpoints_by_role(browsers: Browsers, who: Role | None) -> None:
    browser = browsers(None)
    key = api_keys.add(browser.desk.home, "program", who, per_second=1000, by="test", at=NOW) if who else "ck_made_up"
    for method, path, needed in requests(for_programs=True):
        status = browser.request(method, path, headers={"X-API-Key": key}).status_code
        allowed = who is not None and needed is not None and who.may(needed)
        assert (status not in REFUSED) is allowed, (method, path, who, status)


def test_a_session_opens_no_endpoint_and_a_key_no_page(browsers: Browsers) -> None:
    admin = browsers(Role.ADMIN)
    assert admin.get("/api/customers/C1").status_code == 401
    key = api_keys.add(admin.desk.home, "program", Role.ADMIN, per_second=10, by="test", at=NOW)
    assert browsers(None).get("/", headers={key_gates.HEADER.model.name: key}).status_code == 303


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static//etc/passwd",
        "/static/....//app.py",
    ],
)
def test_static_files_end_at_their_folder(browsers: Browsers, path: str) -> None:
    answer = browsers(None).get(f"{ADDRESS}{path}")
    assert answer.status_code in {404, 401, 303}
    assert "make_app" not in answer.text


def test_every_answer_is_shielded(browsers: Browsers) -> None:
    browser = browsers(Role.VIEWER)
    for path in ("/", "/login", "/nowhere", "/static/hub.js", "/api/docs", "/api/customers/C1"):
        headers = browser.get(path).headers
        assert "'unsafe-inline'" not in headers["content-security-policy"]
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


def test_another_name_is_not_answered(browsers: Browsers) -> None:
    assert browsers(Role.ADMIN).get("/", headers={"Host": "rebound.example"}).status_code == 400


def test_too_much_is_refused(browsers: Browsers) -> None:
    browser: Browser = browsers(Role.ADMIN)
    assert browser.post("/reveal", content=b"x" * 3_000_000).status_code == 413
    page = browser.post("/customers", content=b"x" * 3_000_000, headers={"Accept": "text/html"})
    assert "内容太大" in page.text


def test_pages_hold_no_inline_script_or_style(browsers: Browsers) -> None:
    browser = browsers(Role.ADMIN)
    for method, path, _ in requests(for_programs=False):
        if method == "GET":
            text = browser.get(path).text
            assert "<style" not in text, path
            assert " style=" not in text, path
            assert "onclick=" not in text, path
            assert text.count("<script") == text.count('<script type="module" src="/static/'), path
