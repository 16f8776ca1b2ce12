"""Golden values: chosen by the table of preferences, never made, each with its origin."""

import tomllib
from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.customers.survivorship import STEWARDSHIP, Golden, survive
from matching.errors import CustomerHubError
from matching.frames import CUSTOMERS, LINEAGE, PINS, conform
from matching.policy import SAYS, SURVIVORSHIP, Preference
from tests.matching.telling import DELIVERED, crosswalk, records

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "survivorship.toml").read_text(encoding="utf-8"))["case"]
COUNTED = (
    "customer_id",
    "record_count",
    "channel_count",
    "channels",
    "first_seen_at",
    "last_seen_at",
    "confidence",
    "updated_at",
)
SOURCES = {"mobile": "mobiles", "fixed_line": "fixed_lines"}
"""Golden attributes that a record's list gives."""

Told = Sequence[dict[str, Any]]


def pins(given: dict[str, str], customer_id: str = "A") -> pl.DataFrame:
    rows = [{"customer_id": customer_id, "attribute": key, "value": value} for key, value in given.items()]
    frame = pl.DataFrame(rows, schema={"customer_id": pl.String, "attribute": pl.String, "value": pl.String})
    return conform(frame.with_columns(pinned_by=pl.lit("steward"), pinned_at=pl.lit(DELIVERED)), PINS, name="pins")


def golden(told: Told, pinned: dict[str, str] | None = None) -> Golden:
    customers = {each["record"]: each.get("customer", "A") for each in told}
    return survive(records(told), crosswalk(customers), pins=pins(pinned) if pinned else None)


def why(survived: Golden) -> dict[str, str]:
    lineage = survived.lineage.filter(pl.col("customer_id") == "A")
    return dict(lineage.select("attribute", "rule").iter_rows())


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_what_survives_and_why(case: dict[str, Any]) -> None:
    survived = golden(case["records"], case.get("pins"))
    customer = survived.customers.filter(pl.col("customer_id") == "A").row(0, named=True)
    text = {name: str(value) if isinstance(value, date) else value for name, value in customer.items()}
    assert {name: text[name] for name in case["golden"]} == case["golden"]
    reasons = why(survived)
    assert {name: reasons[name] for name in case["why"]} == case["why"]
    assert [name for name in case.get("empty", []) if customer[name] is not None] == []


def test_every_preference_that_the_table_uses_has_a_case() -> None:
    used = {preference for rule in SURVIVORSHIP for preference in rule.prefer}
    assert used <= {Preference(reason) for case in CASES for reason in case["why"].values()}
    assert set(SAYS) == set(Preference)


NAMES = ("王芳", "王方", "王", "wang fang", "王?", None)
DISTRICTS = ("西湖区", "上城区", None)
told_records = st.fixed_dictionaries(
    {
        "record": st.tuples(
            st.sampled_from(["call_center", "web", "retail_outlet", "agent", "bss", "another"]), st.integers(0, 30)
        ).map(lambda key: f"{key[0]}:{key[1]}"),
        "customer": st.sampled_from("ABC"),
        "said": st.none() | st.dates(date(2020, 1, 1), date(2020, 1, 3)),
        "entity_type": st.sampled_from(["person", "person", "organisation"]),
        "name": st.sampled_from(NAMES),
        "surname": st.sampled_from(["王", None]),
        "name_pinyin": st.sampled_from(["wang fang", "wang"]),
        "gender": st.sampled_from(["male", "female", None]),
        "birth_date": st.sampled_from([date(1970, 2, 3), date(1970, 3, 2), None]),
        "id_number": st.sampled_from(["330106197002030017", "330106197003020018", "3301**********0017", None]),
        "id_is_valid": st.sampled_from([True, False, None]),
        "id_type": st.sampled_from(["resident_id", None]),
        "mobiles": st.none() | st.lists(st.sampled_from(["13700000001", "13700000002", "95001"]), unique=True),
        "fixed_lines": st.lists(st.sampled_from(["0571-87654321", "87654321"]), unique=True),
        "email": st.sampled_from(["a@example.com", "b@example.com", None]),
        "address": st.sampled_from(["浙江省杭州市西湖区文二路1号", "浙江省杭州市西湖区锦苑1幢101室", None]),
        "province": st.sampled_from(["浙江省", None]),
        "city": st.sampled_from(["杭州市", None]),
        "district": st.sampled_from(DISTRICTS),
    }
)
populations = st.lists(told_records, min_size=1, max_size=12, unique_by=lambda each: each["record"])


