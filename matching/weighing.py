"""How much each agreement and each difference says, learned without labels.

Random pairs tell how often strangers agree (u). Pairs that agree on one fact are a mixture of one customer's records
and of strangers: expectation maximisation over the patterns of the *other* facts takes the mixture apart (m), with a
share of matches and a u of its own for every fact that was held fixed, and one m for all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.arrays import in_order
from matching.chance import BUCKETS, buckets, with_chances
from matching.comparing import MISSING, Comparer, compare_all
from matching.dependence import SHARED, TELLING, Joint, Lifts, ValuePairs, contacts, parents
from matching.encoding import Column, Encoded, Rows
from matching.fields.base import VALUE
from matching.homes import Home, one_home
from matching.kin import Kin, kin
from matching.model import FactModel, Model
from matching.sharing import MANY, surnames_share, twins_share
from matching.side_by_side import at_once
from matching.words import Kind

Floats = npt.NDArray[np.float64]
Patterns = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Effort:
    """How much is sampled and how long is estimated."""

    random_pairs: int = 150_000
    pairs_per_bucket: int = 6_000
    rounds: int = 60
    m_strength: float = 400.0  # pairs that a level's documented m is worth
    u_documented: float = 100.0  # random pairs that a level's documented u is worth
    u_of_few: float = 1_000.0  # the same in a table of so many records or fewer, whose pairs share their records
    u_strength: float = 200.0  # pairs that the u of random pairs is worth inside a block
    common: float = 0.02  # a fact on which more strangers than this agree does not make a block to learn from


EFFORT: Final = Effort()
FLOOR: Final = 1e-6
FIRMS: Final = 100.0
"""Pairs of firms that what is learned of all customers is worth beside what firms show."""
SURNAMES: Final = 0.5
"""Share of strangers with one contact who have a name in common, where nothing has been seen: worth `SEEN` pairs."""
SEEN: Final = 10.0
KIN: Final = 0.1
"""Share of pairs of two of one family where estimation starts."""
MOSTLY_STRANGERS: Final = 0.5
"""Values whose pairs are matches more often than this tell nothing of strangers: what looks strange is a hard match."""


@dataclass(frozen=True)
class Sample:
    """Pairs that agree on the fact `held`, as distinct patterns of levels with their counts.

    Pairs are drawn by how common the value is that they share (`bucket`, the binary logarithm of its count): those who
    share a rare value are more often one customer.
    """

    held: int
    patterns: Patterns
    bucket: npt.NDArray[np.int64]
    counts: Floats
    population: Floats  # by bucket: how many pairs of records agree on the fact at all


def learn(encoded: Encoded, comparers: Sequence[Comparer], effort: Effort = EFFORT) -> Model:
    """Give the model of a table."""
    strangers = _random(encoded, comparers, effort)
    u = [_u(column, strangers[:, f]) for f, column in enumerate(encoded.columns)]
    held = [position for position, uf in enumerate(u) if uf[0] <= effort.common]
    drawn = at_once(lambda position: _agreeing(encoded, comparers, position, effort), held)
    samples = [sample for sample in drawn if sample is not None]
    documented = [
        np.array([level.m for level in column.field.levels]) if column.values.height > 1 else uf
        for column, uf in zip(encoded.columns, u, strict=True)
    ]  # a column of one value tells nothing of anybody
    home = one_home(encoded.columns)
    family = kin(encoded.columns)
    mixture = maximise(samples, documented, u, effort, home, _at_most(encoded), family)
    prior = _prior(encoded, samples, mixture)
    share = 1 / (1 + np.exp(-prior))
    u = [
        _blended(_without_matches(uf, mf, share), column, effort)
        for uf, mf, column in zip(u, mixture.m, encoded.columns, strict=True)
    ]
    mixture = maximise(samples, documented, u, effort, home, _at_most(encoded), family)
    prior = _prior(encoded, samples, mixture)
    return _model(encoded, strangers, samples, mixture, u, prior)


def _at_most(encoded: Encoded) -> list[Floats]:
    """Give for each fact how much more often each level may be said to occur among matches than among strangers."""
    return [np.exp([level.at_most for level in column.field.levels]) for column in encoded.columns]


def _model(  # noqa: PLR0913, PLR0917 -- all that was learned
    encoded: Encoded,
    strangers: Patterns,
    samples: Sequence[Sample],
    mixture: "Mixture",
    u: list[Floats],
    prior: float,
) -> Model:
    sizes = [uf.size for uf in u]
    m = mixture.m
    match = Joint.nothing(sizes)
    for sample, is_match in zip(samples, mixture.is_match, strict=True):
        match = match.plus(Joint.count(sample.patterns, is_match, sizes))
    share = 1 / (1 + np.exp(-prior))
    stranger = Joint.count(strangers, np.ones(len(strangers)), sizes).without(match, share)
    for sample, is_match, shares in zip(samples, mixture.is_match, mixture.shares, strict=True):
        mostly = shares[sample.bucket] < MOSTLY_STRANGERS
        stranger.add_agreeing(sample.held, sample.patterns, (sample.counts - is_match) * mostly)
    kinds = [column.fact.kind for column in encoded.columns]
    levels = [[level.name for level in column.field.levels] for column in encoded.columns]
    lifts = Lifts(match, stranger, m, u, kinds, levels)
    leans = parents(lifts)
    besides = contacts(lifts, leans)
    held = {sample.held: shares for sample, shares in zip(samples, mixture.shares, strict=True)}
    facts = []
    for f, column in enumerate(encoded.columns):
        told = int(np.count_nonzero(column.lengths))
        fact = FactModel(
            name=column.name,
            kind=column.fact.kind,
            levels=tuple(level.name for level in column.field.levels),
            m=tuple(m[f].tolist()),
            u=tuple(u[f].tolist()),
            told=told,
            own=tuple(held[f].tolist()) if f in held else (0.0,) * BUCKETS,
        )
        g = leans[f]
        if g is not None:
            fact = replace(
                fact,
                parent=encoded.columns[g].name,
                adjustment=tuple(map(tuple, lifts.adjustment(f, g).tolist())),
                m_given=float(min(m[f][0] * np.exp(match.lift(f, g, m[f])[0, 0]), 1.0)),
                u_given=float(min(u[f][0] * np.exp(lifts.strangers(f, g)[0, 0]), 1.0)),
            )
        h = besides[f]
        if h is not None:
            fact = replace(
                fact,
                contact=encoded.columns[h].name,
                contact_adjustment=tuple(map(tuple, lifts.adjustment(f, h).tolist())),
            )
        facts.append(fact)
    facts = with_firms(facts, strangers, samples)
    leaning = [(encoded.columns[f], encoded.columns[g]) for f, g in enumerate(leans) if g is not None]
    model = Model(
        facts=tuple(facts),
        prior=prior,
        match_from=0.0,
        review_from=-3.0,
        frequencies=pl.concat(at_once(count_values, encoded.columns)),
        joints=pl.concat([NO_JOINTS, *at_once(lambda pair: count_together(*pair), leaning)]),
        twins=_twins(encoded.columns, m, samples),
        surnames=_surnames(encoded.columns, samples, mixture),
    )
    for f, column in enumerate(encoded.columns):
        if column.field.made_of is not None and f in held:
            model = with_chances(model, column)
    return model


def with_firms(facts: Sequence[FactModel], strangers: Patterns, samples: Sequence[Sample]) -> list[FactModel]:
    """Give the facts with what the differences of telephones weigh among firms.

    A person carries his number along; a firm has a line, its owner's mobile and others', and gives now this, now that.
    How often is told by pairs with one name in which something else, an address or a document, speaks strongly for it.
    Where firms differ more seldom than all customers, nothing is changed.
    """
    names = [place for place, fact in enumerate(facts) if fact.kind == Kind.ORGANISATION_NAME]
    found = list(facts)
    for sample in samples:
        for f, fact in enumerate(facts) if sample.held in names else ():
            if fact.kind != Kind.PHONE:
                continue
            level = sample.patterns[:, f]
            sure = (level != MISSING) & (_others_say(facts, sample.patterns, f) > TELLING)
            random = strangers[(strangers[:, sample.held] != MISSING) & (strangers[:, f] != MISSING), f]
            one = _drawn_to(_tally(level[sure], sample.counts[sure], len(fact.m)), fact.m)
            two = _drawn_to(_tally(random, np.ones(random.size), len(fact.u)), fact.u)
            found[f] = replace(fact, of_firms=tuple(np.maximum(one - two, 0.0).tolist()))
    return found


def _others_say(facts: Sequence[FactModel], patterns: Patterns, but: int) -> Floats:
    """Give what all facts but one say of each pattern together."""
    says = np.zeros(len(patterns))
    for f, fact in enumerate(facts):
        if f != but:
            says += np.append(np.log(fact.m) - np.log(fact.u), 0.0)[patterns[:, f]]
    return says


def _drawn_to(counts: Floats, shares: Sequence[float]) -> Floats:
    """Give how much more frequent each level is than these shares, as a logarithm; drawn to 0 where counts are few."""
    return np.asarray(np.log((counts / np.array(shares) + FIRMS) / (counts.sum() + FIRMS)))


def _twins(columns: Sequence[Column], m: Sequence[Floats], samples: Sequence[Sample]) -> float:
    """Give the share of siblings' names among pairs of records with one address and one birthday."""
    for sample in samples:
        if columns[sample.held].fact.kind == Kind.ADDRESS:
            return twins_share(columns, m, sample.patterns, sample.counts * _worth(sample))
    return 0.0


