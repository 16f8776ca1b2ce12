"""What stewards are asked after a resolution: customers in question, customers that may be one, pairs drawn by lot."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from matching.clusters.neighbouring import neighbours, undecided
from matching.facts.encoding import encode
from matching.facts.placing import ENDS, placed
from matching.fields import FIELDS
from matching.fields.base import Field
from matching.fieldspec import FieldSpec
from matching.frames import QUESTIONS, conform
from matching.judgements.sampling import draw, population
from matching.learning.ordering import ordered_by
from matching.model import Model
from matching.scores.evidence import pair_frame
from matching.scores.scoring import Scorer
from matching.words import Kind


@dataclass(frozen=True)
class Inquiry:
    """QUESTIONS about two records, the STRATA that the lot drew from, PAIRS that were drawn and not found before.

    `near` are the NEIGHBOURS, for the next time.
    """

    asked: pl.DataFrame
    strata: pl.DataFrame
    drawn: pl.DataFrame
    near: pl.DataFrame


def inquire(  # noqa: PLR0913 -- a table and what was found in it
    records: pl.DataFrame,
    fields: FieldSpec,
    model: Model,
    *,
    members: pl.DataFrame,
    pairs: pl.DataFrame,
    judgements: pl.DataFrame | None = None,
    known: pl.DataFrame | None = None,
    registry: Mapping[Kind, Field] = FIELDS,
) -> Inquiry:
    """Give what is to be asked, from MEMBERS and PAIRS_IN_SHORT of a resolution, and NEIGHBOURS `known` before."""
    at = placed(members, pairs)
    near = neighbours(records, fields, model, at, known, registry)
    strata, sampled = draw(population(at, near, judgements))
    more = _drawn(records, fields, model, sampled.join(pairs, on=ENDS, how="anti"), registry)
    scores = pl.concat([pairs.select(*ENDS, "score"), more.select(*ENDS, "score")])
    told = sampled.drop("score").join(scores, on=ENDS, how="left", maintain_order="left")
    asked = pl.concat([undecided(near), conform(told, QUESTIONS, name="QUESTIONS")])
    return Inquiry(asked, strata, more.sort(ENDS), near)


def _drawn(
    records: pl.DataFrame, fields: FieldSpec, model: Model, drawn: pl.DataFrame, registry: Mapping[Kind, Field]
) -> pl.DataFrame:
    """Give PAIRS of drawn pairs that nothing had found."""
    ends = pl.concat([drawn[end] for end in ENDS]).unique().alias(fields.id).to_frame()
    told = records.join(ends, on=fields.id, how="semi")
    encoded = ordered_by(encode(told, fields, registry=registry, reading=model.reading), model)
    rows = pl.DataFrame({"id": encoded.ids, "row": np.arange(encoded.height)})
    left, right = (
        drawn.select(id=end).join(rows, on="id", how="left", maintain_order="left")["row"].to_numpy() for end in ENDS
    )
    scorer = Scorer(encoded, model)
    nothing = pl.Series([[]] * drawn.height, dtype=pl.List(pl.String))
    return pair_frame(scorer, scorer.score_all(left, right), nothing, everything=True)
