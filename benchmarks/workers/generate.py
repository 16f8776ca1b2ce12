"""Generated records, standardised: `python -m benchmarks.workers.generate FOLDER RECORDS SEED`."""

import sys
from pathlib import Path
from typing import Final

import polars as pl

from benchmarks.standardised import channel_records
from benchmarks.workers.reporting import Report
from matching.policy import HUB_FIELDS
from pipelines.demo.records import record_parts

COLUMNS: Final = tuple(dict.fromkeys((*HUB_FIELDS.columns, "feed", "surname", "name_pinyin", "district")))


def main(folder: Path, records: int, seed: int) -> None:
    report = Report(folder, "generate")
    parts, truths = [], []
    made = record_parts(records, seed)
    while True:
        with report.step("generate"):
            raw, truth = next(made, (None, None))
        if raw is None or truth is None:
            break
        with report.step("standardise"):
            part = channel_records(raw).select(COLUMNS)
        parts.append(folder / f"part-{len(parts):03}.parquet")
        part.write_parquet(parts[-1])
        truths.append(truth)
    pl.concat(truths).write_parquet(folder / "truth.parquet")
    pl.scan_parquet(parts).sink_parquet(folder / "records.parquet")
    for path in parts:
        path.unlink()
    report.write()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
