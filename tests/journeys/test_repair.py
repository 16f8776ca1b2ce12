"""A steward mends customers in a real browser: finds one, splits him, pins a value, and the next run obeys."""

import re
from pathlib import Path
from typing import Any

import pytest

from pipelines.demo.extracts import Demo
from tests.journeys.desks import CHROMIUM, add_user, desk, hub, log_in, serious_faults
from warehouse.reading import read_table

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium"),
]

WIDTHS = (1280, 390)


def test_a_customer_is_split_and_pinned_and_the_next_run_obeys(home: Path, made: Demo) -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    add_user(home, "xiaoli", "senior")
    customers = read_table(home, "customers").sort("record_count", "customer_id", descending=[True, False])
    customer = customers.filter(customers["entity_type"] == "person")["customer_id"][0]
    crosswalk = read_table(home, "crosswalk")
    record = sorted(crosswalk.filter(crosswalk["customer_id"] == customer)["record_id"])[0]
    with desk(home) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        log_in(page, address, "xiaoli")
        _find(page, address, record, customer)
        _split(page, record)
        _pin(page, address, customer)
        browser.close()
    done = hub("run", "--landing", made.landing, "--home", home)
    assert done.code == 0, done.text
    after = dict(read_table(home, "crosswalk").select("record_id", "customer_id").iter_rows())
    mates = crosswalk.filter(crosswalk["customer_id"] == customer)["record_id"].to_list()
    assert all(after[record] != after[mate] for mate in mates if mate != record)
    pinned = dict(read_table(home, "customers").select("customer_id", "email").iter_rows())
    assert pinned[customer] == "seen@example.com"


def _find(page: Any, address: str, record: str, customer: str) -> None:
    """Search by a record's id, and open the customer."""
    page.goto(f"{address}/customers")
    page.fill("#text", record)
    page.keyboard.press("Enter")
    page.click(f'a[href="/customers/{customer}"]')
    page.wait_for_url(re.compile(f"/customers/{customer}$"))


def _split(page: Any, record: str) -> None:
    """Tick a record, without a mouse, look at what will be, and say why."""
    page.focus(f'input[name="records"][value="{record}"]')
    page.keyboard.press("Space")
    assert page.locator("#leaves tr").count() == 1
    page.focus("#split-go")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/split/preview$"))
    assert record in page.inner_text("main")
    page.fill("#reason", "two people")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("planned="))


def _pin(page: Any, address: str, customer: str) -> None:
    """Set a golden value, with a day to look again; it is due on the overview."""
    page.goto(f"{address}/customers/{customer}")
    page.click("details.act summary")
    page.select_option("#attribute", "email")
    page.fill("#value", "seen@example.com")
    page.fill("#pin-reason", "asked the customer")
    page.fill("#look-again", "2020-01-01")
    page.click("details.act button")
    page.wait_for_url(re.compile("#golden$"))
    page.goto(f"{address}/overview")
    assert customer in page.inner_text("main")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_are_whole_in_both_languages_and_widths(home: Path, language: str) -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    add_user(home, "xiaoli", "senior")
    first = read_table(home, "crosswalk").sort("record_id")
    one, other = first["record_id"][0], first["record_id"][-1]
    paths = [
        "/overview",
        "/model",
        "/customers",
        f"/customers/{first['customer_id'][0]}",
        f"/why?one={one}&other={other}",
    ]
    with desk(home) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 900})
            log_in(page, address, "xiaoli")
            if page.get_attribute("html", "lang") != language:
                page.click('header form[action="/language"] button')
            for path in paths:
                answer = page.goto(f"{address}{path}")
                assert answer.status == 200, path
                assert page.get_attribute("html", "lang") == language
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path
                assert serious_faults(page) == [], path
            page.close()
        browser.close()
