"""Tables that nobody would wish for: a clear error or a correct result, within memory."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from matching.facts.encoding import encode
from matching.facts.reading import Records
from matching.fieldspec import FieldSpec, FieldSpecError, read_fields
from matching.judgements.evaluating import evaluate
from matching.resolving import resolve

SPEC = read_fields(
    {"id": "rid", "fields": {"name": "person_name", "phone": "phone", "born": "birth_date", "home": "address"}}
)
PEAK = """
import sys
import polars as pl
from matching import load_fields, resolve
found = resolve(pl.read_parquet(sys.argv[1]), load_fields(sys.argv[2]))
found.members.write_parquet(sys.argv[3])
status = open("/proc/self/status").read()
print(next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) // 1024)
"""


def persons(count: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give two records each of so many persons of one name, who differ in number and birth date, and the truth."""
    row = pl.int_range(2 * count, eager=True)
    person = row // 2
    day = pl.date(1940, 1, 1) + pl.duration(days=person * 7919 % 22_000)
    table = pl.DataFrame({"person": person, "row": row}).select(
        rid=pl.format("{}", pl.col("row").cast(pl.String).str.zfill(8)),
        name=pl.lit("王伟"),
        phone=pl.format("139{}", (pl.col("person") * 48_271 % 99_999_989).cast(pl.String).str.zfill(8)),
        born=day.dt.strftime("%Y-%m-%d"),
        home=pl.lit(None, dtype=pl.String),
    )
    return table, pl.DataFrame({"record_id": table["rid"], "entity": person.cast(pl.String)})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"name": "persn_name"}, "unknown kind 'persn_name'; did you mean 'person_name'?"),
        ({"name": "nonsense"}, "expected one of person_name"),
        ({"name": {"knd": "person_name"}}, "unknown key 'knd'; did you mean 'kind'?"),
        ({}, "at least one line"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_nearest_word(content: dict[str, object], says: str) -> None:
    with pytest.raises(FieldSpecError) as told:
        read_fields({"id": "rid", "fields": content})
    assert says in str(told.value)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (persons(3)[0].drop("phone"), "no column 'phone'"),
        (persons(3)[0].rename({"phone": "phones"}), "did you mean 'phones'?"),
        (pl.concat([persons(3)[0], persons(2)[0]]), "4 rows whose id another row has"),
        (persons(3)[0].with_columns(rid=pl.lit(None, dtype=pl.String)), "6 rows without 'rid'"),
    ],
    ids=["a missing column", "a column of another name", "ids twice", "no ids"],
)
def test_a_table_that_does_not_fit_is_a_clear_error(table: pl.DataFrame, says: str) -> None:
    with pytest.raises(FieldSpecError) as told:
        resolve(table, SPEC)
    assert says in str(told.value)


@pytest.mark.parametrize(
    "values",
    [
        pl.Series([timedelta(days=1)] * 6),
        pl.Series([b"\xff\xfe13800000000"] * 6),
        pl.Series([[["13800000000"]]] * 6),
        pl.Series([object()] * 6, dtype=pl.Object),
    ],
    ids=["durations", "bytes that are no text", "lists of lists", "objects"],
)
@pytest.mark.parametrize("column", ["rid", "phone"])
def test_values_that_have_no_text_are_a_clear_error(values: pl.Series, column: str) -> None:
    with pytest.raises(
        FieldSpecError, match=f"records: {column}: expected .* found {values.dtype.base_type()}"
    ) as told:
        resolve(persons(3)[0].with_columns(values.alias(column)), SPEC)
    assert "1380" not in str(told.value)


@pytest.mark.parametrize(
    "phones",
    [
        lambda phones: phones.cast(pl.Float64),
        lambda phones: phones.cast(pl.Decimal(20, 2)),
        lambda phones: phones.cast(pl.Binary),
        lambda phones: phones.cast(pl.Float64).reshape((-1, 1)),
        lambda phones: phones.cast(pl.Int64).reshape((-1, 1)).cast(pl.List(pl.Decimal(20, 2))),
    ],
    ids=["fractions", "decimals", "bytes", "arrays", "lists"],
)
def test_numbers_are_read_as_whole_whatever_type_a_table_has_given_them(
    phones: Callable[[pl.Series], pl.Series],
) -> None:
    table, _ = persons(40)
    told = table.with_columns(phones(table["phone"]).alias("phone"))
    assert resolve(told, SPEC).members.equals(resolve(table, SPEC).members)


def test_dates_in_a_column_of_fractions_are_dates() -> None:
    table, _ = persons(40)
    told = table.with_columns(born=pl.col("born").str.replace_all("-", "").cast(pl.Float64))
    assert encode(told, SPEC).columns[1].values.equals(encode(table, SPEC).columns[1].values)


def test_what_is_no_number_tells_nothing() -> None:
    table = persons(20)[0].with_columns(home=pl.Series([float("nan"), float("inf")] * 20))
    assert not next(column for column in encode(table, SPEC).columns if column.name == "home").values.height


def test_whole_names_are_made_of_the_first_of_several_given_names() -> None:
    table, _ = persons(3)
    names = {"whole": "person_name", "given": "given_name", "family": "family_name"}
    told = table.with_columns(whole=None, given=pl.Series([["Anna", "Eva"]] * 6), family=pl.lit("Meyer"))
    spec = read_fields({"id": "rid", "fields": names})
    assert encode(told, spec).columns[0].values["value"].to_list() == ["anna meyer"]