@settings(max_examples=80, deadline=None)
@given(populations)
def test_golden_values_are_never_invented_and_all_are_accounted_for(told: Told) -> None:
    survived = golden(told)
    rows = {each["record"]: each for each in told}
    for customer in survived.customers.iter_rows(named=True):
        own = [each for each in told if each["customer"] == customer["customer_id"]]
        lineage = survived.lineage.filter(pl.col("customer_id") == customer["customer_id"])
        assert customer["record_count"] == len(own)
        expected = []
        for attribute in CUSTOMERS:
            if attribute in COUNTED or customer[attribute] is None:
                continue
            value = customer[attribute]
            expected += [(attribute, str(each)) for each in (value if isinstance(value, list) else [value])]
        found = list(lineage.select("attribute", "value").iter_rows())
        assert sorted(found) == sorted(expected), "lineage names every golden value, and nothing else"
        for attribute, value, feed, source_id, rule in lineage.drop("customer_id").iter_rows():
            record = rows[f"{feed}:{source_id}"]
            said = record[SOURCES.get(attribute, attribute)]
            assert record in own
            assert value in (said if isinstance(said, list) else [str(said)])
            assert rule in set(Preference)
        numbers = [number for each in own for number in each["mobiles"] or []]
        assert sorted(customer["mobiles"] or []) == sorted(set(numbers)), "the list keeps every number"
        assert customer["mobile"] == (customer["mobiles"] or [None])[0]


@settings(max_examples=50, deadline=None)
@given(populations)
def test_what_belongs_together_comes_from_one_record(told: Told) -> None:
    survived = golden(told)
    rows = {each["record"]: each for each in told}
    origin = {
        (customer_id, attribute): f"{feed}:{source_id}"
        for customer_id, attribute, _, feed, source_id, _ in survived.lineage.iter_rows()
        if attribute != "mobiles"
    }
    for customer in survived.customers.iter_rows(named=True):
        for rule in SURVIVORSHIP:
            if (record := origin.get((customer["customer_id"], rule.attribute))) is not None:
                for column in set(rule.together) & set(CUSTOMERS):
                    assert customer[column] == rows[record][column]


