"""Names of firms and other bodies: place, brand, trade, legal form, branch.

The brand names the firm; place and legal form are often left out, the trade is shortened; a branch is not its head
office.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Final

import numpy as np
import polars as pl
from rapidfuzz.distance import LCSseq, Postfix

from matching.fields import latin_organisation
from matching.fields.base import VALUE, Field, Level
from matching.fields.divisions import above, cities, districts, provinces, undivided_cities
from matching.fields.latin import Mask, differ, equal, first_level, named, slips, texts
from matching.fields.pinyin import readings
from matching.fields.writing import cleaned_where, plain, simplified
from matching.tables import listed
from matching.words import Kind


class Agreement(StrEnum):
    """The names of the levels."""

    SAME = "same"
    SAME_CORE = "same_core"
    SHORT_FORM = "short_form"
    NEAR = "near"
    OTHER_BRANCH = "other_branch"
    SAME_BRAND = "same_brand"
    DIFFERENT = "different"


LEVELS: Final = (
    Level(Agreement.SAME, "the same name", "名称相同", 0.55, 0.00005),
    Level(
        Agreement.SAME_CORE,
        "the same brand and trade, place or legal form apart",
        "字号与行业相同",
        0.25,
        0.0001,
        key="core",
    ),
    Level(Agreement.SHORT_FORM, "one is the short form of the other", "一方为简称", 0.08, 0.0005, key="brand"),
    Level(Agreement.NEAR, "one character wrong", "名称差一字", 0.05, 0.0002),
    Level(Agreement.OTHER_BRANCH, "two branches of one firm", "同一企业的不同分支", 0.005, 0.0002, at_most=-2.0),
    Level(
        Agreement.SAME_BRAND,
        "the same brand in another trade or place",
        "字号相同，行业或地区不同",
        0.015,
        0.005,
        at_most=0.0,
    ),
    Level(Agreement.DIFFERENT, "another name", "名称不同", 0.05, 0.994),
)

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
    ("建筑材料", "建材"),
    ("药业", "医药"),
    ("服饰", "服装"),
)
"""Words for one trade, of which people write either, with the one that both are read as."""

HAN_OR_KANA: Final = r"[\p{Han}\p{Hiragana}\p{Katakana}]"
"""What names are written in that have no blanks between their words."""

SHORTEST: Final = 4
"""Characters that a name has at least which sounds like an organisation's."""
CHAINS: Final = "银行|信用社|信用合作社|证券|保险|人寿|财险|邮政|电信|移动|联通|石油|石化"
"""Lines of business whose branches bear the head office's name without its legal form."""

BRANCH: Final = (
    r"(.{0,16}?(?:分公司|分行|支行|分理处|营业部|营业厅|分店|分厂|办事处|分社|分部|分院|分校|储蓄所|中心支行"
    r"|支店|营业所|出张所))$"
)
"""A branch at the end of a name."""
KIND_OF_PLACE: Final = "[省市区县]"
"""What may be left out of a place's name."""
PART_OF_BODY: Final = (
    r"^.{0,}?(?:大学|学院|学校|医院|银行|局|政府)"
    r"(附属.{2,10}|.{1,8}(?:处|馆|系|食堂|科|校区|院区|大队|支队|中队|中心|部|集团))$"
)
"""A part of a school, hospital or office, the group, behind the name of the whole."""
SHOP_OF_CHAIN: Final = (
    r"^.{2,}?(?:店|超市|网吧|馆|房|厅|吧|城|庄|坊|院|市场|火锅)"
    r"((?:第?[一二三四五六七八九十0-9]+|.{0,6}[分路街道村镇区县市城场门站]|新|老|总)店)$"
)
"""One shop of several, the group, behind the name that all of them have."""
SEVERAL: Final = (PART_OF_BODY, SHOP_OF_CHAIN)
"""How what is one of several ends, where no legal form parts it from the name of the whole."""
NUMBER: Final = "第([一二三四五六七八九十百0-9]+)|([一二三四五六七八九十]+)(?:小|中|幼|院|医院)$"
"""The number of a school, a hospital or a works, in either group: what tells it from its sisters."""
BODY: Final = "(?:局|学|学院|学校|小|中|医院|院|中心|所|园|支行|分行|办|处|委员会|协会|队|站)$"
"""How the name of a body ends that is no firm and no shop; it is shortened by leaving out characters here and there."""
SAID: Final = (("whole", "whole"), ("core", "whole"), ("whole", "core"))
"""What of two names is held against each other: either may leave out the wider places."""
LEFT_OUT: Final = 2
"""Places at which characters are left out of a body's name in short, at least: otherwise it is another's name."""
SHORTEST_WHOLE: Final = 4
"""Characters that a name with its place has at least of which the other is told to be a longer form."""
SHARED_END: Final = 4
"""Characters at the end of two branches' names that tell the same branch, the places before them apart."""
OFFICES: Final = "分公司|分行|支行|分店|分厂|办事处|支店"
"""What a branch is called where nothing but its place parts it from the firm's name."""

