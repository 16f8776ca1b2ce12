"""A steward mends customers in a real browser: finds one, splits him, pins a value, and the next run obeys."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from matching.customers.customer_ids import spell
from pipelines.demo.extracts import Demo
from tests.journeys.desks import CHROMIUM, desk_and_browser, hub, log_in, log_out_everywhere, serious_faults
from warehouse.access.roles import Role
from warehouse.published.reading import read_table

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("repair"),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium"),
]

WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def home(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one published run."""
    return Path(shutil.copytree(published, tmp_path_factory.mktemp("repair") / "home", symlinks=True))


@pytest.fixture(scope="module")
def all_day(home: Path) -> Iterator[tuple[str, Any]]:
    """Its desk, with a steward and a senior one, and a browser."""
    with desk_and_browser(home, xiaoli=Role.STEWARD, zhao=Role.SENIOR) as opened:
        yield opened


class Hand:
    """A hand at a mouse: it takes hold of what it sees, moves on in small steps, and lets go."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def take(self, selector: str) -> None:
        where = self.page.locator(selector).first
        where.scroll_into_view_if_needed()
        box = where.bounding_box()
        self.at(box["x"] + min(box["width"] / 2, 200), box["y"] + box["height"] / 2)
        self.page.mouse.down()

    def at(self, x: float, y: float) -> None:
        self.page.mouse.move(x, y, steps=8)

    def over(self, selector: str, lights: str) -> None:
        """Move to something that may come into view only while the window scrolls, until the list `lights` up."""
        height = self.page.viewport_size["height"]
        for _ in range(200):
            box = self.page.locator(selector).first.bounding_box()
            middle = box["y"] + min(box["height"] / 2, 20)
            self.at(box["x"] + 60, middle if 0 < middle < height else 5 if middle <= 0 else height - 5)
            self.page.wait_for_timeout(50)
            if self.page.locator(f"{lights}.over").count():
                return
        pytest.fail(f"{selector} was not reached")

    def let_go(self) -> None:
        self.page.mouse.up()


@pytest.fixture
def opened(home: Path, all_day: tuple[str, Any]) -> Iterator[Callable[..., Any]]:
    """Open the customer with most records in a window that is too low for all of them."""
    address, browser = all_day
    customers = read_table(home, "customers").sort("record_count", "customer_id", descending=[True, False])

    def open_page(**settings: Any) -> Any:
        page = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 500}, **settings).new_page()
        log_in(page, address, "xiaoli")
        page.goto(f"{address}/customers/{customers['customer_id'][0]}")
        page.wait_for_selector("body[data-ready]")
        return page

    yield open_page
    log_out_everywhere(browser, address)


def going(page: Any) -> list[str]:
    """The records that would go, as the form would send them."""
    ticked = page.locator('input[name="records"]:checked')
    lying = page.locator("#leaves tr")
    assert ticked.count() == lying.count()
    return [lying.nth(place).get_attribute("data-id") for place in range(lying.count())]


def test_records_are_dragged_apart_with_the_mouse_and_back(opened: Callable[..., Any]) -> None:
    page = opened()
    hand = Hand(page)
    first = page.get_attribute("#stays tr >> nth=0", "data-id")
    last = page.get_attribute("#stays tr >> nth=-1", "data-id")
    hand.take(f'tr[data-id="{first}"] .handle')
    hand.over("#leaves h3", "#leaves")
    hand.let_go()
    assert going(page) == [first]
    hand.take(f'tr[data-id="{last}"] td >> nth=-1')  # anywhere in the row
    hand.over("#leaves h3", "#leaves")
    hand.let_go()
    assert going(page) == [first, last]
    hand.take(f'tr[data-id="{first}"] .handle')
    hand.over("#stays tr", "#stays")
    hand.let_go()
    assert going(page) == [last]
    page.click("#split-go")
    page.wait_for_url(re.compile("/split/preview$"))
    assert last in page.inner_text("li.changes")


def test_what_is_let_go_elsewhere_or_called_off_stays(opened: Callable[..., Any]) -> None:
    page = opened()
    hand = Hand(page)
    hand.take("#stays tr >> nth=0 >> .handle")
    hand.at(400, 20)
    hand.let_go()
    assert going(page) == []
    hand.take("#stays tr >> nth=0 >> .handle")
    hand.over("#leaves h3", "#leaves")
    page.keyboard.press("Escape")
    hand.let_go()
    assert going(page) == []
    assert page.locator(".ghost").count() == 0
    page.click("#stays tr >> nth=0 >> a")  # a link in a row is a link
    page.wait_for_url(re.compile("/why"))


def test_a_finger_drags_by_the_handle_and_scrolls_elsewhere(opened: Callable[..., Any]) -> None:
    page = opened(has_touch=True)
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *at: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in at]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def slide(selector: str) -> None:
        where = page.locator(selector).first
        where.scroll_into_view_if_needed()
        box = where.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        touch("touchStart", (x, y))
        for step in range(1, 11):
            touch("touchMove", (x, y + (498 - y) * step / 10))
        for _ in range(60):
            goal = page.locator("#leaves h3").bounding_box()
            if goal["y"] + 10 < 500:
                break
            page.wait_for_timeout(30)
        touch("touchMove", (goal["x"] + 30, goal["y"] + 10))
        touch("touchEnd")

    slide("#stays tr >> nth=0 >> td >> nth=-1")
    assert going(page) == []
    page.evaluate("window.scrollTo(0, 0)")
    first = page.get_attribute("#stays tr >> nth=0", "data-id")
    slide(f'tr[data-id="{first}"] .handle')
    assert going(page) == [first]


def test_the_handle_obeys_the_keyboard(opened: Callable[..., Any]) -> None:
    page = opened()
    first = page.get_attribute("#stays tr >> nth=0", "data-id")
    page.focus(f'tr[data-id="{first}"] .handle')
    page.keyboard.press("ArrowDown")
    assert going(page) == [first]
    assert first in page.inner_text("#moved")
    page.keyboard.press("ArrowDown")  # it is out already
    assert going(page) == [first]
    page.keyboard.press("ArrowUp")
    assert going(page) == []
    page.keyboard.press("Enter")
    assert going(page) == [first]
    assert serious_faults(page) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_are_whole_in_both_languages_and_widths(home: Path, all_day: tuple[str, Any], language: str) -> None:
    address, browser = all_day
    first = read_table(home, "crosswalk").sort("record_id")
    one, other = first["record_id"][0], first["record_id"][-1]
    paths = [
        "/",
        "/overview",
        "/model",
        "/customers",
        f"/customers/{first['customer_id'][0]}",
        f"/why?one={one}&other={other}",
    ]
    page = browser.new_page(locale="zh-CN", viewport={"width": WIDTHS[0], "height": 900})
    log_in(page, address, "zhao")
    if page.get_attribute("html", "lang") != language:
        page.click('header form[action="/language"] button')
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for path in paths:
            answer = page.goto(f"{address}{path}")
            assert answer.status == 200, path
            assert page.get_attribute("html", "lang") == language
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert serious_faults(page) == [], path
    page.close()


def test_a_customer_is_split_and_pinned_and_the_next_run_obeys(
    home: Path, made: Demo, all_day: tuple[str, Any]
) -> None:
    """The last of the tests at this desk: others do not change the home."""
    address, browser = all_day
    customers = read_table(home, "customers").sort("record_count", "customer_id", descending=[True, False])
    customer = customers.filter(customers["entity_type"] == "person")["customer_id"][0]
    crosswalk = read_table(home, "crosswalk")
    record = sorted(crosswalk.filter(crosswalk["customer_id"] == customer)["record_id"])[0]
    page = browser.new_page(locale="zh-CN", viewport={"width": 1280, "height": 900})
    log_in(page, address, "zhao")
    _find(page, address, record, customer)
    _split(page, record)
    _pin(page, address, customer)
    page.close()
    done = hub("run", "--landing", made.landing, "--home", home)
    assert done.code == 0, done.text
    after = dict(read_table(home, "crosswalk").select("record_id", "customer_id").iter_rows())
    mates = crosswalk.filter(crosswalk["customer_id"] == customer)["record_id"].to_list()
    assert all(after[record] != after[mate] for mate in mates if mate != record)
    pinned = dict(read_table(home, "customers").select("customer_id", "email").iter_rows())
    assert pinned[customer] == "seen@telecom.example"


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
    page.wait_for_selector("section.waits")
    assert "two people" in page.inner_text("section.waits")


def _pin(page: Any, address: str, customer: str) -> None:
    """Set a golden value, with a day to look again; it is due on the overview."""
    page.goto(f"{address}/customers/{customer}")
    page.click("#golden details.act summary")
    page.select_option("#attribute", "email")
    page.fill("#value", "seen@telecom.example")
    page.fill("#pin-reason", "asked the customer")
    page.fill("#look-again", "2020-01-01")
    page.click("#golden details.act button")
    page.wait_for_url(re.compile("#golden$"))
    page.goto(f"{address}/overview")
    assert spell(customer) in page.inner_text("main")
