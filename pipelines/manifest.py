"""A run's manifest: what it was made from and what came out; kept in the snapshot's table `runs`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from typing import Any

import dagster as dg
import polars as pl

from matching.customers.churn import Churn
from warehouse.judgements.planned import SEEN
from warehouse.tables import Frame, collected, height


def make_manifest(  # noqa: PLR0913 (what a manifest says)
    *,
    started_at: datetime,
    inputs: str,
    model: pl.DataFrame,
    frames: Mapping[str, Frame],
    gone: Mapping[str, int],
    accepted_shrunken: Sequence[str],
    churn: Churn,
    corrections: int,
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """Give the manifest of a run: version, fingerprint of all inputs, model and drift, counts, churn, seconds."""
    shared = collected(frames["crosswalk"]).group_by("customer_id").len().filter(pl.col("len") > 1)
    return {
        "started_at": started_at.isoformat(),
        "code_version": version("customer-hub"),
        "inputs": inputs,
        "model": model["version"][0],
        "drift": dict(model.select("fact", "drift").rows()),
        "gone": dict(gone),
        "accepted_shrunken": sorted(accepted_shrunken),
        "counts": {name: height(frame) for name, frame in sorted(frames.items())} | {"merged": shared.height},
        "churn": churn.counts,
        SEEN: corrections,
        "seconds": {step: round(taken, 2) for step, taken in seconds.items()},
    }


def seconds_so_far(context: dg.AssetExecutionContext) -> dict[str, float]:
    """Give the seconds each finished step of this run took, by Dagster's account."""
    steps = context.instance.get_run_step_stats(context.run_id)
    return {step.step_key: step.end_time - step.start_time for step in steps if step.start_time and step.end_time}
