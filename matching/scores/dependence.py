"""Facts that say the same: a name told twice is not two proofs.

Every fact may lean on one other, its parent; together they form a forest. A fact's weight is then what its level says
*given* its parent's level, and where both agree exactly, how common the value is *among those who have the parent's
value* (a postcode proves little beyond its town). The forest is the one that explains most of what strangers and
records of one customer have in common beyond chance (Chow and Liu 1968).

A household shares phones and addresses, and has its names in common. A fact that leans on the one may so lean on the
other besides: where the two records do not agree on the parent, what they say of the other contact stands in for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.arrays import grouped
from matching.facts.encoding import Codes, Column
from matching.words import Kind

Floats = npt.NDArray[np.float64]

STRENGTH: Final = 3.0
"""Pairs that chance is worth beside the pairs counted when a lift is measured."""
MOSTLY: Final = 0.3
"""Share of matches among random pairs at a level above which the rest tells nothing of strangers."""
ENTAILED: Final[Mapping[tuple[Kind, Kind], float]] = {
    (Kind.GIVEN_NAME, Kind.PERSON_NAME): 0.97,
    (Kind.FAMILY_NAME, Kind.PERSON_NAME): 0.97,
    (Kind.PERSON_NAME, Kind.FAMILY_NAME): 0.02,
    (Kind.PERSON_NAME, Kind.GIVEN_NAME): 0.02,
    (Kind.GENDER, Kind.GIVEN_NAME): 0.95,
    (Kind.GENDER, Kind.PERSON_NAME): 0.95,
    (Kind.BIRTH_DATE, Kind.ID_NUMBER): 0.97,
    (Kind.GENDER, Kind.ID_NUMBER): 0.99,
    (Kind.BIRTH_YEAR, Kind.BIRTH_DATE): 1.0,
    (Kind.BIRTH_MONTH, Kind.BIRTH_DATE): 1.0,
    (Kind.BIRTH_DAY, Kind.BIRTH_DATE): 1.0,
    (Kind.POSTCODE, Kind.ADDRESS): 0.95,
    (Kind.PLACE, Kind.ADDRESS): 0.95,
    (Kind.CATEGORY, Kind.ADDRESS): 0.95,
    (Kind.STREET, Kind.ADDRESS): 0.97,
    (Kind.HOUSE_NUMBER, Kind.ADDRESS): 0.97,
    (Kind.PLACE, Kind.POSTCODE): 0.9,
    (Kind.CATEGORY, Kind.POSTCODE): 0.95,
    (Kind.CATEGORY, Kind.PLACE): 0.9,
    (Kind.POSTCODE, Kind.STREET): 0.3,
    (Kind.PLACE, Kind.STREET): 0.3,
    (Kind.ADDRESS, Kind.PHONE): 0.3,
    (Kind.PHONE, Kind.ADDRESS): 0.05,
    (Kind.FAMILY_NAME, Kind.ADDRESS): 0.5,
    (Kind.FAMILY_NAME, Kind.PHONE): 0.5,
}
"""What strangers who agree on the second kind agree on too: their share that does, before any data are seen."""
OF_A_FAMILY: Final[Mapping[Kind, Mapping[str, float]]] = {
    Kind.PERSON_NAME: {"shared_character": 0.05, "same_surname": 0.35},
}
"""Levels that a family's names are at: the share of strangers with one contact who are, before any data are seen."""
NAMES: Final = frozenset({Kind.PERSON_NAME, Kind.GIVEN_NAME, Kind.FAMILY_NAME})
"""What the members of a household have in part in common."""
SHARED: Final = frozenset({Kind.PHONE, Kind.ADDRESS})
"""The contacts that a household, rather than one of its members, is known by."""
CONTACTS: Final = frozenset({Kind.PHONE, Kind.ADDRESS, Kind.EMAIL})
"""What the members of a household share."""
DOORS: Final = frozenset({Kind.ADDRESS, Kind.STREET})
"""What tells a door, by which what lies around it is known."""
WHOLE_NAMES: Final = ("same_sound", "shown_agrees", "near", "part")
"""Levels at which whole names are one, in short or written another way: mailboxes made of it are then as common."""
INNATE: Final = frozenset({Kind.BIRTH_DATE, Kind.BIRTH_YEAR, Kind.BIRTH_MONTH, Kind.BIRTH_DAY, Kind.GENDER})
"""What is with a person for life."""
TELLING: Final = 3.0
"""The weight from which a level counts as agreement when lifts are pooled."""
LEAST_SHARE: Final = 1e-12
"""A share that is as good as none."""
LEAST: Final = 0.15
"""Nats that leaning on a parent must change a match's weight by, on average, to be worth a link."""

