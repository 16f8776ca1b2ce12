"""What Chinese offices, schools and hospitals are called for short: 人社局, 街道办, 七小 for 第七小学.

Long words are read as the short ones (`data/body_words.csv`), a school's number as in its full name; both are for
comparing alone.
"""

from functools import cache
from typing import Final

import polars as pl

from matching.tables import table

NUMBER: Final = "[一二三四五六七八九十]{1,3}"
CAMPUS: Final = "(?:.{1,4}(?:校区|院区|分院|分校|园区))?"
CALLED: Final = (
    (rf"^第?({NUMBER})幼(?:儿园)?({CAMPUS})$", "第${1}幼儿园${2}"),
    (rf"^第?({NUMBER})小(?:学)?({CAMPUS})$", "第${1}小学${2}"),
    (rf"^第?({NUMBER})中(?:学)?({CAMPUS})$", "第${1}中学${2}"),
    (rf"^第?({NUMBER})医院({CAMPUS})$", "第${1}人民医院${2}"),
    (rf"^实小({CAMPUS})$", "实验小学$1"),
    (r"公安$", "公安局"),
    (r"^政府(.{2,8}街道办)$", "$1"),
)
"""How a school, hospital or office is called behind its place, and in full."""
LEVEL: Final = "(?:局|法院|检察院|政府|委员会|中心医院|人民医院|中医院|中医医院|妇保院|妇联|残联|总工会)$"
"""What each level of places has one of: a city's and its district's are two."""


@cache
def short_words() -> dict[str, str]:
    """Give the long words in the names of bodies, longest first, with their short forms."""
    words = table("body_words").sort(pl.col("word").str.len_chars(), "word", descending=[True, False])
    return dict(words.select("word", "short").iter_rows())


def as_called(behind: pl.Expr) -> pl.Expr:
    """Give names, without the place before them, with their bodies as everybody calls them."""
    words = short_words()
    behind = behind.str.replace_many(list(words), list(words.values()), leftmost=True)
    for written, called in CALLED:
        behind = behind.str.replace(written, called)
    return behind
