"""How much each agreement and each difference says, learned without labels.

Random pairs tell how often strangers agree (u); pairs that agree on one fact, taken apart into matches and strangers,
how often matches do (m), and how facts that say the same lean on each other.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.facts.encoding import Column, Encoded
from matching.learning.counting import NO_JOINTS, count_together, count_values
from matching.learning.drawing import EFFORT, Effort, Patterns, Sample, agreeing_sample, random_patterns, worth
from matching.learning.firms import with_firms
from matching.learning.homes import is_of_persons, one_home
from matching.learning.kin import kin
from matching.learning.lone_fact import as_documented, by_equal_values, tells_one_fact
from matching.learning.mixture import FLOOR, Mixture, maximise
from matching.learning.relatives import relatives_among
from matching.learning.thinning import common_values, of_one_customer, of_whole, thinned
from matching.model import FactModel, Model
from matching.scores.chance import BUCKETS, buckets, with_chances
from matching.scores.comparing import MISSING, Comparer
from matching.scores.comparing import comparers as comparers_of
from matching.scores.dependence import SHARED, Joint, Lifts, contacts, parents
from matching.scores.families import MANY, documents_share, surnames_share, twins_share
from matching.side_by_side import at_once
from matching.words import Kind

Floats = npt.NDArray[np.float64]


SURNAMES: Final = 0.5
"""Share of strangers with one contact who have a name in common, where nothing has been seen: worth `SEEN` pairs."""
SEEN: Final = 10.0
SOME: Final = 10 * FLOOR
"""The share of matches on which a fact must agree to tell how many there are."""
TELLS: Final = 10.0
"""Matches that agree on a fact, of which on so many it tells half of what it can how many there are."""
MOSTLY_STRANGERS: Final = 0.5
"""Values whose pairs are matches more often than this tell nothing of strangers: what looks strange is a hard match."""


def learn(encoded: Encoded, comparers: Sequence[Comparer], effort: Effort = EFFORT) -> Model:
    """Give the model of a table; of customers with a good part of it some records are learned from."""
    values = of_one_customer(encoded.columns)
    if not any(many.size for many in values):
        return _learned(encoded, comparers, effort)
    part = thinned(encoded, values)
    return of_whole(_learned(part, comparers_of(part), effort), part.height, encoded, comparers, values, effort)


def _learned(encoded: Encoded, comparers: Sequence[Comparer], effort: Effort) -> Model:
    """Give the model of a table of which no customer is a good part."""
    strangers = random_patterns(encoded, comparers, effort)
    u = [_u(column, strangers[:, f]) for f, column in enumerate(encoded.columns)]
    held = [
        position
        for position, (uf, column) in enumerate(zip(u, encoded.columns, strict=True))
        if uf[0] <= effort.common or common_values(column) is not None
    ]
    drawn = at_once(lambda position: agreeing_sample(encoded, comparers, position, effort), held)
    samples = [sample for sample in drawn if sample is not None]
    documented = [
        np.array([level.m for level in column.field.levels]) if column.values.height > 1 else uf
        for column, uf in zip(encoded.columns, u, strict=True)
    ]  # a column of one value tells nothing of anybody
    home = one_home(encoded.columns)
    relatives = encoded.relatives | relatives_among(encoded.columns, samples)
    if tells_one_fact(encoded.columns):
        u = as_documented(encoded.columns)
        mixture = by_equal_values(encoded.columns, samples, documented, u)
        return _model(encoded, strangers, samples, mixture, u, _prior(encoded, samples, mixture), relatives)
    family = kin(encoded.columns, relatives, documents=_documents(encoded.columns, samples, relatives))
    mixture = maximise(samples, documented, u, effort, home, _at_most(encoded), family)
    prior = _prior(encoded, samples, mixture)
    share = 1 / (1 + np.exp(-prior))
    u = [
        _blended(_without_matches(uf, mf, share), column, effort, idle)
        for uf, mf, column, idle in zip(u, mixture.m, encoded.columns, mixture.idle, strict=True)
    ]
    mixture = maximise(samples, documented, u, effort, home, _at_most(encoded), family)
    prior = _prior(encoded, samples, mixture)
    return _model(encoded, strangers, samples, mixture, u, prior, relatives)


def _at_most(encoded: Encoded) -> list[Floats]:
    """Give for each fact how much more often each level may be said to occur among matches than among strangers.

    Of firms the persons to ask for change: what their names may say is left to the table.
    """
    changing = () if is_of_persons(encoded.columns) else (Kind.PERSON_NAME,)
    return [
        np.exp([np.inf if column.fact.kind in changing else level.at_most for level in column.field.levels])
        for column in encoded.columns
    ]


def _model(  # noqa: PLR0913, PLR0917 -- all that was learned
    encoded: Encoded,
    strangers: Patterns,
    samples: Sequence[Sample],
    mixture: "Mixture",
    u: list[Floats],
    prior: float,
    relatives: frozenset[str],
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
    leans = parents(lifts, [column.name for column in encoded.columns])
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
            of_relative=column.name in relatives,
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
        twins=_twins(encoded.columns, m, samples, relatives),
        documents=_documents(encoded.columns, samples, relatives),
        others=_documents(encoded.columns, samples, relatives, whatever_surname=True),
        surnames=_surnames(encoded.columns, samples, mixture, relatives),
        repeats=tuple(sorted(encoded.repeats)),
    )
    for f, column in enumerate(encoded.columns):
        if column.field.made_of is not None and f in held:
            model = with_chances(model, column)
    return model


def _twins(
    columns: Sequence[Column], m: Sequence[Floats], samples: Sequence[Sample], relatives: frozenset[str]
) -> float:
    """Give the share of siblings' names among pairs of records with one address and one birthday."""
    for sample in samples:
        if columns[sample.held].fact.kind == Kind.ADDRESS:
            return twins_share(columns, m, sample.patterns, sample.counts * worth(sample), relatives)
    return 0.0


