"""A postcode: the area it begins with and the rest, in any country's form."""

import polars as pl

from matching.fields.base import VALUE, Field, Level
from matching.fields.latin import equal, first_level, folded, named, slips, texts
from matching.words import Kind

LEVELS = (
    Level("same", "the same postcode", "邮编相同", 0.8, 0.005),
    Level("slip", "one character apart or swapped", "邮编差一位", 0.08, 0.01),
    Level("area", "the same area of delivery", "邮编前段相同", 0.04, 0.015),
    Level("region", "the same region", "邮编地区相同", 0.02, 0.06),
    Level("different", "different postcodes", "邮编不同", 0.06, 0.91),
)
SAME, SLIP, AREA, REGION, DIFFERENT = range(len(LEVELS))

INWARD = r"\d[a-z]{2}$"
"""How British postcodes end: what stands before it is the area."""


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give letters and digits without blanks (five digits of a nine-digit ZIP code), with `area` and `region`."""
    text = folded(named(raw)).str.replace(r"\.0$| 0$", "").str.replace_all(" ", "")
    text = text.str.replace(r"^(\d{5})\d{4}$", "$1").str.replace(r"^0+$", "")
    value = pl.col(VALUE).replace("", None)
    british = pl.col(VALUE).str.contains(rf"^[a-z]{{1,2}}\d[a-z\d]?{INWARD}")
    canadian = pl.col(VALUE).str.contains(r"^[a-z]\d[a-z]\d[a-z]\d$")
    length = pl.col(VALUE).str.len_chars().cast(pl.Int64)
    return (
        text.to_frame()
        .with_columns(value.alias(VALUE))
        .with_columns(
            area=pl.when(british)
            .then(pl.col(VALUE).str.replace(INWARD, ""))
            .when(canadian)
            .then(pl.col(VALUE).str.slice(0, 3))
            .when(length >= 4)
            .then(pl.col(VALUE).str.head(length - pl.when(length > 4).then(2).otherwise(1))),
            region=pl.when(british)
            .then(pl.col(VALUE).str.extract(r"^([a-z]+)"))
            .when(canadian)
            .then(pl.col(VALUE).str.slice(0, 1))
            .when(length >= 4)
            .then(pl.col(VALUE).str.slice(0, 2)),
        )
    )


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of unequal postcodes."""
    apart = slips(texts(left[VALUE]), texts(right[VALUE]))
    begins = (
        pl.DataFrame({"l": left[VALUE], "r": right[VALUE]})
        .select(
            (pl.col("l").str.starts_with(pl.col("r")) | pl.col("r").str.starts_with(pl.col("l")))
            & (pl.min_horizontal(pl.col("l", "r").str.len_chars()) >= 3)
        )
        .to_series()
        .fill_null(False)
        .to_numpy()
    )
    return first_level(
        left.height,
        (
            (SLIP, apart == 1),
            (AREA, equal(left, right, "area") | begins),
            (REGION, equal(left, right, "region")),
        ),
        DIFFERENT,
    )


FIELD = Field(
    kind=Kind.POSTCODE,
    levels=LEVELS,
    clean=clean,
    compare=compare,
    keys={"area": lambda cleaned: cleaned["area"]},
)
