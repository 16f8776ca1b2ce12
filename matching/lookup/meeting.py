"""Which records of a directory share keys with a question, and how rare what they share is."""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.arrays import distinct
from matching.facts.encoding import Rows
from matching.lookup.asking import Asked, Told
from matching.lookup.directory import Directory, Listing, Ways

Floats = npt.NDArray[np.float64]

MOST_RECORDS: Final = 400
"""Records that the narrowest keys may bring."""


def met(directory: Directory, told: Told) -> tuple[Rows, Floats]:
    """Give the records that share keys with the question, and by fact (row) and record how rare these keys are.

    Small blocks bring their records; large ones only speak for those that are there already. Where all are large, those
    in the two smallest at once are taken, and of a single one the first records.
    """
    blocks = sorted(_blocks(directory, told), key=lambda block: block[1].size)
    rows: list[Rows] = []
    taken = 0
    while len(rows) < len(blocks) and taken + blocks[len(rows)][1].size <= MOST_RECORDS:
        rows.append(blocks[len(rows)][1])
        taken += rows[-1].size
    if not rows and blocks:
        first, *others = (block for _, block in blocks)
        narrowed = np.intersect1d(first, others[0], assume_unique=True) if others else first
        rows = [(narrowed if narrowed.size else first)[:MOST_RECORDS]]
    found = distinct(np.concatenate(rows)) if rows else np.empty(0, dtype=np.int64)
    says = np.zeros((len(directory.listings), found.size))
    for f, block in blocks:
        places = np.minimum(block.searchsorted(found), block.size - 1)
        says[f] += (block[places] == found) * math.log(directory.height / block.size + 1)
    return found, says


def _blocks(directory: Directory, told: Told) -> list[tuple[int, Rows]]:
    """Give the records with each key of the question, and which fact the key is of."""
    blocks = []
    for f, listing in enumerate(directory.listings):
        for mine in told.values.get(listing.name, []):
            for ways in listing.ways:
                if not _is_for(directory, listing, ways, mine):
                    continue
                if mine.code >= 0:
                    keys = ways.of_value(mine.code)
                elif ways.name in listing.column.field.keys:
                    keys = ways.of_hashes(mine.keys(ways.name))
                else:
                    keys = []
                blocks += [(f, ways.block(key)) for key in keys]
    return [(f, block) for f, block in blocks if block.size]


def _is_for(directory: Directory, listing: Listing, ways: Ways, mine: Asked) -> bool:
    """Tell whether a way is for a value: one that no run takes is for those alone that its kind made it for."""
    return mine.is_meant(ways.name) or f"{listing.name}:{ways.name}" in directory.model.keys
