"""Matching: which records are the same customer, and why."""

import dagster as dg
import polars as pl

from matching.policy import HUB_FIELDS
from matching.resolving import resolve
from pipelines.assets.describing import POOL, frame
from pipelines.failing import told_plainly
from pipelines.hub import Hub
from pipelines.progress import tell
from warehouse import state


@dg.multi_asset(
    group_name="matching",
    pool=POOL,
    outs={
        "pairs": frame("Pairs of records worth comparing: keys that found them, evidence field by field, score, band."),
        "clusters": frame(
            "The records of one customer in this run: clusters decided as a whole, judgements respected."
        ),
        "questions": frame("Clusters a steward should look at: weakly bridged, oversized or contradicting themselves."),
    },
)
@told_plainly
def resolution(hub: Hub, records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Find the records of one customer by fuzzy record linkage, without labels."""
    resolved = resolve(records, HUB_FIELDS, judgements=state.judgements(hub.home_path), progress=tell)
    resolved.model.save(hub.model_path)
    return resolved.pairs, resolved.members, resolved.questions
