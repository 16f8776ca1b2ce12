"""A table goes in, customers come out: encode, learn, block, score, cluster."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import polars as pl

from matching.blocks.blocking import Pairs, block
from matching.blocks.keys import Key, lines, offered
from matching.blocks.planning import LIMITS, Limits, choose, try_out
from matching.clusters.edges import Labels
from matching.clusters.grouping import cluster, members, questions
from matching.clusters.judging import Judged, judged
from matching.clusters.linking import LaidKey, Links, in_force, prints, reached, worth
from matching.facts.encoding import Encoded, encode
from matching.facts.reading import Records, read
from matching.fields import FIELDS
from matching.fields.base import Field
from matching.fieldspec import FieldSpec
from matching.judgements.teaching import learned_from, untaught
from matching.learning.lone_fact import tells_one_fact
from matching.learning.ordering import ordered, ordered_by
from matching.learning.weighing import learn
from matching.model import Model
from matching.scores.calibrating import Knots, calibrate, probability
from matching.scores.comparing import Comparer, comparers
from matching.scores.evidence import pair_parts
from matching.scores.exchanging import exchanging
from matching.scores.scoring import Scored, Scorer
from matching.side_by_side import both_at_once
from matching.words import Kind


@dataclass(frozen=True)
class Resolution:
    """The outcome of a run: who belongs to whom, and everything needed to say why."""

    members: pl.DataFrame
    model: Model
    plan: pl.DataFrame
    questions: pl.DataFrame
    scorer: Scorer
    found: Pairs
    scored: Scored
    labels: Labels  # each record's cluster by its smallest record, as numbers
    judged: Judged
    links: Links | None = None

    @property
    def encoded(self) -> Encoded:
        """The records as codes."""
        return self.scorer.encoded

    @cached_property
    def pairs(self) -> pl.DataFrame:
        """The pairs that are joined or asked about, with band and evidence."""
        return pl.concat(self.parts(), rechunk=False)

    def parts(self) -> Iterator[pl.DataFrame]:
        """Give the same pairs part by part: all at once are the largest of a resolution's frames."""
        return pair_parts(self.scorer, self.scored, self.found.names())


ONE_FACT: Final = (
    "one fact alone is told: nothing else says who of those who agree in it is one customer; tell more kinds"
)
NO_LABELS: Final = (
    "labels: none of them says same or different of two records of this table, so they teach nothing; see how ids are "
    "written in either"
)
NO_PAIRS: Final = "0 pairs to compare: no two records have a value, or what is looked up of one, in common"


def resolve(  # noqa: PLR0913 -- what a run may be given
    records: Records,
    fields: FieldSpec,
    *,
    judgements: pl.DataFrame | None = None,
    labels: pl.DataFrame | None = None,
    model: Model | None = None,
    progress: Callable[[str], None] | None = None,
    registry: Mapping[Kind, Field] = FIELDS,
    keep_links: bool = False,
    limits: Limits = LIMITS,
) -> Resolution:
    """Give the customers of a table whose columns are named by kind; one that is not read yet takes less memory.

    `judgements` (record_id_l, record_id_r, judgement: same, different, unsure) bind the clusters: `different` always
    separates. `labels`, of the same shape, teach the weights. With a `model` nothing is learned but what labels teach
    it: without them the outcome depends on the records and judgements alone. `keep_links` keeps what
    `matching.delta.resolve_delta` starts from.
    """
    say = progress or (lambda _: None)
    known = None if model is None else model.reading
    encoded = encode(records, fields, registry=registry, reading=known)
    encoded = ordered(encoded) if model is None else ordered_by(encoded, model)
    say(f"{encoded.height:,} records, {len(encoded.columns)} {'fact' if len(encoded.columns) == 1 else 'facts'}")
    if tells_one_fact(encoded.columns):
        say(ONE_FACT)
    made = exchanging(comparers(encoded))
    taught = judged(labels, encoded.ids)
    if labels is not None and labels.height and not taught.left.size:
        say(NO_LABELS)
    is_new = model is None
    if model is None:
        say("learning what agreement says")
        scorer, keys = _learned(encoded, made)
        model = scorer.model
    else:
        keys = offered(encoded, model.keys)
        scorer = Scorer(encoded, untaught(model) if taught.left.size else model, made)
    wanted = model.keys
    keys = [key for key in keys if key.name in wanted]
    found, plan = block(keys, model.plan, encoded.height, lambda records: lines(encoded, records), limits)
    laid = [LaidKey.of(key.name, *key.entries()) for key in keys if keep_links]
    del keys
    say(f"{found.left.size:,} pairs to compare" if found.left.size else NO_PAIRS)
    scored = scorer.score_all(found.left, found.right)
    said = judged(judgements, encoded.ids)
    if taught.left.size:
        say("learning from labels")
        bare = cluster(scorer, scored, judged(None, encoded.ids))
        model = learned_from(scorer, scored, bare.labels, taught)
        scorer = Scorer(encoded, model, made)
        scored = scorer.score_all(found.left, found.right)
    clusters = cluster(scorer, scored, said)
    is_taught = is_new or taught.left.size > 0
    (who, asked), curve = both_at_once(
        lambda: (members(scorer, scored, clusters, said), questions(scorer, scored, clusters, said)),
        lambda: _curve(scored, clusters.labels) if is_taught else None,
    )
    if curve is not None:
        scorer.model = model = replace(model, calibration=curve)
    say(f"{who['cluster'].n_unique():,} customers")
    links = None
    if keep_links:
        each = worth(scored.score, model)
        reach = reached(encoded.height, found, each, said)
        ids, marks, _ = prints(read(records, fields), fields)
        links = Links(ids, marks, tuple(laid), tuple(lines(encoded)), found, each, reach, in_force(judgements))
    return Resolution(who, model, plan, asked, scorer, found, scored, clusters.labels, said, links)


def _curve(scored: Scored, labels: Labels) -> Knots:
    """Give what the scores of a table's pairs mean, by its clusters."""
    return calibrate(scored.score, labels[scored.left] == labels[scored.right])


def _learned(encoded: Encoded, made: Sequence[Comparer]) -> tuple[Scorer, Sequence[Key]]:
    """Give a scorer under the model of a table, which has its blocking plan too, and the keys that were offered.

    Keys are tried while the model is learned: much of either keeps one core busy.
    """
    trial, scorer = both_at_once(
        lambda: try_out(offered(encoded), encoded.height),
        lambda: Scorer(encoded, learn(encoded, made), made),
    )
    chosen = choose(trial, lambda left, right: probability(scorer.score(left, right).score, ()))
    scorer.model = replace(scorer.model, plan=chosen.chosen, missed=chosen.missed)
    return scorer, trial.keys


__all__ = ["Resolution", "resolve"]
