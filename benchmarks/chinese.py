"""Chinese addresses and company names, measured pair by pair: `python -m benchmarks.chinese`."""

import argparse
import time
from pathlib import Path

import polars as pl

from benchmarks import sets, zh_company_names
from benchmarks.tables import markdown
from matching.fields import FIELDS
from matching.fields.address_likeness import is_one_place
from matching.fields.chinese_address import Agreement
from matching.words import Kind

SAME_PLACE = "完全匹配"
LAST_THAT_AGREES = Agreement.NEAR
"""Levels up to this one say that two addresses are one place."""


def address_pairs(folder: Path) -> dict[str, float]:
    """Give F1 of "the same place" on pairs that people labelled: by matching's levels, and as the likeliest offered."""
    pairs = pl.read_parquet(folder / "pairs.parquet")
    sides = [pairs[side] for side in ("query", "candidate")]
    true = pairs["label_cn"] == SAME_PLACE
    field = FIELDS[Kind.ADDRESS]
    started = time.perf_counter()
    levels = field.compare(*(field.clean(side) for side in sides))
    seconds = time.perf_counter() - started
    return {
        "levels": f1((levels <= field.level(LAST_THAT_AGREES)).fill_null(False), true),
        "likeness": f1(is_one_place(*sides), true),
        "seconds": seconds,
        "likeness_seconds": time.perf_counter() - started - seconds,
    }


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
        (
            "zh_address_pairs: 完全匹配, F1 of the likeliest offered",
            f"{100 * places['likeness']:.2f}",
            "60",
            "80",
            f"{places['likeness_seconds']:.1f}",
        ),
        ("the same by the levels of matching", f"{100 * places['levels']:.2f}", "", "", f"{places['seconds']:.1f}"),
        ("zh_company_names: first hit", f"{names['first_hit_percent']:.2f}", "85", "95", f"{names['seconds']:.1f}"),
    ]
    print(markdown(("set", "ours", "at least", "aim", "seconds"), rows))


if __name__ == "__main__":
    main()
