"""Golden values after a delta: those of customers about whom nothing has changed are taken over.

What survives of a customer follows from his records, the score of their links, his pins, and for each value that should
be his own whether too many others give it too. A fingerprint of all this, customer by customer, says whose golden
values can only be what they were.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.customers.survivorship import Golden, columns_of_records, owned, sharing, survive
from matching.frames import Schema
from matching.policy import NUMBERS
from matching.splicing import in_between, spliced

PRINTS: Final[Schema] = {"customer_id": pl.String, "print": pl.UInt64}
"""Grain: a customer; what his golden values follow from."""

Hashes = npt.NDArray[np.uint64]
SEEDS: Final = {"row": 21, "value": 22, "pin": 23}


@dataclass(frozen=True)
class Carried:
    """Golden values, and for each customer the fingerprint of what they follow from (PRINTS, in the same order)."""

    golden: Golden
    prints: pl.DataFrame


def survive_changed(
    records: pl.DataFrame, crosswalk: pl.DataFrame, before: Carried | None, *, pins: pl.DataFrame
) -> Carried:
    """Give what `survive` gives, working out only customers whose fingerprint is another than before."""
    shared = sharing(records, crosswalk)
    prints = fingerprints(records, crosswalk, shared, pins)
    if before is None:
        return Carried(survive(records, crosswalk, pins=pins, shared=shared), prints)
    kept = prints.join(before.prints, on=["customer_id", "print"], how="semi")
    changed = prints.join(kept, on="customer_id", how="anti").select("customer_id")
    others = before.prints.join(kept, on="customer_id", how="anti")["customer_id"]
    links = crosswalk.join(changed, on="customer_id", how="semi")
    anew = survive(records.join(links, on="record_id", how="semi"), links, pins=pins, shared=shared)
    return Carried(
        Golden(
            customers=_carried(before.golden.customers, others, anew.customers),
            lineage=_carried(before.golden.lineage, others, anew.lineage),
        ),
        prints,
    )


def _carried(before: pl.DataFrame, others: pl.Series, anew: pl.DataFrame) -> pl.DataFrame:
    """Give the rows of all but `others`, and those made anew, by customer; within one they keep their order."""
    fresh = anew.sort("customer_id", maintain_order=True)
    stays = ~before["customer_id"].is_in(others.implode())
    kept = before["customer_id"].filter(stays)
    taken = in_between(kept, fresh["customer_id"], np.flatnonzero(stays.to_numpy()), before.height)
    return spliced(before, fresh, taken)


def fingerprints(
    records: pl.DataFrame, crosswalk: pl.DataFrame, shared: dict[str, pl.DataFrame], pins: pl.DataFrame
) -> pl.DataFrame:
    """Give PRINTS of all customers, by id."""
    used = records.select(columns_of_records())
    lists = [name for name, dtype in used.schema.items() if isinstance(dtype, pl.List)]
    flat = used.with_columns(pl.col(name).list.join("\x1f") for name in lists)
    of = crosswalk.select("record_id", "customer_id", "score")
    marks = used.select("record_id", mark=flat.hash_rows(SEEDS["row"])).join(
        of, on="record_id", how="left", maintain_order="left"
    )
    rows = marks.select("customer_id", print=marks.select("mark", "score").hash_rows(SEEDS["row"]))
    parts = [rows]
    for attribute, source in owned().items():
        is_crowded = pl.col("shared_by") > NUMBERS.survivorship.shared_by_at_most
        others = shared[attribute].select("value", is_crowded.alias("is_crowded"))
        said = used.select("record_id", value=source)
        said = said.explode("value") if source in lists else said
        here = said.join(others, on="value", how="inner").join(of.drop("score"), on="record_id", how="left")
        here = here.with_columns(attribute=pl.lit(attribute))
        parts.append(here.select("customer_id", print=here.hash_rows(SEEDS["value"])))
    parts.append(pins.select("customer_id", print=pins.hash_rows(SEEDS["pin"])))
    in_force = rows.select("customer_id").unique()
    return (
        pl.concat(parts)
        .join(in_force, on="customer_id", how="semi")
        .group_by("customer_id")
        .agg(pl.col("print").sum())
        .sort("customer_id")
    )