LEAST_TOLD: Final = 0.05
"""Nats that a fact must say of a match, on average, to tell customers apart."""
EQUAL_TELLS: Final = 0.7
"""The weight of equality from which it does all the same, however seldom matches are equal."""


@dataclass(frozen=True)
class Joint:
    """Counts of pairs by the levels of every two facts: `counts[f][g]` has a row for each level of f, a column of g."""

    counts: tuple[tuple[Floats, ...], ...]

    @classmethod
    def count(cls, levels: npt.NDArray[np.int8], weights: Floats, sizes: Sequence[int]) -> "Joint":
        """Count pairs, weighted, over the levels of facts that both tell."""
        told = []
        for f, size_f in enumerate(sizes):
            row = []
            for g, size_g in enumerate(sizes):
                both = (levels[:, f] >= 0) & (levels[:, g] >= 0)
                cell = levels[both, f].astype(np.int64) * size_g + levels[both, g]
                tally = np.bincount(cell, weights=weights[both], minlength=size_f * size_g).astype(np.float64)
                row.append(tally.reshape(size_f, size_g))
            told.append(tuple(row))
        return cls(tuple(told))

    @classmethod
    def nothing(cls, sizes: Sequence[int]) -> "Joint":
        """Give a count of no pairs."""
        return cls(tuple(tuple(np.zeros((f, g)) for g in sizes) for f in sizes))

    def add_agreeing(self, held: int, levels: npt.NDArray[np.int8], weights: Floats) -> None:
        """Add pairs that were drawn because they agree on `held`: they tell the other facts given that, no more."""
        for f, row in enumerate(self.counts):
            told = levels[:, f] >= 0
            if f != held:
                tally = np.bincount(levels[told, f], weights=weights[told], minlength=row[held].shape[0])
                row[held][:, 0] += tally

    def without(self, match: "Joint", share: float) -> "Joint":
        """Take out the matches that random pairs contain by chance.

        Where they are most of the pairs at a level (the same e-mail), nothing can be learned there of strangers.
        """
        less = []
        for mine, its in zip(self.counts, match.counts, strict=True):
            row = []
            for pairs, matched in zip(mine, its, strict=True):
                expected = share * pairs.sum() * matched / max(matched.sum(), 1.0)
                mostly = expected.sum(axis=0) <= MOSTLY * pairs.sum(axis=0)
                row.append(np.maximum(pairs - expected, 0.0) * mostly)
            less.append(tuple(row))
        return Joint(tuple(less))

    def plus(self, other: "Joint") -> "Joint":
        """Give the sum of two counts."""
        return Joint(
            tuple(
                tuple(a + b for a, b in zip(mine, its, strict=True))
                for mine, its in zip(self.counts, other.counts, strict=True)
            )
        )

    def lift(self, f: int, g: int, marginal: Floats, entailed: Floats | None = None) -> Floats:
        """Give log P(level of f | level of g) / P(level of f), drawn to 0 where pairs are few.

        Where the records agree on g it is drawn to what the kinds entail (`entailed`, by level of f) instead.
        """
        counted = self.counts[f][g]
        expected = marginal[:, None] * counted.sum(axis=0)
        chance = np.full(counted.shape, STRENGTH)
        if entailed is not None:
            chance[:, 0] *= np.exp(entailed)
        return np.asarray(np.log((counted + chance) / (expected + STRENGTH)))