def _surnames(columns: Sequence[Column], samples: Sequence[Sample], mixture: "Mixture") -> float:
    """Give the share of names with one in common among strangers with one address or telephone, be it no agency's."""
    in_common, named = SURNAMES * SEEN, SEEN
    whole = [f for f, column in enumerate(columns) if column.fact.kind == Kind.PERSON_NAME]
    for sample, is_match in zip(samples, mixture.is_match, strict=True):
        if whole and columns[sample.held].fact.kind in SHARED:
            few = sample.bucket <= int(buckets(np.array([MANY]))[0])
            strangers = (sample.counts - is_match) * _worth(sample) * few
            found = surnames_share(columns[whole[0]], sample.patterns[:, whole[0]], strangers)
            in_common, named = in_common + found[0], named + found[1]
    return in_common / named


def _worth(sample: Sample) -> Floats:
    """Give how many pairs of the table each pair that was drawn stands for."""
    drawn = _tally(sample.bucket, sample.counts, BUCKETS)
    return np.asarray((sample.population / np.maximum(drawn, 1))[sample.bucket])


def _without_matches(u: Floats, m: Floats, share: float) -> Floats:
    """Take the matches that random pairs happen to contain out of the strangers' levels."""
    left = np.maximum((u - share * m) / (1 - share), u * 0.02)
    return np.asarray(np.maximum(left / left.sum(), FLOOR))


