"""Tables without a person: which rows go is read from a table's columns, so that a new table is covered as it comes.

Rows that name an erased record or customer, or a line of a file that held one, leave. A few tables say something of
others that has to be worked out again without the person; they are named here. A table that has neither such columns
nor a place here stops an erasure before anything is touched.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import duckdb
import polars as pl

from matching.customers.households import find_households
from matching.errors import CustomerHubError
from matching.frames import CUSTOMERS, erased_rejects
from matching.words import Retired
from warehouse import duck
from warehouse.erasure.former_customers import history
from warehouse.erasure.leaving import World


class UncoveredError(CustomerHubError):
    """Something under the home of which nobody has said how a person is taken out of it."""


def clean(name: str, table: pl.DataFrame, world: World) -> pl.DataFrame:
    """Give a table without the person; an `UncoveredError` if nobody has said how."""
    require_covered(name, table.columns)
    kept = table.filter(~names_the_person(table, world))
    return SPECIAL[name](table, kept, world) if name in SPECIAL else kept


def require_covered(name: str, columns: list[str]) -> None:
    """Refuse a table that an erasure would pass by."""
    if name in SPECIAL or name in IMPERSONAL or any(set(key.columns) <= set(columns) for key in KEYS):
        return
    message = (
        f"table {name}: expected a column that names records, customers or lines of files, or a word on how persons "
        f"are taken out of it (warehouse/erasure/cleaning.py); found {', '.join(columns)}. Nothing was erased"
    )
    raise UncoveredError(message)


@dataclass(frozen=True)
class Key:
    """Columns by which a row names somebody, and whether it is the erased person."""

    columns: tuple[str, ...]
    is_theirs: Callable[[World], pl.Expr]


def _record(column: str) -> Key:
    return Key((column,), lambda world: pl.col(column).is_in(list(world.leaving.records)))


KEYS: Final[tuple[Key, ...]] = (
    _record("record_id"),
    _record("record_id_l"),
    _record("record_id_r"),
    Key(
        ("feed", "source_id"),
        lambda world: pl.format("{}:{}", "feed", "source_id").is_in(list(world.leaving.records)),
    ),
    Key(("record_ids",), lambda world: pl.col("record_ids").list.eval(_in(world.leaving.records)).list.any()),
    Key(("customer_id",), lambda world: pl.col("customer_id").is_in(world.customers)),
    Key(("customer_ids",), lambda world: pl.col("customer_ids").list.eval(_in(world.customers)).list.any()),
    Key(
        ("feed", "extract_id", "line"),
        lambda world: pl.struct("feed", "extract_id", "line").is_in(
            world.leaving.lines.select("feed", "extract_id", "line").to_struct().to_list()
        ),
    ),
)
"""In every table that has these columns."""

NAMING: Final = frozenset(column for key in KEYS for column in key.columns)

IMPERSONAL: Final[Mapping[str, str]] = {
    "runs": "times and counts of runs",
    "strata": "counts and rates of pairs",
    "model": "versions of the model, and how far facts have drifted from it",
}
"""Tables without such columns, and why no row of theirs has to go."""


def _in(ids: frozenset[str] | list[str]) -> pl.Expr:
    return pl.element().is_in(list(ids))


def names_the_person(table: pl.DataFrame, world: World) -> pl.Series:
    """Say of each row of a table whether one of its columns names the person."""
    named = [key.is_theirs(world).fill_null(value=False) for key in KEYS if set(key.columns) <= set(table.columns)]
    return table.select(pl.any_horizontal(named or [pl.lit(value=False)]).alias("theirs")).to_series()


def _rejects(table: pl.DataFrame, kept: pl.DataFrame, world: World) -> pl.DataFrame:
    """A row that left remains as a line that was read: rows read are records and rejects, still."""
    known = world.tables["extracts"]() if "extracts" in world.tables else table.select("feed", "extract_id").unique()
    lines = world.leaving.lines.join(known, on=["feed", "extract_id"], how="semi")
    return pl.concat([kept, erased_rejects(lines)]).sort("feed", "extract", "extract_id", "line", "rule")


def _extracts(table: pl.DataFrame, _: pl.DataFrame, world: World) -> pl.DataFrame:
    return table.update(world.leaving.counts, on=["feed", "extract_id"], how="left", maintain_order="left")


def _customers(_: pl.DataFrame, kept: pl.DataFrame, world: World) -> pl.DataFrame:
    others = kept.filter(~pl.col("customer_id").is_in(world.mixed))
    if not world.mixed:
        return others
    return pl.concat([others, world.golden.customers.select(others.columns)]).sort("customer_id")


def _lineage(_: pl.DataFrame, kept: pl.DataFrame, world: World) -> pl.DataFrame:
    others = kept.filter(~pl.col("customer_id").is_in(world.mixed))
    if not world.mixed:
        return others
    again = world.golden.lineage.select(others.columns)
    return pl.concat([others, again]).sort("customer_id", "attribute", "value", "feed", "source_id")


def _redirects(table: pl.DataFrame, _: pl.DataFrame, world: World) -> pl.DataFrame:
    """An erased customer's id leads nowhere for ever; so do the ids that led to it."""
    gone = world.customers
    if not gone:
        return table
    led_there = pl.col("redirects_to").is_in(gone).fill_null(value=False)
    left = table.with_columns(
        redirects_to=pl.when(~led_there).then("redirects_to"),
        reason=pl.when(led_there).then(pl.lit(Retired.ERASED.value)).otherwise("reason"),
    )
    stones = pl.DataFrame({"customer_id": gone}).with_columns(reason=pl.lit(Retired.ERASED.value))
    if "runs" in world.tables:
        last = world.tables["runs"]().sort("valid_from").tail(1)
        stones = stones.with_columns(
            since_run=pl.lit(last["run_id"].item()), valid_from=pl.lit(last["valid_from"].item())
        )
    out_of_use = left.filter(pl.col("valid_to").is_null()) if "valid_to" in table.columns else left
    stones = stones.join(out_of_use, on="customer_id", how="anti", maintain_order="left")
    return (
        pl.concat([left, stones], how="diagonal_relaxed").select(table.columns).cast(table.schema).sort("customer_id")
    )