def test_a_column_that_waits_for_a_word_which_no_record_says_is_a_clear_error() -> None:
    fields = {"name": {"kind": "person_name", "when": "persn"}, "phone": "phone"}
    spec = read_fields({"id": "rid", "entity": "type", "fields": fields})
    with pytest.raises(FieldSpecError, match="found 'persn', which no record has there"):
        resolve(persons(3)[0].with_columns(type=pl.lit("person")), spec)


@pytest.mark.parametrize("taken", [pl.DataFrame.lazy, pl.DataFrame.to_arrow, pl.DataFrame.to_pandas])
def test_tables_of_other_libraries_are_taken(taken: Callable[[pl.DataFrame], Records]) -> None:
    table, _ = persons(4)
    assert resolve(taken(table), SPEC).members.equals(resolve(table, SPEC).members)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"rid": [1], "name": ["a"]}, "expected a table of Polars, pandas, pyarrow or DuckDB, found 'dict'"),
        (pd.DataFrame({"rid": [1, 2], "phone": ["13800000000", {}]}), "of one type"),
        (pa.table({"rid": [1], "since": [pa.MonthDayNano([1, 2, 3])]}), "of one type"),
    ],
    ids=["columns alone", "a column of several types", "a column of intervals"],
)
def test_what_is_no_table_is_told_what_would_be(given: Any, says: str) -> None:
    with pytest.raises(FieldSpecError, match=says) as told:
        resolve(given, SPEC)
    assert "13800000000" not in str(told.value)


@pytest.mark.parametrize(
    ("table", "customers"),
    [
        (persons(3)[0].clear(), 0),
        (persons(3)[0].head(1), 1),
        (persons(40)[0].with_columns(home=pl.lit("江苏省南京市")), 40),
        (persons(40)[0].with_columns(home=pl.lit("")), 40),
        (persons(40)[0].with_columns(pl.lit(None, dtype=pl.Null).alias("home")), 40),
        (persons(40)[0].with_columns(name=pl.lit(None, dtype=pl.String), home=pl.lit("?")), 40),
    ],
    ids=["no record", "one record", "a constant column", "an empty column", "a column of nothing", "only numbers"],
)
def test_a_poor_table_gives_the_customers_that_can_be_told(table: pl.DataFrame, customers: int) -> None:
    assert resolve(table, SPEC).members["cluster"].n_unique() == customers


def test_a_table_that_tells_nothing_joins_nobody() -> None:
    table = persons(20)[0].with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in ("name", "phone", "born"))
    assert resolve(table, SPEC).members["cluster"].n_unique() == table.height


def measured(table: pl.DataFrame, fields: FieldSpec, folder: Path) -> tuple[pl.DataFrame, int]:
    """Resolve in a process of its own: the members, and the most memory it held, in MB."""
    table.write_parquet(folder / "records.parquet")
    lines = [f'{fact.name} = "{fact.kind}"' for fact in fields.facts]
    (folder / "fields.toml").write_text("\n".join([f'id = "{fields.id}"', "[fields]", *lines]), encoding="utf-8")
    paths = [str(folder / name) for name in ("records.parquet", "fields.toml", "members.parquet")]
    run = subprocess.run([sys.executable, "-c", PEAK, *paths], check=True, capture_output=True, text=True)
    return pl.read_parquet(folder / "members.parquet"), int(run.stdout)


@pytest.mark.slow
def test_a_block_of_200_000_equal_names_is_told_apart_within_memory(tmp_path: Path) -> None:
    table, truth = persons(100_000)
    members, peak = measured(table, SPEC, tmp_path)
    assert evaluate(members, truth)["f1"] > 0.99
    assert peak < 1_500


@pytest.mark.slow
def test_a_column_of_a_million_equal_values_is_matched_within_memory(tmp_path: Path) -> None:
    table, truth = persons(500_000)
    table = table.with_columns(home=pl.lit("江苏省南京市鼓楼区中山路1号"))
    members, peak = measured(table, SPEC, tmp_path)
    assert evaluate(members, truth)["f1"] > 0.99
    assert peak < 2_500


def test_a_table_that_tells_little_says_so() -> None:
    told: list[str] = []
    table = pl.DataFrame({"rid": ["1", "2"], "name": ["王伟", "尹丹娜"], "city": ["", None]})
    found = resolve(
        table, read_fields({"id": "rid", "fields": {"name": "person_name", "city": "place"}}), progress=told.append
    )
    assert found.members["cluster"].n_unique() == 2
    assert any(line.startswith("one fact alone is told") for line in told)
    assert any(line.startswith("0 pairs to compare: no two records") for line in told)


@pytest.mark.parametrize(("ids", "says"), [(("00000000", "00000001"), False), (("r0", "r1"), True)])
def test_labels_of_other_records_are_told(ids: tuple[str, str], *, says: bool) -> None:
    told: list[str] = []
    labels = pl.DataFrame({"record_id_l": ids[:1], "record_id_r": ids[1:], "judgement": ["same"]})
    resolve(persons(4)[0], SPEC, labels=labels, progress=told.append)
    assert any(line.startswith("labels: none of them says") for line in told) is says
