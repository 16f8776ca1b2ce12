"""Notes as pages show them: those of a customer, and of every id that leads to it."""

from collections.abc import Collection
from typing import Final

from stewardship.desk import Desk
from warehouse import duck, state
from warehouse.desk import notes
from warehouse.desk.notes import Note
from warehouse.queries.serving import Snapshot

LEADS_TO: Final = duck.statements("queries/leads_to")


def open_notes(desk: Desk, snapshot: Snapshot, customer_ids: Collection[str]) -> list[Note]:
    """Give the open notes on customers in force, for whoever decides about them."""
    with state.reading(desk.home) as connection:
        every = notes.all_open(connection)
    leads = in_force(snapshot, every)
    return [note for note in every if leads[note.customer_id] in customer_ids]


def in_force(snapshot: Snapshot, every: Collection[Note]) -> dict[str, str]:
    """Give, for the customer of each note, the customer in force that it is or leads to."""
    ids = {note.customer_id for note in every}
    if not ids:
        return {}
    leads = {
        str(row["customer_id"]): str(row["redirects_to"]) for row in snapshot.dicts(LEADS_TO, {"ids": sorted(ids)})
    }
    return {each: leads.get(each, each) for each in ids}