JAPANESE: Final = (
    (r"\(株\)", "株式会社"),
    (r"\(有\)", "有限会社"),
    (r"\(同\)", "合同会社"),
    (r"\bK\.? ?K\.?$", "株式会社"),
    (r"^(株式会社|有限会社|合同会社|合资会社|合名会社)(.+)$", "$2$1"),
)
"""Legal forms of Japan as they are abbreviated, and behind the name."""


OWNERS: Final = r"\((?:个体工商户|个体户|普通合伙|有限合伙|特殊普通合伙)\)"
"""What a register remarks on who owns a firm."""


def _either(names: list[str]) -> str:
    return "|".join(sorted(set(names), key=lambda name: (-len(name), name)))


@cache
def places() -> str:
    """Give the pattern of one place before a brand; short names of counties would too often be brands."""
    return _either(
        [
            *provinces(),
            *cities(),
            *districts(),
            *undivided_cities(),
            *(f"{name}市" for name in cities() if not name.endswith("市")),
        ]
    )


def _generic() -> str:
    """Give the pattern of one word that says what a firm does and not who it is."""
    return _either(listed("organisation_words", "word", role="trade"))


def placed() -> str:
    """Give the pattern of a name that begins with places, the first group, and goes on."""
    return rf"^(?:中国)?((?:{places()})*)(.+)$"


def only_what() -> str:
    """Give the pattern of what begins by saying what a firm does, and not who it is."""
    return rf"^(?:{_generic()})+(?:{CHAINS})?(?:{_either(listed('legal_forms', 'form'))}|$)|^(?:{CHAINS})"


def named_and_generic() -> str:
    """Give the pattern of a brand, the first group, with what the firm does behind it."""
    return rf"^(.{{2,}}?)(?:{_generic()})+$"


def stock_marks() -> tuple[str, str]:
    """Give the patterns of a stock exchange's marks before a name and behind it."""
    before, after = (
        "|".join(re.escape(mark) for mark in listed("organisation_marks", "mark", place=place))
        for place in ("before", "after")
    )
    return before, after


