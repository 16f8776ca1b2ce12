"""What a preference measures: for each candidate value a number or a time, of which more is better.

A candidate is a value that a record gives for an attribute. Besides `value` its row has columns of the record, what is
decided already of its customer (`golden_entity_type`, `golden_id_number`, `golden_id_is_valid`), how many customers
give the value (`shared_by`), and the `pin` if a steward has set one.
"""

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from matching.customers.dwellings import HOME, HOUSE, dwelling
from matching.customers.witnesses import echoes, unslipped
from matching.fields.transliterated import DOT
from matching.policy import NUMBERS, Preference, Survival
from matching.tables import listed
from matching.words import EntityType, SubscriptionStatus

_MASKS: Final = r"[*＊×?？□�]"
_LONGEST: Final = 1000
"""More characters than a value has."""
_CUT_OFF: Final = ("公司", "有限", "股份", "集团", "企业", "集团公司", "总公司")
_FORMS: Final = sorted(
    {*listed("legal_forms", "form"), *listed("organisation_words", "word", role="firm")} - {*_CUT_OFF}
)
_LATIN_FORMS: Final = r"(?i:\b(ltd|limited|inc|llc|plc|gmbh|corp|corporation)\.?$)"
_REGISTERED: Final = rf"({'|'.join(_FORMS)})$|{_LATIN_FORMS}"

VALUE: Final = pl.col("value")
_WHOLE: Final = ~VALUE.str.contains(_MASKS)
_SAME_KIND: Final = pl.col("entity_type") == pl.col("golden_entity_type")


_CLOSED: Final = pl.col("subscription_status").eq_missing(pl.lit(SubscriptionStatus.CLOSED.value))
_IN_SERVICE: Final = pl.col("subscription_status").is_in([SubscriptionStatus.ACTIVE, SubscriptionStatus.SUSPENDED])


def _levels(*conditions: pl.Expr) -> pl.Expr:
    """Count the conditions that hold; one that cannot be told does not hold."""
    return pl.sum_horizontal(condition.fill_null(value=False).cast(pl.Int8) for condition in conditions)


def _name_is_full() -> pl.Expr:
    """Count: full (not masked, not a surname only), a person's in Chinese, from a record of the customer's own kind.

    A name of several parts, with the dot between them, is fuller than one of them or all of them in one.
    """
    is_person = pl.col("golden_entity_type") == EntityType.PERSON.value
    full = _WHOLE & (~is_person | ((VALUE.str.len_chars() > 1) & ~VALUE.eq_missing(pl.col("surname"))))
    in_chinese = full & is_person & VALUE.str.contains(r"\p{Han}")
    return _levels(full, in_chinese, full & _SAME_KIND, in_chinese & VALUE.str.contains(DOT, literal=True))


def _id_is_valid() -> pl.Expr:
    """0 a check that fails, 1 masked or not checkable, 2 valid, 3 valid and of the kind that such a customer has."""
    is_credit_code = pl.col("id_type") == "credit_code"
    fits = is_credit_code == (pl.col("golden_entity_type") == EntityType.ORGANISATION.value)
    valid = pl.col("id_is_valid").fill_null(value=False)
    checkable = _WHOLE & pl.col("id_is_valid").is_not_null()
    return _levels(valid | ~checkable, valid, valid & fits)


def _age_is_possible() -> pl.Expr:
    """1 if somebody born then can have been a customer when it was said."""
    age = pl.col("said_at").dt.year() - VALUE.dt.year()
    return _levels(age.is_between(0, 120))


def _kind_is_shown() -> pl.Expr:
    """1 for an organisation, which a record shows by a name or a code, and for a person with a valid resident id."""
    is_organisation = EntityType.ORGANISATION.value == VALUE
    is_resident = (pl.col("id_type") == "resident_id") & pl.col("id_is_valid")
    return _levels(is_organisation | is_resident)


VALIDITY: Final[Mapping[str, pl.Expr]] = {
    "entity_type": _kind_is_shown(),
    "name": _name_is_full(),
    "id_number": _id_is_valid(),
    "birth_date": _age_is_possible(),
    "mobile": _levels(VALUE.str.contains(r"^1[3-9]\d{9}$")),
    "fixed_line": _levels(VALUE.str.contains(r"^0\d{2,3}-\d{7,8}$")),
    "email": _levels(VALUE.str.contains(r"^[^@\s*]+@[^@\s*]+\.[^@\s*]+$")),
}
"""Attribute → how well formed and whole a value is."""

_RESIDENT_ID: Final = r"^\d{17}[\dX]$"
_IN_ID: Final[Mapping[str, pl.Expr]] = {
    "birth_date": pl.col("golden_id_number").str.slice(6, 8).str.to_date("%Y%m%d", strict=False),
    "gender": pl.when(pl.col("golden_id_number").str.slice(16, 1).str.contains(r"[13579]"))
    .then(pl.lit("male"))
    .otherwise(pl.lit("female")),
}
"""Attribute → what an 18-digit resident id (GB 11643) says of it."""