def _blended(u: Floats, column: Column, effort: Effort) -> Floats:
    """Give u drawn to what is documented, where there are few random pairs to tell it from."""
    told = int(np.count_nonzero(column.lengths))
    pairs = min(told * (told - 1) / 2, effort.random_pairs)
    worth = min(max(effort.u_documented, effort.u_of_few**2 / max(told, 1)), effort.u_of_few)
    documented = np.array([level.u for level in column.field.levels])
    blended = u * pairs + documented / documented.sum() * worth
    return np.asarray(blended / blended.sum())


def _random(encoded: Encoded, comparers: Sequence[Comparer], effort: Effort) -> Patterns:
    left, right = _random_pairs(encoded.height, effort.random_pairs)
    return np.stack([compared.level for compared in compare_all(comparers, left, right)], axis=1)


def _random_pairs(height: int, wanted: int) -> tuple[Rows, Rows]:
    every = height * (height - 1) // 2
    if every <= wanted:
        left, right = np.triu_indices(height, 1)
        return left.astype(np.int64), right.astype(np.int64)
    drawn = np.random.default_rng(20261101).integers(0, height, size=(2, wanted))
    drawn = drawn[:, drawn[0] != drawn[1]]
    return drawn[0], drawn[1]


def _u(column: Column, levels: Patterns) -> Floats:
    """Give each level's share among strangers: equality counted exactly, the rest from random pairs."""
    documented = np.array([level.u for level in column.field.levels])
    told = max(int(np.count_nonzero(column.lengths)), 1)
    counts = np.bincount(levels[levels != MISSING], minlength=documented.size).astype(np.float64)
    share = (counts + documented) / (counts.sum() + documented.sum())
    whole = column.counts[column.itself == 0]
    met = float((whole * (whole - 1)).sum()) / max(told * (told - 1), 1)
    equal = met if column.lengths.max(initial=0) == 1 else float(share[0])
    share[0] = min(max(equal, FLOOR), 0.999)
    share[1:] *= (1 - share[0]) / share[1:].sum()
    return np.asarray(np.maximum(share, FLOOR))


