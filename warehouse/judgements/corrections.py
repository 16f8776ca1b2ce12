"""Corrections on a home: planned on the snapshot in force, previewed, written down; the next run carries them out.

Every caller uses these functions: the command line, the desk, tests. Planning and previewing write nothing.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from matching.customers import correcting
from matching.customers.correcting import CannotCorrectError, Correction, Known, Regroup
from matching.customers.customer_ids import spell
from matching.customers.identity import assign
from matching.customers.survivorship import survive
from matching.frames import CROSSWALK, CUSTOMERS, RECORDS, REDIRECTS, REMEMBERED, Schema, conform
from matching.policy import HUB_FIELDS
from matching.words import Claim, Judgement
from warehouse import duck, state
from warehouse.errors import SnapshotError
from warehouse.judgements import judgement_log
from warehouse.judgements.judgement_log import PairVerdict
from warehouse.judgements.planned import decision_of, not_carried_out
from warehouse.models import models
from warehouse.moments import as_text
from warehouse.published import before, snapshots
from warehouse.published.manifests import read_manifest


@dataclass(frozen=True)
class Preview:
    """What a correction will do: whose the records are and will be, and the golden values before and after.

    `records` is (record_id, before, after), customer ids; `customers_before` and `customers_after` are CUSTOMERS of all
    customers concerned. What other records do meanwhile, the next run shows.
    """

    correction: Correction
    records: pl.DataFrame
    customers_before: pl.DataFrame
    customers_after: pl.DataFrame

    @property
    def says(self) -> str:
        """What will happen, in one line."""
        moved = self.records.filter(pl.col("before") != pl.col("after")).height
        known = set(self.customers_before["customer_id"])
        after = [
            spell(each) if each in known else f"{spell(each)} (again or new)"
            for each in self.customers_after["customer_id"]
        ]
        return (
            f"{moved} of {self.records.height} records move; in force will be {', '.join(after)}; "
            f"{self.correction.judgements.height} pairs of records are judged {self.correction.verdict.value}"
        )


def unmerge(home: Path, customer_id: str, *, regroup: Regroup | None = None) -> Correction:
    """Plan to make a customer that was merged into another one a customer again, with its id."""
    known = _known(home, [customer_id])
    return correcting.take_back(known, customer_id, regroup or by_the_model(home))


def unmerge_record(home: Path, record_id: str, *, regroup: Regroup | None = None) -> Correction:
    """Plan to take one record out of its customer again."""
    return correcting.take_out(_known(home, [_holder(home, record_id)]), record_id, regroup or by_the_model(home))


def split(home: Path, customer_id: str, record_ids: Sequence[str], *, regroup: Regroup | None = None) -> Correction:
    """Plan to make some records of a customer another one."""
    known = _known(home, [customer_id])
    return correcting.take_apart(known, _in_force(known, customer_id), record_ids, regroup or by_the_model(home))


def merge(home: Path, customer_id: str, other_id: str, *, regroup: Regroup | None = None) -> Correction:
    """Plan to make two customers one; ids out of use stand for the customers that they lead to."""
    known = _known(home, [customer_id, other_id])
    one, other = _in_force(known, customer_id), _in_force(known, other_id)
    if one == other:
        message = f"merge: expected two customers, found that both ids are {spell(one)} already; nothing is to be done"
        raise CannotCorrectError(message)
    return correcting.join(known, one, other, regroup or by_the_model(home))


def preview(home: Path, correction: Correction) -> Preview:
    """Give what a correction will do to ids, records and golden values."""
    going = [*correction.left, *correction.right]
    known = _known(home, correction.customer_ids)
    crosswalk = known.crosswalk.filter(pl.col("record_id").is_in(going))
    after = assign(
        correction.members,
        crosswalk,
        known.redirects,
        run_id="preview",
        secret=state.secret(home),
        remembered=correction.remembered,
    )
    moved = crosswalk.select("record_id", before="customer_id").join(
        after.crosswalk.select("record_id", after="customer_id"), on="record_id", how="left"
    )
    concerned = crosswalk["customer_id"].unique().sort().to_list()
    sharing = _ask(home, "sharing", going)["customer_id"].to_list()
    beside = _crosswalk(home, [each for each in sharing if each not in concerned])
    whole = pl.concat([after.crosswalk, beside]).sort("record_id")
    golden = survive(_records(home, whole["record_id"].to_list()), whole, pins=state.pins(home, after.redirects))
    ids = after.crosswalk["customer_id"].unique()
    return Preview(
        correction,
        moved.sort("record_id"),
        conform(_ask(home, "customers_of", concerned).select(CUSTOMERS.keys()), CUSTOMERS, name="customers"),
        golden.customers.filter(pl.col("customer_id").is_in(ids.implode())),
    )


def write(home: Path, correction: Correction, *, who: str, reason: str, at: datetime) -> int:
    """Write a correction down, whole or not at all, and give its number; the next run that begins carries it out."""
    run_id = _snapshot(home).stem
    with state.transaction(home) as con:
        return keep(con, correction, run_id=run_id, who=who, reason=reason, at=at)


def keep(  # noqa: PLR0913 -- the columns of a correction
    con: sqlite3.Connection, correction: Correction, *, run_id: str, who: str, reason: str, at: datetime
) -> int:
    """Write a correction down within a transaction that the caller opened; `run_id` is the snapshot it was made on."""
    row = (correction.kind.value, json.dumps(correction.customer_ids), run_id, who, as_text(at), reason)
    written = con.execute(
        "INSERT INTO corrections (kind, customer_ids, run_id, who, at, reason) VALUES (?, ?, ?, ?, ?, ?)", row
    ).lastrowid
    number = int(written or 0)
    con.executemany(
        "INSERT INTO remembered_records (correction_id, customer_id, record_id, since_run, claim) "
        "VALUES (?, ?, ?, ?, ?)",
        [(number, *remembered) for remembered in correction.remembered.select(REMEMBERED.keys()).iter_rows()],
    )
    judgement_log.add(
        con,
        [PairVerdict(left, right, Judgement(verdict)) for left, right, verdict in correction.judgements.iter_rows()],
        who=who,
        at=at,
        reason=reason,
        decision_id=decision_of(number),
    )
    return number


def by_the_model(home: Path) -> Regroup:
    """Decide records anew as a run does, with the model that the snapshot in force was made with."""
    from matching.resolving import resolve  # noqa: PLC0415 (what only looks does not wait for it)

    model = models.load(home, str(read_manifest(_snapshot(home))["model"]))

    def regroup(record_ids: Sequence[str], judgements: pl.DataFrame) -> pl.DataFrame:
        return resolve(_records(home, record_ids), HUB_FIELDS, judgements=judgements, model=model).members

    return regroup


def _known(home: Path, customer_ids: Sequence[str]) -> Known:
    """Give what is known of the customers that these ids stand for; an id that nobody ever had is an error.

    Corrections that wait for the next run count as carried out.
    """
    asked = list(customer_ids)
    redirects = _ask(home, "redirects_to", asked)
    leads = dict(redirects.select("customer_id", "redirects_to").iter_rows())
    holders = sorted({leads.get(each, each) for each in asked} - {None})
    crosswalk = _crosswalk(home, holders)
    redirects = conform(_ask(home, "redirects_to", [*asked, *holders]), REDIRECTS, name="redirects")
    for each in asked:
        if each not in leads and each not in set(crosswalk["customer_id"]):
            message = (
                f"{spell(each)}: expected an id that was published, found none; read it again character by character"
            )
            raise CannotCorrectError(message)
    ids = sorted({*holders, *redirects["customer_id"]})
    waiting = not_carried_out(home).filter(pl.col("claim") == Claim.RESTORED)
    again = waiting.unique("record_id", keep="last", maintain_order=True).select("record_id", again="customer_id")
    crosswalk = (
        crosswalk.join(again, on="record_id", how="left", maintain_order="left")
        .with_columns(customer_id=pl.coalesce("again", "customer_id"))
        .drop("again")
    )
    redirects = redirects.join(waiting, on="customer_id", how="anti", maintain_order="left")
    with state.reading(home) as con:
        said = [
            (each.record_id_l, each.record_id_r, each.verdict.value)
            for each in judgement_log.touching(con, crosswalk["record_id"])
        ]
    schema: Schema = dict.fromkeys(("record_id_l", "record_id_r", "verdict"), pl.String)
    judgements = pl.DataFrame(said, schema=dict(schema), orient="row")
    return Known(crosswalk, redirects, before.intervals(home, ids), judgements)


def _in_force(known: Known, customer_id: str) -> str:
    """Give the customer in force that an id stands for; refuse one of whom no record is left."""
    leads = dict(known.redirects.select("customer_id", "redirects_to").iter_rows())
    found = leads.get(customer_id, customer_id)
    if found is None:
        message = f"{spell(customer_id)}: expected a customer with records, found that none of its records is left"
        raise CannotCorrectError(message)
    return str(found)


def _holder(home: Path, record_id: str) -> str:
    with duck.reading(_snapshot(home)) as con:
        found = con.sql(duck.statements("reading/holder"), params=[record_id]).fetchall()
    if not found:
        message = (
            f"record {record_id}: expected a record in the table crosswalk, found none; write it as feed:source_id"
        )
        raise CannotCorrectError(message)
    return str(found[0][0])


def _crosswalk(home: Path, customer_ids: Sequence[str]) -> pl.DataFrame:
    told = _ask(home, "crosswalk_of", customer_ids)
    return conform(told.select(CROSSWALK.keys()), CROSSWALK, name="crosswalk")


def _records(home: Path, record_ids: Sequence[str]) -> pl.DataFrame:
    told = _ask(home, "records_of", record_ids)
    return conform(told.select(column for column in told.columns if column in RECORDS), RECORDS, name="records")


def _ask(home: Path, name: str, ids: Sequence[str]) -> pl.DataFrame:
    with duck.reading(_snapshot(home)) as con:
        return duck.rows(con.sql(duck.statements(f"reading/{name}"), params=[list(ids)]))


def _snapshot(home: Path) -> Path:
    snapshot = snapshots.current(home)
    if snapshot is None:
        message = f"{home}: expected a published snapshot, found none; customer-hub run --home {home} publishes one"
        raise SnapshotError(message)
    return snapshot
