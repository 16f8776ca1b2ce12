"""What invented people and firms are called: composed from frequency tables, never taken from a list of people."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.demo.drawing import Flags, Numbers, pick, ranked

ONE_CHARACTER: Final = 0.14
"""Share of people whose given name has one character."""
WITH_DOT: Final = 0.002
"""Share of people whose name has a dot in it and no surname."""
COHORTS: Final = ((1970, "until_1969"), (1995, "until_1994"), (2100, "since_1995"))
"""Given names change with the times: born before the year → table."""


@dataclass(frozen=True)
class Trade:
    """What a firm does: words of its name, and where Best Tone lists it."""

    word: str
    category: str


TRADES: Final = (
    Trade("科技", "购物"),
    Trade("信息技术", "教育"),
    Trade("网络科技", "购物"),
    Trade("贸易", "购物"),
    Trade("商贸", "购物"),
    Trade("机械", "汽车"),
    Trade("汽车服务", "汽车"),
    Trade("汽配", "汽车"),
    Trade("建材", "家政"),
    Trade("装饰", "家政"),
    Trade("家政服务", "家政"),
    Trade("物业管理", "家政"),
    Trade("餐饮", "餐饮"),
    Trade("食品", "餐饮"),
    Trade("餐饮管理", "餐饮"),
    Trade("服饰", "购物"),
    Trade("电子", "购物"),
    Trade("物流", "汽车"),
    Trade("文化传媒", "教育"),
    Trade("教育咨询", "教育"),
    Trade("医疗器械", "医疗"),
    Trade("口腔门诊", "医疗"),
    Trade("大药房", "医疗"),
)
LEGAL_FORMS: Final = ("有限公司", "有限责任公司", "股份有限公司", "经营部", "商行")
LEGAL_FORM_SHARES: Final = (0.70, 0.14, 0.05, 0.06, 0.05)


@cache
def tables() -> dict[str, Any]:
    """Give the frequency tables of `names.toml`."""
    tables: dict[str, Any] = tomllib.loads(files("pipelines.demo").joinpath("names.toml").read_text("utf-8"))
    return tables


@cache
def surname_shares() -> dict[str, float]:
    """Give each surname's share per 1,000 people."""
    words = tables()["surnames"]["shares"].split()
    return dict(zip(words[::2], map(float, words[1::2]), strict=True))


@cache
def given_characters() -> str:
    """Give every character that given names are made of, once, in the order of the tables."""
    given = tables()["given"]
    return "".join(dict.fromkeys("".join(pool for sex in given.values() for pool in sex.values())))


def surnames(rng: np.random.Generator, size: int) -> pl.Series:
    """Draw surnames as common as they are in the country."""
    return pick(rng, list(surname_shares()), size, list(surname_shares().values()))


def characters(rng: np.random.Generator, male: Flags, born: Numbers) -> pl.Series:
    """Draw one given-name character for each person, by sex and year of birth."""
    drawn = np.empty(len(male), dtype="U1")
    earliest = 0
    for before, cohort in COHORTS:
        for sex, of_sex in (("male", male), ("female", ~male)):
            rows = np.flatnonzero(of_sex & (born >= earliest) & (born < before))
            pool = list(tables()["given"][sex][cohort])
            drawn[rows] = pick(rng, pool, len(rows), ranked(len(pool))).to_numpy()
        earliest = before
    return pl.Series(drawn.tolist(), dtype=pl.String)


def given_names(rng: np.random.Generator, male: Flags, born: Numbers, shared: NDArray[np.int64]) -> pl.DataFrame:
    """Give the first and second character of each given name; the second is empty for names of one character.

    Rows with the same non-negative number in `shared` are siblings whose parents gave them one character in common.
    """
    first, second = characters(rng, male, born), characters(rng, male, born)
    single = rng.random(len(male)) < ONE_CHARACTER
    frame = pl.DataFrame({"first": first, "second": second, "shared": shared, "single": single})
    together = pl.col("shared") >= 0
    doubled = pl.col("first") == pl.col("second")
    return frame.select(
        first=pl.when(together).then(pl.col("first").first().over("shared")).otherwise("first"),
        second=pl.when((pl.col("single") | doubled) & ~together).then(pl.lit("")).otherwise("second"),
    )


def names_with_dot(rng: np.random.Generator, size: int) -> pl.Series:
    """Draw names of two spoken parts joined by a dot."""
    parts = tables()["distant"]
    return pick(rng, parts["first"], size) + "·" + pick(rng, parts["second"], size)


@cache
def readings() -> dict[str, str]:
    """Give the toneless reading of every character names are made of."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 (half a second of import, needed only here)

    spoken = "".join(part for parts in tables()["distant"].values() for part in parts)
    known = "".join(surname_shares()) + given_characters() + spoken
    return {character: lazy_pinyin(character, style=Style.NORMAL)[0] for character in dict.fromkeys(known)}


def spelled(texts: pl.Series, *, surname: bool = False) -> pl.Series:
    """Give each text in pinyin, joined in lower case; characters nobody is named with vanish."""
    own = tables()["readings"] if surname else {}
    spellings = {
        text: own.get(text) or "".join(readings().get(character, "") for character in text)
        for text in texts.unique(maintain_order=True).to_list()
    }
    return texts.replace_strict(spellings, return_dtype=pl.String)


def firm_names(rng: np.random.Generator, homes: pl.DataFrame) -> pl.DataFrame:
    """Give each firm the parts of its name (`place`, `brand`, `trade`, `form`) and its business `category`.

    The place is the city's, sometimes the province's, with or without its 市 or 省, and sometimes missing.
    """
    size = homes.height
    pool = list(given_characters())
    trade = rng.integers(0, len(TRADES), size).tolist()
    drawn = homes.select("city", "province").with_columns(
        pl.Series("of_city", rng.random(size) < 0.7), pl.Series("style", rng.random(size))
    )
    place = pl.when("of_city").then("city").otherwise("province")
    bare = place.str.replace(r"(市|省|.{2,5}自治州)$", "")
    return drawn.select(
        pl.when(pl.col("style") < 0.55)
        .then(place)
        .when(pl.col("style") < 0.92)
        .then(bare)
        .otherwise(pl.lit(""))
        .alias("place"),
        pick(rng, pool, size, ranked(len(pool), 60.0)).alias("brand") + pick(rng, pool, size, ranked(len(pool), 60.0)),
        pl.Series("trade", [TRADES[at].word for at in trade], dtype=pl.String),
        pick(rng, LEGAL_FORMS, size, LEGAL_FORM_SHARES).alias("form"),
        pl.Series("category", [TRADES[at].category for at in trade], dtype=pl.String),
    )
