"""What a fact's agreement weighs: the model's levels, and how common the very value is that two records share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.facts.encoding import Codes, Column
from matching.fields import FIELDS
from matching.fields.base import VALUE, Field
from matching.model import FactModel, Model, OutgrownModelError
from matching.scores.chance import strange_by_chance
from matching.scores.commonness import WORLD, Commonness, Floats, SharedKey
from matching.scores.comparing import MISSING, Compared, Levels
from matching.scores.dependence import CONTACTS, SHARED, TELLING, ValuePairs, tells
from matching.words import Kind

Homes = tuple[npt.NDArray[np.bool_] | None, npt.NDArray[np.bool_] | None]
"""Of the parent and of the contact that a fact leans on: at which levels two records share a home; None: at none."""

VETO: Final = -30.0
"""The weight of a contradiction that rules out one customer."""
POPULATION: Final = 200.0
"""Records that a value's documented share is worth beside its share in the table: what counts in small tables only."""
DOUBT: Final = 2.0
"""Standard deviations by which the share of a value in the table is more than what it may be by chance."""
OF_SEVERAL: Final = CONTACTS | {Kind.ORGANISATION_NAME}
"""What strangers share because they belong together, not by chance: a family, a firm and its branches."""
LEAN: Final = 10.0
"""Records that a value's overall share is worth beside its share among those with the parent's value."""


