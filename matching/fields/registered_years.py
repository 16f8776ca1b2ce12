"""The year in a registered name: a firm is told by it from the one of its name that it follows."""

from typing import Final

import polars as pl

from matching.fields.latin import Mask

YEAR: Final = r"^(?:19|20)\d\d$"


def follows(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where names are one but for a year that one of them has behind its words: (2015) Ltd.

    Both tell a legal form: who leaves that out may have left out the year.
    """
    rows = pl.DataFrame({"l": left["words"], "r": right["words"]})
    formal = left["form"].is_not_null() & right["form"].is_not_null()
    found = pl.lit(value=False)
    for later, former in (("l", "r"), ("r", "l")):
        before = pl.col(later).list.head(pl.col(later).list.len() - 1)
        found |= pl.col(later).list.last().str.contains(YEAR) & (before == pl.col(former))
    told: Mask = (rows.select(found=found)["found"] & formal).fill_null(False).to_numpy()
    return told
