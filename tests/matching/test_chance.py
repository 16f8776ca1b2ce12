"""How many namesakes there are is told from the parts of a name, as far as the table bears it out."""

import itertools
from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl
import pytest

from benchmarks.standardised import channel_records as standardised
from matching.facts.encoding import Column, Encoded, encode
from matching.fieldspec import FieldSpec, read_fields
from matching.learning.counting import count_values
from matching.model import Model
from matching.policy import HUB_FIELDS
from matching.resolving import resolve
from matching.scores.chance import buckets, expected, strange_by_chance, with_chances
from matching.scores.commonness import Commonness
from matching.scores.weigher import OF_SEVERAL, own_of
from matching.words import Kind
from pipelines.demo.records import population_records

FIELDS: Final[FieldSpec] = read_fields({"id": "rid", "fields": {"name": "person_name", "born": "birth_date"}})
SURNAMES: Final = "王李张刘陈杨黄赵吴周"
GIVEN: Final = ("伟", "芳", "娜", "敏", "静", "强", "磊", "洋", "艳", "勇")
RARE: Final = "濮阳葳蕤"


def records(*names: str) -> pl.DataFrame:
    """Give two records for each person of these names, each born on a day of their own."""
    born = [f"{1950 + n % 50}-{n % 12 + 1:02}-{n % 28 + 1:02}" for n in range(len(names))]
    return pl.DataFrame(
        {"rid": [f"r{n:04}" for n in range(2 * len(names))], "name": [*names, *names], "born": [*born, *born]}
    )


def crowd() -> list[str]:
    """Give persons of all surnames with all given names but 张伟, whom nobody is called."""
    return [surname + given for surname, given in itertools.product(SURNAMES, GIVEN) if surname + given != "张伟"]


def of_names(encoded: Encoded) -> Column:
    return next(column for column in encoded.columns if column.name == "name")


def of_strangers(model: Model, *names: str) -> dict[str, float]:
    """Give the share of the other records with each name that is taken to be strangers'."""
    column = of_names(encode(records(*names), FIELDS))
    common = Commonness.of_column(column, next(fact for fact in model.facts if fact.name == "name"), model)
    return dict(zip(column.values["value"].to_list(), common.stranger_share.tolist(), strict=True))


def test_a_name_of_common_parts_has_more_namesakes_to_expect_than_one_of_rare_parts() -> None:
    model = resolve(records(*crowd(), "李芳", "张伟", RARE), FIELDS).model
    said = of_strangers(model, "张伟", RARE, "李芳")
    assert said["张伟"] > 3 * said[RARE]
    assert said["李芳"] > 3 * said["张伟"]


def test_a_name_that_nobody_has_told_yet_is_as_common_as_its_parts() -> None:
    model = resolve(records(*crowd()), FIELDS).model
    said = of_strangers(model, "张伟", RARE)
    assert said["张伟"] > 3 * said[RARE]


def test_what_is_expected_counts_the_others_only() -> None:
    found = resolve(records(*crowd(), RARE), FIELDS)
    column, fact = of_names(found.encoded), found.model.facts[0]
    expectation = dict(
        zip(
            column.values["value"].to_list(),
            expected(column.field.parts(column.values), column.counts, fact, found.model).tolist(),
            strict=True,
        )
    )
    assert expectation[RARE] == 0
    assert 1 < expectation["李芳"] < 2  # twenty records have the surname, as many the given name, of 200


def test_who_tells_no_given_name_is_as_common_as_before() -> None:
    found = resolve(records(*crowd(), "张先生"), FIELDS)
    column, fact = of_names(found.encoded), found.model.facts[0]
    expectation = expected(column.field.parts(column.values), column.counts, fact, found.model)
    assert np.isnan(expectation[column.values["value"].to_list().index("张")])


def test_a_bucket_has_as_many_strangers_as_was_learned_of_it() -> None:
    found = resolve(records(*crowd(), *["张伟"] * 2, *[RARE] * 2, *["欧阳修远"] * 3), FIELDS)
    column, fact = of_names(found.encoded), found.model.facts[0]
    common = Commonness.of_column(column, fact, found.model)
    pairs, bucket = column.counts * (column.counts - 1) / 2, buckets(column.counts)
    told = ~np.isnan(expected(column.field.parts(column.values), column.counts, fact, found.model))
    for number, own in enumerate(fact.own):
        here = (bucket == number) & told & (pairs > 0)
        if here.any():
            said = (pairs * common.stranger_share)[here].sum() / pairs[here].sum()
            assert abs(said - (1 - own)) < 1e-6


def test_parts_are_counted_with_the_values() -> None:
    column = of_names(encode(records("张伟", "张芳", "李伟", "John Smith", "John Paul Smith"), FIELDS))
    told = count_values(column).filter(pl.col("fact") == "name:given")
    assert dict(told.select("value", "count").iter_rows()) == {"伟": 4, "芳": 2, "john": 2}


def test_a_table_without_names_of_parts_learns_nothing_of_them() -> None:
    found = resolve(records("madonna", "prince", "王", "李"), FIELDS)
    assert with_chances(found.model, of_names(found.encoded)).facts[0].name == "name"


def test_what_two_values_have_in_common_by_chance_is_told_from_a_customers_own_records() -> None:
    both = np.array([0.0, 3.0, 3.0, 40.0])
    share = strange_by_chance(both, np.array([0.01, 0.01, 5.0, 0.01]), own=1.5)
    assert share[1] < 0.01
    assert 0.7 < share[2] < 0.8
    assert share[3] > 0.85, "nobody has forty records where others have two"


def test_a_customers_own_records_are_reckoned_from_the_prior_and_less_where_a_table_is_small() -> None:
    model = resolve(records(*crowd()), FIELDS).model
    given, family = (replace(model.facts[0], name=kind, kind=kind) for kind in (Kind.GIVEN_NAME, Kind.FAMILY_NAME))

    def own(told: int) -> float | None:
        fact = replace(given, told=told, parent=family.name)
        return own_of(fact, replace(model, facts=(fact, family), prior=-np.log(told)))

    few, many = own(200), own(100_000)
    assert few == pytest.approx(1 / 6, rel=0.02)
    assert many == pytest.approx(1, rel=0.02)


def test_contacts_that_several_share_are_left_as_they_were_counted() -> None:
    found = resolve(standardised(population_records(1_500, seed=3)[0]), HUB_FIELDS)
    kinds = {fact.name: fact.kind for fact in found.model.facts}
    leaning = [fact for fact in found.model.facts if fact.parent and {fact.kind, kinds[fact.parent]} & OF_SEVERAL]
    assert leaning
    assert all(own_of(fact, found.model) is None for fact in leaning)
