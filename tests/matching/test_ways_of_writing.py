"""Places and categories that a table writes in several ways, and telephones in now the one and now the other column."""

import random
from dataclasses import replace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from matching.facts.encoding import encode
from matching.fieldspec import FieldSpec, Reading, read_fields
from matching.learning.forgetting import Forgetting
from matching.learning.ordering import order_of, ordered, ordered_by
from matching.resolving import resolve

SPEC = read_fields(
    {"id": "rid", "fields": {"name": "person_name", "phone": "phone", "born": "birth_date", "town": "place"}}
)
TOWNS = {"الرياض": "Riyadh", "جدة": "Jeddah", "الدوحة": "Doha", "دبي": "Dubai", "مسقط": "Muscat"}
SYLLABLES = ("ba", "ko", "re", "mi", "su", "ta", "lo", "ve", "ni", "da")
PHONES = read_fields({"id": "rid", "fields": {"name": "person_name", "first": "phone", "second": "phone"}})


def people(*, moved: float = 0.2) -> pl.DataFrame:
    """Two records of each of 400 people, one by an office that writes towns in Arabic."""
    luck = random.Random(5)  # noqa: S311 -- a test's luck
    rows = []
    for at in range(400):
        name = " ".join("".join(luck.choices(SYLLABLES, k=3)) for _ in range(2))
        born = f"{luck.randrange(1940, 2005)}-{luck.randrange(1, 13):02}-{luck.randrange(1, 29):02}"
        phone = f"050{luck.randrange(10**7):07}"
        home = luck.choice(list(TOWNS))
        then = luck.choice(list(TOWNS)) if luck.random() < moved else home
        rows.append({"rid": f"{at:03}a", "name": name, "phone": phone, "born": born, "town": home})
        rows.append({"rid": f"{at:03}b", "name": name, "phone": phone, "born": born, "town": TOWNS[then]})
        if at % 3 == 0:
            rows.append({"rid": f"{at:03}c", "name": name, "phone": phone, "born": born, "town": TOWNS[home]})
    return pl.DataFrame(rows)


def level(encoded_from: pl.DataFrame, one: str, other: str) -> str:
    encoded = ordered(encode(encoded_from, SPEC))
    town = next(column for column in encoded.columns if column.name == "town")
    cleaned = town.field.clean(pl.Series([one, other]))["value"]
    rows = [town.values.filter(pl.col("value") == value) for value in cleaned]
    return town.field.levels[town.field.compare(*rows)[0]].name


def test_two_ways_to_write_a_town_are_one_and_two_towns_are_not() -> None:
    records = people()
    for arabic, latin in TOWNS.items():
        assert level(records, arabic, latin) == "variant"
    assert level(records, "الرياض", "Jeddah") == "different"
    assert level(records, "Doha", "Jeddah") == "different"


def test_who_moves_at_random_teaches_nothing() -> None:
    records = people(moved=1.0).filter(~pl.col("rid").str.ends_with("c"))
    assert ordered(encode(records, SPEC)).columns[3].order is None


def test_a_model_keeps_the_ways_and_forgets_those_of_the_erased() -> None:
    records = people()
    model = resolve(records, SPEC).model
    ways = order_of(model, "town")
    assert ways is not None
    assert ways["count"].n_unique() == len(TOWNS)
    two = records.head(2)
    assert ordered_by(encode(two, SPEC, reading=model.reading), model).columns[3].values["meant"].null_count() == 0
    of_riyadh = pl.col("town").is_in(["الرياض"])
    left = Forgetting.of(records.filter(of_riyadh), records.filter(~of_riyadh), SPEC).without(model)
    kept = order_of(left, "town")
    assert kept is not None
    assert kept["value"].drop_nulls().sort().to_list() == sorted(set(ways["value"].to_list()) - {"alriad"})


def test_rows_in_another_order_say_the_same() -> None:
    records = people()
    one, other = (
        ordered(encode(table, SPEC)).columns[3].order
        for table in (records, records.sample(fraction=1, shuffle=True, seed=1))
    )
    assert one is not None
    assert other is not None
    assert_frame_equal(one, other)


def telephones(*, apart: bool) -> pl.DataFrame:
    """Two records of each of 100 people, who have two numbers; `apart`: a column for each of the two."""
    luck = random.Random(7)  # noqa: S311 -- a test's luck
    rows = []
    for at in range(100):
        numbers = [f"0211{luck.randrange(10**7):07}", f"0176{luck.randrange(10**7):07}"]
        for record in "ab":
            first, second = numbers if apart or luck.random() < 0.5 else numbers[::-1]
            rows.append({"rid": f"{at:03}{record}", "name": f"n {at}", "first": first, "second": second})
    return pl.DataFrame(rows)


def facts(spec: FieldSpec, records: pl.DataFrame, reading: Reading | None = None) -> list[str]:
    return [column.name for column in encode(records, spec, reading=reading).columns]


@pytest.mark.parametrize("apart", [True, False])
def test_columns_whose_numbers_meet_are_one_fact(apart: bool) -> None:
    records = telephones(apart=apart)
    assert facts(PHONES, records) == (["name", "first", "second"] if apart else ["name", "first"])


def test_a_placeholder_in_both_columns_is_counted_once() -> None:
    """Laid side by side, record by record, these would be ten thousand million pairs."""
    many = telephones(apart=True).sample(100_000, with_replacement=True, seed=7)
    records = many.with_columns(
        rid=pl.int_range(pl.len()).cast(pl.String),
        first=pl.when(pl.int_range(pl.len()) % 2 == 0).then("first").otherwise(pl.lit("13800000000")),
        second=pl.when(pl.int_range(pl.len()) % 2 == 1).then("second").otherwise(pl.lit("13800000000")),
    )
    assert facts(PHONES, records) == ["name", "first", "second"]


def test_customers_do_not_depend_on_which_column_is_named_first() -> None:
    turned = replace(PHONES, facts=PHONES.facts[::-1])
    records = telephones(apart=False)
    assert facts(turned, records) == ["first", "name"]
    one, other = (resolve(records, spec).members.drop("linked_by") for spec in (PHONES, turned))
    assert one.equals(other)


def test_what_columns_were_one_fact_a_model_knows() -> None:
    swapped, apart = telephones(apart=False), telephones(apart=True)
    model = resolve(swapped, PHONES).model
    assert facts(PHONES, swapped.head(2), model.reading) == ["name", "first"]
    assert facts(PHONES, swapped, replace(model.reading, facts=frozenset({"name", "first", "second"}))) == [
        "name",
        "first",
        "second",
    ]
    assert facts(PHONES, apart, resolve(apart, PHONES).model.reading) == ["name", "first", "second"]
