"""Which pairs are worth comparing: records that share a key, blocks too large for that narrowed by further keys.

The keys come from the plan. A block larger than `Limits.block` is never dropped: its records are asked to share a
further key, of another fact, and what no key of the plan narrows is compared along a sorted line.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.arrays import is_first
from matching.blocks.keys import Blocks, Hashes, Laid, combine
from matching.blocks.planning import LIMITS, MOST_KEYS, Limits
from matching.facts.encoding import Rows
from matching.side_by_side import at_once

KEY_BITS: Final = MOST_KEYS.bit_length()
PIECES: Final = 8
"""Parts of a table whose pairs are put together by themselves."""


@dataclass(frozen=True)
class Pairs:
    """Pairs of records, left before right, sorted; `found_by` has a bit for each of `keys`, in as few bytes as do."""

    left: Rows
    right: Rows
    found_by: npt.NDArray[np.unsignedinteger[Any]]
    keys: tuple[str, ...]

    def take(self, which: Rows | npt.NDArray[np.bool_]) -> "Pairs":
        """Give some of the pairs."""
        return Pairs(self.left[which], self.right[which], self.found_by[which], self.keys)

    def names(self) -> pl.Series:
        """Give each pair the names of the keys that found it."""
        distinct, inverse = np.unique(self.found_by, return_inverse=True)
        named = [[key for bit, key in enumerate(self.keys) if int(bits) >> bit & 1] for bits in distinct]
        return pl.Series(named, dtype=pl.List(pl.String)).gather(inverse)


def block(
    keys: Sequence[Laid],
    chosen: Sequence[tuple[str, ...]],
    height: int,
    lines: Callable[[Rows], Sequence[Hashes]],
    limits: Limits = LIMITS,
) -> tuple[Pairs, pl.DataFrame]:
    """Give the pairs worth comparing, and for each key how many pairs and what remained too large.

    `lines` gives what some records are sorted by in a block that nothing narrows.
    """
    by_name = {key.name: key for key in keys}
    able = [names for names in chosen if all(name in by_name for name in names)]

    def pair_up(bit: int) -> tuple[Rows, dict[str, object]]:
        """Give the pairs that a key of the plan makes (`_numbered`), and its line of the table."""
        names_of = able[bit]
        parts = [by_name[name] for name in names_of]
        blocks = parts[0].blocks if len(parts) == 1 else combine(parts, limits.block, height)
        sizes = blocks.size_of
        small = blocks.take((sizes >= 2) & (sizes <= limits.block))
        left, right = small.pair_up()
        large = blocks.take(sizes > limits.block)
        if large.rows.size and not _is_narrowed(names_of, chosen):
            near = _along(large, lines(large.rows), limits.neighbours(height))
            left, right = np.concatenate([left, near[0]]), np.concatenate([right, near[1]])
        counted = {
            "key": " + ".join(names_of),
            "pairs": left.size,
            "records": _count(blocks.rows, height),
            "large_blocks": int(large.sizes.size),
            "largest_block": int(sizes.max(initial=0)),
        }
        return _numbered(left, right, bit, height), counted

    made = at_once(pair_up, range(len(able)))
    names = tuple(" + ".join(names_of) for names_of in able)
    return _union([numbers for numbers, _ in made], names, height), pl.DataFrame([counted for _, counted in made])


def _is_narrowed(names: tuple[str, ...], chosen: Sequence[tuple[str, ...]]) -> bool:
    """Tell whether the plan combines the key with a further one."""
    return any(set(names) < set(other) for other in chosen)


def _along(large: Blocks, lines: Sequence[Hashes], window: int) -> tuple[Rows, Rows]:
    """Give neighbours on each large block's line, sorted by what else its records say (`lines`, of its entries)."""
    order = np.lexsort((large.rows, *reversed(lines), large.hashes))
    left, right = Blocks(large.rows[order], large.hashes[order]).along(window)
    return np.minimum(left, right), np.maximum(left, right)


def _count(rows: Rows, height: int) -> int:
    """Count the different records."""
    met = np.zeros(height, dtype=bool)
    met[rows] = True
    return int(np.count_nonzero(met))


def _numbered(left: Rows, right: Rows, bit: int, height: int) -> Rows:
    """Give the pairs of a key, each with the key as one number, sorted: up to 2**28 records."""
    numbers = (((left << height.bit_length()) | right) << KEY_BITS) | bit
    numbers.sort()
    return numbers


def _union(made: Sequence[Rows], names: tuple[str, ...], height: int) -> Pairs:
    """Give every pair once with all keys that found it; the pairs of some of the records at a time."""
    bits = height.bit_length()
    mask = np.min_scalar_type((1 << len(names)) - 1)
    edges = np.array([height * piece // PIECES << (bits + KEY_BITS) for piece in range(PIECES + 1)])
    cuts = [np.searchsorted(numbers, edges) for numbers in made]

    def merged(piece: int) -> tuple[Rows, Rows, npt.NDArray[np.unsignedinteger[Any]]]:
        """Give the pairs whose left record is of a piece of the table."""
        both = np.concatenate([numbers[cut[piece] : cut[piece + 1]] for numbers, cut in zip(made, cuts, strict=True)])
        both.sort()
        by_key = np.left_shift(mask.type(1), (both & ((1 << KEY_BITS) - 1)).astype(mask))
        both >>= KEY_BITS
        first = np.flatnonzero(is_first(both))
        found_by = np.bitwise_or.reduceat(by_key, first) if first.size else by_key
        pair = both.take(first)
        return pair >> bits, pair & ((1 << bits) - 1), found_by

    if not made:
        nothing = np.empty(0, dtype=np.int64)
        return Pairs(nothing, nothing, np.empty(0, dtype=mask), names)
    left, right, found_by = zip(*at_once(merged, range(PIECES)), strict=True)
    return Pairs(np.concatenate(left), np.concatenate(right), np.concatenate(found_by), names)