@dataclass(frozen=True)
class Lifts:
    """How much more often two facts' levels meet than by chance, among matches and among strangers."""

    match: Joint
    stranger: Joint
    m: Sequence[Floats]
    u: Sequence[Floats]
    kinds: Sequence[Kind]
    levels: Sequence[Sequence[str]] = ()

    def strangers(self, f: int, g: int) -> Floats:
        """Give the lift among strangers; what the kinds entail stands in where data are few.

        Pairs are drawn for exact agreement only. Households share contacts however these are written, so that levels of
        contacts that are nearly as telling (the same room) are lifted as far, where they are so rare as that.
        """
        lift = self.stranger.lift(f, g, self.u[f], self._entailed(f, g))
        if self.kinds[f] in NAMES and self.kinds[g] in CONTACTS:
            return self._spread(lift, f, g)
        if self.kinds[g] in DOORS and (self.kinds[f], self.kinds[g]) in ENTAILED:
            return self._as_near(lift, f, g, self._telling(g))
        if (self.kinds[f], self.kinds[g]) == (Kind.EMAIL, Kind.PERSON_NAME) and self.levels:
            return self._as_near(lift, f, g, np.isin(self.levels[g], WHOLE_NAMES))
        if not {self.kinds[f], self.kinds[g]} <= CONTACTS:
            return lift
        alike = np.ix_(self._telling(f), self._telling(g))
        lift[alike] = np.maximum(lift, np.minimum(lift[0, 0], self._as_written(lift[:, 0], f)[:, None]))[alike]
        return lift

    def _entailed(self, f: int, g: int) -> Floats:
        """Give the lift of each level of f among strangers who agree on g, as far as the kinds alone tell it."""
        shares = np.zeros(self.u[f].size)
        if self.levels and self.kinds[g] in SHARED and self.kinds[f] in OF_A_FAMILY:
            shares += [OF_A_FAMILY[self.kinds[f]].get(level, 0.0) for level in self.levels[f]]
        shares[0] = ENTAILED.get((self.kinds[f], self.kinds[g]), 0.0)
        return np.asarray(np.log(np.maximum(shares, self.u[f]) / self.u[f]))

    def _as_written(self, lift: Floats, f: int) -> Floats:
        """Give the lift of each level of a contact if strangers who share it write it in as many ways as matches do.

        However much the equal ones are lifted, all telling levels together are no more frequent than they are.
        """
        telling = self._telling(f)
        share = min(float((self.u[f] * np.exp(lift))[telling].sum()), 1.0)
        written = self.m[f] / max(float(self.m[f][telling].sum()), LEAST_SHARE)
        return np.asarray(np.log(np.maximum(share * written, LEAST_SHARE) / self.u[f]))

    def _spread(self, lift: Floats, f: int, g: int) -> Floats:
        """Give the lift of a name drawn, at all telling levels of a contact, to that at equal contacts."""
        counted = self.stranger.counts[f][g]
        expected = self.u[f][:, None] * counted.sum(axis=0)
        drawn = np.log((counted + STRENGTH * np.exp(lift[:, :1])) / (expected + STRENGTH))
        telling = self._telling(g)
        telling[0] = False
        return np.where(telling, drawn, lift)

    def _as_near(self, lift: Floats, f: int, g: int, near: npt.NDArray[np.bool_]) -> Floats:
        """Give the lift of what a door or a name entails drawn, at these levels of it, to that where it is equal."""
        counted = self.stranger.counts[f][g]
        entailed = self.u[f] * np.exp(lift[:, 0])
        share = (counted + STRENGTH * (entailed / entailed.sum())[:, None]) / (counted.sum(axis=0) + STRENGTH)
        near[0] = False
        return np.where(near, np.log(share / self.u[f][:, None]), lift)

    def _telling(self, f: int) -> npt.NDArray[np.bool_]:
        """Give the levels of a fact that speak strongly for one customer."""
        return np.asarray(np.log(self.m[f] / self.u[f]) > TELLING)

    def adjustment(self, f: int, g: int) -> Floats:
        """Give what to add to the weight of each level of f for each level of g.

        Who moves keeps the birth date: where records differ in both, the one difference does not excuse the other,
        though it seems so where strangers have been taken for matches.
        """
        added = self.match.lift(f, g, self.m[f]) - self.strangers(f, g)
        if self.kinds[f] in INNATE and self.kinds[g] not in INNATE:
            differ = np.ix_(self.m[f] < self.u[f], self.m[g] < self.u[g])
            added[differ] = np.minimum(added[differ], 0.0)
        return np.asarray(added)

    def tells(self, f: int) -> bool:
        """Tell whether a fact tells customers apart."""
        return tells(self.m[f], self.u[f])

    def gain(self, f: int, g: int) -> float:
        """Give how much, on average over matches, f's weight changes once g's level is known."""
        counts = self.match.counts[f][g]
        change = np.abs(self.adjustment(f, g))
        prior = np.outer(self.m[f], self.m[g])
        weight = (counts + STRENGTH * prior) / (counts.sum() + STRENGTH)
        return float((weight * change).sum())


