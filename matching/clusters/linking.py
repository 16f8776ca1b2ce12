"""What a resolution leaves behind so that the next one needs to look only at what has changed.

The links are, for every record, a fingerprint of what matching reads of it; its blocking keys as hashes; the pairs that
were found, and which of them link; and which records links lead to. They hold record ids, hashes and the first bytes of
values, and belong to one model, one state of the code, and the members, pairs and questions of the same resolution.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.blocks.blocking import Pairs
from matching.blocks.keys import Blocks, Hashes
from matching.clusters.clustering import components
from matching.clusters.edges import Labels
from matching.clusters.judging import LEFT, RIGHT, VERDICTS, Judged
from matching.facts.encoding import Rows
from matching.fieldspec import FieldSpec
from matching.model import Model

PRINT_SEED: Final = 17


@dataclass(frozen=True)
class LaidKey:
    """A key of the plan over records: `rows` and `hashes`, sorted by hash, then row, each pair of them once."""

    name: str
    rows: Rows
    hashes: Hashes

    @classmethod
    def of(cls, name: str, rows: Rows, hashes: Hashes) -> "LaidKey":
        """Lay entries out in order."""
        order = np.lexsort((rows, hashes))
        rows, hashes = rows[order], hashes[order]
        first = np.ones(rows.size, dtype=bool)
        first[1:] = (rows[1:] != rows[:-1]) | (hashes[1:] != hashes[:-1])
        return cls(name, rows[first], hashes[first])

    @cached_property
    def blocks(self) -> Blocks:
        """The records that share the key with another, by key."""
        every = Blocks(self.rows, self.hashes)
        return every.take(every.size_of > 1)

    def large(self, limit: int) -> Blocks:
        """Give the entries in blocks of more than `limit` records."""
        return self.blocks.take(self.blocks.size_of > limit)

    def moved(self, to: Rows, fresh: "LaidKey") -> "LaidKey":
        """Give the key over another table: records at their new places (−1: no more or made anew), and fresh ones."""
        rows = to[self.rows]
        kept = rows >= 0
        rows, hashes = rows[kept], self.hashes[kept]
        at = _places(rows, hashes, fresh)
        return LaidKey(self.name, np.insert(rows, at, fresh.rows), np.insert(hashes, at, fresh.hashes))


def _places(rows: Rows, hashes: Hashes, fresh: LaidKey) -> npt.NDArray[np.int64]:
    """Give where fresh entries belong among the sorted ones."""
    low, high = np.searchsorted(hashes, fresh.hashes), np.searchsorted(hashes, fresh.hashes, side="right")
    while (open_ := low < high).any():
        middle = (low + high) // 2
        before = np.zeros(low.size, dtype=bool)
        before[open_] = rows[middle[open_]] < fresh.rows[open_]
        low, high = np.where(open_ & before, middle + 1, low), np.where(open_ & ~before, middle, high)
    return np.asarray(low)


@dataclass(frozen=True)
class Links:
    """Everything a delta starts from. Records are numbered by the rank of their id, as in `Encoded`."""

    ids: pl.Series
    prints: Hashes
    keys: tuple[LaidKey, ...]
    lines: tuple[Hashes, ...]
    found: Pairs
    worth: npt.NDArray[np.int8]  # by pair: UNTOLD, TOLD, LINK
    reach: Labels  # each record's component by its smallest record: what links and `same` lead to
    judged: pl.DataFrame  # LEFT, RIGHT, verdict: the judgements that were in force


UNTOLD, TOLD, LINK = 0, 1, 2
"""A pair scored below `review_from`, from there on (it is in PAIRS), and above `match_from` (it links)."""


def worth(score: npt.NDArray[np.float64], model: Model) -> npt.NDArray[np.int8]:
    """Give what each score makes of its pair."""
    is_link = score > model.match_from
    return np.where(is_link, LINK, np.where(score >= model.review_from, TOLD, UNTOLD)).astype(np.int8)


def reached(height: int, found: Pairs, worth: npt.NDArray[np.int8], judged: Judged) -> Labels:
    """Give each record the smallest record that links and `same` lead to."""
    link = worth == LINK
    return components(
        height,
        np.concatenate([found.left[link], judged.left[judged.same]]),
        np.concatenate([found.right[link], judged.right[judged.same]]),
    )


def prints(records: pl.DataFrame, fields: FieldSpec) -> tuple[pl.Series, Hashes, npt.NDArray[np.int64]]:
    """Give the ids of a table, sorted, the fingerprint of what matching reads of each, and where each row stands."""
    told = records.select(pl.col(fields.id).cast(pl.String), *(name for name in fields.columns if name != fields.id))
    is_sorted = told[fields.id].is_sorted()
    order = pl.int_range(told.height, eager=True) if is_sorted else told[fields.id].arg_sort().cast(pl.Int64)
    lists = [name for name, dtype in told.schema.items() if isinstance(dtype, pl.List)]
    flat = told.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join("\x1f") for name in lists)
    return told[fields.id].gather(order), flat.hash_rows(PRINT_SEED).gather(order).to_numpy(), order.to_numpy()


def in_force(judgements: pl.DataFrame | None) -> pl.DataFrame:
    """Give judgements as links remember them: the two records and what was said, sorted."""
    text = {LEFT: pl.String, RIGHT: pl.String, "verdict": pl.String}
    if judgements is None or not judgements.height:
        return pl.DataFrame(schema=text)
    verdict = next(name for name in VERDICTS if name in judgements.columns)
    said = judgements.select(LEFT, RIGHT, pl.col(verdict).alias("verdict")).cast(text)  # type: ignore[arg-type]
    return said.unique().sort(LEFT, RIGHT, "verdict")