def _without_marks(name: pl.Expr) -> pl.Expr:
    """Give Chinese names without a stock exchange's marks and without remarks on their legal form."""
    before, after = stock_marks()
    name = name.str.replace(rf"^(?:{before})(\p{{Han}})", "$1").str.replace(rf"(\p{{Han}})(?:{after})$", "$1")
    return name.str.replace_all(OWNERS, "")


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give the names of organisations by part.

    Columns: `value` (the whole name in one spelling), `place`, `brand`, `trade`, `form` (group and legal form),
    `branch`, `core` (brand and trade), `sound` (how the core is read), `pinyin` (how the whole name is). Names in
    letters have instead what `latin_organisation.clean` gives; `is_chinese` tells the script.
    """
    raw = named(raw)
    is_latin = ~raw.str.contains(HAN_OR_KANA)
    nothing = raw.str.strip_chars().str.to_lowercase().is_in(listed("no_names", "text")).fill_null(False)
    parts = cleaned_where(~is_latin, raw, _parts)
    latin = cleaned_where(is_latin & ~nothing, raw, latin_organisation.clean)
    shared = [name for name in latin.columns if name in parts.columns]
    return parts.with_columns(
        *(pl.when(is_latin).then(latin[name]).otherwise(name).alias(name) for name in shared),
        *(latin[name] for name in latin.columns if name not in shared),
        is_chinese=~is_latin,
    )


def _parts(raw: pl.Series) -> pl.DataFrame:
    """Give the parts of Chinese names."""
    frame = named(raw).to_frame().select(text=_without_marks(simplified(plain(pl.col(VALUE))).str.to_uppercase()))
    for pattern, written in JAPANESE:
        frame = frame.with_columns(pl.col("text").str.replace(pattern, written))
    marked = pl.col("text").str.replace_all(rf"(\p{{Han}})\(({places()}|中国)\)", "$1〔$2〕")
    text = marked.str.replace_all(r"[\s()\[\]·・.,;、，。\-_/'\"&]+", "")
    nothing = [word.upper() for word in listed("no_names", "text")]
    frame = frame.with_columns(value=pl.when(~text.is_in(nothing) & (text != "")).then(text))
    bracketed = pl.col(VALUE).str.extract(r"〔(.+?)〕")
    bare = pl.col(VALUE).str.replace(r"〔.+?〕", "")
    place = bare.str.extract(placed(), 1).replace("", None)
    place = pl.when(~bare.str.strip_prefix(place.fill_null("")).str.contains(only_what())).then(place)
    frame = frame.with_columns(
        place=pl.coalesce(place, bracketed),
        behind=bare.str.strip_prefix(place.fill_null("")),
        value=pl.col(VALUE).str.replace("〔(.+?)〕", "($1)"),
    )
    told = pl.col("behind").str.extract(at_the_end())
    frame = frame.with_columns(told=pl.when(~pl.col("behind").str.contains(form_and_branch())).then(told))
    frame = frame.with_columns(behind=pl.col("behind").str.strip_suffix(pl.col("told").fill_null("")))
    found = pl.col("behind").str.extract_groups(form_pattern())
    frame = frame.with_columns(found=found).with_columns(
        body=pl.coalesce(pl.col("found").struct.field("body"), "behind"),
        form=pl.col("found").struct.field("form"),
        after=pl.col("found").struct.field("after"),
    )
    inside = pl.col("body").str.extract(rf"^.{{0,}}?(?:{CHAINS}){BRANCH}")
    several = [pl.col("body").str.extract(pattern) for pattern in SEVERAL]
    frame = frame.with_columns(branch=pl.coalesce("told", pl.col("after").str.extract(f"^{BRANCH}"), inside, *several))
    frame = frame.with_columns(core=pl.col("body").str.strip_suffix(pl.col("branch").fill_null("")))
    brand = pl.col("core").str.extract(named_and_generic(), 1)
    branch = pl.col("branch").str.replace_all("[省市区县]|分行(.)", "$1")
    frame = frame.with_columns(brand=pl.coalesce(brand, "core"), branch=branch)
    return frame.select(
        VALUE,
        "place",
        "brand",
        "form",
        "core",
        "branch",
        trade=pl.col("core").str.strip_prefix(pl.col("brand")).replace("", None),
        number=_number(pl.col("core")),
        whole=_whole(),
        pinyin=readings(pl.col(VALUE)),
        sound=readings(pl.col("core")).str.replace_all(" ", ""),
    )


def _number(core: pl.Expr) -> pl.Expr:
    """Give the number in the names of bodies that are numbered."""
    found = core.str.extract_groups(NUMBER)
    return pl.coalesce(found.struct[0], found.struct[1])


def _whole() -> pl.Expr:
    """Give place, brand, trade and branch without what kind of place it is."""
    place, *others = (pl.col(part).fill_null("") for part in ("place", "core", "branch"))
    return pl.concat_str(place.str.replace_all(KIND_OF_PLACE, ""), *others)


@cache
def at_the_end() -> str:
    """Give the pattern of a name that ends in a place and a word for a branch, the group."""
    return rf"^.{{2,}}?((?:{places()})+(?:{OFFICES}))$"


@cache
def form_and_branch() -> str:
    """Give the pattern of a name in which a legal form stands before the branch."""
    return rf"^.{{2,}}?(?:{_either(listed('legal_forms', 'form'))}){BRANCH}"


@cache
def form_pattern() -> str:
    """Give the pattern of a name's body, its group and legal form, and what follows."""
    groups = "集团|控股|股份"
    forms = _either(listed("legal_forms", "form"))
    return rf"^(?P<body>.{{2,}}?)(?P<form>(?:{groups})*(?:{forms})|(?:{groups})+$)(?P<after>.*)$"


