"""Workbooks and Parquet files that are not what their feed says, and cells that are not what they look like."""

import contextlib
import io
import json
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from connectors.errors import FeedError
from tests.connectors.conftest import CHANNEL_COLUMNS, FORMATS, Hub, make_feed

HEADER = list(CHANNEL_COLUMNS)


def workbook(rows: Sequence[Sequence[Any]], *, sheet: str = "清单", **options: Any) -> bytes:
    """Give a workbook whose sheet row 1 is a title; None leaves a cell out."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page = book.add_worksheet(sheet)
        page.write(0, 0, "客户清单")
        for place, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(place, column, cell, day)
                elif cell is not None:
                    page.write(place, column, cell)
    return buffer.getvalue()


GOOD = workbook([HEADER, ["C1", "王芳", 13712345678, date(2026, 11, 2)], ["C2", "李明", None, date(2026, 11, 2)]])
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000


def test_numbers_are_digits_dates_are_days_and_lines_are_sheet_rows(hub: Hub) -> None:
    rows = [
        HEADER,
        ["C1", "王芳", 13712345678, date(2026, 11, 2)],
        [],
        ["C2", "李明", "013712345678", "2026-11-02"],
        [7, "赵", 57188880000.0, datetime.fromisoformat("2026-11-02 09:30")],
    ]
    hub.deliver("xlsx", workbook(rows))
    hub.land(make_feed("xlsx"))
    assert hub.landed.select("line", "source_id", "mobile", "happened_at").rows() == [
        (3, "C1", "13712345678", datetime.fromisoformat("2026-11-02 00:00")),
        (5, "C2", "013712345678", datetime.fromisoformat("2026-11-02 00:00")),
        (6, "7", "57188880000", datetime.fromisoformat("2026-11-02 09:30")),
    ]


def test_dates_of_a_workbook_or_parquet_file_need_no_formats(hub: Hub) -> None:
    hub.deliver("xlsx", GOOD)
    columns = {"姓名": "name", "日期": ["happened_at", "opened_on"]}
    hub.land(make_feed("xlsx", columns=columns))
    hub.deliver("parquet", PARQUET)
    hub.land(make_feed("parquet", columns=columns))
    day = datetime.fromisoformat("2026-11-02 00:00")
    assert hub.landed.select("happened_at", "opened_on").unique().rows() == [(day, "2026-11-02")]


@pytest.mark.parametrize(("options", "day"), [({}, "2024-01-30"), ({"date_1904": True}, "2028-01-31")])
def test_days_that_stand_as_bare_numbers_are_days(options: dict[str, Any], day: str, hub: Hub) -> None:
    rows = [HEADER, ["C1", "王芳", 1, 45321], ["C2", "李明", 2, "45321.395833333"], ["C3", "赵", 3, 1985]]
    hub.deliver("xlsx", workbook(rows, **options))
    columns = {"姓名": "name", "日期": ["happened_at", "birth_date"]}
    hub.land(make_feed("xlsx", columns=columns))
    assert hub.landed.select("happened_at", "birth_date").rows() == [
        (datetime.fromisoformat(day), day),
        (datetime.fromisoformat(f"{day} 09:30"), day),
        (None, "1985"),
    ]


def test_days_are_counted_as_the_workbook_says_whoever_wrote_it(hub: Hub) -> None:
    data = io.BytesIO()
    written = workbook([HEADER, ["C1", "王芳", 1, 45321]], date_1904=True)
    with zipfile.ZipFile(io.BytesIO(written)) as archive, zipfile.ZipFile(data, "w") as other:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "xl/workbook.xml":
                part = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", part).replace(b"xmlns=", b"xmlns:x=")
            other.writestr(name, part)
    hub.deliver("xlsx", data.getvalue())
    hub.land(make_feed("xlsx"))
    assert hub.landed["happened_at"].to_list() == [datetime.fromisoformat("2028-01-31")]


def test_moments_of_a_workbook_may_have_parts_of_seconds(hub: Hub) -> None:
    hub.deliver("xlsx", workbook([HEADER, ["C1", "王芳", 1, datetime.fromisoformat("2026-11-02 09:30:15.123")]]))
    hub.land(make_feed("xlsx"))
    assert hub.landed["happened_at"].to_list() == [datetime.fromisoformat("2026-11-02 09:30:15.123")]


def test_rows_without_key_and_repeated_headers_are_rejects(hub: Hub) -> None:
    hub.deliver("xlsx", workbook([HEADER, [None, "王芳", 1], HEADER, ["C3", "赵", 2], ["合计", None, None, None]]))
    hub.land(make_feed("xlsx"))
    assert hub.rejects == [(3, "missing_key"), (4, "repeated_header")]
    assert hub.landed["source_id"].to_list() == ["C3", "合计"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", ["an XLSX workbook", "0 bytes"], id="empty"),
        pytest.param(GOOD[: len(GOOD) // 2], ["an XLSX workbook", "damaged or truncated"], id="truncated"),
        pytest.param(GOOD[:-30], ["an XLSX workbook", "damaged or truncated"], id="tail missing"),
        pytest.param(OLE, ["without a password", "password-protected"], id="password"),
        pytest.param(b"a,b\n1,2\n", ["an XLSX workbook", "another kind of file"], id="CSV called xlsx"),
        pytest.param(b"<html><table></table></html>", ["an XLSX workbook", "an HTML page"], id="page"),
        pytest.param(b"PK\x05\x06" + b"\0" * 18, ["an XLSX workbook"], id="empty archive"),
        pytest.param(workbook([]), ["a header in sheet row 2", "a sheet of 1 rows"], id="only a title"),
        pytest.param(workbook([HEADER]), ["at least 1 rows", "0 rows"], id="only a header"),
        pytest.param(
            workbook([["客户编号", "客户姓名", "手机", "日期"], ["C1", "王芳"]]),
            ["the column 姓名", "nearest to the missing: 客户姓名"],
            id="renamed column",
        ),
        pytest.param(
            workbook([["客户编号", "姓名", "姓名", "日期"], ["C1"]]), ["columns number 2, 3"], id="column twice"
        ),
    ],
)
def test_refused_workbooks(data: bytes, words: list[str], hub: Hub) -> None:
    hub.deliver("xlsx", data)
    error = str(hub.refused(make_feed("xlsx")))
    assert [word for word in words if word not in error] == []
    assert hub.landed.is_empty()


def test_a_workbook_in_an_archive_is_a_workbook_and_under_a_csvs_name_none(hub: Hub) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("people.xlsx", GOOD)
    hub.deliver("xlsx", packed.getvalue())
    assert hub.land(make_feed("xlsx")).extracts["records"].to_list() == [2]
    hub.deliver("csv", GOOD)
    assert "found a ZIP archive or an XLSX workbook" in str(hub.refused(make_feed("csv")))


def test_a_workbook_damaged_anywhere_is_an_error_or_the_same_rows(hub: Hub) -> None:
    """A broken byte may strike where nothing is read; it must never raise anything but a feed's error."""
    for place in range(0, len(GOOD), 97):
        damaged = GOOD[:place] + bytes([GOOD[place] ^ 0xFF]) + GOOD[place + 1 :]
        path = hub.deliver("xlsx", damaged)
        with contextlib.suppress(FeedError):
            hub.land(make_feed("xlsx"))
        path.unlink()


