"""The audit log: rows in `state.sqlite` that seal each other, and the last seal kept in another place.

Each row carries a keyed seal over itself and the seal before it, so a changed, removed or inserted row breaks the
chain. Key and last seal (the head) lie outside the database, in `HOME/audit`, which may be a link to a place that the
desk's own administrators cannot write: who can only change the database can neither seal a row nor cut off the end.
"""

import fcntl
import hashlib
import hmac
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from matching.errors import CustomerHubError
from warehouse import state
from warehouse.moments import as_text

FOLDER: Final = "audit"
COMMAND_LINE: Final = " (command line)"
"""What follows the name of who works at the machine itself: such names are not those of the desk's users."""
BEGINNING: Final = bytes(32)


class AuditError(CustomerHubError):
    """The audit log is not whole."""


@dataclass(frozen=True)
class Head:
    """The last row of the log: its number and its seal. Written down elsewhere it proves the log's end."""

    rows: int = 0
    seal: bytes = BEGINNING

    def __str__(self) -> str:
        return f"{self.rows}:{self.seal.hex()}"

    @classmethod
    def read(cls, text: str) -> "Head":
        """Give back what `str` wrote."""
        try:
            rows, seal = text.strip().split(":")
            return cls(int(rows), bytes.fromhex(seal))
        except ValueError:
            message = "audit head: expected NUMBER:SEAL as `customer-hub audit verify` prints it, found something else"
            raise AuditError(message) from None


@dataclass
class Audit:
    """A transaction on the state whose deeds are put on record: all of it holds, or none."""

    state: sqlite3.Connection
    key: bytes
    head: Head = field(default_factory=Head)

    def record(self, at: datetime, who: str, action: str, subject: str, **details: object) -> None:
        """Put a deed on record. `subject` and `details` name ids, counts and roles, never personal data."""
        row = (self.head.rows + 1, as_text(at), who, action, subject, json.dumps(details, sort_keys=True))
        self.head = Head(row[0], _seal(self.key, self.head.seal, row))
        self.state.execute("INSERT INTO audit_log VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, self.head.seal))


@contextmanager
def audited(home: Path) -> Iterator[Audit]:
    """Open the state for one transaction with its audit log; afterwards the log's head is noted outside."""
    key = _key(home)
    with state.transaction(home) as con:
        last = con.execute("SELECT id, seal FROM audit_log ORDER BY id DESC LIMIT 1").fetchone()
        audit = Audit(con, key, Head(*last) if last else Head())
        began = audit.head
        yield audit
    if audit.head != began:
        _note(home, audit.head)


def entries(home: Path, *, before: int | None = None, limit: int = 100) -> list[dict[str, object]]:
    """Give the log's rows, newest first."""
    with state.reading(home) as con:
        rows = con.execute(
            "SELECT id, at, who, action, subject, details FROM audit_log WHERE id < ? ORDER BY id DESC LIMIT ?",
            (before if before is not None else 2**62, limit),
        ).fetchall()
    names = ("id", "at", "who", "action", "subject")
    return [dict(zip(names, row, strict=False)) | {"details": json.loads(row[5])} for row in rows]


def verify(home: Path, expected: Head | None = None) -> Head:
    """Give the log's head after checking every row; `expected` is a head that was written down earlier.

    Raises AuditError naming the first row that is changed, missing, inserted or cut off.
    """
    with state.reading(home) as con:
        noted = _noted(home)
        rows = con.execute("SELECT id, at, who, action, subject, details, seal FROM audit_log ORDER BY id").fetchall()
    if rows or noted.rows:
        key = _key(home, made=False)
    wanted = [head for head in (noted, expected) if head is not None]
    head = Head()
    for row in rows:
        if row[0] != head.rows + 1:
            message = f"audit log: expected row {head.rows + 1}, found row {row[0]}: rows between were removed"
            raise AuditError(message)
        if not hmac.compare_digest(_seal(key, head.seal, row[:6]), row[6]):
            message = (
                f"audit log: expected row {row[0]} to carry the seal that its content and the row before it give, "
                "found another: it was changed, inserted, or what was before it was removed"
            )
            raise AuditError(message)
        head = Head(row[0], row[6])
        for known in wanted:
            if known.rows == head.rows and known.seal != head.seal:
                message = f"audit log: row {head.rows} is not the row that was noted under this number"
                raise AuditError(message)
    for known in wanted:
        if known.rows > head.rows:
            message = f"audit log: expected at least {known.rows} rows, found {head.rows}: the end was cut off"
            raise AuditError(message)
    return head


def _seal(key: bytes, before: bytes, row: tuple[object, ...]) -> bytes:
    return hmac.digest(key, before + json.dumps(row, ensure_ascii=True).encode(), hashlib.sha256)


def _key(home: Path, *, made: bool = True) -> bytes:
    """Give the key of the seals; the first to ask draws it, and nobody ever finds half of one."""
    path = home / FOLDER / "key"
    if not path.exists():
        if not made:
            message = f"{path}: expected the key that the audit log is sealed with, found none; bring the file back"
            raise AuditError(message)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        drawn = path.with_name(f"key.{secrets.token_hex(8)}")
        drawn.touch(mode=0o600)
        drawn.write_bytes(secrets.token_bytes(32))
        try:
            os.link(drawn, path)
        except FileExistsError:
            pass
        finally:
            drawn.unlink()
        _note(home, Head())
    return path.read_bytes()


def _note(home: Path, head: Head) -> None:
    """Note the head outside the database; of two who note at once the later head stays."""
    path = home / FOLDER / "head"
    with path.with_name("head.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists() or _noted(home).rows < head.rows:
            new = path.with_name("head.new")
            new.write_text(f"{head}\n", encoding="utf-8")
            new.replace(path)


def _noted(home: Path) -> Head:
    path = home / FOLDER / "head"
    if path.exists():
        return Head.read(path.read_text(encoding="utf-8"))
    if (home / FOLDER / "key").exists():
        message = f"{path}: expected the head of the audit log, found none; bring the file back"
        raise AuditError(message)
    return Head()
