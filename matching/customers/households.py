"""Households: persons who live in one home, by the addresses that any of their records give."""

import polars as pl

from matching.customers.dwellings import HOME, QUALIFIERS, dwelling
from matching.frames import HOUSEHOLDS, conform
from matching.policy import NUMBERS
from matching.words import EntityType


def find_households(records: pl.DataFrame, crosswalk: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """Give the persons who share a home with at least one other person: HOUSEHOLDS, by household and customer.

    A home is an address to the room, or a house in a village, in a known district. Spellings that leave out town, road
    or unit name the same home, unless there are several it could be. A person is of one household, the one with most
    persons of those where he was ever said to live; where more live than `members_at_most` in the policy there is none.
    The household is called after the member known longest and keeps its id as long as he stays. `address` is the
    fullest spelling.
    """
    persons = customers.filter(pl.col("entity_type") == EntityType.PERSON.value).select("customer_id", "first_seen_at")
    told = (
        records.filter(pl.col("district").is_not_null() & pl.col("address").str.contains(HOME))
        .select("record_id", "province", "city", "district", "address")
        .join(crosswalk.select("record_id", "customer_id"), on="record_id")
        .join(persons, on="customer_id")
        .select("customer_id", "first_seen_at", "address", dwelling(pl.col("address")).struct.unnest())
    )
    shared = (
        _homes(told)
        .with_columns(persons=pl.col("customer_id").n_unique().over("home"))
        .filter(pl.col("persons").is_between(2, NUMBERS.households.members_at_most))
    )
    fullest = pl.col("address").str.len_chars()
    members = (
        shared.sort("customer_id", "persons", "home", fullest, "address", descending=[False, True, False, True, False])
        .unique("customer_id", keep="first", maintain_order=True)
        .with_columns(member_count=pl.len().over("home"))
        .filter(pl.col("member_count") > 1)
        .sort("home", "first_seen_at", "customer_id")
    )
    found = members.select(
        "customer_id",
        "member_count",
        household_id=pl.concat_str(pl.lit("H"), pl.col("customer_id").first().over("home")),
        address=pl.col("address").sort_by(fullest, "address", descending=[True, False]).first().over("home"),
    )
    return conform(found.sort("household_id", "customer_id"), HOUSEHOLDS, name="households")


def _homes(told: pl.DataFrame) -> pl.DataFrame:
    """Give each address with its `home`, without those that could be several homes for want of a qualifier."""
    homes = told.with_columns(home=pl.col("place"))
    for qualifier in QUALIFIERS:
        several = pl.col(qualifier).drop_nulls().n_unique().over("home") > 1
        told_apart = pl.concat_str("home", pl.lit("|"), qualifier)
        homes = homes.with_columns(home=pl.when(several).then(told_apart).otherwise("home"))
        homes = homes.filter(pl.col("home").is_not_null())
    return homes
