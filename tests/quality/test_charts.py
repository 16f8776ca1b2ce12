"""The report's charts: well-formed, as long as their numbers say, and saying them."""

from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest

from quality import charts

SVG = "{http://www.w3.org/2000/svg}"
DAYS = [
    {"delivered_on": date(2026, 11, 1), "records": 9_999, "rejects": 12},
    {"delivered_on": date(2026, 11, 2), "records": 99, "rejects": 0},
]
RUNS = [
    {
        "valid_from": datetime(2026, 11, day, 3, tzinfo=UTC),
        "records": 1_000 * day,
        "customers": None if day == 1 else 400 * day,
    }
    for day in range(1, 31)
]


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 -- made here


def texts(svg: str) -> list[str]:
    return [text.text or "" for text in drawn(svg).iter(f"{SVG}text")]


def heights(svg: str) -> list[float]:
    return [float(bar.attrib["height"]) for bar in drawn(svg).iter(f"{SVG}rect")]


def test_deliveries_tell_days_records_and_rejects_and_small_ones_are_seen_beside_large_ones() -> None:
    svg = charts.deliveries(DAYS)
    assert {"11-01", "9,999", "−12", "11-02", "99"} == set(texts(svg))
    large, small = heights(svg)
    assert large / small == pytest.approx(2, abs=0.01)  # 10⁴ and 10²


def test_many_deliveries_have_no_room_for_numbers() -> None:
    svg = charts.deliveries(DAYS * 20)
    assert len(heights(svg)) == 40
    assert not {"9,999", "−12"} & set(texts(svg))


def test_shares_are_bars_of_that_length_under_the_attributes_names() -> None:
    svg = charts.shares([{"attribute": "name", "share": 0.25}, {"attribute": "<b>", "share": 1.0}], {"name": "姓名"})
    assert texts(svg) == ["姓名", "25.0 %", "<b>", "100.0 %"]
    whole, quarter, *_ = [float(bar.attrib["width"]) for bar in drawn(svg).iter(f"{SVG}rect")]
    assert quarter / whole == pytest.approx(0.25, abs=0.01)


def test_channels_are_bars_with_their_counts() -> None:
    svg = charts.channels([{"channel_count": 1, "customers": 3_000}, {"channel_count": 2, "customers": 1_500}])
    assert {"1", "3,000", "2", "1,500"} < set(texts(svg))
    one, two = heights(svg)
    assert one / two == pytest.approx(2, abs=0.01)


def test_a_trend_tells_the_last_numbers_and_leaves_out_what_is_not_known() -> None:
    svg = charts.trend(RUNS)
    assert {"30,000", "12,000"} < set(texts(svg))
    records, customers = (line.attrib["points"].split() for line in drawn(svg).iter(f"{SVG}polyline"))
    assert (len(records), len(customers)) == (30, 29)


def test_nothing_to_show_is_a_chart_without_bars() -> None:
    for svg in (charts.deliveries([]), charts.shares([], {}), charts.channels([]), charts.trend([])):
        assert drawn(svg).tag == f"{SVG}svg"
