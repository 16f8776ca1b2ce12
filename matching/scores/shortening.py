"""Pairs in short: what a run needs of the millions that it does not compare again.

Most of what a pair says is its evidence. It is written once, when two records are compared, and read again only where
it is published or shown. What else is asked of it is how the two records agree, of which there are a few thousand ways:
each pair carries its pattern.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

from matching.frames import PAIRS, PAIRS_IN_SHORT, PATTERNS, conform

PATTERN: Final = 29
PRINT: Final = 32
SAYS: Final = " "
"""What stands between the entries of a pattern."""


@dataclass(frozen=True)
class Shortened:
    """Pairs as PAIRS_IN_SHORT, and their PATTERNS, each once."""

    pairs: pl.DataFrame
    patterns: pl.DataFrame


Keep = Callable[[pl.DataFrame, pl.DataFrame], object]
"""Takes PAIRS, and the same ones in short."""


def in_short(pairs: pl.DataFrame) -> pl.DataFrame:
    """Give PAIRS without their evidence, as PAIRS_IN_SHORT."""
    short = pairs.select(
        pl.exclude("evidence"),
        _says().hash(seed=PATTERN).alias("pattern"),
        pairs.select(list(PAIRS)).hash_rows(PRINT).alias("print"),
    )
    return conform(short, PAIRS_IN_SHORT, name="PAIRS_IN_SHORT")


def patterns(pairs: pl.DataFrame, short: pl.DataFrame) -> pl.DataFrame:
    """Give the PATTERNS of PAIRS, of which `short` are those in short, each once."""
    one_of_each = pairs.filter(short["pattern"].is_first_distinct())
    says = one_of_each.select(says=_says()).sort("says")
    return conform(says.select(pl.col("says").hash(seed=PATTERN).alias("pattern"), "says"), PATTERNS, name="PATTERNS")


def shortened(parts: Iterable[pl.DataFrame], keep: Keep | None = None) -> Shortened:
    """Give PAIRS that come part by part in short; each part is let go once `keep` has taken what it needs of it."""
    short, ways = [], []
    for part in parts:
        short.append(in_short(part))
        ways.append(patterns(part, short[-1]))
        if keep is not None:
            keep(part, short[-1])
    return Shortened(pl.concat(short, rechunk=True), pl.concat(ways).unique("pattern").sort("says"))


def _says() -> pl.Expr:
    entry = pl.element().struct.field("field") + ":" + pl.element().struct.field("level")
    return pl.col("evidence").list.eval(entry).list.join(SAYS)
