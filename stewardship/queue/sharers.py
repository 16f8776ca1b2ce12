"""Who shares a number: the customers who give it, some at a time, found by what a steward knows of one."""

from collections.abc import Sequence
from typing import Final

from stewardship.access.masking import masked, masked_row
from stewardship.queue.matters import Matter
from stewardship.queue.showing import Row, texts
from warehouse.queries.lookup import customers_by_id
from warehouse.queries.serving import Snapshot

MOST: Final = 25
"""Customers that are listed at once."""
FOUND_IN: Final = ("name", "city", "outlet", "source_id", "id_number", "mobiles", "fixed_lines", "address")
"""The columns of a customer's records that are searched."""


def fitting(about: Matter, text: str) -> list[str]:
    """Give the customers who share the number and fit a text: all words of it, each in his id or in what he says."""
    words = text.casefold().split()
    return [
        customer
        for customer, rows in about.of_customer.items()
        if not words
        or _fits(words, [customer, *(each for row in rows for column in FOUND_IN for each in texts(row[column]))])
    ]


def sharers(snapshot: Snapshot, about: Matter, customers: Sequence[str], *, clear: bool) -> tuple[Row, ...]:
    """Give what a page lists of some of them: who each is, who says so, what numbers he has besides."""
    contact, asked = about.contact, set(about.asked)
    golden = customers_by_id(snapshot, customers)
    listed = []
    for customer in customers:
        rows, own = about.of_customer[customer], golden[customer]
        giving = [row for row in rows if row["record_id"] in asked]
        of_its_own = sorted({number for row in rows for number in _numbers(row) if number != contact})
        listed.append(
            {
                "customer_id": customer,
                "name": (own if clear else masked_row(own))["name"],
                "city": own["city"],
                "is_golden": contact in {own["mobile"], own["fixed_line"]},
                "giving": [
                    {column: row[column] for column in ("record_id", "feed", "source_id", "seen_at", "outlet")}
                    for row in giving
                ],
                "others": [number if clear else masked(number, "mobiles") for number in of_its_own],
                "record_count": len(rows),
            }
        )
    return tuple(listed)


def _fits(words: Sequence[str], said: Sequence[str]) -> bool:
    known = [each.casefold() for each in said]
    return all(any(word in each for each in known) for word in words)


def _numbers(row: Row) -> list[str]:
    return [*texts(row["mobiles"]), *texts(row["fixed_lines"])]
