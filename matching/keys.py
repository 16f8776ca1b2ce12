"""Blocking keys laid out over records: who shares what, counted before any pair is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.encoding import Codes, Column, Encoded, Rows
from matching.fields.base import VALUE

Hashes = npt.NDArray[np.uint64]

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
    def starts(self) -> Codes:
        """Where each block begins."""
        if not self.hashes.size:
            return np.empty(0, dtype=np.int64)
        return np.flatnonzero(np.concatenate([[True], self.hashes[1:] != self.hashes[:-1]]))

    @cached_property
    def sizes(self) -> Codes:
        """How many records each block has."""
        return np.diff(np.append(self.starts, self.hashes.size))

    @cached_property
    def size_of(self) -> Codes:
        """The size of the block of each entry."""
        return np.repeat(self.sizes, self.sizes)

    def take(self, which: npt.NDArray[np.bool_]) -> "Blocks":
        """Give some of the entries."""
        return Blocks(self.rows[which], self.hashes[which])

    def pairs(self) -> int:
        """Count the pairs that all blocks make."""
        return int((self.sizes * (self.sizes - 1) // 2).sum())

    def pair_up(self) -> tuple[Rows, Rows]:
        """Give every pair of records of a block, the smaller record first."""
        place = np.arange(self.rows.size) - np.repeat(self.starts, self.sizes)
        after = self.size_of - 1 - place
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

    `made[starts[c]:starts[c + 1]]` are the keys of value c, as numbers.
    """

    fact: int
    name: str
    column: Column
    starts: Codes
    made: Codes
    height: int

    @cached_property
    def blocks(self) -> Blocks:
        """The records that share a key with another record, by key."""
        rows, keys = self._entries()
        shared = np.bincount(keys, minlength=1)[keys] > 1
        rows, keys = rows[shared], keys[shared]
        order = np.argsort(keys, kind="stable")
        rows, keys = rows[order], keys[order]
        if not self.is_single:
            first = np.ones(rows.size, dtype=bool)
            first[1:] = (rows[1:] != rows[:-1]) | (keys[1:] != keys[:-1])
            rows, keys = rows[first], keys[first]
        return Blocks(rows, keys.astype(np.uint64) + np.uint64(1))

    def _entries(self) -> tuple[Rows, Codes]:
        """Records and their keys, by record."""
        codes, rows = self.column.codes, self.column.rows
        many = np.diff(self.starts)[codes]
        rows = np.repeat(rows, many)
        within = np.arange(rows.size) - np.repeat(np.cumsum(many) - many, many)
        return rows, self.made[np.repeat(self.starts[codes], many) + within]

    @cached_property
    def is_single(self) -> bool:
        """Whether every record has at most one key."""
        return self.column.single is not None and bool((np.diff(self.starts) <= 1).all())

    @cached_property
    def dense(self) -> Hashes | None:
        """By record its key, 0 where it has none; None if records have several."""
        if not self.is_single:
            return None
        rows, keys = self._entries()
        by_record = np.zeros(self.height, dtype=np.uint64)
        by_record[rows] = keys.astype(np.uint64) + np.uint64(1)
        return by_record

    def is_large(self, limit: int, height: int) -> npt.NDArray[np.bool_]:
        """Tell by record whether it is in a block of more than `limit` records."""
        found = np.zeros(height, dtype=bool)
        found[self.large(limit).rows] = True
        return found

    def large(self, limit: int) -> Blocks:
        """Give the entries in blocks of more than `limit` records."""
        return self.blocks.take(self.blocks.size_of > limit)

    def small(self, limit: int) -> Blocks:
        """Give the entries in blocks of 2 to `limit` records."""
        return self.blocks.take(self.blocks.size_of <= limit)


def offered(encoded: Encoded) -> list[Key]:
    """Give the keys that the facts' kinds offer, leaving out those that sort records as another does."""
    keys = []
    for place, column in enumerate(encoded.columns):
        known: set[bytes] = set()
        for name, make in {VALUE_KEY: _value, **column.field.keys}.items():
            if column.values.height > MANY and isinstance(make(column.values.head(1)).dtype, pl.List):
                continue
            series = make(column.values)
            label = column.name if name == VALUE_KEY else f"{column.name}:{name}"
            key = _key(place, label, column, series, encoded.height)
            same_as = key.starts.tobytes() + key.made.tobytes()
            if key.made.size and same_as not in known:
                known.add(same_as)
                keys.append(key)
    return keys


def _value(values: pl.DataFrame) -> pl.Series:
    return values[VALUE].cast(pl.String)


def _key(place: int, label: str, column: Column, made: pl.Series, height: int) -> Key:
    """Number a key's strings in the order in which values first have them, so that like partitions look alike."""
    frame = pl.DataFrame({"code": np.arange(len(made)), "key": made})
    if isinstance(made.dtype, pl.List):
        frame = frame.explode("key")
    frame = frame.filter(pl.col("key").is_not_null() & (pl.col("key") != ""))
    frame = frame.with_columns(pl.col("key").hash(seed=7))
    if isinstance(made.dtype, pl.List):
        frame = frame.unique().sort("code", "key")
    hashes = frame["key"].to_numpy()
    codes = frame["code"].to_numpy()
    order = np.argsort(hashes, kind="stable")
    first = np.flatnonzero(
        np.concatenate([np.ones(min(hashes.size, 1), bool), hashes[order][1:] != hashes[order][:-1]])
    )
    group = np.empty(hashes.size, dtype=np.int64)
    group[order] = np.repeat(np.arange(first.size), np.diff(np.append(first, hashes.size)))
    rank = np.empty(first.size, dtype=np.int64)
    rank[np.argsort(order[first])] = np.arange(first.size)
    starts = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=len(made)))]).astype(np.int64)
    return Key(place, label, column, starts, rank[group], height)


def combine(keys: Sequence[Key], limit: int, height: int) -> Blocks:
    """Give the records that are in a large block of every key, in blocks of their combination."""
    first, *others = keys
    blocks = first.large(limit)
    rows, hashes = blocks.rows, blocks.hashes
    for key in others:
        large = np.zeros(height, dtype=np.uint64)
        entries = key.large(limit)
        large[entries.rows] = entries.hashes
        both = large[rows] != 0
        rows, hashes = rows[both], mix(hashes[both], large[rows[both]])
    order = np.lexsort((rows, hashes))
    return Blocks(rows[order], hashes[order])


def mix(one: Hashes, other: Hashes) -> Hashes:
    """Give one hash of two (the finaliser of splitmix64)."""
    mixed = one * np.uint64(0x9E3779B97F4A7C15) + other
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
