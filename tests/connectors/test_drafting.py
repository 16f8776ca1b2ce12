"""A feed file drafted from one extract: what it says is read back by the hub, and nobody's data stands in it."""

import io
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connectors.checking import check_feeds, load_feed
from connectors.drafting import draft
from connectors.drafting.words import field_called, names_the_row
from connectors.errors import FeedError
from connectors.feeds import Feed, Mode
from connectors.trying import try_out
from pipelines.demo.extracts import make_extracts
from pipelines.environment import SHIPPED_FEEDS
from quality.rows import judge

LUCK = random.Random(5)  # noqa: S311 -- invented values
COLUMNS = ("工单号", "客户姓名", "联系电话", "证件号码", "性别", "受理时间", "地址", "套餐")
ROWS = [
    (
        f"T{row:06}",
        LUCK.choice("王李张赵欧") + LUCK.choice("芳伟强丽测") + LUCK.choice(["", "明", "霞"]),
        f"138{row:08}",
        f"3301061980{LUCK.randint(10, 12)}{LUCK.randint(10, 28)}{row:04}"[:18],
        "男" if row % 3 else "女",
        f"2026-10-{1 + row % 28:02} 09:{row % 60:02}:00",
        f"杭州市西湖区文三路{row}号",
        LUCK.choice(["畅享", "全家福"]),
    )
    for row in range(200)
]


def lines(separator: str, *, title: str = "", quote: str = "") -> bytes:
    rows = [COLUMNS, *ROWS]
    return "\n".join(
        [*([title] if title else []), *(separator.join(f"{quote}{cell}{quote}" for cell in row) for row in rows)]
    ).encode()


def in_json() -> bytes:
    return "\n".join(json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) for row in ROWS).encode()


def drafted(folder: Path, data: bytes, file: str = "工单_20261102.csv", name: str = "mall") -> Feed:
    extract = folder / "mall" / file
    extract.parent.mkdir(parents=True, exist_ok=True)
    extract.write_bytes(data)
    made = draft(extract, name)
    for cell in {cell for row in ROWS for cell in row[:5] if len(cell) > 1}:
        assert cell not in made.text
    (folder / "feeds").mkdir(exist_ok=True)
    (folder / "feeds" / f"{name}.toml").write_text(made.text, encoding="utf-8")
    assert check_feeds(folder / "feeds") == []
    return load_feed(folder / "feeds" / f"{name}.toml")


@pytest.mark.parametrize(
    ("data", "separator"),
    [
        (lines(","), ","),
        (lines("|"), "|"),
        (lines("\t"), "\t"),
        (lines("|@|"), "|@|"),
        (lines(";", quote='"'), ";"),
        (lines(",", title="十月工单,,,,,,,"), ","),
        (lines(",", title="十月工单"), ","),
        (lines(",").decode().encode("gb18030"), ","),
        (lines(",").decode().encode("utf-16"), ","),
        (lines(",").replace(b"\n", b"\r\n"), ","),
    ],
)
def test_text_is_drafted_as_it_is_written_and_read_whole(data: bytes, separator: str, tmp_path: Path) -> None:
    feed = drafted(tmp_path, data)
    assert getattr(feed.format, "separator", "") == separator
    assert feed.key == ("工单号",)
    assert {name: column.to[0] for name, column in feed.columns.items()} == {
        "客户姓名": "name",
        "联系电话": "contact_phone",
        "证件号码": "id_number",
        "性别": "gender",
        "受理时间": "happened_at",
        "地址": "address",
        "套餐": "product",
    }
    assert feed.columns["受理时间"].formats == ("%Y-%m-%d %H:%M:%S",)
    assert feed.codes["gender"] == {"男": "male", "女": "female"}
    assert (feed.delivery.folder, feed.delivery.files, feed.delivery.mode) == ("mall", "工单_{date}.csv", Mode.DELTA)
    tried = try_out(feed, tmp_path / "mall" / "工单_20261102.csv", judge)
    assert tried.records == len(ROWS)
    assert tried.rejects.is_empty()


def written(save: Callable[[pl.DataFrame, Path], object], folder: Path) -> bytes:
    save(pl.DataFrame(ROWS, schema=list(COLUMNS), orient="row"), folder / "table.xlsx")
    return (folder / "table.xlsx").read_bytes()


@pytest.mark.parametrize("ending", ["jsonl", "parquet", "xlsx"])
def test_other_formats_are_known_by_their_bytes(ending: str, tmp_path: Path) -> None:
    saves: dict[str, Callable[[], bytes]] = {
        "jsonl": in_json,
        "parquet": lambda: written(lambda table, path: table.write_parquet(path), tmp_path),
        "xlsx": lambda: written(lambda table, path: table.write_excel(path), tmp_path),
    }
    feed = drafted(tmp_path, saves[ending](), f"{ending}_2026-11-02_v2.{ending}")
    assert (feed.delivery.files, feed.delivery.date_format) == (f"{ending}_{{date}}_v*.{ending}", "%Y-%m-%d")
    assert try_out(feed, tmp_path / "mall" / f"{ending}_2026-11-02_v2.{ending}", judge).records == len(ROWS)


