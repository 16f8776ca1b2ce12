"""What landing makes of good extracts: fields, codes, dates, versions, counts, volumes."""

import json
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.landing import land
from connectors.ledger import Ledger
from connectors.versions import latest, read_findings, read_rejects
from matching.errors import CustomerHubError
from matching.frames import FINDINGS, LANDED, REJECTS
from tests.connectors.conftest import AT_ONCE, CHANNEL_COLUMNS, FORMATS, NOW, Hub, make_feed, text

DAY = datetime.fromisoformat


def test_landed_rows_carry_where_they_come_from_and_the_whole_row(hub: Hub) -> None:
    hub.deliver("csv", text("C1, 王芳 ,,2026-10-31"))
    hub.land(make_feed("csv"))
    row = hub.landed.row(0, named=True)
    assert hub.landed.schema == pl.Schema(LANDED)
    assert (row["record_id"], row["feed"], row["source_id"]) == ("people:C1", "people", "C1")
    assert (row["extract"], row["line"]) == ("in/people_20261102.csv", 2)
    assert (row["seen_at"], row["happened_at"]) == (DAY("2026-11-02"), DAY("2026-10-31"))
    assert (row["name"], row["mobile"]) == (" 王芳 ", None)
    assert json.loads(row["raw"]) == {"客户编号": "C1", "姓名": " 王芳 ", "手机": "", "日期": "2026-10-31"}


def test_codes_are_translated_and_unknown_ones_are_kept_and_found(hub: Hub) -> None:
    feed = make_feed(
        "csv",
        columns={"姓名": "name", "手机": "gender", "日期": {"to": "birth_date", "formats": ["%Y-%m-%d"]}},
        codes={"gender": {"男": "male", "女": "female"}},
    )
    hub.deliver("csv", text("C1,王芳, 女 ,1980-01-02", "C2,李明,性别不详,1980-02-30", "C3,赵,,"))
    warnings = hub.land(feed).warnings
    assert hub.landed["gender"].to_list() == ["female", "性别不详", None]
    assert hub.landed["birth_date"].to_list() == ["1980-01-02", "1980-02-30", None]
    findings = read_findings(hub.home)
    assert findings.select("line", "rule").rows() == [(3, "unknown_code"), (3, "unreadable_date")]
    assert "性别不详" not in " ".join(findings["reason"])
    assert [said.split(": ", 1)[1] for said in warnings] == [
        "1 of 3 records: column 手机 holds a code that the list codes.gender of its feed does not know",
        "1 of 3 records: column 日期 holds a date in none of the formats %Y-%m-%d",
    ]


def test_codes_without_a_list_are_found_where_they_are_not_our_own_labels(hub: Hub) -> None:
    feed = make_feed("csv", columns={"姓名": "name", "手机": "gender"}, ignored=["日期"])
    hub.deliver("csv", text("C1,王芳,女,", "C2,李明,male,", "C3,赵,,"))
    said = "column 手机 fills gender, a code, and its feed has no list codes.gender"
    assert hub.land(feed).warnings == (f"in/people_20261102.csv: 1 of 3 records: {said}",)
    assert hub.landed["gender"].to_list() == ["女", "male", None]


@pytest.mark.parametrize(
    ("written", "formats", "means"),
    [
        ("2026-11-02T23:30:00+08:00", ["%Y-%m-%dT%H:%M:%S%z"], "2026-11-02 23:30"),
        ("2026-11-02T15:30:00+00:00", ["%Y-%m-%dT%H:%M:%S%z"], "2026-11-02 23:30"),
        ("2026/11/02 23:30", ["%Y-%m-%d", "%Y/%m/%d %H:%M"], "2026-11-02 23:30"),
        ("20261102", ["%Y%m%d"], "2026-11-02 00:00"),
        ("20261102 ", ["%Y%m%d"], "2026-11-02 00:00"),
        ("tomorrow", ["%Y%m%d"], None),
        ("2026-13-02", ["%Y-%m-%d"], None),
    ],
)
def test_times_are_local(written: str, formats: list[str], means: str | None, hub: Hub) -> None:
    feed = make_feed("csv", columns={"姓名": "name", "日期": {"to": "happened_at", "formats": formats}})
    hub.deliver("csv", text(f"C1,王芳,,{written}"))
    hub.land(feed)
    assert hub.landed["happened_at"].to_list() == [None if means is None else DAY(means)]


