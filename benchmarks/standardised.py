"""The records peers get: every column cleaned by our own fields, so that matching alone is compared."""

from typing import Final

import polars as pl

from matching import FieldSpec
from matching.facts.standardising import standardise
from matching.fields import FIELDS
from matching.fields.base import VALUE
from matching.frames import ATTRIBUTES, LANDED

GENDERS: Final = {"男": "male", "女": "female"}


def cleaned(records: pl.DataFrame, spec: FieldSpec) -> pl.DataFrame:
    """Give the records with each column that has a kind in its canonical text; the id stays, others go."""
    columns = []
    for fact in spec.facts:
        field = FIELDS[fact.kind]
        for source in fact.sources:
            raw = records[source.column].cast(pl.String)
            distinct = raw.unique().sort()
            value = field.clean(distinct)[VALUE].cast(pl.String)
            mapped = raw.to_frame("raw").join(
                pl.DataFrame({"raw": distinct, "value": value}), on="raw", how="left", maintain_order="left"
            )
            columns.append(mapped["value"].alias(source.column))
    return records.select(spec.id).with_columns(columns)


def channel_records(raw: pl.DataFrame) -> pl.DataFrame:
    """Give generated raw records as the Hub's RECORDS, standardised as its run does it."""
    landed = raw.select(
        "record_id",
        "feed",
        pl.col("record_id").str.split(":").list.last().alias("source_id"),
        *(pl.col(name) for name in ATTRIBUTES if name in raw.columns and name != "gender"),
        pl.col("gender").replace(GENDERS),
    )
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in LANDED.items() if name not in landed.columns]
    seen = pl.lit(None, dtype=pl.Datetime("us"))
    return standardise(landed.with_columns(*missing, first_seen_at=seen, versions=pl.lit(1, dtype=pl.Int64)))
