"""Where a customer hangs together least: its records in two groups, and the link that holds them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

UNLINKED: Final = -6.0
"""What two records count that no published pair links: they scored too low to be asked about, or never met."""
NEVER: Final = -1e9


@dataclass(frozen=True)
class Cut:
    """Two groups of records, each sorted, the one with the smallest record first, and the best link between them.

    `bridge` is None where no pair links the groups; `strength` is the mean score between them.
    """

    one: tuple[str, ...]
    other: tuple[str, ...]
    bridge: tuple[str, str] | None
    strength: float


def weakest_cut(
    records: Collection[str],
    links: Sequence[tuple[str, str, float]],
    apart: Collection[tuple[str, str]] = (),
) -> Cut | None:
    """Give the two groups that remain when the records that belong together most are joined, best mean score first.

    `links` are scored pairs, `apart` pairs that must not be in one group while it can be helped. None for fewer than
    two records. Equal scores are joined in the order of the record ids, so the outcome depends on the set alone.
    """
    ids = sorted(set(records))
    if len(ids) < 2:
        return None
    place = {record: number for number, record in enumerate(ids)}
    sums = np.full((len(ids), len(ids)), UNLINKED)
    for left, right, score in links:
        if left in place and right in place:
            sums[place[left], place[right]] = sums[place[right], place[left]] = score
    for left, right in apart:
        if left in place and right in place:
            sums[place[left], place[right]] = sums[place[right], place[left]] = NEVER
    groups = _two_groups(sums)
    one, other = (tuple(ids[number] for number in group) for group in sorted(groups))
    here = set(one)
    between = [link for link in links if (link[0] in here) != (link[1] in here) and {link[0], link[1]} <= set(ids)]
    best = min(between, key=lambda link: (-link[2], link[0], link[1]), default=None)
    mean = sums[np.ix_(groups[0], groups[1])]
    strength = float(np.where(mean == NEVER, UNLINKED, mean).mean())
    return Cut(one, other, (best[0], best[1]) if best else None, strength)


def _two_groups(sums: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> list[list[int]]:
    """Join the two groups with the best mean until two are left."""
    groups = [[number] for number in range(len(sums))]
    totals = sums.copy()
    np.fill_diagonal(totals, -np.inf)
    alive = np.ones(len(groups), dtype=bool)
    sizes = np.ones(len(groups))
    while alive.sum() > 2:
        means = np.where(alive[:, None] & alive[None, :], totals / (sizes[:, None] * sizes[None, :]), -np.inf)
        kept, gone = sorted(divmod(int(np.argmax(means)), len(groups)))
        groups[kept] = sorted(groups[kept] + groups[gone])
        totals[kept] += totals[gone]
        totals[:, kept] += totals[:, gone]
        totals[kept, kept] = -np.inf
        sizes[kept] += sizes[gone]
        alive[gone] = False
    return [groups[number] for number in np.flatnonzero(alive)]
