"""Text that is left alone because it is plain: exactly what the slow way would not change either."""

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.fields.chinese_address_parts import SPELLED, spelled
from matching.fields.writing import PLAIN, plain, unless

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
