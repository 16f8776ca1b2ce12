"""What cannot be rebuilt: settings, stewards' judgements and pins, in `state.sqlite` of a home.

Several processes may write at once: SQLite in WAL mode, short transactions, writers wait for each other. The ledger of
extracts lives in the same file and belongs to the connectors. Tables of this package are made by the numbered files in
`warehouse/sql/state`, each applied once.
"""

import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import polars as pl

from matching.customers.setting import sorted_out
from matching.errors import CustomerHubError
from matching.frames import PINS
from matching.words import Judgement
from warehouse.moments import as_text, from_text
from warehouse.tables import JUDGEMENTS

HELD: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
"""What passes when whoever holds the file lets it go; anything else would be waited for in vain."""
BUSY_SECONDS: Final = 60
SECRET: Final = "customer_id_secret"  # noqa: S105 -- the setting's name, not its value
SECRET_BYTES: Final = 32


class StateError(CustomerHubError):
    """The state of a home could not be read, or was asked to hold something it cannot."""


def secret(home: Path) -> bytes:
    """Give the key customer ids are made with: drawn once per home, never changed, so that ids tell nothing."""
    with transaction(home) as state:
        state.execute(
            "INSERT INTO settings (name, value, set_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (SECRET, secrets.token_bytes(SECRET_BYTES), as_text(datetime.now(UTC))),
        )
        value: bytes = state.execute("SELECT value FROM settings WHERE name = ?", (SECRET,)).fetchone()[0]
        return value


def judge(  # noqa: PLR0913 -- the columns of a judgement
    home: Path, record_id: str, other_record_id: str, verdict: Judgement, *, who: str, reason: str, at: datetime
) -> None:
    """Write down what a steward said of two records; it counts from the next run on, until he says otherwise."""
    left, right = sorted((record_id, other_record_id))
    if left == right:
        message = f"judgement on {left}: expected two records, found the same one twice; name the other record"
        raise StateError(message)
    with transaction(home) as state:
        state.execute(
            "INSERT INTO judgements (record_id_l, record_id_r, verdict, who, at, reason) VALUES (?, ?, ?, ?, ?, ?)",
            (left, right, Judgement(verdict).value, who, as_text(at), reason),
        )


def judgements(home: Path, *, until: datetime | None = None) -> pl.DataFrame:
    """Give the last word on every judged pair (`until` a moment, UTC), as JUDGEMENTS, in the order of the pairs."""
    with reading(home) as state:
        rows = state.execute(statement("judgements_in_force"), {"until": _moment(until)}).fetchall()
    return pl.DataFrame(
        [(left, right, verdict, who, _time(at), reason) for left, right, verdict, who, at, reason in rows],
        schema=dict(JUDGEMENTS),
        orient="row",
    )


def pin(  # noqa: PLR0913 -- the columns of a pin
    home: Path,
    customer_id: str,
    attribute: str,
    value: str | None,
    *,
    who: str,
    reason: str,
    at: datetime,
    look_again_on: date | None = None,
) -> None:
    """Write down the value a steward sets for a golden attribute; None lets the rules decide again.

    From `look_again_on` somebody should look whether the value still holds (`pins_due`).
    """
    day = look_again_on.isoformat() if look_again_on else None
    with transaction(home) as state:
        state.execute(
            "INSERT INTO pins (customer_id, attribute, value, who, at, reason, look_again_on) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (customer_id, attribute, value, who, as_text(at), reason, day),
        )


def pins_due(home: Path, day: date) -> list[tuple[str, str, str, str]]:
    """Give the pins to look at again by a day, the longest due first: customer_id, attribute, who, due day."""
    with reading(home) as state:
        return state.execute(
            "SELECT customer_id, attribute, who, look_again_on FROM pins_due WHERE look_again_on <= ? "
            "ORDER BY look_again_on, customer_id, attribute",
            (day.isoformat(),),
        ).fetchall()


def pins(home: Path, redirects: pl.DataFrame | None = None, *, until: datetime | None = None) -> pl.DataFrame:
    """Give the pinned values (`until` a moment, UTC), as PINS. With `redirects` a merged customer's pins follow it.

    A value that its attribute cannot hold is left out: `pins_set_aside` gives those.
    """
    return sorted_out(_pins(home, redirects, until))[0]


def pins_set_aside(home: Path, redirects: pl.DataFrame | None = None, *, until: datetime | None = None) -> pl.DataFrame:
    """Give the pinned values that no run uses because their attribute cannot hold them, as PINS."""
    return sorted_out(_pins(home, redirects, until))[1]


def _pins(home: Path, redirects: pl.DataFrame | None, until: datetime | None) -> pl.DataFrame:
    with reading(home) as state:
        rows = state.execute(statement("pins_in_force"), {"until": _moment(until)}).fetchall()
    pinned = pl.DataFrame(
        [(customer, attribute, value, who, _time(at)) for customer, attribute, value, who, at in rows],
        schema=dict(PINS),
        orient="row",
    )
    if redirects is None:
        return pinned
    moved = redirects.select("customer_id", "redirects_to").drop_nulls()
    return (
        pinned.join(moved, on="customer_id", how="left")
        .with_columns(pl.coalesce("redirects_to", "customer_id").alias("customer_id"))
        .drop("redirects_to")
        .sort("customer_id", "attribute", "pinned_at", "value")
    )


