"""Time and memory as records grow, ours and Splink's on the same ones: `python -m benchmarks.scale --records 1000000`.

Records of five channels are generated and standardised first; then each tool matches them in a process of its own.
"""

import argparse
from typing import Final

import polars as pl

from benchmarks.measuring import ROOT, Measured, WorkerError, peers_python, worker
from benchmarks.tables import keep, markdown
from benchmarks.thresholds import best_threshold
from matching.judgements.evaluating import evaluate

OUT: Final = ROOT / "benchmarks" / "out"
SIZES: Final = (10_000, 100_000)
"""What is measured unless one asks for more; a million takes minutes, ten million most of an hour and, ours, 11 GB."""
MODEL: Final = "chinese_customers"


def measure(records: int, seed: int, tools: tuple[str, ...]) -> list[dict[str, object]]:
    """Generate so many records and run the tools on them."""
    folder = OUT / f"generated_{records}"
    folder.mkdir(parents=True, exist_ok=True)
    made = worker("generate", folder, str(records), str(seed))
    truth = pl.read_parquet(folder / "truth.parquet")
    said = {"records": records, "standardise_seconds": made.said["steps"]["standardise"]}
    found: list[dict[str, object]] = []
    if "ours" in tools:
        run = worker("ours", folder)
        measures = evaluate(pl.read_parquet(folder / "ours_members.parquet"), truth)
        found.append(said | _costs(run) | {"tool": "ours", **measures})
    if "splink" in tools and peers_python():
        run = worker("splink_peer", folder, MODEL, "record_id", python=peers_python())
        timed = said | _costs(run)
        decided = evaluate(pl.read_parquet(folder / "splink_members.parquet"), truth)
        _, best = best_threshold(pl.read_parquet(folder / "splink_pairs.parquet"), truth)
        found += [timed | {"tool": "Splink at 0.95", **decided}, timed | {"tool": "Splink at its best", **best}]
    return found


def _costs(run: Measured) -> dict[str, object]:
    return {"seconds": run.said["seconds"], "cpu_seconds": run.said["cpu_seconds"], "peak_mb": run.peak_mb}


def table(found: list[dict[str, object]]) -> str:
    """Give the outcomes as a Markdown table."""
    rows = [
        (
            f"{one['records']:,}",
            str(one["tool"]),
            *(f"{100 * one[name]:.2f}" for name in ("precision", "recall", "f1", "b3_f1")),  # type: ignore[operator]
            f"{one['seconds']:.1f}",
            f"{one['cpu_seconds']:.1f}",
            f"{one['peak_mb']:.0f}",
        )
        for one in found
    ]
    return markdown(("records", "tool", "precision", "recall", "F1", "B³ F1", "seconds", "CPU s", "MB"), rows)


def main() -> None:
    """Measure, print Markdown, and keep the numbers for the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, nargs="+", default=SIZES, help="how many, several sizes at will")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--tools", default="ours,splink", help="comma-separated, of ours, splink")
    arguments = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    for records in arguments.records:
        try:
            found = measure(records, arguments.seed, tuple(arguments.tools.split(",")))
        except WorkerError as error:
            print(f"{records:,} records: {error}\n", flush=True)
            continue
        print(table(found), flush=True)
        keep(found, OUT / "scale.json", by=("records", "tool"))


if __name__ == "__main__":
    main()
