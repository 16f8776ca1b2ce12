"""Customers and records by their ids, for pages and programs."""

from collections.abc import Sequence
from typing import Final

from warehouse import duck
from warehouse.serving import Snapshot

CUSTOMERS_BY_ID: Final = duck.statements("queries/customers_by_id")
RECORDS_BY_ID: Final = duck.statements("queries/records_by_id")


def customers_by_id(snapshot: Snapshot, customer_ids: Sequence[str]) -> dict[str, dict[str, object]]:
    """Give golden customers as rows of `customers`, by id; an id that is not in force is left out."""
    rows = snapshot.dicts(CUSTOMERS_BY_ID, {"ids": list(customer_ids)})
    return {str(row["customer_id"]): row for row in rows}


def records_by_id(snapshot: Snapshot, record_ids: Sequence[str]) -> dict[str, dict[str, object]]:
    """Give records as rows of `records`, by id; an unknown id is left out."""
    rows = snapshot.dicts(RECORDS_BY_ID, {"ids": list(record_ids)})
    return {str(row["record_id"]): row for row in rows}
