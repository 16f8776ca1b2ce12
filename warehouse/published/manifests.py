"""What the run behind a snapshot wrote down of itself, and the model it was made with."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from warehouse.errors import SnapshotError
from warehouse.published.reading import read_table
from warehouse.published.snapshots import current


def read_manifest(snapshot: Path) -> dict[str, Any]:
    """Give the manifest of the run that published a snapshot."""
    own = read_table(snapshot, "runs").filter(pl.col("run_id") == snapshot.stem)
    manifest: dict[str, Any] = json.loads(own["manifest"].item())
    return manifest


def model_of(home: Path) -> Path:
    """Give the folder of the model that the snapshot in force was made with."""
    snapshot = current(home)
    if snapshot is None:
        message = f"{home}: expected a published snapshot, found none; customer-hub run --home {home} publishes"
        raise SnapshotError(message)
    return home / "models" / str(read_manifest(snapshot)["model"])
