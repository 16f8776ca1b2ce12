"""What is expected of a candidate snapshot before anybody may read it: one line a check."""

from typing import Final

from matching.words import EntityType, Severity
from quality.checks import BETWEEN, FILLED, IN_SET, ROWS_BETWEEN, UNIQUE, Check

CRITICAL: Final = Severity.CRITICAL
WARNING: Final = Severity.WARNING

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
        "Every record has its versions, every version its record unless a full load says that it is gone",
        "每条记录都有其版本；除全量数据表明已删除者外，每个版本都有其记录",
        CRITICAL,
        "records",
    ),
    Check(
        "no_id_is_lost",
        "Every customer id ever published is in force or redirects",
        "每个曾发布的客户号均有效或有重定向",
        CRITICAL,
        "crosswalk_history",
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
        "There are at least 95 % of the record versions of the snapshot before",
        "记录版本数不少于上一快照的 95 %",
        CRITICAL,
        "record_versions",
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
        "No customer has two different valid resident ids, unless a steward said so",
        "除非经人工判定，没有客户持有两个不同的有效居民身份证号码",
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
    "records_have_not_vanished": ("record_versions", 0.95, None),
    "customers_change_slowly": ("customers", 0.9, 1.5),
}
"""Checks of volume: the table, and its least and most rows as multiples of those of the snapshot before."""
