"""Blocking keys laid out over records: who shares what, counted before any pair is made."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.arrays import grouped, sorted_pairs
from matching.facts.encoding import Codes, Column, Encoded, Rows
from matching.fields.base import VALUE
from matching.fields.characters import first_bytes
from matching.side_by_side import at_once

Hashes = npt.NDArray[np.uint64]

Met = tuple[Rows, Rows]
"""Records and, row against row, others that they meet."""

VALUE_KEY: Final = VALUE
"""The key that every kind has: the clean value itself."""


MANY: Final = 150_000
"""Distinct values above which keys that come in lists (every letter left out) cost more than they find."""


@dataclass(frozen=True)
class Blocks:
    """Records in blocks: `rows` sorted by block, then record; `sizes` and `starts` by block."""

    rows: Rows
    hashes: Hashes

    @cached_property
    def starts(self) -> Rows:
        """Where each block begins."""
        if not self.hashes.size:
            return np.empty(0, dtype=np.int64)
        return np.flatnonzero(np.concatenate([[True], self.hashes[1:] != self.hashes[:-1]]))

    @cached_property
    def sizes(self) -> Rows:
        """How many records each block has."""
        return np.diff(np.append(self.starts, self.hashes.size))

    @property
    def size_of(self) -> Rows:
        """The size of the block of each entry."""
        return np.repeat(self.sizes, self.sizes)

    def take(self, which: npt.NDArray[np.bool_]) -> "Blocks":
        """Give some of the entries."""
        return Blocks(self.rows[which], self.hashes[which])

    def pair_up(self) -> tuple[Rows, Rows]:
        """Give every pair of records of a block, the smaller record first."""
        after = np.repeat(self.starts + self.sizes - 1, self.sizes) - np.arange(self.rows.size)
        left = np.repeat(np.arange(self.rows.size), after)
        step = np.arange(left.size) - np.repeat(np.cumsum(after) - after, after) + 1
        return self.rows[left], self.rows[left + step]

    def along(self, window: int) -> tuple[Rows, Rows]:
        """Give the pairs of records that stand at most `window` apart in their block."""
        lefts, rights = [], []
        for step in range(1, window + 1):
            near = np.flatnonzero(self.hashes[:-step] == self.hashes[step:])
            lefts.append(self.rows[near])
            rights.append(self.rows[near + step])
        return np.concatenate(lefts), np.concatenate(rights)


@dataclass(frozen=True)
class Key:
    """One way for two records to meet: they share what a fact's kind makes of a value.

    `made[starts[c]:starts[c + 1]]` are the keys of value c, as numbers; `stable` is by number a hash of the key itself,
    which is the same in every table.
    """

    fact: int
    name: str
    column: Column
    starts: Codes
    made: Codes
    stable: Hashes
    height: int

    @property
    def blocks(self) -> Blocks:
        """The records that share a key with another record, by key; laid out anew each time, for it takes memory."""
        return self._laid(self.counts > 1)

    def large(self, limit: int) -> Blocks:
        """Give the entries in blocks of more than `limit` records."""
        return self._laid(self.counts > limit)

    def _laid(self, wanted: npt.NDArray[np.bool_]) -> Blocks:
        """Give the blocks of some of the keys."""
        rows, keys = self._entries()
        keys, rows = self._sorted(rows, keys, wanted[keys])
        return Blocks(rows, self.stable[keys])

    def _sorted(self, rows: Rows, keys: Codes, wanted: npt.NDArray[np.bool_]) -> tuple[Rows, Rows]:
        """Give the keys and records of some entries, sorted by key, then record."""
        kept = np.flatnonzero(wanted)
        return sorted_pairs(keys.take(kept), rows.take(kept), self.height)

    def met_by(self, sampled: npt.NDArray[np.bool_], limit: int, most: int) -> tuple[Met, Met, float]:
        """Give whom the sampled records meet in blocks of up to `limit` records, and whom in larger ones.

        Of the larger ones as many are laid out as make `most` meetings; the share of them that these are comes last.
        """
        every = self._entries()
        keys, rows = self._sorted(*every, sampled[every[0]])
        size = self.counts[keys].astype(np.int64)
        small, large = np.flatnonzero((size > 1) & (size <= limit)), np.flatnonzero(size > limit)
        few = large[: int(np.searchsorted(size[large].cumsum(), most))]
        wanted = np.zeros(self.counts.size, dtype=bool)
        wanted[keys[small]] = wanted[keys[few]] = True
        _, others = self._sorted(*every, wanted[every[1]])
        ends = np.cumsum(self.counts * wanted)

        def meet(entries: Rows) -> Met:
            many = size[entries]
            mine = np.repeat(rows[entries], many)
            within = np.arange(mine.size) - np.repeat(np.cumsum(many) - many, many)
            other = others[np.repeat(ends[keys[entries]] - many, many) + within]
            return mine[mine != other], other[mine != other]

        return meet(small), meet(few), few.size / max(large.size, 1)

    @cached_property
    def counts(self) -> npt.NDArray[np.int32]:
        """How many records have each key."""
        size = int(self.made.max(initial=-1)) + 1
        if not self.is_single:
            return np.bincount(self._entries()[1], minlength=size).astype(np.int32)
        counts = np.repeat(self.column.counts, np.diff(self.starts))
        return np.bincount(self.made, weights=counts, minlength=size).astype(np.int32)

    @property
    def sizes(self) -> Rows:
        """The sizes of the blocks of two records and more."""
        return self.counts[self.counts > 1].astype(np.int64)

    def _entries(self) -> tuple[Rows, Codes]:
        """Records and their keys, each once."""
        if self.is_single:
            keys = self._by_record()
            rows = np.flatnonzero(keys >= 0)
            return rows, keys.take(rows)
        codes, rows = self.column.codes, self.column.rows
        many = np.diff(self.starts)[codes]
        rows = np.repeat(rows, many)
        within = np.arange(rows.size) - np.repeat(np.cumsum(many) - many, many)
        keys = self.made[np.repeat(self.starts[codes], many) + within]
        if self.column.single is not None:
            return rows, keys  # a value's keys are distinct
        rows, keys = sorted_pairs(rows, keys, max(self.made.size, 1))
        first = np.ones(rows.size, dtype=bool)
        first[1:] = (rows[1:] != rows[:-1]) | (keys[1:] != keys[:-1])
        return rows[first], keys[first]

    def _by_record(self) -> Codes:
        """By record its one key, −1 where it has none."""
        single = self.column.single
        if single is None:
            message = f"expected at most one value a record, found several in {self.column.name}"
            raise ValueError(message)
        of_value = np.full(self.starts.size, -1, dtype=np.int32)  # the last for records that do not tell the fact
        of_value[np.flatnonzero(np.diff(self.starts))] = self.made
        return of_value[single]

    def entries(self) -> tuple[Rows, Hashes]:
        """Give every record with each of its keys, as hashes that are the same in every table."""
        rows, keys = self._entries()
        return rows, self.stable[keys]

    @cached_property
    def is_single(self) -> bool:
        """Whether every record has at most one key."""
        return self.column.single is not None and bool((np.diff(self.starts) <= 1).all())

    @cached_property
    def dense(self) -> npt.NDArray[np.int32] | None:
        """By record its key, 0 where it has none; None if records have several."""
        if not self.is_single:
            return None
        return self._by_record() + 1

    def pairs(self, limit: int) -> int:
        """Count the pairs that blocks of up to `limit` records make."""
        sizes = self.sizes
        sizes = sizes[sizes <= limit]
        return int((sizes * (sizes - 1) // 2).sum())


def offered(encoded: Encoded, wanted: Collection[str] | None = None) -> list[Key]:
    """Give the keys that the facts' kinds offer, leaving out those that sort records as another does.

    Which these are depends on the table. With `wanted`, the names of a plan's keys, these are given whatever the table.
    """
    return [key for keys in at_once(_offered, enumerate(encoded.columns), encoded.height, wanted) for key in keys]


def _offered(numbered: tuple[int, Column], height: int, wanted: Collection[str] | None) -> list[Key]:
    """Give the keys of one fact."""
    place, column = numbered
    keys: list[Key] = []
    for name, make in {VALUE_KEY: _value, **column.field.keys}.items():
        label = column.name if name == VALUE_KEY else f"{column.name}:{name}"
        if wanted is not None:
            if label in wanted:
                keys.append(_key(place, label, column, make(column.values), height))
            continue
        if name in column.field.only_with and not column.field.only_with[name](column.values).any():
            continue
        if column.values.height > MANY and isinstance(make(column.values.head(1)).dtype, pl.List):
            continue
        key = _key(place, label, column, make(column.values), height)
        if key.made.size and not any(_sort_alike(key, other) for other in keys):
            keys.append(key)
    return keys


def _sort_alike(one: Key, other: Key) -> bool:
    return np.array_equal(one.made, other.made) and np.array_equal(one.starts, other.starts)


def _value(values: pl.DataFrame) -> pl.Series:
    return values[VALUE].cast(pl.String)


def _key(place: int, label: str, column: Column, made: pl.Series, height: int) -> Key:
    """Number a key's strings in the order in which values first have them, so that like partitions look alike."""
    is_list = isinstance(made.dtype, pl.List)
    of_key = (
        np.repeat(np.arange(len(made)), made.list.len().fill_null(0).to_numpy()) if is_list else np.arange(len(made))
    )
    key = made.drop_nulls().explode(empty_as_null=False) if is_list else made
    is_told = key.is_not_null() & (key != "") if key.dtype == pl.String else key.is_not_null()
    told = is_told.arg_true().to_numpy()
    codes = of_key.take(told)
    hashes = key.hash(seed=7).to_numpy().take(told)
    if label == column.name:  # the values themselves, of which no two are the same
        itself = np.arange(told.size, dtype=np.int32)
        return Key(place, label, column, _starts(codes, len(made)), itself, hashes, height)
    hashes, groups = grouped(hashes)
    if is_list:
        codes, groups = sorted_pairs(codes, groups, max(hashes.size, 1))
        first = np.ones(codes.size, dtype=bool)
        first[1:] = (codes[1:] != codes[:-1]) | (groups[1:] != groups[:-1])
        codes, groups = codes[first], groups[first]
    first_of = np.empty(hashes.size, dtype=np.int64)
    first_of[groups[::-1]] = np.arange(groups.size)[::-1]
    is_first = np.zeros(groups.size, dtype=bool)
    is_first[first_of] = True
    rank = (np.cumsum(is_first) - 1).take(first_of)
    stable = np.empty(hashes.size, dtype=np.uint64)
    stable[rank] = hashes
    return Key(place, label, column, _starts(codes, len(made)), rank.astype(np.int32)[groups], stable, height)


