"""Customers that last: this run's clusters take over the ids of the customers before them.

An id belongs to the cluster that holds most of its records. A cluster that several ids belong to keeps the oldest of
them, the others redirect to it for ever. A cluster that no id belongs to is minted one. An id without records is gone.
No id is used twice: neither those in force nor those in the redirects are minted again. Out of use, an id comes back
only as the customer that it was: when its merge is taken back, or its run was rolled back (`remembering.py`).

Ages are told by `since_run`: run ids must sort, as text, in the order of the runs.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from matching.customers.churn import Churn, count_churn
from matching.customers.customer_ids import mint
from matching.customers.remembering import restored_records, with_lost
from matching.errors import CustomerHubError
from matching.frames import CROSSWALK, REDIRECTS, REMEMBERED, Schema, conform
from matching.words import Claim, Retired

_LASTING: Final = (Retired.ROLLED_BACK.value, Retired.ERASED.value)
"""Why an id is out of use, where that goes on being the reason whatever becomes of the customer it leads to."""


@dataclass(frozen=True)
class Identities:
    """Who is which customer after a run: CROSSWALK by record, REDIRECTS by id, and what changed."""

    crosswalk: pl.DataFrame
    redirects: pl.DataFrame
    churn: Churn


def assign(  # noqa: PLR0913 -- what a run may know of the runs before it
    members: pl.DataFrame,
    previous: pl.DataFrame | None,
    redirects: pl.DataFrame | None,
    *,
    run_id: str,
    secret: bytes,
    remembered: pl.DataFrame | None = None,
    published: pl.Series | None = None,
) -> Identities:
    """Give every record of this run its customer: the lasting id of the cluster it is in.

    `members` is MEMBERS of this run; `previous` and `redirects` are CROSSWALK and REDIRECTS of the run before, or
    None at the first. Every id of theirs resolves in the result in one step: it is in force or it is in `redirects`.
    `remembered` is REMEMBERED of ids out of use. `published` are all ids ever published, where the frames before may
    lack some: those lead to nobody and are not minted again. The same clusters again give the same frames again.
    """
    old = _expect(previous, CROSSWALK, name="previous crosswalk")
    retired = _expect(redirects, REDIRECTS, name="previous redirects")
    _refuse_contradictions(members, old, retired)
    retired = with_lost(retired, old, published, run_id)
    past = _expect(remembered, REMEMBERED, name="remembered")
    past = past.join(retired, on="customer_id", how="semi", maintain_order="left")
    restored = restored_records(past, old)
    joined = (
        members.join(old.select("record_id", was="customer_id", was_run="since_run"), on="record_id", how="left")
        .join(restored, on="record_id", how="left")
        .with_columns(before=pl.coalesce("claimed_by", "was"))
        .with_columns(before_run=pl.when(pl.col("claimed_by").is_null()).then("was_run").otherwise("claimed_run"))
    )
    belongs = _belongs(_held(joined))
    past = past.join(restored, left_on="customer_id", right_on="claimed_by", how="anti")
    claims = _claims(members, past)
    clusters = _name_clusters(joined, belongs, claims, secret, pl.concat([old["customer_id"], retired["customer_id"]]))
    in_force = pl.concat([old["customer_id"], restored["claimed_by"]]).unique().rename("before").to_frame()
    fates = in_force.join(_named(belongs, clusters), on="before", how="left")
    crosswalk = _crosswalk(joined, clusters, past, run_id)
    still_retired = retired.join(clusters, on="customer_id", how="anti").join(
        in_force, left_on="customer_id", right_on="before", how="anti"
    )
    back = retired.join(clusters, on="customer_id", how="semi")["customer_id"]
    return Identities(
        crosswalk=conform(crosswalk.select(CROSSWALK.keys()).sort("record_id"), CROSSWALK, name="crosswalk"),
        redirects=_redirects(still_retired, fates, _named(claims, clusters), run_id),
        churn=count_churn(old, fates, crosswalk, back),
    )


def resolve(customer_ids: pl.Series, crosswalk: pl.DataFrame, redirects: pl.DataFrame) -> pl.Series:
    """Give for each id the one in force: itself or where it redirects; null for one that is gone or was never known."""
    asked = customer_ids.to_frame("customer_id")
    in_force = crosswalk.select("customer_id", redirects_to="customer_id").unique()
    known = pl.concat([in_force, redirects.select("customer_id", "redirects_to")])
    return asked.join(known, on="customer_id", how="left", maintain_order="left")["redirects_to"].rename(
        customer_ids.name
    )


def _expect(frame: pl.DataFrame | None, schema: Schema, *, name: str) -> pl.DataFrame:
    """Give the frame with its schema's columns, published tables having more; an empty one where there is none yet."""
    if frame is None:
        return pl.DataFrame(schema=dict(schema))
    if missing := [column for column in schema if column not in frame.columns]:
        message = f"{name}: expected the columns {', '.join(schema)}, found none called {', '.join(missing)}"
        raise CustomerHubError(message)
    return conform(frame.select(schema.keys()), schema, name=name)


