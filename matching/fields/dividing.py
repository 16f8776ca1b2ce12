"""Provinces, cities and districts taken off the front of Chinese addresses."""

from typing import Final

import polars as pl

from matching.fields.beginnings import behind, longest_beginning
from matching.fields.divisions import (
    before_districts,
    both_in_one,
    districts,
    in_short,
    named_as_provinces,
    once_districts,
    provinces,
    short_districts,
    unmistakable,
)

NOT_BEHIND_PROVINCE: Final = "^(?:[路街道大东西南北中江]|[一-鿿]{1,6}?(?:大学|学院))"
"""What follows a province's short name where it is the name of something else: 上海路, 浙江大厦, 云南民族大学."""

NOT_BEHIND_CITY: Final = "^(?:[路街道巷弄里湾桥]|[东西南北中][路街道]|大[道街厦])"
"""What follows a city's short name where it is a road's: 广东中山路, 江苏南京东路."""


def divided(addresses: pl.Series) -> pl.DataFrame:
    """Take the divisions off the front of addresses: columns `province`, `city`, `district` as said, and `rest`.

    Province and city are their full names of today. A city without `市` counts only before a district: 南京西路 is in
    Shanghai. A division that is written twice is taken off twice.
    """
    once = _divided_once(addresses)
    rows = _repeats(addresses, once["rest"]).fill_null(False).arg_true()
    if rows.is_empty():
        return once
    twice = _divided_once(once["rest"].gather(rows))
    said = once[rows]
    merged = twice.with_columns(
        pl.coalesce(twice[name], said[name]).alias(name) for name in ("province", "city", "district")
    )
    return once.with_columns(column.scatter(rows, merged[column.name]) for column in once.get_columns())


def _repeats(whole: pl.Series, rest: pl.Series) -> pl.Series:
    """Tell where what is left begins as the whole did."""
    rows = pl.DataFrame({"whole": whole, "rest": rest})
    again = pl.col("rest").str.head(3) == pl.col("whole").str.head(3)
    return rows.select(again=again & (pl.col("rest") != pl.col("whole")))["again"]


def _divided_once(addresses: pl.Series) -> pl.DataFrame:
    """Take one province, city and district off the front of addresses."""
    frame = addresses.alias("text").to_frame()
    frame = frame.with_columns(text=pl.col("text").str.replace("^中国", "")).with_columns(
        province=longest_beginning("text", tuple(provinces())),
    )
    is_province = longest_beginning("text", named_as_provinces()).is_null()
    frame = frame.with_columns(province=pl.when(is_province).then("province"))
    frame = _with_both(frame.with_columns(text=behind("text", "province"), whole="text"))
    frame = frame.with_columns(
        any_city=longest_beginning("text", tuple(before_districts())),
        city=longest_beginning("text", unmistakable()),
        district=longest_beginning("text", districts()),
    ).with_columns(behind_city=behind("text", "any_city"))
    frame = frame.with_columns(district_of=longest_beginning("behind_city", districts()))
    frame = _with_shorter_names(frame)
    within = pl.col("district_of").is_not_null() & pl.col("any_city").is_not_null()
    alone = pl.col("district").is_not_null()
    city = pl.when(within).then("any_city").when(~alone).then("city")
    frame = frame.with_columns(
        district=pl.when(within).then("district_of").otherwise("district"),
        rest=pl.when(within)
        .then(behind("behind_city", "written_of"))
        .when(alone)
        .then(behind("text", "written"))
        .otherwise(behind("text", "city")),
        city=city.replace_strict(before_districts(), default=None),
        full=pl.col("province").replace_strict(provinces(), default=None),
    )
    frame = _with_city_in_short(frame)
    other = (pl.col("full") != pl.col("province")) & pl.col("text").str.contains(NOT_BEHIND_PROVINCE)
    other &= pl.coalesce("city", "district").is_null()
    return frame.select(
        province=pl.when(~other).then("full"),
        city="city",
        district="district",
        rest=pl.when(other).then(pl.col("province") + pl.col("rest")).otherwise("rest"),
    )


