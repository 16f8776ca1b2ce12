"""What the names of firms and bodies are made of: places, trades, legal forms, branches, and what gives them away."""

import re
from functools import cache
from typing import Final

import polars as pl

from matching.fields.chains import (
    CHAINS,
    SHOP_ENDINGS,
    SHOP_OF_CHAIN,
    shops,
)
from matching.fields.divisions import cities, districts, divisions, provinces, short_name
from matching.fields.name_remarks import COMMONEST, NEXT_COMMON
from matching.fields.organisation_likeness import (
    either,
    places,
)
from matching.tables import listed

HAN_OR_KANA: Final = r"[\p{Han}\p{Hiragana}\p{Katakana}]"
"""What names are written in that have no blanks between their words."""
SHORTEST: Final = 4
"""Characters that a name has at least which sounds like an organisation's."""
SHORTEST_READING: Final = 5
"""Letters of a brand that is looked for in a name in letters, at least."""
MANAGED: Final = "管理处|项目部|服务中心|服务处|项目处"
"""By what a site is managed, which may be left out behind its name."""
BRANCH: Final = (
    r"(.{0,16}?(?:分公司|支公司|分行|支行|分理处|营业部|营业厅|营业室|营业站|营销服务部|门店|分店|分厂|办事处|代表处|项目部"
    r"|分社|分部|分院|分校|储蓄所|中心支行|支店|营业所|出张所|工场|管理处|服务中心|服务处|项目处))$"
)
"""A branch at the end of a name."""
BEHIND_FORM: Final = rf"^(?:{BRANCH}|(.{{1,12}}店)$)"
"""A branch, in either group, right behind a legal form: there any shop is one of several."""
SITES: Final = "花园|家园|国际|公馆|小区|项目部|管理处|服务中心|服务处|项目处|[苑城府湾郡庭邸轩园]"
"""What the sites of those who look after houses are called by."""
SITE: Final = rf"^.{{2,}}?物业(?:管理|服务)*([^管服司].{{0,8}}?(?:{SITES})(?:{MANAGED})?)$"
"""A site, the group, of a firm that looks after houses, without its legal form: 恒信物业翠湖苑项目部."""
PART_OF_BODY: Final = (
    r"^.{0,}?(?:大学|学院|学校|小学|中学|医院|卫生院|银行|局|法院|检察院|政府)"
    r"(附属.{2,10}|食堂|图书馆|.{1,8}(?:处|馆|系|食堂|科|校区|院区|大队|支队|中队|中心|部|集团|分院|分校)|.{1,6}(?:派出所|分局|所)|办公室)$"
)
"""A part of a school, hospital or office, the group, behind the name of the whole."""
SEVERAL: Final = (PART_OF_BODY, SHOP_OF_CHAIN, SITE)
"""How what is one of several ends, where no legal form parts it from the name of the whole."""
NUMERALS: Final = "一二三四五六七八九十"
"""The characters of small numbers."""
NUMBER: Final = "第([一二三四五六七八九十百0-9]+)|([一二三四五六七八九十]+)(?:小|中|幼|院|医院)$"
"""The number of a school, a hospital or a works, in either group: what tells it from its sisters."""
OFFICES: Final = "分公司|分行|支行|分店|分厂|办事处|支店"
"""What a branch is called where nothing but its place parts it from the firm's name."""
DEPARTMENTS: Final = "财务[部室]?|会计室?|出纳|人事部|行政部|采购部|前台|收银台|总机|收发室|传达室|门卫室?|值班室|老板"
"""Whom to ask for in a firm, written behind its name (东方网吧财务): no part of it."""
JAPANESE: Final = (
    (r"\(株\)", "株式会社"),
    (r"\(有\)", "有限会社"),
    (r"\(同\)", "合同会社"),
    (r"\bK\.? ?K\.?$", "株式会社"),
    (r"^(株式会社|有限会社|合同会社|合资会社|合名会社)(.+)$", "$2$1"),
)
"""Legal forms of Japan as they are abbreviated, and behind the name."""
WHOSE_LINE: Final = "专线|宽带|固话|停机|欠费|已?注销|已?销户|已?拆机|已?过户|VIP|大客户|停用|测试"
"""What is written behind a firm's name about its line."""
AS_A_WHOLE: Final = "本部|总部|机关|新|旧|作废|重复|勿用"
"""What is remarked in brackets where a name stands more than once."""
INSIDE_OFFICES: Final = (
    "办公室|综合[办部科]|信息[科部]|信息中心|网络中心|后勤[部处科]?|总务[处科]"
    "|技术部|销售部|市场部|工程部|客服部|[党院校]办"
)
"""Whom to ask for in a firm or body, where a mark parts it from the name."""
OWNERS: Final = (
    r"\((?:个体工商户|个体户|个体|个人|普通合伙|有限合伙|特殊普通合伙)\)"
    rf"|\((?:{WHOSE_LINE}|{AS_A_WHOLE})\)"
    rf"|[-—_]+(?:{DEPARTMENTS}|{INSIDE_OFFICES}|{WHOSE_LINE})$"
    r"|\(\p{Han}{1,3}(?:先生|女士|小姐|师傅|老师|老板|老板娘|经理|总经理|店长|主任|会计|总)\)"
)
"""What is remarked on who owns a firm, by a register, and on whom to ask for, by a clerk."""
TAIWANESE: Final = (r"\(股\)公司", "股份有限公司"), (r"\(有\)公司", "有限公司")
"""Legal forms of Taiwan as they are abbreviated."""
NUMBERED_SHOP: Final = (
    (rf"^(.{{2,}}?\(?)第?([0-9]+|[{NUMERALS}]+)(?:号?分|号)?店(\)?)$", "${1}${2}店${3}"),
    (r"^(.{5,}[司局院校心处办店会园])[0-9]$", "$1"),
)
"""The ways to write which of several shops one is (第3分店, 3号店), with the one way it is read; which of a firm's
lines it is, is no part of its name."""
WHO: Final = rf"^.{{4,}}\(([{COMMONEST}{NEXT_COMMON}]\p{{Han}}{{1,2}})\)?$"
"""A name behind which stands in brackets whom to ask for, the group."""
NOBODY: Final = "[区县村镇乡路街道店园苑城湾里桥门府郡厦场心部所科室井庄坝站港]$"
"""What ends that is a place in brackets, and nobody's name."""
CUT_OFF: Final = "有限责任公|有限责任|有限责|有限公|有限|股份有限公|股份有限|股份有|股份"
"""Legal forms that a narrow column, as of the fixed lines' system, cut off."""
FULL_NAME: Final = re.compile("^.{2,}[省市县区州盟旗]$")
"""The full name of a place, that says what kind it is of."""
ENDINGS: Final = "厂店行部社院局所站馆会"
"""Characters that end the names of firms and bodies."""
SOMEBODY: Final = rf"[\s/|_—-]+[{COMMONEST}{NEXT_COMMON}][一-鿿]{{1,2}}"
"""An owner or whom to ask for, behind a firm's name without brackets."""
IN_BRACKETS: Final = r"(?:\([^()]*\)?)?"
"""What may follow a name in brackets, the last one of them cut off."""
REMARK: Final = rf"(?:{IN_BRACKETS}|{SOMEBODY})"
"""The same, or who may follow without them."""
LONGER_THAN_PERSONS: Final = 6
"""Characters from which on what begins with a place's full name is no person's name, however it ends."""
LONG_PLACE: Final = 3
"""Characters of a place's short name from which on three more behind it make no person's name: 哈尔滨草原情."""


