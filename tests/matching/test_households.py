"""Households: one home, several persons; neither neighbours nor dormitories nor firms."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.customers.households import find_households
from matching.customers.survivorship import survive
from matching.frames import HOUSEHOLDS
from matching.policy import NUMBERS
from tests.matching.telling import crosswalk, records

FILE = tomllib.loads((Path(__file__).parents[1] / "cases" / "households.toml").read_text(encoding="utf-8"))
CASES, DISTRICT = FILE["case"], FILE["district"]


def households(
    live: list[str], said: dict[str, date] | None = None, district: dict[str, Any] = DISTRICT
) -> pl.DataFrame:
    told = []
    for number, line in enumerate(live):
        customer, address = line.split(": ")
        told.append(
            {
                "record": f"web:{number}",
                "customer": customer,
                "said": (said or {}).get(customer, date(2020, 1, 1)),
                "entity_type": "organisation" if customer == "FIRM" else "person",
                **district,
                "address": "".join(value for value in district.values() if value) + address,
            }
        )
    belongs = crosswalk({each["record"]: each["customer"] for each in told})
    return find_households(records(told), belongs, survive(records(told), belongs).customers)


def groups(found: pl.DataFrame) -> list[str]:
    return sorted(" ".join(group["customer_id"].sort()) for _, group in found.group_by("household_id"))


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_who_lives_together(case: dict[str, Any]) -> None:
    assert groups(households(case["live"])) == case["households"]


def test_the_dormitory_in_the_cases_is_one_person_too_many() -> None:
    dormitory = next(case for case in CASES if "dormitory" in case["title"])
    assert len(dormitory["live"]) == NUMBERS.households.members_at_most + 1
    assert len(groups(households(dormitory["live"][1:]))) == 1


def test_an_address_without_a_district_is_not_enough() -> None:
    nowhere = {"province": "浙江省", "city": "杭州市", "district": None}
    assert households(["A: 锦绣苑3幢402室", "B: 锦绣苑3幢402室"], district=nowhere).is_empty()


def test_the_same_estate_in_another_district_is_another_home() -> None:
    one = ["A: 锦绣苑3幢402室", "B: 锦绣苑3幢402室"]
    told = [
        {"record": "web:1", **DISTRICT, "address": "浙江省杭州市西湖区锦绣苑3幢402室"},
        {"record": "web:2", **DISTRICT | {"district": "上城区"}, "address": "浙江省杭州市上城区锦绣苑3幢402室"},
    ]
    belongs = crosswalk({"web:1": "A", "web:2": "B"})
    assert find_households(records(told), belongs, survive(records(told), belongs).customers).is_empty()
    assert not households(one).is_empty()


def test_the_household_is_called_after_the_member_known_longest_and_keeps_its_id() -> None:
    live = ["B: 锦绣苑3幢402室", "C: 锦绣苑3幢2单元402室"]
    known = {"A": date(2021, 1, 1), "B": date(2010, 1, 1), "C": date(2015, 1, 1)}
    two, three = households(live, known), households(["A: 锦绣苑3幢402室", *live], known)
    assert set(two["household_id"]) == set(three["household_id"]) == {"HB"}
    assert set(three["member_count"]) == {3}
    assert set(three["address"]) == {"浙江省杭州市西湖区锦绣苑3幢2单元402室"}


def test_no_households_at_all() -> None:
    empty = households([])
    assert empty.is_empty()
    assert empty.schema == dict(HOUSEHOLDS)


homes = st.builds(
    "{}{}锦绣苑{}幢{}402室".format,
    st.sampled_from(["", "留下街道", "龙坞镇"]),
    st.sampled_from(["", "西溪路391号", "文三路7号"]),
    st.integers(1, 2),
    st.sampled_from(["", "1单元", "2单元"]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.builds("{}: {}".format, st.sampled_from("ABCDEF"), homes), max_size=12), st.randoms())
def test_everybody_has_one_household_of_at_least_two_in_any_order(live: list[str], random: Any) -> None:
    found = households(live)
    shuffled = list(live)
    random.shuffle(shuffled)
    assert households(shuffled).equals(found)
    assert not found["customer_id"].is_duplicated().any()
    sizes = found.group_by("household_id").agg(pl.len(), pl.col("member_count").unique())
    assert all(counted == [size] and size >= 2 for _, size, counted in sizes.iter_rows())
