"""Characters laid out by numpy are the characters of the texts."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from matching.fields.characters import characters_of, code_points, first_bytes, is_one_slip

TEXTS = st.text(st.sampled_from("a1é王𠮷·"), max_size=6)
NUMBERS = st.text(st.sampled_from("123"), max_size=5)


@settings(deadline=None)
@given(st.lists(st.none() | TEXTS, max_size=8), st.integers(0, 3))
def test_code_points_are_those_of_the_texts(texts: list[str | None], skipped: int) -> None:
    found = code_points(pl.Series("text", texts, dtype=pl.String)[skipped:], 4)
    expected = [[ord(letter) for letter in (text or "")[:4]] for text in texts[skipped:]]
    assert found.tolist() == [row + [0] * (4 - len(row)) for row in expected]


@settings(deadline=None)
@given(st.lists(st.none() | st.text(st.sampled_from("a1X*"), max_size=6), max_size=8), st.integers(0, 3))
def test_code_points_of_ascii_are_those_of_the_texts(texts: list[str | None], skipped: int) -> None:
    found = code_points(pl.Series("text", texts, dtype=pl.String)[skipped:], 4)
    expected = [[ord(letter) for letter in (text or "")[:4]] for text in texts[skipped:]]
    assert found.tolist() == [row + [0] * (4 - len(row)) for row in expected]


@settings(deadline=None)
@given(st.lists(st.none() | TEXTS, max_size=8), st.integers(0, 3))
def test_every_character_that_occurs_is_told_once(texts: list[str | None], skipped: int) -> None:
    found = characters_of(pl.Series("text", texts, dtype=pl.String)[skipped:])
    assert found == sorted({letter for text in texts[skipped:] for letter in text or ""})


@settings(deadline=None)
@given(st.lists(st.none() | TEXTS, max_size=8), st.integers(0, 3))
def test_first_bytes_sort_as_the_texts_do(texts: list[str | None], skipped: int) -> None:
    found = first_bytes(pl.Series("text", texts, dtype=pl.String)[skipped:])
    expected = [(text or "").encode()[:8].ljust(8, b"\0") for text in texts[skipped:]]
    assert [int(number).to_bytes(8, "big") for number in found] == expected


@settings(deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=20))
def test_one_slip_is_a_distance_of_one(pairs: list[tuple[str, str]]) -> None:
    left, right = (pl.Series("text", [pair[end] for pair in pairs], dtype=pl.String) for end in (0, 1))
    assert is_one_slip(left, right, 4).tolist() == [OSA.distance(*pair) == 1 for pair in pairs]


def test_a_column_of_any_name_is_read() -> None:
    assert code_points(pl.Series("\0id", ["ab"]), 2).tolist() == [[97, 98]]
