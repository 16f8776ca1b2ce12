"""Who was erased does not come back: incoming rows are held against keyed hashes before anything of them is kept.

A row is the erased person's
1. when feed and source id are those of an erased row, unless it tells of somebody else since then: its own time is
   later and nothing in it is known of the person (a line or login that was given to a new customer);
2. when, under whatever source id, it tells the person's document number, or the name together with a telephone,
   e-mail address or full address of his, unless its own time is later than the erasure (he became a customer again).
A row without a time of its own counts as old. A lifted erasure holds nothing back.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from warehouse.erasure.hashing import Hashing
from warehouse.erasure.journal import PERSON, ROW
from warehouse.erasure.person import versions_as_records
from warehouse.state import reading

CONTACTS: Final = ("mobiles", "fixed_lines", "email", "address")
NUMBERS: Final = re.compile(r"[0-9][0-9Xx]{7,}|[\w.+-]+@[\w-]+\.[\w.-]+|[A-Za-z]*[0-9]{4,}")
ROOM: Final = re.compile(r"\d\D*$")
"""A full address ends in a number: of a house or a room."""


def tokens(records: pl.DataFrame) -> list[list[tuple[str, ...]]]:
    """Give for each of RECORDS what its person is known by: a whole document number, a name with a contact."""
    told = []
    for id_number, name, *contacts in records.select("id_number", "name", *CONTACTS).iter_rows():
        row: list[tuple[str, ...]] = []
        if id_number and "*" not in id_number and len(id_number) > 4:
            row.append(("id_number", id_number))
        for kind, cell in zip(CONTACTS, contacts, strict=True):
            for value in cell if isinstance(cell, list) else [cell]:
                if name and value and (kind != "address" or ROOM.search(value)):
                    row.append(("name", name, kind, value))
        told.append(row)
    return told


@dataclass(frozen=True)
class Guard:
    """What landing asks about the rows of an extract."""

    hashing: Hashing
    rows: dict[bytes, datetime]
    """Digest of a record id → when it was erased, UTC; the latest time where it was erased twice."""
    people: dict[bytes, datetime]
    """Digest of what a person is known by → when the person was erased."""

    @classmethod
    def of(cls, home: Path) -> "Guard | None":
        """Give the guard of a home, None where nobody is kept out."""
        with reading(home) as state:
            known = state.execute(
                "SELECT kind, digest, max(requested_at) FROM erased_keys JOIN erasures USING (erasure_id) "
                "WHERE lifted_at IS NULL GROUP BY kind, digest"
            ).fetchall()
        if not known:
            return None
        at = {(kind, digest): datetime.fromisoformat(erased) for kind, digest, erased in known}
        return cls(
            Hashing.of(home),
            {digest: erased for (kind, digest), erased in at.items() if kind == ROW},
            {digest: erased for (kind, digest), erased in at.items() if kind == PERSON},
        )

    def erased(self, landed: pl.DataFrame, timezone: str) -> pl.Series:
        """Say of each LANDED row whether it is an erased person's; `timezone` is that of the rows' own times."""
        if landed.is_empty():
            return pl.Series("erased", [], dtype=pl.Boolean)
        zone = ZoneInfo(timezone)
        by_row = [self.rows.get(self.hashing.of_text(ROW, record)) for record in landed["record_id"]]
        by_person = [self._known(row) for row in tokens(versions_as_records(landed))]
        return pl.Series(
            "erased",
            [
                _is_erased(row, person, happened_at.replace(tzinfo=zone) if happened_at else None)
                for row, person, happened_at in zip(by_row, by_person, landed["happened_at"], strict=True)
            ],
            dtype=pl.Boolean,
        )

    def erased_texts(self, texts: pl.Series, feed: str) -> pl.Series:
        """Say of each text of rows that could not be read whether an erased person's number or key stands in it."""
        return pl.Series("erased", [self._speaks_of(text or "", feed) for text in texts], dtype=pl.Boolean)

    def _known(self, told: list[tuple[str, ...]]) -> datetime | None:
        found = [self.people.get(self.hashing.of_text(PERSON, *token)) for token in told]
        return max((erased for erased in found if erased), default=None)

    def _speaks_of(self, text: str, feed: str) -> bool:
        return any(
            self.hashing.of_text(ROW, f"{feed}:{word}") in self.rows
            or self.hashing.of_text(PERSON, "id_number", word.upper()) in self.people
            or self.hashing.of_text(PERSON, "number", word) in self.people
            for word in _words(text.replace("-", ""))
        )


def numbers(records: pl.DataFrame) -> set[str]:
    """Give the telephone numbers and e-mail addresses of RECORDS, by which a row that cannot be read is known."""
    told = [records.select(pl.col(name).explode(empty_as_null=True, keep_nulls=False))[name] for name in CONTACTS[:2]]
    return {value.replace("-", "") for column in (*told, records["email"]) for value in column.drop_nulls()}


def _words(text: str) -> Iterator[str]:
    for found in NUMBERS.finditer(text):
        yield found[0]
        if found[0].isdigit() and len(found[0]) > 11:
            yield found[0][-11:]


def _is_erased(row: datetime | None, person: datetime | None, happened_at: datetime | None) -> bool:
    if row is not None:
        return person is not None or happened_at is None or happened_at <= row
    return person is not None and (happened_at is None or happened_at <= person)
