"""What a run does to the customer ids, counted before it is published, and the gate that stops too much of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from matching.errors import CustomerHubError
from matching.frames import Schema, conform


class Change(StrEnum):
    """What became of an id in a run."""

    MERGED = "merged"  # it redirects to another customer from now on
    SPLIT = "split"  # it is in force, but some of its records are another customer's now
    NEW = "new"  # it was minted
    RESTORED = "restored"  # it was out of use and is in force again, for the customer that it was
    GONE = "gone"  # none of its records is left


CHANGES: Final[Schema] = {
    "customer_id": pl.String,
    "change": pl.String,  # Change
    "customer_ids": pl.List(pl.String),  # who holds its records now; of a new or restored one, who held them before
    "records": pl.Int64,  # how many it had before; of a new or restored one, how many it has
}
"""Grain: an id that a run did not simply keep. Ids and counts only: this may be kept in reports and logs."""


@dataclass(frozen=True)
class Churn:
    """What a run does to the customer ids. `before` = `kept` + `merged` + `gone`; `split` are part of `kept`."""

    before: int
    kept: int
    merged: int
    split: int
    new: int
    restored: int
    gone: int
    changes: pl.DataFrame
    """CHANGES: one row for each id that is not simply kept, by id."""

    @property
    def changed(self) -> int:
        """How many of the ids in force before stand for another customer now: merged, split or gone."""
        return self.merged + self.split + self.gone

    @property
    def share(self) -> float:
        """Their share of the ids in force before."""
        return self.changed / self.before if self.before else 0.0

    @property
    def counts(self) -> dict[str, int]:
        """The counts by name, as a manifest keeps them."""
        return {"before": self.before, "kept": self.kept} | {each.value: getattr(self, each.value) for each in Change}

    @property
    def says(self) -> str:
        """What happened to the ids, in one line for a run's report."""
        return says(self.counts)


def says(counts: dict[str, int]) -> str:
    """Say what happened to the ids in one line."""
    new, restored = counts["new"], counts["restored"]
    if not counts["before"]:
        return f"customer ids: {new} new, there were none before"
    back = f", {restored} restored" if restored else ""
    return (
        f"customer ids: {counts['kept']} of {counts['before']} kept ({counts['split']} of them lost records to "
        f"others), {counts['merged']} merged, {counts['gone']} gone, {new} new{back}"
    )


def gate(churn: Churn, share: float, *, at_least: int = 0, confirmed: bool = False, how: str = "") -> None:
    """Stop a run that would change more than a set share of the ids, unless somebody has confirmed it.

    Fewer changes than `at_least` never stop it: of few customers, one is a large share. `how` says how to confirm.
    """
    if churn.share > share and churn.changed >= at_least and not confirmed:
        message = (
            f"customer ids: expected at most {share:.1%} of {churn.before} to change, found {churn.share:.1%} "
            f"({churn.merged} merged, {churn.split} split, {churn.gone} gone). Look at the changes"
            f"{how or ', then confirm the run'}, or mend what caused them"
        )
        raise CustomerHubError(message)


def count_churn(old: pl.DataFrame, fates: pl.DataFrame, records: pl.DataFrame, back: pl.Series) -> Churn:
    """Count what became of the ids, and list all that are not simply kept.

    `old` is the CROSSWALK before. `fates` gives for each id in force before (`before`) the id that its customer has
    now. `records` gives for each record of now whose it was (`was`, null if it is new) and whose it is
    (`customer_id`). `back` are the ids that were out of use before.
    """
    before = old.group_by(before="customer_id").agg(records=pl.len())
    held = records.filter(pl.col("was").is_not_null()).group_by("was", "customer_id").agg(pl.len())
    change = (
        pl.when(pl.col("customer_id").is_null())
        .then(pl.lit(Change.GONE.value))
        .when(pl.col("customer_id") != pl.col("before"))
        .then(pl.lit(Change.MERGED.value))
        .when(pl.col("holders") > 1)
        .then(pl.lit(Change.SPLIT.value))
    )
    changed = (
        before.join(fates, on="before", how="left")
        .join(held.group_by(before="was").agg(holders=pl.len()), on="before", how="left")
        .select("before", "records", change=change)
        .filter(pl.col("change").is_not_null())
    )
    is_back = pl.col("customer_id").is_in(back.implode())
    fresh = (
        records.join(before, left_on="customer_id", right_on="before", how="anti")
        .group_by("customer_id")
        .agg(records=pl.len())
        .with_columns(change=pl.when(is_back).then(pl.lit(Change.RESTORED.value)).otherwise(pl.lit(Change.NEW.value)))
    )
    now = held.join(changed, left_on="was", right_on="before", how="semi")
    now = now.group_by(before="was").agg(customer_ids=pl.col("customer_id").sort())
    was = held.join(fresh, on="customer_id", how="semi").group_by("customer_id").agg(customer_ids=pl.col("was").sort())
    changes = pl.concat(
        [
            changed.join(now, on="before", how="left").rename({"before": "customer_id"}).select(sorted(CHANGES)),
            fresh.join(was, on="customer_id", how="left").select(sorted(CHANGES)),
        ],
    ).with_columns(pl.col("customer_ids").fill_null([]))
    return churn_of(conform(changes.sort("customer_id"), CHANGES, name="changes"), records["customer_id"].n_unique())


def churn_of(changes: pl.DataFrame, customers: int) -> Churn:
    """Give the churn that changes (CHANGES) are the list of, where there are so many customers now."""
    found = dict(changes["change"].value_counts().iter_rows())
    counts = {each.value: int(found.get(each, 0)) for each in Change}
    kept = customers - counts[Change.NEW] - counts[Change.RESTORED]
    return Churn(before=kept + counts[Change.MERGED] + counts[Change.GONE], kept=kept, changes=changes, **counts)
