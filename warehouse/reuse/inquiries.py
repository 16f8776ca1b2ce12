"""What stewards are asked, worked out beside every run; what is known of customers that have not changed is kept."""

from pathlib import Path
from typing import Final

import polars as pl

from matching.clusters.neighbouring import NEIGHBOURS
from matching.judgements.inquiring import Inquiry, inquire
from matching.policy import HUB_FIELDS
from warehouse.models import models

FOLDER: Final = "neighbours"


def ask(  # noqa: PLR0913, PLR0917 -- a run's frames
    home: Path,
    records: pl.DataFrame,
    members: pl.DataFrame,
    pairs: pl.DataFrame,
    version: str,
    judgements: pl.DataFrame,
) -> Inquiry:
    """Give what is to be asked about MEMBERS and PAIRS that were made with a version of the model."""
    path = home / "lake" / FOLDER / f"{version}.parquet"
    known = pl.read_parquet(path) if path.exists() else None
    if known is not None and known.schema != pl.Schema(NEIGHBOURS):
        known = None
    asked = inquire(
        records,
        HUB_FIELDS,
        models.load(home, version),
        members=members,
        pairs=pairs,
        judgements=judgements,
        known=known,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob("*.parquet"):
        if old != path:
            old.unlink()
    aside = path.with_suffix(".aside")
    asked.near.write_parquet(aside)
    aside.replace(path)
    return asked