def _generic() -> str:
    """Give the pattern of one word that says what a firm does and not who it is."""
    return either(listed("organisation_words", "word", role="trade"))


def placed() -> str:
    """Give the pattern of a name that begins with places, the first group, and goes on."""
    return rf"^(?:中国)?((?:{places()})*)(.+)$"


def only_what() -> str:
    """Give the pattern of what begins by saying what a firm does, and not who it is."""
    return rf"^(?:{_generic()})+(?:{CHAINS})?(?:{either(listed('legal_forms', 'form'))}|$)|^(?:{CHAINS})"


def named_and_generic() -> str:
    """Give the pattern of a brand, the first group, with what the firm does behind it."""
    return rf"^(.{{2,}}?)(?:(?:{_generic()})+(?:{SHOP_ENDINGS})?|(?:{_generic()})*(?:{shops()}))$"


@cache
def short_places() -> frozenset[str]:
    """Give the cities and districts without what kind of place they are, which a bracket may hold: 高坪, 罗湖."""
    names = (short_name(name) for name in (*cities(), *districts()))
    return frozenset(re.sub("^(.{2,})[区县]$", r"\1", name) for name in names) | {"高新"}


@cache
def without_department() -> str:
    """Give the pattern of a firm's name, the group, before whom to ask for in it, or what its line is."""
    return rf"^(.{{2,}}(?:{_known_words()})\)?)[\s\-—_·(]*(?:{DEPARTMENTS}|{WHOSE_LINE})\)?$"


@cache
def owner_behind() -> str:
    """Give the pattern of a firm's name, the first group, with somebody's behind it without brackets, the second."""
    somebody = SOMEBODY.replace("]+[", "]+([", 1) + ")"
    return rf"^(.{{2,}}(?:{_known_words()})){somebody}$"


def _known_words() -> str:
    words = [*listed("organisation_words", "word"), *listed("shop_words", "word"), *ENDINGS]
    return either([*words, *listed("legal_forms", "form")])


