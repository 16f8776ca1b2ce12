"""Taking the masks off: for stewards, by request, each time on record."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from stewardship.access.gates import requires
from stewardship.access.masking import COLUMNS, Mask
from stewardship.customers import set_values
from stewardship.desk import InForce, TheDesk
from warehouse.access import audit_log
from warehouse.access.roles import Role
from warehouse.access.users import User
from warehouse.queries.lookup import customers_by_id, records_by_id

router = APIRouter()

MOST: int = 50
Ids = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=MOST)]


class Reason(StrEnum):
    """Why somebody wants to see a person's data; a choice, so that the audit log holds no free text."""

    COMPARING = "comparing"
    CALLING = "calling"
    COMPLAINT = "complaint"
    REPAIR = "repair"


class Wanted(BaseModel):
    """Whose data are to be shown."""

    customers: Ids = []
    records: Ids = []
    reason: Reason | None = None


class Revealed(BaseModel):
    """The clear values, by id and column: of masked columns only; what a steward set for a customer is `set_…`."""

    customers: dict[str, dict[str, object]]
    records: dict[str, dict[str, object]]


@router.post("/reveal")
def reveal(wanted: Wanted, desk: TheDesk, snapshot: InForce, who: Annotated[User, requires(Role.STEWARD)]) -> Revealed:
    """Give the clear values of customers and records, and put on record who saw whose."""
    customers = customers_by_id(snapshot, wanted.customers)
    records = records_by_id(snapshot, wanted.records)
    with audit_log.audited(desk.home) as audit:
        for kind, rows in (("customer", customers), ("record", records)):
            for identifier in rows:
                audit.record(desk.now(), who.name, "revealed", f"{kind}:{identifier}", reason=wanted.reason)
    own = set_values.in_clear(desk.home, snapshot, list(customers))
    return Revealed(
        customers={identifier: _hidden(row) | own[identifier] for identifier, row in customers.items()},
        records={identifier: _hidden(row) for identifier, row in records.items()},
    )


def _hidden(row: dict[str, object]) -> dict[str, object]:
    return {column: value for column, value in row.items() if COLUMNS.get(column) is not Mask.NOTHING}