def tells(m: Floats, u: Floats) -> bool:
    """Tell whether matches are at other levels of a fact than strangers: of a status or a load date they are not."""
    says = np.log(m) - np.log(u)
    return bool((m * says).sum() > LEAST_TOLD or says[0] > EQUAL_TELLS)


def parents(lifts: Lifts, names: Sequence[str]) -> tuple[int | None, ...]:
    """Give for each fact the fact it leans on, None for those that stand alone; what is equally strong goes by name."""
    size = len(lifts.m)
    before = {f: -rank for rank, f in enumerate(sorted(range(size), key=lambda f: names[f]))}
    gain = np.zeros((size, size))
    for f in range(size):
        for g in range(size):
            if f != g:
                gain[f, g] = lifts.gain(f, g) if lifts.tells(f) and lifts.tells(g) else 0.0
    gain = np.maximum(gain, gain.T)
    parent: list[int | None] = [None] * size
    strength = gain.sum(axis=1)
    within: set[int] = set()
    while len(within) < size:
        left = [f for f in range(size) if f not in within]
        links = [(f, g) for f in left for g in within if gain[f, g] > LEAST]
        if links:
            f, g = max(links, key=lambda link: (gain[link], before[link[0]], before[link[1]]))
            parent[f] = g
            within.add(f)
        else:
            within.add(max(left, key=lambda f: (strength[f], before[f])))
    return tuple(parent)


def contacts(lifts: Lifts, leans: Sequence[int | None]) -> tuple[int | None, ...]:
    """Give for each fact the shared contact that it leans on besides its parent, None where there is none.

    Never one that leans, itself or by what it leans on, on the fact.
    """
    found: list[int | None] = []
    for f, parent in enumerate(leans):
        able = [
            (lifts.gain(f, g), -g)
            for g, kind in enumerate(lifts.kinds)
            if kind in SHARED
            and lifts.kinds[f] not in CONTACTS
            and lifts.tells(f)
            and lifts.tells(g)
            and g not in (f, parent)
            and f not in _above(g, leans)
        ]
        gain, place = max(able, default=(0.0, 0))
        found.append(-place if gain > LEAST else None)
    return tuple(found)


def _above(f: int | None, leans: Sequence[int | None]) -> set[int]:
    """Give a fact and all that it leans on."""
    above: set[int] = set()
    while f is not None:
        above.add(f)
        f = leans[f]
    return above


@dataclass(frozen=True)
class ValuePairs:
    """How many records have each value of a fact together with each value of its parent."""

    keys: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    height: int

    @classmethod
    def count(cls, child: Column, parent: Column) -> "ValuePairs":
        """Count the records for each pair of codes that occurs."""
        many = parent.lengths[child.rows]
        code = np.repeat(child.codes.astype(np.int64), many)
        within = np.arange(code.size) - np.repeat(np.cumsum(many) - many, many)
        other = parent.codes[np.repeat(parent.starts[child.rows], many) + within]
        keys, places = grouped(code * max(parent.values.height, 1) + other)
        counts = np.bincount(places, minlength=keys.size)
        return cls(keys, counts, max(parent.values.height, 1))

    def look_up(self, child: Codes, parent: Codes) -> npt.NDArray[np.int64]:
        """Give the count of each pair of codes, 0 for pairs that no record has."""
        keys = child.astype(np.int64) * self.height + parent
        places = np.minimum(np.searchsorted(self.keys, keys), max(self.keys.size - 1, 0))
        if not self.keys.size:
            return np.zeros(keys.size, dtype=np.int64)
        return np.where(self.keys[places] == keys, self.counts[places], 0)
