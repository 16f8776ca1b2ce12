"""What an unknown table's columns are taken for: by their names in many languages, or by their values."""

import random
import tomllib

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import resolve
from matching.fieldspec import FieldSpecError, read_fields
from matching.proposing import propose
from matching.proposing.headers import is_another, kinds_of
from matching.words import Kind
from pipelines.demo.records import population_records

ROWS = 400
LUCK = random.Random(3)  # noqa: S311 -- invented values
MAILBOXES = [f"person{row}@example.org" for row in range(ROWS)]
BIRTHS = [f"{LUCK.randint(1, 28):02}.{LUCK.randint(1, 12):02}.{LUCK.randint(1940, 2004)}" for _ in range(ROWS)]
WORKERS = [
    f"{LUCK.choice(['Anna', 'Jan', 'Piotr', 'Ewa'])} {LUCK.choice(['Nowak', 'Mazur', 'Krol'])}{'a' * (row % 7)}"
    for row in range(ROWS)
]
FIRMS = [
    f"{LUCK.choice(['Green', 'Blue', 'Old'])} Mill {row} {LUCK.choice(['Ltd', 'Bakery', 'Stores'])}"
    for row in range(ROWS)
]


def kinds(**columns: list[str]) -> dict[str, str | None]:
    found = propose(pl.DataFrame({"n": [str(row) for row in range(ROWS)], **columns}))
    return {one.column: one.kind for one in found.columns}


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("FirstName", Kind.GIVEN_NAME),
        ("patient_name", Kind.PERSON_NAME),
        ("birth_place", Kind.PLACE),
        ("Date of Birth", Kind.BIRTH_DATE),
        ("street_number", Kind.HOUSE_NUMBER),
        ("postal code 2", Kind.POSTCODE),
        ("客户姓名", Kind.PERSON_NAME),
        ("联系电话1", Kind.PHONE),
        ("证件号码", Kind.ID_NUMBER),
        ("出生日期", Kind.BIRTH_DATE),
        ("Geburtsdatum", Kind.BIRTH_DATE),
        ("Straße", Kind.ADDRESS),
        ("prénom", Kind.GIVEN_NAME),
        ("apellido paterno", Kind.FAMILY_NAME),
        ("doğum tarihi", Kind.BIRTH_DATE),
        ("生年月日", Kind.BIRTH_DATE),
        ("휴대전화", Kind.PHONE),
        ("дата рождения", Kind.BIRTH_DATE),
        ("số điện thoại", Kind.PHONE),
        ("οδός", Kind.ADDRESS),
    ],
)
def test_names_of_columns_are_read_in_many_languages(header: str, kind: Kind) -> None:
    assert kind in kinds_of(header)


@settings(deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_header_is_read(one: str, other: str) -> None:
    for kind in kinds_of(one):
        assert kind in {*Kind, "id", "source", "-"}
    assert not is_another(one, one), other


def test_values_tell_what_a_columns_name_does_not() -> None:
    found = kinds(
        a=MAILBOXES,
        b=BIRTHS,
        c=FIRMS,
        d=[f"0{LUCK.randint(171, 179)} {LUCK.randint(10**6, 10**7)}" for _ in range(ROWS)],
    )
    assert found == {"a": "email", "b": "birth_date", "c": "organisation_name", "d": "phone"}


def test_values_overrule_a_name_that_they_contradict() -> None:
    assert kinds(phone=MAILBOXES, name=FIRMS, contact=WORKERS) == {
        "phone": "email",
        "name": "organisation_name",
        "contact": "person_name",
    }


def test_what_tells_no_customer_from_another_is_left_out() -> None:
    days = [f"2026-11-{1 + row % 28:02}" for row in range(ROWS)]
    assert kinds(created_at=days, x=days, country=["PL"] * ROWS, empty=[""] * ROWS, name=WORKERS) == {
        "created_at": None,
        "x": "category",
        "country": None,
        "empty": None,
        "name": "person_name",
    }


def test_a_former_value_is_an_alternative_and_a_numbered_name_is_not() -> None:
    found = propose(
        pl.DataFrame(
            {
                "rid": range(ROWS),
                "city": [f"Town{'x' * (row % 90)}" for row in range(ROWS)],
                "previous_city": [f"Town{'y' * (row % 90)}" for row in range(ROWS)],
                "fname_1": WORKERS,
                "fname_2": WORKERS,
                "phone": [f"0171 {2000000 + row}" for row in range(ROWS)],
                "phone2": [f"0172 {2000000 + row}" for row in range(ROWS)],
            }
        )
    )
    assert {one.column: one.alternative_to for one in found.columns if one.alternative_to} == {
        "previous_city": "city",
        "phone2": "phone",
    }


def test_a_proposal_is_a_specification_with_reasons_and_nobodys_data() -> None:
    records, _ = population_records(600, 5)
    proposal = propose(records)
    spec = read_fields(tomllib.loads(proposal.toml()))
    assert (spec.id, spec.source) == ("record_id", "feed")
    told = {fact.name: fact.kind for fact in spec.facts}
    assert told == {
        "name": Kind.PERSON_NAME,
        "id_number": Kind.ID_NUMBER,
        "mobile": Kind.PHONE,
        "fixed_line": Kind.PHONE,
        "email": Kind.EMAIL,
        "birth_date": Kind.BIRTH_DATE,
        "gender": Kind.GENDER,
        "address": Kind.ADDRESS,
    }
    assert resolve(records, spec).members.height == 600
    for column in ("name", "id_number", "mobile", "address"):
        assert not any(value in proposal.toml() for value in records[column].drop_nulls())


def test_headers_that_toml_would_misread_are_written_so_that_it_does_not() -> None:
    odd = 'na"me\\ with = # [odd] \x7f\x01\n 姓名'
    proposal = propose(pl.DataFrame({"n": range(ROWS), odd: WORKERS}))
    assert odd in tomllib.loads(proposal.toml())["fields"]


@pytest.mark.parametrize("table", [{"a": ["x", "x"]}, {"a": []}, {}])
def test_a_table_whose_records_nothing_names_is_said(table: dict[str, list[str]]) -> None:
    with pytest.raises(FieldSpecError, match="another value in every row"):
        propose(pl.DataFrame(table))
