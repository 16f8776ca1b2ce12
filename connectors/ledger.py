"""The ledger: which extracts were taken, known by content. A row here is what makes an extract taken."""

import json
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import polars as pl

from connectors.discovery import Extract
from connectors.errors import StorageError
from connectors.storing import storage_error
from matching.frames import EXTRACTS, conform

CREATE: Final = """
CREATE TABLE IF NOT EXISTS extracts (
    feed TEXT NOT NULL,
    extract_id TEXT NOT NULL,
    extract TEXT NOT NULL,
    delivered_on TEXT NOT NULL,
    mode TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    rows_read INTEGER NOT NULL,
    records INTEGER NOT NULL,
    rejects INTEGER NOT NULL,
    new INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    unknown_columns TEXT NOT NULL,
    landed_at TEXT NOT NULL,
    PRIMARY KEY (feed, extract_id)
) STRICT
"""
CREATE_ALIASES: Final = """
CREATE TABLE IF NOT EXISTS extract_aliases (
    feed TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    extract_id TEXT NOT NULL,
    PRIMARY KEY (feed, sha256)
) STRICT
"""
"""What a file's content is since rows were taken out of it: the same extract, not a new one."""
CREATE_RESTATEMENTS: Final = """
CREATE TABLE IF NOT EXISTS extract_restatements (
    feed TEXT NOT NULL,
    extract_id TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (feed, extract_id)
) STRICT
"""
"""Extracts that say again, byte for byte, what the extract of the id `content` said."""
TAKEN: Final = """
WITH same AS (
    SELECT :sha256 AS content
    UNION SELECT extract_id FROM extract_aliases WHERE feed = :feed AND sha256 = :sha256
)
SELECT e.extract_id, e.extract, e.delivered_on, coalesce(r.content, e.extract_id) AS content
FROM extracts e LEFT JOIN extract_restatements r ON r.feed = e.feed AND r.extract_id = e.extract_id
WHERE e.feed = :feed AND coalesce(r.content, e.extract_id) IN (SELECT content FROM same)
ORDER BY e.delivered_on, e.extract
"""
LAST_REVISION: Final = """
SELECT extract_id FROM extracts
WHERE feed = :feed AND (extract = :name OR substr(extract, 1, length(:name) + 1) = :name || :mark)
ORDER BY length(extract) DESC, extract DESC LIMIT 1
"""
CAME_BETWEEN: Final = """
SELECT 1 FROM extracts
WHERE feed = :feed AND (delivered_on, extract) > (:after_day, :after) AND (delivered_on, extract) < (:day, :name)
"""
RESTATE: Final = "INSERT OR IGNORE INTO extract_restatements VALUES (:feed, :extract_id, :content)"
ALIAS: Final = """
INSERT OR IGNORE INTO extract_aliases
SELECT :feed, :sha256, coalesce(
    (SELECT content FROM extract_restatements WHERE feed = :feed AND extract_id = :extract_id), :extract_id
)
"""
EXTRACTS_OF: Final = """
WITH same AS (
    SELECT feed, extract_id FROM extracts WHERE extract_id = :sha256
    UNION SELECT feed, extract_id FROM extract_aliases WHERE sha256 = :sha256
)
SELECT feed, extract_id FROM same
UNION SELECT r.feed, r.extract_id FROM extract_restatements r JOIN same ON same.feed = r.feed
    AND same.extract_id = r.content
ORDER BY 1, 2
"""
CLAIM: Final = """
INSERT INTO extracts (feed, extract_id, extract, delivered_on, mode, size_bytes, rows_read, records, rejects, new,
    changed, unchanged, unknown_columns, landed_at)
VALUES (:feed, :extract_id, :extract, :delivered_on, :mode, :size_bytes, :rows_read, :records, :rejects, :new,
    :changed, :unchanged, :unknown_columns, :landed_at)
ON CONFLICT DO NOTHING
"""
RECOUNT: Final = """
UPDATE extracts SET records = :records, rejects = :rejects, new = :new, changed = :changed, unchanged = :unchanged
WHERE feed = :feed AND extract_id = :extract_id
"""
REVISION_MARK: Final = "#"
"""Stands between a file name and the number of its revision, where other content came under the same name."""
REVISIONS: Final = """
SELECT count(*) AS taken FROM extracts
WHERE feed = :feed AND extract_id <> :extract_id
    AND (extract = :name OR substr(extract, 1, length(:name) + 1) = :name || :mark)
"""
LAST_VOLUME: Final = """
SELECT extract, rows_read FROM extracts
WHERE feed = :feed AND mode = :mode AND (
    delivered_on < :day
    OR (delivered_on = :day AND (extract = :name OR substr(extract, 1, length(:name) + 1) = :name || :mark))
)
ORDER BY delivered_on DESC, rows_read LIMIT 1
"""
"""The smallest of the last day before: a load may come in several files, the last of which is as long as it happens."""
ALL: Final = "SELECT * FROM extracts ORDER BY feed, delivered_on, extract, extract_id"
HELD: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
"""What passes when whoever holds the file lets it go; anything else would be waited for in vain."""
BUSY_SECONDS: Final = 60
"""How long a writer waits for another to finish."""


@dataclass(frozen=True)
class Taken:
    """An extract that was taken, as far as it tells whether another says anything new."""

    extract_id: str
    extract: str
    delivered_on: date
    content: str
    """The id of the extract that said the same first: mostly its own."""


