"""Every record of a snapshot laid out so that one question is answered in milliseconds.

What a run works out for all records at once (codes, keys, how common each value is) is worked out once more for the
records as they were published, and kept as arrays: a question then only looks up. Scores come from the same weighers
that score a run's pairs.
"""

import marshal
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.errors import CustomerHubError
from matching.facts.encoding import Codes, Column, Rows
from matching.fields.base import VALUE
from matching.fields.misread import reread
from matching.model import Model
from matching.scores.weigher import Weigher
from matching.single import Twin

Hashes = npt.NDArray[np.uint64]

SEED: Final = 11

APART: Final = 64
"""Values from one landmark to the next."""


class DirectoryError(CustomerHubError):
    """Records cannot be laid out for look-up, or files of a directory cannot be read."""


@dataclass(frozen=True)
class Ways:
    """One way for a question and records to meet: they share what a fact's kind makes of a value.

    `hashes` of the keys, sorted; `made[starts[c]:starts[c + 1]]` are the keys of value c as places in `hashes`;
    `rows[row_starts[k]:row_starts[k + 1]]` are the records with key k, sorted.
    """

    name: str
    hashes: Hashes
    starts: Codes
    made: Codes
    row_starts: Codes
    rows: Rows

    def of_value(self, code: int) -> Sequence[int]:
        """Give the keys of a value that some record tells."""
        return self.made[self.starts[code] : self.starts[code + 1]].tolist()  # type: ignore[no-any-return]

    def of_hashes(self, hashes: Sequence[int]) -> Sequence[int]:
        """Give those of a new value's keys that some record has."""
        return [place for key in hashes if (place := self.place(key)) is not None]

    def place(self, key: int) -> int | None:
        """Give the place of a hash, None if no record has it."""
        place = int(np.searchsorted(self.hashes, np.uint64(key)))
        return place if place < self.hashes.size and int(self.hashes[place]) == key else None

    def block(self, key: int) -> Rows:
        """Give the records with a key."""
        return self.rows[self.row_starts[key] : self.row_starts[key + 1]]


@dataclass(frozen=True)
class Packed:
    """The parts of each value that a twin compares, those of one value side by side: `blob[starts[c]:starts[c + 1]]`.

    A frame has each part in a column of its own, so that one value's parts are fetched from as many corners of memory.
    """

    blob: npt.NDArray[np.uint8]
    starts: Codes

    @classmethod
    def of_values(cls, values: pl.DataFrame) -> "Packed":
        """Pack the rows of a frame."""
        pieces = [marshal.dumps(row) for row in values.iter_rows()]
        starts = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])]).astype(np.int64)
        return cls(np.frombuffer(b"".join(pieces), dtype=np.uint8), starts)

    def of(self, codes: Sequence[int]) -> list[tuple[Any, ...]]:
        """Give the parts of some values."""
        wanted, blob = np.array(codes, dtype=np.int64), memoryview(self.blob.data)
        ends = zip(self.starts[wanted].tolist(), self.starts[wanted + 1].tolist(), strict=True)
        return [
            marshal.loads(blob[start:end])  # noqa: S302 -- written by `of_values`, as private as the snapshot
            for start, end in ends
        ]


@dataclass(frozen=True)
class Listing:
    """One fact of every record: its values, how common they are, and the ways that lead from values to records."""

    column: Column
    itself: npt.NDArray[np.int8]
    weigher: Weigher  # knows values beyond the column's: those only the model knows, then one that nobody ever told
    parent: int | None
    contact: int | None
    known_hashes: Hashes  # of the values that only the model knows, sorted
    ways: tuple[Ways, ...]
    twin: Twin | None
    packed: Packed | None  # what the twin compares, None without one

    @property
    def name(self) -> str:
        """The fact's name."""
        return self.column.name

    def unheard(self, value: str) -> int:
        """Give the code under which the weigher knows a value that no record tells."""
        key = hashed(value)
        place = int(np.searchsorted(self.known_hashes, np.uint64(key)))
        known = place < self.known_hashes.size and int(self.known_hashes[place]) == key
        return self.column.values.height + (place if known else int(self.known_hashes.size))

    @cached_property
    def texts(self) -> pl.Series:
        """The values, in their order."""
        return self.column.values[VALUE]

    @cached_property
    def _landmarks(self) -> list[str]:
        """Every so many of the values, at hand: with them a value is found in few steps through the others."""
        return self.texts.gather_every(APART).to_list()

    def lay_ready(self) -> None:
        """Work out now what questions would else work out while whoever asks first waits."""
        column = self.column
        reread("é")  # whose patterns take a tenth of a second to prepare
        _ = self._landmarks, column.lengths, column.shared, column.in_chinese, column.in_short

    def place(self, value: str) -> int:
        """Give where a value stands, or would stand, among the values."""
        after = bisect_left(self._landmarks, value)
        return bisect_left(self.texts, value, max(after - 1, 0) * APART, min(after * APART, len(self.texts)))

    def find(self, value: str) -> int | None:
        """Give the code of a clean value, None if no record tells it."""
        code = self.place(value)
        return code if code < len(self.texts) and self.texts[code] == value else None


@dataclass(frozen=True)
class Directory:
    """All that questions are answered from. Records are numbered by the rank of their id, customers likewise."""

    model: Model
    listings: tuple[Listing, ...]
    record_ids: pl.Series
    customer_ids: pl.Series
    customers: Codes  # of each record
    members: Rows  # records by customer, then record
    member_starts: Codes
    entities: tuple[str, ...]
    entity: Codes  # of each record, −1 where unknown
    names: Codes  # of each record a number for its name, −1 where it has none
    has_households: bool  # several people live in a home (`sharing`)

    @property
    def height(self) -> int:
        """How many records there are."""
        return len(self.record_ids)

    def listing(self, fact: str) -> Listing:
        """Give a fact's listing."""
        return self._by_name[fact]

    @cached_property
    def _by_name(self) -> Mapping[str, Listing]:
        return {listing.name: listing for listing in self.listings}

    def records_of(self, customers: Codes, *, most: int) -> tuple[Rows, Codes]:
        """Give the first records of some customers, one customer's after another's, and where each customer's begin."""
        begins = self.member_starts[customers]
        many = np.minimum(self.member_starts[customers + 1] - begins, most)
        starts = np.concatenate([[0], np.cumsum(many)])
        return self.members[np.repeat(begins - starts[:-1], many) + np.arange(starts[-1])], starts


@lru_cache(maxsize=50_000)
def hashed(text: str) -> int:
    """Give the number that stands for a text in a directory."""
    return int(pl.Series([text]).to_frame().hash_rows(SEED)[0])  # a third of what `Series.hash` takes for one


def hashes_of(keys: pl.Series) -> Sequence[int]:
    """Give the hashes of a value's keys: one, or a list of them."""
    said = keys.explode(empty_as_null=True) if isinstance(keys.dtype, pl.List) else keys
    return said.drop_nulls().hash(SEED).to_list()


def signed(hashes: pl.Series) -> Codes:
    """Give hashes as numbers of 0 and more, −1 for what is missing."""
    return (hashes // 2).cast(pl.Int64).fill_null(-1).to_numpy()
