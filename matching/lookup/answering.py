"""Who is this? A question held against a directory: the customers it may mean, with score and evidence.

The score of the question against a record is the score that a run gives two such records. Against a customer it is the
evidence of all its records, fact by fact, averaged as clusters are decided.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from matching.arrays import grouped
from matching.clusters.clustering import WIDEST
from matching.clusters.grouping import averaging
from matching.facts.encoding import Codes, Column, Rows
from matching.lookup.asked_comparing import AskedComparer
from matching.lookup.asking import DOCUMENT, Asked, Question, Told, understand
from matching.lookup.directory import Directory, Listing, hashed
from matching.lookup.meeting import met
from matching.model import Model
from matching.scores.averaging import Averaging
from matching.scores.calibrating import probability
from matching.scores.commonness import SharedKey
from matching.scores.comparing import MISSING, Compared
from matching.scores.evidence import PRIOR
from matching.scores.families import families
from matching.scores.sharing import Proof, Proofs, is_own, proofs, prove_at_once
from matching.scores.weigher import VETO, Weigher, both_firms, fine
from matching.words import Band, Kind

Floats = npt.NDArray[np.float64]

MOST_CUSTOMERS: Final = 24
"""Customers that are looked at closely."""


class Reason(NamedTuple):
    """What one fact says for (+) or against (−) a customer, in natural log-odds, and in words."""

    field: str
    level: str
    weight: float
    says_zh: str
    says_en: str


@dataclass(frozen=True)
class Answer:
    """A customer that a question may mean; the weights of its evidence add up to its score."""

    customer_id: str
    score: float
    probability: float
    band: Band
    contradicts: bool
    evidence: tuple[Reason, ...]
    records: int
    best_record: str


@dataclass(frozen=True)
class Scores:
    """The question against some records: by record (row) and fact (column)."""

    rows: Rows
    levels: npt.NDArray[np.int8]
    weights: npt.NDArray[np.float32]
    score: Floats
    contradicts: npt.NDArray[np.bool_]
    compared: tuple[Compared, ...]  # by fact, what levels and weights come from


@dataclass
class Desk:
    """Answers questions from one directory, from any thread."""

    directory: Directory
    _comparers: list[AskedComparer] = field(init=False)
    _averaging: Averaging = field(init=False)

    def __post_init__(self) -> None:
        self._comparers = [AskedComparer(listing) for listing in self.directory.listings]
        self._averaging = averaging(self.directory.model)

    def ask(self, question: Question, *, limit: int = 5) -> list[Answer]:
        """Give the customers that the question may mean, likeliest first."""
        return self.answer(self.understand(question), limit=limit)

    def understand(self, question: Question) -> Told:
        """Give the question as facts, and the parts of it that cannot be read."""
        return understand(question, self.directory)

    def answer(self, told: Told, *, limit: int = 5) -> list[Answer]:
        """Give the customers that what is told may mean, likeliest first."""
        customers = self.candidates(told, limit)
        if not customers.size:
            return []
        rows, starts = self.directory.records_of(customers, most=WIDEST)
        scores = self.score(told, rows)
        whole = _whole(scores, starts, self.directory.model, self._averaging)
        order = np.lexsort((customers, -whole.score, whole.contradicts))[:limit].tolist()
        likely = probability(whole.score[order], self.directory.model.calibration).tolist()
        return [
            self._answer(told, int(customers[at]), scores, whole, at, slice(*starts[at : at + 2].tolist()), one)
            for at, one in zip(order, likely, strict=True)
        ]

    def candidates(self, told: Told, limit: int) -> Codes:
        """Give the customers worth a close look: those who share the rarest keys with the question come first.

        Who was met by a part of a document's number, or by a birthday that follows from it, and has another number as a
        whole has nothing in common with it. Who contradicts it by the records that were met stands behind all others in
        the answer: of these no more are looked at than there is room for.
        """
        directory = self.directory
        found, says = met(directory, told)
        contradicts = self._differs_in_entity(told, found)
        for f, listing in enumerate(directory.listings):
            asked = told.values.get(listing.name)
            if asked and listing.weigher.vetoes.any():
                level = self._comparers[f].compare(asked, found).level
                contradicts = contradicts | listing.weigher.vetoes[level]
                by_chance = np.flatnonzero((level != MISSING) & ~listing.column.field.agreeing[level])
                for other, each in enumerate(directory.listings):
                    if other == f or (listing.name == DOCUMENT and each.name in told.follow):
                        says[other, by_chance] = 0.0
        customers, places = grouped(directory.customers[found])
        best, apart = np.zeros(customers.size), np.zeros(customers.size, dtype=bool)
        np.maximum.at(best, places, says.sum(axis=0))
        apart[places[contradicts]] = True
        order = np.lexsort((customers, -best, apart))
        order = order[best[order] > 0]
        room = max(limit, int(np.count_nonzero(~apart[order])))
        return np.asarray(customers[order[: min(room, MOST_CUSTOMERS)]])

    def score(self, told: Told, rows: Rows) -> Scores:
        """Give the score of the question against each record: the same as a run gives two records that say this."""
        directory, model = self.directory, self.directory.model
        nothing = Compared(np.full(rows.size, MISSING, dtype=np.int8), *(np.full(rows.size, -1) for _ in range(2)))
        compared = tuple(
            self._comparers[f].compare(asked, rows) if (asked := told.values.get(each.name)) else nothing
            for f, each in enumerate(directory.listings)
        )
        levels = np.stack([each.level for each in compared], axis=1)
        weights = np.zeros(levels.shape, dtype=np.float32)
        contradicts = excluded = self._differs_in_entity(told, rows)
        firms = both_firms(model.facts, compared)
        for f, listing in enumerate(directory.listings):
            asked = told.values.get(listing.name)
            if not asked:
                continue
            weigher = _with_new_values(listing, asked)
            parent, contact = (None if g is None else compared[g] for g in (listing.parent, listing.contact))
            weights[:, f] = fine(weigher.weigh(compared[f], parent, contact, firms))
            contradicts = contradicts | listing.weigher.vetoes[levels[:, f]]
        score = model.prior + weights.sum(axis=1, dtype=np.float64) + VETO * excluded
        return Scores(rows, levels, weights, score, contradicts, compared)

    def proofs(self, told: Told, scores: Scores, part: slice) -> Proofs:
        """Give what agrees with the question, as far as it tells a household's members apart, for some records."""
        directory, rows = self.directory, scores.rows[part]
        asks_for_a_firm = any(
            each.column.fact.kind == Kind.ORGANISATION_NAME and each.name in told.values for each in directory.listings
        )
        if not directory.has_households or asks_for_a_firm:
            return np.full(rows.size, Proof.OWN, dtype=np.uint8)
        columns, compared = self._speaking(told, scores, part)
        return proofs(
            columns,
            compared,
            rows,
            shown=families(directory.model),
            asker=told.asker,
            relatives=directory.model.relatives,
        )

    def _speaking(self, told: Told, scores: Scores, part: slice) -> tuple[list[Column], list[Compared]]:
        """Give the facts that say whose some records are, and what each says."""
        speak = [
            (each.column, compared.take(part))
            for each, compared in zip(self.directory.listings, scores.compared, strict=True)
            if told.values.get(each.name) or each.column.fact.kind == Kind.ORGANISATION_NAME
        ]
        return [column for column, _ in speak], [each for _, each in speak]

    def _answer(  # noqa: PLR0913, PLR0917 -- what is known of a customer
        self, told: Told, customer: int, scores: Scores, whole: "_Whole", at: int, part: slice, likely: float
    ) -> Answer:
        directory, model = self.directory, self.directory.model
        score, contradicts = float(whole.score[at]), bool(whole.contradicts[at])
        levels, means = scores.levels[part], whole.mean[at].tolist()
        best = np.where(levels != MISSING, scores.weights[part], -np.inf).argmax(axis=0)
        shown = levels[best, np.arange(best.size)].tolist()
        reasons = [Reason(PRIOR, "", model.prior, *PRIOR_SAYS)]
        for f in np.flatnonzero(whole.told[at]).tolist():
            column = directory.listings[f].column
            says = column.field.levels[shown[f]]
            reasons.append(Reason(column.name, says.name, means[f], says.says_zh, says.says_en))
        return Answer(
            customer_id=str(directory.customer_ids[customer]),
            score=score,
            probability=likely,
            band=self._band(told, scores, part, score, contradicts=contradicts),
            contradicts=contradicts,
            evidence=tuple(reasons),
            records=len(levels),
            best_record=str(directory.record_ids[int(scores.rows[part][scores.score[part].argmax()])]),
        )

    def _band(self, told: Told, scores: Scores, part: slice, score: float, *, contradicts: bool) -> Band:
        """Give what a run would make of it: what a household's members share as well is at best asked about."""
        model = self.directory.model
        if contradicts or score < model.review_from:
            return Band.APART
        if score < model.match_from:
            return Band.REVIEW
        if prove_at_once(*self._speaking(told, scores, part), told.asker, model.relatives):
            return Band.MATCH
        own = is_own(np.bitwise_or.reduce(self.proofs(told, scores, part), keepdims=True))
        return Band.MATCH if own[0] else Band.REVIEW

    def _differs_in_entity(self, told: Told, rows: Rows) -> npt.NDArray[np.bool_]:
        directory = self.directory
        if told.entity is None or told.entity not in directory.entities:
            return np.zeros(rows.size, dtype=bool)
        entity = directory.entity[rows]
        differs = (entity != directory.entities.index(told.entity)) & (entity >= 0)
        if told.name is None or not differs.any():
            return np.asarray(differs)
        return np.asarray(differs & (directory.names[rows] != hashed(told.name) // 2))


PRIOR_SAYS: Final = (
    "任意两条记录属于同一客户的可能性",
    "before any fact: how rare it is that two records are one customer's",
)


@dataclass(frozen=True)
class _WithNewValues(SharedKey):
    """A key that values share, and the key of a question's value that no record tells."""

    new: int

    def adjust(self, left: Codes, right: Codes) -> Floats:
        """Give what agreement on the key says; codes beyond the known ones are the question's new value."""
        theirs, known = self.codes[left], right < self.codes.size
        mine = np.where(known, self.codes[np.where(known, right, 0)], self.new)
        return np.where((theirs == mine) & (theirs >= 0), self.rarity[left], 0.0)


def _with_new_values(listing: Listing, asked: Sequence[Asked]) -> Weigher:
    """Give the fact's weigher, which knows the keys of a new value as well (of several, the first)."""
    weigher = listing.weigher
    if not weigher.shared or all(mine.code >= 0 for mine in asked):
        return weigher
    unheard = next(mine for mine in asked if mine.code < 0)
    shared = {}
    for level, key in weigher.shared.items():
        made = unheard.keys(listing.column.field.levels[level].key)
        shared[level] = _WithNewValues(key.codes, key.rarity, made[0] // 2 if made else -1)
    return replace(weigher, shared=shared)


@dataclass(frozen=True)
class _Whole:
    """The question against whole customers: by customer (row) and fact (column)."""

    told: npt.NDArray[np.bool_]
    mean: Floats
    score: Floats
    contradicts: npt.NDArray[np.bool_]


def _whole(scores: Scores, starts: Codes, model: Model, how: Averaging) -> _Whole:
    """Give the evidence of all records of each customer, which lie from one start to the next."""
    tells, begins = scores.levels != MISSING, starts[:-1]
    told = np.add.reduceat(tells, begins, axis=0, dtype=np.float32)
    sums = np.add.reduceat(how.terms(scores.weights, tells), begins, axis=0, dtype=np.float32)
    mean = how.means(sums, told, np.diff(starts)).astype(np.float64)
    contradicts = np.logical_or.reduceat(scores.contradicts, begins)
    return _Whole(told > 0, mean, model.prior + mean.sum(axis=1), contradicts)
