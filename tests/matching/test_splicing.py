"""Rows that stay and rows that are fresh: whatever is taken, it is what taking row by row gives."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from matching import splicing
from matching.splicing import in_between, spliced


def frame(rows: int, letter: str) -> pl.DataFrame:
    told = range(rows)
    return pl.DataFrame(
        {"key": [f"{letter}{row}" for row in told], "numbers": [["1"] * (row % 3) for row in told]},
        schema={"key": pl.String, "numbers": pl.List(pl.String)},
    )


@given(st.integers(0, 12), st.integers(0, 6), st.data())
@pytest.mark.parametrize("shortest", [0, 10**9], ids=["runs", "rows"])
def test_what_is_taken_is_what_taking_row_by_row_gives(shortest: int, old: int, new: int, data: st.DataObject) -> None:
    before, fresh = frame(old, "a"), frame(new, "b")
    rows = data.draw(st.lists(st.integers(0, old + new - 1), max_size=20) if old + new else st.just([]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splicing, "SHORTEST", shortest)
        found = spliced(before, fresh, np.array(rows, dtype=np.int64))
    assert_frame_equal(found, pl.concat([before, fresh])[pl.Series(rows, dtype=pl.Int64)])


@given(st.lists(st.text("abc", max_size=2)), st.lists(st.text("abc", max_size=2)))
def test_fresh_keys_come_to_stand_among_kept_ones(one: list[str], other: list[str]) -> None:
    kept, fresh = pl.DataFrame({"key": sorted(one)}), pl.DataFrame({"key": sorted(other)})
    schema = {"key": pl.String}
    taken = in_between(
        kept.cast(schema)["key"], fresh.cast(schema)["key"], np.arange(kept.height, dtype=np.int64), kept.height
    )
    found = spliced(kept.cast(schema), fresh.cast(schema), taken)
    assert found["key"].to_list() == sorted([*one, *other])
