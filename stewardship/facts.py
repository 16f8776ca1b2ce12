"""What matching's facts and levels are called, and what a piece of evidence says, in both languages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from matching.fields import FIELDS
from matching.policy import HUB_FIELDS
from matching.scores.evidence import ENTITY, PRIOR
from stewardship.wording import Language

COLUMN: Final[Mapping[str, str]] = {"phone": "mobiles", "organisation": "name"}
"""Fact → the column of `records` that shows it, where it is not called so."""

TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "name": ("姓名", "name"),
    "organisation": ("单位名称", "organisation"),
    "id_number": ("证件号码", "document number"),
    "phone": ("电话", "phone"),
    "email": ("邮箱", "e-mail"),
    "birth_date": ("出生日期", "birth date"),
    "gender": ("性别", "gender"),
    "address": ("地址", "address"),
    PRIOR: ("起点", "start"),
    ENTITY: ("客户类型", "kind of customer"),
}
_LEVELS: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    (fact.name, level.name): (level.says_zh, level.says_en)
    for fact in HUB_FIELDS.facts
    for level in FIELDS[fact.kind].levels
} | {
    (PRIOR, ""): ("任意两条记录属于同一客户的可能性", "how rarely two records are one customer's"),
    (ENTITY, ""): ("一方为个人，另一方为单位", "one is a person, the other an organisation"),
}


class Sign(StrEnum):
    """How a field agrees, told by a sign and a word as well as by colour."""

    SAME = "same"
    ALIKE = "alike"
    AGAINST = "against"
    SILENT = "silent"


@dataclass(frozen=True)
class Evidence:
    """What one fact says of two records."""

    fact: str
    level: str
    weight: float
    sign: Sign
    title: str
    says: str


_CERTAIN: Final = (0.001, 0.999)
"""Beyond these a probability says no more than that it is very small or very large."""
_KEYS: Final[Mapping[str, tuple[str, str]]] = {
    "name": ("全称", "whole"),
    "number": ("全号", "whole"),
    "reading": ("读音", "as it is read"),
    "sound": ("近音", "what sounds alike"),
    "one_left_out": ("差一字", "but for one character"),
    "word_pairs": ("中的两词", "two words of it"),
    "surname_and_initial": ("的姓与首字母", "surname and initial"),
    "surname": ("中的姓", "surname"),
    "core": ("字号", "its core"),
    "brand": ("中的品牌", "brand"),
    "core_sounds": ("字号近音", "how its core sounds"),
    "core_pairs": ("字号中两字", "two characters of its core"),
    "date_either_way": ("月日或对调", "day and month either way"),
    "month_and_day": ("的月日", "month and day"),
    "year_and_month": ("的年月", "year and month"),
    "year_and_day": ("的年与日", "year and day"),
    "year": ("的年份", "year"),
    "local_number": ("不含区号", "without area code"),
    "last_seven_digits": ("末七位", "last seven digits"),
    "mailbox": ("邮箱名", "mailbox"),
    "slip": ("差一字符", "but for one character"),
    "shown_ends": ("可见首尾", "the ends that are shown"),
    "last_four": ("末四位", "last four"),
    "organisation": ("组织机构代码", "organisation code in it"),
    "door": ("门牌", "door"),
    "house": ("路与门牌号", "road and number"),
    "district": ("的区县", "district"),
    "city": ("的市", "city"),
    "house_and_word": ("门牌号与路名", "house number and a word"),
}
"""What of a fact a blocking key takes."""
_MENTIONED: Final = re.compile(
    rf"(?<![A-Za-z0-9_:])({'|'.join(fact.name for fact in HUB_FIELDS.facts)})(?::([a-z_]+))?(?![A-Za-z0-9_:])"
)

CODES: Final[Mapping[str, tuple[str, str]]] = {
    "resident_id": ("居民身份证", "resident's card"),
    "credit_code": ("统一社会信用代码", "credit code"),
    "passport": ("护照", "passport"),
    "household_register": ("户口簿", "household register"),
    "military_id": ("军官证或士兵证", "military id"),
    "police_id": ("警官证", "police id"),
    "hk_macao_permit": ("港澳居民来往内地通行证", "Hong Kong and Macao permit"),
    "taiwan_permit": ("台湾居民来往大陆通行证", "Taiwan permit"),
    "residence_permit": ("港澳台居民居住证", "residence permit of Hong Kong, Macao or Taiwan residents"),
    "foreign_residence": ("外国人永久居留身份证", "foreigner's residence card"),
    "organisation_code": ("组织机构代码证", "organisation code"),
    "male": ("男", "male"),
    "female": ("女", "female"),
    "person": ("个人", "person"),
    "organisation": ("单位", "organisation"),
    "active": ("在用", "active"),
    "suspended": ("停机", "suspended"),
    "closed": ("销户", "closed"),
    "mobile": ("移动", "mobile"),
    "fixed_line": ("固话", "fixed line"),
    "broadband": ("宽带", "broadband"),
    "phs": ("小灵通", "PHS"),
    "bundle": ("融合套餐", "bundle"),
    "business_navigator": ("商务领航", "business navigator"),
    "plan_change": ("套餐变更", "plan change"),
    "number_transfer": ("过户", "number transfer"),
    "fault_report": ("故障申报", "fault report"),
    "complaint": ("投诉", "complaint"),
    "cancellation": ("拆机销户", "cancellation"),
    "broadband_installation": ("宽带装机", "broadband installation"),
    "bill_enquiry": ("账单查询", "bill enquiry"),
}
"""Codes of the feeds' code lists in words; one that is not here is shown as it is."""
CODED: Final = frozenset({"gender", "entity_type", "id_type", "product", "subscription_status", "topic"})
"""The columns that hold codes."""


