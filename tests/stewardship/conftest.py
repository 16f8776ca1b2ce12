"""A desk over a small published home, and browsers of every role."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from stewardship.access.visitors import csrf_token
from stewardship.app import make_app
from stewardship.desk import Desk
from tests.warehouse.worlds import run, world
from warehouse.access import sessions, users
from warehouse.access.roles import Role

ADDRESS = "http://127.0.0.1"
PASSWORD = "four words in row"
NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)

Browsers = Callable[[Role | None], "Browser"]


@pytest.fixture(scope="session", autouse=True)
def _cheap_hashes() -> Iterator[None]:
    """Hash passwords with little effort: how much it takes is argon2's affair."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        patch.setattr(users, "_NOBODY", users._HASHER.hash("nobody's"))
        yield


class Clock:
    """A clock that tests turn."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


class Browser(TestClient):
    """A browser with a session, or none, which sends the token of our own pages unless told otherwise."""

    def __init__(self, app: FastAPI, token: str | None = None) -> None:
        super().__init__(app, base_url=ADDRESS, follow_redirects=False)
        self.desk: Desk = app.state.desk
        if token:
            self.hold(token)

    def hold(self, token: str) -> None:
        """Hold a session's token, as if it had been handed over."""
        self.cookies.set(self.desk.session_cookie, token, domain="127.0.0.1", path="/")

    @property
    def csrf(self) -> str:
        """What a form of the page it is on carries."""
        return csrf_token(self.desk, self.cookies[self.desk.session_cookie])

    def tell(self, path: str, body: object) -> object:
        """Send JSON as our own scripts do."""
        return self.post(path, json=body, headers={"X-CSRF-Token": self.csrf})


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, _cheap_hashes: None) -> Path:
    home = tmp_path_factory.mktemp("prepared")
    said: dict[str, dict[str, object]] = {
        "web:1": {"mobiles": ["13812345678"], "id_number": "330106198501010014"},
        "app:1": {"mobiles": ["13812345678"]},
    }
    run(home, "r1", world({"C1": ["web:1", "app:1"], "C2": ["web:2"]}, names={"C1": "欧阳测试"}, said=said))
    for role in Role:
        users.add(home, role.value, role, PASSWORD, by="test", at=NOW)
    return home


@pytest.fixture
def home(prepared: Path, tmp_path: Path) -> Path:
    shutil.copytree(prepared, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(home: Path, clock: Clock) -> FastAPI:
    return make_app(home, now=clock)


@pytest.fixture
def browsers(app: FastAPI, home: Path) -> Iterator[Browsers]:
    """Browsers by role; None is a stranger."""
    with ExitStack() as open_ones:

        def browser(role: Role | None) -> Browser:
            token = sessions.begin(home, role.value, instead_of=None, at=NOW) if role else None
            return open_ones.enter_context(Browser(app, token))

        yield browser
