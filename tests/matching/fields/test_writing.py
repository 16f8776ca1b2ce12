"""Text that is left alone because it is plain: exactly what the slow way would not change either."""

import unicodedata
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.fields import FIELDS
from matching.fields.address_ways import SPELLED, in_digits, spelled
from matching.fields.pinyin import readings
from matching.fields.sparing import unless, where_told
from matching.fields.writing import FEW, PLAIN, plain, simple, simplified
from matching.words import Kind

Change = Callable[[pl.Expr], pl.Expr]
EVERY = [chr(code) for code in (*range(0x20, 0x3100), *range(0x4E00, 0xA000), *range(0xF900, 0x10000))]
INVISIBLE = "\u200b"
"""A character that no settled text has and both ways of writing take out."""


def became(texts: list[str], change: Change, mark: str = "") -> list[str | None]:
    frame = pl.DataFrame({"text": [text + mark for text in texts]}, schema={"text": pl.String})
    return frame.select(change(pl.col("text")))["text"].to_list()


@pytest.mark.parametrize("change", [plain, spelled])
def test_every_character_is_written_the_same_quickly_and_slowly(change: Change) -> None:
    assert became(EVERY, change) == became(EVERY, change, INVISIBLE)


@pytest.mark.parametrize("change", [plain, spelled])
@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("aA9 -·王國１Ａ\u3000\t至号①"), max_size=6), max_size=8))
def test_every_text_is_written_the_same_quickly_and_slowly(change: Change, texts: list[str]) -> None:
    assert became(texts, change) == became(texts, change, INVISIBLE)


@pytest.mark.parametrize("settled", [PLAIN, SPELLED])
def test_only_what_is_not_settled_is_worked_on(settled: str) -> None:
    worked_on: list[str] = []

    def change(text: pl.Expr) -> pl.Expr:
        return text.map_batches(lambda some: (worked_on.extend(some), some)[1], return_dtype=pl.String)

    became(["南京东路1号", "１号", "太平路"], lambda text: unless(settled, text, change))
    assert worked_on == ["１号"]


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("一二十王1号栋幢座楼附室区"), max_size=8), max_size=8))
def test_numerals_are_in_digits_the_same_quickly_and_slowly(texts: list[str]) -> None:
    quickly = became(texts, in_digits)
    assert [f"{text} 10室" for text in quickly] == became(texts, in_digits, mark=" 十室")


def test_simple_characters_are_those_that_simplifying_leaves() -> None:
    common = [chr(code) for code in range(0x4E00, 0xA000)]
    left = pl.Series(common).str.contains(f"^[{simple()}]$").to_list()
    assert left == [now == before for now, before in zip(became(common, simplified), common, strict=True)]
    assert not pl.Series(["王"]).str.contains(f"[{simple(but='王')}]").any()


def test_many_texts_are_read_as_few_are() -> None:
    texts = [f"{chr(code)}王{code}" for code in range(0x4E00, 0x4E00 + 2 * FEW)]
    assert became(texts, readings) == [one for text in texts for one in became([text], readings)]
    assert became(["abc"] * (2 * FEW), readings) == ["abc"] * (2 * FEW)


def test_only_what_is_told_is_worked_on() -> None:
    worked_on: list[str | None] = []

    def make(text: pl.Expr) -> pl.Expr:
        return text.map_batches(lambda told: worked_on.extend(told) or told + "!", return_dtype=pl.String)

    for texts in ([None, "a", None, "b"], ["a", "b"], [None], []):
        frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
        made = frame.select(where_told(pl.col("text"), make))["text"].to_list()
        assert made == [None if text is None else f"{text}!" for text in texts]
    assert None not in worked_on


def test_dates_in_the_digits_of_any_script_are_dates() -> None:
    zeros = [chr(code) for code in range(0x20000) if unicodedata.decimal(chr(code), None) == 0]
    assert {"0", "٠", "０", "𞥐"} < {*zeros}
    for written in ("1980-01-02", "02/01/1980", "19800102", "2 Jan 1980"):
        dates = [written.translate({ord("0") + digit: ord(zero) + digit for digit in range(10)}) for zero in zeros]
        assert {*FIELDS[Kind.BIRTH_DATE].clean(pl.Series(dates))["value"]} == {"1980-01-02"}
