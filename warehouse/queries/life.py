"""A customer's life: what each run did to it, and why. Told from the history in the snapshot in force."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from matching.customers.customer_ids import spell
from matching.errors import CustomerHubError
from matching.frames import CUSTOMERS
from matching.words import Retired
from warehouse import duck, state
from warehouse.errors import SnapshotError
from warehouse.judgements.restoring import RESTORES, ROLLED_BACK
from warehouse.published import snapshots
from warehouse.queries.reasons import Told, why_apart, why_together

NOT_VALUES: Final = (
    "customer_id",
    "record_count",
    "channel_count",
    "channels",
    "last_seen_at",
    "confidence",
    "updated_at",
)
"""Columns of a customer that tell of its records, which are told one by one."""


class EventKind(StrEnum):
    """What can happen to a customer."""

    JOINED = "joined"  # records came
    LEFT = "left"  # records went
    CHANGED = "changed"  # a golden value is another one
    RETIRED = "retired"  # the id went out of use
    RETURNED = "returned"  # the id came back into use


@dataclass(frozen=True)
class Event:
    """Something that a run did to a customer. `taken_back` if that run was rolled back later."""

    at: datetime
    run_id: str
    kind: EventKind
    says: str
    why: str | None
    records: tuple[str, ...] = ()
    other: str | None = None  # the customer they came from or went to, or that the id leads to
    taken_back: bool = False


@dataclass(frozen=True)
class Life:
    """A customer from its first run to now: whether its id is in force or where it leads, and who leads to it."""

    customer_id: str
    leads_to: str | None
    in_force: bool
    ids_that_lead_here: tuple[str, ...]
    events: tuple[Event, ...]


def life(home: Path, customer_id: str) -> Life:
    """Give the life of a customer, in force or not; an id that nobody ever had is an error."""
    snapshot = snapshots.current(home)
    if snapshot is None:
        message = f"{home}: expected a published snapshot, found none; customer-hub run --home {home} publishes one"
        raise SnapshotError(message)
    with duck.reading(snapshot) as con:
        told = _tell(home, con, customer_id)
        if told.intervals.is_empty() and told.redirects.is_empty():
            message = f"{spell(customer_id)}: expected an id that was published, found none; read it again"
            raise CustomerHubError(message)
        runs = duck.rows(con.table("runs"))
        manifests = dict(runs.select("run_id", pl.col("manifest").str.json_path_match(f"$.{RESTORES}")).iter_rows())
        rolled = runs["manifest"].str.json_path_match(f"$.{ROLLED_BACK}").drop_nulls()
        taken_back = {run_id for each in rolled.str.json_decode(pl.List(pl.String)) for run_id in each}
        events = [
            event
            for row in runs.iter_rows(named=True)
            for event in _events(
                told, row["run_id"], row["valid_from"], manifests[row["run_id"]], row["run_id"] in taken_back
            )
        ]
    open_ = told.redirects.filter(pl.col("valid_to").is_null())
    own = open_.filter(pl.col("customer_id") == customer_id)
    leads_here = open_.filter(pl.col("redirects_to") == customer_id)["customer_id"]
    return Life(
        customer_id, own["redirects_to"][0] if own.height else None, own.is_empty(), tuple(leads_here), tuple(events)
    )


def _tell(home: Path, con: duckdb.DuckDBPyConnection, customer_id: str) -> Told:
    def ask(name: str) -> pl.DataFrame:
        return duck.rows(con.sql(duck.statements(f"reading/{name}"), params=[customer_id]))

    intervals = ask("life_records")
    records = json.dumps(intervals["record_id"].unique().sort().to_list())
    with state.reading(home) as connection:
        said = connection.execute(state.statement("judgements_on"), {"records": records}).fetchall()
    return Told(customer_id, ask("life_values"), intervals, ask("life_redirects"), said, con)


def _events(told: Told, run_id: str, at: datetime, restores: str | None, taken_back: bool) -> Iterator[Event]:
    """Tell what one run, or one rollback, did."""
    came = told.intervals.filter((pl.col("customer_id") == told.customer_id) & (pl.col("from_run") == run_id))
    went = told.intervals.filter((pl.col("customer_id") == told.customer_id) & (pl.col("to_run") == run_id))
    here = _held(told, at)
    instead = f"the customers of run {restores} were put in force again" if restores else None
    own = told.redirects.filter(pl.col("customer_id") == told.customer_id)
    returns = own.filter(pl.col("valid_to") == at).height > 0
    for other, records in _groups(told, came, "valid_to", "valid_from"):
        where = f"from {spell(other)}" if other else "new"
        parted = other is not None and returns
        why = why_apart(told, records, None, at) if parted else why_together(told, came, records, at)
        says = f"{_many(records)} joined, {where}: {', '.join(records)}"
        yield Event(at, run_id, EventKind.JOINED, says, instead or why, tuple(records), other, taken_back)
    for other, records in _groups(told, went, "valid_from", "valid_to"):
        where = f"are {spell(other)}'s now" if other else "are no longer told by their channel"
        there = told.intervals.filter((pl.col("customer_id") == (other or "")) & (pl.col("valid_from") == at))
        moved = why_apart(told, records, here, at) if here else why_together(told, there, records, at)
        says = f"{_many(records)} left, {where}: {', '.join(records)}"
        why = (instead or moved) if other else instead
        yield Event(at, run_id, EventKind.LEFT, says, why, tuple(records), other, taken_back)
    for says in _changes(told.values, run_id):
        yield Event(at, run_id, EventKind.CHANGED, says, instead, taken_back=taken_back)
    for row in own.iter_rows(named=True):
        if row["valid_from"] == at:
            leads = row["redirects_to"]
            why = f"leads to {spell(leads)} now" if leads else "leads to nobody: no record is left"
            why = f"{why}; the run that published it was rolled back" if row["reason"] == Retired.ROLLED_BACK else why
            yield Event(at, run_id, EventKind.RETIRED, "the id went out of use", why, (), leads, taken_back)
        if row["valid_to"] == at:
            why = instead or "it is the customer that it was"
            yield Event(at, run_id, EventKind.RETURNED, "the id came back into use", why, taken_back=taken_back)


def _held(told: Told, at: datetime) -> list[str]:
    """Give the records that the customer held from a moment on."""
    ended = pl.col("valid_to").is_null() | (pl.col("valid_to") > at)
    own = told.intervals.filter((pl.col("customer_id") == told.customer_id) & (pl.col("valid_from") <= at) & ended)
    return own["record_id"].unique().sort().to_list()


def _groups(told: Told, moved: pl.DataFrame, theirs: str, ours: str) -> Iterator[tuple[str | None, list[str]]]:
    """Give the moved records by the customer they were with on the other side of the moment; None for nobody."""
    others = told.intervals.filter(pl.col("customer_id") != told.customer_id)
    beside = moved.select("record_id", moment=ours).join(
        others.select("record_id", "customer_id", moment=theirs), on=["record_id", "moment"], how="left"
    )
    rows = beside.select("customer_id", "record_id").sort("customer_id", "record_id", nulls_last=False).rows()
    for other, group in groupby(rows, key=lambda row: row[0]):
        yield other, [record for _, record in group]


def _changes(values: pl.DataFrame, run_id: str) -> Iterator[str]:
    """Tell which golden values a run changed."""
    now = values.filter(pl.col("from_run") == run_id)
    if now.is_empty():
        return
    before = values.filter(pl.col("valid_from") < now["valid_from"][0])
    was: Mapping[str, Any] = before.row(-1, named=True) if before.height else {}
    for column, value in now.row(0, named=True).items():
        if column not in CUSTOMERS or column in NOT_VALUES or value == was.get(column):
            continue
        yield f"{column}: {_said(was[column])} → {_said(value)}" if was else f"{column}: {_said(value)}"


def _said(value: object) -> str:
    if value is None:
        return "nothing"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _many(records: Sequence[str]) -> str:
    return "1 record" if len(records) == 1 else f"{len(records)} records"
