"""Where two Chinese names of firms or bodies mean the same: their places, trades, branches, short forms and slips."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

import numpy as np
import polars as pl
from rapidfuzz.distance import LCSseq, Postfix, Prefix

from matching.fields.base import VALUE
from matching.fields.bodies import LEVEL
from matching.fields.divisions import above, cities, districts, provinces, undivided_cities
from matching.fields.latin import Mask, differ, slips, texts
from matching.tables import table

SAME_TRADE: Final = (
    ("商贸", "贸易"),
    ("货运", "物流"),
    ("运输", "物流"),
    ("家居", "家具"),
    ("装潢", "装饰"),
    ("文化传播", "传媒"),
    ("文化传媒", "传媒"),
    ("通讯", "通信"),
    ("电气", "电器"),
    ("汽修", "汽车维修"),
    ("汽车修理", "汽车维修"),
    ("建筑材料", "建材"),
    ("药业", "医药"),
    ("服饰", "服装"),
)
"""Words for one trade, of which people write either, with the one that both are read as."""
KIND_OF_PLACE: Final = "[省市区县]"
"""What may be left out of a place's name."""
BODY: Final = "(?:局|学|学院|学校|小|中|医院|院|中心|所|园|支行|分行|办|处|委员会|协会|队|站)$"
"""How the name of a body ends that is no firm and no shop; it is shortened by leaving out characters here and there."""
SAID: Final = (("whole", "whole"), ("core", "whole"), ("whole", "core"))
"""What of two names is held against each other: either may leave out the wider places."""
LEFT_OUT: Final = 2
"""Places at which characters are left out of a body's name in short, at least: otherwise it is another's name."""
OFFICE: Final = "局"
"""How the names of authorities end, in which one word is left out (交通局, 交通运输局): schools have others then."""
SHORTEST_WHOLE: Final = 4
"""Characters that a name with its place has at least of which the other is told to be a longer form."""
WORD_FOR_SHOP: Final = "[路街]?[分门]?店$|[路街]$|(?:管理处|项目部|服务中心|服务处|项目处)$"
"""What a shop's place may be followed by: 中山, 中山路店 and 中山分店 are one."""
SHARED_END: Final = 4
"""Characters at the end of two branches' names that tell the same branch, the places before them apart."""


def either(names: list[str]) -> str:
    """Give the pattern of one of these names, longest first."""
    return "|".join(sorted(set(names), key=lambda name: (-len(name), name)))


@cache
def places() -> str:
    """Give the pattern of one place before a brand; short names of counties would too often be brands."""
    return either(
        [
            *provinces(),
            *cities(),
            *districts(),
            *undivided_cities(),
            *(f"{name}市" for name in cities() if not name.endswith("市")),
        ]
    )


