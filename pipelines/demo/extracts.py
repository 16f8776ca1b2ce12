"""The demo's extracts: eight feeds of invented customers, each in its channel's own format, encoding and layout."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import xlsxwriter

from matching.errors import CustomerHubError
from pipelines.demo import channels, dirt
from pipelines.demo.channels import FIRST_DELIVERY, Channel, firm_records, person_records
from pipelines.demo.dirt import befall
from pipelines.demo.drawing import pick, stream
from pipelines.demo.places import DEFAULT_PROVINCE, written
from pipelines.demo.population import Population, make_population

TOPICS: Final = ("故障报修", "套餐变更", "话费查询", "投诉", "销户", "号码过户", "宽带安装")
PRODUCTS: Final = ("固话", "融合套餐", "移动", "宽带")
NICKNAMES: Final = ("快乐每一天", "阳光", "平安是福", "随风", "一路有你")
CHANGED_PROFILES: Final = 0.0035
"""Share of web profiles that their owners change on each day from the third on."""
TYPED_AS_NUMBER: Final = 0.3
"""Share of plainly written mobile numbers that the retail outlets' workbook holds as numbers."""
LEGACY_WIDTHS: Final = (12, 12, 20, 80, 8)
BROKEN_AGENT_LINES: Final = (
    b"A99999990|AG0001|\xd5\xc5|extra|13900000000||x|y|20261102|more",
    b"A99999991|AG0001",
    b"A99999992|AG0001|\xff\xfe\xff||13900000001|||\xd2\xc6\xb6\xaf|20261102",
)
"""A line with too many fields, one with too few, one that is not text; they come with the second day's file."""


@dataclass(frozen=True)
class Demo:
    """Where the demo's files are and what is in them."""

    landing: Path  # the folder with a folder per feed
    truth: Path  # Parquet: channel, feed, source_id, entity, household
    people: int
    firms: int
    records: int  # source ids in the truth
    rows: int  # rows in the files, broken lines included
    files: tuple[Path, ...]


def make_extracts(
    out: Path, *, people: int = 5000, seed: int = 7, days: int = 5, province: str = DEFAULT_PROVINCE
) -> Demo:
    """Write the extracts of `people` invented persons below `out/extracts`, and `out/truth.parquet` beside them.

    A full load on the first day, new rows and changed web profiles on each of the others. The same arguments give the
    same bytes.
    """
    if not 1 <= days <= 28:
        message = f"expected between 1 and 28 days of extracts; found {days}"
        raise CustomerHubError(message)
    population = make_population(people, seed, province=province)
    landing, truth = out / "extracts", []
    files: list[Path] = []
    rows = 0
    for channel in channels.CHANNELS:
        records = _records(population, channel, seed, days)
        truth.append(
            records.select("source_id", "entity", "household", channel=pl.lit(channel.name), feed=pl.lit(channel.feed))
        )
        folder = landing / channel.feed
        folder.mkdir(parents=True, exist_ok=True)
        columns, write, file_name = WRITERS[channel.feed]
        table = columns(stream(seed, channel.name, "columns"), records)
        changed = _changed(population, records, seed, days) if channel is channels.WEB else records.clear()
        later = columns(stream(seed, channel.name, "changes"), changed)
        shuffled = pl.concat([table, later]).with_columns(day=pl.concat([records["day"], changed["day"]]))
        shuffled = shuffled[stream(seed, channel.name, "order").permutation(shuffled.height)]
        for day in range(days):
            delivered_on = FIRST_DELIVERY + timedelta(days=day)
            part = shuffled.filter(pl.col("day") == day).drop("day")
            if part.height:
                files.append(folder / file_name.format(delivered_on))
                rows += write(files[-1], part, delivered_on)
    told = pl.concat(truth).select("channel", "feed", "source_id", "entity", "household")
    told.write_parquet(out / "truth.parquet")
    return Demo(landing, out / "truth.parquet", people, population.firms.height, told.height, rows, tuple(files))


