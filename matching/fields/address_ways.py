"""Chinese addresses as people write them, brought to one way of writing: numerals in digits, 第三村民小组 as 3组."""

from functools import cache
from typing import Final

import polars as pl

from matching.fields.divisions import cities, districts, provinces
from matching.fields.sparing import unless, where_told
from matching.fields.writing import plain, simple, simplified

LANDMARKS: Final = "斜?对面|附近|旁边?|隔壁|对过|东侧|西侧|南侧|北侧"
"""What stands behind something else that the house is near."""

ON_DELIVERY: Final = "|".join(
    (
        "(?:请|先|务必|需|送货前|上门前|来前|到后?)*(?:打电话|致电|联系电话|电话(?:联系|预约|通知|[0-9]{7}))",
        "(?:白天|晚上|中午|周末|下班后?)(?:送|打|上门|在家)|(?:放|存|交)(?:门卫|传达室|物业|驿站|保安|前台)|送货上门",
    )
)
"""What somebody who comes to the house is told behind the address."""

WAYS: Final = (
    (rf"([0-9\p{{Han}}])(?:{ON_DELIVERY}).*$", "$1"),
    (r"(村|社区|嘎查)(?:[村居牧]民?)?委(?:员会|会)", "$1"),
    (r"(\p{Han})行政村", "$1村"),
    (r"\p{Han}{2,6}社区(\p{Han}{2,6}村[0-9]+[坊巷])", "$1"),
    (r"第?([0-9]+)(?:(?:[村居牧]民)?小组|[村居牧]民组)", "${1}组"),
    (
        r"(?:(?:新疆)?(?:生产建设)?兵团)?(?:(?:(?:第|农)\p{Han}{1,3}|[一二三四五六七八九十]{1,3}|[0-9]{1,2})师)?第?([0-9]+)团场?(?:团部)?",
        "${1}团",
    ),
    (r"第([0-9]+)(组|队|社|连|委|分场|作业区|经营所|生产队)", "$1$2"),
    (r"([0-9]连)队", "$1"),
    (r"^(?:国营)?(\p{Han}{2,6}农场)(?:有限(?:责任)?公司)?(?:场部)?", "$1"),
    (r"农场([0-9]+)(?:生产队|连)", "农场${1}队"),
    (r"([村寨屯])([0-9]+)(?:社|生产队|队)", "$1${2}组"),
    (r"街([0-9]+委)", "街道$1"),
    (r"([路街道巷][0-9]+号)楼([0-9]+单元)", "$1$2"),
    (r"([路街道巷][0-9]+号)([0-9]{1,2})-([0-9]{1,2})-([0-9])(?:号|室|$)", "$1${2}单元${3}0${4}室"),
    (r"([0-9]+)楼([0-9]+单元)", "${1}号楼$2"),
    (r"(号楼|栋|幢|座|#)([0-9]{1,2})-([0-9]{1,2}-[0-9]{1,2}|[0-9]{3,4})(号|室|$)", "$1${2}单元$3$4"),
    (r"单元([0-9]{1,2})-([0-9])(?:号|室|$)", "单元${1}0${2}室"),
    (r"单元([0-9]{1,2})-([0-9]{2})(?:号|室|$)", "单元$1${2}室"),
    (r"(单元|[栋幢座])([0-9]{1,2})[层楼]([0-9])(?:号|室|户|$)", "$1${2}0${3}室"),
    (r"(单元|[栋幢座])([0-9]{1,2})[层楼]([0-9]{2})(?:号|室|户|$)", "$1$2${3}室"),
    (r"([^0-9A-Z][0-9]{1,2})F([0-9]{3,4})室?$", "${1}层$2室"),
    (r"([^0-9A-Z][0-9]{1,2})F$", "${1}层"),
    (r"弄([0-9]+)支([0-9])", "弄${1}支弄$2"),
    (r"(弄|坊|[0-9]巷)([0-9]+)(?:号楼|栋|幢)", "$1${2}号"),
    (r"弄([0-9]+)-([0-9]{2,5})(?:室|$)", "弄${1}号${2}室"),
    (r"弄(\p{Han}{2,12})([0-9]+)号([0-9]{2,5}(?:室|$))", "弄${2}号$1$3"),
    (rf"([0-9][室户房])(?:{LANDMARKS})\p{{Han}}{{0,8}}$", "$1"),
    (rf"([0-9][号室户房]?)\p{{Han}}{{2,10}}(?:{LANDMARKS})$", "$1"),
)
"""Below the district, in this order: what is told to who comes, committees of villages, groups, the Corps' regiments
(no two divisions have one of the same number), farms, production teams that are villagers' groups today, buildings by a
number and 楼, unit, floor and room by numbers alone (7-4 is the fourth door on the seventh floor), lanes, landmarks."""

WRITTEN_SO: Final = "|".join(pattern for pattern, _ in WAYS)
"""What addresses hold in which something is written in another of these ways: to look costs less than to try each."""


def in_one_way(text: pl.Expr) -> pl.Expr:
    """Give what is below the district with these parts written in one way."""
    return pl.coalesce(where_told(pl.when(text.str.contains(WRITTEN_SO)).then(text), _rewritten), text)


