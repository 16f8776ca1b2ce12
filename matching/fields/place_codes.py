"""Where a number comes from: the place of a document's first six digits, and of a telephone's area code."""

from functools import cache

import polars as pl

from matching.fields.divisions import cities, divisions, provinces
from matching.tables import table


@cache
def issued_places() -> dict[str, str]:
    """Give the place of today, from province to district, for the six digits that a document begins with."""
    city = pl.when(pl.col("now_city") != pl.col("now_province")).then("now_city")
    place = pl.concat_str("now_province", city, "now_district", ignore_nulls=True)
    return dict(divisions().sort("to", maintain_order=True).select("issued", place).iter_rows())


@cache
def area_places() -> dict[str, str]:
    """Give the city, with its province, for the area codes that one city has alone."""
    codes = table("area_codes").filter(pl.len().over("area_code") == 1)
    city = pl.col("city").replace_strict(cities(), default=None)
    province = pl.col("province").replace_strict(provinces(), default=None)
    place = pl.when(city == province).then(city).otherwise(province + city)
    return dict(codes.select("area_code", place).drop_nulls().iter_rows())
