"""The history of customers without a person: what a customer was while it held the person's records."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from warehouse.erasure.leaving import World

GOLDEN: Final = (
    "name", "name_pinyin", "gender", "birth_date", "id_type", "id_number", "mobile", "mobiles", "fixed_line", "email",
    "province", "city", "district", "address",
)  # fmt: skip
"""Values of a customer that come from its records."""


def history(table: pl.DataFrame, _: pl.DataFrame, world: World) -> pl.DataFrame:
    """Who a customer was while it held the person's records: gone where it held no others; where it did, the values
    that the others tell remain."""
    rows = table.with_row_index("row")
    theirs = pl.col("record_id").is_in(list(world.leaving.records))
    joined = world.tables["crosswalk_history"]().select(
        "customer_id", "record_id", begins="valid_from", ends="valid_to"
    )
    members = (
        rows.select("row", "customer_id", "valid_from", "valid_to")
        .join(joined.filter(theirs), on="customer_id", how="semi")
        .join(joined, on="customer_id")
        .filter(
            (pl.col("begins") < pl.col("valid_to")).fill_null(value=True)
            & (pl.col("ends") > pl.col("valid_from")).fill_null(value=True)
        )
    )
    held = members.group_by("row").agg(
        some=theirs.any(), whole=theirs.all(), others=pl.col("record_id").filter(~theirs).unique()
    )
    kept = rows.join(held.filter("whole"), on="row", how="anti", maintain_order="left")
    shared = held.filter(pl.col("some") & ~pl.col("whole"))
    if shared.is_empty():
        return kept.drop("row")
    golden = {row["customer_id"]: row for row in world.golden.customers.iter_rows(named=True)} if world.mixed else {}
    again = [
        _row_without(row, others, golden, world)
        for row, others in kept.join(shared.select("row", "others"), on="row")
        .sort("row")
        .select(pl.struct(pl.exclude("others")), "others")
        .iter_rows()
    ]
    changed = pl.DataFrame(again, schema=kept.schema)
    others = kept.join(changed, on="row", how="anti", maintain_order="left")
    return pl.concat([others, changed]).sort("row").drop("row")


def _row_without(
    row: dict[str, Any], others: list[str], golden: Mapping[str, dict[str, Any]], world: World
) -> dict[str, Any]:
    if row["valid_to"] is None and row["customer_id"] in golden:
        return row | {name: value for name, value in golden[row["customer_id"]].items() if name in row}
    records = world.records.filter(pl.col("record_id").is_in(others))
    told = {
        name: set(
            records[column].explode().to_list() if records.schema[column] == pl.List(pl.String) else records[column]
        )
        for name, column in zip(
            GOLDEN,
            ("mobiles" if name == "mobile" else "fixed_lines" if name == "fixed_line" else name for name in GOLDEN),
            strict=True,
        )
    }
    return row | {
        name: [value for value in row[name] if value in told[name]]
        if isinstance(row[name], list)
        else (row[name] if row[name] in told[name] else None)
        for name in GOLDEN
    }