class Ledger:
    """What was taken from where, in `state.sqlite` of a home; several processes may use it at once."""

    def __init__(self, home: Path) -> None:
        self._path = home / "state.sqlite"

    def taken(self, feed: str, sha256: str) -> list[Taken]:
        """Give the feed's extracts of that content, taken under whatever name, by day and name."""
        with self._open() as state:
            rows = state.execute(TAKEN, {"feed": feed, "sha256": sha256}).fetchall()
        return [
            Taken(row["extract_id"], row["extract"], date.fromisoformat(row["delivered_on"]), row["content"])
            for row in rows
        ]

    def last_revision(self, feed: str, name: str) -> str | None:
        """Give the id of what was taken last under a file name."""
        with self._open() as state:
            row = state.execute(LAST_REVISION, {"feed": feed, "name": name, "mark": REVISION_MARK}).fetchone()
        return None if row is None else str(row["extract_id"])

    def came_between(self, feed: str, taken: Taken, extract: Extract) -> bool:
        """Say whether the feed told something after one extract and before another, in the order of delivery."""
        places = {"after_day": taken.delivered_on.isoformat(), "after": taken.extract}
        until = {"day": extract.delivered_on.isoformat(), "name": extract.name}
        with self._open() as state:
            return state.execute(CAME_BETWEEN, {"feed": feed, **places, **until}).fetchone() is not None

    def also_known_as(self, feed: str, extract_id: str, sha256: str) -> None:
        """Write down that content of this digest is the extract of that id, without some of its rows."""
        with self._open() as state:
            state.execute(ALIAS, {"feed": feed, "sha256": sha256, "extract_id": extract_id})

    def extract_of(self, sha256: str) -> list[tuple[str, str]]:
        """Give feed and extract id of the extracts that were taken from content of this digest, rows missing or not."""
        with self._open() as state:
            return [(row["feed"], row["extract_id"]) for row in state.execute(EXTRACTS_OF, {"sha256": sha256})]

    def recount(self, feed: str, extract_id: str, counts: Mapping[str, int]) -> None:
        """Set what became of an extract's rows, where records were erased since it was taken."""
        with self._open() as state:
            state.execute(RECOUNT, {"feed": feed, "extract_id": extract_id, **counts})

    def claim(
        self, feed: str, extract: Extract, counts: dict[str, int], unknown: tuple[str, ...], now: datetime
    ) -> bool:
        """Write an extract down as taken; False if another process did so first."""
        row = {
            "feed": feed,
            "extract_id": extract.sha256,
            "extract": extract.name,
            "delivered_on": extract.delivered_on.isoformat(),
            "mode": extract.mode.value,
            "size_bytes": extract.size,
            **counts,
            "unknown_columns": json.dumps(unknown, ensure_ascii=False),
            "landed_at": now.replace(tzinfo=None).isoformat(timespec="microseconds"),
        }
        with self._open() as state:
            if extract.content:
                state.execute(RESTATE, {**row, "content": extract.content})
            return state.execute(CLAIM, row).rowcount == 1

    def revisions(self, feed: str, extract: Extract) -> int:
        """Give how many other contents were taken under an extract's file name."""
        named = {"feed": feed, "extract_id": extract.sha256, "name": extract.name, "mark": REVISION_MARK}
        with self._open() as state:
            row = state.execute(REVISIONS, named).fetchone()
        return int(row["taken"])

    def last_volume(self, feed: str, extract: Extract) -> tuple[str, int] | None:
        """Give name and rows of the extract of the same mode whose size an extract is held against.

        That is what came under its name before, or else the smallest of the last day before its own.
        """
        told = {"feed": feed, "mode": extract.mode.value, "day": extract.delivered_on.isoformat()}
        name = re.sub(rf"{REVISION_MARK}\d+$", "", extract.name)
        with self._open() as state:
            row = state.execute(LAST_VOLUME, {**told, "name": name, "mark": REVISION_MARK}).fetchone()
        return None if row is None else (row["extract"], row["rows_read"])

    def extracts(self) -> pl.DataFrame:
        """Give every extract that was taken, as EXTRACTS."""
        with self._open() as state:
            rows = [dict(row) for row in state.execute(ALL)]
        for row in rows:
            row["unknown_columns"] = json.loads(row["unknown_columns"])
        text = dict.fromkeys(("delivered_on", "landed_at"), pl.String)
        frame = pl.DataFrame(rows, schema={**EXTRACTS, **text})
        return conform(
            frame.with_columns(
                pl.col("delivered_on").str.to_date("%Y-%m-%d"),
                pl.col("landed_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.f"),
            ),
            EXTRACTS,
            name="extracts",
        )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise storage_error(error, self._path.parent) from error
        try:
            state = sqlite3.connect(self._path, timeout=BUSY_SECONDS)
        except sqlite3.Error as error:
            raise self._error(error) from error
        try:
            state.row_factory = sqlite3.Row
            _write_ahead(state)
            state.execute("PRAGMA synchronous = FULL")
            state.execute(CREATE)
            state.execute(CREATE_ALIASES)
            state.execute(CREATE_RESTATEMENTS)
            with state:
                yield state
        except sqlite3.Error as error:
            raise self._error(error) from error
        finally:
            state.close()

    def _error(self, error: sqlite3.Error) -> StorageError:
        """Give what SQLite says in words: a full disk, a lock that nobody gives back, a file that is no database."""
        return StorageError(
            f"expected to use the ledger {self._path}; found: {error}. What to do: free space if the disk is full, see "
            "that the folder may be written by you, end other runs on this home if it is locked, restore the file from "
            "a backup if it is damaged; then run again"
        )


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
