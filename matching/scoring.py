"""The score of a pair of records: the prior and one weight for each fact, in natural log-odds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.arrays import sums
from matching.chance import buckets, expected, logistic, odds, strange_by_chance
from matching.comparing import MISSING, Compared, Comparer, Levels, compare_all, comparers
from matching.dependence import CONTACTS, SHARED, TELLING, ValuePairs
from matching.encoding import Codes, Column, Encoded, Rows
from matching.exchanging import exchanging
from matching.fields.base import VALUE, Field
from matching.fields.glancing import numbered
from matching.model import FactModel, Model
from matching.sharing import Proof, Proofs, has_households, has_many_twins, is_own, proofs
from matching.side_by_side import at_once, nothing
from matching.words import Kind

Floats = npt.NDArray[np.float64]
Homes = tuple[npt.NDArray[np.bool_] | None, npt.NDArray[np.bool_] | None]
"""Of the parent and of the contact that a fact leans on: at which levels two records share a home; None: at none."""

CHUNK: Final = 500_000
"""Pairs scored at a time."""
VETO: Final = -30.0
"""The weight of a contradiction that rules out one customer."""
UNSEEN: Final = 0.2
"""Strangers that a value is taken to have when nobody else was seen with it."""
UNSEEN_IN_PARTS: Final = 0.02
"""The same where the parts that make it up say how many to expect."""
WORLD: Final = 1000
"""Records that a small table is taken to be a part of: what nobody else in it has is rarer than the table can tell."""
POPULATION: Final = 200.0
"""Records that a value's documented share is worth beside its share in the table: what counts in small tables only."""
OF_SEVERAL: Final = CONTACTS | {Kind.ORGANISATION_NAME}
"""What strangers share because they belong together, not by chance: a family, a firm and its branches."""
LEAN: Final = 10.0
"""Records that a value's overall share is worth beside its share among those with the parent's value."""


@dataclass(frozen=True)
class Scored:
    """Pairs with a weight for each fact (a column each) and the level it comes from."""

    left: Rows
    right: Rows
    levels: npt.NDArray[np.int8]
    weights: npt.NDArray[np.float32]
    score: Floats
    excluded: npt.NDArray[np.bool_]  # one is a person, the other an organisation
    proof: Proofs  # what agrees of what a household shares, and what does not; or nothing can be a household's

    @classmethod
    def empty(cls, left: Rows, right: Rows, facts: int) -> "Scored":
        """Give pairs of which nothing is said yet."""
        return cls(
            left,
            right,
            np.empty((left.size, facts), dtype=np.int8),
            np.zeros((left.size, facts), dtype=np.float32),
            np.empty(left.size),
            np.zeros(left.size, dtype=bool),
            np.zeros(left.size, dtype=np.uint8),
        )

    def take(self, places: Rows | slice) -> "Scored":
        """Give the pairs at these places, in their order."""
        return Scored(
            self.left[places],
            self.right[places],
            self.levels[places],
            self.weights[places],
            self.score[places],
            self.excluded[places],
            self.proof[places],
        )

    @property
    def own(self) -> npt.NDArray[np.bool_]:
        """Tell which pairs agree in more than a household shares."""
        return is_own(self.proof)


