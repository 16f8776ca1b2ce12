"""Where a customer id leads: to a golden customer, by a redirect to another, or to nobody any more."""

from dataclasses import dataclass
from typing import Final

from warehouse import duck
from warehouse.queries.serving import Snapshot

CUSTOMER_BY_ID: Final = duck.statements("queries/customer_by_id")
REDIRECT_OF: Final = duck.statements("queries/redirect_of")


@dataclass(frozen=True)
class Found:
    """A golden customer under the id in force, or nobody: then the id is a tombstone. `reason`: why it redirects."""

    customer: dict[str, object] | None
    redirected: bool
    reason: str | None


def find(snapshot: Snapshot, customer_id: str) -> Found | None:
    """Give what a customer id leads to, redirects followed; None for an id that was never published."""
    rows = snapshot.dicts(CUSTOMER_BY_ID, {"id": customer_id})
    if rows:
        return Found(rows[0], redirected=False, reason=None)
    redirects = snapshot.dicts(REDIRECT_OF, {"id": customer_id})
    if not redirects:
        return None
    rows = snapshot.dicts(CUSTOMER_BY_ID, {"id": redirects[0]["redirects_to"]})
    return Found(rows[0] if rows else None, redirected=True, reason=str(redirects[0]["reason"]))
