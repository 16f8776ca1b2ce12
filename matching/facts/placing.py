"""Where the records of pairs stand among all records: worked out once for all that is asked about the pairs."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl

from matching.facts.encoding import Rows

ENDS: Final = ("record_id_l", "record_id_r")


@dataclass(frozen=True)
class Placed:
    """MEMBERS in the order of their ids, PAIRS_IN_SHORT, and for each pair the places of its records among them."""

    members: pl.DataFrame
    pairs: pl.DataFrame
    left: Rows
    right: Rows

    @cached_property
    def labels(self) -> Rows:
        """Each record's cluster as a number."""
        return self.members["cluster"].rank("dense").cast(pl.Int64).to_numpy() - 1

    def of(self, ids: pl.Series) -> Rows:
        """Give the places of records."""
        return _places(self.members, ids)


def placed(members: pl.DataFrame, pairs: pl.DataFrame) -> Placed:
    """Find the records of PAIRS_IN_SHORT among MEMBERS."""
    who = members.sort("record_id")
    left, right = (_places(who, pairs[end]) for end in ENDS)
    return Placed(who, pairs, left, right)


def _places(who: pl.DataFrame, ids: pl.Series) -> Rows:
    rows = pl.DataFrame({"id": who["record_id"], "row": np.arange(who.height)})
    return ids.to_frame("id").join(rows, on="id", how="left", maintain_order="left")["row"].to_numpy()
