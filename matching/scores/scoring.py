"""The score of a pair of records: the prior and one weight for each fact, in natural log-odds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.arrays import sums
from matching.facts.encoding import Encoded, Rows
from matching.model import Model, ModelError
from matching.scores.commonness import Floats
from matching.scores.comparing import Compared, Comparer, compare_all, comparers
from matching.scores.exchanging import exchanging
from matching.scores.families import families, has_households
from matching.scores.sharing import Proof, Proofs, is_own, proofs
from matching.scores.weigher import VETO, Weigher, both_firms, fine
from matching.side_by_side import at_once, nothing

CHUNK: Final = 500_000
"""Pairs scored at a time."""


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
        """Lay a model out for a table. `households` says whether homes hold several people if the model is narrowed.

        Raises `ModelError` for the model of a table that tells other facts.
        """
        _require_same(encoded, model)
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

        firms = both_firms(self.model.facts, compared)

        def write(f: int) -> None:
            parent, contact = (None if g is None else compared[g] for g in (self._parents[f], self._contacts[f]))
            weights[:, f] = fine(self._facts[f].weigh(compared[f], parent, contact, firms))

        at_once(write, range(len(compared) if weights.size else 0))

    def _proofs(self, compared: Sequence[Compared], left: Rows, right: Rows) -> Proofs:
        return proofs(
            self.encoded.columns,
            compared,
            left,
            right,
            shown=families(self.model),
            relatives=self.model.relatives,
        )

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


def _require_same(encoded: Encoded, model: Model) -> None:
    """Check that a table tells the facts that a model was learned of, of the same kinds."""
    told = [f"{column.name} ({column.fact.kind})" for column in encoded.columns]
    known = [f"{fact.name} ({fact.kind})" for fact in model.facts]
    if told != known:
        message = (
            f"model: expected fields as those it was learned with, {', '.join(known)}, found {', '.join(told)}; "
            "name the same facts, or learn another model"
        )
        raise ModelError(message)
