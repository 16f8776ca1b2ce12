"""The quality report: whole, in both languages, free of anything from the network and of anything about customers."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from connectors.mapping import LIST_OF_VALUES, MISSING_KEY, ROUNDED_KEY, UNKNOWN_CODE, UNREADABLE_DATE
from connectors.readers.fixed_width import CUT_CHARACTER
from connectors.readers.rows import ReadRule
from quality.report import RULES_ZH, write_report
from quality.suites import audit_snapshot
from tests.warehouse.worlds import STARTED, world
from warehouse.published import snapshots

GROUPS = {"C1": ["web:1", "bss:1"], "C2": ["web:2"], "C3": ["web:3"]}
CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    frames = world(GROUPS, names={"C1": "欧阳<b>明</b>"}, said={"web:1": {"mobile_raw": "13300001111"}})
    candidate = snapshots.write_candidate(home, "r1", frames, {"started_at": STARTED})
    snapshots.add_results(candidate, audit_snapshot(candidate, None), finished_at=STARTED)
    return write_report(candidate, home / "reports" / "quality.html", titles={"web": "网上营业厅"})


def test_it_says_what_was_found(report: Path) -> None:
    page = report.read_text(encoding="utf-8")
    for part in ("质量报告", "Quality report", "r1", "网上营业厅", "bss", "客户号不重复", "occurs once", "2026-11-01"):
        assert part in page
    assert page.count("<svg") == 2 + 2 * 2
    assert "至少 80 % 的个人客户有号码、邮箱或地址" in page
    assert "fit to publish, with warnings" in page


def test_it_needs_nothing_but_itself(report: Path) -> None:
    page = report.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "default-src 'none'" in page
    links = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?([^"')\s>]+)""", page)
    assert [link for link in links if not link.startswith("#")] == []


def test_it_holds_nothing_about_customers(report: Path) -> None:
    page = report.read_text(encoding="utf-8")
    assert "欧阳" not in page
    assert "13300001111" not in page


def test_a_candidate_that_must_not_go_out_says_so_first(tmp_path: Path) -> None:
    frames = world(GROUPS)
    frames["crosswalk"] = frames["crosswalk"].head(3)
    candidate = snapshots.write_candidate(tmp_path, "r1", frames, {"started_at": STARTED})
    snapshots.add_results(candidate, audit_snapshot(candidate, None), finished_at=STARTED)
    page = write_report(candidate, tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.index("must not be published") < page.index("每条记录恰好属于一个客户") < page.index("web:3")


def test_writing_it_again_gives_the_same_bytes(report: Path, tmp_path: Path) -> None:
    candidate = next((report.parents[1] / "warehouse" / "candidates").glob("*.duckdb"))
    again = write_report(candidate, tmp_path / "again.html", titles={"web": "网上营业厅"})
    assert again.read_bytes() == report.read_bytes()


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="needs /usr/bin/chromium")
def test_a_browser_shows_it_without_complaint(report: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        complaints: list[str] = []
        requests: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(report.as_uri())
        assert complaints == []
        assert requests == [report.as_uri()]
        assert page.locator("svg").first.bounding_box()["width"] > 200
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.get_by_role("link", name="网上营业厅").click()
        assert page.locator("#web h2").is_visible()
        browser.close()


def test_every_rule_that_the_page_may_show_is_said_in_chinese() -> None:
    findings = {UNKNOWN_CODE, UNREADABLE_DATE, CUT_CHARACTER}
    assert {*ReadRule, MISSING_KEY, ROUNDED_KEY, LIST_OF_VALUES, *findings} <= set(RULES_ZH)
