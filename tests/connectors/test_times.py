"""Every way of writing a moment that a feed may declare is read whole, or not at all."""

from datetime import date, datetime

import polars as pl
import pytest

from connectors.meaning import doubts
from connectors.times import EXCEL_DAY_ZERO, count_days, read_time
from tests.connectors.conftest import Hub, make_feed

CASES = [
    ("%Y-%m-%d", "2026-11-2", "2026-11-02"),
    ("%Y-%m-%d", "26-11-02", None),
    ("%Y-%m-%d", "0001-01-01", None),
    ("%Y-%m-%d %I:%M %p", "2026-11-02 09:30 PM", "2026-11-02 21:30"),
    ("%Y-%m-%d %T", "2026-11-02 09:30:10", "2026-11-02 09:30:10"),
    ("%F %R", "2026-11-02 09:30", "2026-11-02 09:30"),
    ("%Y-%m-%dT%H:%M:%S%z", "2026-11-02T01:00:00Z", "2026-11-02 09:00"),
    ("%Y-%m-%dT%H:%M:%S%z", "2026-11-02T01:00:00+0900", "2026-11-02 00:00"),
    ("%Y-%m-%dT%H:%M:%S%.f%:z", "2026-11-02T01:00:00.5+08:00", "2026-11-02 01:00:00.500"),
    ("%s", "1793580000", "2026-11-02 08:40"),
    ("%s", "1793580000123", "2026-11-02 08:40:00.123"),
    ("%s", "20261102", None),
    ("%s", "１７９３５８００００", None),
    ("%Y%m%d", "20261102", "2026-11-02"),
    ("%Y%m%d", "2026112", None),
    ("%Y%m%d%H%M%S", "2026110293010", None),
    ("%Y%m%d %H:%M", "20261102 9:30", "2026-11-02 09:30"),
]


@pytest.mark.parametrize(("pattern", "written", "said"), CASES)
def test_a_moment_is_read_whole_or_not_at_all(pattern: str, written: str, said: str | None) -> None:
    read = pl.select(read_time(pl.lit(written), pattern, "Asia/Shanghai")).item()
    assert read == (said and datetime.fromisoformat(said))


@pytest.mark.parametrize(
    ("pattern", "written", "said"),
    [
        ("%y-%m-%d", "56-11-02", "1956-11-02"),
        ("%D", "11/02/56", "1956-11-02"),
        ("%y%m%d", "261102", "2026-11-02"),
        ("%y%m%d", "261103", "1926-11-03"),
        ("%Y-%m-%d", "2056-11-02", "2056-11-02"),
    ],
)
def test_a_year_of_two_digits_is_not_to_come(pattern: str, written: str, said: str) -> None:
    read = pl.select(read_time(pl.lit(written), pattern, "Asia/Shanghai", date(2026, 11, 2))).item()
    assert read == datetime.fromisoformat(said)


@pytest.mark.parametrize("pattern", sorted({pattern for pattern, _, _ in CASES}))
def test_what_is_read_passes_the_check_of_feed_files(pattern: str) -> None:
    feed = make_feed("csv", columns={"姓名": "name", "日期": {"to": "happened_at", "formats": [pattern]}})
    assert list(doubts(feed)) == []


def test_patterns_of_several_kinds_stand_side_by_side(hub: Hub) -> None:
    formats = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%:z", "%s"]
    hub.deliver(
        "csv",
        "客户编号,姓名,日期\nC1,a,2026-11-02\nC2,b,2026-11-02T08:00:00+08:00\nC3,c,1793580000\nC4,d,45321\n".encode(),
    )
    hub.land(make_feed("csv", columns={"姓名": "name", "日期": {"to": "happened_at", "formats": formats}}))
    assert hub.landed["happened_at"].is_null().to_list() == [False, False, False, True]
    assert [reason for reason in hub.findings if "a number of days, as workbooks count them" in reason]


@pytest.mark.parametrize("written", ["45321", "45321.5", "４５３２１", "٤٥٣٢١"])
def test_a_count_of_days_is_read_in_plain_digits_alone(written: str) -> None:
    read = pl.select(count_days(pl.lit(written), EXCEL_DAY_ZERO)).item()
    assert (read is not None) == written.isascii()
