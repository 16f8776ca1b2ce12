"""Rows become codes: which text is which, whatever hash tells them apart."""

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.facts import encoding


@settings(deadline=None)
@given(st.lists(st.text(max_size=3)))
def test_texts_are_numbered_in_their_order(texts: list[str]) -> None:
    distinct, places = encoding._ranked(pl.Series(texts, dtype=pl.String))
    assert distinct.to_list() == sorted(set(texts), key=str.encode)
    assert [distinct[place] for place in places.tolist()] == texts


def test_two_texts_of_one_hash_are_two_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def hashed(texts: pl.Series, seed: int) -> npt.NDArray[np.uint64]:
        asked.append(seed)
        return texts.hash(seed=seed).to_numpy() if seed else np.zeros(len(texts), dtype=np.uint64)

    monkeypatch.setattr(encoding, "_hashed", hashed)
    distinct, places = encoding._ranked(pl.Series(["b", "a", "b"]))
    assert (distinct.to_list(), places.tolist()) == (["a", "b"], [1, 0, 1])
    assert set(asked) == {0, 1}
