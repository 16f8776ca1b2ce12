"""What was learned of a table: the weights of every fact's levels, how common each value is, and the thresholds.

A score depends on two records and a model, on nothing else.
"""

import json
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from matching.errors import CustomerHubError
from matching.fieldspec import Reading

VERSION = 1


class OutgrownModelError(CustomerHubError):
    """A model that another release learned: its levels are not those that values are compared by now."""

    def __init__(self, fact: str) -> None:
        super().__init__(
            f"expected a model whose levels of {fact} are those of this release, found one that an earlier release "
            "learned. What to do: customer-hub run (on a table of your own: resolve) learns another; until then what "
            "is published stays as it is"
        )


class ModelError(CustomerHubError):
    """A model that cannot be read, or that was learned of a table which tells other facts."""


@dataclass(frozen=True)
class FactModel:
    """What one fact's levels mean: how often records of one customer (`m`) and strangers (`u`) are at each.

    `parent` is the fact it leans on and `adjustment` what is added to the weight of each level (row) for each level of
    the parent (column). `told` records tell the fact; `own` is, by the binary logarithm of how many records
    share a value, the share of pairs of them that are one customer's own: these do not make a value common.
    `by_chance`, where values are made of parts: by the same, the log-odds that such a pair is not, if one record of
    others is to be expected (`chance`).
    `contact` is a second fact it leans on, a contact that a household shares, and `contact_adjustment` the same for it.
    `of_firms` is what is added to the weight of each level where both records tell a firm's name.
    """

    name: str
    kind: str
    levels: tuple[str, ...]
    m: tuple[float, ...]
    u: tuple[float, ...]
    told: int
    own: tuple[float, ...]
    by_chance: tuple[float, ...] = ()
    parent: str | None = None
    adjustment: tuple[tuple[float, ...], ...] = ()
    m_given: float = 0.0  # among matches that agree on the parent, the share that agree on this fact
    u_given: float = 0.0  # the same among strangers
    contact: str | None = None
    contact_adjustment: tuple[tuple[float, ...], ...] = ()
    of_firms: tuple[float, ...] = ()
    scale: float = 1.0  # what labels say the fact's weights must be multiplied with
    moves: tuple[float, ...] = ()  # and what they add to the weight of each level; none where nothing was taught
    of_relative: bool = False  # whether it is a whole name of somebody else of the family


@dataclass(frozen=True)
class Model:
    """Everything a score is made of.

    `frequencies`: fact, value, how many records tell it. `joints`: fact, value, its parent's value, how many records
    tell both. `plan` names the blocking keys, several where they are combined; `missed` is the estimated share of
    matches that they do not find.
    """

    facts: tuple[FactModel, ...]
    prior: float
    match_from: float
    review_from: float
    frequencies: pl.DataFrame
    joints: pl.DataFrame
    plan: tuple[tuple[str, ...], ...] = ()
    missed: float = 0.0
    calibration: tuple[tuple[float, float], ...] = ()  # score → log-odds, as knots
    prior_move: float = 0.0  # what labels have added to the prior
    twins: float = 0.0  # of pairs of records with one home and one birthday, the share with siblings' names
    documents: float = 0.0  # of pairs of records with one document, the share with names of two of one family
    others: float = 0.0  # the same with names that have no surname in common either
    surnames: float = (
        1.0  # of pairs of strangers with one contact and other names, the share that have a name in common
    )
    repeats: tuple[str, ...] = ()  # facts that were not read, for they repeat others

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        """Where each fact's rows of `frequencies` begin, and how many there are: they stand together."""
        runs = self.frequencies.select(pl.col("fact").rle().alias("run")).unnest("run")
        ends = runs["len"].cum_sum()
        return {
            name: (end - length, length) for name, end, length in zip(runs["value"], ends, runs["len"], strict=True)
        }

    def told(self, name: str) -> pl.DataFrame:
        """Give `value` and `count` of a fact, or of a key of it (`fact:key`)."""
        start, length = self._places.get(name, (0, 0))
        return self.frequencies[start : start + length].select("value", "count")

    @cached_property
    def relatives(self) -> frozenset[str]:
        """The facts that are a relative's name."""
        return frozenset(fact.name for fact in self.facts if fact.of_relative)

    @property
    def reading(self) -> Reading:
        """How the table was read that the model was learned from."""
        return Reading(frozenset(fact.name for fact in self.facts), self.relatives, frozenset(self.repeats))

    @property
    def keys(self) -> frozenset[str]:
        """The keys that the plan is made of."""
        return frozenset(name for names in self.plan for name in names)

    def save(self, folder: Path) -> None:
        """Write the model under the folder: `model.json`, `frequencies.parquet` and `joints.parquet`."""
        folder.mkdir(parents=True, exist_ok=True)
        content = {
            "version": VERSION,
            "prior": self.prior,
            "prior_move": self.prior_move,
            "twins": self.twins,
            "documents": self.documents,
            "others": self.others,
            "surnames": self.surnames,
            "repeats": self.repeats,
            "match_from": self.match_from,
            "review_from": self.review_from,
            "plan": self.plan,
            "missed": self.missed,
            "calibration": self.calibration,
            "facts": [asdict(fact) for fact in self.facts],
        }
        (folder / "model.json").write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
        self.frequencies.write_parquet(folder / "frequencies.parquet")
        self.joints.write_parquet(folder / "joints.parquet")

    @classmethod
    def load(cls, folder: Path) -> "Model":
        """Read what `save` wrote; a `ModelError` says what is there instead."""
        content = _content(folder)
        return cls(
            facts=tuple(_fact(told, folder) for told in content["facts"]),
            prior=content["prior"],
            prior_move=content.get("prior_move", 0.0),
            twins=content.get("twins", 0.0),
            documents=content.get("documents", 0.0),
            others=content.get("others", 0.0),
            surnames=content.get("surnames", 1.0),
            repeats=tuple(content.get("repeats", ())),
            match_from=content["match_from"],
            review_from=content["review_from"],
            plan=_tuples(content["plan"]),
            missed=content["missed"],
            calibration=_tuples(content["calibration"]),
            frequencies=pl.read_parquet(folder / "frequencies.parquet"),
            joints=pl.read_parquet(folder / "joints.parquet"),
        )


def _content(folder: Path) -> dict[str, Any]:
    """Give what the first of a model's files holds."""
    message = f"{folder}: expected a model as this release saves it, found {{}}; learn another, with resolve"
    try:
        content = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(message.format(f"no model.json that can be read ({error.strerror})")) from None
    except ValueError as error:
        raise ModelError(message.format(f"a model.json that is no JSON ({type(error).__name__})")) from None
    version = content.get("version") if isinstance(content, dict) else None
    if version != VERSION:
        raise ModelError(message.format(f"version {version} for {VERSION}"))
    return dict(content)


def _fact(told: dict[str, Any], folder: Path) -> FactModel:
    """Give the fact that JSON tells; lists become tuples again."""
    later = told.keys() - {known.name for known in fields(FactModel)}
    if later:
        message = (
            f"{folder}: expected a model of this release or an earlier one, found one of a later one, which knows "
            f"{', '.join(sorted(later))}; use that release, or learn another model"
        )
        raise ModelError(message)
    return FactModel(**{key: _tuples(value) for key, value in told.items()})


def _tuples(value: Any) -> Any:
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value
