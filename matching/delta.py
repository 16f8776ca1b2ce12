"""The outcome after a delta, from the outcome before it: only what changed records can affect is worked out again.

With the model fixed, a pair is found or not by the blocks its two records are in, its score follows from the two, and
clusters are decided component by component. So the blocks are laid out again from kept hashes, pairs that are new or
whose records changed are scored, and those components are clustered again that hold such a pair, lost one, or hold a
record that changed or was judged anew. Everything else stays as it was. The outcome equals a full resolution, exactly.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.arrays import distinct
from matching.blocks.blocking import Pairs, block
from matching.blocks.keys import Hashes, lines, offered
from matching.blocks.planning import LIMITS, Limits
from matching.clusters.grouping import cluster, members, questions
from matching.clusters.judging import LEFT, RIGHT, Judged, judged
from matching.clusters.linking import UNTOLD, LaidKey, Links, in_force, prints, reached, worth
from matching.facts.encoding import Encoded, Rows, encode, require_once
from matching.facts.reading import read
from matching.fields import FIELDS
from matching.fields.base import Field
from matching.fieldspec import FieldSpec
from matching.frames import PAIRS
from matching.learning.ordering import ordered_by
from matching.model import Model
from matching.resolving import Resolution
from matching.scores.evidence import pair_frame
from matching.scores.scoring import Scored, Scorer
from matching.scores.shortening import Shortened, in_short, patterns, shortened
from matching.words import Kind

Mask = npt.NDArray[np.bool_]
PART: Final = 2**18
"""Rows that are put in order at a time."""


@dataclass(frozen=True)
class Outcome:
    """What a resolution publishes (MEMBERS, PAIRS_IN_SHORT, QUESTIONS), and the links the next delta starts from.

    `compared` are the PAIRS that were compared now and whose evidence is to be kept: of a delta those that are new or
    others.
    `patterns` are the PATTERNS of all pairs; some may be no pair's any more.
    """

    members: pl.DataFrame
    pairs: pl.DataFrame
    questions: pl.DataFrame
    links: Links
    compared: pl.DataFrame
    patterns: pl.DataFrame

    @classmethod
    def of(cls, resolved: Resolution, short: Shortened | None = None) -> "Outcome":
        """Give the outcome of a full resolution that kept its links.

        If its pairs are in `short` already, and their evidence is kept, none count as compared.
        """
        if resolved.links is None:
            message = "resolution: expected one that kept its links, found none; resolve with keep_links=True"
            raise ValueError(message)
        members, questions, links = resolved.members, resolved.questions, resolved.links
        if short is not None:
            nothing = pl.DataFrame(schema=dict(PAIRS))
            return cls(members, short.pairs, questions, links, compared=nothing, patterns=short.patterns)
        short = shortened([resolved.pairs])
        return cls(members, short.pairs, questions, links, compared=resolved.pairs, patterns=short.patterns)


@dataclass(frozen=True)
class _Table:
    """The records of today beside those of before, both numbered by the rank of their ids."""

    records: pl.DataFrame  # by id
    fields: FieldSpec
    model: Model
    registry: Mapping[Kind, Field]
    ids: pl.Series
    prints: Hashes
    was: Rows  # by record: its number before, −1 for a new one
    to: Rows  # by record before: its number now, −1 for one that is gone
    is_changed: Mask  # new, or tells matching something else than before

    @property
    def height(self) -> int:
        return len(self.ids)

    def encode(self, rows: Rows) -> Encoded:
        """Give some of the records as codes, numbered in their order."""
        told = self.records[rows]
        encoded = encode(told, self.fields, registry=self.registry, reading=self.model.reading)
        return ordered_by(encoded, self.model)


def resolve_delta(  # noqa: PLR0913 -- what a run may be given
    records: pl.DataFrame,
    fields: FieldSpec,
    before: Outcome,
    *,
    model: Model,
    judgements: pl.DataFrame | None = None,
    progress: Callable[[str], None] | None = None,
    registry: Mapping[Kind, Field] = FIELDS,
    limits: Limits = LIMITS,
) -> Outcome:
    """Give what `resolve` with this model would give for the records, from the outcome before, of the same model."""
    say = progress or (lambda _: None)
    table = _compare(records, fields, before.links, model, registry)
    changed = np.flatnonzero(table.is_changed)
    gone = int((table.to < 0).sum())
    say(f"{changed.size:,} of {table.height:,} records are new or changed, {gone:,} are gone")
    now = in_force(judgements)
    if not changed.size and not gone and now.equals(before.links.judged):
        return replace(before, compared=before.compared.clear())
    laid, along = _lay(table, changed, before.links, model)
    found, _ = block(laid, model.plan, table.height, lambda records: [line[records] for line in along], limits)
    known = _known(found, before.links, table)
    fresh = (known < 0) | table.is_changed[found.left] | table.is_changed[found.right]
    again = fresh.copy()
    again[~fresh] = found.found_by[~fresh] != before.links.found.found_by[known[~fresh]]
    scorer, scored = _score(table, found, np.flatnonzero(again), model)
    each = np.append(before.links.worth, np.int8(UNTOLD))[known]
    each[again] = worth(scored.score, model)
    said = judged(judgements, table.ids)
    reach = reached(table.height, found, each, said)
    touched = _touched(table, before.links, found, known, fresh, reach, now)
    say(f"{int(again.sum()):,} pairs compared, {int(touched.sum()):,} records decided again")
    links = Links(table.ids, table.prints, laid, along, found, each, reach, now)
    clustered, asked = _decide(table, found, touched, reach, said, model)
    compared = pair_frame(scorer, scored, found.take(again).names())
    short = in_short(compared)
    return Outcome(
        _spliced(before.members, table.was[~touched], np.flatnonzero(~touched), clustered, np.flatnonzero(touched)),
        _pairs(before, known, again, each, short),
        _questions(before.questions, table, touched, asked),
        links,
        compared=compared,
        patterns=pl.concat([before.patterns, patterns(compared, short)]).unique(maintain_order=True),
    )


def _compare(
    records: pl.DataFrame, fields: FieldSpec, before: Links, model: Model, registry: Mapping[Kind, Field]
) -> _Table:
    records = read(records, fields)
    ids, marks, order = prints(records, fields)
    require_once(ids)
    old = pl.DataFrame({"id": before.ids}).with_row_index("was")
    was = ids.to_frame("id").join(old, on="id", how="left", maintain_order="left")["was"]
    was_of = was.cast(pl.Int64).fill_null(-1).to_numpy()
    to = np.full(len(before.ids), -1, dtype=np.int64)
    stays = was_of >= 0
    to[was_of[stays]] = np.flatnonzero(stays)
    is_changed = ~stays
    is_changed[stays] = before.prints[was_of[stays]] != marks[stays]
    told = records if bool((np.diff(order) > 0).all()) else records[order]
    return _Table(told, fields, model, registry, ids, marks, was_of, to, is_changed)


def _lay(table: _Table, changed: Rows, before: Links, model: Model) -> tuple[tuple[LaidKey, ...], tuple[Hashes, ...]]:
    """Give the keys and lines of today's table: those of unchanged records as they are kept, the others made."""
    encoded = table.encode(changed)
    made = {key.name: key for key in offered(encoded, model.keys)}
    stays = table.to.copy()
    stays[stays >= 0] = np.where(table.is_changed[stays[stays >= 0]], -1, stays[stays >= 0])
    laid = []
    for key in before.keys:
        rows, hashes = made[key.name].entries()
        laid.append(key.moved(stays, LaidKey.of(key.name, changed[rows], hashes)))
    along = []
    for kept, fresh in zip(before.lines, lines(encoded), strict=True):
        line = np.append(kept, np.uint64(0))[table.was]
        line[changed] = fresh
        along.append(line)
    return tuple(laid), tuple(along)