def _agreeing(encoded: Encoded, comparers: Sequence[Comparer], held: int, effort: Effort) -> Sample | None:
    column = encoded.columns[held]
    bucket_of = buckets(column.counts)
    pairs_of = column.counts * (column.counts - 1) / 2
    population = np.bincount(bucket_of, weights=pairs_of, minlength=BUCKETS).astype(np.float64)
    left, right, bucket = agreeing_pairs(column, effort.pairs_per_bucket)
    if not left.size:
        return None
    levels = np.stack([compared.level for compared in compare_all(comparers, left, right)], axis=1)
    levels[:, held] = MISSING
    told = pl.from_numpy(np.column_stack([bucket.astype(np.int8), levels]))
    found = told.group_by(told.columns).len("pairs").sort(told.columns)
    patterns, counts = found.drop("pairs").to_numpy(), found["pairs"].to_numpy()
    return Sample(held, patterns[:, 1:], patterns[:, 0].astype(np.int64), counts.astype(np.float64), population)


def agreeing_pairs(column: Column, wanted: int) -> tuple[Rows, Rows, npt.NDArray[np.int64]]:
    """Give pairs of records that share a value, drawn evenly over the pairs of each bucket; all of them if few."""
    by_bucket = in_order(buckets(column.counts), BUCKETS)
    rank = np.empty(by_bucket.size, dtype=np.int64)
    rank[by_bucket] = np.arange(by_bucket.size)
    order = in_order(rank[column.codes], rank.size)
    rows, codes = column.rows.take(order), column.codes.take(order)
    bucket = buckets(column.counts)[codes]
    first_of = np.flatnonzero(np.diff(codes, prepend=-1))
    place = np.arange(rows.size) - np.repeat(first_of, np.diff(np.append(first_of, rows.size)))
    after = column.counts[codes] - 1 - place
    ends = np.cumsum(after)
    drawn = []
    starts = np.flatnonzero(np.diff(bucket, prepend=-1))
    for low, high in zip(ends[starts] - after[starts], ends[np.append(starts, rows.size)[1:] - 1], strict=True):
        few = high - low <= wanted
        lot = np.random.default_rng(20261102)
        drawn.append(np.arange(low, high) if few else np.unique(lot.integers(low, high, size=wanted)))
    pairs = np.concatenate(drawn) if drawn else np.empty(0, dtype=np.int64)
    first = np.searchsorted(ends, pairs, side="right")
    step = pairs - (ends[first] - after[first]) + 1
    return rows[first], rows[first + step], bucket[first]


