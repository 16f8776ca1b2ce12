"""Finding a customer by what a steward knows of him, and all that is published of one."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from matching.customers.customer_ids import parse
from matching.errors import CustomerHubError
from warehouse import duck
from warehouse.queries.serving import Snapshot

SEARCH: Final = duck.statements("queries/search")
RECORDS_OF: Final = duck.statements("queries/records_of")
LINKS_OF: Final = duck.statements("queries/links_of")
LINEAGE_OF: Final = duck.statements("queries/lineage_of")
LIFE_OF: Final = duck.statements("queries/life_of")
SET_VALUES: Final = duck.statements("queries/set_values")
SUBSCRIPTIONS_OF: Final = duck.statements("queries/subscriptions_of")
MOST: Final = 50
FEWEST_DIGITS: Final = 7
"""A shorter run of digits is no phone number."""

Row = dict[str, object]


def search(snapshot: Snapshot, text: str) -> tuple[list[Row], bool]:
    """Give customers known by a text, the surest first, and whether there are more than are given.

    The text is a customer id (also one out of use), a record's id, a phone number, a document's number, an e-mail
    address, or the beginning of a name in characters or in pinyin. All rows are looked through, which takes its time:
    pages ask a directory first.
    """
    text = text.strip()
    if not text:
        return [], False
    plain = "".join(text.split())
    digits = plain.replace("-", "").removeprefix("+86")
    is_number = digits.isdigit() and digits.isascii() and len(digits) >= FEWEST_DIGITS
    rows = snapshot.dicts(
        SEARCH,
        {
            "text": text,
            "customer": _as_customer_id(text),
            "digits": digits if is_number else "",
            "document": plain.upper(),
            "email": plain.lower(),
            "name": "" if plain.isdigit() else plain,
            "pinyin": plain.lower() if plain.isascii() and plain.isalpha() else "",
        },
    )
    return rows[:MOST], len(rows) > MOST


def known_by_pin(snapshot: Snapshot, text: str) -> list[tuple[str, str]]:
    """Give customers for whom a steward set a value with this text in it, and which of their values: most have none."""
    said = text.strip().lower()
    return [(customer, attribute) for customer, attribute, value in _set_values(snapshot) if said and said in value]


@lru_cache(maxsize=2)
def _set_values(snapshot: Snapshot) -> tuple[tuple[str, str, str], ...]:
    return tuple((str(who), str(what), str(value).lower()) for who, what, value in snapshot.rows(SET_VALUES))


def records_of(snapshot: Snapshot, customer_ids: Sequence[str]) -> list[Row]:
    """Give the records of customers, with what links each."""
    return snapshot.dicts(RECORDS_OF, {"ids": list(customer_ids)})


def links_of(snapshot: Snapshot, record_ids: Sequence[str]) -> list[Row]:
    """Give the scored pairs among some records."""
    return snapshot.dicts(LINKS_OF, {"ids": list(record_ids)})


def lineage_of(snapshot: Snapshot, customer_id: str) -> list[Row]:
    """Give where a customer's golden values came from."""
    return snapshot.dicts(LINEAGE_OF, {"id": customer_id})


def life_of(snapshot: Snapshot, customer_id: str) -> list[Row]:
    """Give what happened to a customer, the latest first."""
    return snapshot.dicts(LIFE_OF, {"id": customer_id})


def subscriptions_of(snapshot: Snapshot, customer_id: str) -> list[Row]:
    """Give a customer's subscriptions."""
    return snapshot.dicts(SUBSCRIPTIONS_OF, {"id": customer_id})


def _as_customer_id(text: str) -> str:
    """Give the customer id that a text spells, or the text."""
    try:
        return parse(text)
    except CustomerHubError:
        return text