def _starts(codes: Rows, values: int) -> Codes:
    """Give where the keys of each value begin, and the last ones end; `codes` are the values of all keys, in order."""
    return np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=values))]).astype(np.int32)


class Laid(Protocol):
    """A key laid out over records."""

    @property
    def name(self) -> str: ...  # noqa: D102 the class says it
    @property
    def blocks(self) -> Blocks: ...  # noqa: D102

    def large(self, limit: int) -> Blocks: ...  # noqa: D102


def combine(keys: Sequence[Laid], limit: int, height: int) -> Blocks:
    """Give the records that are in a large block of every key, in blocks of their combination."""
    first, *others = keys
    blocks = first.large(limit)
    rows, hashes = blocks.rows, blocks.hashes
    for key in others:
        large = np.zeros(height, dtype=np.uint64)
        entries = key.large(limit)
        falling = np.argsort(entries.hashes)[::-1]  # of a record's several keys the smallest counts, in any table
        large[entries.rows[falling]] = entries.hashes[falling]
        both = large[rows] != 0
        rows, hashes = rows[both], mix(hashes[both], large[rows[both]])
    different, places = grouped(hashes)
    places, rows = sorted_pairs(places, rows, height)
    return Blocks(rows, different.take(places))


def lines(encoded: Encoded, records: Rows | None = None) -> list[Hashes]:
    """Give by fact and record the first eight bytes of what it says (of several values the smallest), 0 for nothing.

    As numbers they sort as the text does, so that neighbours on a line say much the same. Of all records, or of some.
    """
    laid = []
    for column in encoded.columns:
        starts, told = column.starts[:-1], column.lengths > 0
        if records is not None:
            starts, told = starts[records], told[records]
        first = np.where(told, np.append(column.codes, -1)[np.minimum(starts, column.codes.size)], -1) + 1
        which, places = (np.arange(column.values.height + 1), first) if records is None else grouped(first)
        bytes_of = first_bytes(column.values[VALUE].cast(pl.String).gather(pl.Series(which[which > 0] - 1)))
        laid.append(np.append(np.zeros(which.size - bytes_of.size, dtype=np.uint64), bytes_of)[places])
    return laid


def mix(one: Hashes, other: Hashes) -> Hashes:
    """Give one hash of two (the finaliser of splitmix64)."""
    mixed = one * np.uint64(0x9E3779B97F4A7C15) + other
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