@dataclass(frozen=True)
class Weigher:
    """A fact's model, its tables laid out by the codes of the table at hand: what turns levels into weights."""

    fact: FactModel
    common: Commonness
    shared: Mapping[int, SharedKey]  # by level
    vetoes: npt.NDArray[np.bool_]  # by level, the last for a fact that is missing
    against: npt.NDArray[np.bool_]  # by level: it speaks for two customers, before any data are seen
    homes: Homes
    documented: float  # the share of strangers who agree, before any data are seen
    parent: Commonness | None = None
    together: ValuePairs | None = None
    own: float | None = None  # where both meet by chance: how many other records of its customer a record has

    @classmethod
    def of(cls, column: Column, fact: FactModel, model: Model, parent: Column | None) -> "Weigher":
        """Lay a fact's model out by the codes of its column and of the column of its parent.

        Raises `OutgrownModelError` for a model that knows other levels.
        """
        if not _knows(fact, column.field):
            raise OutgrownModelError(fact.name)
        common = Commonness.of_column(column, fact, model)
        keys = {level.key: SharedKey.of(column, level.key, fact, model) for level in column.field.levels if level.key}
        shared = {place: keys[level.key] for place, level in enumerate(column.field.levels) if level.key}
        vetoes = np.array([level.veto for level in column.field.levels] + [False])
        documented = column.field.levels[0].u
        against, homes = speaks_against(column.field), homes_of(fact, model)
        if parent is None:
            return cls(fact, common, shared, vetoes, against, homes, documented)
        parent_fact = next(other for other in model.facts if other.name == parent.name)
        parent_common = Commonness.of_column(parent, parent_fact, model)
        together = _together(column, parent, model)
        own = own_of(fact, model)
        return cls(fact, common, shared, vetoes, against, homes, documented, parent_common, together, own)

    def weigh(
        self,
        compared: Compared,
        parent: Compared | None,
        contact: Compared | None,
        firms: npt.NDArray[np.bool_] | None = None,
    ) -> Floats:
        """Give log(m/u) of the level; where values are equal, u is how common the value is.

        `firms` tells where both records tell a firm's name: what differs there weighs what it does among firms.

        A stranger is at any level as often, at least, as he has the very value that is there: what nearly agrees never
        says more than equality on the commoner of the two values could.
        """
        fact = self.fact
        weight = self._by_level.take(compared.level)
        equal = compared.level == 0
        same = np.flatnonzero(equal)
        if same.size:
            weight[same] = np.log(fact.m[0]) - np.log(self._share(compared.left.take(same)))
        if self._has_key.take(compared.level).any():
            self._add_shared(weight, compared, parent, contact)
        near = np.flatnonzero((compared.level > 0) & (weight > 0))
        if near.size:
            share = np.maximum(*(self._share(end.take(near)) for end in (compared.left, compared.right)))
            weight[near] = np.minimum(weight.take(near), -np.log(share))
        by_parent = None if parent is None else _at_levels(self._adjustment, compared.level, parent.level)
        if contact is not None:
            weight += self._by_contact(compared, contact, parent, by_parent)
        if parent is not None and by_parent is not None:
            weight += by_parent
            agree = np.flatnonzero(equal & (parent.level == 0))
            if agree.size:
                given = self._share_given(compared.left.take(agree), parent.left.take(agree))
                weight[agree] = np.log(fact.m_given) - np.log(given)
        if firms is not None and fact.of_firms:
            against = firms & (weight < 0)
            weight = np.where(against, np.minimum(weight + self._of_firms.take(compared.level), 0.0), weight)
        weight *= fact.scale if self._tells else 0.0
        if fact.moves:
            weight += self._moves.take(compared.level)
        weight[self.vetoes[compared.level]] = VETO
        weight[compared.level == MISSING] = 0.0
        return weight

    def _add_shared(
        self, weight: Floats, compared: Compared, parent: Compared | None, contact: Compared | None
    ) -> None:
        """Add, in place, what the keys say that values share at some levels."""
        at_home: npt.NDArray[np.bool_] | None = None
        for level, key in self.shared.items():
            here = np.flatnonzero(compared.level == level)
            if here.size:
                at_home = self._at_home(compared.level.size, parent, contact) if at_home is None else at_home
                rarity = key.adjust(compared.left[here], compared.right[here])
                of_family = at_home[here] & self.against[level]
                weight[here] += np.where(of_family, np.minimum(rarity, 0.0), rarity)

    @cached_property
    def _by_level(self) -> Floats:
        """Of each level log(m/u), nothing for a fact that is missing."""
        return np.append(np.log(self.fact.m) - np.log(self.fact.u), 0.0)

    @cached_property
    def _tells(self) -> bool:
        """Tell whether the fact tells customers apart; else no value of it does, however rare."""
        return tells(np.array(self.fact.m), np.array(self.fact.u))

    @cached_property
    def _has_key(self) -> npt.NDArray[np.bool_]:
        """By level: values share a key at it; most often no pair is at such a level."""
        return np.array([level in self.shared for level in range(self._by_level.size)])

    @cached_property
    def _moves(self) -> Floats:
        return np.append(self.fact.moves, 0.0)

    @cached_property
    def _of_firms(self) -> Floats:
        return np.append(self.fact.of_firms, 0.0)

    @cached_property
    def _adjustment(self) -> Floats:
        return _padded(self.fact.adjustment)

    @cached_property
    def _contact_adjustment(self) -> Floats:
        return _padded(self.fact.contact_adjustment)

    def _at_home(self, pairs: int, *leans: Compared | None) -> npt.NDArray[np.bool_]:
        """Tell where records share a contact that the fact leans on: a family has its name in common, rare or not."""
        found = np.zeros(pairs, dtype=bool)
        for compared, telling in zip(leans, self.homes, strict=True):
            if compared is not None and telling is not None:
                found |= telling.take(compared.level)
        return found

    def _by_contact(
        self, compared: Compared, contact: Compared, parent: Compared | None, done: Floats | None
    ) -> Floats:
        """Give what the second fact it leans on changes: nothing where the records agree on the parent.

        Where they differ in the parent, no more than what speaks against them is changed, and only by what the parent
        has not changed yet.
        """
        change = _at_levels(self._contact_adjustment, compared.level, contact.level)
        if parent is None or done is None:
            return change
        change = np.where(parent.level == MISSING, change, np.minimum(change - done, 0.0))
        return np.where((parent.level == 0) | (contact.level == MISSING), 0.0, change)

    def _share(self, value: Codes) -> Floats:
        """Give how common the value is among strangers: in a small table, where it may be by chance, as documented."""
        strangers, others = self.common.strangers.take(value), max(self.fact.told - 1, 1)
        share = np.minimum(strangers / others, 1.0)
        beyond_doubt = share - DOUBT * np.sqrt(share * (1 - share) / others)
        drawn = (strangers + POPULATION * self.documented) / (others + POPULATION)
        return np.asarray(np.maximum(drawn, beyond_doubt))

    def _share_given(self, value: Codes, other: Codes) -> Floats:
        """Give how common the value is among strangers who have the parent's value.

        Where few have it, the value's overall share stands in, raised as far as agreement on the parent raises that
        on this fact in general: up to certainty, where one follows from the other.
        """
        share = self._share(value)
        if self.parent is None or self.together is None:
            return share
        free = np.clip(np.log(self.fact.u_given) / np.log(self.fact.u[0]), 0.0, 1.0)
        both = np.maximum(self.together.look_up(value, other) - 1, 0).astype(np.float64)
        others = self.parent.strangers.take(other)
        strange = self.common.stranger_share.take(value) * self.parent.stranger_share.take(other)
        if self.own is not None:
            strange = np.minimum(strange, strange_by_chance(both, others * share**free, self.own))
        given = (both * strange + LEAN * share**free) / (others + LEAN)
        return np.asarray(np.minimum(given, 1.0))


