"""What we believe, as tables: how records are matched and which values survive. Numbers operations may turn are in
`policy.toml`."""

from typing import Final

from matching.fieldspec import FieldSpec, read_fields

HUB_FIELDS: Final[FieldSpec] = read_fields(
    {
        "id": "record_id",
        "entity": "entity_type",
        "fields": {
            "name": {"kind": "person_name", "column": "name", "when": "person"},
            "organisation": {"kind": "organisation_name", "column": "name", "when": "organisation"},
            "id_number": "id_number",
            "phone": {"kind": "phone", "column": "mobiles"},
            "fixed_line": {"kind": "phone", "column": "fixed_lines", "alternative_to": "phone"},
            "email": "email",
            "birth_date": "birth_date",
            "gender": "gender",
            "address": "address",
        },
    },
    where="matching.policy",
)
"""The Hub's own records: persons and organisations have names of their own kinds, all their phones are one fact."""
