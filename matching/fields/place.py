"""A place: a town, county, state or country in a column of its own; codes and full names, parts, slips of the pen."""

from functools import cache

import numpy as np
import polars as pl

from matching.fields.base import VALUE, Field, Level
from matching.fields.closeness import closeness, within
from matching.fields.dividing import divided
from matching.fields.divisions import above, before_districts, cities, divisions, places, provinces, short_name
from matching.fields.latin import (
    DATA,
    Mask,
    differ,
    equal,
    first_level,
    folded,
    named,
    one_letter_left_out,
    sound,
    told,
)
from matching.fields.meaning import MEANT, not_known
from matching.fields.pinyin import readings
from matching.fields.sparing import where_told
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
IN_SHORT = r"^(\p{Han}{2,4})$"
"""A city without what says that it is one."""
KIND = r"^(\p{Han}{2,})[省市区县州]$"
"""A Chinese place, the group, with what kind it is."""
DIVISIONS = ("province", "city", "district")
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
    chinese = text.gather(is_chinese)
    text = text.scatter(is_chinese, _cities(chinese))
    text = spelt_out(told(text)).str.replace(
        r"^(\p{Han}{2,})(省|市|特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区)$", "$1"
    )
    return (
        text.to_frame()
        .with_columns(abbreviated(pl.col(VALUE)).alias(VALUE))
        .with_columns(
            not_known(),
            words=pl.col(VALUE).str.split(" ").list.sort().list.join(" "),
            joined=pl.col(VALUE).str.replace_all(" ", ""),
        )
        .with_columns(read=_as_read(pl.col(VALUE)).fill_null(pl.col("joined")))
        .hstack(_divisions(chinese, is_chinese, text.len()))
    )


def _divisions(chinese: pl.Series, rows: pl.Series, size: int) -> pl.DataFrame:
    """Give province, city and district of places that are divisions of China throughout, null for all others."""
    short = chinese.str.extract(IN_SHORT).replace_strict(_in_short(), default=None, return_dtype=pl.String)
    said = divided(chinese).with_columns(pl.coalesce("city", short).alias("city"))
    whole = (said["rest"].fill_null("") == "") | short.is_not_null()
    today = said.select(pl.col(DIVISIONS).name.prefix("said_")).join(
        places(), on=[f"said_{name}" for name in DIVISIONS], how="left", nulls_equal=True, maintain_order="left"
    )
    none = pl.Series([None], dtype=pl.String).new_from_index(0, size)
    told = {name: pl.coalesce(name, f"said_{name}") for name in DIVISIONS}
    parts = today.select(pl.when(whole).then(part).alias(name) for name, part in told.items())
    return pl.DataFrame({name: none.clone().scatter(rows, parts[name]) for name in DIVISIONS})


@cache
def _in_short() -> dict[str, str]:
    """Give the cities of China by every way to write them that is no province's."""
    return {name: city for name, city in before_districts().items() if name not in provinces()}


def _lies_in(left: pl.DataFrame, right: pl.DataFrame) -> tuple[Mask, Mask]:
    """Tell which pairs are one division of China, written with more or less around it, and which lie in one another."""
    apart = np.logical_or.reduce([differ(left, right, name) for name in DIVISIONS])
    shared = np.logical_or.reduce([equal(left, right, name) for name in DIVISIONS])
    district = equal(left, right, "district")
    neither = (left["district"].is_null() & right["district"].is_null()).to_numpy()
    same = district | (equal(left, right, "city") & neither)
    inside = shared & ~same
    for one, other in ((left, right), (right, left)):
        may = one["district"].is_not_null() & one["city"].is_null() & other["district"].is_null()
        rows = (may & other["city"].is_not_null()).arg_true()
        pairs = zip(one["district"].gather(rows).to_list(), other["city"].gather(rows).to_list(), strict=True)
        inside[rows.to_numpy()] |= np.array(
            [short_name(city) in above().get(name, ()) for name, city in pairs], dtype=bool
        )
    return same & ~apart, inside & ~apart


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


def _as_read(place: pl.Expr) -> pl.Expr:
    """Give Chinese places as they are written in letters, without what kind of place each is: 苏州市, Suzhou."""
    return where_told(
        pl.when(place.str.contains(HAN)).then(place),
        lambda told: readings(told.str.replace(KIND, "$1")).str.replace_all(" ", ""),
    )


def _in_two_scripts(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where one place is written in Chinese, the other in letters as the first is read."""
    chinese = [frame[VALUE].str.contains(HAN).fill_null(False).to_numpy() for frame in (left, right)]
    found: Mask = equal(left, right, "read") & (chinese[0] != chinese[1])
    return found


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
    same, inside_it = _lies_in(left, right)
    return first_level(
        left.height,
        (
            (VARIANT, same | equal(left, right, MEANT)),
            (PART, inside_it),
            (VARIANT, equal(left, right, "joined") | equal(left, right, "words") | _in_two_scripts(left, right)),
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
