"""The state without a person: what was judged and pinned of him leaves, values in stewards' words are crossed out."""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from warehouse import duck
from warehouse.erasure.cleaning import UncoveredError
from warehouse.erasure.crossing_out import Values, cross_out_cells, pack
from warehouse.state import BUSY_SECONDS, transaction


@dataclass(frozen=True)
class StateTable:
    """A table of the state: the columns by which its rows leave, or why its rows stay.

    `records` hold a record id, `customers` a customer's. In every table but a `sealed` one values are crossed out.
    """

    name: str
    holds: str
    records: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    sealed: bool = False


STATE_TABLES: Final[tuple[StateTable, ...]] = (
    StateTable("settings", "keys of the home", sealed=True),
    StateTable("warehouse_migrations", "which files made the tables", sealed=True),
    StateTable("extracts", "files that were taken, with counts"),
    StateTable("extract_aliases", "digests of files", sealed=True),
    StateTable("judgements", "what stewards said of pairs", records=("record_id_l", "record_id_r")),
    StateTable("pins", "values that stewards set", customers=("customer_id",)),
    StateTable("erasures", "who asked for erasures, when; lines of extracts", sealed=True),
    StateTable("erasure_steps", "counts", sealed=True),
    StateTable("erased_keys", "keyed hashes", sealed=True),
    StateTable("erased_values", "keyed hashes", sealed=True),
)


def require_covered_state(home: Path) -> None:
    """Refuse an erasure if the state has a table that it would pass by."""
    known = {table.name for table in STATE_TABLES}
    with transaction(home) as state:
        names = [name for (name,) in state.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )]
    if strangers := [name for name in names if name not in known]:
        message = (
            f"state.sqlite: expected a word on how persons are taken out of each table (warehouse/erasure/state.py), "
            f"found none on {', '.join(strangers)}. Nothing was erased"
        )
        raise UncoveredError(message)


def clean_state(home: Path, records: Collection[str], customers: Collection[str], values: Values) -> dict[str, int]:
    """Take the person out of the state in one transaction, and give how many rows left and cells were crossed out."""
    counted: dict[str, int] = {}
    with transaction(home) as state:
        state.execute("PRAGMA secure_delete = ON")
        with _without_triggers(state):
            for table in STATE_TABLES:
                gone = [(column, name) for column in table.records for name in records]
                gone += [(column, name) for column in table.customers for name in customers]
                # Names of tables and columns are those of STATE_TABLES: they cannot be bound.
                left = sum(
                    state.execute(
                        f"DELETE FROM {duck.quoted(table.name)} WHERE {duck.quoted(column)} = ?",  # noqa: S608
                        (name,),
                    ).rowcount
                    for column, name in gone
                )
                if left:
                    counted[table.name] = left
            sealed = [table.name for table in STATE_TABLES if table.sealed]
            if crossed := cross_out_cells(state, values, without=sealed):
                counted["cells crossed out"] = crossed
    return counted


def pack_state(home: Path) -> None:
    """Write the state anew and empty its log, so that nothing that was deleted lies in either."""
    with closing(sqlite3.connect(home / "state.sqlite", timeout=BUSY_SECONDS, isolation_level=None)) as state:
        pack(state)


@contextmanager
def _without_triggers(state: sqlite3.Connection) -> Iterator[None]:
    """Set aside, for this transaction, the triggers by which rows stand as they were written."""
    triggers = state.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name").fetchall()
    for name, _ in triggers:
        state.execute(f"DROP TRIGGER {duck.quoted(name)}")
    yield
    for _, made in triggers:
        state.execute(made)