@settings(max_examples=30, deadline=None)
@given(populations, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(told: Told, random: Any) -> None:
    first = golden(told)
    shuffled = list(told)
    random.shuffle(shuffled)
    again = golden(shuffled)
    assert again.customers.equals(first.customers)
    assert again.lineage.equals(first.lineage)


@settings(max_examples=30, deadline=None)
@given(populations)
def test_customers_who_share_no_number_do_not_touch_each_other(told: Told) -> None:
    without = [{**each, "mobiles": None, "fixed_lines": None, "email": None} for each in told]
    together = golden(without)
    for customer_id in {each["customer"] for each in without}:
        alone = golden([each for each in without if each["customer"] == customer_id])
        assert together.customers.filter(pl.col("customer_id") == customer_id).equals(alone.customers)
        assert together.lineage.filter(pl.col("customer_id") == customer_id).equals(alone.lineage)


@settings(max_examples=30, deadline=None)
@given(populations, st.sampled_from(NAMES[:2]), st.sampled_from(["13700000001", "13900000009"]))
def test_a_pin_always_stands(told: Told, name: str, mobile: str) -> None:
    alone = [{**each, "customer": "A", "entity_type": "person"} for each in told]
    survived = golden(alone, {"name": name, "mobile": mobile})
    customer = survived.customers.row(0, named=True)
    assert (customer["name"], customer["mobile"], customer["mobiles"][0]) == (name, mobile, mobile)
    assert len(set(customer["mobiles"])) == len(customer["mobiles"])
    reasons = survived.lineage.filter(pl.col("attribute").is_in(["name", "mobile"]))
    assert set(reasons["rule"]) == {Preference.PINNED}
    assert set(survived.lineage.filter(pl.col("feed") == STEWARDSHIP)["rule"]) <= {Preference.PINNED}
    said = {each["name"] for each in alone}
    assert (reasons.filter(pl.col("attribute") == "name")["feed"][0] == STEWARDSHIP) == (name not in said)


def test_counts_times_and_channels() -> None:
    told = [
        {"record": "web:2", "said": date(2019, 5, 1), "email": "a@example.com"},
        {"record": "web:1", "said": date(2022, 5, 1), "versions": 3, "first_seen_at": datetime(2018, 1, 1)},  # noqa: DTZ001
        {"record": "bss:1", "said": date(2021, 5, 1), "gender": "male"},
    ]
    customer = golden(told).customers.row(0, named=True)
    assert (customer["record_count"], customer["channel_count"], customer["channels"]) == (3, 2, ["bss", "web"])
    assert customer["first_seen_at"] == datetime(2018, 1, 1)  # noqa: DTZ001
    assert customer["last_seen_at"] == DELIVERED, "a changed record was last seen when its change was delivered"
    assert customer["updated_at"] == datetime(2021, 5, 1), "nothing golden is from the changed record"  # noqa: DTZ001


def test_updated_at_is_when_the_youngest_golden_value_was_said() -> None:
    told = [
        {"record": "retail_outlet:1", "said": date(2019, 5, 1), "name": "陈昕"},
        {"record": "call_center:1", "said": date(2023, 5, 1), "name": "陈新"},
    ]
    assert golden(told).customers["updated_at"].to_list() == [datetime(2019, 5, 1)]  # noqa: DTZ001
    told += [{"record": "call_center:2", "said": date(2024, 5, 1), "email": "a@example.com"}]
    assert golden(told).customers["updated_at"].to_list() == [datetime(2024, 5, 1)]  # noqa: DTZ001


def test_confidence_is_that_of_the_weakest_link() -> None:
    told = [{"record": f"web:{number}"} for number in range(6)]
    customers = {"web:0": "A", "web:1": "A", "web:2": "A", "web:3": "B", "web:4": "C", "web:5": "C"}
    scores = {"web:0": 2.0, "web:1": 2.0, "web:2": 0.0, "web:3": -9.0}
    survived = survive(records(told), crosswalk(customers, scores))
    assert dict(survived.customers.select("customer_id", "confidence").iter_rows()) == {"A": 0.5, "B": 1.0, "C": 1.0}


def test_the_last_of_two_pins_holds() -> None:
    told = [{"record": "web:1", "name": "陈昕"}]
    both = pl.concat([pins({"name": "陈新"}), pins({"name": "陈欣"}).with_columns(pinned_at=datetime(2027, 1, 1))])  # noqa: DTZ001
    for order in (both, both.reverse()):
        assert survive(records(told), crosswalk({"web:1": "A"}), pins=order).customers["name"].to_list() == ["陈欣"]


def test_pins_of_unknown_customers_wait_and_unknown_attributes_are_refused() -> None:
    told = [{"record": "web:1", "name": "陈昕"}]
    plain = golden(told)
    waiting = survive(records(told), crosswalk({"web:1": "A"}), pins=pins({"name": "陈新"}, customer_id="B"))
    assert waiting.customers.equals(plain.customers)
    with pytest.raises(
        CustomerHubError, match=r"expected an attribute of .*, found birthdate; did you mean birth_date\?"
    ):
        golden(told, {"birthdate": "1970-01-01"})
    with pytest.raises(CustomerHubError, match=r"pins of birth_date: expected dates .* found 1 other values"):
        golden(told, {"birth_date": "soon"})


def test_records_and_crosswalk_must_be_of_one_run() -> None:
    told = [{"record": "web:1"}, {"record": "web:2"}]
    for customer_of in ({"web:1": "A"}, {"web:1": "A", "web:2": "A", "web:3": "A"}, {"web:1": "A", "web:9": "A"}):
        with pytest.raises(CustomerHubError, match="expected one row for each of the 2 records"):
            survive(records(told), crosswalk(customer_of))


def test_no_customers_at_all() -> None:
    survived = survive(records([]), crosswalk({}))
    assert survived.customers.schema == dict(CUSTOMERS)
    assert survived.lineage.schema == dict(LINEAGE)
    assert survived.customers.is_empty()
    assert survived.lineage.is_empty()


def test_customers_come_by_id_and_lineage_by_customer_and_attribute() -> None:
    told = [
        {"record": f"web:{number}", "customer": customer, "email": "a@example.com", "gender": "male"}
        for number, customer in enumerate("CAB")
    ]
    survived = golden(told)
    assert survived.customers["customer_id"].to_list() == ["A", "B", "C"]
    keys = list(survived.lineage.select("customer_id", "attribute").iter_rows())
    assert all(left < right for left, right in pairwise(keys))
