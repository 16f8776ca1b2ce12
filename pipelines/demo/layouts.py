"""What the columns of each channel's files hold, made from its records."""

from collections.abc import Callable
from typing import Final

import numpy as np
import polars as pl

from pipelines.demo import dirt
from pipelines.demo.dirt import befall
from pipelines.demo.drawing import pick

Columns = Callable[[np.random.Generator, pl.DataFrame], pl.DataFrame]

TOPICS: Final = ("故障报修", "套餐变更", "话费查询", "投诉", "销户", "号码过户", "宽带安装")
PRODUCTS: Final = ("固话", "融合套餐", "移动", "宽带")
NICKNAMES: Final = ("快乐每一天", "阳光", "平安是福", "随风", "一路有你")
TYPED_AS_NUMBER: Final = 0.3
"""Share of plainly written mobile numbers that the retail outlets' workbook holds as numbers."""


def call_center(rng: np.random.Generator, records: pl.DataFrame) -> pl.DataFrame:
    """Give hot-line tickets: the number that called, who said it was, and what it was about."""
    size = records.height
    again = befall(
        rng,
        records.with_columns(value=pl.col("mobile_told")),
        "mobile_told",
        ((dirt.missing, 0.6), (dirt.respelled_mobile, 0.24)),
    )
    last4 = pl.when(pl.Series(rng.random(size) < 0.345)).then("last4")
    return records.select(
        pl.col("source_id").alias("工单号"),
        pl.coalesce("fixed_line", "mobile").alias("来电号码"),
        pl.col("name").alias("客户姓名"),
        last4.alias("证件后四位"),
        pl.when(~pl.col("is_firm")).then("id_number").alias("证件号码"),
        again.alias("联系电话"),
        pl.col("address").alias("地址"),
        pick(rng, TOPICS, size).alias("业务类型"),
        pick(rng, ("是", "否"), size, (0.7, 0.3)).alias("首次解决"),
        pl.col("happened_at").dt.strftime("%Y/%m/%d %H:%M").alias("来电时间"),
    )


def web(rng: np.random.Generator, records: pl.DataFrame) -> pl.DataFrame:
    """Give user profiles of the web portal."""
    digits = "u" + pl.col("mobile_told").str.tail(6)
    username = pl.when(pl.Series(rng.random(records.height) < 0.6)).then(pl.coalesce(digits, "user")).otherwise("user")
    profile = pl.struct("name", "email", pl.col("birth_date").alias("birthday"), "address")
    return records.select(
        pl.col("source_id").alias("uid"),
        username.alias("username"),
        "mobile",
        pl.col("id_number").alias("id_no"),
        profile.alias("profile"),
        pl.col("happened_at").dt.strftime("%Y-%m-%dT%H:%M:%S+08:00").alias("created_at"),
    )


def retail(rng: np.random.Generator, records: pl.DataFrame) -> pl.DataFrame:
    """Give what the retail outlets' counters took down; one in many has the other sex ticked."""
    mistaken = pl.Series(rng.random(records.height) < 0.0015)
    male = pl.when(mistaken).then(~pl.col("male")).otherwise("male")
    shop = pl.Series(rng.random(records.height) < 0.15)
    elsewhere = pl.col("county").gather(pl.Series(rng.integers(0, max(records.height, 1), records.height)))
    return records.select(
        pl.col("source_id").alias("受理单号"),
        pl.col("name").alias("客户名称"),
        pl.when("is_firm").then(pl.lit("统一社会信用代码")).otherwise(pl.lit("居民身份证")).alias("证件类型"),
        pl.col("id_number").alias("证件号码"),
        pl.when(male).then(pl.lit("男")).when(~male).then(pl.lit("女")).alias("性别"),
        pl.col("mobile").alias("联系电话"),
        pl.col("fixed_line").alias("固定电话"),
        pl.col("address").alias("地址"),
        (pl.when(shop).then(elsewhere).otherwise("county") + "营业厅").alias("营业厅"),
        pl.col("happened_at").alias("受理时间"),
        pl.Series("typed", rng.random(records.height) < TYPED_AS_NUMBER),
    )


