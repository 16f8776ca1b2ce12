"""Names in one another's columns: given and family name, first and middle name."""

import numpy as np
import polars as pl
import pytest

from matching.facts.encoding import encode
from matching.fieldspec import read_fields
from matching.scores.comparing import compare_all, comparers
from matching.scores.exchanging import EXCHANGED, exchanging

FIELDS = read_fields(
    {"id": "rid", "fields": {"first": "given_name", "middle": "given_name", "family": "family_name"}},
)
Name = tuple[str | None, str | None, str | None]


def exchanged(one: Name, other: Name) -> list[str]:
    """Give the columns in which two names are exchanged."""
    rows = pl.DataFrame([("a", *one), ("b", *other)], schema=["rid", "first", "middle", "family"], orient="row")
    encoded = encode(rows, FIELDS)
    levels = compare_all(exchanging(comparers(encoded)), np.array([0]), np.array([1]))
    facts = zip(encoded.columns, levels, strict=True)
    return [column.name for column, said in facts if said.level[0] == column.field.level(EXCHANGED)]


@pytest.mark.parametrize(
    ("one", "other", "columns"),
    [
        (("Kim", None, "Morgan"), ("Morgan", None, "Kim"), ["first", "family"]),
        (("Kimberly", "Miranda", "Lee"), ("Miranda", "Kimberly", "Lee"), ["first", "middle"]),
        (("Kimberly", "Miranda", "Lee"), ("Miranda", "K", "Lee"), ["first", "middle"]),
        (("Jennifer", None, "Lee"), ("Alice", "J", "Lee"), []),
        (("Jennifer", "A", "Lee"), ("Alice", "J", "Lee"), []),
        (("Ali", None, "Kaya"), ("Mehmet", "Ali", "Kaya"), []),
        (("Ali", "Hasan", "Kaya"), ("Mehmet", "Ali", "Kaya"), []),
    ],
)
def test_exchanged_names_are_seen(one: Name, other: Name, columns: list[str]) -> None:
    assert sorted(exchanged(one, other)) == sorted(columns)