def both_firms(facts: Sequence[FactModel], compared: Sequence[Compared]) -> npt.NDArray[np.bool_] | None:
    """Tell for which pairs both records tell a firm's name, None where no fact holds any."""
    found = [
        each.level != MISSING
        for fact, each in zip(facts, compared, strict=True)
        if fact.kind == Kind.ORGANISATION_NAME and any(other.of_firms for other in facts)
    ]
    return np.logical_or.reduce(found) if found else None


def speaks_against(field: Field) -> npt.NDArray[np.bool_]:
    """Give the levels of a kind that are documented as more frequent among strangers than in one customer's records."""
    return np.array([level.m < level.u for level in field.levels])


def homes_of(fact: FactModel, model: Model) -> Homes:
    """Give what `Weigher.homes` holds of a fact."""
    return _telling(fact.parent, model), _telling(fact.contact, model)


def own_of(fact: FactModel, model: Model) -> float | None:
    """Give what `Weigher.own` holds of a fact, by the prior; None where strangers share both for another reason.

    A table of few records is taken for a part of a larger one, whose strangers it does not show.
    """
    parent = next((other for other in model.facts if other.name == fact.parent), None)
    if parent is None or {fact.kind, parent.kind} & OF_SEVERAL:
        return None
    return float(np.exp(-np.logaddexp(0.0, -model.prior))) * fact.told * fact.told / (fact.told + WORLD)


def _telling(name: str | None, model: Model) -> npt.NDArray[np.bool_] | None:
    """Give the levels of a household's contact that speak strongly for one customer; the last: it is missing."""
    for fact in model.facts:
        if fact.name == name and fact.kind in SHARED:
            return np.append(np.log(fact.m) - np.log(fact.u) > TELLING, False)
    return None


def outgrown(model: Model) -> list[str]:
    """Name the facts of a model whose levels are not those that values are compared by now: it cannot weigh them."""
    kinds = {kind.value: field for kind, field in FIELDS.items()}
    return [fact.name for fact in model.facts if fact.kind not in kinds or not _knows(fact, kinds[fact.kind])]


def _knows(fact: FactModel, field: Field) -> bool:
    return fact.levels == tuple(level.name for level in field.levels)


@lru_cache(maxsize=64)
def _padded(adjustment: tuple[tuple[float, ...], ...]) -> Floats:
    """Give a table of levels, before it a row and a column of zeros for facts that are missing, whose level is −1."""
    return np.pad(np.array(adjustment), ((1, 0), (1, 0)))


def _at_levels(adjustment: Floats, level: Levels, other: Levels) -> Floats:
    """Give a padded table's entry for each pair's levels of two facts."""
    columns = adjustment.shape[1]
    return np.asarray(adjustment.ravel().take((level.astype(np.intp) + 1) * columns + other + 1))


def fine(weights: Floats) -> Floats:
    """Give weights as whole multiples of 2**-20, whose sums are exact in whatever order they are taken."""
    return np.asarray(np.rint(weights * 2**20) / 2**20)


def _together(child: Column, parent: Column, model: Model) -> ValuePairs:
    def ranks(column: Column, name: str) -> pl.DataFrame:
        return column.values.select(pl.col(VALUE).cast(pl.String).alias(name)).with_row_index(f"{name}_code")

    height = max(parent.values.height, 1)
    known = model.joints.filter(pl.col("fact") == child.name)
    known = known.join(ranks(child, "value"), on="value").join(ranks(parent, "other"), on="other")
    key = pl.col("value_code").cast(pl.Int64) * height + pl.col("other_code")
    known = known.select(key.alias("key"), "count").sort("key")
    return ValuePairs(known["key"].to_numpy(), known["count"].to_numpy(), height)