def _known(found: Pairs, before: Links, table: _Table) -> Rows:
    """Give for each pair its place among the pairs before, −1 for one that was not found."""
    left, right = table.to[before.found.left], table.to[before.found.right]
    kept = np.flatnonzero((left >= 0) & (right >= 0))
    old = left[kept] * table.height + right[kept]
    new = found.left * table.height + found.right
    at = np.minimum(np.searchsorted(old, new), max(old.size - 1, 0))
    known = np.full(new.size, -1, dtype=np.int64)
    if old.size:
        same = old[at] == new
        known[same] = kept[at[same]]
    return known


def _score(table: _Table, found: Pairs, which: Rows, model: Model) -> tuple[Scorer, Scored]:
    """Score some of the pairs; the scorer knows only their records."""
    rows = distinct(np.concatenate([found.left[which], found.right[which]]))
    scorer = Scorer(table.encode(rows), model)
    return scorer, scorer.score_all(np.searchsorted(rows, found.left[which]), np.searchsorted(rows, found.right[which]))


def _touched(  # noqa: PLR0913, PLR0917 -- all that can touch a component
    table: _Table, before: Links, found: Pairs, known: Rows, fresh: Mask, reach: Rows, now: pl.DataFrame
) -> Mask:
    """Tell which records are in a component that has to be decided again."""
    seeds = [np.flatnonzero(table.is_changed)]
    inside = fresh & (reach[found.left] == reach[found.right])
    seeds += [found.left[inside], found.right[inside]]
    stays = np.zeros(before.found.left.size, dtype=bool)
    stays[known[(known >= 0) & ~fresh]] = True
    lost = ~stays & (before.reach[before.found.left] == before.reach[before.found.right])
    seeds += [table.to[before.found.left[lost]], table.to[before.found.right[lost]]]
    seeds.append(_judged_anew(table, before, now))
    seed = np.concatenate(seeds)
    is_open = np.zeros(table.height + 1, dtype=bool)
    is_open[reach[seed[seed >= 0]]] = True
    return np.asarray(is_open[reach])


