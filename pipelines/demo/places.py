"""Where invented people live: real provinces, cities and counties; invented towns, roads, estates and villages."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import polars as pl

from pipelines.demo.drawing import pick
from pipelines.demo.names import surnames, tables

DEFAULT_PROVINCE: Final = "江苏省"
EIGHT_DIGITS: Final = ("江苏省", "浙江省", "上海市", "重庆市")
"""Provinces where every fixed line has eight digits; elsewhere only the largest cities have."""
LARGE_DIAL_CODES: Final = ("020", "025", "027", "028", "029", "0755", "0757", "0754")
IN_VILLAGE: Final = 0.27


@dataclass(frozen=True)
class Part:
    """One piece of an address as it is drawn, with the highest number it can have."""

    column: str
    most: int


NUMBERS: Final = (Part("road_no", 899), Part("building", 40), Part("unit", 4), Part("floor", 29), Part("door", 4))


@cache
def divisions() -> pl.DataFrame:
    """Give counties with their city, province and dial code.

    A few provinces of China's published list of divisions (GB/T 2260); the dial codes are those of their cities.
    """
    path = files("pipelines.demo").joinpath("divisions.tsv")
    return pl.read_csv(path.read_bytes(), separator="\t", infer_schema=False)


def provinces() -> list[str]:
    """Name the provinces that extracts can be made for."""
    return divisions()["province"].unique(maintain_order=True).to_list()


def addresses(rng: np.random.Generator, size: int, province: str) -> pl.DataFrame:
    """Give `size` homes of one province, a column for every part of an address.

    Big counties and city districts are drawn more often than small ones, as in life.
    """
    words = {kind: text.split() for kind, text in tables()["places"].items()}
    counties = divisions().filter(pl.col("province") == province)
    weight = 0.4 + rng.random(counties.height) * np.where(counties["county"].str.ends_with("区"), 2.0, 1.0)
    at = pick(rng, pl.Series(range(counties.height)), size, weight.tolist()).to_numpy()
    village = (rng.random(size) < IN_VILLAGE) & ~counties["province"].is_in(["上海市"]).to_numpy()[at]
    return counties[at].with_columns(
        pick(rng, words["towns"], size).alias("town") + pick(rng, words["town_ends"], size),
        (pick(rng, words["roads"], size) + pick(rng, words["road_ends"], size)).alias("road"),
        (pick(rng, words["estates"], size) + pick(rng, words["estate_ends"], size)).alias("estate"),
        (surnames(rng, size) + pick(rng, words["village_ends"], size)).alias("village"),
        pl.Series("in_village", village),
        *(pl.Series(part.column, rng.integers(1, part.most + 1, size)) for part in NUMBERS),
    )


def has_eight_digits(places: pl.DataFrame) -> pl.Series:
    """Say of each address whether the fixed lines of its city have eight digits rather than seven."""
    return places["province"].is_in(EIGHT_DIGITS) | places["dial_code"].is_in(LARGE_DIAL_CODES)


def written(rng: np.random.Generator, homes: pl.DataFrame) -> pl.Series:
    """Write each address down the way somebody might: levels left out, a town put in, doors in five styles."""
    size = homes.height
    how = {name: pl.Series(name, rng.random(size)) for name in ("top", "with_town", "with_road", "door_style")}
    frame = homes.with_columns(how.values())
    city = pl.when(pl.col("city") == pl.col("province")).then(pl.lit("")).otherwise("city")
    province_bare = pl.col("province").str.replace(r"[省市]$", "")
    top = (
        pl.when(pl.col("top") < 0.30)
        .then(pl.concat_str("province", city, "county"))
        .when(pl.col("top") < 0.33)
        .then(pl.concat_str(province_bare, city, "county"))
        .when(pl.col("top") < 0.46)
        .then(pl.concat_str("city", "county"))
        .when(pl.col("top") < 0.57)
        .then(pl.concat_str(pl.col("city").str.replace("市$", ""), "county"))
        .otherwise("county")
    )
    town = pl.when(pl.col("in_village") | (pl.col("with_town") < 0.25)).then("town").otherwise(pl.lit(""))
    road = pl.when(pl.col("with_road") < 0.7).then(pl.format("{}{}号", "road", "road_no")).otherwise(pl.lit(""))
    room = pl.format("{}{}", "floor", pl.col("door").cast(pl.String).str.zfill(2))
    style = (pl.col("door_style") * 5).floor()
    door = (
        pl.when(style == 0)
        .then(pl.format("{}幢{}单元{}室", "building", "unit", room))
        .when(style == 1)
        .then(pl.format("{}栋{}单元{}", "building", "unit", room))
        .when(style == 2)
        .then(pl.format("{}-{}-{}", "building", "unit", room))
        .when(style == 3)
        .then(pl.format("{}号楼{}室", "building", room))
        .otherwise(pl.format("{}座{}", "building", room))
    )
    rest = (
        pl.when("in_village")
        .then(pl.format("{}{}号", "village", "road_no"))
        .otherwise(pl.concat_str(road, "estate", door))
    )
    return frame.select(pl.concat_str(top, town, rest)).to_series()
