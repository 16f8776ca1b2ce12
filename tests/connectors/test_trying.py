"""An extract tried on a feed file: what a run would make of it is said, without a value, and nothing is kept."""

from pathlib import Path

import pytest

from connectors.errors import FeedError
from connectors.trying import try_out
from quality.rows import judge
from tests.connectors.conftest import Hub, make_feed, text

ROWS = ("C1,欧阳测试,13712345678,2026-10-31", "C2,李明,,1980年1月2日", "C3", ",赵,13712345679,2026-10-31")


def test_every_column_says_what_it_fills_how_often_and_what_its_values_look_like(hub: Hub) -> None:
    feed = make_feed("csv", columns={"姓名": "name", "日期": {"to": "happened_at", "formats": ["%Y-%m-%d"]}})
    tried = try_out(feed, hub.deliver("csv", text(*ROWS)), judge)
    assert tried.columns.rows() == [
        ("客户编号", "key", 2, 2, ["a9"]),
        ("姓名", "name", 3, 3, ["字", "字字", "字字字字"]),
        ("手机", "unknown", 2, 2, ["99999999999"]),
        ("日期", "happened_at", 3, 2, ["9999-99-99", "9999年9月9日"]),
    ]
    assert tried.records == 2
    assert [row[:1] + row[2:] for row in tried.rejects.rows()] == [("field_count", 1, [4]), ("missing_key", 1, [5])]
    found = [row for row in tried.findings.rows() if row[0] == "unreadable_date"]
    assert found == [("unreadable_date", "column 日期 holds a date in none of the formats %Y-%m-%d", 1, [3])]
    assert not hub.home.exists()


def test_a_file_of_another_name_is_tried_and_the_name_is_a_note(hub: Hub) -> None:
    file = hub.deliver("csv", text(*ROWS)).rename(hub.folder / "sample.csv")
    (note,) = try_out(make_feed("csv"), file, judge).notes
    assert note == (
        "sample.csv: expected a name of the form people_{date}*.csv with the day as %Y%m%d; "
        "found a name without it: a run would stop"
    )


@pytest.mark.parametrize(("data", "found"), [(b"", "an empty file"), (b"a,b\n1,2\n", "2 columns, 2 of them unknown")])
def test_what_no_run_could_take_is_refused_as_a_run_does(hub: Hub, data: bytes, found: str) -> None:
    with pytest.raises(FeedError, match=found):
        try_out(make_feed("csv"), hub.deliver("csv", data), judge)


def test_no_file_is_no_extract(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="an extract to try; found nothing"):
        try_out(make_feed("csv"), tmp_path / "nowhere.csv", judge)
