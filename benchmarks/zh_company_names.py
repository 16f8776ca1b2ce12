"""How often a listed short name finds its registered name as the first hit among all of them.

usage: python benchmarks/zh_company_names.py [FOLDER]      default: ../shared/data/public/zh_company_names
"""

import sys
import time
from pathlib import Path

import polars as pl

from matching.fields import organisation_name
from matching.fields.organisation_search import first_hits

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "public" / "zh_company_names"


def measure(folder: Path) -> dict[str, float]:
    """Give the share of first hits, and of the listed pairs of names those told right from wrong by their level."""
    listed = pl.read_parquet(folder / "listed_alias.parquet")
    started = time.perf_counter()
    hits = first_hits(listed["short"], among=listed["full"])
    seconds = time.perf_counter() - started
    found = (hits["full"] == listed["full"]).fill_null(False)
    pairs = pl.read_parquet(folder / "pairs.parquet")
    field = organisation_name.FIELD
    levels = field.compare(field.clean(pairs["name1"]), field.clean(pairs["name2"]))
    same = levels <= field.level(organisation_name.Agreement.NEAR)
    right = same == (pairs["label"] == "1")
    return {
        "names": listed.height,
        "first_hit_percent": round(100 * float(found.mean() or 0), 2),
        "pairs": pairs.height,
        "pairs_right_percent": round(100 * float(right.mean() or 0), 2),
        "seconds": round(seconds, 2),
    }


if __name__ == "__main__":
    print(measure(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
