"""Columns that tell nothing of customers, and values that nearly all have, change nothing in small tables."""

import random
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from matching.facts.encoding import encode
from matching.fieldspec import read_fields
from matching.learning.weighing import learn
from matching.resolving import resolve
from matching.scores.comparing import comparers
from matching.scores.scoring import Scorer
from tests.matching.people import PEOPLE, people


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("id_number", lambda luck: str(luck.randrange(10**5, 10**6))),
        ("text", lambda luck: f"2024-03-{luck.randrange(1, 29):02}"),
        ("category", lambda luck: luck.choice(("active", "active", "closed"))),
        ("category", lambda _: "imported"),
        ("birth_date", lambda luck: f"{luck.randrange(2000, 2024)}-{luck.randrange(1, 13):02}-01"),
    ],
    ids=["row number", "load date", "status", "constant", "load date as a birth date"],
)
def test_a_column_that_tells_nothing_of_customers_weighs_nothing(
    kind: str, value: Callable[[random.Random], str]
) -> None:
    records, _ = people(80)
    luck = random.Random(2)  # noqa: S311 -- a test's luck
    kinds = {"given": "given_name", "family": "family_name", "phones": "phone", "idle": kind}
    beside = records.with_columns(idle=pl.Series([value(luck) for _ in range(records.height)]))
    found = resolve(beside, read_fields({"id": "rid", "fields": kinds}))
    place = [fact.name for fact in found.model.facts].index("idle")
    assert np.abs(found.scored.weights[:, place]).max() < 0.3
    assert "idle" not in {lean for fact in found.model.facts for lean in (fact.parent, fact.contact)}


def test_what_is_beyond_doubt_common_is_so_in_a_small_table_too() -> None:
    town = [f"town {place}" if place % 10 == 0 else "Lakeside" for place in range(150)]
    records, _ = people(200)
    records = records.head(150).with_columns(town=pl.Series(town))
    encoded = encode(records, PEOPLE)
    scorer = Scorer(encoded, learn(encoded, comparers(encoded)))
    place = [fact.name for fact in scorer.model.facts].index("town")
    weigher = scorer._facts[place]
    values = encoded.columns[place].values["value"].to_list()
    common = weigher._share(np.array([values.index(next(value for value in values if "lake" in value.lower()))]))
    assert common[0] > 0.8
