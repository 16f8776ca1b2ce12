"""Chinese addresses and company names, measured pair by pair: `python -m benchmarks.chinese`."""

import argparse
import time
from pathlib import Path

import polars as pl

from benchmarks import sets, zh_company_names
from benchmarks.tables import markdown
from matching.fields import FIELDS
from matching.fields.chinese_address import Agreement
from matching.words import Kind

SAME_PLACE = "完全匹配"
LAST_THAT_AGREES = Agreement.NEAR
"""Levels up to this one say that two addresses are one place."""


def address_pairs(folder: Path) -> dict[str, float]:
    """Give precision, recall and F1 of "the same place" on pairs of addresses that people labelled."""
    pairs = pl.read_parquet(folder / "pairs.parquet")
    field = FIELDS[Kind.ADDRESS]
    started = time.perf_counter()
    levels = field.compare(*(field.clean(pairs[side]) for side in ("query", "candidate")))
    seconds = time.perf_counter() - started
    said = (levels <= field.level(LAST_THAT_AGREES)).fill_null(False)
    true = pairs["label_cn"] == SAME_PLACE
    right = int((said & true).sum())
    precision, recall = right / max(int(said.sum()), 1), right / int(true.sum())
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"precision": precision, "recall": recall, "f1": f1, "seconds": seconds}


def main() -> None:
    """Measure and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=sets.DATA, help="folder with public/")
    public = parser.parse_args().data / "public"
    if not public.exists():
        print(f"Chinese pairs are left out: not below {public}")
        return
    places, names = address_pairs(public / "zh_address_pairs"), zh_company_names.measure(public / "zh_company_names")
    rows = [
        ("zh_address_pairs: 完全匹配, F1", f"{100 * places['f1']:.2f}", "60", "80", f"{places['seconds']:.1f}"),
        ("zh_company_names: first hit", f"{names['first_hit_percent']:.2f}", "85", "95", f"{names['seconds']:.1f}"),
    ]
    print(markdown(("set", "ours", "at least", "aim", "seconds"), rows))


if __name__ == "__main__":
    main()
