"""Ids out of use that are not forgotten: which records they held last, and when they come back.

An id out of use is never another customer's. Two kinds come back, each for the customer that it was: the id of a
customer whose merge was taken back (`restored`), and one that was published by a run that was rolled back (`returns`).
"""

import polars as pl

from matching.frames import REDIRECTS, REMEMBERED, conform
from matching.words import Claim, Retired


def restored_records(past: pl.DataFrame, old: pl.DataFrame) -> pl.DataFrame:
    """Give the records that are a restored id's again, with the id (`claimed_by`) and since when (`claimed_run`).

    `past` is REMEMBERED, `old` the CROSSWALK before. Of two claims to a record the later row holds. A customer in
    force is never left without any record: such claims are void.
    """
    claimed = (
        past.filter(pl.col("claim") == Claim.RESTORED)
        .unique("record_id", keep="last", maintain_order=True)
        .select("record_id", claimed_by="customer_id", claimed_run="since_run")
    )
    keeping = old.join(claimed, on="record_id", how="anti").select("customer_id").unique()
    return (
        old.select("record_id", "customer_id")
        .join(claimed, on="record_id")
        .join(keeping, on="customer_id", how="semi")
        .select("record_id", "claimed_by", "claimed_run")
    )


def with_lost(retired: pl.DataFrame, old: pl.DataFrame, published: pl.Series | None, run_id: str) -> pl.DataFrame:
    """Give REDIRECTS with the published ids that neither frame knows any more: they lead to nobody."""
    if published is None:
        return retired
    known = pl.concat([old["customer_id"], retired["customer_id"]])
    lost = published.unique().rename("customer_id").to_frame().filter(~pl.col("customer_id").is_in(known.implode()))
    gone = lost.with_columns(since_run=pl.lit(run_id), reason=pl.lit(Retired.GONE.value))
    return pl.concat([retired, conform(gone, REDIRECTS, name="lost ids")])


def turn_back(
    crosswalk: pl.DataFrame,
    redirects: pl.DataFrame,
    latest_crosswalk: pl.DataFrame,
    latest_redirects: pl.DataFrame,
    *,
    run_id: str,
) -> pl.DataFrame:
    """Give the REDIRECTS that go with an earlier CROSSWALK when it is put in force again.

    Every id published since then leads to the customer that holds most of the records it has in `latest_crosswalk`
    (of several such, of the smallest record); to nobody if none of them had been published before.
    """
    in_force = crosswalk.select(redirects_to="customer_id").unique()
    moved = (
        latest_crosswalk.select("record_id", since="customer_id")
        .join(crosswalk.select("record_id", redirects_to="customer_id"), on="record_id")
        .group_by("since", "redirects_to")
        .agg(records=pl.len(), smallest=pl.col("record_id").min())
        .sort("since", "records", "smallest", descending=[False, True, False])
        .unique("since", keep="first", maintain_order=True)
        .select("since", "redirects_to")
    )
    same = in_force.select("redirects_to", since="redirects_to").select("since", "redirects_to")
    aims = pl.concat([same, moved.join(same, on="since", how="anti")])
    later = pl.concat(
        [
            latest_crosswalk.select("customer_id", leads="customer_id").unique(),
            latest_redirects.select("customer_id", leads="redirects_to"),
        ]
    )
    unknown = (
        later.join(in_force, left_on="customer_id", right_on="redirects_to", how="anti")
        .join(redirects, on="customer_id", how="anti")
        .join(aims, left_on="leads", right_on="since", how="left")
        .select("customer_id", "redirects_to", since_run=pl.lit(run_id), reason=pl.lit(Retired.ROLLED_BACK.value))
    )
    earlier = redirects.select(REDIRECTS.keys())
    return conform(pl.concat([earlier, unknown]).sort("customer_id"), REDIRECTS, name="redirects")


def last_held(history: pl.DataFrame, claim: Claim) -> pl.DataFrame:
    """Give REMEMBERED for the ids of a CROSSWALK_HISTORY: the records that each held when it was last in force.

    An id in force has none to remember.
    """
    ended = pl.col("valid_to").max().over("customer_id")
    is_out_of_use = pl.col("valid_to").is_not_null().all().over("customer_id")
    last = history.filter(is_out_of_use & (pl.col("valid_to") == ended))
    remembered = last.select("customer_id", "record_id", since_run="from_run", claim=pl.lit(claim.value))
    return conform(remembered.sort("customer_id", "record_id"), REMEMBERED, name="remembered")
