"""Which pairs are worth comparing: records that share a key, blocks too large for that narrowed by a second key.

Every fact's kind offers keys. The number of pairs a key makes is counted before any pair is made. A block larger than
`Limits.block` is never dropped: its records are asked to share a further key, of another fact, and so on; what is
still too large when the keys run out is compared along a sorted line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.encoding import Codes, Column, Encoded, Rows

VALUE_KEY: Final = "value"
"""The key that every kind has: the clean value itself."""


@dataclass(frozen=True)
class Limits:
    """What blocking may cost."""

    block: int = 40  # records in a block before it is narrowed
    depth: int = 4  # keys a narrowed block may combine
    window: int = 5  # neighbours each way on the sorted line of a block that no key narrows


@dataclass(frozen=True)
class Pairs:
    """Pairs of records, left before right, sorted; `found_by` has a bit for each key of the plan."""

    left: Rows
    right: Rows
    found_by: npt.NDArray[np.uint64]

    def names(self, keys: pl.Series) -> pl.Series:
        """Give each pair the names of the keys that found it."""
        distinct, inverse = np.unique(self.found_by, return_inverse=True)
        named = [[key for bit, key in enumerate(keys) if int(bits) >> bit & 1] for bits in distinct]
        return pl.Series(named, dtype=pl.List(pl.String)).gather(inverse)


@dataclass(frozen=True)
class Key:
    """One way for two records to meet: a fact and the name of one of its kind's keys."""

    fact: str
    key: str

    @property
    def name(self) -> str:
        """As shown to people."""
        return self.fact if self.key == VALUE_KEY else f"{self.fact}:{self.key}"


@dataclass(frozen=True)
class Entries:
    """Records and what they say at one or several combined keys: record `rows[i]` is in block `blocks[i]`."""

    rows: Rows
    blocks: npt.NDArray[np.uint64]


def block(encoded: Encoded, limits: Limits = Limits()) -> tuple[Pairs, pl.DataFrame]:
    """Give the pairs worth comparing and the plan: what each key cost and found."""
    keys, entries = _entries(encoded)
    facts = [next(i for i, c in enumerate(encoded.columns) if c.name == key.fact) for key in keys]
    found: list[tuple[Rows, Rows, npt.NDArray[np.uint64]]] = []
    large: list[Entries] = []
    plan = []
    for position, key in enumerate(keys):
        small, oversized = _split(entries[position], limits.block)
        left, right = _pairs_within(small)
        found.append((left, right, np.full(left.size, 1 << position, dtype=np.uint64)))
        large.append(oversized)
        plan.append(
            {
                "key": key.name,
                "pairs": left.size,
                "records": np.unique(entries[position].rows).size,
                "oversized": np.unique(oversized.blocks).size,
                "records_oversized": np.unique(oversized.rows).size,
            }
        )
    level = [((position,), entries) for position, entries in enumerate(large) if entries.rows.size]
    for depth in range(2, limits.depth + 1):
        deeper = []
        for combined, entries_ in level:
            narrowed = False
            for position in range(combined[-1] + 1, len(keys)):
                if facts[position] in {facts[p] for p in combined} or not large[position].rows.size:
                    continue
                joint = _join(entries_, large[position], encoded.height)
                small, oversized = _split(joint, limits.block)
                left, right = _pairs_within(small)
                bits = sum(1 << p for p in (*combined, position))
                found.append((left, right, np.full(left.size, bits, dtype=np.uint64)))
                if oversized.rows.size:
                    deeper.append(((*combined, position), oversized))
                    narrowed = True
        level = deeper
    for combined, entries_ in level:
        left, right = _pairs_along(entries_, limits.window)
        found.append((left, right, np.full(left.size, sum(1 << p for p in combined), dtype=np.uint64)))
    return _union(found, encoded.height), pl.DataFrame(plan)