def _records(population: Population, channel: Channel, seed: int, days: int) -> pl.DataFrame:
    """Give a channel's records of persons and firms, with source ids in the order the customers came."""
    parts = []
    if channel is not channels.BESTTONE:
        parts.append(person_records(population, channel, seed, days=days))
    if channel.firms:
        parts.append(firm_records(population, channel, seed, days=days))
    records = pl.concat(parts, how="diagonal")
    number = pl.int_range(pl.len()).cast(pl.String).str.zfill(8)
    return records.with_columns(
        source_id=pl.format("{}{}", pl.lit(channel.prefix), number), is_firm=pl.col("entity").str.starts_with("B")
    )


def _changed(population: Population, records: pl.DataFrame, seed: int, days: int) -> pl.DataFrame:
    """Give new versions of some web profiles: another address, another number, or an e-mail address at last."""
    rng = stream(seed, "web", "changed")
    first_load = np.flatnonzero((records["day"] == 0).to_numpy())
    chosen, on = [], []
    for day in range(2, days):
        hit = first_load[rng.random(len(first_load)) < CHANGED_PROFILES]
        chosen.append(hit)
        on.append(np.full(len(hit), day))
    if not chosen:
        return records.clear()
    rows = records[np.concatenate(chosen)].with_columns(day=pl.Series(np.concatenate(on)))
    what = pl.Series(rng.random(rows.height))
    opened = pl.lit(datetime.combine(FIRST_DELIVERY, datetime.min.time()))
    rows = rows.with_columns(minute=pl.Series(rng.integers(540, 600, rows.height)))
    address = written(rng, population.homes[rng.integers(0, population.homes.height, rows.height)])
    return rows.with_columns(
        happened_at=opened + pl.duration(days="day", minutes="minute"),
        address=pl.when(what < 0.45).then(address).otherwise("address"),
        mobile=pl.when(what.is_between(0.45, 0.8))
        .then(pl.coalesce("second_mobile", "mobile_told"))
        .otherwise("mobile"),
        email=pl.when(what > 0.8).then(pl.col("user") + "@189.cn").otherwise("email"),
    )


# what the columns of each channel's files hold


def _call_center(rng: np.random.Generator, records: pl.DataFrame) -> pl.DataFrame:
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


def _web(rng: np.random.Generator, records: pl.DataFrame) -> pl.DataFrame:
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


def _retail(rng: np.random.Generator, records: pl.DataFrame) -> pl.DataFrame:
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


def _agent(rng: np.random.Generator, records: pl.DataFrame) -> pl.DataFrame:
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


def _app(rng: np.random.Generator, records: pl.DataFrame) -> pl.DataFrame:
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


def _legacy97(_rng: np.random.Generator, records: pl.DataFrame) -> pl.DataFrame:
    joined = pl.col("fixed_line_told")
    return records.select("source_id", joined, "name", "address", pl.col("happened_at").dt.strftime("%Y%m%d"))


def _besttone(_rng: np.random.Generator, records: pl.DataFrame) -> pl.DataFrame:
    return records.select(
        pl.col("source_id").alias("id"),
        pl.col("name").alias("商户名称"),
        pl.col("fixed_line").alias("电话"),
        pl.col("address").alias("地址"),
        pl.col("category").alias("类别"),
    )


def _bss(rng: np.random.Generator, records: pl.DataFrame) -> pl.DataFrame:
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


# how each channel writes its files; every writer gives the number of rows written


def _write_delimited(path: Path, table: pl.DataFrame, encoding: str, separator: str = ",", end: str = "\n") -> int:
    text = table.write_csv(separator=separator, line_terminator=end, quote_style="necessary")
    path.write_bytes(text.encode(encoding))
    return table.height


def _write_call_center(path: Path, table: pl.DataFrame, _on: date) -> int:
    return _write_delimited(path, table, "gb18030")