def test_a_column_may_fill_two_fields_and_two_columns_one(hub: Hub) -> None:
    feed = make_feed(
        "csv",
        columns={
            "姓名": "contact_phone",
            "手机": "contact_phone",
            "日期": {"to": ["opened_on", "happened_at"], "formats": ["%Y%m%d"]},
        },
    )
    hub.deliver("csv", text("C1,057188880000,13712345678,20261101", "C2,,13712345678,"))
    hub.land(feed)
    assert hub.landed.select("contact_phone", "opened_on", "happened_at").rows() == [
        ("057188880000", "2026-11-01", DAY("2026-11-01")),
        ("13712345678", None, None),
    ]


def test_columns_of_a_file_without_header_are_named_by_the_feed(hub: Hub) -> None:
    names = list(CHANNEL_COLUMNS)
    feed = make_feed("csv", format={"kind": "delimited", "separator": ",", "quote": '"', "names": names})
    hub.deliver("csv", '"C1",王芳,,2026-11-02\nC2,李明\n'.encode())
    hub.land(feed)
    assert hub.landed.select("line", "source_id", "name").rows() == [(1, "C1", "王芳")]
    assert hub.rejects == [(2, "field_count")]


def test_an_object_that_is_null_throughout_is_no_unknown_column(hub: Hub) -> None:
    feed = make_feed("jsonl", columns={"profile.name": "name", "profile.home.address": "address"})
    hub.deliver("jsonl", '{"客户编号": "C1", "profile": null}\n'.encode())
    assert hub.land(feed).extracts["unknown_columns"].to_list() == [[]]
    hub.deliver(
        "jsonl", '{"客户编号": "C2", "profile": {"name": "王芳", "home": null, "x": 1}}\n'.encode(), day="20261103"
    )
    assert hub.land(feed).extracts["unknown_columns"].to_list() == [["profile.x"]]
    hub.deliver("jsonl", '{"客户编号": "C3", "profile": "王芳"}\n'.encode(), day="20261104")
    assert "expected the columns profile.name, profile.home.address" in str(hub.refused(feed))


def test_a_key_that_a_spreadsheet_rounded_names_no_record(hub: Hub) -> None:
    hub.deliver("csv", text("2.02611E+13,王芳,,2026-11-02", "2.02611E+13,李明,,2026-11-02", "3E2,赵,,2026-11-02"))
    hub.land(make_feed("csv"))
    assert hub.rejects == [(2, "rounded_key"), (3, "rounded_key")]
    assert hub.landed["source_id"].to_list() == ["3E2"]
    hub.deliver("csv", text(*["2.02611E+13,王芳,,2026-11-02"] * 30), day="20261103")
    assert "30 rejects in 30 rows, most of them for rounded_key: column 客户编号: a number that a spreadsheet" in str(
        hub.refused(make_feed("csv"))
    )


def test_a_key_of_two_columns(hub: Hub) -> None:
    hub.deliver("csv", text("C1,王芳,1,2026-11-02", "C1,王芳,2,2026-11-02", "C1,王芳,,2026-11-02"))
    hub.land(make_feed("csv", key=["客户编号", "手机"]))
    assert hub.landed["source_id"].to_list() == ["C1|1", "C1|2"]
    assert hub.rejects == [(4, "missing_key")]


def test_a_channel_may_call_its_columns_as_the_hub_does(hub: Hub) -> None:
    hub.deliver("csv", b"source_id,record_id,line,raw,feed\nC1,r,9,x,f\n")
    hub.land(make_feed("csv", key=["record_id"], columns={"source_id": "name", "line": "mobile"}, ignored=["raw"]))
    row = hub.landed.row(0, named=True)
    assert (row["source_id"], row["name"], row["mobile"], row["line"]) == ("r", "C1", "9", 2)
    assert json.loads(row["raw"])["feed"] == "f"


def test_versions_are_kept_and_the_newest_is_in_force(hub: Hub) -> None:
    feed = make_feed("csv")
    hub.deliver("csv", text("C1,王芳,,2026-10-01", "C2,李明,,2026-10-01"), day="20261101")
    hub.deliver("csv", text("C1,王芳,,2026-10-01", "C2,李明明,,2026-10-01", "C3,赵,,2026-10-01"), day="20261103")
    extracts = hub.land(feed).extracts
    assert extracts.select("new", "changed", "unchanged").rows() == [(2, 0, 0), (1, 1, 1)]
    now = latest(hub.landed)
    assert now.select("source_id", "name", "versions", "line").rows() == [
        ("C1", "王芳", 2, 2), ("C2", "李明明", 2, 3), ("C3", "赵", 1, 4)
    ]  # fmt: skip
    assert now["first_seen_at"].unique().to_list() == [DAY("2026-10-01")]


