import polars as pl

from matching.facts.composing import composed
from matching.fieldspec import FieldSpec, read_fields

RECORDS = pl.DataFrame(
    {
        "rid": ["a", "b", "c", "d", "e"],
        "full": ["Jones, Kaylee", None, "", None, None],
        "given": [None, "Kaylee", "伟", "Lee", None],
        "family": [None, "Jones", "王", None, "Ito"],
    }
)


def spec(**fields: str) -> FieldSpec:
    return read_fields({"id": "rid", "fields": fields})


def test_a_name_in_two_columns_is_put_together_where_the_whole_is_missing() -> None:
    records, fuller = composed(RECORDS, spec(full="person_name", given="given_name", family="family_name"))
    column = next(source.column for source in fuller.facts[0].sources if source.column not in RECORDS.columns)
    assert records[column].to_list() == [None, "Kaylee Jones", "王伟", None, None]
    assert [fact.name for fact in fuller.facts] == ["full", "given", "family"]


def test_a_birth_date_in_three_columns() -> None:
    dates = pl.DataFrame(
        {"rid": ["a", "b"], "born": ["1980-04-05", None], "y": [None, 1980], "m": [None, 4], "d": [None, 5]}
    )
    fields = spec(born="birth_date", y="birth_year", m="birth_month", d="birth_day")
    records, _ = composed(dates, fields)
    assert records[:, -1].to_list() == [None, "1980-4-5"]


def test_a_table_without_the_whole_or_without_a_part_stays_as_it_is() -> None:
    for fields in (spec(given="given_name", family="family_name"), spec(full="person_name", given="given_name")):
        records, same = composed(RECORDS, fields)
        assert records.equals(RECORDS)
        assert same == fields
