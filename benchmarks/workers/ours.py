"""Our engine: `python -m benchmarks.workers.ours FOLDER [FIELDS.toml]`; without fields, the Hub's own."""

import sys
import time
from pathlib import Path

from matching import load_fields, resolve  # before Polars, as every command has it: memory is settled by then

# isort: split
import polars as pl

from benchmarks.workers.reporting import Report
from matching.policy import HUB_FIELDS
from matching.scores.calibrating import probability


def main(folder: Path, fields: str | None = None) -> None:
    report = Report(folder, "ours")
    spec = load_fields(fields) if fields else HUB_FIELDS
    records = pl.scan_parquet(folder / "records.parquet")
    said: list[tuple[float, str]] = []
    started = time.perf_counter()
    with report.step("resolve"):
        resolution = resolve(records, spec, progress=lambda line: said.append((time.perf_counter() - started, line)))
    report.facts["progress"] = said
    members = resolution.members.select("record_id", "cluster")
    members.write_parquet(folder / "ours_members.parquet")
    pairs = pl.DataFrame(
        {
            "score": resolution.scored.score,
            "probability": probability(resolution.scored.score, resolution.model.calibration),
            "left": resolution.encoded.ids.gather(resolution.scored.left),
            "right": resolution.encoded.ids.gather(resolution.scored.right),
        }
    )
    report.facts["pairs"] = pairs.height
    if pairs.height < 5_000_000:
        pairs.write_parquet(folder / "ours_pairs.parquet")
    report.write()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