def test_the_order_of_landing_changes_nothing_in_force(hub: Hub) -> None:
    late = text("C1,新,,2026-10-01")
    path = hub.deliver("csv", late, day="20261103")
    hub.land(make_feed("csv"))
    path.unlink()
    hub.deliver("csv", text("C1,旧,,2026-10-01"), day="20261101")
    assert hub.land(make_feed("csv")).extracts["changed"].to_list() == [0]
    assert latest(hub.landed)["name"].to_list() == ["新"]


def test_day_by_day_comes_to_the_same_as_all_at_once(hub: Hub, tmp_path: Path) -> None:
    days = {
        "20261101": ["C1,王芳,,2026-10-01", "C2,李明,,2026-10-01"],
        "20261102": ["C2,李明明,,2026-10-01", "broken", "C3,赵,,2026-11-02"],
        "20261103": ["C1,王芳,,2026-10-01", "C2,李明,,2026-10-01", "C2,李,,2026-10-01"],
    }
    at_once = Hub(tmp_path / "other")
    for day, rows in days.items():
        hub.deliver("csv", text(*rows), day=day)
        hub.land(make_feed("csv"))
        at_once.deliver("csv", text(*rows), day=day)
    at_once.land(make_feed("csv"))
    assert latest(hub.landed).equals(latest(at_once.landed))
    assert hub.landed.equals(at_once.landed)
    assert hub.rejects == at_once.rejects
    assert Ledger(hub.home).extracts().equals(Ledger(at_once.home).extracts())


@given(st.permutations(list(range(6))))
def test_latest_does_not_look_at_the_order_of_rows(order: list[int]) -> None:
    rows = pl.DataFrame(
        {
            "record_id": ["a", "a", "a", "b", "b", "b"],
            "seen_at": [DAY("2026-11-01"), DAY("2026-11-02"), DAY("2026-11-02")] * 2,
            "extract": ["x", "x", "y", "x", "x#02", "x"],
            "extract_id": ["1", "2", "3", "1", "5", "4"],
            "line": [9, 1, 1, 1, 1, 2],
            "name": ["1", "2", "3", "4", "6", "5"],
        }
    )
    empty = pl.DataFrame(schema=dict(LANDED))
    landed = pl.concat([empty, rows], how="diagonal_relaxed")[order]
    assert latest(landed).select("record_id", "name", "versions").rows() == [("a", "3", 3), ("b", "6", 3)]


def test_a_key_twice_in_one_extract_is_two_versions(hub: Hub) -> None:
    hub.deliver("csv", text("C1,王芳,,2026-10-01", "C1,王方,,2026-10-01", "C1,王方,,2026-10-01"))
    assert hub.land(make_feed("csv")).extracts.select("new", "changed", "unchanged").row(0) == (1, 1, 1)
    assert latest(hub.landed).select("name", "versions").row(0) == ("王方", 3)


def test_a_judge_decides_and_rejects_show_the_delivered_line(hub: Hub) -> None:
    class Judged:
        def __init__(self, landed: pl.DataFrame) -> None:
            self.accepted = landed.filter(pl.col("line") != 3)
            bad = landed.filter(pl.col("line") == 3).with_columns(rule=pl.lit("odd"), reason=pl.lit("odd row"))
            self.rejects = bad.select(REJECTS.keys())
            self.findings = self.accepted.select(
                "feed", "extract", "extract_id", "line", rule=pl.lit("f"), reason=pl.lit("r")
            )

    hub.deliver("csv", text("C1,王芳,,2026-10-01", 'C2,"李,明",,2026-10-01'))
    extracts = hub.land(make_feed("csv"), judge=Judged).extracts
    assert extracts.select("rows_read", "records", "rejects").row(0) == (2, 1, 1)
    assert hub.rejects == [(3, "odd")]
    assert hub.rejects_raw == ['C2,"李,明",,2026-10-01']
    assert read_findings(hub.home).select("line", "rule").rows() == [(2, "f")]


