"""The questions of the snapshot in force, laid out for stewards: done once a snapshot, by whoever notices first."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from matching.errors import CustomerHubError
from matching.policy import NUMBERS
from warehouse import duck, state
from warehouse.judgements import judgement_log
from warehouse.judgements.judgement_log import SEEN
from warehouse.judgements.kept_decisions import ItemKind
from warehouse.moments import as_text, from_text, now
from warehouse.published.snapshots import current
from warehouse.queries.serving import Snapshot
from warehouse.tables import ANSWERED

PREPARED: Final = "queue of run"
"""The setting that names the run whose questions the queue holds."""
FORGET_AFTER: Final = timedelta(days=180)
"""How long the age of a question outlives its last asking."""


class QueueError(CustomerHubError):
    """The questions of a snapshot cannot be laid out."""


def prepared(connection: sqlite3.Connection) -> str | None:
    """Give the run whose questions the queue holds, None before the first."""
    row = connection.execute("SELECT value FROM desk_settings WHERE name = ?", (PREPARED,)).fetchone()
    return row[0] if row else None


def refresh(home: Path) -> bool:
    """Lay out the questions of the snapshot in force unless they are; tell whether there was anything to do.

    A question that was asked before keeps its age, its assignment and its due day; one that is answered stays closed.
    Judgements whose records say something else now are flagged.
    """
    snapshot = current(home)
    if snapshot is None:
        return False
    with state.transaction(home) as connection:
        if prepared(connection) == snapshot.stem:
            return False
        judged = judgement_log.judged_records(connection)
        agreed = connection.execute(state.statement("agreed_pairs")).fetchall()
    key = state.secret(home)
    columns = ("record_id", "extract_id", "line", *SEEN)
    wanted = f"SELECT {', '.join(columns)} FROM records WHERE record_id IN (SELECT unnest(?::VARCHAR[]))"  # noqa: S608
    published = Snapshot(snapshot)
    try:
        rows = published.rows(duck.statements("desk/queue"), _known(published, agreed))
        found = published.dicts(wanted, [judged]) if judged else []
    except (duckdb.BinderException, duckdb.CatalogException) as failure:
        message = (
            f"{snapshot.name}: expected a review queue as this version publishes it, found an older one; "
            "publish anew with `customer-hub run --rebuild`"
        )
        raise QueueError(message) from failure
    finally:
        published.release()
    records = {str(record["record_id"]): record for record in found}
    with state.transaction(home) as connection:
        if prepared(connection) == snapshot.stem:
            return False
        _lay_out(connection, snapshot.stem, rows)
        judgement_log.flag_changed(connection, key, records, snapshot.stem)
    return True


def note_run(home: Path, run_id: str, *, until: datetime | None = None) -> None:
    """Write down which judgements a run reads: what is said after it began (`until`) waits for the next one."""
    with state.transaction(home) as connection:
        judgement_log.note_applied(connection, run_id, until=until)


@dataclass(frozen=True)
class Waiting:
    """What stewards said that the snapshot in force does not know: how much, from when to when, and the last of it."""

    count: int
    oldest: datetime
    newest: datetime
    last: int


def waiting(home: Path) -> Waiting:
    """Give what waits for the next run."""
    snapshot = current(home)
    with state.reading(home) as connection:
        count, oldest, newest, last = judgement_log.after(connection, snapshot.stem if snapshot else None)
    present = now()
    return Waiting(count, from_text(oldest) if oldest else present, from_text(newest) if newest else present, last)


def answered(home: Path) -> pl.DataFrame:
    """Give the questions that need not be asked again, as ANSWERED: answered, and neither undone nor refused."""
    with state.transaction(home) as connection:
        rows = [(item, kind, json.loads(ids)) for item, kind, ids in _answered(connection)]
    return pl.DataFrame(rows, schema=dict(ANSWERED), orient="row")


def refused_contacts(home: Path, records: pl.DataFrame) -> pl.DataFrame:
    """Give (contact, record_id): numbers that stewards said are not their customers', on the records that give them."""
    with state.transaction(home) as connection:
        rows = connection.execute(
            "SELECT contact_key, keeps FROM standing_contact_verdicts WHERE verdict = 'not_theirs'"
        ).fetchall()
    nothing = pl.DataFrame(schema={"contact": pl.String, "record_id": pl.String})
    if not rows:
        return nothing
    kept = {contact_key: set(json.loads(keeps)) for contact_key, keeps in rows}
    key = state.secret(home)
    lists = pl.concat(
        [records.select("record_id", contact=column).explode("contact") for column in ("mobiles", "fixed_lines")]
    ).drop_nulls()
    shared = lists.filter(pl.len().over("contact") > 1)
    found = [
        (contact, record_id)
        for contact, record_ids in shared.group_by("contact").agg("record_id").sort("contact").iter_rows()
        if (keeps := kept.get(contact_key(key, contact))) is not None
        for record_id in record_ids
        if record_id not in keeps
    ]
    return pl.DataFrame(found, schema=nothing.schema, orient="row") if found else nothing


