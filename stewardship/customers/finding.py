"""Finding customers at the desk: in the look-up directory of the snapshot in force; slowly, until that is laid out."""

from dataclasses import dataclass
from typing import Annotated, Final, cast

from fastapi import Depends, Request

from matching.lookup.searching import Hit, Search
from stewardship.lookup.lookups import Lookup, Lookups
from warehouse.queries import finding_customers
from warehouse.queries.lookup import customers_in_short
from warehouse.queries.serving import Snapshot

MOST: Final = 50
"""Customers that a page lists."""


@dataclass(frozen=True)
class Found:
    """Customers that fit what was typed, the surest first, each with `found_by`; `more` are not listed.

    Without `parts` only whole values and beginnings of names were looked for: the directory is being laid out.
    """

    rows: list[dict[str, object]]
    more: bool
    parts: bool


class Finder:
    """Finds customers of a snapshot. What is prepared for one directory is kept until another takes its place."""

    def __init__(self, lookups: Lookups) -> None:
        self._lookups = lookups
        self._prepared: tuple[Lookup, Search] | None = None

    def find(self, snapshot: Snapshot, text: str) -> Found:
        """Give the customers known by a text."""
        lookup = self._lookups.now
        if lookup is None or lookup.run_id != snapshot.run_id:
            rows, more = finding_customers.search(snapshot, text)
            return Found(rows, more, parts=False)
        hits = self._search(lookup).find(text, limit=MOST + 1)
        found = {hit.customer_id: hit.found_by for hit in [*hits, *self._beside(snapshot, text, hits)]}
        golden = customers_in_short(snapshot, list(found)[:MOST])
        rows = [golden[customer] | {"found_by": by} for customer, by in found.items() if customer in golden]
        return Found(rows, len(found) > MOST, parts=True)

    def _search(self, lookup: Lookup) -> Search:
        prepared = self._prepared
        if prepared is None or prepared[0] is not lookup:
            self._prepared = prepared = (lookup, Search(lookup.desk.directory))
        return prepared[1]

    @staticmethod
    def _beside(snapshot: Snapshot, text: str, hits: list[Hit]) -> list[Hit]:
        """Give who is known by what no directory holds.

        That is a value that a steward set, an id out of use, and a placeholder, which matching takes for no value.
        """
        set_values = [Hit(customer, by) for customer, by in finding_customers.known_by_pin(snapshot, text)]
        if hits or set_values:
            return set_values
        rows, _ = finding_customers.search(snapshot, text)
        return [Hit(str(row["customer_id"]), str(row["found_by"])) for row in rows]


def finder(request: Request) -> Finder:
    """Give the finder of the desk that a request came to."""
    return cast("Finder", request.app.state.finder)


TheFinder = Annotated[Finder, Depends(finder)]
