"""Matching: which records are the same customer, and why."""

import dagster as dg
import polars as pl

from pipelines.assets.describing import POOL, frame
from pipelines.failing import told_plainly
from pipelines.hub import Hub
from pipelines.progress import tell
from warehouse import state
from warehouse.desk import desk_refresh
from warehouse.models.deciding import decide
from warehouse.reuse import inquiries


@dg.multi_asset(
    group_name="matching",
    pool=POOL,
    outs={
        "model": frame("The version of the model this run decides with, and how far each fact has drifted from it."),
        "pairs": frame("Pairs of records worth comparing: keys that found them, score, band; evidence lies beside."),
        "clusters": frame(
            "The records of one customer in this run: clusters decided as a whole, judgements respected."
        ),
        "questions": frame("Clusters a steward should look at: weakly bridged, oversized or contradicting themselves."),
    },
)
@told_plainly
def resolution(hub: Hub, records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Find the records of one customer by fuzzy record linkage, without labels, with the model in force."""
    desk_refresh.note_run(hub.home_path, hub.run_id, until=hub.occasion.at)
    decided = decide(hub.home_path, records, hub.occasion, train=hub.train, rebuild=hub.rebuild, say=tell)
    outcome = decided.outcome
    return decided.drift, outcome.pairs, outcome.members, outcome.questions


@dg.multi_asset(
    group_name="matching",
    pool=POOL,
    outs={
        "asked": frame(
            "Two records each that stewards are asked about: customers that may be one, pairs drawn by lot."
        ),
        "drawn_pairs": frame("Pairs drawn by lot that no key had found, with their evidence."),
        "strata": frame("All pairs that may be one customer's, in the strata that the lot draws from."),
    },
)
@told_plainly
def inquiry(
    hub: Hub, records: pl.DataFrame, model: pl.DataFrame, clusters: pl.DataFrame, pairs: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Find what stewards are asked: where an answer is worth most, and what shows how right the customers are."""
    judgements = state.judgements(hub.home_path, until=hub.started_at)
    found = inquiries.ask(hub.home_path, records, clusters, pairs, model["version"][0], judgements)
    return found.asked, found.drawn, found.strata
