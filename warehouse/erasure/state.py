"""The state without a person: what was judged and pinned of him leaves, values in stewards' words are crossed out."""

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from warehouse import duck
from warehouse.desk.desk_refresh import PREPARED
from warehouse.erasure.cleaning import UncoveredError
from warehouse.erasure.crossing_out import Values, cross_out_cells, pack
from warehouse.state import BUSY_SECONDS, transaction


@dataclass(frozen=True)
class StateTable:
    """A table of the state: by which columns its rows leave, or why they stay.

    `records` hold a record id, `customers` a customer's: a row that names the person leaves. `lists` hold JSON lists of
    records, or of judgements that begin with two: what names the person leaves the list, and the row if `alone` says
    how few records of its first list make no sense by themselves. `follows` names the column, table and column of a row
    without which a row leaves too. In every table but a `sealed` one the person's values are crossed out.
    """

    name: str
    holds: str
    records: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    alone: int = 0
    follows: tuple[str, str, str] | None = None
    sealed: bool = False


STATE_TABLES: Final[tuple[StateTable, ...]] = (
    StateTable("settings", "keys of the home", sealed=True),
    StateTable("warehouse_migrations", "which files made the tables", sealed=True),
    StateTable("extracts", "files that were taken, with counts"),
    StateTable("extract_aliases", "digests of files", sealed=True),
    StateTable("extract_restatements", "digests of files", sealed=True),
    StateTable("published_ids", "ids of customers, none of which is given twice", sealed=True),
    StateTable("publications", "runs", sealed=True),
    StateTable("users", "who works at the desk", sealed=True),
    StateTable("sessions", "hashes of who is logged in", sealed=True),
    StateTable("login_failures", "hashes and counts", sealed=True),
    StateTable("api_keys", "hashes of keys", sealed=True),
    StateTable("audit_log", "who did what: ids and counts, each row sealed", sealed=True),
    StateTable("models", "versions of the model", sealed=True),
    StateTable("model_acceptances", "who accepted a version", sealed=True),
    StateTable("desk_settings", "what stewards agreed on", sealed=True),
    StateTable("judgements", "what stewards said of pairs", records=("record_id_l", "record_id_r")),
    StateTable("judgement_flags", "judgements to look at again", follows=("judgement_id", "judgements", "id")),
    StateTable("judgements_applied", "which judgements a run knew", sealed=True),
    StateTable(
        "decisions",
        "answers to questions",
        lists=("record_ids", "judgements", "keeps"),
        alone=1,
        follows=("undoes", "decisions", "decision_id"),
    ),
    StateTable("second_opinions", "of another steward", follows=("decision_id", "decisions", "decision_id")),
    StateTable("contact_verdicts", "whose a shared number is, by keyed hash", lists=("keeps",)),
    StateTable("queue_items", "questions", lists=("record_ids",), alone=1),
    StateTable("queue_claims", "who is at a question", follows=("item_id", "queue_items", "item_id")),
    StateTable("queue_skips", "who put a question off", follows=("item_id", "queue_items", "item_id")),
    StateTable("known_shown", "whom known questions were shown to, by hash", sealed=True),
    StateTable("queue_comments", "what stewards wrote of a question", follows=("item_id", "queue_items", "item_id")),
    StateTable("customer_notes", "what stewards wrote of a customer", customers=("customer_id",)),
    StateTable("samples", "pairs drawn by lot", records=("record_id_l", "record_id_r")),
    StateTable("corrections", "merges taken back, customers joined or taken apart, by ids"),
    StateTable(
        "corrections_called_off", "corrections called off before a run", follows=("correction_id", "corrections", "id")
    ),
    StateTable("remembered_records", "records that a former customer has again", records=("record_id",)),
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
        names = [
            name
            for (name,) in state.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
        ]
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
            led = {table.follows[1:]: _keys(state, *table.follows[1:]) for table in STATE_TABLES if table.follows}
            for table in STATE_TABLES:
                left = _rows_that_name(state, table, records, customers)
                left += _out_of_lists(state, table, records)
                if table.follows:
                    left += _without_what_they_follow(state, table, led[table.follows[1:]])
                if left:
                    counted[table.name] = left
            sealed = [table.name for table in STATE_TABLES if table.sealed]
            if crossed := cross_out_cells(state, values, without=sealed):
                counted["cells crossed out"] = crossed
    return counted


def lay_out_again(home: Path) -> None:
    """Let the desk lay its questions out anew: where rows lie in a snapshot is not what it was."""
    with transaction(home) as state:
        state.execute("DELETE FROM desk_settings WHERE name = ?", (PREPARED,))


def _rows_that_name(
    state: sqlite3.Connection, table: StateTable, records: Collection[str], customers: Collection[str]
) -> int:
    named = [(column, name) for column in table.records for name in records]
    named += [(column, name) for column in table.customers for name in customers]
    # Names of tables and columns are those of STATE_TABLES: they cannot be bound.
    statement = "DELETE FROM {} WHERE {} = ?"
    return sum(
        state.execute(statement.format(duck.quoted(table.name), duck.quoted(column)), (name,)).rowcount
        for column, name in named
    )


def _out_of_lists(state: sqlite3.Connection, table: StateTable, records: Collection[str]) -> int:
    """Take the person out of JSON lists, and give how many rows left or changed."""
    if not table.lists:
        return 0
    where = duck.quoted(table.name)
    columns = ", ".join(duck.quoted(column) for column in table.lists)
    gone = set(records)
    changed = 0
    for row, *lists in state.execute(f"SELECT rowid, {columns} FROM {where}").fetchall():  # noqa: S608
        told = [json.loads(cell) for cell in lists]
        kept = [[one for one in items if not gone & set(one if isinstance(one, list) else [one])] for items in told]
        if kept == told:
            continue
        changed += 1
        if kept[0] != told[0] and len(kept[0]) <= table.alone:
            state.execute(f"DELETE FROM {where} WHERE rowid = ?", (row,))  # noqa: S608
            continue
        for column, items in zip(table.lists, kept, strict=True):
            cell = json.dumps(items)
            state.execute(f"UPDATE {where} SET {duck.quoted(column)} = ? WHERE rowid = ?", (cell, row))  # noqa: S608
    return changed


def _keys(state: sqlite3.Connection, parent: str, key: str) -> set[object]:
    rows = state.execute(f"SELECT {duck.quoted(key)} FROM {duck.quoted(parent)}")  # noqa: S608
    return {value for (value,) in rows}


def _without_what_they_follow(state: sqlite3.Connection, table: StateTable, before: Collection[object]) -> int:
    """Remove rows that belong to a row which has left just now, and give how many."""
    if table.follows is None:
        return 0
    column, parent, key = table.follows
    left = set(before) - _keys(state, parent, key)
    statement = f"DELETE FROM {duck.quoted(table.name)} WHERE {duck.quoted(column)} = ?"  # noqa: S608
    return sum(state.execute(statement, (value,)).rowcount for value in left)


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