class Scorer:
    """Scores pairs of one encoded table under one model."""

    def __init__(
        self,
        encoded: Encoded,
        model: Model,
        made: Sequence[Comparer] | None = None,
        *,
        households: bool | None = None,
    ) -> None:
        """Lay a model out for a table. `households` says whether homes hold several people if the model is narrowed."""
        self.encoded = encoded
        self.model = model
        self.comparers = tuple(made) if made is not None else exchanging(comparers(encoded))
        by_name = {column.name: place for place, column in enumerate(encoded.columns)}
        parents = [encoded.columns[by_name[fact.parent]] if fact.parent else None for fact in model.facts]
        laid = zip(encoded.columns, model.facts, parents, strict=True)
        self._facts = at_once(lambda each: Weigher.of(each[0], each[1], model, each[2]), laid)
        for comparer, weigher in zip(self.comparers, self._facts, strict=True):
            comparer.rarity = weigher.common.counts
        self._has_households = has_households(model) if households is None else households
        self._contacts = [by_name[fact.contact] if fact.contact else None for fact in model.facts]
        self._parents = [by_name[fact.parent] if fact.parent else None for fact in model.facts]

    def score(self, left: Rows, right: Rows) -> Scored:
        """Give each pair's weights and their sum with the prior."""
        scored = Scored.empty(left, right, len(self.comparers))
        self._fill(scored, compare_all(self.comparers, left, right))
        return scored

    def score_all(self, left: Rows, right: Rows) -> Scored:
        """Score any number of pairs, so many at a time as memory is meant for, and weigh some beside comparing others.

        Facts take unlike times to compare; a core that would wait for the slowest has the pairs before to weigh.
        """
        scored = Scored.empty(left, right, len(self.comparers))
        weigh_before: Callable[[], None] = nothing
        for at in range(0, left.size, CHUNK):
            chunk = scored.take(slice(at, at + CHUNK))
            compared = compare_all(self.comparers, chunk.left, chunk.right, weigh_before)
            weigh_before = partial(self._fill, chunk, compared)
        weigh_before()
        return scored

    def _fill(self, scored: Scored, compared: Sequence[Compared]) -> None:
        """Write down what is to be said of the pairs, in place."""
        for f, each in enumerate(compared):
            scored.levels[:, f] = each.level
        self.weigh(compared, scored.weights)
        scored.proof[:] = self._proofs(compared, scored.left, scored.right) if self._has_households else Proof.OWN
        scored.excluded[:] = self._differs_in_entity(scored.left, scored.right)
        scored.score[:] = self.model.prior + sums(scored.weights, np.float64) + VETO * scored.excluded

    def weigh(self, compared: Sequence[Compared], weights: npt.NDArray[np.float32]) -> None:
        """Write down what each fact's comparison weighs, a column a fact."""

        def write(f: int) -> None:
            leans = (None if g is None else compared[g] for g in (self._parents[f], self._contacts[f]))
            weights[:, f] = fine(self._facts[f].weigh(compared[f], *leans))

        at_once(write, range(len(compared) if weights.size else 0))

    def _proofs(self, compared: Sequence[Compared], left: Rows, right: Rows) -> Proofs:
        return proofs(self.encoded.columns, compared, left, right, many_twins=has_many_twins(self.model))

    def if_agreed(self, left: int, right: int) -> Mapping[str, float]:
        """Give for each fact that either of two records tells, and on which they do not agree, the score if they did.

        Of the values told the better one is taken.
        """
        ends = np.array([left]), np.array([right])
        compared = compare_all(self.comparers, *ends)
        veto = VETO * float(self._differs_in_entity(*ends)[0])
        found: dict[str, float] = {}
        for f, column in enumerate(self.encoded.columns):
            told = [code for row in (left, right) for code in column.codes[column.starts[row] : column.starts[row + 1]]]
            if told and compared[f].level[0] != 0:
                found[column.name] = veto + max(self._score_with(compared, f, code) for code in told)
        return found

    def _score_with(self, compared: Sequence[Compared], f: int, code: int) -> float:
        """Give a pair's score if both records told this value of a fact."""
        agreed = Compared(self.encoded.columns[f].itself[[code]], np.array([code]), np.array([code]))
        weights = np.zeros((1, len(compared)), dtype=np.float32)
        self.weigh([agreed if place == f else each for place, each in enumerate(compared)], weights)
        return float(self.model.prior + weights.sum(axis=1, dtype=np.float64)[0])

    def contradicts(self, scored: Scored) -> npt.NDArray[np.bool_]:
        """Tell which pairs cannot be one customer: a veto, two kinds of entity, two records of one source."""
        found = scored.excluded.copy()
        for f, column in enumerate(self.encoded.columns):
            for place, level in enumerate(column.field.levels):
                if level.veto:
                    found |= scored.levels[:, f] == place
        source = self.encoded.source
        if source is not None:
            found |= (source[scored.left] == source[scored.right]) & (source[scored.left] >= 0)
        return np.asarray(found)

    def _differs_in_entity(self, left: Rows, right: Rows) -> npt.NDArray[np.bool_]:
        """Tell where one is a person and the other an organisation, unless both go by the same name."""
        entity, name = self.encoded.entity, self.encoded.entity_name
        if entity is None:
            return np.zeros(left.size, dtype=bool)
        differs = (entity[left] != entity[right]) & (entity[left] >= 0) & (entity[right] >= 0)
        if name is None:
            return np.asarray(differs)
        return np.asarray(differs & ~((name[left] == name[right]) & (name[left] >= 0)))


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
        """Lay a fact's model out by the codes of its column and of the column of its parent."""
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

    def weigh(self, compared: Compared, parent: Compared | None, contact: Compared | None) -> Floats:
        """Give log(m/u) of the level; where values are equal, u is how common the value is.

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
        weight *= fact.scale
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
    def _has_key(self) -> npt.NDArray[np.bool_]:
        """By level: values share a key at it; most often no pair is at such a level."""
        return np.array([level in self.shared for level in range(self._by_level.size)])

    @cached_property
    def _moves(self) -> Floats:
        return np.append(self.fact.moves, 0.0)

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
        """Give how common the value is among strangers."""
        strangers = self.common.strangers.take(value) + POPULATION * self.documented
        return np.asarray(strangers / (max(self.fact.told - 1, 1) + POPULATION))

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
