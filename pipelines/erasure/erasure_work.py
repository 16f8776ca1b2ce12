"""What the steps of one erasure work on."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import polars as pl

from connectors.erasing import Part
from connectors.versions import read_landed, read_rejects
from matching.learning.forgetting import Forgetting
from matching.policy import HUB_FIELDS
from pipelines.erasure.erasure_requests import product_words
from warehouse import state
from warehouse.erasure import journal
from warehouse.erasure.crossing_out import Values
from warehouse.erasure.hashing import Hashing
from warehouse.erasure.leaving import Leaving
from warehouse.erasure.person import Person, know
from warehouse.published.reading import read_frame


@dataclass(frozen=True)
class Work:
    """What the steps of one erasure work on; all of it can be had again while the lake still holds the rows."""

    home: Path
    records: frozenset[str]
    customers: tuple[str, ...]
    parts: tuple[Part, ...]
    erasure_id: str = ""
    """Empty while nothing is written down."""

    @cached_property
    def others(self) -> pl.DataFrame:
        """Everybody else, as RECORDS of the snapshot in force."""
        known = read_frame(self.home, "records")
        return known.filter(~pl.col("record_id").is_in(list(self.records)))

    @cached_property
    def person(self) -> Person:
        """What is known of the person."""
        pinned = state.pins(self.home).filter(~pl.col("customer_id").is_in(list(self.customers)))
        texts = [*pinned["value"], *product_words()]
        return know(self.records, read_landed(self.home), read_rejects(self.home), self.others, texts)

    @cached_property
    def values(self) -> Values:
        """What is crossed out wherever it was written by hand: values and record ids, those of the intent."""
        told = [*self.person.values, *self.person.names]
        if not self.erasure_id:
            return Values(told)
        known = {needle.digest for needle in journal.needles(self.home, self.erasure_id)}
        hashing = Hashing.of(self.home)
        return Values([one for one in told if any(needle.digest in known for needle in hashing.needles("", [one]))])

    @cached_property
    def leaving(self) -> Leaving:
        """What leaves the tables of snapshots and frames."""
        lines = [
            pl.DataFrame(
                {"feed": part.feed, "extract": part.extract, "extract_id": part.extract_id, "line": part.lines}
            )
            for part in self.parts
        ]
        counts = [{"feed": part.feed, "extract_id": part.extract_id, **part.counts} for part in self.parts]
        texts = {"feed": pl.String, "extract": pl.String, "extract_id": pl.String, "line": pl.Int64}
        return Leaving(
            records=self.records,
            lines=pl.concat([pl.DataFrame(schema=texts), *(one.cast(texts) for one in lines)]),  # type: ignore[arg-type]
            counts=pl.DataFrame(counts, schema=COUNTS),
            pins=state.pins(self.home),
        )

    @cached_property
    def forgetting(self) -> Forgetting:
        """What only the person told, as models know it."""
        return Forgetting.of(self.person.told, self.others, HUB_FIELDS)


COUNTS: Final = {
    "feed": pl.String,
    "extract_id": pl.String,
    **dict.fromkeys(("records", "rejects", "new", "changed", "unchanged"), pl.Int64),
}
