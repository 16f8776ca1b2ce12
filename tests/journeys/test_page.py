"""Dagster's page in a real browser: the graph, a run, its checks."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.demo.extracts import Demo
from tests.journeys.conftest import COMMAND

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHROMIUM = shutil.which("chromium")
PATIENCE = 120_000


@pytest.fixture(scope="module")
def home(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one published run."""
    return Path(shutil.copytree(published, tmp_path_factory.mktemp("page") / "home", symlinks=True))


@pytest.fixture(scope="module")
def page_address(home: Path, made: Demo) -> Iterator[str]:
    """The address of Dagster's page, opened as a user does with `customer-hub up`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [COMMAND, "up", "--home", str(home), "--landing", str(made.landing), "--port", str(port)]
    log = home / "page.log"
    with log.open("w") as out, subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/server_info", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, signal.SIGKILL)


def wait_for(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the page answers."""
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 (our own page on loopback)
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.5)
    pytest.fail(f"no page within {PATIENCE / 1000:.0f} s: {log.read_text()[-2000:]}")


def test_whoever_opens_the_page_is_told_nothing_that_he_cannot_act_on(page_address: str, home: Path) -> None:
    told = (home / "page.log").read_text()
    assert told.startswith("http://127.0.0.1:")
    assert "Warning" not in told


@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium (apt-get install chromium)")
def test_the_graph_and_a_run_with_its_checks_are_on_the_page(page_address: str, tmp_path: Path) -> None:
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 (only where a browser is)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        page.set_default_timeout(PATIENCE)

        page.goto(f"{page_address}/asset-groups")
        for group in ("landing", "records", "matching", "customers", "publishing"):
            expect(page.get_by_text(group, exact=True).first).to_be_visible(timeout=PATIENCE)
        page.screenshot(path=tmp_path / "graph.png")

        page.goto(f"{page_address}/assets/candidate?view=checks")
        expect(page.get_by_text("every_record_in_one_customer").first).to_be_visible(timeout=PATIENCE)
        page.screenshot(path=tmp_path / "checks.png")

        page.goto(f"{page_address}/runs")
        expect(page.get_by_text("Success").first).to_be_visible(timeout=PATIENCE)
        page.screenshot(path=tmp_path / "runs.png")
        browser.close()
