"""What was learned of a table: the weights of every fact's levels, how common each value is, and the thresholds.

A score depends on two records and a model, on nothing else.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

VERSION = 1


@dataclass(frozen=True)
class FactModel:
    """What one fact's levels mean: how often records of one customer (`m`) and strangers (`u`) are at each."""

    name: str
    kind: str
    levels: tuple[str, ...]
    m: tuple[float, ...]
    u: tuple[float, ...]


@dataclass(frozen=True)
class Model:
    """Everything a score is made of. `frequencies`: fact, value, share of the records that tell the fact."""

    facts: tuple[FactModel, ...]
    prior: float
    match_from: float
    review_from: float
    frequencies: pl.DataFrame
    rarest: dict[str, float]

    def save(self, folder: Path) -> None:
        """Write the model under the folder: `model.json` and `frequencies.parquet`."""
        folder.mkdir(parents=True, exist_ok=True)
        content = {
            "version": VERSION,
            "prior": self.prior,
            "match_from": self.match_from,
            "review_from": self.review_from,
            "rarest": self.rarest,
            "facts": [asdict(fact) for fact in self.facts],
        }
        (folder / "model.json").write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
        self.frequencies.write_parquet(folder / "frequencies.parquet")

    @classmethod
    def load(cls, folder: Path) -> "Model":
        """Read what `save` wrote."""
        content = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        return cls(
            facts=tuple(
                FactModel(f["name"], f["kind"], tuple(f["levels"]), tuple(f["m"]), tuple(f["u"]))
                for f in content["facts"]
            ),
            prior=content["prior"],
            match_from=content["match_from"],
            review_from=content["review_from"],
            frequencies=pl.read_parquet(folder / "frequencies.parquet"),
            rarest=content["rarest"],
        )
