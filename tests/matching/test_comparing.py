"""Facts of several values: the best of all combinations, whatever is looked at in one go."""

import random
import tracemalloc

import numpy as np
import polars as pl
import pytest

from matching.facts.encoding import encode
from matching.fieldspec import read_fields
from matching.scores import comparing
from matching.scores.comparing import Compared, comparers


def compared(lengths: list[int], records: int) -> Compared:
    """Compare every two of some records, each with as many telephones as one of the lengths says."""
    luck = random.Random(3)  # noqa: S311 -- a test's luck
    phones = [
        [f"13{luck.randrange(300):03}{luck.randrange(10**6):06}" for _ in range(luck.choice(lengths))]
        for _ in range(records)
    ]
    table = pl.DataFrame({"rid": [f"{place:03}" for place in range(records)], "phones": phones})
    (comparer,) = comparers(encode(table, read_fields({"id": "rid", "fields": {"phones": "phone"}})))
    return comparer.compare(*(side.astype(np.int64) for side in np.triu_indices(records, 1)))


@pytest.mark.parametrize("together", [1, 7, 100])
def test_what_is_looked_at_in_one_go_changes_nothing(together: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = compared([0, 1, 1, 2, 5, 9], 12)
    monkeypatch.setattr(comparing, "TOGETHER", together)
    parts = compared([0, 1, 1, 2, 5, 9], 12)
    for side in ("level", "left", "right"):
        assert np.array_equal(getattr(whole, side), getattr(parts, side))


def test_records_of_many_values_are_compared_within_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "TOGETHER", 20_000)
    tracemalloc.start()
    compared([40], 40)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6  # all 1.2 million combinations at once take twice as much
