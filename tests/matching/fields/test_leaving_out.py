"""Texts a slip apart share a number, others do not."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.fields.leaving_out import left_out

WORDS = st.text(st.sampled_from("abc王李"), max_size=9)


def shorter(word: str, places: int, shortest: int, behind: int) -> set[str]:
    """Give the word and what is left of it without each of its letters, as text."""
    cut = [
        word[:place] + word[place + 1 : place + 1 + behind]
        for place in range(min(places, len(word)))
        if len(word) >= shortest
    ]
    return {word, *cut}


@settings(deadline=None)
@given(st.lists(st.none() | WORDS, min_size=2, max_size=6))
def test_two_texts_share_a_number_exactly_where_they_share_a_text(words: list[str | None]) -> None:
    found = left_out(pl.Series("word", words, dtype=pl.String), places=6, shortest=3, behind=5)
    assert found.len() == len(words)
    numbers = [None if each is None else set(each) for each in found.to_list()]
    for one, mine in zip(words, numbers, strict=True):
        assert (one is None) == (mine is None)
        for other, its in zip(words, numbers, strict=True):
            if one is not None and other is not None and mine is not None and its is not None:
                assert bool(mine & its) == bool(shorter(one, 6, 3, 5) & shorter(other, 6, 3, 5))


def test_long_texts_are_looked_at_as_far_as_they_make_keys() -> None:
    found = left_out(pl.Series("word", ["a" * 200, "a" * 64]), places=2, shortest=3).to_list()
    assert found[0] == found[1]