@dataclass
class Mixture:
    """What expectation maximisation found: m, and for each sample its share of matches and its strangers."""

    m: list[Floats]
    shares: list[Floats]  # by bucket
    kin: list[Floats]  # the share of pairs of two of one family, by bucket
    inside: list[list[Floats]]
    is_match: list[Floats]  # for each sample, how many pairs of each pattern are matches


def maximise(  # noqa: PLR0913, PLR0917 -- all that is known before
    samples: Sequence[Sample],
    documented: Sequence[Floats],
    u: Sequence[Floats],
    effort: Effort = EFFORT,
    home: Home | None = None,
    at_most: Sequence[Floats] = (),
    family: Kin | None = None,
) -> Mixture:
    """Take the samples apart into matches and strangers.

    The facts that tell one `home` differ together where somebody moved: what the worst of them says counts once. They
    agree together where a family lives: so does what the best of them says, and not at all in pairs drawn by another.
    The pairs of a `family` are neither one customer's nor like strangers'.
    `at_most` bounds, for each fact and level, how many times as large as u m may become.
    """
    bounds = at_most or [np.full(uf.size, np.inf) for uf in u]
    most = [uf * times for uf, times in zip(u, bounds, strict=True)]
    priors = [np.minimum(np.maximum(p / p.sum(), FLOOR), mf) for p, mf in zip(documented, most, strict=True)]
    found = Mixture(
        m=[p.copy() for p in priors],
        shares=[np.full(BUCKETS, 0.5) for _ in samples],
        kin=[np.full(BUCKETS, KIN if family else 0.0) for _ in samples],
        inside=[[uf.copy() for uf in u] for _ in samples],
        is_match=[np.zeros(sample.counts.size) for sample in samples],
    )
    for _ in range(effort.rounds):
        told = [effort.m_strength * p for p in priors]
        for at, sample in enumerate(samples):
            is_match, is_kin = _expect(sample, found, at, home or Home(), family)
            found.is_match[at] = is_match
            found.shares[at] = _shares(sample, is_match)
            found.kin[at] = _shares(sample, is_kin) if family else found.kin[at]
            for f, uf in enumerate(u):
                if f == sample.held:
                    continue
                level = sample.patterns[:, f]
                tells = level != MISSING
                told[f] += _tally(level[tells], is_match[tells], uf.size)
                others = (
                    _tally(level[tells], (sample.counts - is_match - is_kin)[tells], uf.size) + effort.u_strength * uf
                )
                found.inside[at][f] = np.maximum(others / others.sum(), FLOOR)
        found.m = [np.minimum(np.maximum(t / t.sum(), FLOOR), mf) for t, mf in zip(told, most, strict=True)]
    return found


def _shares(sample: Sample, is_match: Floats) -> Floats:
    """Give each bucket's share of matches, where pairs are few drawn to the share of all."""
    matches = _tally(sample.bucket, is_match, BUCKETS)
    pairs = _tally(sample.bucket, sample.counts, BUCKETS)
    overall = (matches.sum() + 1) / (pairs.sum() + 2)
    return np.asarray(np.clip((matches + 5 * overall) / (pairs + 5), 1e-5, 0.999))


def _expect(sample: Sample, found: Mixture, at: int, home: Home, family: Kin | None) -> tuple[Floats, Floats]:
    """Give how many pairs of each pattern are one customer's, and how many are of two of one family."""
    u, share, kin_share = found.inside[at], found.shares[at][sample.bucket], found.kin[at][sample.bucket]
    rest = np.log(np.maximum(1 - share - kin_share, FLOOR))
    match = np.clip(_odds(sample, found.m, u, home) + np.log(share) - rest, -60, 60)
    if family is None:
        return np.asarray(sample.counts / (1 + np.exp(-match))), np.zeros(sample.counts.size)
    kin = np.clip(_odds(sample, family.levels(found.m, u), u, home) + np.log(kin_share) - rest, -60, 60)
    whole = 1 + np.exp(match) + np.exp(kin)
    return np.asarray(sample.counts * np.exp(match) / whole), np.asarray(sample.counts * np.exp(kin) / whole)


