"""Whom a request is about: records by customer, by document number or by themselves."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from connectors.versions import read_landed
from matching.errors import CustomerHubError
from matching.fields import id_number
from matching.fields.base import VALUE
from matching.words import Retired
from pipelines import environment
from warehouse.published.reading import read_frame, read_table
from warehouse.published.snapshots import current, snapshots

PACKAGES: Final = ("connectors", "feeds", "pipelines", "quality", "stewardship", "warehouse")
TEXTS: Final = frozenset({".py", ".sql", ".toml", ".j2", ".html", ".js", ".css"})


class RequestError(CustomerHubError):
    """A request that names nobody, or more people than one."""


def find_records(
    home: Path, *, customers: Sequence[str] = (), id_numbers: Sequence[str] = (), records: Sequence[str] = ()
) -> frozenset[str]:
    """Give the records a request is about: all of these customers, of everybody with these numbers, and these."""
    if not (customers or id_numbers or records):
        message = "erase: expected --customer, --id-number or --record, found none; say whom it is about"
        raise RequestError(message)
    crosswalk = read_frame(home, "crosswalk")
    found = set(_of_customers(home, crosswalk, customers))
    for number in id_numbers:
        found |= _of_number(home, crosswalk, number)
    if records:
        landed = set(read_landed(home)["record_id"])
        if unknown := [record for record in records if record not in landed]:
            message = (
                f"--record {unknown[0]}: expected a record that was landed (feed:source id), found none of that id"
            )
            raise RequestError(message)
        found |= set(records)
    return frozenset(found)


def _of_customers(home: Path, crosswalk: pl.DataFrame, customers: Sequence[str]) -> Iterable[str]:
    redirects = read_frame(home, "customer_redirects")
    leads = {
        one: (to, reason) for one, to, reason in redirects.select("customer_id", "redirects_to", "reason").iter_rows()
    }
    for customer in customers:
        to, reason = leads.get(customer, (customer, None))
        if reason == Retired.ERASED:
            message = f"--customer {customer}: expected a customer in force, found one that was erased already"
            raise RequestError(message)
        members = crosswalk.filter(customer_id=to or customer)["record_id"]
        if members.is_empty() and snapshots(home):
            past = read_table(home, "crosswalk_history").filter(customer_id=customer)
            members = past.join(crosswalk, on="record_id", how="anti")["record_id"].unique()
        if members.is_empty():
            message = f"--customer {customer}: expected a customer, of now or of the past, found none of that id"
            raise RequestError(message)
        yield from members


def _of_number(home: Path, crosswalk: pl.DataFrame, number: str) -> set[str]:
    """Give all records of the one customer whose document has this number, in whatever spelling it was delivered."""
    asked = id_number.FIELD.clean(pl.Series([number]))[VALUE][0]
    landed = read_landed(home).select("record_id", "id_number")
    told = landed["id_number"].drop_nulls().unique()
    spelled = told.filter(id_number.FIELD.clean(told)[VALUE].eq_missing(asked)) if asked else told.clear()
    bearing = landed.filter(pl.col("id_number").is_in(spelled.to_list()))["record_id"].unique().to_list()
    theirs = crosswalk.filter(pl.col("record_id").is_in(bearing))["customer_id"].unique().sort().to_list()
    if len(theirs) > 1:
        message = (
            f"--id-number: expected one customer with this number, found {len(theirs)}: {', '.join(theirs)}. "
            "See who they are, then name those meant with --customer"
        )
        raise RequestError(message)
    if not bearing:
        message = "--id-number: expected a number that some record tells, found none; nothing is known of it here"
        raise RequestError(message)
    return {*bearing, *crosswalk.filter(pl.col("customer_id").is_in(theirs))["record_id"]}


def wholly_erased(home: Path, records: frozenset[str]) -> tuple[str, ...]:
    """Give the customers, of now and of every kept snapshot, that hold no other record, and ids that lead to them."""
    theirs: set[str] = set()
    living: set[str] = set()
    for snapshot in snapshots(home):
        crosswalk = read_table(snapshot, "crosswalk").select("customer_id", "record_id")
        gone = pl.col("record_id").is_in(list(records))
        held = crosswalk.group_by("customer_id").agg(some=gone.any(), whole=gone.all())
        theirs |= set(held.filter("whole")["customer_id"])
        if snapshot == current(home):
            living = set(held.filter(~pl.col("whole"))["customer_id"])
    redirects = read_frame(home, "customer_redirects")
    theirs |= set(redirects.filter(pl.col("redirects_to").is_in(sorted(theirs)))["customer_id"])
    return tuple(sorted(theirs - living))


def product_words() -> list[str]:
    """Give the texts of the product itself, whole and word by word: what it writes is nobody's own."""
    told = [
        file.read_text(encoding="utf-8")
        for package in PACKAGES
        for file in sorted((environment.ROOT / package).rglob("*"))
        if file.suffix in TEXTS and "demo" not in file.parts
    ]
    return sorted({*told, *(word for text in told for word in re.findall(r"\w+", text))})