def _write_bss(path: Path, table: pl.DataFrame, _on: date) -> int:
    return _write_delimited(path, table, "utf-8")


def _write_besttone(path: Path, table: pl.DataFrame, _on: date) -> int:
    return _write_delimited(path, table, "utf-8-sig", separator="\t")


def _write_agent(path: Path, table: pl.DataFrame, on: date) -> int:
    """Write pipe-separated GBK; the second day's file has three broken lines and an empty one."""
    lines = table.write_csv(separator="|", quote_style="never").encode("gbk").splitlines()
    broken = on == FIRST_DELIVERY + timedelta(days=1)
    if broken:
        for at, line in enumerate(BROKEN_AGENT_LINES):
            lines.insert(min(3 + 3 * at, len(lines)), line)
    path.write_bytes(b"\r\n".join(lines) + (b"\r\n\r\n" if broken else b"\r\n"))
    return table.height + len(BROKEN_AGENT_LINES) * broken


def _write_web(path: Path, table: pl.DataFrame, _on: date) -> int:
    lines = table.select(pl.struct(pl.all()).struct.json_encode()).to_series()
    path.write_text("\n".join(lines.to_list()) + "\n", encoding="utf-8")
    return table.height


def _write_app(path: Path, table: pl.DataFrame, _on: date) -> int:
    table.write_parquet(path)
    return table.height


def _write_retail(path: Path, table: pl.DataFrame, on: date) -> int:
    """Write a workbook with a title, an empty row and then the table, some numbers typed as numbers."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm"}) as workbook:
        workbook.set_properties({"created": datetime.combine(on, datetime.min.time())})
        sheet = workbook.add_worksheet("受理清单")
        sheet.write(0, 0, f"营业厅受理清单 {on}")
        typed = table["typed"] & table["联系电话"].str.contains(r"^1\d{10}$").fill_null(False)
        for column, name in enumerate(table.drop("typed").columns):
            sheet.write(2, column, name)
            for row, value in enumerate(table[name].to_list(), start=3):
                if value is None:
                    continue
                if name == "联系电话" and typed[row - 3]:
                    sheet.write_number(row, column, int(value))
                elif isinstance(value, datetime):
                    sheet.write_datetime(row, column, value)
                else:
                    sheet.write_string(row, column, value)
    return table.height


def _write_legacy97(path: Path, table: pl.DataFrame, _on: date) -> int:
    """Write records of 132 bytes; what is longer than its field is cut between two characters."""

    def fields(row: tuple[str, ...]) -> Iterator[bytes]:
        for value, width in zip(row, LEGACY_WIDTHS, strict=True):
            yield value.encode("gb18030")[:width].decode("gb18030", "ignore").encode("gb18030").ljust(width)

    path.write_bytes(b"".join(b"".join(fields(row)) + b"\r\n" for row in table.iter_rows()))
    return table.height


Columns = Callable[[np.random.Generator, pl.DataFrame], pl.DataFrame]
Writer = Callable[[Path, pl.DataFrame, date], int]
WRITERS: Final[dict[str, tuple[Columns, Writer, str]]] = {
    "call_center": (_call_center, _write_call_center, "10000_tickets_{:%Y%m%d}.csv"),
    "web": (_web, _write_web, "users_{:%Y%m%d}.jsonl"),
    "retail_outlet": (_retail, _write_retail, "营业厅受理_{:%Y%m%d}.xlsx"),
    "agent": (_agent, _write_agent, "代理商_{:%Y%m%d}.txt"),
    "app": (_app, _write_app, "app_users_{:%Y%m%d}.parquet"),
    "legacy97": (_legacy97, _write_legacy97, "LINE97_{:%Y%m%d}.DAT"),
    "besttone": (_besttone, _write_besttone, "besttone_{:%Y%m%d}.tsv"),
    "bss": (_bss, _write_bss, "subscriptions_{:%Y%m%d}.csv"),
}
"""Per feed: what its columns hold, how its files are written, what they are called."""
