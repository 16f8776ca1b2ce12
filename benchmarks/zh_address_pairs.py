"""How well the core tells address pairs that mean one place (完全匹配) from the rest.

usage: python benchmarks/zh_address_pairs.py [FOLDER]      default: ../shared/data/public/zh_address_pairs
"""

import sys
import time
from pathlib import Path

import polars as pl

from matching.fields.address_likeness import is_one_place

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "public" / "zh_address_pairs"


def measure(folder: Path) -> dict[str, float]:
    """Give precision, recall and F1 of the pairs said to be one place."""
    pairs = pl.read_parquet(folder / "pairs.parquet")
    started = time.perf_counter()
    said = is_one_place(pairs["query"], pairs["candidate"])
    seconds = time.perf_counter() - started
    true = pairs["label"] == "1"
    hits = int((said & true).sum())
    precision, recall = hits / max(1, int(said.sum())), hits / max(1, int(true.sum()))
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return {
        "pairs": pairs.height,
        "precision": round(100 * precision, 2),
        "recall": round(100 * recall, 2),
        "f1": round(100 * f1, 2),
        "seconds": round(seconds, 2),
    }


if __name__ == "__main__":
    print(measure(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
