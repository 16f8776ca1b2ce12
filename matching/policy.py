"""What we believe, as tables: how records are matched and which values survive. Numbers operations may turn are in
`policy.toml`.

Survivorship: for each golden attribute, what is preferred when the records of a customer say different things. The
first preference that tells two values apart decides, and `lineage` names it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Final

from matching.fieldspec import FieldSpec, read_fields
from matching.numbers import Numbers, read_numbers
from matching.words import EntityType

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
            "masked_mobile": {"kind": "phone", "column": "masked_mobiles", "alternative_to": "phone"},
            "email": "email",
            "birth_date": "birth_date",
            "gender": "gender",
            "address": "address",
            "registered_in": {"kind": "address", "alternative_to": "address"},
        },
    },
    where="matching.policy",
)
"""The Hub's own records: persons and organisations have names of their own kinds, all their phones are one fact, and
where no address is told the district that issued the resident id stands in for it."""


class Preference(StrEnum):
    """Why one value is preferred to another; `lineage` gives the name of the one that decided."""

    PINNED = "pinned"
    CONFIRMED = "confirmed"
    VALID = "valid"
    REGISTERED = "registered"
    DETAIL = "detail"
    IN_SERVICE = "in_service"
    NOT_MISTYPED = "not_mistyped"
    OWN = "own"
    ALONE = "alone"
    NOT_CLOSED = "not_closed"
    CURRENT = "current"
    AGREEMENT = "agreement"
    TOLD_IN_PART = "told_in_part"
    TRUST = "trust"
    REPETITION = "repetition"
    RECENCY = "recency"
    COMPLETENESS = "completeness"
    FIRST_RECORD = "first_record"
    ONLY_VALUE = "only_value"
    EVERY_VALUE = "every_value"


SAYS: Final[Mapping[Preference, str]] = {
    Preference.PINNED: "a steward set it",
    Preference.CONFIRMED: "agrees with the customer's valid resident id",
    Preference.VALID: "well formed and whole: a full name, a check that fits, a kind that shows, nothing masked",
    Preference.REGISTERED: "carries the legal form of a registered name",
    Preference.DETAIL: "goes further down: to the district, the house, the dwelling",
    Preference.IN_SERVICE: "the number of a subscription that the customer has",
    Preference.NOT_MISTYPED: "not another number of the customer, better witnessed, with a slip in it",
    Preference.OWN: "not shared by more customers than a household has members",
    Preference.ALONE: "given by no other customer",
    Preference.NOT_CLOSED: "not the number of a subscription that was given up",
    Preference.CURRENT: "said in the last years before the customer's last word on it",
    Preference.AGREEMENT: "more channels say so (where current is asked: of late); spellings of one home agree",
    Preference.TOLD_IN_PART: "begins with a surname, and more channels tell its surname, its sound or part of it",
    Preference.TRUST: "the channel is trusted more in this attribute",
    Preference.REPETITION: "more records say so",
    Preference.RECENCY: "said later",
    Preference.COMPLETENESS: "tells more: the city, then longer, less of it masked",
    Preference.FIRST_RECORD: "nothing else tells the values apart: the smallest record id",
    Preference.ONLY_VALUE: "no record says otherwise",
    Preference.EVERY_VALUE: "the list keeps every value that a record gives",
}
"""What each preference prefers, in a sentence."""


@dataclass(frozen=True)
class Survival:
    """How one golden attribute survives: the preferences in their order, and the columns that come with it.

    `together` are taken from the record that wins the attribute, never from another one. A rule for one entity type
    leaves the attribute of other customers to the other rules, or empty. `source` is the record's column where it is
    not called as the attribute: a list, each of whose items is a candidate; `every` is the golden list of them all.
    Columns that `customers` does not have serve the rules that follow.
    """

    attribute: str
    prefer: tuple[Preference, ...]
    together: tuple[str, ...] = ()
    entity_type: EntityType | None = None
    source: str | None = None
    every: str | None = None


P = Preference
SURVIVORSHIP: Final[tuple[Survival, ...]] = (
    Survival("entity_type", (P.PINNED, P.AGREEMENT, P.VALID, P.TRUST, P.REPETITION, P.RECENCY)),
    Survival(
        "id_number",
        (P.PINNED, P.VALID, P.COMPLETENESS, P.AGREEMENT, P.TRUST, P.REPETITION, P.RECENCY),
        together=("id_type", "id_is_valid"),
    ),
    Survival(
        "name",
        (P.PINNED, P.VALID, P.AGREEMENT, P.TOLD_IN_PART, P.TRUST, P.REPETITION, P.COMPLETENESS, P.RECENCY),
        together=("name_pinyin",),
        entity_type=EntityType.PERSON,
    ),
    Survival(
        "name",
        (P.PINNED, P.VALID, P.REGISTERED, P.AGREEMENT, P.TRUST, P.COMPLETENESS, P.REPETITION, P.RECENCY),
        together=("name_pinyin",),
        entity_type=EntityType.ORGANISATION,
    ),
    Survival(
        "gender",
        (P.PINNED, P.CONFIRMED, P.AGREEMENT, P.TRUST, P.REPETITION, P.RECENCY),
        entity_type=EntityType.PERSON,
    ),
    Survival(
        "birth_date",
        (P.PINNED, P.CONFIRMED, P.VALID, P.AGREEMENT, P.TRUST, P.REPETITION, P.RECENCY),
        entity_type=EntityType.PERSON,
    ),
    Survival(
        "mobile",
        (
            P.PINNED,
            P.VALID,
            P.IN_SERVICE,
            P.NOT_MISTYPED,
            P.OWN,
            P.ALONE,
            P.CURRENT,
            P.AGREEMENT,
            P.NOT_CLOSED,
            P.TRUST,
            P.REPETITION,
            P.RECENCY,
        ),
        source="mobiles",
        every="mobiles",
    ),
    Survival(
        "fixed_line",
        (
            P.PINNED,
            P.VALID,
            P.IN_SERVICE,
            P.NOT_MISTYPED,
            P.OWN,
            P.AGREEMENT,
            P.NOT_CLOSED,
            P.TRUST,
            P.REPETITION,
            P.RECENCY,
        ),
        source="fixed_lines",
    ),
    Survival("email", (P.PINNED, P.VALID, P.OWN, P.CURRENT, P.AGREEMENT, P.RECENCY, P.TRUST)),
    Survival(
        "address",
        (P.PINNED, P.DETAIL, P.CURRENT, P.AGREEMENT, P.RECENCY, P.COMPLETENESS, P.TRUST),
        together=("province", "city", "district"),
    ),
)
"""In the order in which they are decided: what a customer is and his id are known when the rest is weighed."""

NUMBERS: Final[Numbers] = read_numbers(
    resources.files("matching").joinpath("policy.toml").read_text(encoding="utf-8"),
    attributes={rule.attribute for rule in SURVIVORSHIP if P.TRUST in rule.prefer},
    where="matching/policy.toml",
)
"""The numbers that operations may turn; the file says what each is for."""