def _odds(sample: Sample, m: Sequence[Floats], u: Sequence[Floats], home: Home) -> Floats:
    odds = np.zeros(sample.counts.size)
    moved, stayed = np.zeros(odds.size), np.zeros(odds.size)
    for f, (mf, uf) in enumerate(zip(m, u, strict=True)):
        weight = np.append(np.log(mf) - np.log(uf), 0.0)[sample.patterns[:, f]]
        if f in home.facts:
            moved, stayed = np.minimum(moved, weight), np.maximum(stayed, weight)
            weight = np.zeros(odds.size) if home.of_families else np.maximum(weight, 0.0)
        odds += weight
    odds += moved
    if home.of_families and sample.held not in home.facts:
        odds += stayed
    return odds


def _tally(levels: npt.NDArray[np.integer[Any]], weights: Floats, size: int) -> Floats:
    return np.bincount(levels, weights=weights, minlength=size).astype(np.float64)


def _prior(encoded: Encoded, samples: Sequence[Sample], mixture: Mixture) -> float:
    """Give the log-odds that two random records are one customer's: the median of what each held fact says.

    A fact says it of the pairs of records that both tell it.
    """
    height = max(encoded.height, 2)
    told = [max(int(np.count_nonzero(encoded.columns[sample.held].lengths)), 2) for sample in samples]
    says = [
        float((share * s.population).sum()) / mixture.m[s.held][0] / (many * (many - 1) / 2)
        for share, s, many in zip(mixture.shares, samples, told, strict=True)
    ]
    share = float(np.median(says)) if says else 1.0 / height
    share = min(max(share, 0.1 / height**2), 0.2)
    return float(np.log(share / (1 - share)))


def count_values(column: Column) -> pl.DataFrame:
    """Give how many records tell each value, each key by which a level's agreement is weighed, and each part."""
    told = [_frequency(column.name, column.values[VALUE].cast(pl.String), column.counts)]
    made = {level.key: column.field.keys[level.key](column.values) for level in column.field.levels if level.key}
    made |= column.field.parts(column.values).to_dict()
    for key, values in sorted(made.items()):
        shared = pl.DataFrame({"value": values, "count": column.counts}).drop_nulls()
        shared = shared.group_by("value").agg(pl.col("count").sum()).sort("value")
        told.append(_frequency(f"{column.name}:{key}", shared["value"], shared["count"].to_numpy()))
    return pl.concat(told)


def _frequency(fact: str, value: pl.Series, count: npt.NDArray[np.int64]) -> pl.DataFrame:
    return pl.DataFrame(
        {"fact": fact, "value": value, "count": count},
        schema={"fact": pl.String, "value": pl.String, "count": pl.Int64},
    )


NO_JOINTS: Final = pl.DataFrame(schema={"fact": pl.String, "value": pl.String, "other": pl.String, "count": pl.Int64})


def count_together(child: Column, parent: Column, *, at_least: int = 2) -> pl.DataFrame:
    """Give how many records have each value together with each value of the parent, where several do."""
    pairs = ValuePairs.count(child, parent)
    several = pairs.counts >= at_least
    keys = pairs.keys[several]
    return pl.DataFrame(
        {
            "fact": child.name,
            "value": child.values[VALUE].cast(pl.String).gather(keys // pairs.height),
            "other": parent.values[VALUE].cast(pl.String).gather(keys % pairs.height),
            "count": pairs.counts[several],
        },
        schema=NO_JOINTS.schema,
    )
