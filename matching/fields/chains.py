"""Shops and branches of chains in Chinese names (肯德基(中山路店), 工行五一路支行), and what shops are called by trade.

Everybody uses a chain's name alone for the one shop he means; which shop it is stands in brackets, behind a mark or at
the end. Banks and insurers are called by short names (`data/chain_names.csv`), shops by what they sell
(`data/shop_words.csv`).
"""

from functools import cache
from typing import Final

import numpy as np
import polars as pl

from matching.fields.latin import Mask
from matching.fields.organisation_likeness import either, is_one_branch
from matching.tables import listed, table

CHAINS: Final = (
    "银行|信用社|信用合作社|信用合作联社|证券|保险|人寿|财险|产险|寿险|邮政|电信|移动|联通|石油|石化"
    "|工行|建行|农行|中行|交行|招行|邮储"
)
"""Lines of business whose branches bear the head office's name without its legal form."""

SHOP_OF_CHAIN: Final = (
    r"^.{2,}?(?:店|超市|网吧|馆|房|厅|吧|城|庄|坊|院|市场|火锅)"
    r"((?:第?[一二三四五六七八九十0-9]+|.{0,6}[分路街道村镇区县市城场门站]|新|老|总)店)$"
)
"""One shop of several, the group, behind the name that all of them have."""
SHOP_APART: Final = (
    r"^(.{2,}?)\s*(?:\(\s*([^()]{1,11}(?:店|[路街道厦场城心园苑府湾郡庭邸轩]|国际|公馆|小区|管理处|项目部|[分院校]区|分院|分校))\s*\)"
    r"|(?:[·・•\-—_]\s*([^\s()·・•\-—_]{1,11}店)|\s+([^\s()·・•\-—_]{1,11}[路街道厦场城心园区县市镇村站]分?店))"
    r"|\s+([^\s()·・•\-—_]{1,10}(?:[支本]店|营业所|出张所|工场|本社)))$"
)
"""One shop or branch of several, in brackets or behind a mark: 肯德基(中山路店), 太陽システム 博多工場."""
SHOP: Final = "[^第一二三四五六七八九十0-9新老总分支]店$|[路街道厦场城心园]$"
"""How a shop is told by where it is: 中山路店, not 二店. The name that all its sisters have is used for it too."""
LOOKED_AFTER: Final = "物业"
"""A line of business whose sites are no shops: its name alone means the firm."""
AS_BANKS_END: Final = "支行|分行|分理处|营业部|营业室|储蓄所|自助银行|网点"
"""How the branches of banks end, which are called by their abbreviations: 工行五一路支行."""
SHOP_ENDINGS: Final = "经营部|服务部|商行|会所|[店行部馆铺庄]"
"""What may follow the word for what a shop sells: 烟酒店, 烟酒商行."""


def with_shop_marked(text: pl.Expr) -> pl.Expr:
    """Give names with the shop that stands apart in marks of its own, unless it is told by how its name ends too."""
    apart = text.str.extract_groups(SHOP_APART)
    head, shop = apart.struct[0], pl.coalesce(*(apart.struct[group] for group in range(1, 5)))
    is_told = pl.concat_str(head, shop).str.contains(SHOP_OF_CHAIN)
    return (
        pl.when(shop.is_not_null() & ~is_told)
        .then(pl.concat_str(head, pl.lit("〈"), shop, pl.lit("〉")))
        .otherwise(text)
    )


def in_full(name: pl.Expr) -> pl.Expr:
    """Give names of banks and insurers that begin with a short form in full."""
    full = chain_names()
    known = pl.coalesce(*(name.str.extract(pattern) for pattern in shortened()))
    written = known.replace_strict(list(full), list(full.values()), default=None, return_dtype=pl.String)
    return pl.when(known.is_not_null()).then(written + name.str.strip_prefix(known.fill_null(""))).otherwise(name)


@cache
def chain_names() -> dict[str, str]:
    """Give what banks and insurers are called in full, by what they are called."""
    return dict(table("chain_names").select("word", "full").iter_rows())


@cache
def shortened() -> tuple[str, str]:
    """Give the patterns of names that begin with what a bank or insurer is called, the group; abbreviations last."""
    words = table("chain_names")
    always, of_branches = (
        words.filter(rows)["word"].to_list() for rows in (pl.col("when").is_null(), pl.col("when").is_not_null())
    )
    return rf"^({either(always)})", rf"^({either(of_branches)}).*(?:{AS_BANKS_END})$"


def shop_left_out(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where only one tells which shop it is, and neither is a firm by its legal form."""
    branches = [pl.Series(side, frame["branch"]) for side, frame in (("l", left), ("r", right))]
    is_shop = [branch.str.contains(SHOP).fill_null(False).to_numpy() for branch in branches]
    none = [branch.is_null().to_numpy() for branch in branches]
    no_form = (left["form"].is_null() & right["form"].is_null()).to_numpy()
    sites = [frame["core"].str.contains(LOOKED_AFTER).fill_null(False).to_numpy() for frame in (left, right)]
    found: Mask = ((is_shop[0] & none[1]) | (is_shop[1] & none[0])) & no_form & ~sites[0] & ~sites[1]
    return found


def shops_of_one(left: pl.DataFrame, right: pl.DataFrame) -> tuple[Mask, Mask]:
    """Tell where one says apart which shop it is and the other without a mark, and it is the same one, or is not."""
    one, other = np.zeros(left.height, dtype=bool), np.zeros(left.height, dtype=bool)
    for apart, joined in ((left, right), (right, left)):
        rows = pl.DataFrame({"core": apart["core"], "branch": apart["branch"], "whole": joined["core"]})
        goes_on = pl.col("whole").str.starts_with(pl.col("core")) & pl.col("whole").str.ends_with("店")
        told = pl.col("branch").str.ends_with("店") & (pl.col("whole") != pl.col("core"))
        found = (
            rows.select(found=(goes_on & told).fill_null(False))["found"].to_numpy()
            & joined["branch"].is_null().to_numpy()
        )
        at = np.flatnonzero(found)
        for row, (core, branch, whole) in zip(at, rows[at].iter_rows(), strict=True):
            same = is_one_branch(whole.removeprefix(core), branch)
            one[row], other[row] = one[row] or same, other[row] or not same
    return one, other


def shops() -> str:
    """Give the pattern of what a shop is called by what it sells."""
    return either(listed("shop_words", "word"))