def test_a_blank_far_below_the_list_is_no_row(hub: Hub) -> None:
    hub.deliver("xlsx", strayed(1_048_575, 2))
    assert hub.land(make_feed("xlsx")).extracts.select("rows_read", "records").row(0) == (1, 1)


def test_a_sheet_too_large_to_be_read_is_refused_and_the_cell_named_that_makes_it_so(hub: Hub) -> None:
    hub.deliver("xlsx", strayed(1_048_575, 16_383))
    error = str(hub.refused(make_feed("xlsx")))
    assert "found cells as far as column XFD and row 1048576" in error
    assert "delete what stands astray" in error


def test_a_sheet_that_is_only_formatted_that_far_is_read(hub: Hub) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet("封面").write(1_048_575, 16_383, " ")
        page = book.add_worksheet("清单")
        page.write_row(1, 0, HEADER)
        page.write_row(2, 0, ["C1", "王芳", 13712345678, "2026-11-02"])
        page.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    hub.deliver("xlsx", buffer.getvalue())
    landing = hub.land(make_feed("xlsx", format={**FORMATS["xlsx"], "sheet": "清单"}))
    assert landing.extracts["records"].to_list() == [1]


def strayed(row: int, column: int) -> bytes:
    """Give a workbook with a blank in a cell far from its list."""
    cells = [None] * column + [" "]
    below = [[]] * (row - 3) + [cells]
    return workbook([HEADER, ["C1", "王芳", 13712345678, date(2026, 11, 2)], *below])