def agent(rng: np.random.Generator, records: pl.DataFrame) -> pl.DataFrame:
    """Give contracts that agents signed."""
    product = pl.when("is_firm").then(pl.lit("商务领航")).otherwise(pick(rng, PRODUCTS, records.height))
    return records.select(
        pl.col("source_id").alias("流水号"),
        pl.format("AG{}", pl.col("agent").cast(pl.String).str.zfill(4)).alias("代理商编码"),
        pl.col("name").alias("姓名"),
        pl.col("id_number").alias("身份证号"),
        pl.col("mobile").alias("手机"),
        pl.col("fixed_line").alias("固话"),
        pl.col("address").alias("住址"),
        product.alias("产品"),
        pl.col("happened_at").dt.strftime("%Y%m%d").alias("签约日期"),
    )


def app(rng: np.random.Generator, records: pl.DataFrame) -> pl.DataFrame:
    """Give users of the mobile app, called what they call themselves."""
    size = records.height
    style = pl.Series(rng.random(size))
    nickname = (
        pl.when(style < 0.2)
        .then(pick(rng, NICKNAMES, size))
        .when(style < 0.4)
        .then("first")
        .when(style < 0.6)
        .then("用户" + pl.col("mobile_told").str.tail(4))
        .when(style < 0.8)
        .then(pl.concat_str("surname_pinyin", "first_pinyin", "second_pinyin"))
        .otherwise("real_name")
    )
    device = [f"{number:016x}" for number in rng.integers(0, 2**63 - 1, size).tolist()]
    return records.select(
        pl.col("source_id").alias("user_id"),
        pl.Series("device", device, dtype=pl.String),
        "mobile",
        pl.coalesce(nickname, pl.lit(NICKNAMES[0])).alias("nickname"),
        pl.col("name").alias("real_name"),
        pl.col("id_number").alias("id_no"),
        "email",
        pl.col("happened_at").alias("registered_at"),
    )


def legacy97(_rng: np.random.Generator, records: pl.DataFrame) -> pl.DataFrame:
    """Give owners of fixed lines, each known by the number alone."""
    joined = pl.col("fixed_line_told")
    return records.select("source_id", joined, "name", "address", pl.col("happened_at").dt.strftime("%Y%m%d"))


def besttone(_rng: np.random.Generator, records: pl.DataFrame) -> pl.DataFrame:
    """Give the businesses that Best Tone lists."""
    return records.select(
        pl.col("source_id").alias("id"),
        pl.col("name").alias("商户名称"),
        pl.col("fixed_line").alias("电话"),
        pl.col("address").alias("地址"),
        pl.col("category").alias("类别"),
    )


def bss(rng: np.random.Generator, records: pl.DataFrame) -> pl.DataFrame:
    """Give subscriptions: the number, its owner, its status and monthly bill; numbers given up are closed."""
    size = records.height
    closed = pl.Series("closed", rng.random(size))
    bill = pl.Series(np.round(np.exp(rng.normal(3.9, 0.55, size)), 2))
    given_up = pl.col("service_number") == pl.col("former_mobile")
    return records.select(
        pl.col("source_id").alias("subscription_id"),
        pl.format("ACC{}", pl.col("household").cast(pl.String).str.zfill(8)).alias("account_no"),
        "service_number",
        pl.lit("移动").alias("product"),
        pl.col("name").alias("owner_name"),
        pl.col("id_number").alias("owner_id_no"),
        pl.when(given_up & (closed < 0.85))
        .then(pl.lit("销户"))
        .when(closed < 0.06)
        .then(pl.lit("停机"))
        .when(closed < 0.10)
        .then(pl.lit("销户"))
        .otherwise(pl.lit("在用"))
        .alias("status"),
        bill.alias("arpu"),
        pl.col("opened_on").cast(pl.String),
    )