def equal_with_branch(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where brand, trade and branch are the same, wherever the legal form stands between them."""
    rows = pl.DataFrame(
        {f"{part}_{side}": frame[part] for side, frame in (("l", left), ("r", right)) for part in ("core", "branch")}
    )
    whole = [
        (pl.col(f"core_{side}") + pl.col(f"branch_{side}").fill_null("")).str.replace_all(KIND_OF_PLACE, "")
        for side in "lr"
    ]
    one_is = pl.col("branch_l").is_null() != pl.col("branch_r").is_null()
    return rows.select(same=((whole[0] == whole[1]) & one_is).fill_null(False))["same"].to_numpy()


def equal_but_for_the_place(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where the names are the same with their places, or the one leaves out the wider ones of the other's."""
    rows = pl.DataFrame({"l": left["whole"], "r": right["whole"], "place_l": left["place"], "place_r": right["place"]})
    rows = rows.with_columns(pl.col("place_l", "place_r").str.replace_all(KIND_OF_PLACE, "").fill_null(""))
    size = {side: pl.col(side).str.len_chars().cast(pl.Int32) for side in ("l", "r", "place_l", "place_r")}
    found = pl.col("l") == pl.col("r")
    for long, short in (("l", "r"), ("r", "l")):
        left_out = size[long] - size[short]
        found |= pl.col(long).str.ends_with(pl.col(short)) & (left_out <= size[f"place_{long}"])
    enough = pl.min_horizontal(size["l"], size["r"]) >= SHORTEST_WHOLE
    return rows.select(found=(found & enough).fill_null(False))["found"].to_numpy()


def equal_but_for_number(left: pl.DataFrame, right: pl.DataFrame, wanted: Mask) -> Mask:
    """Tell which wanted pairs, that have two numbers, have all else in common."""
    found = np.zeros(left.height, dtype=bool)
    rows = np.flatnonzero(wanted)
    one, other = (unnumbered(frame["core"].gather(rows), frame["number"].gather(rows)) for frame in (left, right))
    found[rows] = [bare == theirs for bare, theirs in zip(one, other, strict=True)]
    return found


def unnumbered(core: Iterable[str], number: Iterable[str]) -> list[str]:
    """Give cores without their numbers."""
    return [name.replace(told, "", 1) for name, told in zip(core, number, strict=True)]


def are_short_for(left: pl.DataFrame, right: pl.DataFrame, wanted: Mask) -> Mask:
    """Tell which wanted pairs are names of bodies of which the one is short for the other: 市监局, 市场监督管理局."""
    found = np.zeros(left.height, dtype=bool)
    bodies = [frame["whole"].str.contains(BODY).fill_null(False).to_numpy() for frame in (left, right)]
    rows = np.flatnonzero(wanted & bodies[0] & bodies[1])
    for part, theirs in SAID:
        one, other = texts(left[part].gather(rows)), texts(right[theirs].gather(rows))
        found[rows] |= np.array([is_short_for(*both) for both in zip(one, other, strict=True)], dtype=bool)
    one, other = texts(left["core"].gather(rows)), texts(right["core"].gather(rows))
    found[rows] |= np.array([is_one_office(*both) for both in zip(one, other, strict=True)], dtype=bool)
    return found


def is_one_office(one: str, other: str) -> bool:
    """Tell whether two names of authorities, without their places, are one with a word left out at one place."""
    short, long = sorted((one, other), key=len)
    if not (short.endswith(OFFICE) and long.endswith(OFFICE)) or len(short) == len(long) or len(short) <= LEFT_OUT:
        return False
    begin = Prefix.similarity(short, long)
    return begin > 0 and begin + Postfix.similarity(short[begin:], long[begin:]) == len(short)


def is_short_for(one: str, other: str) -> bool:
    """Tell whether of two names of bodies one is the other without characters here and there, in either order."""
    short, long = sorted((one, other), key=len)
    if len(short) < SHORTEST_WHOLE or len(short) == len(long):
        return False
    gaps, at = 0, 0
    for character in short:
        found = long.find(character, at)
        if found < 0:
            return False
        gaps, at = gaps + (found > at), found + 1
    return gaps + (at < len(long)) >= LEFT_OUT


def trades_differ(left: pl.DataFrame, right: pl.DataFrame, wanted: Mask) -> Mask:
    """Tell which wanted pairs name two trades: 物业 and 物业管理 are one, and so are 文化传播 and 文化传媒."""
    found = differ(left, right, "trade") & wanted
    rows = np.flatnonzero(found)
    one, other = texts(left["trade"].gather(rows)), texts(right["trade"].gather(rows))
    found[rows] = [not is_one_trade(*both) for both in zip(one, other, strict=True)]
    return found


@cache
def shop_trades() -> dict[str, str]:
    """Give what shops sell by what they are called: 饭店 and 餐馆 are one trade, 水果店 is another."""
    return dict(table("shop_words").select("word", "trade").iter_rows())


@cache
def is_one_trade(one: str, other: str) -> bool:
    """Tell whether two words mean one trade: the same, one in short, or alike in most characters, in order."""
    sold = shop_trades()
    if one in sold and other in sold:
        return sold[one] == sold[other]
    for word, meaning in SAME_TRADE:
        one, other = one.replace(word, meaning), other.replace(word, meaning)
    common = LCSseq.similarity(one, other)
    return common == min(len(one), len(other)) or 2 * common > max(len(one), len(other))


def places_differ(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where both name a place and neither can lie in the other."""
    one, other = left["place"], right["place"]
    found = ((one != other) & one.is_not_null() & other.is_not_null()).fill_null(False).to_numpy()
    rows = np.flatnonzero(found)
    pairs = zip(one.gather(rows).to_list(), other.gather(rows).to_list(), strict=True)
    found[rows] = [not may_be_one_place(*both) for both in pairs]
    return found


def levels_differ(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where two bodies, of which each level has one, are of two levels: a city's court and its district's."""
    one, other = left["place"], right["place"]
    told = one.is_not_null() & other.is_not_null() & (one != other) & left["core"].str.contains(LEVEL)
    found = told.fill_null(False).to_numpy().copy()
    rows = np.flatnonzero(found)
    pairs = zip(one.gather(rows).to_list(), other.gather(rows).to_list(), strict=True)
    found[rows] = [are_two_levels(*both) for both in pairs]
    return found


@cache
def are_two_levels(one: str, other: str) -> bool:
    """Tell whether the narrowest places are two, as of a city and of its district."""
    return _narrowest(one)[0] != _narrowest(other)[0]


@cache
def may_be_one_place(one: str, other: str) -> bool:
    """Tell whether one place holds the other, or may: 鼓楼区 is in 南京, and in other cities too."""
    left, right = (re.sub(KIND_OF_PLACE, "", place) for place in (one, other))
    if left in right or right in left:
        return True
    (last_l, wider_l), (last_r, wider_r) = _narrowest(one), _narrowest(other)
    return last_l in wider_r or last_r in wider_l


@cache
def _narrowest(place: str) -> tuple[str, frozenset[str]]:
    """Give the narrowest of the places that a name begins with, and all that it lies in or may lie in."""
    parts = re.findall(places(), place) or [place]
    named = frozenset(re.sub(KIND_OF_PLACE, "", part) for part in parts[:-1])
    return re.sub(KIND_OF_PLACE, "", parts[-1]), named | above().get(parts[0], frozenset())


def contains(whole: pl.DataFrame, part: pl.DataFrame) -> Mask:
    """Tell where the one name holds the other's brand and trade, of at least three characters."""
    rows = pl.DataFrame({"whole": whole[VALUE], "core": part["core"], "value": part[VALUE]})
    inside = pl.col("whole").str.contains(pl.col("core"), literal=True) & (pl.col("core").str.len_chars() >= 3)
    return rows.select(inside=inside.fill_null(False))["inside"].to_numpy()


def one_slip_apart(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where the cores of four characters and more differ in one, or in the order of those behind the brand."""
    long = (left["core"].str.len_chars() >= 4).fill_null(False).to_numpy()
    found = np.zeros(left.height, dtype=bool)
    rows = np.flatnonzero(long)
    if len(rows):
        one, other = left["core"].gather(rows), right["core"].gather(rows)
        found[rows] = slips(texts(one), texts(other)) <= 1
        brand = (one.str.head(2) == other.str.head(2)) & (one.str.len_chars() == other.str.len_chars())
        rows = rows[brand.fill_null(False).to_numpy()]
        found[rows] |= _same_characters(left["core"].gather(rows), right["core"].gather(rows))
    return found


def _same_characters(left: pl.Series, right: pl.Series) -> Mask:
    """Tell which pairs of names have the same characters in whatever order."""
    both = np.array(texts(left) + texts(right), dtype=np.str_)
    if not both.size:
        return np.zeros(0, dtype=bool)
    points = np.sort(both.view("<u4").reshape(both.size, -1), axis=1)
    return np.asarray((points[: left.len()] == points[left.len() :]).all(axis=1))


def branches_differ(one: pl.Series, other: pl.Series) -> Mask:
    """Tell where the branches differ by more than the name of the city before them."""
    found = (one != other).to_numpy()
    rows = np.flatnonzero(found)
    found[rows] = [not is_one_branch(*both) for both in zip(texts(one[rows]), texts(other[rows]), strict=True)]
    return found


def is_one_branch(one: str, other: str) -> bool:
    """Tell whether two branches, as they are named, are one: places before its name may be left out."""
    if not one or not other:
        return one == other
    one, other = (re.sub(WORD_FOR_SHOP, "", branch) or branch for branch in (one, other))
    if (told := re.findall("[0-9]+", one)) and (theirs := re.findall("[0-9]+", other)) and told != theirs:
        return False
    if one.endswith(other) or other.endswith(one):
        return True
    end = Postfix.similarity(one, other)
    if end < SHARED_END:
        return False
    short, long = sorted((one[:-end], other[:-end]), key=len)
    return LCSseq.similarity(short, long) == len(short)