def _entries(encoded: Encoded) -> tuple[list[Key], list[Entries]]:
    keys, entries = [], []
    for column in encoded.columns:
        for name, made in [
            (VALUE_KEY, column.values["value"]),
            *((n, k(column.values)) for n, k in column.field.keys.items()),
        ]:
            keys.append(Key(column.name, name))
            entries.append(_spread(column, made))
    return keys[:62], entries[:62]


def _spread(column: Column, made: pl.Series) -> Entries:
    """Give each record the keys of each of its values."""
    hashed = pl.DataFrame({"code": np.arange(len(made)), "key": made})
    if isinstance(made.dtype, pl.List):
        hashed = hashed.explode("key")
    hashed = hashed.filter(pl.col("key").is_not_null() & (pl.col("key") != "")).with_columns(pl.col("key").hash(seed=7))
    rows = pl.DataFrame({"row": column.rows, "code": column.codes})
    joined = rows.join(hashed, on="code", how="inner").select("row", "key").unique().sort("key", "row")
    return Entries(joined["row"].to_numpy(), joined["key"].to_numpy())


def _split(entries: Entries, limit: int) -> tuple[Entries, Entries]:
    """Give the entries in blocks of 2 … limit records, and those in larger ones; entries are sorted by block, row."""
    starts, sizes = _runs(entries.blocks)
    size = np.repeat(sizes, sizes)
    fits, large = (size >= 2) & (size <= limit), size > limit
    return Entries(entries.rows[fits], entries.blocks[fits]), Entries(entries.rows[large], entries.blocks[large])


def _runs(sorted_blocks: npt.NDArray[np.uint64]) -> tuple[Codes, Codes]:
    if not sorted_blocks.size:
        empty = np.empty(0, dtype=np.int64)
        return empty, empty
    starts = np.flatnonzero(np.concatenate([[True], sorted_blocks[1:] != sorted_blocks[:-1]]))
    return starts, np.diff(np.append(starts, sorted_blocks.size))


def _pairs_within(entries: Entries) -> tuple[Rows, Rows]:
    """Give every pair of records of a block."""
    starts, sizes = _runs(entries.blocks)
    place = np.arange(entries.rows.size) - np.repeat(starts, sizes)
    after = np.repeat(sizes, sizes) - 1 - place
    left = np.repeat(np.arange(entries.rows.size), after)
    step = np.arange(left.size) - np.repeat(np.cumsum(after) - after, after) + 1
    return entries.rows[left], entries.rows[left + step]


def _pairs_along(entries: Entries, window: int) -> tuple[Rows, Rows]:
    lefts, rights = [], []
    for step in range(1, window + 1):
        near = np.flatnonzero(entries.blocks[:-step] == entries.blocks[step:])
        lefts.append(entries.rows[near])
        rights.append(entries.rows[near + step])
    return np.concatenate(lefts), np.concatenate(rights)


def _join(entries: Entries, others: Entries, height: int) -> Entries:
    """Give the records that have both keys, in blocks of their combination."""
    left = pl.DataFrame({"row": entries.rows, "a": entries.blocks})
    right = pl.DataFrame({"row": others.rows, "b": others.blocks})
    joined = left.join(right, on="row", how="inner")
    combined = joined.select("row", key=pl.struct("a", "b").hash(seed=11)).unique().sort("key", "row")
    return Entries(combined["row"].to_numpy(), combined["key"].to_numpy())


def _union(found: list[tuple[Rows, Rows, npt.NDArray[np.uint64]]], height: int) -> Pairs:
    left = np.concatenate([np.minimum(l, r) for l, r, _ in found]) if found else np.empty(0, dtype=np.int64)
    right = np.concatenate([np.maximum(l, r) for l, r, _ in found]) if found else np.empty(0, dtype=np.int64)
    bits = np.concatenate([b for _, _, b in found]) if found else np.empty(0, dtype=np.uint64)
    frame = pl.DataFrame({"pair": left * height + right, "bits": bits})
    frame = frame.group_by("pair").agg(pl.col("bits").bitwise_or()).sort("pair")
    pair = frame["pair"].to_numpy()
    return Pairs(pair // max(height, 1), pair % max(height, 1), frame["bits"].to_numpy())