@contextmanager
def transaction(home: Path, *, outlives_power_cuts: bool = True) -> Iterator[sqlite3.Connection]:
    """Open the state of a home for one transaction: all of it is kept at the end, none of it after an error.

    What need not outlive a power cut (who holds which question) does not wait for the disk; a crash loses it no more
    than anything else.
    """
    with _opened(home) as state:
        if not outlives_power_cuts:
            state.execute("PRAGMA synchronous = NORMAL")
        state.execute("BEGIN IMMEDIATE")
        yield state
        state.execute("COMMIT")


@contextmanager
def reading(home: Path) -> Iterator[sqlite3.Connection]:
    """Open the state of a home to look at it as it is at one moment; nobody waits for those who only look.

    Who may only read the home may look as well.
    """
    with _opened(home) if os.access(home, os.W_OK) or not home.exists() else _opened_to_look(home) as state:
        state.execute("PRAGMA query_only = ON")
        state.execute("BEGIN")
        yield state


class Lookout:
    """The state of a home for a server that looks at one thing many times a second: opened once, always up to date."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._open: sqlite3.Connection | None = None
        self._file = 0

    def rows(self, statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Give the rows of a query as the state is now."""
        with self._lock, _explained(self._home / "state.sqlite"):
            return self._connection().execute(statement, parameters).fetchall()

    def close(self) -> None:
        """Let the state go."""
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None

    def _connection(self) -> sqlite3.Connection:
        """Give the connection; where another home has taken the place, a new one."""
        path = self._home / "state.sqlite"
        if self._open is None or not path.exists() or path.stat().st_ino != self._file:
            if self._open is not None:
                self._open.close()
            with _opened(self._home):  # makes the tables where there are none yet
                self._open = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
                self._open.execute("PRAGMA query_only = ON")
                self._file = path.stat().st_ino
        return self._open


@contextmanager
def kept_open(home: Path) -> Iterator[None]:
    """Stay with the state of a home: whoever closes it last tidies its log up and waits for the disk."""
    with _opened(home) as state:
        state.execute("SELECT count(*) FROM warehouse_migrations").fetchone()
        yield


@contextmanager
def _opened(home: Path) -> Iterator[sqlite3.Connection]:
    path = home / "state.sqlite"
    with _explained(path):
        home.mkdir(parents=True, exist_ok=True)
        state = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            _write_ahead(state)
            state.execute("PRAGMA synchronous = FULL")
            _migrate(state)
            yield state
        finally:
            state.close()


def to_look(path: Path) -> str:
    """Give the address of a database of SQLite for who only looks, in a folder in which nothing may be written as well.

    There no write-ahead log can be begun; where there is none nobody writes just now, and all that was written is in
    the file itself.
    """
    may_write = os.access(path.parent, os.W_OK)
    how = "" if may_write or path.with_name(f"{path.name}-wal").exists() else "&immutable=1"
    return f"{path.absolute().as_uri()}?mode=ro{how}"


@contextmanager
def _opened_to_look(home: Path) -> Iterator[sqlite3.Connection]:
    """Open the state in a folder in which nothing may be written."""
    path = home / "state.sqlite"
    with _explained(path):
        state = sqlite3.connect(to_look(path), uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            if not _applied(state).issuperset(name for name, _ in _migrations()):
                message = (
                    f"{path}: expected this version's tables, found those of an earlier one, and no leave to write. "
                    f"Whoever may write {home} brings it up to date with: customer-hub status --home {home}"
                )
                raise StateError(message)
            yield state
        finally:
            state.close()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Say in our words what SQLite finds wrong with the state."""
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.DatabaseError, OSError) as failure:
        message = (
            f"{path}: expected to be able to read and write it, found: {failure}. "
            "See that the disk has room and that the file belongs to you, then try again"
        )
        raise StateError(message) from failure


def _write_ahead(state: sqlite3.Connection) -> None:
    """Keep a write-ahead log: SQLite does not wait for others when a new file is switched to it, so we do."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            state.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in HELD or time.monotonic() > until:
                raise
            time.sleep(0.05)


def _migrate(state: sqlite3.Connection) -> None:
    state.execute(
        "CREATE TABLE IF NOT EXISTS warehouse_migrations (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL) STRICT"
    )
    if _applied(state).issuperset(name for name, _ in _migrations()):
        return
    state.execute("BEGIN IMMEDIATE")
    done = _applied(state)
    for name, text in _migrations():
        if name not in done:
            for statement in _statements(text):
                state.execute(statement)
            state.execute("INSERT INTO warehouse_migrations VALUES (?, ?)", (name, as_text(datetime.now(UTC))))
    state.execute("COMMIT")


def _applied(state: sqlite3.Connection) -> set[str]:
    return {name for (name,) in state.execute("SELECT name FROM warehouse_migrations")}


@cache
def _migrations() -> tuple[tuple[str, str], ...]:
    """Give the numbered files by name, with their text: read once, since every look at the state asks for them."""
    folder = resources.files("warehouse").joinpath("sql", "state")
    return tuple(sorted((file.name, file.read_text(encoding="utf-8")) for file in folder.iterdir()))


def _statements(text: str) -> Iterator[str]:
    """Cut a file into statements, each ending at the end of a line; a trigger's body stays in one piece."""
    pending = ""
    for line in text.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


def statement(name: str) -> str:
    """Give the text of `warehouse/sql/reading/<name>.sql`."""
    return resources.files("warehouse").joinpath("sql", "reading", f"{name}.sql").read_text(encoding="utf-8")


def _moment(until: datetime | None) -> str | None:
    """Give a moment as `at` is written; one without a zone is UTC."""
    return None if until is None else as_text(until if until.tzinfo else until.replace(tzinfo=UTC))


def _time(text: str) -> datetime:
    return from_text(text).replace(tzinfo=None)
