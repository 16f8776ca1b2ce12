"""What is plain of two values at a glance: parts are laid out as numbers once, and most pairs are settled by these.

Blocks hold far more strangers than records of one customer, and to read what strangers' values say, only to find that
they live in two cities, costs more than all the rest of comparing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.fields.latin import Mask, differ, equal

Places = npt.NDArray[np.signedinteger[Any]]
Levels = npt.NDArray[np.int8]
Numbers = npt.NDArray[np.int32]

Glance = Callable[[Places, Places], Levels]
"""Takes the places of two values each and gives their level, `UNSETTLED` where they have to be read."""

UNSETTLED: Final = -1


def numbered(part: pl.Series) -> Numbers:
    """Give each text a number that only equal ones share, −1 where there is none."""
    return part.cast(pl.Categorical).to_physical().cast(pl.Int32).fill_null(-1).to_numpy()


class Pairs(Protocol):
    """Pairs of values whose parts can be held against one another."""

    def equal(self, part: str) -> Mask:
        """Tell where both sides have the part and it is the same."""

    def differ(self, part: str) -> Mask:
        """Tell where both sides have the part and it is not the same."""


@dataclass(frozen=True)
class Read:
    """Pairs of values as two frames, row against row."""

    left: pl.DataFrame
    right: pl.DataFrame

    def equal(self, part: str) -> Mask:  # noqa: D102 the protocol says it
        return equal(self.left, self.right, part)

    def differ(self, part: str) -> Mask:  # noqa: D102
        return differ(self.left, self.right, part)


@dataclass(frozen=True)
class Glanced:
    """Pairs of values by their places among values whose parts are numbers."""

    parts: dict[str, Numbers]
    left: Places
    right: Places

    def equal(self, part: str) -> Mask:  # noqa: D102
        left, right = self._ends(part)
        return np.asarray((left == right) & (left >= 0))

    def differ(self, part: str) -> Mask:  # noqa: D102
        left, right = self._ends(part)
        return np.asarray((left != right) & (left >= 0) & (right >= 0))

    def take(self, rows: Places) -> "Glanced":
        """Give some of the pairs."""
        return Glanced(self.parts, self.left[rows], self.right[rows])

    def _ends(self, part: str) -> tuple[Numbers, Numbers]:
        return self.parts[part].take(self.left), self.parts[part].take(self.right)


def in_numbers(values: pl.DataFrame, parts: Sequence[str]) -> dict[str, Numbers]:
    """Give some parts of all values as numbers."""
    return {part: numbered(values[part]) for part in parts}
