"""Customers that last: this run's clusters take over the ids of the customers before them.

An id belongs to the cluster that holds most of its records. A cluster that several ids belong to keeps the oldest of
them, the others redirect to it for ever. A cluster that no id belongs to is minted one. An id without records is gone.
No id is used twice: neither those in force nor those in the redirects are minted again or revived.

Ages are told by `since_run`: run ids must sort, as text, in the order of the runs.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from matching.customer_ids import mint
from matching.errors import CustomerHubError
from matching.frames import CROSSWALK, REDIRECTS, Schema, conform


class Change(StrEnum):
    """What became of an id in a run."""

    MERGED = "merged"  # it redirects to another customer from now on
    SPLIT = "split"  # it is in force, but some of its records are another customer's now
    NEW = "new"  # it was minted
    GONE = "gone"  # none of its records is left


CHANGES: Final[Schema] = {
    "customer_id": pl.String,
    "change": pl.String,  # Change
    "customer_ids": pl.List(pl.String),  # who holds its records now; of a new one, who held its records before
    "records": pl.Int64,  # how many it had before; of a new one, how many it has
}


@dataclass(frozen=True)
class Churn:
    """What a run does to the customer ids. `before` = `kept` + `merged` + `gone`; `split` are part of `kept`."""

    before: int
    kept: int
    merged: int
    split: int
    new: int
    gone: int
    changes: pl.DataFrame
    """CHANGES: one row for each id that is not simply kept, by id."""

    @property
    def share(self) -> float:
        """The share of the ids in force before whose customer is another one now: merged, split or gone."""
        return (self.merged + self.split + self.gone) / self.before if self.before else 0.0

    @property
    def says(self) -> str:
        """What happened to the ids, in one line for a run's report."""
        if not self.before:
            return f"customer ids: {self.new} new, there were none before"
        return (
            f"customer ids: {self.kept} of {self.before} kept ({self.split} of them lost records to others), "
            f"{self.merged} merged, {self.gone} gone, {self.new} new"
        )


@dataclass(frozen=True)
class Identities:
    """Who is which customer after a run: CROSSWALK by record, REDIRECTS by id, and what changed."""

    crosswalk: pl.DataFrame
    redirects: pl.DataFrame
    churn: Churn


def assign(
    members: pl.DataFrame,
    previous: pl.DataFrame | None,
    redirects: pl.DataFrame | None,
    *,
    run_id: str,
    secret: bytes,
) -> Identities:
    """Give every record of this run its customer: the lasting id of the cluster it is in.

    `members` is MEMBERS of this run; `previous` and `redirects` are CROSSWALK and REDIRECTS of the run before, or
    None at the first. Every id of theirs resolves in the result in one step: it is in force or it is in `redirects`.
    The same clusters again give the same frames again.
    """
    old = _expect(previous, CROSSWALK, name="previous crosswalk")
    retired = _expect(redirects, REDIRECTS, name="previous redirects")
    _refuse_contradictions(members, old, retired)
    before = old.select("record_id", before="customer_id", before_run="since_run")
    joined = members.join(before, on="record_id", how="left")
    held = _held(joined)
    belongs = _belongs(held)
    taken = pl.concat([old["customer_id"], retired["customer_id"]]).unique()
    clusters = _name_clusters(joined, belongs, secret, taken)
    fates = (
        old.group_by(before="customer_id")
        .agg(records=pl.len())
        .join(belongs.join(clusters, on="cluster").select("before", "customer_id"), on="before", how="left")
    )
    stays = pl.col("before").eq_missing(pl.col("customer_id"))
    crosswalk = joined.join(clusters, on="cluster").with_columns(
        since_run=pl.when(stays).then("before_run").otherwise(pl.lit(run_id))
    )
    return Identities(
        crosswalk=conform(crosswalk.select(CROSSWALK.keys()).sort("record_id"), CROSSWALK, name="crosswalk"),
        redirects=_redirects(retired, fates, run_id),
        churn=_churn(fates, held.join(clusters, on="cluster"), crosswalk.filter("is_new")),
    )


