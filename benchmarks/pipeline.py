"""The whole pipeline on real extracts, files to published tables: `python -m benchmarks.pipeline`."""

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from benchmarks import sets
from benchmarks.measuring import ROOT, run
from benchmarks.tables import markdown
from matching.judgements.evaluating import evaluate

OUT: Final = ROOT / "benchmarks" / "out"
CHANNELS: Final = {"retail": "retail_outlet"}
"""What the truth calls otherwise than the feed."""


def measure(folder: Path, home: Path) -> dict[str, object]:
    """Run the pipeline on the folder's extracts into a new home and compare what it published with the truth."""
    shutil.rmtree(home, ignore_errors=True)
    command = "from pipelines.commands import app; app()"
    arguments = ["run", "--landing", str(folder / "extracts"), "--home", str(home)]
    measured = run([sys.executable, "-c", command, *arguments])
    with duckdb.connect(str(home / "warehouse" / "current.duckdb"), read_only=True) as published:
        crosswalk = published.sql("select record_id, customer_id as cluster from crosswalk").pl()
    truth = pl.read_parquet(folder / "truth.parquet").select(
        pl.format("{}:{}", pl.col("channel").replace(CHANNELS), "source_id").alias("record_id"), "entity"
    )
    whole = evaluate(crosswalk, truth)
    by_type = {
        name: evaluate(crosswalk, truth.filter(pl.col("entity").str.starts_with(letter)))
        for name, letter in (("persons", "P"), ("firms", "B"))
    }
    return {"seconds": measured.seconds, "peak_mb": measured.peak_mb, "all": whole, **by_type}


def table(found: dict[str, object]) -> str:
    """Give the outcome as a Markdown table."""
    rows = [
        (
            name,
            f"{found[name]['records']:,}",  # type: ignore[index]
            *(f"{100 * found[name][measure]:.2f}" for measure in ("precision", "recall", "f1", "b3_f1")),  # type: ignore[index]
            f"{found['seconds']:.1f}" if name == "all" else "",
            f"{found['peak_mb']:.0f}" if name == "all" else "",
        )
        for name in ("all", "persons", "firms")
    ]
    return markdown(("customers", "records", "precision", "recall", "F1", "B³ F1", "seconds", "MB"), rows)


def main() -> None:
    """Measure, print Markdown, and keep the numbers for the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=sets.DATA / "zh_telecom", help="folder with extracts/ and truth")
    data = parser.parse_args().data
    if not (data / "truth.parquet").exists():
        print(f"zh_telecom is left out: not at {data}")
        return
    OUT.mkdir(parents=True, exist_ok=True)
    found = measure(data, OUT / "home")
    print(table(found))
    (OUT / "pipeline.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
