"""Numbers that more customers give than a household has members: an agent's, a placeholder, or really theirs?"""

from typing import Final

import polars as pl

from matching.frames import Schema, conform
from matching.policy import NUMBERS

CONTACTS: Final[Schema] = {
    "contact": pl.String,
    "record_ids": pl.List(pl.String),  # records that give it, sorted
    "customer_ids": pl.List(pl.String),  # their customers, sorted
    "feeds": pl.List(pl.String),
    "outlet": pl.String,  # the outlet that most of these records name, null unless it is nearly all of them
}
"""Grain: a number that so many customers give that it may be none of theirs."""

LISTS: Final = ("mobiles", "fixed_lines")
NEARLY_ALL: Final = 0.8
"""Share of a number's records from which the outlet they name is taken for the number's own."""


def shared_contacts(records: pl.DataFrame, crosswalk: pl.DataFrame) -> pl.DataFrame:
    """Give CONTACTS: the numbers that more customers give than `survivorship.shared_by_at_most`.

    What fewer records give no more customers can give, so most numbers are done with before customers are looked up.
    """
    most = NUMBERS.survivorship.shared_by_at_most
    given = pl.concat(
        [
            records.select("record_id", "feed", "outlet", contact=pl.col(column))
            .explode("contact")
            .drop_nulls("contact")
            for column in LISTS
        ]
    )
    often = given.group_by("contact").len().filter(pl.col("len") > most)
    shared = (
        given.join(often, on="contact", how="semi")
        .unique(["contact", "record_id"])
        .join(crosswalk.select("record_id", "customer_id"), on="record_id")
        .filter(pl.col("customer_id").n_unique().over("contact") > most)
        .sort("contact", "record_id")
    )
    outlets = (
        shared.drop_nulls("outlet")
        .group_by("contact", "outlet")
        .len()
        .sort("contact", "len", "outlet", descending=[False, True, False])
        .unique("contact", keep="first", maintain_order=True)
    )
    found = shared.group_by("contact", maintain_order=True).agg(
        "record_id", customer_ids=pl.col("customer_id").unique().sort(), feeds=pl.col("feed").unique().sort()
    )
    named = found.join(outlets, on="contact", how="left", maintain_order="left").select(
        "contact",
        "customer_ids",
        "feeds",
        record_ids="record_id",
        outlet=pl.when(pl.col("len") >= NEARLY_ALL * pl.col("record_id").list.len()).then("outlet"),
    )
    return conform(named, CONTACTS, name="contacts")


def strike(records: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """Give the records without the numbers that stewards said are not their customers'.

    `refused` says contact and record_id: a record loses a number only where both are named.
    """
    if refused.is_empty():
        return records
    gone = refused.group_by("record_id").agg(gone=pl.col("contact"))
    return (
        records.join(gone, on="record_id", how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("gone").is_null())
            .then(column)
            .otherwise(pl.col(column).list.set_difference(pl.col("gone").fill_null([])).list.sort())
            .alias(column)
            for column in LISTS
        )
        .drop("gone")
    )