def _surnames(
    columns: Sequence[Column], samples: Sequence[Sample], mixture: "Mixture", relatives: frozenset[str]
) -> float:
    """Give the share of names with one in common among strangers with one address or telephone, be it no agency's."""
    in_common, named = SURNAMES * SEEN, SEEN
    whole = _whole_name(columns, relatives)
    for sample, is_match in zip(samples, mixture.is_match, strict=True):
        held = columns[sample.held]
        if whole is not None and (held.fact.kind in SHARED or held.name in relatives):
            strangers = (sample.counts - is_match) * worth(sample) * _of_few(sample)
            found = surnames_share(columns[whole], sample.patterns[:, whole], strangers)
            in_common, named = in_common + found[0], named + found[1]
    return in_common / named


def _documents(
    columns: Sequence[Column],
    samples: Sequence[Sample],
    relatives: frozenset[str],
    *,
    whatever_surname: bool = False,
) -> float:
    """Give the share of names of two of one family among pairs of records with one document, be it no agent's."""
    whole = _whole_name(columns, relatives)
    for sample in samples:
        if whole is not None and columns[sample.held].fact.kind == Kind.ID_NUMBER:
            pairs = sample.counts * worth(sample) * _of_few(sample)
            return documents_share(columns[whole], sample.patterns[:, whole], pairs, whatever_surname=whatever_surname)
    return 0.0


def _whole_name(columns: Sequence[Column], relatives: frozenset[str]) -> int | None:
    """Give the place of the first fact that tells the whole names of the records' own persons."""
    own = (
        f for f, column in enumerate(columns) if column.fact.kind == Kind.PERSON_NAME and column.name not in relatives
    )
    return next(own, None)


def _of_few(sample: Sample) -> npt.NDArray[np.bool_]:
    """Tell which pairs share a value that few enough records tell to be a household's."""
    return np.asarray(sample.bucket <= int(buckets(np.array([MANY]))[0]))


def _without_matches(u: Floats, m: Floats, share: float) -> Floats:
    """Take the matches that random pairs happen to contain out of the strangers' levels."""
    left = np.maximum((u - share * m) / (1 - share), u * 0.02)
    return np.asarray(np.maximum(left / left.sum(), FLOOR))


def _blended(u: Floats, column: Column, effort: Effort, idle: float) -> Floats:
    """Give u drawn to what is documented, where there are few random pairs to tell it from and the fact is not idle."""
    if column.values.height == 1:
        return u
    told = int(np.count_nonzero(column.lengths))
    pairs = min(told * (told - 1) / 2, effort.random_pairs)
    worth = min(max(effort.u_documented, effort.u_of_few**2 / max(told, 1)), effort.u_of_few) * (1 - idle)
    documented = np.array([level.u for level in column.field.levels])
    blended = u * pairs + documented / documented.sum() * worth
    return np.asarray(blended / blended.sum())


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


def _prior(encoded: Encoded, samples: Sequence[Sample], mixture: Mixture) -> float:
    """Give the log-odds that two random records are one customer's: the median of what each held fact says.

    A fact says it of the pairs of records that both tell it, and the less, the fewer matches agree on it: where lists
    spell all names in two ways, hardly any agree, however many matches there are. One whose values never agree as a
    whole, such as cities for addresses, says nothing.
    """
    height = max(encoded.height, 2)
    agrees = [(share, s) for share, s in zip(mixture.shares, samples, strict=True) if mixture.m[s.held][0] > SOME]
    told = [max(int(np.count_nonzero(encoded.columns[sample.held].lengths)), 2) for _, sample in agrees]
    found = np.array([(share * sample.population).sum() for share, sample in agrees])
    says = [
        matches / mixture.m[s.held][0] / (many * (many - 1) / 2)
        for matches, (_, s), many in zip(found, agrees, told, strict=True)
    ]
    share = _median(np.array(says), found / (found + TELLS)) if says else 1.0 / height
    share = min(max(share, 0.1 / height**2), 0.2)
    return float(np.log(share / (1 - share)))


def _median(values: Floats, weights: Floats) -> float:
    """Give the median of weighted values, between two in proportion: of equal weights it is the usual one."""
    order = np.argsort(values, kind="stable")
    own = weights[order]
    return float(np.interp(0.5 * own.sum(), np.cumsum(own) - own / 2, values[order]))
