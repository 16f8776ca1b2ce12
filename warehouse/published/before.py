"""What a run has to know of the runs before it, so that customers keep their ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from matching.customers.remembering import last_held
from matching.frames import CROSSWALK, CROSSWALK_HISTORY, REDIRECTS, conform
from matching.words import Claim, Retired
from warehouse import duck
from warehouse.published import published_ids, snapshots


@dataclass(frozen=True)
class Before:
    """CROSSWALK and REDIRECTS in force, REMEMBERED of ids out of use, and all published ids if there are more."""

    crosswalk: pl.DataFrame
    redirects: pl.DataFrame
    remembered: pl.DataFrame
    published: pl.Series | None


def before_run(home: Path, *, corrected: pl.DataFrame | None = None) -> Before:
    """Give what the snapshot in force and the ledger of ids tell a run that begins now.

    `corrected` (REMEMBERED) is what stewards have corrected since the run before.
    """
    snapshot = snapshots.current(home)
    if snapshot is None:
        crosswalk, redirects = pl.DataFrame(schema=dict(CROSSWALK)), pl.DataFrame(schema=dict(REDIRECTS))
    else:
        crosswalk, redirects = customers_of(snapshot)
    known = crosswalk["customer_id"].n_unique() + redirects.height
    rolled_back = redirects.filter(pl.col("reason") == Retired.ROLLED_BACK)["customer_id"].to_list()
    returning = last_held(intervals(home, rolled_back), Claim.RETURNS)
    return Before(
        crosswalk,
        redirects,
        pl.concat([returning] if corrected is None else [returning, corrected]),
        published_ids.beyond(home, known),
    )


def customers_of(snapshot: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give CROSSWALK and REDIRECTS of a snapshot."""
    with duck.reading(snapshot) as con:
        crosswalk, redirects = duck.rows(con.table("crosswalk")), duck.rows(con.table("customer_redirects"))
    out_of_use = redirects.filter(pl.col("valid_to").is_null())
    return (
        conform(crosswalk.select(CROSSWALK.keys()), CROSSWALK, name="crosswalk"),
        conform(out_of_use.select(REDIRECTS.keys()), REDIRECTS, name="redirects"),
    )


def intervals(home: Path, customer_ids: Sequence[str]) -> pl.DataFrame:
    """Give CROSSWALK_HISTORY of some customers, by the snapshot in force."""
    snapshot = snapshots.current(home)
    if snapshot is None or not customer_ids:
        return pl.DataFrame(schema=dict(CROSSWALK_HISTORY))
    with duck.reading(snapshot) as con:
        told = duck.rows(con.sql(duck.statements("reading/intervals"), params=[list(customer_ids)]))
    return conform(told, CROSSWALK_HISTORY, name="crosswalk_history")
