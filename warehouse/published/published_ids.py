"""The ledger of published ids: what keeps an id from ever being given to somebody else.

A publication is announced (its new ids are in the ledger), then the snapshot is put in force, then it is settled. A
process that dies in between leaves an announcement, which the next publication or rollback settles first: if that
snapshot is in force its ids stay, else nobody ever saw them and they are free again, so that the repeated run mints
the same ones.
"""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from warehouse import duck, state


def announce(home: Path, candidate: Path, in_force: Path | None) -> None:
    """Write the ids of a candidate down before it is put in force; `in_force` is what readers see until then."""
    new, known = _ids(candidate)
    with state.transaction(home) as con:
        _settle(con, in_force)
        con.execute(
            "INSERT INTO publications (run_id, announced_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (candidate.stem, datetime.now(UTC).isoformat()),
        )
        _add(con, candidate.stem, new)
        if _count(con) < known:
            _add(con, candidate.stem, _all_ids(candidate))


def settle(home: Path, in_force: Path | None) -> None:
    """Close what was announced, knowing which snapshot came to be in force."""
    with state.transaction(home) as con:
        _settle(con, in_force)


def beyond(home: Path, known: int) -> pl.Series | None:
    """Give every id ever published, or None where there are no more than the snapshot in force knows: so many.

    Ids that are announced and not settled do not count: if their snapshot is in force it knows them.
    """
    with state.reading(home) as con:
        if _count(con) - len(open_ := _unsettled_ids(con)) <= known:
            return None
        rows = con.execute("SELECT customer_id FROM published_ids ORDER BY customer_id").fetchall()
    published = [customer_id for (customer_id,) in rows if customer_id not in open_]
    return pl.Series("customer_id", published, dtype=pl.String)


def _unsettled_ids(con: sqlite3.Connection) -> set[str]:
    found: set[str] = set()
    for (run_id,) in con.execute("SELECT run_id FROM publications WHERE settled_at IS NULL").fetchall():
        told = con.execute("SELECT customer_id FROM published_ids WHERE run_id = ?", (run_id,))
        found.update(customer_id for (customer_id,) in told)
    return found


def _settle(con: sqlite3.Connection, in_force: Path | None) -> None:
    for (run_id,) in con.execute("SELECT run_id FROM publications WHERE settled_at IS NULL").fetchall():
        if in_force is not None and run_id == in_force.stem:
            now = datetime.now(UTC).isoformat()
            con.execute("UPDATE publications SET settled_at = ? WHERE run_id = ?", (now, run_id))
        else:
            con.execute("DELETE FROM published_ids WHERE run_id = ?", (run_id,))
            con.execute("DELETE FROM publications WHERE run_id = ?", (run_id,))


def _count(con: sqlite3.Connection) -> int:
    count: int = con.execute("SELECT count(*) FROM published_ids").fetchone()[0]
    return count


def _add(con: sqlite3.Connection, run_id: str, ids: list[str]) -> None:
    con.executemany(
        "INSERT INTO published_ids (customer_id, run_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(customer_id, run_id) for customer_id in ids],
    )


def _ids(candidate: Path) -> tuple[list[str], int]:
    """Give the ids that can be new in a candidate, and how many it knows in all."""
    with duck.reading(candidate) as con:
        new = con.sql(duck.statements("reading/new_ids"), params=[candidate.stem]).fetchall()
        known = con.sql(duck.statements("reading/count_ids")).fetchall()[0][0]
    return [customer_id for (customer_id,) in new], known


def _all_ids(candidate: Path) -> list[str]:
    with duck.reading(candidate) as con:
        return [customer_id for (customer_id,) in con.sql(duck.statements("reading/all_ids")).fetchall()]
