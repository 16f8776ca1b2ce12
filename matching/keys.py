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
    """One way for two records to meet: they share what a fact's kind makes of a value."""

    fact: int
    name: str
    blocks: Blocks
    dense: Hashes | None  # by record, 0 where it has none; None if records have several

    def large(self, limit: int) -> Blocks:
        """Give the entries in blocks of more than `limit` records."""
        return self.blocks.take(self.blocks.size_of > limit)

    def small(self, limit: int) -> Blocks:
        """Give the entries in blocks of 2 to `limit` records."""
        sizes = self.blocks.size_of
        return self.blocks.take((sizes >= 2) & (sizes <= limit))


def offered(encoded: Encoded) -> list[Key]:
    """Give the keys that the facts' kinds offer, leaving out those that sort records as another does."""
    keys = []
    for place, column in enumerate(encoded.columns):
        known: set[bytes] = set()
        made = {VALUE_KEY: column.values[VALUE].cast(pl.String)}
        made |= {name: key(column.values) for name, key in column.field.keys.items()}
        for name, series in made.items():
            hashes = _hashes(series)
            same_as = _partition(hashes)
            if same_as in known or not hashes.height:
                continue
            known.add(same_as)
            label = column.name if name == VALUE_KEY else f"{column.name}:{name}"
            keys.append(_key(place, label, column, hashes, encoded.height))
    return keys


def _hashes(made: pl.Series) -> pl.DataFrame:
    """Give (code, key): the hash of every key of every value."""
    frame = pl.DataFrame({"code": np.arange(len(made)), "key": made})
    if isinstance(made.dtype, pl.List):
        frame = frame.explode("key")
    frame = frame.filter(pl.col("key").is_not_null() & (pl.col("key") != ""))
    return frame.select("code", pl.col("key").hash(seed=7)).unique().sort("code", "key")


def _partition(hashes: pl.DataFrame) -> bytes:
    """Give what two keys have in common that put the same values together."""
    first = hashes.select("code", pl.col("code").min().over("key").alias("first")).sort("code", "first")
    return bytes(first.hash_rows(seed=3).to_numpy().tobytes())


def _key(place: int, label: str, column: Column, hashes: pl.DataFrame, height: int) -> Key:
    codes, made = hashes["code"].to_numpy(), hashes["key"].to_numpy()
    many = np.bincount(codes, minlength=column.values.height)
    starts = np.cumsum(many) - many
    each = many[column.codes]
    rows = np.repeat(column.rows, each)
    within = np.arange(rows.size) - np.repeat(np.cumsum(each) - each, each)
    entries = made[np.repeat(starts[column.codes], each) + within]
    frame = pl.DataFrame({"hash": entries, "row": rows}).sort("hash", "row")
    if column.single is None or (many > 1).any():
        frame = frame.unique(maintain_order=True)
    blocks = Blocks(frame["row"].to_numpy(), frame["hash"].to_numpy())
    dense = None
    if np.unique(blocks.rows).size == blocks.rows.size:
        dense = np.zeros(height, dtype=np.uint64)
        dense[blocks.rows] = blocks.hashes
    return Key(place, label, blocks, dense)


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
