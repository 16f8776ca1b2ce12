"""Texts written in one code page and read in another: known again, and no other text touched."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matching import resolve
from matching.fields.misread import is_misread, readable, reread
from matching.fieldspec import Fact, FieldSpec, Source
from matching.words import Kind

CASES: Final[Mapping[str, Mapping[str, str]]] = tomllib.loads(
    (Path(__file__).parents[2] / "cases" / "misread.toml").read_text(encoding="utf-8")
)
COMMON: Final = "".join(
    bytes([lead, trail]).decode("gb2312") for lead in range(0xB0, 0xD7) for trail in range(0xA1, 0xFF)
)
LATIN: Final = ("LÊ THANH LAN", "JOSÉ MARI", "Gieß ", "HOSPÍŠIL", "Nové Hrady", "SOÃ PAULO", "Lukáš ", "ÚŠ")


def delivered(case: Mapping[str, str]) -> str:
    return case["was"].encode(case["written"]).decode(case["read"], case.get("bytes", "replace"))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_misread_text_is_known_again(case: Mapping[str, str]) -> None:
    wanted = case.get("becomes", case["was"])
    assert delivered(case) != case["was"]
    assert reread(delivered(case)) == wanted
    assert reread(delivered(case).replace("\ufffd", "?")) == wanted


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_was_read_rightly_stays(case: Mapping[str, str]) -> None:
    assert reread(case["was"]) == case["was"]


def test_blanks_that_do_not_break_may_have_become_plain() -> None:
    assert reread("张三".encode().decode("latin-1").replace("\xa0", " ")) == "张三"


@pytest.mark.parametrize(
    "text",
    [
        "LÊ THANH LAN",
        "JOSÉ MARI",
        "Gieß ",
        "HOSPÍŠIL",
        "Nové Hrady",
        "SOÃ PAULO",
        "Lukáš ",
        "Річка",
        "河北邢台",
        "宓妃",
        "魏慕涵",
    ],
)
def test_what_looks_like_a_beginning_is_none(text: str) -> None:
    assert reread(text) == text


def test_characters_lost_twice_are_marked_as_lost() -> None:
    assert readable(pl.Series(["张锟斤拷三", "锟斤拷", None])).to_list() == ["张??三", "??", None]


def test_what_was_misread_is_told() -> None:
    assert is_misread(pl.Series(["寮犱笁", "张三", None, "MÃ¼ller", "Müller"])).to_list() == [
        True, False, False, True, False,
    ]  # fmt: skip


@given(st.lists(st.text(st.sampled_from(COMMON), min_size=1, max_size=6), min_size=1, max_size=4))
def test_common_chinese_text_is_left_alone(texts: list[str]) -> None:
    assert readable(pl.Series(texts)).to_list() == texts


@given(st.text(st.sampled_from(COMMON), min_size=2, max_size=8))
def test_chinese_text_comes_back_from_western_pages(text: str) -> None:
    assert reread(text.encode().decode("latin-1")) == text


@given(st.lists(st.text(max_size=6), max_size=6))
@example(["°¡0°¡"])
def test_a_column_and_its_texts_are_read_alike(texts: list[str]) -> None:
    assert readable(pl.Series(texts, dtype=pl.String)).to_list() == [reread(text) for text in texts]


def test_a_misread_record_is_its_customers() -> None:
    streets = {"张伟": "杭州市西湖区文三路12号", "刘洋": "宁波市海曙区中山路8号", "陈静": "唐山市路北区建设路3号"}
    told = pl.DataFrame({"name": streets.keys(), "address": streets.values()})
    misread = told.select(pl.all().map_elements(lambda text: text.encode().decode("latin-1"), return_dtype=pl.String))
    records = pl.concat([told, misread]).with_row_index("rid")
    facts = Fact("name", Kind.PERSON_NAME, (Source("name"),)), Fact("address", Kind.ADDRESS, (Source("address"),))
    members = resolve(records, FieldSpec("rid", facts)).members
    joined = members.group_by("cluster").agg(pl.col("record_id").sort())["record_id"].to_list()
    assert sorted(joined) == [["0", "3"], ["1", "4"], ["2", "5"]]


@pytest.mark.parametrize(
    ("written", "was"),
    [
        ("&#24352;&#x5c0f;明", "张小明"),
        ("\\u5f20\\u5c0f\\u660e", "张小明"),
        ("%E5%BC%A0%E5%B0%8F%e6%98%8e", "张小明"),
        ("&amp;#24352;三", "张三"),
        ("阿卜杜拉&middot;麦麦提", "阿卜杜拉·麦麦提"),
        ("\\ud842\\udfb7", "𠮷"),
        ("中山路100%&三", "中山路100%&三"),
        ("%E5%BC", "%E5%BC"),
        ("%00%00%00", "%00%00%00"),
        ("\\u0000", "\\u0000"),
    ],
)
def test_characters_written_out_for_another_program(written: str, was: str) -> None:
    assert readable(pl.Series([written])).to_list() == [was]
    assert reread(was) == was