def _confirmed(rule: Survival) -> pl.Expr:
    agrees = pl.when(pl.col("golden_id_is_valid") & pl.col("golden_id_number").str.contains(_RESIDENT_ID)).then(
        _IN_ID[rule.attribute] == VALUE
    )
    return _levels(agrees)


def _agreement(rule: Survival) -> pl.Expr:
    if Preference.CURRENT not in rule.prefer:
        return pl.col("feed").n_unique().over("customer", "thing")
    return pl.col("of_late").drop_nulls().n_unique().over("customer", "thing")


def trust(rule: Survival) -> pl.Expr:
    """Give how far the record's channel is believed in the attribute."""
    numbers = NUMBERS.survivorship
    feeds = numbers.trust.get(rule.attribute, {})
    if not feeds:
        return pl.lit(numbers.trust_otherwise, pl.Int8)
    return pl.col("feed").replace_strict(
        list(feeds), list(feeds.values()), default=numbers.trust_otherwise, return_dtype=pl.Int8
    )


_CITY_OF_DISTRICT: Final = pl.col("city").drop_nulls().unique().over("customer", "district", mapping_strategy="join")
_CITY: Final = pl.coalesce(
    "city", pl.when(_CITY_OF_DISTRICT.list.len() == 1).then(_CITY_OF_DISTRICT.list.first())
).fill_null("")
"""The city of an address; where it is left out, that of the district in what other records of the customer say."""

_PLACE: Final = dwelling(VALUE).struct.field("place")
_THINGS: Final[Mapping[str, pl.Expr]] = {
    "address": pl.when(pl.col("city").is_null()).then(_CITY + _PLACE).otherwise(_PLACE)
}
"""Attribute → the thing that several values may name, each in its own way; elsewhere every value is its own."""


def _completeness(rule: Survival) -> pl.Expr:
    length = VALUE.str.len_chars() - VALUE.str.count_matches(_MASKS)
    return length + pl.col("city").is_not_null() * _LONGEST if "city" in rule.together else length


_MEASURES: Final[Mapping[Preference, Callable[[Survival], pl.Expr]]] = {
    Preference.PINNED: lambda rule: _levels(pl.col("pin") == VALUE),
    Preference.CONFIRMED: _confirmed,
    Preference.VALID: lambda rule: VALIDITY[rule.attribute],
    Preference.REGISTERED: lambda rule: _levels(VALUE.str.contains(_REGISTERED)),
    Preference.DETAIL: lambda rule: _levels(
        pl.col("district").is_not_null(),
        _WHOLE & VALUE.str.contains(HOUSE),
        _WHOLE & VALUE.str.contains(HOME),
    ),
    Preference.IN_SERVICE: lambda rule: _levels(_IN_SERVICE.any().over("customer", "thing")),
    Preference.OWN: lambda rule: _levels(pl.col("shared_by") <= NUMBERS.survivorship.shared_by_at_most),
    Preference.ALONE: lambda rule: _levels(pl.col("shared_by") == 1),
    Preference.NOT_CLOSED: lambda rule: _levels(~_CLOSED.any().over("customer", "thing")),
    Preference.CURRENT: lambda rule: _levels(pl.col("of_late").is_not_null().any().over("customer", "thing")),
    Preference.AGREEMENT: _agreement,
    Preference.TRUST: trust,
    Preference.REPETITION: lambda rule: pl.len().over("customer", "thing"),
    Preference.RECENCY: lambda rule: pl.col("said_at").max().over("customer", "thing"),
    Preference.COMPLETENESS: _completeness,
}

_COMPARED: Final[Mapping[Preference, Callable[[pl.DataFrame], pl.Series]]] = {
    Preference.NOT_MISTYPED: unslipped,
    Preference.TOLD_IN_PART: echoes,
}
"""What takes a comparison of each value with the customer's others."""


def measure(candidates: pl.DataFrame, rule: Survival) -> pl.DataFrame:
    """Give the candidates with a column for each of the rule's preferences, named as it is; more is better."""
    years = NUMBERS.survivorship.current_for_years
    is_late = pl.col("said_at") >= pl.col("said_at").max().over("customer").dt.offset_by(f"-{years}y")
    measured = candidates.with_columns(
        thing=_THINGS.get(rule.attribute, VALUE), of_late=pl.when(is_late & ~_CLOSED).then("feed")
    ).with_columns(
        _MEASURES[preference](rule).alias(preference) for preference in rule.prefer if preference in _MEASURES
    )
    compared = [preference for preference in rule.prefer if preference in _COMPARED]
    return measured.with_columns(_COMPARED[each](measured).alias(each) for each in compared)