def _with_both(frame: pl.DataFrame) -> pl.DataFrame:
    """Give city and district in full where they have the 市 between them in common: 济南市中区 is 济南市市中区."""
    known = both_in_one()
    rows = frame.select(found=pl.col("text").str.contains(r"^\p{Han}{2,3}市[中北南]区"))["found"].arg_true()
    if rows.is_empty():
        return frame
    some = frame[rows].with_columns(both=longest_beginning("text", tuple(known)))
    full = pl.col("both").replace_strict(known, default=None, return_dtype=pl.String)
    some = some.select(text=pl.coalesce(full + behind("text", "both"), "text"))
    return frame.with_columns(frame["text"].scatter(rows, some["text"]))


def _with_city_in_short(frame: pl.DataFrame) -> pl.DataFrame:
    """Add cities without 市 behind their province, where nothing else is told: 浙江杭州文三路1号."""
    bare = pl.col("full").is_not_null() & pl.coalesce("city", "district").is_null()
    rows = frame.select(found=bare)["found"].arg_true()
    if rows.is_empty():
        return frame
    known = in_short()
    some = frame[rows].with_columns(named=longest_beginning("text", tuple(known)))
    named = pl.col("named")
    its = {
        part: named.replace_strict(
            {name: place[at] for name, place in known.items()}, default=None, return_dtype=pl.String
        )
        for at, part in enumerate(("province", "city", "district"))
    }
    some = some.with_columns(further=behind("text", "named"))
    is_place = (
        named.is_not_null() & (its["province"] == pl.col("full")) & ~pl.col("further").str.contains(NOT_BEHIND_CITY)
    )
    some = some.select(
        pl.when(is_place).then(its["city"]).alias("city"),
        pl.when(is_place).then(its["district"]).alias("district"),
        pl.when(is_place).then("further").otherwise("rest").alias("rest"),
    )
    return frame.with_columns(frame[name].scatter(rows, some[name]) for name in some.columns)


IN_SHORT: Final = "镇|乡|苏木|街道|市"
"""What addresses hold that may begin with a district in short."""
BEFORE_TOWN: Final = r"^\p{Han}{2,7}?(?:镇|乡|苏木|街道)"
"""What follows a district's short name: a town with a name of its own."""


def _with_shorter_names(frame: pl.DataFrame) -> pl.DataFrame:
    """Add `written` and `written_of`, how `district` and `district_of` are written, and districts in short.

    开鲁 is one before a town of its own name (开鲁大榆树镇), and a city is one behind the prefecture that it became
    (哈密地区哈密市).
    """
    frame = frame.with_columns(written="district", written_of="district_of")
    bare = pl.col("district").is_null() & pl.col("district_of").is_null()
    rows = frame.select(found=bare & pl.col("text").str.contains(IN_SHORT))["found"].fill_null(False).arg_true()
    if rows.is_empty():
        return frame
    short = short_districts()
    some = frame[rows].with_columns(
        written=longest_beginning("text", tuple(short)),
        written_of=longest_beginning("behind_city", tuple(short)),
        once=longest_beginning("behind_city", once_districts()),
    )
    some = some.with_columns(further=behind("behind_city", "once"))
    no_other = longest_beginning("further", districts()).is_null()
    some = some.with_columns(once=pl.when(no_other).then("once"))
    for name, text in (("written", "text"), ("written_of", "behind_city")):
        before_town = behind(text, name).str.contains(BEFORE_TOWN)
        some = some.with_columns(pl.when(before_town).then(name).alias(name))
    some = some.with_columns(
        district=pl.col("written").replace_strict(short, default=None, return_dtype=pl.String),
        district_of=pl.coalesce(
            "once", pl.col("written_of").replace_strict(short, default=None, return_dtype=pl.String)
        ),
        written_of=pl.coalesce("once", "written_of"),
    )
    names = ("district", "district_of", "written", "written_of")
    return frame.with_columns(frame[name].scatter(rows, some[name]) for name in names)
