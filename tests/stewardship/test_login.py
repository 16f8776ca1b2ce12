"""Logging in: sessions that nobody else can hold, forms that only our pages send, guesses that must wait."""

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import Response

from stewardship.access.visitors import LANGUAGE_COOKIE
from stewardship.app import make_app
from tests.stewardship.conftest import PASSWORD, Browser, Browsers, Clock
from warehouse.access import audit_log, users
from warehouse.access.roles import Role


def log_in(browser: Browser, name: str = "steward", password: str = PASSWORD, then: str = "/") -> Response:
    browser.get("/login")
    return browser.post("/login", data={"name": name, "password": password, "next": then, "csrf": browser.csrf})


def test_in_and_out(browsers: Browsers) -> None:
    browser = browsers(None)
    assert browser.get("/").headers["location"] == "/login?next=/"
    assert log_in(browser).headers["location"] == "/"
    page = browser.get("/")
    assert page.status_code == 200
    assert "steward" in page.text
    token = browser.cookies[browser.desk.session_cookie]
    browser.post("/logout", data={"csrf": browser.csrf})
    browser.hold(token)
    assert browser.get("/").status_code == 303, "the session has ended, not only the cookie"


def test_who_is_sent_to_the_form_is_told_why_and_that_the_page_opens_again(browsers: Browsers) -> None:
    browser = browsers(None)
    asked_for = browser.get("/queue?kind=pair").headers["location"]
    assert "登录后回到原来的页面" in browser.get(asked_for).text
    assert "登录后回到原来的页面" not in browser.get("/login").text


def test_the_cookie_is_out_of_reach(browsers: Browsers) -> None:
    cookie = log_in(browsers(None)).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_behind_https_the_cookie_is_secure(home: Path, clock: Clock) -> None:
    with Browser(make_app(home, secure=True, now=clock)) as browser:
        answer = browser.get("/login")
    assert answer.headers["set-cookie"].startswith("__Host-hub_session=")
    assert "secure" in answer.headers["set-cookie"].lower()
    assert "max-age" in answer.headers["strict-transport-security"]


def test_a_session_held_before_is_not_the_one_after(browsers: Browsers) -> None:
    browser = browsers(None)
    browser.get("/login")
    planted = browser.cookies[browser.desk.session_cookie]
    log_in(browser)
    assert browser.cookies[browser.desk.session_cookie] != planted
    thief = browsers(None)
    thief.hold(planted)
    assert thief.get("/").status_code == 303


def test_a_planted_token_never_becomes_a_session(browsers: Browsers) -> None:
    browser = browsers(None)
    browser.hold("planted")
    log_in(browser)
    assert browser.cookies[browser.desk.session_cookie] != "planted"


def test_tokens_are_not_kept(browsers: Browsers, home: Path) -> None:
    browser = browsers(Role.STEWARD)
    token = browser.cookies[browser.desk.session_cookie]
    files = list(home.glob("state.sqlite*"))
    assert files
    assert not any(token.encode() in file.read_bytes() for file in files)


@pytest.mark.parametrize(("rest", "code"), [(timedelta(minutes=29), 200), (timedelta(minutes=31), 303)])
def test_rest_ends_a_session(browsers: Browsers, clock: Clock, rest: timedelta, code: int) -> None:
    browser = browsers(Role.VIEWER)
    clock.now += rest
    assert browser.get("/").status_code == code


def test_a_working_day_ends_a_session(browsers: Browsers, clock: Clock) -> None:
    browser = browsers(Role.VIEWER)
    codes = []
    for _ in range(31):
        clock.now += timedelta(minutes=20)
        codes.append(browser.get("/").status_code)
    assert codes == [200] * 30 + [303]


def test_whoever_is_shut_out_is_out_at_once(browsers: Browsers, home: Path, clock: Clock) -> None:
    browser = browsers(Role.STEWARD)
    users.disable(home, "steward", by="test", at=clock.now)
    assert browser.get("/").status_code == 303
    assert log_in(browsers(None)).status_code == 401


@pytest.mark.parametrize(
    "bad",
    [{"csrf": ""}, {"csrf": "0" * 64}, {}],
    ids=["empty", "wrong", "missing"],
)
@pytest.mark.parametrize("path", ["/login", "/logout", "/language"])
def test_forms_that_are_not_ours_are_refused(browsers: Browsers, path: str, bad: dict[str, str]) -> None:
    browser = browsers(Role.STEWARD)
    sent = {"name": "steward", "password": PASSWORD, "to": "en", **bad}
    assert browser.post(path, data=sent).status_code == 403
    assert browser.get("/").status_code == 200, "still logged in"


