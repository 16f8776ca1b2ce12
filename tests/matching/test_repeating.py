from pathlib import Path

import polars as pl
import pytest

from matching.facts.encoding import encode
from matching.facts.repeating import repeats
from matching.fieldspec import read_fields
from matching.model import Model
from matching.resolving import resolve
from tests.matching.people import people

NAMES = [f"Name {letter}{number}" for letter in "abcd" for number in range(5)]
TABLE = pl.DataFrame({"rid": [f"r{place:02}" for place in range(20)], "name": NAMES}).with_columns(
    capitals=pl.col("name").str.to_uppercase(),
    seldom_other=pl.when(pl.col("rid") == "r07").then(pl.lit("Name z9")).otherwise("name"),
    shorter=pl.when(pl.col("rid") < "r12").then("name"),
    few=pl.when(pl.col("rid") < "r05").then("name"),
    list=pl.concat_list("name"),
)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"name": "person_name", "capitals": "person_name"}, {"name"}),
        ({"capitals": "person_name", "name": "person_name"}, {"name"}),
        ({"name": "person_name", "capitals": "text"}, {"capitals"}),
        ({"name": "text", "capitals": "category"}, {"name"}),
        ({"name": "person_name", "shorter": "person_name"}, {"shorter"}),
        ({"name": "person_name", "capitals": "organisation_name"}, set()),
        ({"name": "person_name", "seldom_other": "person_name"}, set()),
        ({"name": "person_name", "few": "person_name"}, set()),
        ({"name": "person_name", "list": "person_name"}, set()),
        (
            {"name": "person_name", "few": {"kind": "person_name", "alternative_to": "name"}, "capitals": "text"},
            {"capitals"},
        ),
    ],
)
def test_what_repeats_another_fact_is_seen(fields: dict[str, object], found: set[str]) -> None:
    assert repeats(TABLE, read_fields({"id": "rid", "fields": fields})) == found


def test_a_column_told_twice_changes_nothing_and_a_model_knows_it(tmp_path: Path) -> None:
    records, _ = people(60)
    kinds = {"given": "given_name", "family": "family_name", "born": "birth_date", "phones": "phone"}
    once = read_fields({"id": "rid", "fields": kinds})
    again = read_fields({"id": "rid", "fields": {**kinds, "family_again": "family_name", "born_key": "text"}})
    twice = records.with_columns(family_again=pl.col("family").str.to_uppercase(), born_key="born")
    found = resolve(twice, again)
    assert found.members.equals(resolve(records, once).members)
    found.model.save(tmp_path)
    model = Model.load(tmp_path)
    assert set(model.repeats) == {"family_again", "born_key"}
    apart = twice.with_columns(born_key=pl.lit("imported"))
    assert [column.name for column in encode(apart, again, reading=model.reading).columns] == list(kinds)
    assert resolve(apart, again, model=model).members.equals(found.members)