def test_missing_sheet_names_the_sheets_there_are(hub: Hub) -> None:
    hub.deliver("xlsx", GOOD)
    error = str(hub.refused(make_feed("xlsx", format={**FORMATS["xlsx"], "sheet": "客户"})))
    assert "a sheet called 客户" in error
    assert "清单" in error


def test_sheets_that_are_not_read_are_named(hub: Hub) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for sheet in ("一月", "二月"):
            page = book.add_worksheet(sheet)
            page.write_row(1, 0, HEADER)
            page.write_row(2, 0, ["C1", "王芳"])
    hub.deliver("xlsx", buffer.getvalue())
    assert hub.land(make_feed("xlsx")).warnings == ("in/people_20261102.xlsx: only the first sheet is read, not 二月",)


@pytest.mark.parametrize("cover", [[["制表"]], [["制表"], ["部门", "电话"], ["a", "b"]], []])
def test_a_cover_sheet_before_the_list_is_told_by_the_sheets_behind_it(cover: list[list[str]], hub: Hub) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet("封面")
        for place, row in enumerate(cover):
            page.write_row(place, 0, row)
        book.add_worksheet("清单").write_row(1, 0, HEADER)
    hub.deliver("xlsx", buffer.getvalue())
    assert "only the first sheet is read, not 清单" in str(hub.refused(make_feed("xlsx")))


def parquet(**columns: Any) -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame(columns).write_parquet(buffer)
    return buffer.getvalue()


PARQUET = parquet(客户编号=["C1"], 姓名=["王芳"], 日期=[date(2026, 11, 2)])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", ["a Parquet file", "0 bytes"], id="empty"),
        pytest.param(PARQUET[:-20], ["a Parquet file", "truncated"], id="truncated"),
        pytest.param(b"PAR1" + b"\0" * 50 + b"PAR1", ["a Parquet file", "damaged"], id="nothing between the marks"),
        pytest.param(
            parquet(uid=["C1"], 姓名=["王芳"], 日期=["x"]), ["the column 客户编号", "uid"], id="another schema"
        ),
        pytest.param(b"<!doctype html>\n<html></html>", ["a Parquet file", "an HTML page"], id="page"),
        pytest.param(parquet(**{"\0line": ["C1"]}), ["a header of names", "number 1"], id="a NUL in a name"),
        pytest.param(PARQUET[:60] + b"\xff" * 8 + PARQUET[68:], ["a Parquet file", "damaged"], id="damaged page"),
        pytest.param(parquet(客户编号=[], 姓名=[], 日期=[]), ["at least 1 rows", "0 rows"], id="no rows"),
        pytest.param(
            parquet(客户编号=["C1"], 姓名=[{"first": "芳"}], 日期=["x"]), ["姓名", "nested"], id="a struct for a name"
        ),
    ],
)
def test_refused_parquet(data: bytes, words: list[str], hub: Hub) -> None:
    hub.deliver("parquet", data)
    error = str(hub.refused(make_feed("parquet")))
    assert [word for word in words if word not in error] == []
    assert hub.landed.is_empty()


