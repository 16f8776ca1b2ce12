"""Values in one another's columns are read where they belong; what may be right stays."""

import polars as pl
import pytest

from matching.facts.encoding import encode
from matching.facts.misplacing import put_right
from matching.fieldspec import FieldSpec, read_fields

KINDS = {
    "given": "given_name",
    "family": "family_name",
    "born": "birth_date",
    "phone": "phone",
    "email": "email",
    "street": "address",
    "postcode": "postcode",
    "town": "place",
    "document": "id_number",
}
SPEC = read_fields({"id": "rid", "fields": KINDS})


def read(told: dict[str, str], spec: FieldSpec = SPEC) -> dict[str, str]:
    """Give what a record tells after its values were put right."""
    row = {"rid": "1", **dict.fromkeys(KINDS), **told}
    schema = dict.fromkeys(row, pl.String)
    right = put_right(pl.DataFrame([row], schema=schema), spec).row(0, named=True)
    return {column: value for column, value in right.items() if value is not None and column != "rid"}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"phone": "ann@post.org", "email": "07781 234 567"}, {"email": "ann@post.org", "phone": "07781 234 567"}),
        ({"document": "1981-05-23"}, {"born": "1981-05-23"}),
        ({"phone": "23.05.1981", "born": "07781234567"}, {"born": "23.05.1981", "phone": "07781234567"}),
        ({"email": "Ann", "family": "Lee"}, {"given": "Ann", "family": "Lee"}),
        ({"email": "Ann"}, {"email": "Ann"}),
        ({"phone": "Ann"}, {}),
        ({"phone": "Ann", "given": "ANN", "family": "Lee"}, {"given": "ANN", "family": "Lee"}),
        ({"family": "Mill Lane 12", "street": "Lee"}, {"family": "Lee", "street": "Mill Lane 12"}),
        ({"given": "12 Mill Lane"}, {"street": "12 Mill Lane"}),
        ({"given": "12 Mill Lane", "street": "3 Hill Road"}, {"given": "12 Mill Lane", "street": "3 Hill Road"}),
        ({"town": "NW5 3PY", "postcode": "Leeds"}, {"town": "Leeds", "postcode": "NW5 3PY"}),
        ({"town": "7501", "postcode": "75001"}, {"town": "7501", "postcode": "75001"}),
        ({"town": "07781234567", "phone": "07781000000"}, {"phone": "07781000000"}),
        ({"document": "0778123456", "street": "Riverside"}, {"document": "0778123456", "street": "Riverside"}),
        ({"email": "annlee", "family": "Lee"}, {"email": "annlee", "family": "Lee"}),
        ({"email": "Ann.Lee", "family": "Lee"}, {"email": "Ann.Lee", "family": "Lee"}),
        ({"email": "annlee7"}, {"email": "annlee7"}),
        (
            {"phone": "110105199003071236", "document": "13912345678"},
            {"phone": "13912345678", "document": "110105199003071236"},
        ),
        ({"phone": "110105199003071236"}, {"document": "110105199003071236"}),
        ({"document": "13912345678"}, {"document": "13912345678"}),
        ({"document": "G1", "phone": "110105199003071236"}, {"document": "G1"}),
    ],
)
def test_values_are_read_where_they_belong(told: dict[str, str], expected: dict[str, str]) -> None:
    assert read(told) == expected
    assert read(expected) == expected


NAMED = read_fields({"id": "rid", "fields": {"name": "person_name", "address": "address", "phone": "phone"}})


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"name": "宁晋县花城街20号", "address": "王汉杰"}, {"name": "王汉杰", "address": "宁晋县花城街20号"}),
        ({"name": "宁晋县花城街20号"}, {"address": "宁晋县花城街20号"}),
        ({"address": "王汉杰"}, {"name": "王汉杰"}),
        ({"name": "李四", "address": "王汉杰"}, {"name": "李四", "address": "王汉杰"}),
        ({"address": "王家庄"}, {"address": "王家庄"}),
        ({"name": "王汉杰", "address": "王家庄3号"}, {"name": "王汉杰", "address": "王家庄3号"}),
    ],
)
def test_a_chinese_name_and_address_in_one_anothers_columns(told: dict[str, str], expected: dict[str, str]) -> None:
    assert read_named(told) == expected
    assert read_named(expected) == expected


def read_named(told: dict[str, str]) -> dict[str, str]:
    """Give what a record of name, address and telephone tells after its values were put right."""
    row = {"rid": "1", "name": None, "address": None, "phone": None, **told}
    right = put_right(pl.DataFrame([row], schema=dict.fromkeys(row, pl.String)), NAMED).row(0, named=True)
    return {column: value for column, value in right.items() if value is not None and column != "rid"}


def test_what_has_no_column_of_its_own_stays() -> None:
    spec = read_fields({"id": "rid", "fields": {"phone": "phone"}})
    assert read({"phone": "ann@post.org"}, spec) == {"phone": "ann@post.org"}


def test_lists_and_columns_of_one_kind_of_customer_stay() -> None:
    fields = {
        "person": {"kind": "person_name", "column": "name", "when": "person"},
        "mobiles": "phone",
        "street": "address",
    }
    spec = read_fields({"id": "rid", "entity": "type", "fields": fields})
    told = pl.DataFrame(
        {"rid": ["1"], "type": ["person"], "name": ["12 Mill Lane"], "mobiles": [["1"]], "street": [None]}
    )
    told = told.with_columns(pl.col("street").cast(pl.String))
    assert put_right(told, spec).equals(told)


def test_records_are_encoded_as_they_are_put_right() -> None:
    rows = pl.DataFrame(
        {"rid": ["1"], **{name: [None] for name in KINDS}}, schema=dict.fromkeys(["rid", *KINDS], pl.String)
    )
    rows = rows.with_columns(phone=pl.lit("ann@post.org"))
    told = {column.name: column.values.height for column in encode(rows, SPEC).columns}
    assert told["email"] == 1
    assert told["phone"] == 0
