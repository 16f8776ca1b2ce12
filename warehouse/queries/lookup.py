"""Customers and records by their ids, for pages and programs."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from warehouse import duck
from warehouse.queries.serving import Snapshot

CUSTOMERS_BY_ID: Final = duck.statements("queries/customers_by_id")
CUSTOMERS_IN_SHORT: Final = duck.statements("queries/customers_in_short")
RECORDS_BY_ID: Final = duck.statements("queries/records_by_id")
RECORDS_AT: Final = duck.statements("queries/records_at")
PAIRS_AT: Final = duck.statements("queries/pairs_at")
HOUSEMATES: Final = duck.statements("queries/housemates")
MEMBERS_BESIDE: Final = duck.statements("queries/members_beside")


def customers_by_id(snapshot: Snapshot, customer_ids: Sequence[str]) -> dict[str, dict[str, object]]:
    """Give golden customers as rows of `customers`, by id; an id that is not in force is left out."""
    rows = snapshot.dicts(CUSTOMERS_BY_ID, {"ids": list(customer_ids)})
    return {str(row["customer_id"]): row for row in rows}


def customers_in_short(snapshot: Snapshot, customer_ids: Sequence[str]) -> dict[str, dict[str, object]]:
    """Give what a list shows of golden customers, by id: the fewer columns are read, the sooner they are there."""
    rows = snapshot.dicts(CUSTOMERS_IN_SHORT, {"ids": list(customer_ids)})
    return {str(row["customer_id"]): row for row in rows}


def records_by_id(snapshot: Snapshot, record_ids: Sequence[str]) -> dict[str, dict[str, object]]:
    """Give records as rows of `records`, by id; an unknown id is left out."""
    rows = snapshot.dicts(RECORDS_BY_ID, {"ids": list(record_ids)})
    return {str(row["record_id"]): row for row in rows}


def members_beside(snapshot: Snapshot, record_ids: Sequence[str]) -> dict[str, str]:
    """Give the records of the customers that hold these records, each with its customer."""
    rows = snapshot.dicts(MEMBERS_BESIDE, {"ids": list(record_ids)})
    return {str(row["record_id"]): str(row["customer_id"]) for row in rows}


def records_at(snapshot: Snapshot, places: Sequence[int]) -> list[dict[str, object]]:
    """Give the records that lie at these places of `records`, by record id: found without a search."""
    return snapshot.remembered(RECORDS_AT, "places", places)


def pairs_at(snapshot: Snapshot, places: Sequence[int]) -> list[dict[str, object]]:
    """Give the scored pairs that lie at these places of `pairs`."""
    return snapshot.remembered(PAIRS_AT, "places", places)


def housemates(snapshot: Snapshot, customer_ids: Sequence[str]) -> list[dict[str, object]]:
    """Give the members of these customers' households, the customers included: household, customer, name."""
    return snapshot.remembered(HOUSEMATES, "ids", customer_ids)


@lru_cache(maxsize=2)
def feeds_in_question(snapshot: Snapshot) -> tuple[str, ...]:
    """Give the feeds whose records are in question."""
    rows = snapshot.rows("SELECT DISTINCT unnest(feeds) AS feed FROM review_queue ORDER BY feed")
    return tuple(str(feed) for (feed,) in rows)


@lru_cache(maxsize=2)
def regions_in_question(snapshot: Snapshot) -> tuple[str, ...]:
    """Give the provinces, and the provinces with their cities, where customers in question live."""
    rows = snapshot.rows("SELECT DISTINCT unnest(regions) AS region FROM review_queue ORDER BY region")
    regions = [str(region) for (region,) in rows]
    return tuple(sorted({*regions, *(region.split(" ")[0] for region in regions)}))


@lru_cache(maxsize=2)
def model_of_run(snapshot: Snapshot) -> str:
    """Give the model that a snapshot was made with."""
    rows = snapshot.rows("SELECT manifest FROM runs WHERE run_id = ?", [snapshot.run_id])
    return str(json.loads(str(rows[0][0])).get("model", "")) if rows else ""
