"""The demo's extracts: eight feeds of invented customers, each in its channel's own format, encoding and layout."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from matching.errors import CustomerHubError
from pipelines.demo import channels, files, layouts
from pipelines.demo.channels import FIRST_DELIVERY, Channel
from pipelines.demo.drawing import stream
from pipelines.demo.places import DEFAULT_PROVINCE, written
from pipelines.demo.population import Population, make_population
from pipelines.demo.telling import firm_records, person_records

CHANGED_PROFILES: Final = 0.0035
"""Share of web profiles that their owners change on each day from the third on."""


MOST_DAYS: Final = 28
TRUTH: Final = ("channel", "feed", "source_id", "entity", "household")


@dataclass(frozen=True)
class FeedFiles:
    """How a feed's files are made: what their columns hold, how they are written, what they are called."""

    columns: layouts.Columns
    write: files.Writer
    name: str


FILES: Final = {
    "call_center": FeedFiles(layouts.call_center, files.write_call_center, "10000_tickets_{:%Y%m%d}.csv"),
    "web": FeedFiles(layouts.web, files.write_web, "users_{:%Y%m%d}.jsonl"),
    "retail_outlet": FeedFiles(layouts.retail, files.write_retail, "营业厅受理_{:%Y%m%d}.xlsx"),
    "agent": FeedFiles(layouts.agent, files.write_agent, "代理商_{:%Y%m%d}.txt"),
    "app": FeedFiles(layouts.app, files.write_app, "app_users_{:%Y%m%d}.parquet"),
    "legacy97": FeedFiles(layouts.legacy97, files.write_legacy97, "LINE97_{:%Y%m%d}.DAT"),
    "besttone": FeedFiles(layouts.besttone, files.write_besttone, "besttone_{:%Y%m%d}.tsv"),
    "bss": FeedFiles(layouts.bss, files.write_bss, "subscriptions_{:%Y%m%d}.csv"),
}


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
    if not 1 <= days <= MOST_DAYS:
        message = f"expected between 1 and {MOST_DAYS} days of extracts; found {days}"
        raise CustomerHubError(message)
    population = make_population(people, seed, province=province)
    landing = out / "extracts"
    truth: list[pl.DataFrame] = []
    written_rows: dict[Path, int] = {}
    for channel in channels.CHANNELS:
        records = _records(population, channel, seed, days)
        truth.append(records.select(*TRUTH[2:], channel=pl.lit(channel.name), feed=pl.lit(channel.feed)))
        written_rows |= _deliver(landing / channel.feed, _table(population, channel, records, seed, days), channel)
    told = pl.concat(truth).select(TRUTH)
    told.write_parquet(out / "truth.parquet")
    return Demo(
        landing,
        out / "truth.parquet",
        people,
        firms=population.firms.height,
        records=told.height,
        rows=sum(written_rows.values()),
        files=tuple(written_rows),
    )


def _table(population: Population, channel: Channel, records: pl.DataFrame, seed: int, days: int) -> pl.DataFrame:
    """Give the rows of all a channel's files in no order, with the day each is delivered on."""
    columns = FILES[channel.feed].columns
    changed = _changed(population, records, seed, days) if channel is channels.WEB else records.clear()
    table = pl.concat(
        columns(stream(seed, channel.name, purpose), part).with_columns(part["day"])
        for purpose, part in (("columns", records), ("changes", changed))
    )
    return table[stream(seed, channel.name, "order").permutation(table.height)]


def _deliver(folder: Path, table: pl.DataFrame, channel: Channel) -> dict[Path, int]:
    """Write one file a day that has rows and say how many each has; a former demo's files of other days go."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    for day in range(MOST_DAYS):
        delivered_on = FIRST_DELIVERY + timedelta(days=day)
        path = folder / FILES[channel.feed].name.format(delivered_on)
        part = table.filter(pl.col("day") == day).drop("day")
        if part.height:
            made[path] = FILES[channel.feed].write(path, part, delivered_on)
        else:
            path.unlink(missing_ok=True)
    return made


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
