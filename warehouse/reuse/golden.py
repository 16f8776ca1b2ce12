"""Golden values of a run: those of customers about whom nothing has changed are taken over from the run before."""

from pathlib import Path
from typing import Final

import polars as pl

from matching.customers.carrying import Carried, survive_changed
from matching.customers.survivorship import Golden
from matching.frames import CUSTOMERS, LINEAGE
from warehouse.lake import lake

FOLDER: Final = Path("lake") / "golden"
MARKED: Final = {
    "customers": ("customer_id", "name", "id_number", "mobiles", "address", "confidence", "updated_at"),
    "lineage": tuple(LINEAGE),
}


def golden(home: Path, records: pl.DataFrame, crosswalk: pl.DataFrame, pins: pl.DataFrame, *, rebuild: bool) -> Golden:
    """Give CUSTOMERS and LINEAGE; beside the lake's frames stay the customers' fingerprints (ids and hashes)."""
    carried = survive_changed(records, crosswalk, None if rebuild else _before(home), pins=pins)
    with lake.kept_aside(home / FOLDER) as aside:
        carried.prints.write_parquet(aside / "prints.parquet")
        lake.write_stamp(aside, frames=_marks(carried.golden))
    return carried.golden


def _before(home: Path) -> Carried | None:
    stamp = lake.read_stamp(home / FOLDER)
    customers, lineage = lake.frame(home, "customers", CUSTOMERS), lake.frame(home, "lineage", LINEAGE)
    if stamp is None or customers is None or lineage is None:
        return None
    told = Golden(customers, lineage)
    if _marks(told) != stamp["frames"]:
        return None
    return Carried(told, pl.read_parquet(home / FOLDER / "prints.parquet"))


def _marks(told: Golden) -> dict[str, list[int]]:
    frames = {"customers": told.customers, "lineage": told.lineage}
    return {name: lake.mark(frame, MARKED[name]) for name, frame in frames.items()}
