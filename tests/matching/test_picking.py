"""Rows picked out of a frame are those that fetching them by their places gives."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from matching.picking import picked

PIECE = pl.DataFrame({"number": [0, 1, 2], "told": [[{"field": "name"}], [], [{"field": "phone"}, {"field": "email"}]]})
FRAME = pl.concat([PIECE, PIECE, PIECE], rechunk=False).with_row_index("place")


@given(st.lists(st.integers(0, FRAME.height - 1)))
def test_rows_come_in_the_order_asked_for_and_as_often(places: list[int]) -> None:
    rows = np.array(places, dtype=np.int64)
    assert picked(FRAME, rows).equals(FRAME[rows])


def test_no_row_of_an_empty_frame() -> None:
    nothing = picked(FRAME.clear(), np.zeros(0, dtype=np.int64))
    assert nothing.equals(FRAME.clear())
