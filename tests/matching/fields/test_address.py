import polars as pl
import pytest

from matching.fields.address import FIELD
from matching.fields.dividing import divided
from matching.fields.divisions import cities, districts, provinces
from matching.fields.writing import FEW
from tests.matching.fields.cases import cases, is_idempotent, level_of

SPELLINGS = cases("addresses", "parts")


@pytest.mark.parametrize("case", SPELLINGS, ids=lambda case: case["raw"])
def test_spelling(case: dict[str, str | None]) -> None:
    cleaned = FIELD.clean(pl.Series([case["raw"]])).row(0, named=True)
    expected = {name: value for name, value in case.items() if name not in ("raw", "because")}
    assert {name: cleaned[name] for name in expected} == expected


@pytest.mark.parametrize("case", cases("addresses", "pairs"), ids=lambda case: f"{case['left']}-{case['right']}")
def test_pair(case: dict[str, str]) -> None:
    assert level_of(FIELD, case["left"], case["right"]) == case["level"]


def test_cleaning_twice_changes_nothing() -> None:
    assert is_idempotent(FIELD, pl.Series([case["raw"] for case in SPELLINGS]))


def test_the_canonical_text_reads_as_the_raw_one_does_part_by_part() -> None:
    told = FIELD.clean(pl.Series([case["raw"] for case in SPELLINGS])).filter(pl.col("value").is_not_null())
    assert FIELD.clean(told["value"]).equals(told)


def test_nothing_at_all_is_no_error() -> None:
    empty = FIELD.clean(pl.Series([], dtype=pl.String))
    assert FIELD.compare(empty, empty).len() == 0
    assert FIELD.clean(pl.Series([None, None], dtype=pl.String))["value"].null_count() == 2


def test_few_addresses_are_divided_as_many_are() -> None:
    names = sorted({*provinces(), *cities(), *districts()})[::7]
    texts = pl.Series("text", [*names, *(f"{name}中山路12号" for name in names), *(name[1:] for name in names), None])
    few = [divided(texts[at : at + FEW]) for at in range(0, len(texts), FEW)]
    assert len(texts) > FEW
    assert divided(texts).equals(pl.concat(few))


@pytest.mark.parametrize("raw", ["1340 W. 71St", "4 B"])
def test_an_address_in_letters_that_is_cleaned_still_says_something(raw: str) -> None:
    assert FIELD.clean(FIELD.clean(pl.Series([raw]))["value"])["value"].null_count() == 0


@pytest.mark.parametrize("raw", ["浙江省杭州市西湖区文三路12号", "12 High Street"])
def test_an_address_alone_is_cleaned_as_beside_one_of_another_script(raw: str) -> None:
    alone = FIELD.clean(pl.Series([raw]))
    beside = FIELD.clean(pl.Series([raw, "上海市南京西路1号", "3 Low Road"]))
    assert alone.equals(beside.head(1))
    assert alone.schema == beside.schema