def _refuse_contradictions(members: pl.DataFrame, old: pl.DataFrame, retired: pl.DataFrame) -> None:
    """Refuse frames that no run of ours can have made."""
    for what, ids in (
        ("records in the members", members["record_id"]),
        ("records in the previous crosswalk", old["record_id"]),
        ("customer ids in the previous redirects", retired["customer_id"]),
    ):
        if twice := ids.len() - ids.n_unique():
            message = f"{what}: expected each once, found {twice} again; publish from a whole run or roll back"
            raise CustomerHubError(message)
    if both := retired.join(old, on="customer_id", how="semi").height:
        message = (
            f"previous crosswalk and redirects: expected no id in both, found {both}; take both from the same snapshot"
        )
        raise CustomerHubError(message)


def _held(joined: pl.DataFrame) -> pl.DataFrame:
    """Count how many records of each earlier id each cluster holds; note the smallest of them and their first run."""
    return (
        joined.filter(pl.col("before").is_not_null())
        .group_by("before", "cluster")
        .agg(records=pl.len(), smallest=pl.col("record_id").min(), since=pl.col("before_run").min())
    )


def _belongs(held: pl.DataFrame) -> pl.DataFrame:
    """Give each earlier id that has records left with the cluster that it belongs to, its age and its size.

    That is the cluster with most of its records, of several such the one with the smallest record id.
    """
    age = pl.col("since").min().over("before")
    size = pl.col("records").sum().over("before")
    return (
        held.with_columns(since=age, of_records=size)
        .sort("before", "records", "smallest", descending=[False, True, False])
        .unique("before", keep="first", maintain_order=True)
        .select("before", "cluster", "since", "of_records")
    )


def _claims(members: pl.DataFrame, past: pl.DataFrame) -> pl.DataFrame:
    """Give each remembered id with the cluster that it would belong to, as `_belongs`, and whether it may name it."""
    claimed = past.select("record_id", before="customer_id", before_run="since_run")
    may_name = past.select(before="customer_id", may_name=pl.col("claim") == Claim.RETURNS)
    may_name = may_name.group_by("before").agg(pl.col("may_name").any())
    return _belongs(_held(members.join(claimed, on="record_id"))).join(may_name, on="before")


def _name_clusters(
    joined: pl.DataFrame, belongs: pl.DataFrame, claims: pl.DataFrame, secret: bytes, taken: pl.Series
) -> pl.DataFrame:
    """Give each cluster its id: the oldest that belongs to it, of several such the largest, or else a new one.

    An id that comes back names a cluster only if no id in force does.
    """
    in_force = _oldest(belongs)
    returning = _oldest(claims.filter("may_name")).join(in_force, on="cluster", how="anti")
    named = pl.concat([in_force, returning])
    unnamed = joined.join(named, on="cluster", how="anti").group_by("cluster").agg(founder=pl.col("record_id").min())
    minted = unnamed.select("cluster", customer_id=mint(unnamed["founder"], secret, taken.unique()))
    return pl.concat([named, minted])


def _oldest(belongs: pl.DataFrame) -> pl.DataFrame:
    return (
        belongs.sort("cluster", "since", "of_records", "before", descending=[False, False, True, False])
        .unique("cluster", keep="first", maintain_order=True)
        .select("cluster", customer_id="before")
    )


def _named(belongs: pl.DataFrame, clusters: pl.DataFrame) -> pl.DataFrame:
    """Give each id (`before`) with the id of the cluster that it belongs to (`customer_id`)."""
    return belongs.join(clusters, on="cluster").select("before", "customer_id")


def _crosswalk(joined: pl.DataFrame, clusters: pl.DataFrame, past: pl.DataFrame, run_id: str) -> pl.DataFrame:
    """Give each record with its customer, and since when: a record that is where it was keeps its run."""
    again = past.select("customer_id", "record_id", again="since_run").unique(["customer_id", "record_id"])
    stays = pl.when(pl.col("before") == pl.col("customer_id")).then("before_run")
    return (
        joined.join(clusters, on="cluster")
        .join(again, on=["customer_id", "record_id"], how="left")
        .with_columns(since_run=pl.coalesce(stays, "again", pl.lit(run_id)))
    )


def _redirects(retired: pl.DataFrame, fates: pl.DataFrame, aims: pl.DataFrame, run_id: str) -> pl.DataFrame:
    """Give every id out of use with the customer it leads to now: no redirect leads to another redirect.

    `fates` gives for each id in force before (`before`) the id that its customer has now, null if it has none; `aims`
    says of ids that were out of use already who holds the records that they held last.
    """
    followed = (
        retired.join(fates.select(redirects_to="before", now="customer_id"), on="redirects_to", how="left")
        .join(aims.select(customer_id="before", aim="customer_id"), on="customer_id", how="left")
        .with_columns(
            redirects_to=pl.coalesce("aim", "now"),
            reason=pl.when(pl.col("reason").is_in(_LASTING) & pl.col("aim").is_null()).then("reason"),
        )
    )
    leaving = fates.filter(pl.col("before").ne_missing(pl.col("customer_id"))).select(
        customer_id="before", redirects_to="customer_id", since_run=pl.lit(run_id), reason=pl.lit(None, pl.String)
    )
    is_gone = pl.col("redirects_to").is_null()
    reason = pl.when(is_gone).then(pl.lit(Retired.GONE.value)).otherwise(pl.lit(Retired.MERGED.value))
    everything = pl.concat([followed.select(leaving.columns), leaving])
    everything = everything.with_columns(reason=pl.coalesce("reason", reason)).sort("customer_id")
    return conform(everything, REDIRECTS, name="redirects")
