"""Chinese addresses and company names, measured pair by pair: `python -m benchmarks.chinese`."""

import argparse
import time
from pathlib import Path

import polars as pl

from benchmarks import sets, zh_company_names
from benchmarks.tables import markdown
from matching.fields.address_likeness import SAME_PLACE as ALONE
from matching.fields.address_likeness import SAME_PLACE_AMONG, likeness, likeness_among

SAME_PLACE = "完全匹配"


def address_pairs(folder: Path) -> dict[str, float]:
    """Give F1 of "the same place" on pairs that people labelled: each alone, and as one of its address's candidates."""
    pairs = pl.read_parquet(folder / "pairs.parquet")
    true = pairs["label_cn"] == SAME_PLACE
    started = time.perf_counter()
    alone = likeness(pairs["query"], pairs["candidate"]) >= ALONE
    among = likeness_among(pairs["query"], pairs["candidate"]) >= SAME_PLACE_AMONG
    return {"alone": f1(alone, true), "among": f1(among, true), "seconds": time.perf_counter() - started}


def f1(said: pl.Series, true: pl.Series) -> float:
    """Give the F1 of what is said to be so."""
    return 2 * int((said & true).sum()) / max(int(said.sum()) + int(true.sum()), 1)


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
        ("zh_address_pairs: 完全匹配, F1", f"{100 * places['among']:.2f}", "60", "80", f"{places['seconds']:.1f}"),
        ("the same, each pair by itself", f"{100 * places['alone']:.2f}", "", "", ""),
        ("zh_company_names: first hit", f"{names['first_hit_percent']:.2f}", "85", "95", f"{names['seconds']:.1f}"),
    ]
    print(markdown(("set", "ours", "at least", "aim", "seconds"), rows))


if __name__ == "__main__":
    main()
