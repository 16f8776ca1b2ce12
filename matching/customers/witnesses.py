"""What a customer's records say of each other's values: a number mistyped, a name that others tell in part.

Both look at pairs of values that records of one customer give for one attribute; the rows are candidates, as
`preferences` has them.
"""

from typing import Final

import polars as pl

from matching.fields.latin import slips, texts
from matching.fields.writing import HAN
from matching.tables import listed

_SURNAMES: Final = listed("surnames", "surname")
_FULL: Final = pl.col("value").str.contains(HAN) & (pl.col("value").str.len_chars() > 1)
_LONGEST: Final = 4
"""Characters of the longest name of which one that was left out is looked for."""


def unslipped(candidates: pl.DataFrame) -> pl.Series:
    """Say of each candidate whether it is no other number of its customer, mistyped.

    Mistyped is a number that is one digit away from another (one wrong, lost or too many, two neighbours exchanged)
    which more channels tell, or as many in more records. The number of a subscription is nobody's slip, nor is one that
    a record gives beside the other.
    """
    told = candidates.group_by("customer", "value").agg(
        is_subscribed=pl.col("subscription_status").is_not_null().any(),
        feeds=pl.col("feed").n_unique(),
        records=pl.col("record").unique(),
    )
    weighed = ("is_subscribed", "feeds", pl.col("records").list.len())
    told = told.with_columns(standing=pl.struct(weighed).rank("dense"))
    pairs = (
        told.filter(~pl.col("is_subscribed"))
        .join(told, on="customer", suffix="_other")
        .filter(
            pl.col("standing") < pl.col("standing_other"),
            pl.col("records").list.set_intersection("records_other").list.len() == 0,
        )
    )
    is_near = slips(texts(pairs["value"]), texts(pairs["value_other"])) == 1
    mistyped = pairs.filter(is_near).select("customer", "value").unique().with_columns(is_mistyped=True)
    joined = candidates.join(mistyped, on=["customer", "value"], how="left", maintain_order="left")
    return joined["is_mistyped"].is_null().alias("unslipped")


def echoes(candidates: pl.DataFrame) -> pl.Series:
    """Count for each candidate, a person's name in Chinese, the channels that tell it in part.

    In part a name is told by its surname alone, by its sound in letters, with a character left out; that it begins
    with a surname that people have counts as much as a channel. Names of customers who are told one Chinese name only
    are not looked at.
    """
    rows = candidates.select("customer", "value", "feed", "surname", "name_pinyin").with_row_index("row")
    disputed = rows.filter(_FULL).filter(pl.col("value").n_unique().over("customer") > 1)
    syllables = pl.col("name_pinyin").str.split(" ")
    characters = pl.col("value").str.split("")
    left_out = [
        pl.when(pl.col("value").str.len_chars().is_between(at + 1, _LONGEST)).then(
            pl.concat_list(characters.list.head(at), characters.list.slice(at + 1)).list.join("")
        )
        for at in range(_LONGEST)
    ]
    parts = pl.concat_list(
        pl.col("surname"),
        syllables.list.join(""),
        pl.concat_list(syllables.list.slice(1), syllables.list.head(1)).list.join(""),
        *left_out,
    )
    named = disputed.unique(["customer", "value"]).select(
        "customer", "value", part=parts.list.drop_nulls().list.unique(), is_known=pl.col("surname").is_in(_SURNAMES)
    )
    told = rows.select("customer", "feed", part=pl.col("value").str.replace_all(r"[ '\-]", ""))
    channels = (
        named.explode("part", empty_as_null=True)
        .join(told, on=["customer", "part"])
        .group_by("customer", "value")
        .agg(channels=pl.col("feed").n_unique())
    )
    counted = named.join(channels, on=["customer", "value"], how="left").select(
        "customer",
        "value",
        echoes=pl.col("channels").fill_null(0) + pl.col("is_known").fill_null(value=False).cast(pl.UInt32),
    )
    return rows.join(counted, on=["customer", "value"], how="left", maintain_order="left")["echoes"].fill_null(0)