def test_a_file_without_a_header_gets_numbered_columns(tmp_path: Path) -> None:
    feed = drafted(tmp_path, b"\n".join(lines(",").splitlines()[1:]))
    assert feed.key == ("column_1",)
    assert {name: column.to[0] for name, column in feed.columns.items()} == {
        "column_2": "name",
        "column_3": "contact_phone",
        "column_4": "id_number",
        "column_5": "gender",
        "column_6": "happened_at",
        "column_7": "address",
    }


def sheets(**rows_of: Sequence[Sequence[str]]) -> bytes:
    """Give a workbook of these sheets."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for title, rows in rows_of.items():
            page = book.add_worksheet(title)
            for place, row in enumerate(rows):
                page.write_row(place, 0, row)
    return buffer.getvalue()


def test_under_a_header_of_merged_cells_nobody_becomes_the_header(tmp_path: Path) -> None:
    merged = [[COLUMNS[0], "客户"], ["", *COLUMNS[1:]]]
    feed = drafted(tmp_path, sheets(工单=[*merged, *ROWS]), "工单_20261102.xlsx")
    assert feed.key == ("(column 1)",)
    assert feed.columns["客户姓名"].to == ("name",)
    assert try_out(feed, tmp_path / "mall" / "工单_20261102.xlsx", judge).records == len(ROWS)


def test_a_sheet_without_a_header_is_refused_without_a_word_of_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "x_20261102.xlsx").write_bytes(sheets(工单=ROWS))
    with pytest.raises(FeedError, match="a row of the sheet that names its columns; found values in its first row"):
        draft(tmp_path / "x_20261102.xlsx", "x")


def test_that_there_are_other_sheets_is_said(tmp_path: Path) -> None:
    (tmp_path / "x_20261102.xlsx").write_bytes(sheets(说明=[["说明"], ["十月工单"]], 工单=[COLUMNS, *ROWS]))
    asked = draft(tmp_path / "x_20261102.xlsx", "x").open
    assert "only the first sheet is read, not 工单; `sheet` in [format] names another" in asked


def test_what_nobody_can_tell_from_one_extract_is_asked(tmp_path: Path) -> None:
    extract = tmp_path / "points.csv"
    extract.write_text("a,b\n" + "x,y\n" * 9)
    asked = " ".join(draft(extract, "points").open)
    for question in ("owner", "mode", "key", "tells no day", "tells a name"):
        assert question in asked


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "an empty file"),
        (b"1234567890\n" * 9, "lines of one length"),
        (b"%PDF-1.7", "a PDF document"),
        (b'[{"uid": "1", "name": "w"}, {"uid": "2", "name": "l"}]', "one JSON array of all rows"),
        (b"one\ntwo words\n\nthree\n", "none that lines agree on"),
    ],
)
def test_what_has_to_be_described_by_hand_is_said(data: bytes, found: str, tmp_path: Path) -> None:
    (tmp_path / "x_20261102.txt").write_bytes(data)
    with pytest.raises(FeedError, match=found):
        draft(tmp_path / "x_20261102.txt", "x")


@pytest.mark.parametrize(("name", "file"), [("Mall!", "x.csv"), ("mall", "nowhere.csv")])
def test_a_name_or_a_path_that_is_none_is_said(name: str, file: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(lines(","))
    with pytest.raises(FeedError, match=r"What to do"):
        draft(tmp_path / file, name)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
@example(data=b"\x01\x7f")
def test_any_bytes_are_drafted_from_or_refused_in_words(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "any_20261102.csv").write_bytes(data)
    try:
        text = draft(tmp_path / "any_20261102.csv", "any").text
    except FeedError as error:
        assert "What to do" in str(error)  # noqa: PT017 -- either outcome is right
    else:
        (tmp_path / "any.toml").write_text(text, encoding="utf-8")
        assert all("key" in problem.message for problem in check_feeds(tmp_path))


def test_the_demos_channels_are_drafted_nearly_as_they_are_mapped(tmp_path: Path) -> None:
    made = make_extracts(tmp_path / "made", people=300, seed=3, days=1)
    mapped = right = 0
    for path in sorted(SHIPPED_FEEDS.glob("*.toml")):
        feed = load_feed(path)
        (extract,) = (made.landing / feed.delivery.folder).iterdir()
        if feed.format.kind == "fixed_width":
            continue
        (tmp_path / path.name).write_text(draft(extract, feed.name).text, encoding="utf-8")
        found = load_feed(tmp_path / path.name)
        assert found.key == feed.key
        mapped += len(feed.columns)
        right += sum(
            name in found.columns and found.columns[name].to[0] in column.to for name, column in feed.columns.items()
        )
    assert right >= 0.9 * mapped


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("联系人电话", "contact_phone"),
        ("客户姓名", "name"),
        ("cust phone no", "contact_phone"),
        ("BIRTHDAY", "birth_date"),
    ],
)
def test_what_stands_last_in_a_name_is_what_it_is(header: str, field: str) -> None:
    assert field_called(header) == field


def test_a_rows_own_number_is_known_by_its_name() -> None:
    assert all(names_the_row(header) for header in ("工单号", "受理号", "ticket_no", "user_id"))
    assert not any(names_the_row(header) for header in ("手机号", "身份证号", "姓名", "address"))
