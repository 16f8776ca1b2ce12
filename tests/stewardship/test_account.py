"""One's own password, the users, the audit log on a page."""

import re
import sqlite3
from pathlib import Path

import pytest

import stewardship
from stewardship.wording import WORDING
from tests.stewardship.conftest import NOW, PASSWORD, Browsers
from warehouse import duck
from warehouse.access import audit_log, users
from warehouse.access.roles import Role
from warehouse.desk import notes
from warehouse.errors import LockedError

NEW = "five other words in row"


def test_a_new_password_ends_every_other_session(browsers: Browsers, home: Path) -> None:
    one, other = browsers(Role.VIEWER), browsers(Role.VIEWER)
    told = {"csrf": one.csrf, "old": PASSWORD, "new": NEW, "again": NEW}
    assert one.post("/account/password", data=told).status_code == 303
    assert one.get("/").status_code == 200
    assert other.get("/").status_code == 303
    assert users.verified(home, "viewer", NEW) is not None


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"old": "not the password"}, 403),
        ({"again": "something else here"}, 422),
        ({"new": "short", "again": "short"}, 422),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    browsers: Browsers, home: Path, change: dict[str, str], status: int
) -> None:
    browser = browsers(Role.VIEWER)
    told = {"csrf": browser.csrf, "old": PASSWORD, "new": NEW, "again": NEW} | change
    answer = browser.post("/account/password", data=told)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert users.verified(home, "viewer", PASSWORD) is not None


def test_an_open_session_is_no_way_to_guess_the_password(browsers: Browsers) -> None:
    browser = browsers(Role.VIEWER)
    told = {"csrf": browser.csrf, "old": "a wrong password", "new": NEW, "again": NEW}
    codes = [browser.post("/account/password", data=told).status_code for _ in range(6)]
    assert codes == [403] * 5 + [429]


def test_who_knows_his_password_may_look_for_a_new_one_as_often_as_he_likes(browsers: Browsers) -> None:
    browser = browsers(Role.VIEWER)
    told = {"csrf": browser.csrf, "old": PASSWORD, "new": "short", "again": "short"}
    codes = [browser.post("/account/password", data=told).status_code for _ in range(7)]
    assert codes == [422] * 7


def test_administrators_see_users_and_the_log(browsers: Browsers) -> None:
    admin = browsers(Role.ADMIN)
    assert "steward" in admin.get("/users").text
    page = admin.get("/audit").text
    assert "新增用户" in page
    assert "用户 steward" in page
    assert "角色：数据管家" in page
    assert "用户 steward" not in admin.get("/audit?before=1").text


def test_the_log_says_in_the_readers_language_that_something_was_done_at_the_command_line(
    browsers: Browsers, home: Path
) -> None:
    users.add(home, "li", Role.STEWARD, NEW, by="root" + audit_log.COMMAND_LINE, at=NOW)
    admin = browsers(Role.ADMIN)
    assert "root（命令行）" in admin.get("/audit").text
    assert "command line" not in admin.get("/audit").text
    admin.post("/language", data={"to": "en", "next": "/", "csrf": admin.csrf})
    assert "root (command line)" in admin.get("/audit").text


RECORDED = re.compile(r"""\.record\(\s*[^()]*(?:\(\)[^()]*)??,\s*[\w.]+,\s*"([a-z -]+)",\s*f?"([a-z]+)[: ]""")


def test_every_deed_that_is_recorded_has_its_words() -> None:
    root = Path(stewardship.__file__).parent.parent
    sources = [path for folder in ("stewardship", "warehouse") for path in (root / folder).rglob("*.py")]
    told = {found for path in sources for found in RECORDED.findall(path.read_text(encoding="utf-8"))}
    assert {"decided", "assigned", "revealed", "key added"} <= {deed for deed, _ in told}
    for deed, subject in told:
        assert f"did_{deed.replace('-', '_').replace(' ', '_')}" in WORDING, deed
        assert any(key.startswith(f"subject_{subject}") for key in WORDING), subject


def test_a_fault_is_told_in_words_and_without_what_it_says(browsers: Browsers, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(home: Path) -> None:
        raise RuntimeError(PASSWORD)

    monkeypatch.setattr(users, "users", faulty)
    admin = browsers(Role.ADMIN)
    page = admin.get("/users", headers={"Accept": "text/html"})
    assert (page.status_code, "系统出错" in page.text, PASSWORD in page.text) == (500, True, False)
    assert "系统出错" in admin.get("/users", headers={"Accept": "application/json"}).json()["detail"]


def test_a_disk_without_room_is_no_fault_of_who_asks(browsers: Browsers, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(notes, "write", full)
    steward = browsers(Role.STEWARD)
    steward.get("/customers/C1")
    answer = steward.post("/customers/C1/notes", data={"text": "two brothers", "csrf": steward.csrf})
    assert answer.status_code == 503
    assert "服务器暂时无法读写" in answer.text
    assert "state.sqlite" not in answer.text


def test_customers_whose_file_somebody_holds_are_not_said_to_be_unpublished(
    browsers: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(path: Path) -> None:
        raise LockedError(str(path))

    monkeypatch.setattr(duck, "opened", held)
    page = browsers(Role.STEWARD).get("/", headers={"Accept": "text/html"})
    assert page.status_code == 503
    assert "以可写方式打开了数据文件" in page.text
    assert "还没有可用的客户数据" not in page.text
