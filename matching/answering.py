"""Who is this? A question held against a directory: the customers it may mean, with score and evidence.

The score of the question against a record is the score that a run gives two such records. Against a customer it is the
evidence of all its records, fact by fact, averaged as clusters are decided.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.asking import Asked, Question, Told, understand
from matching.calibrating import probability
from matching.clustering import WIDEST
from matching.comparing import MISSING, Compared
from matching.directory import SEED, Directory, Listing, hashed, signed
from matching.encoding import Codes, Rows
from matching.evidence import PRIOR
from matching.grouping import averaging
from matching.model import Model
from matching.scoring import VETO, SharedKey, Weigher, fine
from matching.words import Band

Floats = npt.NDArray[np.float64]

MOST_RECORDS: Final = 400
"""Records that the narrowest keys may bring."""
MOST_CUSTOMERS: Final = 24
"""Customers that are looked at closely."""
REMEMBERED: Final = 500_000
"""Compared pairs of values that a directory remembers."""


@dataclass(frozen=True)
class Reason:
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


@dataclass
class Desk:
    """Answers questions from one directory, from any thread; pairs of values compared once are remembered."""

    directory: Directory
    _known: list[dict[tuple[int, int], int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._known = [{} for _ in self.directory.listings]

    def ask(self, question: Question, *, limit: int = 5) -> list[Answer]:
        """Give the customers that the question may mean, likeliest first."""
        told = understand(question, self.directory)
        customers = candidates(self.directory, told)
        if not customers.size:
            return []
        members = [self.directory.records_of(customer)[:WIDEST] for customer in customers.tolist()]
        starts = np.cumsum([0, *(rows.size for rows in members)])
        scores = self.score(told, np.concatenate(members))
        whole = _whole(scores, starts, self.directory.model)
        order = np.lexsort((customers, -whole.score, whole.contradicts))[:limit]
        return [self._answer(int(customers[at]), scores, whole, at, slice(*starts[at : at + 2])) for at in order]

    def score(self, told: Told, rows: Rows) -> Scores:
        """Give the score of the question against each record: the same as a run gives two records that say this."""
        directory, model = self.directory, self.directory.model
        compared = [self._compare(f, told.values.get(each.name, []), rows) for f, each in enumerate(directory.listings)]
        levels = np.stack([each.level for each in compared], axis=1)
        weights = np.zeros(levels.shape, dtype=np.float32)
        contradicts = excluded = self._differs_in_entity(told, rows)
        for f, listing in enumerate(directory.listings):
            asked = told.values.get(listing.name)
            if not asked:
                continue
            weigher = _with_new_values(listing, asked)
            leans = (None if g is None else compared[g] for g in (listing.parent, listing.contact))
            weights[:, f] = fine(weigher.weigh(compared[f], *leans))
            contradicts = contradicts | listing.weigher.vetoes[levels[:, f]]
        score = model.prior + weights.sum(axis=1, dtype=np.float64) + VETO * excluded
        return Scores(rows, levels, weights, score, contradicts)

    def _answer(self, customer: int, scores: Scores, whole: "_Whole", at: int, part: slice) -> Answer:
        directory, model = self.directory, self.directory.model
        score, contradicts = float(whole.score[at]), bool(whole.contradicts[at])
        reasons = [Reason(PRIOR, "", model.prior, *PRIOR_SAYS)]
        for f in np.flatnonzero(whole.told[at]).tolist():
            listing, level = directory.listings[f], scores.levels[part, f]
            best = int(np.where(level != MISSING, scores.weights[part, f], -np.inf).argmax())
            says = listing.column.field.levels[level[best]]
            reasons.append(Reason(listing.name, says.name, float(whole.mean[at, f]), says.says_zh, says.says_en))
        rows = scores.rows[part]
        return Answer(
            customer_id=str(directory.customer_ids[customer]),
            score=score,
            probability=float(probability(np.array([score]), model.calibration)[0]),
            band=_band(score, contradicts, model.match_from, model.review_from),
            contradicts=contradicts,
            evidence=tuple(reasons),
            records=rows.size,
            best_record=str(directory.record_ids[int(rows[scores.score[part].argmax()])]),
        )

    def _compare(self, fact: int, asked: Sequence[Asked], rows: Rows) -> Compared:
        """Give level and values for each record, of several the best: the record's value left, the question's right."""
        listing = self.directory.listings[fact]
        column = listing.column
        level = np.full(rows.size, MISSING, dtype=np.int8)
        left, right = np.full(rows.size, -1), np.full(rows.size, -1)
        if not asked:
            return Compared(level, left, right)
        told = [column.codes[column.starts[row] : column.starts[row + 1]].tolist() for row in rows.tolist()]
        levels = self._levels(fact, asked, sorted({code for codes in told for code in codes}))
        counts = listing.weigher.common.counts
        for at, codes in enumerate(told):
            if len(codes) == len(asked) == 1:
                level[at], left[at], right[at] = levels[0, codes[0]], codes[0], _number(listing, asked[0])
            elif codes:
                level[at], _, _, left[at], place = min(
                    (
                        levels[place, code],
                        min(int(counts[code]), int(counts[_number(listing, mine)])),
                        mine.place,
                        code,
                        place,
                    )
                    for place, mine in enumerate(asked)
                    for code in codes
                )
                right[at] = _number(listing, asked[place])
        return Compared(level, left, right)

    def _levels(self, fact: int, asked: Sequence[Asked], codes: Sequence[int]) -> dict[tuple[int, int], int]:
        """Give the level of each of the question's values with each of some codes."""
        listing, known = self.directory.listings[fact], self._known[fact]
        levels: dict[tuple[int, int], int] = {}
        fresh: list[tuple[int, int]] = []
        for place, mine in enumerate(asked):
            for code in codes:
                if code == mine.code:
                    levels[place, code] = int(listing.itself[code])
                elif mine.code >= 0 and (found := known.get((mine.code, code))) is not None:
                    levels[place, code] = found
                else:
                    fresh.append((place, code))
        if len(known) > REMEMBERED:
            known.clear()
        for (place, code), level in _compare_values(listing, asked, fresh).items():
            levels[place, code] = level
            if asked[place].code >= 0:
                known[asked[place].code, code] = level
        return levels

    def _differs_in_entity(self, told: Told, rows: Rows) -> npt.NDArray[np.bool_]:
        directory = self.directory
        if told.entity is None or told.entity not in directory.entities:
            return np.zeros(rows.size, dtype=bool)
        entity = directory.entity[rows]
        differs = (entity != directory.entities.index(told.entity)) & (entity >= 0)
        if told.name is None:
            return np.asarray(differs)
        return np.asarray(differs & (directory.names[rows] != hashed(told.name) // 2))


PRIOR_SAYS: Final = (
    "先验：任意两条记录属于同一客户的可能性",
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


def candidates(directory: Directory, told: Told) -> Codes:
    """Give the customers worth a close look: those who share the rarest keys with the question come first.

    Small blocks bring their records; large ones only speak for those that are there already. Where all are large, those
    in the two smallest at once are taken, and of a single one the first records.
    """
    blocks = sorted(_blocks(directory, told), key=lambda block: block.size)
    rows: list[Rows] = []
    taken = 0
    while len(rows) < len(blocks) and taken + blocks[len(rows)].size <= MOST_RECORDS:
        rows.append(blocks[len(rows)])
        taken += rows[-1].size
    if not rows and blocks:
        narrowed = np.intersect1d(blocks[0], blocks[1], assume_unique=True) if len(blocks) > 1 else blocks[0]
        rows = [(narrowed if narrowed.size else blocks[0])[:MOST_RECORDS]]
    if not rows:
        return np.empty(0, dtype=np.int64)
    found = np.unique(np.concatenate(rows))
    weight = np.zeros(found.size)
    for block in blocks:
        places = np.minimum(np.searchsorted(block, found), block.size - 1)
        weight += (block[places] == found) * np.log(directory.height / block.size + 1)
    customers = directory.customers[found]
    distinct, inverse = np.unique(customers, return_inverse=True)
    best = np.zeros(distinct.size)
    np.maximum.at(best, inverse, weight)
    return np.asarray(distinct[np.lexsort((distinct, -best))[:MOST_CUSTOMERS]])


def _blocks(directory: Directory, told: Told) -> list[Rows]:
    blocks = []
    for listing in directory.listings:
        for mine in told.values.get(listing.name, []):
            for ways in listing.ways:
                if mine.code >= 0:
                    keys = ways.of_value(mine.code)
                elif ways.name in listing.column.field.keys:
                    keys = ways.of_text(listing.column.field.keys[ways.name](mine.frame(listing)))
                else:
                    keys = []
                blocks += [ways.block(key) for key in keys]
    return [block for block in blocks if block.size]


def _with_new_values(listing: Listing, asked: Sequence[Asked]) -> Weigher:
    """Give the fact's weigher, which knows the keys of a new value as well (of several, the first)."""
    weigher = listing.weigher
    if not weigher.shared or all(mine.code >= 0 for mine in asked):
        return weigher
    shared = {}
    for level, key in weigher.shared.items():
        make = listing.column.field.keys[listing.column.field.levels[level].key]
        made = make(next(mine for mine in asked if mine.code < 0).frame(listing))
        new = -1 if made[0] is None else int(signed(made.hash(SEED))[0])
        shared[level] = _WithNewValues(key.codes, key.rarity, new)
    return replace(weigher, shared=shared)


def _compare_values(
    listing: Listing, asked: Sequence[Asked], pairs: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], int]:
    """Give the level of values that differ: by the kind's twin where it can, the rest by the kind itself."""
    levels: dict[tuple[int, int], int] = {}
    twin, compared = listing.twin, listing.compared
    if twin is not None and compared is not None:
        mine = [twin.parts(*(each.parts[name] for name in twin.columns)) for each in asked]
        for place, code in pairs:
            level = twin.compare(mine[place], twin.parts(*compared.row(code)))
            if level is not None:
                levels[place, code] = level
    left = [pair for pair in pairs if pair not in levels]
    return levels | dict(zip(left, _compare_columns(listing, asked, left), strict=True))


def _compare_columns(listing: Listing, asked: Sequence[Asked], pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Give the level of values that differ, the one that sorts first on the left, as a run compares them."""
    if not pairs:
        return []
    codes = sorted({code for _, code in pairs})
    mine = [each.frame(listing) for each in asked]
    every = pl.concat([*mine, listing.column.values[codes]], how="vertical_relaxed")
    at = {code: len(asked) + place for place, code in enumerate(codes)}
    ends = [(place, at[code]) if asked[place].place < code else (at[code], place) for place, code in pairs]
    left, right = every[[one for one, _ in ends]], every[[other for _, other in ends]]
    levels: list[int] = listing.column.field.compare(left, right).to_list()
    return levels


def _number(listing: Listing, asked: Asked) -> int:
    """Give the code under which the weigher knows a question's value."""
    return asked.code if asked.code >= 0 else listing.unheard(asked.value)


@dataclass(frozen=True)
class _Whole:
    """The question against whole customers: by customer (row) and fact (column)."""

    told: npt.NDArray[np.bool_]
    mean: Floats
    score: Floats
    contradicts: npt.NDArray[np.bool_]


def _whole(scores: Scores, starts: Codes, model: Model) -> _Whole:
    """Give the evidence of all records of each customer, which lie from one start to the next."""
    how, tells, begins = averaging(model), scores.levels != MISSING, starts[:-1]
    told = np.add.reduceat(tells, begins, axis=0, dtype=np.float32)
    sums = np.add.reduceat(how.terms(scores.weights, tells), begins, axis=0, dtype=np.float32)
    mean = how.means(sums, told, np.diff(starts)).astype(np.float64)
    contradicts = np.logical_or.reduceat(scores.contradicts, begins)
    return _Whole(told > 0, mean, model.prior + mean.sum(axis=1), contradicts)


def _band(score: float, contradicts: bool, match_from: float, review_from: float) -> Band:
    if contradicts or score < review_from:
        return Band.APART
    return Band.MATCH if score >= match_from else Band.REVIEW