def test_a_judge_that_loses_rows_is_found_out(hub: Hub) -> None:
    class Forgetful:
        def __init__(self, landed: pl.DataFrame) -> None:
            self.accepted = landed.head(1)
            self.rejects = pl.DataFrame(schema=dict(REJECTS))
            self.findings = pl.DataFrame(schema=dict(FINDINGS))

    hub.deliver("csv", text("C1,王芳,,2026-10-01", "C2,李明,,2026-10-01"))
    with pytest.raises(CustomerHubError, match="every one of its 2 rows as a record or a reject; found 1"):
        hub.land(make_feed("csv"), judge=Forgetful)
    assert hub.landed.is_empty()


def test_progress_is_told_by_extract(hub: Hub) -> None:
    hub.deliver("csv", text("C1,王芳,,2026-10-01"))
    told: list[str] = []
    land(make_feed("csv"), hub.landing, hub.home, judge=None, progress=told.append, now=NOW, settling=AT_ONCE)
    assert told == ["people: reading in/people_20261102.csv"]


@pytest.mark.parametrize("of", ["jsonl", "fixed"])
def test_a_channel_that_may_have_nothing_to_say_delivers_an_empty_file(of: str, hub: Hub) -> None:
    hub.deliver(of, b"")
    assert "an empty file" in str(hub.refused(make_feed(of)))
    landing = hub.land(make_feed(of, volume={"min_rows": 0}))
    assert landing.extracts.select("rows_read", "records", "rejects").rows() == [(0, 0, 0)]


@pytest.mark.parametrize(("begins", "kind"), [(b"7z\xbc\xaf\x27\x1c", "a 7z archive"), (b"BZh9", "a bzip2 archive")])
def test_an_archive_under_the_name_of_a_text_is_called_by_its_kind(begins: bytes, kind: str, hub: Hub) -> None:
    hub.deliver("csv", begins + bytes(range(256)))
    assert f"expected text in utf-8; found {kind}" in str(hub.refused(make_feed("csv")))


def test_a_separator_may_be_several_characters(hub: Hub) -> None:
    hub.deliver("pipe", "客户编号|@|姓名|@|日期\nC1|@|王|芳@|@|2026-11-02\n".encode())
    hub.land(make_feed("pipe", format={"kind": "delimited", "separator": "|@|"}))
    assert hub.landed.select("source_id", "name").rows() == [("C1", "王|芳@")]


def test_a_row_that_ends_in_a_separator_says_what_to_do(hub: Hub) -> None:
    hub.deliver("csv", "客户编号,姓名,日期\nC1,王芳,2026-11-02,\n".encode())
    hub.land(make_feed("csv"))
    assert "name the columns in `names`" in read_rejects(hub.home)["reason"][0]
    names = ["客户编号", "姓名", "日期", "nothing"]
    columns = make_feed("csv", format={**FORMATS["csv"], "names": names, "skip_rows": 1}, ignored=["nothing"])
    hub.deliver("csv", "客户编号,姓名,日期\nC2,王芳,2026-11-02,\n".encode(), suffix="b")
    assert hub.land(columns).extracts["records"].to_list() == [1]


def test_quotes_behind_a_backslash_are_quotes(hub: Hub) -> None:
    hub.deliver(
        "csv", '客户编号,姓名,手机,日期\nC1,"李 \\"小\\" 明",,2026-11-02\nC2,"甲\\\\乙, ""丙""",,2026-11-02\n'.encode()
    )
    hub.land(make_feed("csv"))
    assert hub.landed["name"].to_list() == ['李 "小" 明', '甲\\乙, "丙"']


def test_so_they_are_in_a_file_whose_fields_run_over_lines(hub: Hub) -> None:
    hub.deliver(
        "csv", '客户编号,姓名,手机,日期\nC1,"李 \\"小\n\\" 明",,2026-11-02\nC2,"\\"乙\\"",,2026-11-02\n'.encode()
    )
    hub.land(make_feed("csv"))
    assert hub.landed["name"].to_list() == ['李 "小\n" 明', '"乙"']


def test_half_a_character_at_the_end_of_a_column_is_left_out_and_told(hub: Hub) -> None:
    """A system that counts bytes cuts long names off; the row is whole otherwise."""
    line = "C002王小小x".encode("gb18030") + "丰".encode("gb18030")[:1] + b"1371234567820261102\n"
    hub.deliver("fixed", line)
    hub.land(make_feed("fixed"))
    assert hub.landed["name"].to_list() == ["王小小x"]
    assert hub.landed["mobile"].to_list() == ["13712345678"]
    assert hub.findings == ["column 姓名 ends in half a character, which is left out"]
