"""A person's lines leave a delivered file; every other row stays, on its line."""

import io
import re
import zipfile
from collections.abc import Callable

import polars as pl
import pytest
import xlsxwriter

from connectors.checking import load_feeds
from connectors.feeds import Delimited, Feed
from connectors.readers import LINE, RAW, read
from connectors.stripping import strip
from pipelines import environment
from pipelines.demo.extracts import Demo, make_extracts
from tests.connectors.conftest import make_feed

FEEDS = {feed.name: feed for feed in load_feeds(environment.SHIPPED_FEEDS)}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return make_extracts(tmp_path_factory.mktemp("small"), people=40, seed=3)


def rows(feed: Feed, data: bytes) -> pl.DataFrame:
    table = read(feed, data).table
    return table.drop(RAW, strict=False)


@pytest.mark.parametrize("name", sorted(FEEDS))
def test_the_lines_leave_and_every_other_row_keeps_its_line(small: Demo, name: str) -> None:
    feed = FEEDS[name]
    data = max((small.landing / feed.delivery.folder).iterdir(), key=lambda path: path.stat().st_size).read_bytes()
    before = rows(feed, data)
    gone = before[LINE].gather([0, before.height // 2, before.height - 1]).to_list()

    stripped = strip(feed, data, gone)

    left = rows(feed, stripped)
    filled = left.filter(pl.any_horizontal(pl.exclude(LINE).is_not_null()))
    assert filled.equals(before.filter(~pl.col(LINE).is_in(gone)))
    assert strip(feed, stripped, gone) == stripped or feed.format.kind == "parquet"
    assert rows(feed, strip(feed, stripped, gone)).equals(left)


def test_no_text_of_a_workbook_row_is_left_in_its_parts(small: Demo) -> None:
    feed = FEEDS["retail_outlet"]
    data = (small.landing / "retail_outlet").glob("*20261101*").__next__().read_bytes()
    before = rows(feed, data)
    row = before.row(3, named=True)
    others = set(before.filter(pl.col(LINE) != row[LINE]).drop(LINE).unpivot()["value"].drop_nulls())
    own = {value for value in row.values() if isinstance(value, str) and value not in others}
    assert own
    with zipfile.ZipFile(io.BytesIO(strip(feed, data, [row[LINE]]))) as archive:
        text = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    assert not [value for value in own if f">{value}<" in text]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-le"])
def test_a_quoted_value_takes_all_its_lines_with_it(encoding: str) -> None:
    feed = FEEDS["bss"].model_copy(
        update={"format": Delimited(kind="delimited", separator=",", quote='"', encoding=encoding)}
    )
    text = 'subscription_id,owner_name\r\nS1,"甲\n乙"\r\nS2,丙\r\n'
    kept = strip(feed, text.encode(encoding), [2])
    assert [row["subscription_id"] for row in read(feed, kept).table.to_dicts()] == ["S2"]
    assert read(feed, kept).table[LINE].to_list() == [4]
    assert "乙".encode(encoding)[-2:] not in kept.replace("丙".encode(encoding)[-2:], b"")


def test_of_rows_that_only_a_carriage_return_parts_one_leaves() -> None:
    feed = FEEDS["besttone"]
    data = "\n".join(
        ["id\t商户名称\t电话\t地址\t类别", "B1\t甲店\t1\t\t", "B2\t乙店\t2\t\t\rB3\t丙店\t3\t\t", "B4\t丁店\t4\t\t", ""]
    )
    before = rows(feed, data.encode())
    left = rows(feed, strip(feed, data.encode(), [3]))
    assert before["id"].to_list() == ["B1", "B2", "B3", "B4"]
    assert left.equals(before.filter(pl.col("id") != "B2"))


def in_parts(data: bytes, rewrite: Callable[[bytes], bytes]) -> bytes:
    """Give a workbook whose sheets and shared texts are written in another way."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as other:
        for name in archive.namelist():
            is_written_anew = name.startswith("xl/worksheets/sheet") or name == "xl/sharedStrings.xml"
            other.writestr(name, rewrite(archive.read(name)) if is_written_anew else archive.read(name))
    return out.getvalue()


def with_prefix(part: bytes) -> bytes:
    return re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", part).replace(b"xmlns=", b"xmlns:x=")


def without_numbers(part: bytes) -> bytes:
    return re.sub(rb'<row r="\d+"', b"<row", part)


@pytest.mark.parametrize("rewrite", [bytes, with_prefix, without_numbers])
def test_a_row_leaves_a_workbook_whoever_wrote_it_with_its_link_and_its_remark(
    rewrite: Callable[[bytes], bytes],
) -> None:
    feed = make_feed("xlsx")
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(1, 0, ["客户编号", "姓名", "日期", "邮箱"])
        for row, who in enumerate(["first", "second", "third"], start=2):
            page.write_row(row, 0, [f"C{row}", who, "2026-11-02"])
            page.write_url(row, 3, f"mailto:{who}@example.cn")
            page.write_comment(row, 1, f"{who} called")
    stripped = strip(feed, in_parts(buffer.getvalue(), rewrite), [4])
    assert rows(feed, stripped).select(LINE, "姓名").rows() == [(3, "first"), (5, "third")]
    with zipfile.ZipFile(io.BytesIO(stripped)) as archive:
        said = b"".join(archive.read(name) for name in archive.namelist())
    assert [said.count(who) > 0 for who in (b"first", b"second", b"third")] == [True, False, True]