def _rewritten(text: pl.Expr) -> pl.Expr:
    for pattern, written in WAYS:
        text = text.str.replace(pattern, written)
    return text


@cache
def turned() -> str:
    """Give the pattern of an estate or landmark, the first group, before the address it is at."""
    return rf"^(\p{{Han}}[^,;]{{1,14}})[,;] ?((?:{_places()})\p{{Han}}.*)$"


@cache
def _places() -> str:
    begins = sorted({*provinces(), *cities(), *districts()}, key=lambda name: (-len(name), name))
    return "|".join(begins)


@cache
def divided_by_comma() -> str:
    """Give the pattern of a place with a comma between its divisions: 玉树藏族自治州,囊谦县."""
    return rf"^(?:{_places()})+[,;]"


def place_first(text: pl.Expr) -> pl.Expr:
    """Give addresses with what stands before the place, and a comma, behind: 阳光花园，南昌市东湖区八一路8号."""
    return pl.coalesce(where_told(pl.when(text.str.contains("[,;]")).then(text), _with_place_first), text)


def _with_place_first(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(divided_by_comma())).then(text).otherwise(text.str.replace(turned(), "$2$1"))


NUMBERED: Final = (
    "村民小组",
    "居民小组",
    "小组",
    "村民组",
    "居民组",
    "连",
    "委",
    "团",
    "分场",
    "作业区",
    "经营所",
    "生产队",
    "社",
)
"""Parts of villages and farms that are numbered."""
NAMES: Final = "镇乡村路街道山桥港区"
"""What behind a number and such a part makes it a name that merely begins so: 四团镇, 九连山路."""

UNITS: Final = (
    "号",
    "栋",
    "幢",
    "座",
    "单元",
    "弄",
    "层",
    "楼",
    "室",
    "组",
    "期",
    "区",
    "队",
    "巷",
    "坊",
    "支路",
    "段",
)
"""What stands behind a number in an address."""

DIGITS: Final = "一二三四五六七八九十"
"""What Chinese numerals up to 99 are written with."""


@cache
def numerals() -> tuple[list[str], list[str]]:
    """Give Chinese numerals up to 99 before the units of an address, longest first, and the same in digits.

    The Corps' regiments have three figures, which are said one by one: 一四三团.
    """
    digits = DIGITS[:-1]
    written = {digits[n - 1]: n for n in range(1, 10)} | {"十": 10}
    written |= {f"十{digits[n - 1]}": 10 + n for n in range(1, 10)}
    written |= {f"{digits[t - 1]}十": 10 * t for t in range(2, 10)}
    written |= {f"{digits[t - 1]}十{digits[n - 1]}": 10 * t + n for t in range(2, 10) for n in range(1, 10)}
    pairs = [(f"{text}{unit}", f"{number}{unit}") for text, number in written.items() for unit in (*UNITS, *NUMBERED)]
    spoken = [(digits[n - 1], n) for n in range(1, 10)] + [("〇", 0), ("零", 0)]
    regiments = ((one, two, three) for one in spoken for two in spoken for three in spoken)
    pairs += [("".join(text for text, _ in one) + "团", "".join(str(n) for _, n in one) + "团") for one in regiments]
    pairs.sort(key=lambda pair: (-len(pair[0]), pair[0]))
    return [old for old, _ in pairs], [new for _, new in pairs]


SPELLED: Final = r"^[0-9A-Z\u{4E00}-\u{81F2}\u{81F4}-\u{9FFF}]+(?:-[0-9A-Z\u{4E00}-\u{81F2}\u{81F4}-\u{9FFF}]+)*$"
"""Addresses of which only the characters may still change; 至 (81F3), between numbers, is left out."""


@cache
def _written() -> str:
    """Give the pattern of addresses that are spelled, and in simplified characters already: most are."""
    some = simple(but="至")
    return rf"^[0-9A-Z{some}]+(?:-[0-9A-Z{some}]+)*$"


@cache
def with_postcode() -> str:
    """Give the pattern of a postcode before an address that begins with a province or city in full, the group."""
    begins = sorted({*provinces(), *cities(), *TAIWANESE}, key=lambda name: (-len(name), name))
    return rf"^(?:[0-9]{{3}}|[0-9]{{5,6}})-?((?:{'|'.join(name for name in begins if name[-1] in '省市州盟区')}).*)$"


TAIWANESE: Final = ("台北市", "新北市", "桃园市", "台中市", "台南市", "高雄市", "基隆市", "新竹市", "嘉义市")
"""Cities of Taiwan, before which three, five or six figures are a postcode."""
BEGINS_IN_FIGURES: Final = r"^[0-9]{3}"


def without_postcode(text: pl.Expr) -> pl.Expr:
    """Give addresses without a postcode before the province or city: 410000湖南省长沙市, 320桃园市."""
    begins = pl.when(text.str.contains(BEGINS_IN_FIGURES)).then(text)
    return pl.coalesce(where_told(begins, lambda told: told.str.replace(with_postcode(), "$1")), text)