def verdicts_on_contacts(home: Path) -> pl.DataFrame:
    """Give what stewards said of shared numbers, by the numbers' keyed hashes."""
    with state.transaction(home) as connection:
        rows = connection.execute(
            "SELECT contact_key, verdict, keeps FROM standing_contact_verdicts ORDER BY contact_key"
        ).fetchall()
    return pl.DataFrame(rows, schema={"contact_key": pl.String, "verdict": pl.String, "keeps": pl.String}, orient="row")


def contact_key(key: bytes, contact: str) -> str:
    """Give what a number is known by in the state: a keyed hash."""
    return judgement_log.keyed(key, "contact", contact)


def _answered(connection: sqlite3.Connection) -> Iterable[tuple[str, str, str]]:
    return connection.execute(
        "SELECT item_id, kind, record_ids FROM decision_states WHERE verdict <> 'undo' "
        "AND known IS NULL AND state IN ('standing', 'waiting') GROUP BY item_id HAVING at = max(at) ORDER BY item_id"
    ).fetchall()


def _known(published: Snapshot, agreed: list[tuple[str, str, str]]) -> dict[str, object]:
    """Give the pairs that are asked about again though their answer is known, as the queue's statement wants them."""
    most = NUMBERS.known_questions.kept
    sure: dict[str, object] = {"sure": NUMBERS.known_questions.sure, "each": most // 2}
    by_ids = published.rows(duck.statements("desk/known_by_ids"), sure) if most else []
    pairs = list({(left, right): known for left, right, known in [*by_ids, *agreed[:most]]}.items())
    return {
        "record_ids_l": [left for (left, _), _ in pairs],
        "record_ids_r": [right for (_, right), _ in pairs],
        "known": [known for _, known in pairs],
    }


def _lay_out(connection: sqlite3.Connection, run_id: str, rows: list[tuple[Any, ...]]) -> None:
    closed = {item: (kind, set(json.loads(ids))) for item, kind, ids in _answered(connection)}
    present = now()
    seen_at = as_text(present)
    values = []
    for item_id, kind, record_ids, *rest in rows:
        answer = closed.get(item_id)
        grown = answer is not None and kind == ItemKind.CLUSTER and not set(record_ids) <= answer[1]
        is_open = int(answer is None or grown)
        values.append((item_id, run_id, seen_at, seen_at, is_open, kind, json.dumps(record_ids), *rest))
    connection.executemany(_UPSERT, values)
    connection.execute(
        "UPDATE queue_items SET is_open = 0, record_ids = '[]', customer_ids = '[]', places = '{}' WHERE run_id <> ?",
        (run_id,),
    )
    connection.execute(
        "DELETE FROM queue_items WHERE run_id <> ? AND last_seen_at < ?", (run_id, as_text(present - FORGET_AFTER))
    )
    connection.execute("DELETE FROM queue_claims WHERE item_id IN (SELECT item_id FROM queue_items WHERE is_open = 0)")
    connection.execute(
        "INSERT INTO desk_settings VALUES (?, ?, 'run', ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at",
        (PREPARED, run_id, seen_at),
    )


_UPSERT: Final = """
INSERT INTO queue_items (
    item_id, run_id, first_seen_at, last_seen_at, is_open, kind, record_ids, customer_ids, places, score, worth,
    teaches, records_touched, subscriptions_touched, monthly_bill_touched, settles, pattern, feeds, regions, reason,
    reason_zh, known, asks_again
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (item_id) DO UPDATE SET
    run_id = excluded.run_id, last_seen_at = excluded.last_seen_at, is_open = excluded.is_open,
    record_ids = excluded.record_ids, customer_ids = excluded.customer_ids, places = excluded.places,
    score = excluded.score, worth = excluded.worth, teaches = excluded.teaches,
    records_touched = excluded.records_touched,
    subscriptions_touched = excluded.subscriptions_touched, monthly_bill_touched = excluded.monthly_bill_touched,
    settles = excluded.settles, pattern = excluded.pattern, feeds = excluded.feeds, regions = excluded.regions,
    reason = excluded.reason, reason_zh = excluded.reason_zh, known = excluded.known, asks_again = excluded.asks_again
"""
