"""Records in standard form: those that have not changed are taken over from the run before."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import polars as pl

from matching.customers.contacts import LISTS, strike
from matching.facts.standardising import standardise, standardise_changed
from matching.frames import RECORDS
from warehouse.desk import desk_refresh
from warehouse.lake import lake

FOLDER: Final = Path("lake") / "standardised"
MARKED: Final = ("record_id", "extract_id", "line", "versions", *LISTS)


def standardised(
    home: Path, latest: pl.DataFrame, whole: Callable[[pl.DataFrame], pl.DataFrame], *, rebuild: bool
) -> pl.DataFrame:
    """Give RECORDS of the versions in force (`connectors.versions.latest`), without numbers that stewards refused.

    `whole` gives versions with all that they say: only new and changed ones are read.

    What stewards refused is struck from the frame that the lake keeps; how those records were before is kept beside it
    (`struck.parquet`: record ids and their numbers), for they may be given back.
    """
    before = None if rebuild else _before(home)
    told = standardise(whole(latest)) if before is None else standardise_changed(latest, before, whole)
    refused = desk_refresh.refused_contacts(home, told)
    records = strike(told, refused)
    with lake.kept_aside(home / FOLDER) as aside:
        told.select("record_id", *LISTS).join(refused, on="record_id", how="semi").write_parquet(
            aside / "struck.parquet"
        )
        lake.write_stamp(aside, frame=lake.mark(records, MARKED))
    return records


def _before(home: Path) -> pl.DataFrame | None:
    """Give the records of the run before as they were standardised; None if they are not what the stamp says."""
    stamp = lake.read_stamp(home / FOLDER)
    records = lake.frame(home, "records", RECORDS) if stamp else None
    if stamp is None or records is None or lake.mark(records, MARKED) != stamp["frame"]:
        return None
    struck = pl.read_parquet(home / FOLDER / "struck.parquet")
    return records.update(struck, on="record_id", maintain_order="left") if struck.height else records
