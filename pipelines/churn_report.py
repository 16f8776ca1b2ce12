"""What a run would do to the customer ids, written down before it is published. Ids and counts only."""

from pathlib import Path

import polars as pl


def write_changes(home: Path, run_id: str, changes: pl.DataFrame, *, keep: int) -> Path:
    """Write the ids that a run does not simply keep (CHANGES) as CSV; the newest `keep` of such reports stay."""
    folder = home / "reports" / "churn"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run_id}.csv"
    changes.with_columns(pl.col("customer_ids").list.join(" ")).select(
        "customer_id", "change", "customer_ids", "records"
    ).write_csv(path)
    for old in sorted(folder.glob("*.csv"))[: -max(keep, 1)]:
        old.unlink()
    return path
