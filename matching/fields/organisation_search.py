"""Find the full name that a short name stands for: 海力风电 among all registered names.

Short names keep the brand and drop place, legal form and most of the trade; some take single characters of it (宝钢 for
宝山钢铁). Runs of characters that few names have say most; they are counted within brand and trade, never across them.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import LCSseq
from scipy import sparse

from matching.fields.latin import texts
from matching.fields.organisation_name import clean

LONGEST_RUN: Final = 3
"""Characters of the longest run that is counted."""

LENGTH_COST: Final = 0.002
"""What each bit of an unused run in a full name costs: of two that fit the shorter wins."""

IN_ORDER: Final = 1.0
"""What it is worth that all characters of the short name come in order in the full one."""

BEGINNING: Final = 0.15
"""What each of the first two characters is worth where the name, or the name behind its place, begins."""

CONSIDERED: Final = 30
"""Full names that are looked at closely for each short one."""

BATCH: Final = 4096
"""Short names that are searched at a time."""


def first_hits(short: pl.Series, among: pl.Series) -> pl.DataFrame:
    """Give for each short name the best full name: columns `short`, `full` and `likeness`, in the order of `short`.

    `likeness` is 0 to 1, and 1 where all runs of the short name are in the full one, in order and at its beginning.
    `full` is null where no run is shared. `among` needs no order; of equally good names the first in text order wins.
    """
    full = among.drop_nulls().unique().sort()
    names, sought = _segments(full), _segments(short)
    vocabulary = _runs(names).group_by("run").agg(names=pl.col("row").n_unique()).sort("run").with_row_index("column")
    held = _matrix(_runs(names), vocabulary, names.height)
    weights = np.log((full.len() + 1) / vocabulary["names"].to_numpy())
    asked = _matrix(_runs(sought), vocabulary, sought.height).multiply(weights).tocsr()
    possible = _information(sought, vocabulary, full.len())
    unused = np.asarray(held.multiply(weights).sum(axis=1)).ravel()
    best, likeness = [], []
    for start in range(0, sought.height, BATCH):
        rows = slice(start, min(start + BATCH, sought.height))
        scores = (asked[rows] @ held.T).toarray() / np.maximum(possible[rows, None], 1e-9)
        place, score = _closest(sought[rows], names, scores, unused)
        best.append(place)
        likeness.append(score)
    found = np.concatenate(best) if best else np.zeros(0, dtype=np.int64)
    scored = np.concatenate(likeness) if likeness else np.zeros(0)
    hits = pl.DataFrame({"short": short, "full": full.gather(found), "likeness": scored})
    return hits.with_columns(full=pl.when(pl.col("likeness") > 0).then("full"))


def _segments(names: pl.Series) -> pl.DataFrame:
    """Give names by part: `whole`, `behind` (without its place), and the two parts to count in."""
    parts = clean(names).with_columns(pl.coalesce(name, "joined").alias(name) for name in ("core", "brand"))
    whole = parts.select(
        whole=pl.concat_str("place", "core", "form", "branch", ignore_nulls=True),
        behind=pl.col("core").fill_null(""),
        brand=pl.concat_str("place", "brand", ignore_nulls=True),
        trade=pl.concat_str("trade", pl.col("form").str.replace_all("有限|责任|公司", ""), "branch", ignore_nulls=True),
    )
    return whole.with_row_index("row")


def _runs(names: pl.DataFrame) -> pl.DataFrame:
    """Give every run of one to three characters in each name's parts, once a name: columns row, run."""
    parts = names.unpivot(on=["brand", "trade"], index="row", value_name="part").filter(pl.col("part") != "")
    longest = max(parts["part"].str.len_chars(), default=0)
    runs = [
        parts.filter(pl.col("part").str.len_chars() >= start + size).select(
            "row", run=pl.col("part").str.slice(start, size)
        )
        for size in range(1, LONGEST_RUN + 1)
        for start in range(longest - size + 1)
    ]
    none = pl.DataFrame(schema={"row": parts.schema["row"], "run": pl.String})
    return pl.concat([none, *runs]).unique().sort("row", "run")


def _matrix(runs: pl.DataFrame, vocabulary: pl.DataFrame, height: int) -> sparse.csr_matrix:
    """Give names by known runs, 1 where a name has a run."""
    known = runs.join(vocabulary, on="run", maintain_order="left")
    ones = np.ones(known.height)
    places = (known["row"].to_numpy(), known["column"].to_numpy())
    return sparse.csr_matrix((ones, places), shape=(height, vocabulary.height))


def _information(names: pl.DataFrame, vocabulary: pl.DataFrame, total: int) -> npt.NDArray[np.float64]:
    """Give what all runs of each name would be worth if they were found; one that no name has is worth most."""
    runs = _runs(names).join(vocabulary, on="run", how="left")
    worth = runs.group_by("row").agg(worth=((total + 1) / pl.col("names").fill_null(1)).log().sum())
    joined = names.select("row").join(worth, on="row", how="left", maintain_order="left")
    return joined["worth"].fill_null(0.0).to_numpy()


def _closest(
    sought: pl.DataFrame, names: pl.DataFrame, scores: npt.NDArray[np.float64], unused: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Give for each short name the best of the names with the highest scores, and its likeness."""
    considered = min(CONSIDERED, names.height)
    top = np.sort(np.argpartition(-scores, considered - 1, axis=1)[:, :considered], axis=1)
    rows, columns = np.repeat(np.arange(sought.height), considered), top.ravel()
    one, other, behind = sought["whole"].gather(rows), names["whole"].gather(columns), names["behind"].gather(columns)
    length = np.maximum(one.str.len_chars().to_numpy(), 1)
    ordered = process.cpdist(texts(one), texts(other), scorer=LCSseq.similarity, dtype=np.int32) / length
    begins = sum(
        ((one.str.head(size) == other.str.head(size)) | (one.str.head(size) == behind.str.head(size)))
        .to_numpy()
        .astype(float)
        for size in (1, 2)
    )
    shared = scores[rows, columns]
    merit = shared + IN_ORDER * ordered + BEGINNING * begins
    ranked = (merit - LENGTH_COST * unused[columns]).reshape(-1, considered)
    place = ranked.argmax(axis=1)
    chosen = np.arange(sought.height)
    likeness = (merit / (1 + IN_ORDER + 2 * BEGINNING)).reshape(-1, considered)[chosen, place]
    likeness[scores.max(axis=1) <= 0] = 0
    return top[chosen, place], likeness
