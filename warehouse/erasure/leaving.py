"""What leaves in an erasure, and the tables that it leaves: who is erased as a whole, and what the others are then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from matching.customers.survivorship import Golden, survive
from matching.frames import CROSSWALK, RECORDS


@dataclass(frozen=True)
class Leaving:
    """What leaves: record ids, the lines of files, and what the extracts' rows come to afterwards."""

    records: frozenset[str]
    lines: pl.DataFrame
    """feed, extract, extract_id, line."""
    counts: pl.DataFrame
    """feed, extract_id, records, rejects, new, changed, unchanged."""
    pins: pl.DataFrame


@dataclass(frozen=True)
class World:
    """The tables of one run, by name, from which the person leaves."""

    tables: Mapping[str, Callable[[], pl.DataFrame]]
    leaving: Leaving

    def table(self, name: str, schema: Mapping[str, Any]) -> pl.DataFrame:
        """Give a table with a frame's columns, empty where the run has none."""
        if name not in self.tables:
            return pl.DataFrame(schema=dict(schema))
        table = self.tables[name]()
        return table.select(
            (pl.col(column) if column in table.columns else pl.lit(None)).cast(dtype).alias(column)
            for column, dtype in schema.items()
        )

    @cached_property
    def crosswalk(self) -> pl.DataFrame:
        """Who was which customer."""
        return self.table("crosswalk", CROSSWALK)

    @cached_property
    def records(self) -> pl.DataFrame:
        """The records that remain."""
        return self.table("records", RECORDS).filter(~pl.col("record_id").is_in(list(self.leaving.records)))

    @cached_property
    def touched(self) -> pl.DataFrame:
        """Customers that hold an erased record: customer_id, `whole` where they hold no other."""
        gone = pl.col("record_id").is_in(list(self.leaving.records))
        counted = self.crosswalk.group_by("customer_id").agg(some=gone.any(), whole=gone.all())
        return counted.filter("some").select("customer_id", "whole").sort("customer_id")

    @cached_property
    def customers(self) -> list[str]:
        """Customers that are erased as a whole."""
        return self.touched.filter("whole")["customer_id"].to_list()

    @cached_property
    def mixed(self) -> list[str]:
        """Customers that hold other records as well."""
        return self.touched.filter(~pl.col("whole"))["customer_id"].to_list()

    @cached_property
    def golden(self) -> Golden:
        """What mixed customers are without the erased records."""
        members = self.crosswalk.filter(pl.col("customer_id").is_in(self.mixed)).join(
            self.records, on="record_id", how="semi"
        )
        pins = self.leaving.pins.filter(pl.col("customer_id").is_in(self.mixed))
        return survive(self.records.join(members, on="record_id", how="semi"), members, pins=pins)
