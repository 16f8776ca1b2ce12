"""What is expected of each feed and of a candidate snapshot: tables of checks, and the two functions that run them."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from matching.frames import ATTRIBUTES, EXTRACTS, FACTS, LANDED, QUALITY_RESULTS, REJECTS, conform
from matching.words import EntityType, Severity
from quality.checks import Check, run_checks
from quality.database import count_rows, load

SNAPSHOT: Final = "snapshot"
"""The subject of checks that are about the candidate snapshot and not about a feed."""

UNIQUE: Final = "expect_column_values_to_be_unique"
UNIQUE_TOGETHER: Final = "expect_compound_columns_to_be_unique"
FILLED: Final = "expect_column_values_to_not_be_null"
IN_SET: Final = "expect_column_values_to_be_in_set"
BETWEEN: Final = "expect_column_values_to_be_between"
ROWS_BETWEEN: Final = "expect_table_row_count_to_be_between"

CRITICAL: Final = Severity.CRITICAL
WARNING: Final = Severity.WARNING

FEED_CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "rows_of_extracts_add_up",
        "In every extract rows read = records + rejects, and they are all here",
        "每个数据文件：读取行数 = 记录数 + 拒收数，且全部在库",
        CRITICAL,
        "landed",
    ),
    Check(
        "keys_are_filled",
        "Every row has the channel's own key",
        "每行均有渠道内编号",
        CRITICAL,
        "landed",
        FILLED,
        {"column": "source_id"},
        "row_id",
    ),
    Check(
        "a_line_is_one_row",
        "Every line of an extract was taken once",
        "数据文件的每一行只入库一次",
        CRITICAL,
        "landed",
        UNIQUE,
        {"column": "line_id"},
        "row_id",
    ),
    Check(
        "most_rows_are_records",
        "No extract has more rejects than records",
        "任何数据文件的拒收行不多于记录",
        CRITICAL,
        "landed",
    ),
    Check(
        "few_rows_are_rejects",
        "At most 5 % of an extract's rows are rejects",
        "每个数据文件的拒收行不超过 5 %",
        WARNING,
        "landed",
    ),
    Check(
        "columns_are_known",
        "No extract has columns the feed file does not know",
        "数据文件没有来源定义之外的列",
        WARNING,
        "landed",
    ),
    Check(
        "extracts_are_of_usual_size",
        "No extract is three times as large as any before it",
        "没有数据文件比以往最大的大三倍以上",
        WARNING,
        "landed",
    ),
    Check(
        "no_delivery_is_missing",
        "No pause between deliveries is twice as long as usual",
        "交付间隔未超过通常间隔的两倍",
        WARNING,
        "landed",
    ),
    Check(
        "columns_stay_filled",
        "No column is filled only half as often as before",
        "各列的填充率未降至以往的一半以下",
        WARNING,
        "landed",
    ),
    Check(
        "nothing_happens_after_delivery",
        "No row tells of a day after its delivery",
        "没有行的业务时间晚于交付日",
        WARNING,
        "landed",
    ),
    Check("text_is_not_garbled", "No text shows marks of a wrong encoding", "文本没有乱码痕迹", WARNING, "landed"),
    Check(
        "phones_look_like_phones",
        "At most 10 % of the phone numbers have an impossible length",
        "长度不合理的电话号码不超过 10 %",
        WARNING,
        "landed",
    ),
    Check(
        "codes_are_known",
        "Every category is one that the feed's code lists know",
        "每个类别值都在来源的代码表中",
        WARNING,
        "landed",
    ),
)
"""Run on all that one feed has delivered so far."""

SNAPSHOT_CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "customer_ids_are_unique",
        "Every customer id occurs once in customers",
        "customers 表中客户号不重复",
        CRITICAL,
        "customers",
        UNIQUE,
        {"column": "customer_id"},
        "customer_id",
    ),
    Check(
        "record_ids_are_unique",
        "Every record id occurs once in records",
        "records 表中记录号不重复",
        CRITICAL,
        "records",
        UNIQUE,
        {"column": "record_id"},
        "record_id",
    ),
    Check(
        "every_record_in_one_customer",
        "Every record belongs to exactly one customer",
        "每条记录恰好属于一个客户",
        CRITICAL,
        "records",
    ),
    Check(
        "crosswalk_and_customers_agree",
        "Every customer in the crosswalk is in customers, and the other way round",
        "对照表中的客户均在 customers 表中，反之亦然",
        CRITICAL,
        "customers",
    ),
    Check(
        "rows_read_are_accounted_for",
        "In every extract rows read = records + rejects, and they are all here",
        "每个数据文件：读取行数 = 记录数 + 拒收数，且全部在库",
        CRITICAL,
        "records",
    ),
    Check(
        "no_version_is_lost",
        "Every record has its versions, every version its record",
        "每条记录都有其版本，每个版本都有其记录",
        CRITICAL,
        "records",
    ),
    Check(
        "golden_values_are_not_invented",
        "Every golden value stands in the record its lineage names",
        "每个黄金值都出自其血缘所指的记录",
        CRITICAL,
        "customers",
    ),
    Check(
        "every_golden_value_has_lineage",
        "Lineage knows every golden value",
        "每个黄金值都有血缘",
        CRITICAL,
        "customers",
    ),
    Check(
        "redirects_lead_to_customers",
        "Every retired id leads to a customer in one step",
        "每个停用的客户号一步指向现行客户",
        CRITICAL,
        "customers",
    ),
    Check(
        "history_shows_the_present",
        "The open intervals of the history are the customers and the crosswalk",
        "历史表的有效区间与现行客户及对照表一致",
        CRITICAL,
        "customers",
    ),
    Check(
        "entity_types_are_known",
        "Every customer is a person or an organisation",
        "客户类型为个人或企业",
        CRITICAL,
        "customers",
        IN_SET,
        {"column": "entity_type", "value_set": [kind.value for kind in EntityType]},
        "customer_id",
    ),
    Check(
        "confidence_is_a_probability",
        "Every confidence lies between 0 and 1",
        "可信度在 0 到 1 之间",
        CRITICAL,
        "customers",
        BETWEEN,
        {"column": "confidence", "min_value": 0, "max_value": 1},
        "customer_id",
    ),
    Check(
        "customers_have_not_collapsed",
        "There are customers, and at least half as many as in the snapshot before",
        "有客户，且不少于上一快照的一半",
        CRITICAL,
        "customers",
        ROWS_BETWEEN,
        {"min_value": 1},
    ),
    Check(
        "records_have_not_vanished",
        "There are at least 95 % of the records of the snapshot before",
        "记录数不少于上一快照的 95 %",
        CRITICAL,
        "records",
        ROWS_BETWEEN,
        {"min_value": 1},
    ),
    Check(
        "customers_change_slowly",
        "There are 0.9 to 1.5 times as many customers as in the snapshot before",
        "客户数为上一快照的 0.9 至 1.5 倍",
        WARNING,
        "customers",
        ROWS_BETWEEN,
        {"min_value": 0},
    ),
    Check(
        "valid_ids_pass_their_check_digit",
        "Every identity number called valid has 18 characters and the right check digit",
        "标为有效的证件号码均为 18 位且校验位正确",
        CRITICAL,
        "records",
    ),
    Check(
        "one_resident_id_per_customer",
        "No customer has two different valid resident ids",
        "没有客户持有两个不同的有效居民身份证号码",
        WARNING,
        "customers",
    ),
    Check(
        "names_are_filled",
        "At least 60 % of the customers have a name",
        "至少 60 % 的客户有姓名",
        WARNING,
        "customers",
        FILLED,
        {"column": "name", "mostly": 0.6},
        "customer_id",
    ),
    Check(
        "persons_can_be_reached",
        "At least 80 % of the persons have a number, an e-mail or an address",
        "至少 80 % 的个人客户有号码、邮箱或地址",
        WARNING,
        "customers",
    ),
    Check(
        "golden_mobiles_are_mobiles",
        "Every golden mobile number has eleven digits and begins with 1",
        "黄金手机号码均为 1 开头的 11 位数字",
        WARNING,
        "customers",
    ),
    Check(
        "golden_mobiles_are_personal",
        "No mobile number is the golden one of more than 20 customers",
        "没有手机号码同为 20 个以上客户的首选号码",
        WARNING,
        "customers",
    ),
    Check(
        "birth_dates_are_possible",
        "No customer is older than 120 years or not yet born",
        "没有客户超过 120 岁或尚未出生",
        WARNING,
        "customers",
    ),
    Check(
        "customers_are_of_one_size",
        "No customer has more than 200 records",
        "没有客户拥有 200 条以上的记录",
        WARNING,
        "customers",
    ),
)
"""Run on every candidate snapshot; a critical failure keeps it from being published."""

BOUNDS: Final[dict[str, tuple[str, float, float | None]]] = {
    "customers_have_not_collapsed": ("customers", 0.5, None),
    "records_have_not_vanished": ("records", 0.95, None),
    "customers_change_slowly": ("customers", 0.9, 1.5),
}
"""Checks of volume: the table, and its least and most rows as multiples of those of the snapshot before."""


def check_feed(landed: pl.DataFrame, extracts: pl.DataFrame, rejects: pl.DataFrame, *, feed: str) -> pl.DataFrame:
    """Give what the checks say of all that a feed has delivered so far, as QUALITY_RESULTS.

    `landed` (LANDED), `extracts` (EXTRACTS) and `rejects` (REJECTS) may hold other feeds too. A feed of which nothing
    was taken yet has nothing to be checked.
    """
    own = pl.col("feed") == feed
    taken = conform(extracts, EXTRACTS, name="extracts").filter(own)
    if taken.is_empty():
        return pl.DataFrame(schema=dict(QUALITY_RESULTS))
    wanted = ("feed", "record_id", "source_id", "extract", "extract_id", "line", "seen_at", "happened_at")
    rows = conform(landed, LANDED, name="landed").filter(own).select(*wanted, *ATTRIBUTES, *FACTS)
    with tempfile.TemporaryDirectory() as folder:
        database = load(
            Path(folder),
            {
                "landed": rows.with_columns(
                    row_id=pl.format("{}:{}", "extract", "line"), line_id=pl.format("{}:{}", "extract_id", "line")
                ),
                "extracts": taken,
                "rejects": conform(rejects, REJECTS, name="rejects").filter(own).drop("raw"),
            },
        )
        return run_checks(database, FEED_CHECKS, subject=feed)


def audit_snapshot(candidate: Path, previous: Path | None) -> pl.DataFrame:
    """Give what the audit of a candidate snapshot found, as QUALITY_RESULTS; a failed critical check forbids it.

    `previous` is the snapshot in force, to compare volumes with.
    """
    return run_checks(candidate, _bounded(SNAPSHOT_CHECKS, previous), subject=SNAPSHOT)


def failures(results: pl.DataFrame, severity: Severity) -> pl.DataFrame:
    """Give the results that failed at this severity."""
    return results.filter(~pl.col("passed") & (pl.col("severity") == severity))


def _bounded(checks: tuple[Check, ...], previous: Path | None) -> list[Check]:
    if previous is None:
        return list(checks)
    before = count_rows(previous, sorted({table for table, _, _ in BOUNDS.values()}))
    bounded = []
    for check in checks:
        if check.name in BOUNDS:
            table, least, most = BOUNDS[check.name]
            args = {"min_value": max(1, int(least * before[table]))}
            bounded.append(replace(check, args=args | ({"max_value": int(most * before[table]) + 1} if most else {})))
        else:
            bounded.append(check)
    return bounded