def test_a_token_of_another_session_is_refused(browsers: Browsers) -> None:
    one, other = browsers(Role.STEWARD), browsers(Role.ADMIN)
    assert one.post("/logout", data={"csrf": other.csrf}).status_code == 403


@pytest.mark.parametrize(
    "header",
    [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)
def test_other_sites_are_refused_even_with_the_token(browsers: Browsers, header: dict[str, str]) -> None:
    browser = browsers(Role.STEWARD)
    assert browser.post("/logout", data={"csrf": browser.csrf}, headers=header).status_code == 403


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil"]
)
def test_nobody_is_led_to_another_site(browsers: Browsers, elsewhere: str) -> None:
    assert log_in(browsers(None), then=elsewhere).headers["location"] == "/"


def test_guesses_wait_longer_and_longer(browsers: Browsers, clock: Clock, home: Path) -> None:
    browser = browsers(None)
    assert [log_in(browser, password=f"guess number {n}").status_code for n in range(5)] == [401] * 5
    waiting = log_in(browser)
    assert waiting.status_code == 429, "the right password must wait as well, or guessing could go on"
    clock.now += timedelta(seconds=int(waiting.headers["retry-after"]))
    assert log_in(browser, password="another guess").status_code == 401
    again = log_in(browser)
    assert int(again.headers["retry-after"]) > int(waiting.headers["retry-after"])
    clock.now += timedelta(minutes=16)
    assert log_in(browser).status_code == 303
    assert audit_log.verify(home).rows > 7


def test_the_brake_outlives_a_restart(app: FastAPI, home: Path, clock: Clock, browsers: Browsers) -> None:
    for n in range(5):
        log_in(browsers(None), password=f"guess number {n}")
    with Browser(make_app(home, now=clock)) as browser:
        assert log_in(browser).status_code == 429


def test_many_names_from_one_address_wait_too(browsers: Browsers) -> None:
    browser = browsers(None)
    codes = [log_in(browser, name=f"nobody{n}").status_code for n in range(21)]
    assert codes == [401] * 20 + [429]


def test_an_office_behind_one_address_comes_to_work_and_guesses_count_all_the_same(browsers: Browsers) -> None:
    assert [log_in(browsers(None)).status_code for _ in range(30)] == [303] * 30
    browser, codes = browsers(None), []
    for number in range(21):
        codes.append(log_in(browser, name=f"nobody{number}").status_code)
        if codes[-1] == 401:
            log_in(browsers(None))
    assert codes == [401] * 20 + [429]


def test_a_clock_that_was_set_back_shuts_nobody_out(browsers: Browsers, clock: Clock) -> None:
    assert log_in(browsers(None)).status_code == 303
    clock.now -= timedelta(hours=1)
    assert log_in(browsers(None)).status_code == 303


def test_a_name_that_is_none_is_not_kept(browsers: Browsers, home: Path) -> None:
    log_in(browsers(None), name="my-password-by-mistake")
    assert not any(b"my-password-by-mistake" in file.read_bytes() for file in home.rglob("*") if file.is_file())


def test_the_language_goes_with_the_user(browsers: Browsers) -> None:
    browser = browsers(Role.STEWARD)
    assert 'lang="zh"' in browser.get("/").text
    browser.post("/language", data={"csrf": browser.csrf, "to": "en", "next": "/"})
    assert 'lang="en"' in browser.get("/").text
    assert "Log out" in browsers(Role.STEWARD).get("/").text


def test_a_first_visit_speaks_the_browsers_language_until_one_is_chosen(browsers: Browsers) -> None:
    english = {"Accept-Language": "en-GB,en;q=0.9"}
    assert 'lang="en"' in browsers(None).get("/login", headers=english).text
    browser = browsers(Role.STEWARD)
    assert 'lang="en"' in browser.get("/", headers=english).text
    browser.post("/language", data={"csrf": browser.csrf, "to": "zh", "next": "/"})
    assert 'lang="zh"' in browser.get("/", headers=english).text
    assert 'lang="zh"' in browsers(Role.STEWARD).get("/", headers=english).text


def test_what_a_user_chose_counts_also_where_a_colleague_chose_otherwise_in_this_browser(browsers: Browsers) -> None:
    chooser = browsers(Role.STEWARD)
    chooser.post("/language", data={"csrf": chooser.csrf, "to": "en", "next": "/"})
    chooser.cookies.delete(LANGUAGE_COOKIE)
    chooser.cookies.set(LANGUAGE_COOKIE, "zh", domain="127.0.0.1", path="/")
    assert 'lang="en"' in chooser.get("/").text


def test_a_failed_log_in_keeps_the_name(browsers: Browsers) -> None:
    failed = log_in(browsers(None), password="not the one")
    assert failed.status_code == 401
    assert 'value="steward"' in failed.text
    assert "not the one" not in failed.text
