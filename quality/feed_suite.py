"""What is expected of all that one feed has delivered so far: one line a check."""

from typing import Final

from matching.words import Severity
from quality.checks import FILLED, UNIQUE, Check

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
        WARNING,
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
