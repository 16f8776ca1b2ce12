"""Who is this? A question held against a directory: the customers it may mean, with score and evidence.

The score of the question against a record is the score that a run gives two such records. Against a customer it is the
evidence of all its records, fact by fact, averaged as clusters are decided.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.arrays import distinct, grouped, is_first
from matching.asking import DOCUMENT, Asked, Question, Told, understand
from matching.averaging import Averaging
from matching.calibrating import probability
from matching.clustering import WIDEST
from matching.commonness import SharedKey
from matching.comparing import MISSING, Compared
from matching.directory import Directory, Listing, hashed
from matching.encoding import Codes, Column, Rows
from matching.evidence import PRIOR
from matching.fields.glancing import UNSETTLED
from matching.grouping import averaging
from matching.model import Model
from matching.sharing import Proof, Proofs, has_many_twins, has_surnames, is_own, proofs, prove_at_once
from matching.weigher import VETO, Weigher, both_firms, fine
from matching.words import Band, Kind

Floats = npt.NDArray[np.float64]

MOST_RECORDS: Final = 400
"""Records that the narrowest keys may bring."""
MOST_CUSTOMERS: Final = 24
"""Customers that are looked at closely."""
REMEMBERED: Final = 500_000
"""Pairs of values, compared in columns, that a directory remembers."""


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
    _known: list[dict[tuple[int, int], int]] = field(init=False)
    _averaging: Averaging = field(init=False)

    def __post_init__(self) -> None:
        self._known = [{} for _ in self.directory.listings]
        self._averaging = averaging(self.directory.model)

    def ask(self, question: Question, *, limit: int = 5) -> list[Answer]:
        """Give the customers that the question may mean, likeliest first."""
        told = understand(question, self.directory)
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
                level = self._compare(f, asked, found).level
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
            self._compare(f, asked, rows) if (asked := told.values.get(each.name)) else nothing
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
        many_twins, surnames = has_many_twins(directory.model), has_surnames(directory.model)
        return proofs(columns, compared, rows, many_twins=many_twins, surnames=surnames, asker=told.asker)

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
        if prove_at_once(*self._speaking(told, scores, part), told.asker):
            return Band.MATCH
        own = is_own(np.bitwise_or.reduce(self.proofs(told, scores, part), keepdims=True))
        return Band.MATCH if own[0] else Band.REVIEW

    def _compare(self, fact: int, asked: Sequence[Asked], rows: Rows) -> Compared:
        """Give level and values for each record, of several the best: the record's value left, the question's right."""
        listing = self.directory.listings[fact]
        column = listing.column
        level = np.full(rows.size, MISSING, dtype=np.int8)
        left, right = np.full(rows.size, -1), np.full(rows.size, -1)
        begins = column.starts[rows].astype(np.int64)
        many = column.starts[rows + 1] - begins
        one_each = many.size == 0 or int(many.max()) <= 1
        row = np.flatnonzero(many) if one_each else np.repeat(np.arange(rows.size), many)
        within = 0 if one_each else np.arange(row.size) - np.repeat(np.cumsum(many) - many, many)
        told = column.codes[begins[row] + within]
        codes = np.array(sorted(set(told.tolist())), dtype=np.int64)
        which = codes.searchsorted(told)
        levels = self._levels(fact, asked, codes.tolist())
        numbers = np.array([mine.number for mine in asked])
        place = np.zeros(told.size, dtype=np.int64)
        if len(asked) > 1:
            row, which = row.repeat(len(asked)), which.repeat(len(asked))
            place = np.arange(told.size * len(asked)) % len(asked)
            told = told.repeat(len(asked))
        if len(asked) > 1 or not one_each:
            counts, places = listing.weigher.common.counts, np.array([mine.place for mine in asked])
            rarity = np.minimum(counts[told], counts[numbers[place]])
            shared = listing.column.shared
            of_home = np.zeros(told.size, dtype=bool) if shared is None else shared[told]
            order = np.lexsort((place, told, places[place], rarity, of_home, levels[place, which], row))
            best = order[is_first(row[order])]
            row, which, place, told = row[best], which[best], place[best], told[best]
        level[row], left[row], right[row] = levels[place, which], told, numbers[place]
        return Compared(level, left, right)

    def _levels(self, fact: int, asked: Sequence[Asked], codes: Sequence[int]) -> npt.NDArray[np.int8]:
        """Give the level of each of the question's values (row) with each of some codes (column).

        The kind's twin compares what it can. What is left to the kind is remembered, since it costs milliseconds.
        """
        listing = self.directory.listings[fact]
        levels = [_single(listing, mine, codes) for mine in asked]
        left = [(place, at) for place, row in enumerate(levels) for at, level in enumerate(row) if level == UNSETTLED]
        if left:
            for (place, at), level in self._in_columns(fact, asked, codes, left).items():
                levels[place][at] = level
        return np.array(levels, dtype=np.int8).reshape(len(asked), len(codes))

    def _in_columns(
        self, fact: int, asked: Sequence[Asked], codes: Sequence[int], pairs: Sequence[tuple[int, int]]
    ) -> dict[tuple[int, int], int]:
        """Give the level of pairs, as places in `asked` and `codes`, from memory or as a run compares them."""
        known = self._known[fact]
        if len(known) > REMEMBERED:
            known.clear()
        met = {(place, at): known.get((asked[place].code, codes[at])) for place, at in pairs if asked[place].code >= 0}
        found = {pair: level for pair, level in met.items() if level is not None}
        fresh = [pair for pair in pairs if pair not in found]
        for (place, at), level in zip(
            fresh, _compare_columns(self.directory.listings[fact], asked, codes, fresh), strict=True
        ):
            found[place, at] = level
            if asked[place].code >= 0:
                known[asked[place].code, codes[at]] = level
        return found

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


def met(directory: Directory, told: Told) -> tuple[Rows, Floats]:
    """Give the records that share keys with the question, and by fact (row) and record how rare these keys are.

    Small blocks bring their records; large ones only speak for those that are there already. Where all are large, those
    in the two smallest at once are taken, and of a single one the first records.
    """
    blocks = sorted(_blocks(directory, told), key=lambda block: block[1].size)
    rows: list[Rows] = []
    taken = 0
    while len(rows) < len(blocks) and taken + blocks[len(rows)][1].size <= MOST_RECORDS:
        rows.append(blocks[len(rows)][1])
        taken += rows[-1].size
    if not rows and blocks:
        first, *others = (block for _, block in blocks)
        narrowed = np.intersect1d(first, others[0], assume_unique=True) if others else first
        rows = [(narrowed if narrowed.size else first)[:MOST_RECORDS]]
    found = distinct(np.concatenate(rows)) if rows else np.empty(0, dtype=np.int64)
    says = np.zeros((len(directory.listings), found.size))
    for f, block in blocks:
        places = np.minimum(block.searchsorted(found), block.size - 1)
        says[f] += (block[places] == found) * math.log(directory.height / block.size + 1)
    return found, says


def _blocks(directory: Directory, told: Told) -> list[tuple[int, Rows]]:
    """Give the records with each key of the question, and which fact the key is of."""
    blocks = []
    for f, listing in enumerate(directory.listings):
        for mine in told.values.get(listing.name, []):
            for ways in listing.ways:
                if mine.code >= 0:
                    keys = ways.of_value(mine.code)
                elif ways.name in listing.column.field.keys:
                    keys = ways.of_hashes(mine.keys(ways.name))
                else:
                    keys = []
                blocks += [(f, ways.block(key)) for key in keys]
    return [(f, block) for f, block in blocks if block.size]


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


def _single(listing: Listing, mine: Asked, codes: Sequence[int]) -> list[int]:
    """Give the level of a value with each of some codes by the kind's twin, UNSETTLED where it is left to the kind."""
    twin, packed = listing.twin, listing.packed
    if twin is None or packed is None:
        return [int(listing.itself[code]) if code == mine.code else UNSETTLED for code in codes]
    own = twin.parts(*(mine.parts[name] for name in twin.columns))
    named, compare = partial(tuple.__new__, twin.parts), twin.compare  # what `_make` does, in half the time
    levels = [compare(own, named(theirs)) for theirs in packed.of(codes)]
    if mine.code in codes:
        levels[codes.index(mine.code)] = int(listing.itself[mine.code])
    return [UNSETTLED if level is None else level for level in levels]


def _compare_columns(
    listing: Listing, asked: Sequence[Asked], codes: Sequence[int], pairs: Sequence[tuple[int, int]]
) -> list[int]:
    """Give the level of values that differ, the one that sorts first on the left, as a run compares them."""
    if not pairs:
        return []
    wanted = sorted({at for _, at in pairs})
    every = pl.concat(
        [*(each.frame for each in asked), listing.column.values[[codes[at] for at in wanted]]], how="vertical_relaxed"
    )
    stands = {at: len(asked) + place for place, at in enumerate(wanted)}
    ends = [(place, stands[at]) if asked[place].place < codes[at] else (stands[at], place) for place, at in pairs]
    left, right = every[[one for one, _ in ends]], every[[other for _, other in ends]]
    levels: list[int] = listing.column.field.compare(left, right).to_list()
    return levels


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
