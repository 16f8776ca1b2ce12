"""FIELDS.toml: what it may say, and how it is told what is wrong with it."""

from pathlib import Path

import pytest

from matching.fieldspec import FieldSpecError, Source, load_fields, read_fields
from matching.words import Kind

GOOD = """
id = "rid"
source = "list"
one_per_source = true

[fields]
surname = "family_name"
former_name = { kind = "family_name", alternative_to = "surname" }
town = "place"
born_in = "place"
"""


def test_columns_become_facts_and_alternatives_one_fact(tmp_path: Path) -> None:
    path = tmp_path / "FIELDS.toml"
    path.write_text(GOOD, encoding="utf-8")
    spec = load_fields(path)
    assert {fact.name: len(fact.sources) for fact in spec.facts} == {"surname": 2, "town": 1, "born_in": 1}
    assert spec.one_per_source
    assert set(spec.columns) == {"rid", "list", "surname", "former_name", "town", "born_in"}


def test_a_field_may_read_a_column_of_another_name_for_one_entity_only() -> None:
    told = {"firm": {"kind": "organisation_name", "column": "name", "when": "organisation"}}
    spec = read_fields({"id": "rid", "entity": "type", "fields": told})
    assert spec.facts[0].sources == (Source("name", "organisation"),)
    assert spec.facts[0].kind is Kind.ORGANISATION_NAME


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"fields": {"a": "text"}}, 'id = "COLUMN"'),
        ({"id": "rid"}, r"\[fields\]"),
        ({"id": "rid", "feilds": {"a": "text"}}, "did you mean 'fields'"),
        ({"id": "rid", "fields": {"a": "persn_name"}}, "did you mean 'person_name'"),
        ({"id": "rid", "fields": {"a": 7}}, "a: expected"),
        ({"id": "rid", "fields": {"a": {"kind": "text", "alternativ_to": "b"}}}, "did you mean 'alternative_to'"),
        ({"id": "rid", "fields": {"a": {"kind": "text", "alternative_to": "b"}, "bb": "text"}}, "did you mean 'bb'"),
        ({"id": "rid", "fields": {"a": {"kind": "text", "alternative_to": "b"}, "b": "place"}}, "expected the kind"),
        ({"id": "rid", "fields": {"a": {"kind": "text", "when": "person"}}}, 'needs entity = "COLUMN"'),
        ({"id": "rid", "fields": {"a": {"kind": "text", "column": ["b", "c"]}}}, "a: expected one text for column"),
        ({"id": "rid", "source": ["s"], "fields": {"a": "text"}}, 'expected source = "COLUMN"'),
        ({"id": "rid", "entity": 3, "fields": {"a": "text"}}, 'expected entity = "COLUMN"'),
        ({"id": "rid", "one_per_source": True, "fields": {"a": "text"}}, 'needs source = "COLUMN"'),
        ({"id": "rid", "source": "s", "one_per_source": "false", "fields": {"a": "text"}}, "= true or false, found 'f"),
    ],
)
def test_mistakes_are_named_with_the_nearest_word(content: dict[str, object], says: str) -> None:
    with pytest.raises(FieldSpecError, match=says):
        read_fields(content)


def test_a_file_that_is_not_there_or_not_toml_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(FieldSpecError, match="check the path"):
        load_fields(tmp_path / "none.toml")
    bad = tmp_path / "bad.toml"
    bad.write_text("id = ", encoding="utf-8")
    with pytest.raises(FieldSpecError, match="TOML"):
        load_fields(bad)


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "FIELDS.toml"
    path.write_text(GOOD, encoding="utf-8-sig")
    assert load_fields(path).one_per_source


def test_a_column_whose_name_wants_quotes_is_told_to_have_them(tmp_path: Path) -> None:
    path = tmp_path / "FIELDS.toml"
    path.write_text('id = "rid"\n[fields]\n客户名称 = "person_name"\n', encoding="utf-8")
    with pytest.raises(FieldSpecError, match='"客户名称" = "person_name"'):
        load_fields(path)