def test_parquet_types_become_text(hub: Hub) -> None:
    data = parquet(
        客户编号=[1, 2, None],
        姓名=["王芳", None, "赵"],
        手机=[13712345678.0, None, 1.5],
        日期=[datetime.fromisoformat("2026-11-02 09:30"), None, None],
        标签=[["a"], None, []],
        位置=[{"x": 1}, None, {"x": 2}],
    )
    hub.deliver("parquet", data)
    landing = hub.land(make_feed("parquet"))
    assert hub.landed.select("line", "source_id", "name", "mobile", "happened_at").rows() == [
        (1, "1", "王芳", "13712345678", datetime.fromisoformat("2026-11-02 09:30")),
        (2, "2", None, None, None),
    ]
    assert hub.rejects == [(3, "missing_key")]
    assert landing.extracts["unknown_columns"].to_list() == [["标签", "位置"]]
    assert '"位置"' in hub.landed["raw"][0]


def test_parquet_of_other_writers_says_the_same(hub: Hub) -> None:
    """What pandas writes where there is no number, text that is not called text, and a length of time."""
    data = parquet(
        客户编号=["C1", "C2"],
        姓名=["王芳".encode(), b"\xff\xfe"],
        手机=[13712345678.0, float("nan")],
        日期=["2026-11-02", None],
        通话=[timedelta(minutes=5), None],
    )
    hub.deliver("parquet", data)
    hub.land(make_feed("parquet"))
    assert hub.landed.select("name", "mobile").rows() == [("王芳", "13712345678"), ("fffe", None)]


def test_lists_and_maps_of_parquet_are_json_and_missing_ones_are_nothing(hub: Hub) -> None:
    """What others than Polars write: a map; a list that is missing is nobody's telephone."""
    buffer = io.BytesIO()
    table = pa.table(
        {
            "客户编号": ["C1", "C2", "C3"],
            "姓名": ["王芳", "李明", "赵"],
            "日期": ["2026-11-02"] * 3,
            "手机": pa.array([["13712345678", "13800000001"], None, []]),
            "标签": pa.array([[("级", "金")], None, []], pa.map_(pa.string(), pa.string())),
        }
    )
    pq.write_table(table, buffer)
    hub.deliver("parquet", buffer.getvalue())
    hub.land(make_feed("parquet"))
    assert hub.landed["mobile"].to_list() == ['["13712345678","13800000001"]', None, None]
    assert [json.loads(raw)["标签"] for raw in hub.landed["raw"]] == ['{"级":"金"}', None, "{}"]


def test_cells_of_parquet_obey_the_rules_of_cells(hub: Hub) -> None:
    data = parquet(客户编号=["C1", "C2", "C3"], 姓名=["王\0芳", "李" * 20_001, "赵"], 日期=["2026-11-02"] * 3)
    hub.deliver("parquet", data)
    assert hub.land(make_feed("parquet")).extracts.select("rows_read", "records", "rejects").row(0) == (3, 1, 2)
    assert hub.rejects == [(1, "nul_byte"), (2, "oversized_field")]


def test_a_header_below_titles_nobody_told_of_is_found_and_its_line_named(hub: Hub) -> None:
    titles = [["清单", None, None, None], ["受理", None, "客户", None]]
    hub.deliver("xlsx", workbook([*titles, HEADER, ["C1", "王芳", 13712345678, date(2026, 11, 2)]]))
    told = str(hub.refused(make_feed("xlsx")))
    assert "stand in line 4" in told
    assert "skip_rows" in told
    assert "王芳" not in told


def test_a_header_below_the_title_of_a_text_is_found_too(hub: Hub) -> None:
    hub.deliver("csv", f"会员清单\n\n{','.join(HEADER)}\nC1,王芳,13712345678,2026-11-02\n".encode())
    told = str(hub.refused(make_feed("csv")))
    assert "stand in line 3" in told
    assert "王芳" not in told
