"""How close two written values are: slips of the pen, likeness, and words of the one within the other."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.fields.latin import Mask, likeness, slips, texts

LONG: Final = 8
"""Letters of which two may be wrong and the word is still the same."""

OTHERWISE: Final = 0.35
"""The share of letters that may be wrong in values that still look alike."""


@dataclass(frozen=True)
class Closeness:
    """Pairs of values by letters: slips between them, Jaro–Winkler similarity, and the length of either."""

    apart: npt.NDArray[np.uint8]
    alike: npt.NDArray[np.float32]
    shorter: npt.NDArray[np.int64]
    longer: npt.NDArray[np.int64]

    def is_slip(self, shortest: int) -> Mask:
        """Tell where one letter is wrong in at least `shortest`, or two in a long value."""
        found: Mask = ((self.apart == 1) & (self.shorter >= shortest)) | ((self.apart == 2) & (self.longer >= LONG))
        return found

    def looks_alike(self, likeness: float, shortest: int = 4) -> Mask:
        """Tell where the values are as alike as that, or most of their letters agree."""
        mostly = (self.apart <= OTHERWISE * self.longer) & (self.shorter > 4)
        found: Mask = ((self.alike >= likeness) & (self.shorter >= shortest)) | mostly
        return found


def closeness(left: pl.Series, right: pl.Series) -> Closeness:
    """Give how close each pair of values is; a missing one is empty."""
    one, other = texts(left), texts(right)
    many = left.str.len_chars().fill_null(0).to_numpy(), right.str.len_chars().fill_null(0).to_numpy()
    return Closeness(
        slips(one, other),
        likeness(one, other),
        np.minimum(*many).astype(np.int64),
        np.maximum(*many).astype(np.int64),
    )


def within(left: pl.Series, right: pl.Series) -> Mask:
    """Tell where all words of the one value are among the words of the other."""
    rows = pl.DataFrame({"l": left, "r": right}).select(pl.col("l", "r").str.split(" "))
    shared = pl.col("l").list.set_intersection("r").list.len()
    fewest = pl.min_horizontal(pl.col("l").list.n_unique(), pl.col("r").list.n_unique())
    return rows.select(within=((shared == fewest) & (fewest > 0)).fill_null(False))["within"].to_numpy()
