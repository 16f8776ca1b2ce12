"""How common a value is, and a key of values: among records, and among strangers."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.facts.encoding import Codes, Column
from matching.fields.base import VALUE
from matching.fields.glancing import numbered
from matching.model import FactModel, Model
from matching.scores.chance import buckets, expected, logistic, odds

Floats = npt.NDArray[np.float64]

UNSEEN: Final = 0.2
"""Strangers that a value is taken to have when nobody else was seen with it."""
UNSEEN_IN_PARTS: Final = 0.02
"""The same where the parts that make it up say how many to expect."""
WORLD: Final = 1000
"""Records that a small table is taken to be a part of: what nobody else in it has is rarer than the table can tell."""


@dataclass(frozen=True)
class Commonness:
    """How common each value of a fact is, by code: among records, and among strangers."""

    counts: Codes  # how many records told it when the model was learned
    strangers: Floats
    stranger_share: Floats  # of the other records with the value, the share that is other customers'

    @classmethod
    def of(
        cls, values: pl.Series, name: str, fact: FactModel, model: Model, parts: pl.DataFrame | None = None
    ) -> "Commonness":
        """Look values (or keys of values) up in the model; one that it does not know is as rare as can be.

        Where the `parts` that make each value up are told, they say how many strangers to expect.
        """
        known = model.told(name)
        asked = values.cast(pl.String).alias("value").to_frame()
        if not asked["value"].equals(known["value"]):
            known = asked.join(known, on="value", how="left", maintain_order="left")
        counts = known["count"].fill_null(0).to_numpy()
        share = 1 - np.array(fact.own)[buckets(counts)]
        told = max(fact.told, 1)  # nobody told the fact when the model was learned
        of_world = told / (told + WORLD)
        strangers = np.maximum((counts - 1) * share, UNSEEN * of_world)
        if parts is not None and fact.by_chance:
            others = expected(parts, counts, fact, model)
            whole = np.flatnonzero(~np.isnan(others))
            both = np.maximum(counts[whole], 2)  # whoever shares it
            share[whole] = logistic(np.array(fact.by_chance)[buckets(both)] + odds(others[whole]))
            strangers[whole] = np.maximum((both - 1) * share[whole], UNSEEN_IN_PARTS * of_world)
        return cls(counts, strangers, share)

    @classmethod
    def of_column(cls, column: Column, fact: FactModel, model: Model) -> "Commonness":
        """Look a column's values up."""
        return cls.of(column.values[VALUE], column.name, fact, model, column.field.parts(column.values))


@dataclass(frozen=True)
class SharedKey:
    """The key that values at a level share: its code for each value, and how common it is against the typical one."""

    codes: Codes
    rarity: Floats

    @classmethod
    def of(cls, column: Column, key: str, fact: FactModel, model: Model) -> "SharedKey":
        """Lay a key out by the codes of the column's values."""
        made = column.field.keys[key](column.values)
        common = Commonness.of(made, f"{column.name}:{key}", fact, model)
        known = model.told(f"{column.name}:{key}")["count"].to_numpy()
        typical = float((known.astype(np.float64) ** 2).sum()) / max(float(known.sum()), 1.0)
        return cls(numbered(made), np.log(max(typical, 1.0)) - np.log(common.strangers))

    def adjust(self, left: Codes, right: Codes) -> Floats:
        """Give what agreement on the key says beyond agreement on a typical one."""
        shared = (self.codes[left] == self.codes[right]) & (self.codes[left] >= 0)
        return np.where(shared, self.rarity[left], 0.0)