def code_says(code: object, language: Language) -> str:
    """Give what a code means; nothing for nothing."""
    if code is None:
        return ""
    return CODES[str(code)][_place(language)] if str(code) in CODES else str(code)


def likelihood(probability: float) -> str:
    """Give a probability in per cent, never as 0 or 100: no evidence is certain."""
    low, high = _CERTAIN
    if low <= probability <= high:
        return f"{probability:.1%}"
    return f">{high:.1%}" if probability > high else f"<{low:.1%}"


def title_of(fact: str, language: Language) -> str:
    """Give what a fact is called; one that nobody named goes by its own name."""
    return TITLES[fact][_place(language)] if fact in TITLES else fact.replace("_", " ")


def in_words(text: str | None, language: Language) -> str:
    """Give a text of matching with the facts and keys that it names (`id_number`, `name:reading`) in words."""

    def spelt(found: "re.Match[str]") -> str:
        fact, key = title_of(found[1], language), found[2]
        if key is None:
            return fact
        of_it = _KEYS[key][_place(language)] if key in _KEYS else key.replace("_", " ")
        return f"{fact}{of_it}" if language is Language.CHINESE else f"{fact} ({of_it})"

    said = _MENTIONED.sub(spelt, text or "")
    return said.replace(" + ", "、") if language is Language.CHINESE else said


def evidence_of(told: Mapping[str, object], language: Language) -> Evidence:
    """Give a piece of published evidence in words."""
    fact, level, weight = str(told["field"]), str(told["level"] or ""), float(str(told["weight"]))
    says = _LEVELS.get((fact, level), (level, level))[_place(language)]
    return Evidence(fact, level, weight, _sign(fact, level, weight), title_of(fact, language), says)


def sentence(evidence: list[Evidence], language: Language) -> str:
    """Say what speaks for and what against, the strongest first, in one or two sentences."""
    told = [each for each in evidence if each.fact != PRIOR]
    speaks = sorted((each for each in told if each.weight >= 0), key=lambda each: -each.weight)
    against = sorted((each for each in told if each.weight < 0), key=lambda each: each.weight)
    if language is Language.CHINESE:
        parts = [
            "支持同一客户：" + "；".join(each.says for each in speaks) + "。" if speaks else "没有支持同一客户的证据。",
            "反对：" + "；".join(each.says for each in against) + "。" if against else "没有反对的证据。",
        ]
        return "".join(parts)
    parts = [
        "For one customer: " + "; ".join(each.says for each in speaks) + "."
        if speaks
        else "Nothing speaks for one customer.",
        "Against: " + "; ".join(each.says for each in against) + "." if against else "Nothing speaks against it.",
    ]
    return " ".join(parts)


def pattern_says(pattern: str, language: Language) -> str:
    """Say in words how questions of a pattern (`name:same phone:different`) agree."""
    told = [each.partition(":")[::2] for each in pattern.split(" ") if each]
    said = [
        _LEVELS.get((fact, level), (level, level))[_place(language)] or title_of(fact, language) for fact, level in told
    ]
    return ("；" if language is Language.CHINESE else "; ").join(said)


def _sign(fact: str, level: str, weight: float) -> Sign:
    if weight < 0:
        return Sign.AGAINST
    return Sign.SAME if level == "same" else Sign.ALIKE


def _place(language: Language) -> int:
    return list(Language).index(language)
