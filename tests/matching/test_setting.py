"""Values that stewards set: kept in one spelling, which settles to itself, or set aside."""

import polars as pl
import pytest

from matching.customers.setting import PINNABLE, settled, sorted_out
from matching.frames import PINS


def pins(*said: tuple[str, str | None]) -> pl.DataFrame:
    rows = [(f"C{number}", attribute, value, "li", None) for number, (attribute, value) in enumerate(said)]
    return pl.DataFrame(rows, schema=dict(PINS), orient="row")


@pytest.mark.parametrize(
    ("attribute", "text", "right"),
    [
        ("birth_date", "1990年1月31日", "1990-01-31"),
        ("birth_date", "1990-02-30", None),
        ("gender", "女", "female"),
        ("entity_type", "person", "person"),
        ("entity_type", "somebody", None),
        ("mobile", "+86 139 5123 4876", "13951234876"),
        ("fixed_line", "025 83771234", "025-83771234"),
        ("email", "Nobody", None),
        ("name", " 阿不都·热合曼 ", "阿不都·热合曼"),
        ("name", " ", None),
        ("confidence", "1", None),
    ],
)
def test_a_text_is_settled_once_and_for_all(attribute: str, text: str, right: str | None) -> None:
    assert settled(attribute, text) == right
    assert right is None or settled(attribute, right) == right


def test_what_cannot_be_used_is_set_aside_as_it_was_written() -> None:
    said = pins(("birth_date", "soon"), ("birth_date", "1990/2/3"), ("shoe_size", "9"), ("name", None), ("mobile", ""))
    kept, aside = sorted_out(said)
    assert kept.select("customer_id", "value").rows() == [("C1", "1990-02-03")]
    assert aside.select("attribute", "value").rows() == [("birth_date", "soon"), ("shoe_size", "9"), ("mobile", "")]
    assert kept.schema == aside.schema == pl.Schema(PINS)
    assert [each.height for each in sorted_out(pins())] == [0, 0]
    assert "birth_date" in PINNABLE