def gate(churn: Churn, share: float, *, confirmed: bool = False) -> None:
    """Stop a run that would change more than a set share of the ids, unless somebody has confirmed it."""
    if churn.share > share and not confirmed:
        message = (
            f"customer ids: expected at most {share:.1%} of {churn.before} to change, found {churn.share:.1%} "
            f"({churn.merged} merged, {churn.split} split, {churn.gone} gone); look at the changes, "
            "then confirm the run or mend what caused them"
        )
        raise CustomerHubError(message)


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


def _name_clusters(joined: pl.DataFrame, belongs: pl.DataFrame, secret: bytes, taken: pl.Series) -> pl.DataFrame:
    """Give each cluster its id: the oldest that belongs to it, of several such the largest, or else a new one."""
    named = (
        belongs.sort("cluster", "since", "of_records", "before", descending=[False, False, True, False])
        .unique("cluster", keep="first", maintain_order=True)
        .select("cluster", customer_id="before")
    )
    unnamed = joined.join(named, on="cluster", how="anti").group_by("cluster").agg(founder=pl.col("record_id").min())
    minted = unnamed.select("cluster", customer_id=mint(unnamed["founder"], secret, taken))
    return pl.concat([named.with_columns(is_new=pl.lit(value=False)), minted.with_columns(is_new=pl.lit(value=True))])


def _redirects(retired: pl.DataFrame, fates: pl.DataFrame, run_id: str) -> pl.DataFrame:
    """Give every id out of use with the customer it leads to now: no redirect leads to another redirect.

    `fates` gives for each id in force before (`before`) the id that its customer has now, null if it has none.
    """
    followed = retired.join(
        fates.select(redirects_to="before", now="customer_id"), on="redirects_to", how="left"
    ).with_columns(redirects_to="now")
    leaving = fates.filter(pl.col("before").ne_missing(pl.col("customer_id"))).select(
        customer_id="before", redirects_to="customer_id", since_run=pl.lit(run_id)
    )
    is_gone = pl.col("redirects_to").is_null()
    return (
        pl.concat([followed.select(leaving.columns), leaving])
        .with_columns(reason=pl.when(is_gone).then(pl.lit(Change.GONE.value)).otherwise(pl.lit(Change.MERGED.value)))
        .sort("customer_id")
    )


def _churn(fates: pl.DataFrame, held: pl.DataFrame, new_records: pl.DataFrame) -> Churn:
    """Count what became of the ids, and list all that are not simply kept.

    `fates` are the ids in force before, `held` says which customers hold their records now, `new_records` are the
    records of customers whose id was minted.
    """
    change = (
        pl.when(pl.col("customer_id").is_null())
        .then(pl.lit(Change.GONE.value))
        .when(pl.col("customer_id") != pl.col("before"))
        .then(pl.lit(Change.MERGED.value))
        .when(pl.col("holders") > 1)
        .then(pl.lit(Change.SPLIT.value))
    )
    changed = (
        fates.join(held.group_by("before").agg(holders=pl.len()), on="before", how="left")
        .select("before", "records", change=change)
        .filter(pl.col("change").is_not_null())
    )
    new = new_records.group_by("customer_id").agg(records=pl.len()).with_columns(change=pl.lit(Change.NEW.value))
    now = held.join(changed, on="before", how="semi").group_by("before").agg(customer_ids=pl.col("customer_id").sort())
    was = held.filter("is_new").group_by("customer_id").agg(customer_ids=pl.col("before").sort())
    changes = pl.concat(
        [
            changed.join(now, on="before", how="left").rename({"before": "customer_id"}).select(sorted(CHANGES)),
            new.join(was, on="customer_id", how="left").select(sorted(CHANGES)),
        ],
    ).with_columns(pl.col("customer_ids").fill_null([]))
    counts = dict(changes["change"].value_counts().iter_rows())
    merged, gone = counts.get(Change.MERGED, 0), counts.get(Change.GONE, 0)
    return Churn(
        before=fates.height,
        kept=fates.height - merged - gone,
        merged=merged,
        split=counts.get(Change.SPLIT, 0),
        new=counts.get(Change.NEW, 0),
        gone=gone,
        changes=conform(changes.sort("customer_id"), CHANGES, name="changes"),
    )