@cache
def organisation_pattern() -> str:
    """Give the pattern of what is found in the names of firms and other bodies."""
    firm, trade = listed("organisation_words", "word", role="firm"), listed("organisation_words", "word", role="trade")
    return (
        rf"公司|集团|有限合伙|个体工商户|合作社|(?:{_either(firm)})(?:\(.*\))?$|^.{{2,}}(?:{_either(trade)})(?:有限)?$"
        rf"|.{{2,}}[厂店行部社院局所站馆会]$|(?i:\b(?:ltd|limited|inc|corp|corporation|llc|gmbh|plc|co)\b\.?$)"
    )


def is_organisation(name: pl.Expr) -> pl.Expr:
    """Say whether a name is a firm's or another body's: it holds a legal form or ends in what it does."""
    text = plain(name)
    return text.str.contains(organisation_pattern()) & (text.str.len_chars() >= SHORTEST)


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of cleaned names, as positions in `LEVELS`."""
    order = list(Agreement)
    letters = (~left["is_chinese"] & ~right["is_chinese"]).fill_null(False).to_numpy()
    levels = np.full(left.height, order.index(Agreement.DIFFERENT), dtype=np.uint8)
    rows = np.flatnonzero(letters)
    if rows.size:
        levels[rows] = latin_organisation.compare(left[rows], right[rows], order).to_numpy()
    rows = np.flatnonzero(~letters)
    if rows.size:
        levels[rows] = _compare_parts(left[rows], right[rows]).to_numpy()
    return pl.Series("level", levels)


def _compare_parts(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of Chinese names."""
    order = list(Agreement)
    other_branch = _branches_differ(left["branch"].fill_null(""), right["branch"].fill_null(""))
    core, brand = equal(left, right, "core"), equal(left, right, "brand")
    elsewhere = _places_differ(left, right)
    other_trade = _trades_differ(left, right, brand)
    other_number = differ(left, right, "number")
    one_is_short = _is_short_for(left, right, ~elsewhere & ~other_number)
    rules: list[tuple[Agreement, Mask]] = [
        (Agreement.SAME_CORE, _equal_with_branch(left, right) | _but_for_the_place(left, right)),
        (
            Agreement.OTHER_BRANCH,
            (brand & other_branch) | (_equal_but_for_number(left, right, other_number) & ~elsewhere),
        ),
        (Agreement.SAME_BRAND, brand & (elsewhere | other_trade)),
        (Agreement.SAME_CORE, core),
        (
            Agreement.SHORT_FORM,
            (brand | one_is_short | _contains(left, right) | _contains(right, left)) & ~elsewhere & ~other_number,
        ),
        (
            Agreement.NEAR,
            (_one_slip(left, right) | equal(left, right, "sound")) & ~elsewhere & ~other_branch & ~other_number,
        ),
    ]
    return first_level(left.height, [(order.index(level), mask) for level, mask in rules], len(LEVELS) - 1)