def _households(table: pl.DataFrame, kept: pl.DataFrame, world: World) -> pl.DataFrame:
    """Homes the person shared are found again among those who remain: their size, name and spelling change."""
    touched = [*world.customers, *world.mixed]
    homes = table.filter(pl.col("customer_id").is_in(touched))["household_id"].unique().to_list()
    if not homes:
        return kept
    others = kept.filter(~pl.col("household_id").is_in(homes))
    members = table.filter(pl.col("household_id").is_in(homes))["customer_id"].unique()
    customers = _customers(world.table("customers", CUSTOMERS), _without(world, "customers"), world)
    customers = customers.filter(pl.col("customer_id").is_in(members.to_list()))
    crosswalk = world.crosswalk.join(customers, on="customer_id", how="semi").join(
        world.records, on="record_id", how="semi"
    )
    found = find_households(world.records.join(crosswalk, on="record_id", how="semi"), crosswalk, customers)
    return pl.concat([others, found.select(others.columns)]).sort("household_id", "customer_id")


def _without(world: World, name: str) -> pl.DataFrame:
    table = world.table(name, CUSTOMERS)
    return table.filter(~pl.col("customer_id").is_in(world.customers))


def _results(table: pl.DataFrame, _: pl.DataFrame, world: World) -> pl.DataFrame:
    """What checks found stays, without the ids of the person's rows."""
    theirs = _in(world.leaving.records)
    return table.with_columns(pl.col("row_ids").list.eval(pl.element().filter(~theirs)))


def _segments(_: pl.DataFrame, kept: pl.DataFrame, world: World) -> pl.DataFrame:
    """How a customer is sorted who is left with fewer records is worked out again; the others' places stay."""
    others = kept.filter(~pl.col("customer_id").is_in(world.mixed))
    if not world.mixed:
        return others
    con = duckdb.connect()
    try:
        for name in ("customers", "records", "crosswalk", "subscriptions", "interactions"):
            duck.show_frame(con, "cleaned_rows", clean(name, world.tables[name](), world))
            con.execute(f"CREATE TABLE {name} AS SELECT * FROM cleaned_rows").fetchall()  # noqa: S608
        duck.execute(con, duck.statements("segments"))
        again = duck.rows(con.table("segments"))
    finally:
        con.close()
    mixed = again.filter(pl.col("customer_id").is_in(world.mixed)).select(others.columns)
    return pl.concat([others, mixed]).sort("customer_id")


def _clusters(_: pl.DataFrame, kept: pl.DataFrame, world: World) -> pl.DataFrame:
    """A cluster is called after the smallest of its records."""
    renamed = pl.col("cluster").is_in(list(world.leaving.records))
    return kept.with_columns(
        cluster=pl.when(renamed).then(pl.col("record_id").min().over("cluster")).otherwise("cluster")
    )


def _questions(_: pl.DataFrame, kept: pl.DataFrame, world: World) -> pl.DataFrame:
    return kept.filter(~pl.col("cluster").is_in(list(world.leaving.records)).fill_null(value=False))


Special = Callable[[pl.DataFrame, pl.DataFrame, World], pl.DataFrame]
SPECIAL: Final[Mapping[str, Special]] = {
    "rejects": _rejects,
    "extracts": _extracts,
    "customers": _customers,
    "lineage": _lineage,
    "customer_redirects": _redirects,
    "households": _households,
    "segments": _segments,
    "quality_results": _results,
    "clusters": _clusters,
    "questions": _questions,
    "customer_history": history,
}
"""Tables that say more than the person's own rows: the table as it is, without those rows, and its world."""


def changed_rows(before: pl.DataFrame, after: pl.DataFrame) -> int:
    """Give how many rows of a table are not in it any more as they were."""
    if before.equals(after):
        return 0
    return before.height - before.hash_rows().is_in(after.hash_rows().implode()).to_list().count(True)
