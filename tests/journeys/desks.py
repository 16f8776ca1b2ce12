"""The desk as its users have it: the real server in a process of its own, a real browser."""

import shutil
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import hub
from tests.journeys.programs import customer_hub, typed
from tests.journeys.starting import Started, run, started
from warehouse import moments
from warehouse.access import users
from warehouse.access.roles import Role

CHROMIUM = shutil.which("chromium")
PASSWORD = "four words in a row"
PATIENCE = 60


@contextmanager
def desk(home: Path) -> Iterator[str]:
    """Open the desk with `customer-hub desk` and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ("desk", "--home", str(home), "--port", str(port))
    log = home / "desk.log"
    with log.open("w") as out, started(customer_hub, *command, out=out.fileno()) as server:
        _wait(f"http://127.0.0.1:{port}/login", server, log)
        yield f"http://127.0.0.1:{port}"


def _wait(address: str, server: Started, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert server.process.is_alive(), log.read_text()
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 (our own page on loopback)
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    pytest.fail(f"no desk within {PATIENCE} s: {log.read_text()[-2000:]}")


@contextmanager
def browsing() -> Iterator[Any]:
    """Start a browser; what opens pages in a context of its own sees nothing of another test."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (only where a browser is)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def desk_and_browser(home: Path, **roles: Role) -> Iterator[tuple[str, Any]]:
    """Open a desk, with users of these names and roles, for many tests; give its address, and a browser."""
    for name, role in roles.items():
        users.add(home, name, role, PASSWORD, by="test", at=moments.now())
    with desk(home) as address, browsing() as browser:
        yield address, browser


def desk_for(file: str, **roles: Role) -> Any:
    """Give the fixture of a file's tests that only look: a desk on a copy of the published home, and a browser."""

    @pytest.fixture(scope="module")
    def all_day(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Any]]:
        home = Path(shutil.copytree(published, tmp_path_factory.mktemp(file) / "home", symlinks=True))
        with desk_and_browser(home, **roles) as opened:
            yield opened

    return all_day


def log_out_everywhere(browser: Any, address: str) -> None:
    """Log out wherever somebody is at the desk in a browser, and close it: no later test's question is held by him."""
    for context in browser.contexts:
        page = context.pages[0]
        page.goto(f"{address}/account")
        if page.locator("form[action='/logout']").count():
            page.click("form[action='/logout'] button")
            page.wait_for_url(f"{address}/login**")
        context.close()


def add_user(home: Path, name: str, role: str) -> None:
    """Add a user from the command line, as the first admin is."""
    command = ("user", "add", name, "--role", role, "--home", str(home), "--password-stdin")
    code, text = run(typed, f"{PASSWORD}\n", *command, timeout=120)
    assert code == 0, text


def log_in(page: Any, address: str, name: str) -> None:
    """Log in as people do."""
    page.goto(f"{address}/login")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("form.card button")
    page.wait_for_url(f"{address}/")


def serious_faults(page: Any) -> list[str]:
    """Give what an accessibility check (axe) calls serious or critical on a page, and regions of one name."""
    from axe_core_python.sync_playwright import Axe  # noqa: PLC0415 (only where a browser is)

    found = Axe().run(page)["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in found
        if each["impact"] in {"serious", "critical"} or each["id"] == "landmark-unique"
    ]


__all__ = [
    "CHROMIUM",
    "PASSWORD",
    "add_user",
    "desk",
    "desk_and_browser",
    "desk_for",
    "hub",
    "log_in",
    "log_out_everywhere",
    "serious_faults",
]
