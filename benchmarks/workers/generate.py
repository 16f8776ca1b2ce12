"""Generated records, standardised: `python -m benchmarks.workers.generate FOLDER RECORDS SEED`."""

import sys
from pathlib import Path
from typing import Final

import polars as pl

from benchmarks.standardised import channel_records
from benchmarks.workers.reporting import Report
from matching.policy import HUB_FIELDS
from pipelines.demo.records import population_records

AT_A_TIME: Final = 500_000
COLUMNS: Final = tuple(dict.fromkeys((*HUB_FIELDS.columns, "feed", "surname", "name_pinyin", "district")))


def main(folder: Path, records: int, seed: int) -> None:
    report = Report(folder, "generate")
    with report.step("generate"):
        raw, truth = population_records(records, seed)
    truth.write_parquet(folder / "truth.parquet")
    parts = []
    for at, start in enumerate(range(0, records, AT_A_TIME)):
        with report.step("standardise"):
            part = channel_records(raw.slice(start, AT_A_TIME)).select(COLUMNS)
        parts.append(folder / f"part-{at:03}.parquet")
        part.write_parquet(parts[-1])
    pl.scan_parquet(parts).sink_parquet(folder / "records.parquet")
    for path in parts:
        path.unlink()
    report.write()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