def _trade() -> str:
    """Give the pattern of one word that says what a firm does or a shop sells."""
    return either([*listed("organisation_words", "word", role="trade"), *listed("shop_words", "word")])


@cache
def shop_behind_trade() -> str:
    """Give the pattern of one shop, the group, behind what it sells: 金达鞋业天府店, 康达烘焙12店."""
    return rf"^.{{2,}}?(?:{_trade()})((?:[0-9]+|.{{2,6}})店)$"


@cache
def says_what_is_sold() -> str:
    """Give the pattern of what ends like a shop of several and is the word for one: 美容美发店."""
    return rf"(?:{_trade()})店?$|^.?(?:专卖|连锁|旗舰|维修|服务|生活|体验|精品)店$"


def stock_marks() -> tuple[str, str]:
    """Give the patterns of a stock exchange's marks before a name and behind it."""
    before, after = (
        "|".join(re.escape(mark) for mark in listed("organisation_marks", "mark", place=place))
        for place in ("before", "after")
    )
    return before, after


@cache
def at_the_end() -> tuple[str, str]:
    """Give the patterns of a name that ends in a word for a branch with its place, the group, or behind a chain's."""
    return rf"^.{{2,}}?((?:{places()})+(?:{OFFICES}))$", rf"^.*(?:{CHAINS})(.{{0,16}}?[分支]公司)$"


@cache
def cut_in_words() -> tuple[tuple[str, str], ...]:
    """Give what a narrow column leaves of a legal form behind a trade and of a branch behind its firm, and the rest."""
    trades = either(listed("organisation_words", "word", role="trade"))
    return (
        (rf"^(.{{2,}}(?:{trades})有)$", "${1}限"),
        (rf"^(.{{2,}}(?:{trades})股)$", "${1}份"),
        (r"(公司\p{Han}{2,8}分)公?$", "${1}公司"),
    )


@cache
def form_and_branch() -> str:
    """Give the pattern of a name in which a legal form stands before the branch."""
    return rf"^.{{2,}}?(?:{either(listed('legal_forms', 'form'))}){BRANCH}"


@cache
def form_pattern() -> str:
    """Give the pattern of a name's body, its group, chain and legal form, and what follows."""
    groups = "集团|控股|股份|连锁"
    forms = either(listed("legal_forms", "form"))
    return rf"^(?P<body>.{{2,}}?)(?P<form>(?:{CUT_OFF})$|(?:{groups})*(?:{forms})|(?:{groups})+$)(?P<after>.*)$"


@cache
def organisation_pattern() -> str:
    """Give the pattern of what is found in the names of firms and other bodies."""
    firm, trade = listed("organisation_words", "word", role="firm"), listed("organisation_words", "word", role="trade")
    firm += listed("shop_words", "word")
    asked = rf"(?:{DEPARTMENTS})?"
    return (
        rf"公司|集团|有限合伙|个体工商户|^\(个体|合作社|(?i:{either(firm)}){asked}{REMARK}$"
        rf"|^.{{2,}}(?:{either(trade)})(?:{CUT_OFF}|有|股)?{asked}{REMARK}$|^.{{3,}}(?:有限责任?公?|股份有限?公?)$"
        rf"|.{{2,}}[{ENDINGS}]$|.{{3,}}[{ENDINGS}]{IN_BRACKETS}$|.{{4,}}[{ENDINGS}]{SOMEBODY}$|(?i:\b(?:ltd|limited|inc|corp|corporation|llc|gmbh|plc|co)\b\.?$)"
    )


@cache
def of_a_place() -> str:
    """Give the pattern of what begins with a place: with its full name (吉林省, 巴林左旗), or in short and is long."""
    full = [name for name in (*provinces(), *cities(), *districts()) if FULL_NAME.search(name)]
    long = sorted(_long_places())
    longer = [name for name in long if len(name) > LONG_PLACE]
    return (
        rf"^(?:{either(full)})\p{{Han}}*$|^(?:{either([*provinces(), *cities()])})\p{{Han}}{{6,}}$"
        rf"|^(?:{either(long)})\p{{Han}}{{3,}}$|^(?:{either(longer)})\p{{Han}}{{2,}}$"
    )


def _long_places() -> frozenset[str]:
    """Give the short names of cities and districts of three characters or more, with which no person's name begins.

    In Xinjiang and Tibet it may: 阿勒泰 is a city and a Kazakh.
    """
    there = divisions().filter(~pl.col("now_province").is_in(["新疆维吾尔自治区", "西藏自治区"]))
    names = [*there["now_city"].drop_nulls().unique(), *there["now_district"].drop_nulls().unique()]
    short = (re.sub("[区县旗]$", "", short_name(name)) for name in names)
    return frozenset(name for name in short if len(name) >= LONG_PLACE) | {"内蒙古", "黑龙江"}