REMARKS: Final = r"\([^)]*\)?|【[^】]*】?|\[[^\]]*\]?"
DASHES: Final = "[—–－_~至]"
MARKS: Final = r"[\s,;.。、，:|'·/]+"
"""What is left out of addresses, or written as a hyphen."""


def spelled(text: pl.Expr) -> pl.Expr:
    """Give an address without blanks, remarks and punctuation, in simplified characters."""
    return unless(_written(), text, lambda told: simplified(unless(SPELLED, told, _spelled)))


def _spelled(text: pl.Expr) -> pl.Expr:
    text = place_first(plain(text).str.to_uppercase()).str.replace_all(REMARKS, "")
    return text.str.replace_all(DASHES, "-").str.replace_all(MARKS, "").str.strip_chars("-")


JAPANESE: Final = (
    r"丁目|番地|[ぁ-ヿｦ-ﾝ]|^(?:〒|東京都|北海道\p{Han}{1,5}[市町村郡]|京都府|大阪府|\p{Han}{2,3}県)"
    r"|^(?:[\p{Han}--[路街巷弄道号]]{1,6}[市区郡])+[\p{Han}--[路街巷弄道号园苑里庭邸城厦区]]{1,8}\d+-\d+-\d+"
)
"""What only addresses in Japan hold, or begin with: of those without prefecture, three numbers behind a quarter."""
IN_JAPAN: Final = (
    (r"^(?:〒?\d{3}-?\d{4}\s*)?(?:東京都|北海道|京都府|大阪府|\p{Han}{2,3}県)?", ""),
    (r"(\d+)(?:丁目|-)(\d+)(?:番地?の?|-)(\d+)号?", "${1}幢${2}单元${3}室"),
    (r"(\d+)(?:丁目|-)(\d+)(?:番地?)?", "${1}幢${2}室"),
)
"""Steps that leave out postcode and prefecture, and write block, lot and house in one way."""


_TENS: Final = (("二十", "2"), ("十", "1"), ("", ""))
"""Tens before the numerals of blocks: 二十三丁目."""


def as_in_china(addresses: pl.Series) -> pl.Series:
    """Give addresses in Japan with block, lot and house written as building, unit and room are, all others as told."""
    rows = addresses.str.contains(JAPANESE).fill_null(False).arg_true()
    if rows.is_empty():
        return addresses
    said = plain(pl.col(addresses.name)).str.replace_many(*blocks(), leftmost=True)
    for pattern, written in IN_JAPAN:
        said = said.str.replace(pattern, written)
    return addresses.clone().scatter(rows, addresses.gather(rows).to_frame().select(said)[addresses.name])


@cache
def blocks() -> tuple[list[str], list[str]]:
    """Give blocks of Japan by their numerals, and the same in digits."""
    written = {f"{ten}{one}丁目": f"{tens}{ones}丁目" for ten, tens in _TENS for ones, one in enumerate(DIGITS[:-1], 1)}
    written |= {"二十丁目": "20丁目", "十丁目": "10丁目"}
    return list(written), list(written.values())


APART: Final = "\u200b"
BEGINS_A_NAME: Final = rf"([{DIGITS}])((?:{'|'.join(NUMBERED)})[{NAMES}])"
AS_IT_IS: Final = f"^(?:[^{DIGITS}号0]|[1-9]0+|号[^{DIGITS}楼栋幢座号附之0-])*号?$"
"""Text without a Chinese numeral, or number that begins with nought,
and with nothing behind 号 that would be written otherwise."""


NUMBERED_DOORS: Final = (
    ("号(楼|栋|幢|座)", "号楼"),
    ("号号", "号"),
    (r"(^|[^0-9-])0+([1-9][0-9]*(?:号楼|栋|幢|座|单元))", "$1$2"),
)
"""One word for a building, and its number without noughts before it."""
HOUSES: Final = (("([0-9]+)号附([0-9]+)号?", "$1-$2号"), ("([0-9]+)号-([0-9]{1,2})号?$", "$1-$2号"))
"""Which door of a number it is."""


def in_digits(text: pl.Expr) -> pl.Expr:
    """Give what is below the district with its numerals in digits and one word for a building (二七区 stays)."""
    return unless(AS_IT_IS, text, _in_digits)


def _in_digits(text: pl.Expr) -> pl.Expr:
    old, new = numerals()
    text = text.str.replace_all(BEGINS_A_NAME, f"$1{APART}$2")
    text = text.str.replace_many(old, new, leftmost=True).str.replace_all(APART, "", literal=True)
    for pattern, written in NUMBERED_DOORS:
        text = text.str.replace_all(pattern, written)
    text = text.str.replace_many(*behind_number(), leftmost=True)
    for pattern, written in HOUSES:
        text = text.str.replace(pattern, written)
    return text


@cache
def behind_number() -> tuple[list[str], list[str]]:
    """Give ways to write which door of a number it is, and the one that they are read as: 之一, 附一, 之1."""
    written = [(f"号{word}{digit}", f"号附{n}") for word in "附之" for n, digit in enumerate(DIGITS[:-1], 1)]
    written += [(f"号之{n}", f"号附{n}") for n in range(1, 10)]
    return [old for old, _ in written], [new for _, new in written]
