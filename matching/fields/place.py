"""A place: a town, county, state or country in a column of its own; codes and full names, parts, slips of the pen."""

from functools import cache

import polars as pl

from matching.fields.base import VALUE, Field, Level
from matching.fields.closeness import closeness, within
from matching.fields.divisions import cities, divisions, provinces
from matching.fields.latin import (
    DATA,
    equal,
    first_level,
    folded,
    named,
    one_letter_left_out,
    sound,
    told,
)
from matching.fields.street_words import abbreviated
from matching.fields.writing import HAN, simplified
from matching.words import Kind

LEVELS = (
    Level("same", "the same place", "地点相同", 0.75, 0.01),
    Level("variant", "the place written another way", "同一地点的不同写法", 0.03, 0.001),
    Level("slip", "places one or two letters apart", "地名差一两个字母", 0.08, 0.002),
    Level("part", "one names the other and more", "一方包含另一方", 0.03, 0.005),
    Level("similar", "places that look alike", "地名相近", 0.04, 0.02),
    Level("different", "different places", "地点不同", 0.07, 0.962),
)
SAME, VARIANT, SLIP, PART, SIMILAR, DIFFERENT = range(len(LEVELS))


@cache
def codes() -> pl.DataFrame:
    """Give the codes of states, provinces and countries with their names."""
    return pl.read_csv(DATA / "places.csv")


def spelt_out(text: pl.Series) -> pl.Series:
    """Give folded places with codes replaced by names, in the reading of the country whose codes the column holds."""
    chosen = _codes_in_use(text)
    return text.replace(chosen["code"].to_list(), chosen["name"].to_list())


def encoded(text: pl.Series) -> pl.Series:
    """Give folded places with names replaced by codes where the column holds codes of that country."""
    chosen = _codes_in_use(text).filter(pl.col("country").is_not_null())
    return text.replace(chosen["name"].to_list(), chosen["code"].to_list())


def _codes_in_use(text: pl.Series) -> pl.DataFrame:
    """Give one name for each code: that of the country more of whose codes the column holds."""
    table = codes()
    counts = (
        table.filter(pl.col("country").is_not_null() & pl.col("code").is_in(text.implode()))
        .group_by("country")
        .agg(pl.len())
        .sort(["len", "country"], descending=[True, True])
    )
    order = [*counts["country"], None]
    ranked = table.filter(pl.col("country").is_in(order, nulls_equal=True)).with_columns(
        rank=pl.col("country").replace_strict(order, list(range(len(order))), return_dtype=pl.Int64)
    )
    return ranked.sort("rank", "code", "name").unique("code", keep="first", maintain_order=True)


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give the place in short forms, without what Chinese divisions end in, and its words in alphabetical order."""
    text = folded(named(raw))
    is_chinese = text.str.contains(HAN).fill_null(False).arg_true()
    text = text.scatter(is_chinese, _cities(text.gather(is_chinese)))
    text = spelt_out(told(text)).str.replace(
        r"^(\p{Han}{2,})(省|市|特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区)$", "$1"
    )
    return (
        text.to_frame()
        .with_columns(abbreviated(pl.col(VALUE)).alias(VALUE))
        .with_columns(
            words=pl.col(VALUE).str.split(" ").list.sort().list.join(" "), joined=pl.col(VALUE).str.replace_all(" ", "")
        )
    )


def _cities(text: pl.Series) -> pl.Series:
    """Give cities of China without the province before them, in simplified characters."""
    simple = text.to_frame("text").select(simplified(pl.col("text")))["text"]
    return simple.replace(_behind_provinces())


@cache
def _behind_provinces() -> dict[str, str]:
    """Give the cities of China behind every way to write their province."""
    known = divisions().select(pl.coalesce("now_city", "now_district"), "now_province").drop_nulls().unique()
    province_of = dict(known.iter_rows())
    return {
        f"{province}{city}": city
        for city, now in cities().items()
        for province, full in provinces().items()
        if province_of.get(now) == full and city not in provinces()
    }


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of unequal places."""
    name = closeness(left["joined"], right["joined"])
    pairs = pl.DataFrame({"l": left["joined"], "r": right["joined"]})
    inside = (
        pairs.select(
            pl.col("l").str.contains(pl.col("r"), literal=True) | pl.col("r").str.contains(pl.col("l"), literal=True)
        )
        .to_series()
        .fill_null(False)
        .to_numpy()
    ) & ((name.shorter >= 4) | (name.shorter * 2 >= name.longer))
    return first_level(
        left.height,
        (
            (VARIANT, equal(left, right, "joined") | equal(left, right, "words")),
            (PART, within(left["words"], right["words"])),
            (SLIP, name.is_slip(4)),
            (PART, inside),
            (SIMILAR, name.looks_alike(0.85, 3)),
        ),
        DIFFERENT,
    )


FIELD = Field(
    kind=Kind.PLACE,
    levels=LEVELS,
    clean=clean,
    compare=compare,
    keys={
        "sound": lambda cleaned: cleaned.select(sound(pl.col(VALUE)).str.slice(0, 5))[VALUE],
        "slip": lambda cleaned: one_letter_left_out(cleaned["joined"], 14),
    },
)