def _equal_with_branch(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
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


def _but_for_the_place(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
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


def _equal_but_for_number(left: pl.DataFrame, right: pl.DataFrame, wanted: Mask) -> Mask:
    """Tell which wanted pairs, that have two numbers, have all else in common."""
    found = np.zeros(left.height, dtype=bool)
    rows = np.flatnonzero(wanted)
    one, other = (unnumbered(frame["core"].gather(rows), frame["number"].gather(rows)) for frame in (left, right))
    found[rows] = [bare == theirs for bare, theirs in zip(one, other, strict=True)]
    return found


def unnumbered(core: Iterable[str], number: Iterable[str]) -> list[str]:
    """Give cores without their numbers."""
    return [name.replace(told, "", 1) for name, told in zip(core, number, strict=True)]


def _is_short_for(left: pl.DataFrame, right: pl.DataFrame, wanted: Mask) -> Mask:
    """Tell which wanted pairs are names of bodies of which the one is short for the other: 市监局, 市场监督管理局."""
    found = np.zeros(left.height, dtype=bool)
    bodies = [frame["whole"].str.contains(BODY).fill_null(False).to_numpy() for frame in (left, right)]
    rows = np.flatnonzero(wanted & bodies[0] & bodies[1])
    for part, theirs in SAID:
        one, other = texts(left[part].gather(rows)), texts(right[theirs].gather(rows))
        found[rows] |= np.array([is_short_for(*both) for both in zip(one, other, strict=True)], dtype=bool)
    return found


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


def _trades_differ(left: pl.DataFrame, right: pl.DataFrame, wanted: Mask) -> Mask:
    """Tell which wanted pairs name two trades: 物业 and 物业管理 are one, and so are 文化传播 and 文化传媒."""
    found = differ(left, right, "trade") & wanted
    rows = np.flatnonzero(found)
    one, other = texts(left["trade"].gather(rows)), texts(right["trade"].gather(rows))
    found[rows] = [not is_one_trade(*both) for both in zip(one, other, strict=True)]
    return found


@cache
def is_one_trade(one: str, other: str) -> bool:
    """Tell whether two words mean one trade: the same, one in short, or alike in most characters, in order."""
    for word, meaning in SAME_TRADE:
        one, other = one.replace(word, meaning), other.replace(word, meaning)
    common = LCSseq.similarity(one, other)
    return common == min(len(one), len(other)) or 2 * common > max(len(one), len(other))


def _places_differ(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where both name a place and neither can lie in the other."""
    one, other = left["place"], right["place"]
    found = ((one != other) & one.is_not_null() & other.is_not_null()).fill_null(False).to_numpy()
    rows = np.flatnonzero(found)
    pairs = zip(one.gather(rows).to_list(), other.gather(rows).to_list(), strict=True)
    found[rows] = [not may_be_one_place(*both) for both in pairs]
    return found


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


def _contains(whole: pl.DataFrame, part: pl.DataFrame) -> Mask:
    """Tell where the one name holds the other's brand and trade, of at least three characters."""
    rows = pl.DataFrame({"whole": whole[VALUE], "core": part["core"], "value": part[VALUE]})
    inside = pl.col("whole").str.contains(pl.col("core"), literal=True) & (pl.col("core").str.len_chars() >= 3)
    return rows.select(inside=inside.fill_null(False))["inside"].to_numpy()


def _one_slip(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
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


def _branches_differ(one: pl.Series, other: pl.Series) -> Mask:
    """Tell where the branches differ by more than the name of the city before them."""
    found = (one != other).to_numpy()
    rows = np.flatnonzero(found)
    found[rows] = [not is_one_branch(*both) for both in zip(texts(one[rows]), texts(other[rows]), strict=True)]
    return found


def is_one_branch(one: str, other: str) -> bool:
    """Tell whether two branches, as they are named, are one: places before its name may be left out."""
    if not one or not other:
        return one == other
    if one.endswith(other) or other.endswith(one):
        return True
    end = Postfix.similarity(one, other)
    if end < SHARED_END:
        return False
    short, long = sorted((one[:-end], other[:-end]), key=len)
    return LCSseq.similarity(short, long) == len(short)


def _core(frame: pl.DataFrame) -> pl.Series:
    """Give brand and trade; of names in letters the distinctive words, in whatever order."""
    words = pl.col("distinctive").list.sort().list.join(" ")
    return frame.select(core=pl.coalesce("core", words))["core"]


FIELD: Final = Field(
    kind=Kind.ORGANISATION_NAME,
    levels=LEVELS,
    clean=clean,
    compare=compare,
    keys={
        "name": lambda frame: frame[VALUE],
        "core": _core,
        "brand": lambda frame: frame["brand"],
        "sound": lambda frame: frame["sound"],
        **latin_organisation.KEYS,
    },
)
