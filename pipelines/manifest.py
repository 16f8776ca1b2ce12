"""A run's manifest: what it was made from and what came out; kept in the snapshot's table `runs`."""

import json
import shutil
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from matching.errors import CustomerHubError
from warehouse.reading import read_table
from warehouse.snapshots import current, snapshots


def make_manifest(
    *, started_at: datetime, inputs: str, model: str, frames: Mapping[str, pl.DataFrame], seconds: Mapping[str, float]
) -> dict[str, Any]:
    """Give the manifest of a run: version, fingerprint of all inputs, model, counts, seconds per step."""
    crosswalk = frames["crosswalk"]
    shared = crosswalk.group_by("customer_id").len().filter(pl.col("len") > 1)
    return {
        "started_at": started_at.isoformat(),
        "code_version": version("customer-hub"),
        "inputs": inputs,
        "model": model,
        "counts": {name: frame.height for name, frame in sorted(frames.items())} | {"merged": shared.height},
        "seconds": {step: round(taken, 2) for step, taken in seconds.items()},
    }


def seconds_so_far(context: dg.AssetExecutionContext) -> dict[str, float]:
    """Give the seconds each finished step of this run took, by Dagster's account."""
    steps = context.instance.get_run_step_stats(context.run_id)
    return {step.step_key: step.end_time - step.start_time for step in steps if step.start_time and step.end_time}


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
        raise CustomerHubError(message)
    return home / "models" / str(read_manifest(snapshot)["model"])


def forget_models(home: Path) -> None:
    """Remove the models that no kept snapshot was made with: they hold how often each value occurs."""
    kept = {str(read_manifest(snapshot)["model"]) for snapshot in snapshots(home)}
    for folder in sorted((home / "models").glob("*")):
        if folder.name not in kept:
            shutil.rmtree(folder)