def _judged_anew(table: _Table, before: Links, now: pl.DataFrame) -> Rows:
    """Give the records of judgements that are new, taken back, or concern a record that is new, changed or gone."""
    then = before.judged
    either = pl.concat([then.join(now, on=now.columns, how="anti"), now.join(then, on=now.columns, how="anti")])
    every = pl.concat([then, now])
    unchanged = table.ids.to_frame(LEFT).filter(~pl.Series(table.is_changed))
    both = every.join(unchanged, on=LEFT, how="semi").join(unchanged.rename({LEFT: RIGHT}), on=RIGHT, how="semi")
    moved = pl.concat([either, every.join(both, on=[LEFT, RIGHT], how="anti")])
    rows = table.ids.to_frame("id").with_row_index("row")
    named = pl.concat([moved[LEFT], moved[RIGHT]]).unique().to_frame("id")
    return np.asarray(named.join(rows, on="id")["row"].cast(pl.Int64).to_numpy())


def _decide(  # noqa: PLR0913, PLR0917
    table: _Table, found: Pairs, touched: Mask, reach: Rows, said: Judged, model: Model
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give MEMBERS and QUESTIONS of the touched records."""
    rows = np.flatnonzero(touched)
    within = np.flatnonzero(touched[found.left] & (reach[found.left] == reach[found.right]))
    scorer = Scorer(table.encode(rows), model)
    scored = scorer.score_all(np.searchsorted(rows, found.left[within]), np.searchsorted(rows, found.right[within]))
    both = touched[said.left] & touched[said.right]
    here = Judged(np.searchsorted(rows, said.left[both]), np.searchsorted(rows, said.right[both]), said.same[both])
    decided = cluster(scorer, scored, here)
    return members(scorer, scored, decided, here), questions(scorer, scored, decided, here)


def _spliced(before: pl.DataFrame, kept: Rows, kept_at: Rows, fresh: pl.DataFrame, fresh_at: Rows) -> pl.DataFrame:
    """Give some rows of a frame, in their order, and all of another, in the order of the numbers given for them.

    Sorting by that number moves lists several times as fast as fetching them row by row; done part by part it needs
    memory for a part beside the outcome, where the whole would be copied three times.
    """
    stays = np.zeros(before.height, dtype=bool)
    stays[kept] = True
    last = max((int(at[-1]) for at in (kept_at, fresh_at) if at.size), default=0)
    edges = np.arange(0, last + PART + 1, PART)
    old, new = np.searchsorted(kept_at, edges), np.searchsorted(fresh_at, edges)
    rows = np.append(kept, before.height)[old]
    parts = [fresh.clear()]
    for part in range(edges.size - 1):
        here, there = slice(rows[part], rows[part + 1]), slice(new[part], new[part + 1])
        both = [
            before[here].filter(stays[here]).with_columns(at=pl.Series(kept_at[old[part] : old[part + 1]])),
            fresh[there].with_columns(at=pl.Series(fresh_at[there])),
        ]
        parts.append(pl.concat(both).sort("at").drop("at"))
    return pl.concat(parts, rechunk=False)


def _pairs(before: Outcome, known: Rows, again: Mask, each: npt.NDArray[np.int8], short: pl.DataFrame) -> pl.DataFrame:
    """Give PAIRS_IN_SHORT: those of pairs that were not compared again as they were, and those that were."""
    told = each > UNTOLD
    place = np.cumsum(before.links.worth > UNTOLD) - 1
    kept = np.flatnonzero(told & ~again)
    return _spliced(before.pairs, place[known[kept]], kept, short, np.flatnonzero(told & again))


def _questions(before: pl.DataFrame, table: _Table, touched: Mask, fresh: pl.DataFrame) -> pl.DataFrame:
    """Give QUESTIONS: those about clusters that were not decided again, and those that were asked now."""
    same = table.ids.to_frame("cluster").filter(~pl.Series(touched))
    return pl.concat([before.join(same, on="cluster", how="semi"), fresh]).sort("cluster", "reason")
