"""Row rules: what is wrong with a row by itself, as a table that a steward can read.

A row is rejected only when it says nothing of anybody. Everything else that is odd is a finding: the row becomes a
record and the finding is counted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from matching.fields.id_spelling import (
    CREDIT,
    OLD_RESIDENT,
    OTHER_FORMS,
    RESIDENT,
    bare,
    credit_check,
    fifteen_kept,
    resident_check,
)
from matching.fields.misread import is_misread
from matching.fields.phone_spelling import MOBILE, alone
from matching.fields.sparing import unless
from matching.fields.writing import plain
from matching.frames import ATTRIBUTES, FACTS, FINDINGS, REJECTS, conform
from matching.tables import listed


class Outcome(StrEnum):
    """What a broken row rule does to its row."""

    REJECT = "reject"
    FINDING = "finding"


@dataclass(frozen=True)
class RowRule:
    """One rule; `broken` is true, over LANDED columns and those of `_derived`, for rows that break it."""

    name: str
    says_en: str
    says_zh: str
    outcome: Outcome
    broken: pl.Expr


@dataclass(frozen=True)
class Judged:
    """Rows after judgement; together `accepted` and `rejects` hold every row that was judged."""

    accepted: pl.DataFrame
    rejects: pl.DataFrame
    findings: pl.DataFrame


TELL_NOTHING: Final = ("id_type", "gender", "business_category")
"""Attributes that do not tell one customer from a million others."""

KNOWN_BY: Final = tuple(name for name in ATTRIBUTES if name not in TELL_NOTHING)
"""What a customer can be known by, be it as little as an address."""

WRITTEN: Final = ("name", "nickname", "username", "address")
"""What is written in words."""

PHONES: Final[tuple[str, ...]] = ("mobile", "contact_phone", "caller_number", "service_number", "fixed_line")
TOTALS: Final[tuple[str, ...]] = ("合计", "总计", "小计", "共计", "汇总", "total", "sum")
OLDEST_YEARS: Final = 120
MASKED: Final = r"[*＊xX×?？]{2,}"


def _filled(*names: str) -> pl.Expr:
    return pl.any_horizontal(pl.col(*names).str.strip_chars().fill_null("") != "")


def _any_phone(broken: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    return pl.any_horizontal(broken(pl.col(DIGITS.format(name))).fill_null(value=False) for name in PHONES)


SPELLED_ID: Final = "\0id"
"""The document number in plain spelling: half width, capitals, without blanks and what it is."""
CHECK_CHARACTER: Final = "\0check"
"""The check character that the document number should end in, where it has one."""
DIGITS: Final = "\0digits of {}"
"""The digits of a phone number, of the first where a cell holds two, without what is dialled before it."""

ID: Final = pl.col(SPELLED_ID)
IS_RESIDENT_ID: Final = ID.str.contains(RESIDENT)
IS_CHECKED_BY_FORM: Final = pl.col("id_type").is_null() | pl.col("id_type").is_in(["resident_id", "credit_code"])
"""Passports and other documents have forms of their own."""
LOOKS_ROUNDED: Final = fifteen_kept(ID).is_not_null() & (ID.str.slice(17) != pl.col(CHECK_CHARACTER))
BIRTH_DATE: Final = pl.col("birth_date").str.to_date("%Y-%m-%d", strict=False)
BORN_BY_ID: Final = ID.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
BILL: Final = pl.col("monthly_bill").str.strip_chars().cast(pl.Float64, strict=False)

ROW_RULES: Final[tuple[RowRule, ...]] = (
    RowRule(
        "nothing_but_a_key",
        "the row says nothing: every field but its key is empty",
        "该行除主键外全部为空",
        Outcome.REJECT,
        ~_filled(*ATTRIBUTES, *FACTS) & pl.col("happened_at").is_null(),
    ),
    RowRule(
        "total_line",
        "the row is a total at the end of a list, not a customer",
        "该行是合计行，不是客户",
        Outcome.REJECT,
        pl.col("source_id").str.replace_all(r"[\s:：]", "").str.to_lowercase().is_in(TOTALS),
    ),
    RowRule(
        "nobody_to_know",
        "the row has no name, number, phone, e-mail, login or address to know its customer by; it stays alone",
        "该行没有姓名、证件、电话、邮箱、登录名或地址，无法识别客户",
        Outcome.FINDING,
        ~_filled(*KNOWN_BY),
    ),
    RowRule(
        "duplicated_key",
        "the extract holds the same key more than once; the last line is in force",
        "同一文件中键值重复，以最后一行为准",
        Outcome.FINDING,
        pl.len().over("feed", "extract_id", "source_id") > 1,
    ),
    RowRule(
        "misread_text",
        "a name or address was written in one encoding and read in another; it is read again as far as it can be",
        "姓名或地址是编码错误造成的乱码，已尽量还原",
        Outcome.FINDING,
        pl.any_horizontal(pl.col(*WRITTEN).map_batches(is_misread, return_dtype=pl.Boolean)),
    ),
    RowRule(
        "malformed_id",
        "the document number has neither the form of a resident id nor that of a credit code",
        "证件号码既不是身份证号格式也不是统一社会信用代码格式",
        Outcome.FINDING,
        IS_CHECKED_BY_FORM
        & ~pl.col("id_number").str.contains(MASKED)
        & ~(IS_RESIDENT_ID | ID.str.contains(OLD_RESIDENT) | ID.str.contains(CREDIT))
        & ~(pl.col("id_type").is_null() & ID.str.contains(OTHER_FORMS)),
    ),
    RowRule(
        "rounded_id",
        "the last three digits of the document number are lost: a spreadsheet took it for a number and keeps fifteen; "
        "it is compared without them. Have the channel format the column as text before it is filled",
        "证件号码末三位已丢失：表格把它当作数字，只保留十五位；比对时不使用这三位。请渠道先把该列设为文本格式再填写",
        Outcome.FINDING,
        IS_CHECKED_BY_FORM & LOOKS_ROUNDED,
    ),
    RowRule(
        "wrong_check_character",
        "the last character of the document number does not fit the others: one of them is wrong",
        "证件号码校验位错误",
        Outcome.FINDING,
        IS_CHECKED_BY_FORM
        & (ID.str.slice(17) != pl.col(CHECK_CHARACTER))
        & ~LOOKS_ROUNDED,
    ),
    RowRule(
        "last_four_contradict_id",
        "the last four characters given are not those of the document number",
        "证件后四位与证件号码不一致",
        Outcome.FINDING,
        (ID.str.len_chars() == 18) & (plain(pl.col("id_last4")).str.to_uppercase() != ID.str.slice(14)),
    ),
    RowRule(
        "impossible_birth_date",
        f"the birth date is no day, lies after the delivery, or more than {OLDEST_YEARS} years before it",
        "出生日期不可能",
        Outcome.FINDING,
        _filled("birth_date")
        & (
            BIRTH_DATE.is_null()
            | (pl.col("seen_at").dt.date() < BIRTH_DATE)
            | (pl.col("seen_at").dt.offset_by(f"-{OLDEST_YEARS}y").dt.date() > BIRTH_DATE)
        ),
    ),
    RowRule(
        "birth_date_contradicts_id",
        "the birth date is not the one inside the resident id",
        "出生日期与身份证号中的日期不一致",
        Outcome.FINDING,
        IS_RESIDENT_ID & (BIRTH_DATE != BORN_BY_ID) & (pl.date(1900, 1, 1) != BIRTH_DATE),
    ),
    RowRule(
        "placeholder_phone",
        "a phone number is one that is typed where a number is demanded, nobody's",
        "电话号码为占位号码",
        Outcome.FINDING,
        _any_phone(lambda digits: digits.str.replace("^(?:86|0)(1)", "$1").is_in(listed("no_numbers", "number"))),
    ),
    RowRule(
        "malformed_phone",
        "a phone number has fewer than seven digits or more than fifteen",
        "电话号码位数不对",
        Outcome.FINDING,
        _any_phone(lambda digits: ~digits.str.len_chars().is_between(7, 15)),
    ),
    RowRule(
        "malformed_email",
        "the e-mail address is not of the form name@domain",
        "邮箱格式错误",
        Outcome.FINDING,
        ~plain(pl.col("email")).str.contains(r"^[^@\s]+@[^@\s]+\.[^@.\s]+$"),
    ),
    RowRule(
        "placeholder_name",
        "the name is a word for an unknown one",
        "姓名为占位词",
        Outcome.FINDING,
        plain(pl.col("name")).is_in(listed("no_names", "text")),
    ),
    RowRule(
        "happened_after_delivery",
        "the row's own time lies after the day it was delivered",
        "发生时间晚于交付日",
        Outcome.FINDING,
        pl.col("happened_at") >= pl.col("seen_at").dt.offset_by("1d"),
    ),
    RowRule(
        "unreadable_bill",
        "the monthly bill is no number, or below zero",
        "月账单金额不是有效数字",
        Outcome.FINDING,
        _filled("monthly_bill") & (BILL.is_null() | (BILL < 0)),
    ),
)  # fmt: skip
"""The rules in the order in which they are asked; the first broken rejecting rule names the reject."""


def judge(landed: pl.DataFrame, rules: Sequence[RowRule] = ROW_RULES) -> Judged:
    """Give LANDED rows as accepted ones, REJECTS, and FINDINGS about accepted ones; no row is lost, none changed."""
    flags = _derived(landed).select(rule.broken.fill_null(value=False).alias(rule.name) for rule in rules)
    rejecting = [rule for rule in rules if rule.outcome is Outcome.REJECT]
    first = pl.coalesce(
        pl.lit(None, dtype=pl.String), *(pl.when(pl.col(rule.name)).then(pl.lit(rule.name)) for rule in rejecting)
    )
    broken = flags.select(first.alias("rule"))["rule"]
    accepted = broken.is_null()
    reasons = {rule.name: rule.says_en for rule in rules}
    rejects = landed.with_columns(broken, broken.replace_strict(reasons, return_dtype=pl.String).alias("reason"))
    findings = [
        landed.filter(flags[rule.name] & accepted).with_columns(
            pl.lit(rule.name).alias("rule"), pl.lit(rule.says_en).alias("reason")
        )
        for rule in rules
        if rule.outcome is Outcome.FINDING
    ]
    return Judged(
        landed.filter(accepted),
        conform(rejects.filter(~accepted).select(REJECTS.keys()), REJECTS, name="rejects"),
        conform(
            pl.concat(
                [landed.clear().with_columns(rule=pl.lit(None, pl.String), reason=pl.lit(None, pl.String)), *findings]
            )
            .select(FINDINGS.keys())
            .sort("feed", "extract", "extract_id", "line", "rule"),
            FINDINGS,
            name="findings",
        ),
    )


def _derived(landed: pl.DataFrame) -> pl.DataFrame:
    """Add what several rules look at: the document number in plain spelling, its check character, phones' digits."""
    spelled = bare(pl.col("id_number"))
    digits = [
        unless(MOBILE, plain(pl.col(name)), alone).str.replace_all(r"\D", "").alias(DIGITS.format(name))
        for name in PHONES
        if landed[name].null_count() < landed.height
    ]
    absent = [pl.lit(None, pl.String).alias(DIGITS.format(name)) for name in PHONES]
    frame = landed.with_columns(absent).with_columns(spelled.alias(SPELLED_ID), *digits)
    numbers = frame.select(SPELLED_ID).filter(ID.str.len_chars() == 18).unique()
    resident = numbers.filter(IS_RESIDENT_ID).with_columns(resident_check(ID).alias(CHECK_CHARACTER))
    firms = numbers.filter(~IS_RESIDENT_ID & ID.str.contains(CREDIT)).with_columns(
        credit_check(ID).alias(CHECK_CHARACTER)
    )
    return frame.join(pl.concat([resident, firms]), on=SPELLED_ID, how="left", maintain_order="left")
