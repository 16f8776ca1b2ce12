"""Which given names are forms of one another: short forms, spellings and foreign forms, from `data/nicknames.csv`."""

from functools import cache
from typing import Final

import polars as pl

from matching.fields.latin import DATA

ENDING: Final = r"^(\w{3,})(?:y|ie|ey|i)$"
"""Short forms that are spelt with any of these endings: Peggy, Peggie."""


@cache
def forms() -> pl.DataFrame:
    """Give each form of a name (`form`) with the names it may stand for (`name`), every name for itself too."""
    table = pl.read_csv(DATA / "nicknames.csv")
    variants = table.select("name", form=pl.col("variants").str.split(" ")).explode("form", empty_as_null=True)
    itself = table.select("name", form="name")
    stems = variants.with_columns(pl.col("form").str.extract(ENDING)).drop_nulls()
    endings = [stems.with_columns(pl.col("form") + ending) for ending in ("y", "ie", "ey", "i")]
    return pl.concat([variants, itself, *endings]).unique().sort("form", "name")


@cache
def related_names() -> pl.DataFrame:
    """Give all pairs of different words (`a`, `b`, both directions) that can be the given name of one person.

    Two full names (Mary, Anna) are related only directly, never through a third of which both are forms (Marianne).
    """
    stands_for = forms().with_columns(is_name=pl.col("form").is_in(forms()["name"].implode()))
    return (
        stands_for.rename({"form": "a"})
        .join(stands_for.rename({"form": "b"}), on="name", suffix="_b")
        .filter(pl.col("a") != pl.col("b"))
        .filter(
            ~(pl.col("is_name") & pl.col("is_name_b"))
            | (pl.col("a") == pl.col("name"))
            | (pl.col("b") == pl.col("name"))
        )
        .select("a", "b")
        .unique()
        .sort("a", "b")
    )


@cache
def _names_by_form() -> pl.DataFrame:
    return forms().group_by("form", maintain_order=True).agg("name")


def full_forms(words: pl.Series) -> pl.Series:
    """Give for each word the list of names it may stand for; the word itself where the table does not know it."""
    known = words.to_frame("form").join(_names_by_form(), on="form", how="left", maintain_order="left")
    alone = pl.when(pl.col("form").is_not_null()).then(pl.concat_list("form"))
    return known.select(pl.coalesce("name", alone).alias(words.name))[words.name]
