"""Why two records are one customer, or what first kept them apart and what would change that."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from matching.blocks.blocking import Pairs
from matching.blocks.keys import offered
from matching.clusters.grouping import between
from matching.errors import CustomerHubError
from matching.explanations.gates import SAYS, Gate, first_shut
from matching.explanations.waterfall import Bar, waterfall
from matching.facts.encoding import Encoded, Rows, encode
from matching.facts.narrowing import narrowed
from matching.facts.reading import Records, read
from matching.fields import FIELDS
from matching.fields.base import Field
from matching.fieldspec import FieldSpec
from matching.learning.ordering import ordered_by
from matching.model import Model
from matching.scores.calibrating import probability
from matching.scores.evidence import ENTITY, PRIOR, evidence
from matching.scores.families import has_households
from matching.scores.scoring import Scored, Scorer
from matching.words import Band, Kind

if TYPE_CHECKING:
    from matching.resolving import Resolution


class ExplainError(CustomerHubError):
    """A record that is asked about is not there."""


@dataclass(frozen=True)
class Said:
    """What one fact says of the two records."""

    field: str
    level: str
    weight: float
    value_l: str | None
    value_r: str | None
    says_en: str
    says_zh: str


@dataclass(frozen=True)
class Explanation:
    """Two records held against each other: keys, evidence, score, band, the clusters' decision, and the first gate."""

    record_id_l: str
    record_id_r: str
    keys: tuple[str, ...]
    evidence: tuple[Said, ...]
    score: float
    probability: float
    band: Band
    together: bool | None
    cluster_score: float | None
    gate: Gate | None
    change_en: str
    change_zh: str

    @property
    def text_en(self) -> str:
        """The explanation in English."""
        lines = [f"{self.record_id_l} and {self.record_id_r}: {_VERDICT_EN[self.together, self.band]}"]
        lines.append(f"Found by: {', '.join(self.keys) or 'no blocking key'}")
        lines += [f"  {said.weight:+8.2f}  {said.field}: {said.says_en}" for said in self.evidence]
        lines.append(f"  {self.score:+8.2f}  score, probability {self.probability:.4f}, band {self.band}")
        if self.cluster_score is not None:
            whole = f"{self.cluster_score:+8.2f}" if np.isfinite(self.cluster_score) else "excluded"
            lines.append(f"  {whole}  score of the two whole clusters")
        if self.gate is not None:
            lines.append(f"Kept apart by: {SAYS[self.gate].en}. {self.change_en}")
        return "\n".join(lines)

    @property
    def text_zh(self) -> str:
        """The explanation in Chinese."""
        lines = [f"{self.record_id_l} 与 {self.record_id_r}：{_VERDICT_ZH[self.together, self.band]}"]
        lines.append(f"发现途径：{'、'.join(self.keys) or '无候选键'}")
        lines += [
            f"  {said.weight:+8.2f}  {_START_ZH if said.field == PRIOR else said.field}：{said.says_zh}"
            for said in self.evidence
        ]
        lines.append(f"  {self.score:+8.2f}  得分，概率 {self.probability:.4f}，判定带：{_BAND_ZH[self.band]}")
        if self.cluster_score is not None:
            whole = f"{self.cluster_score:+8.2f}" if np.isfinite(self.cluster_score) else "已排除"
            lines.append(f"  {whole}  两个客户整体之间的得分")
        if self.gate is not None:
            lines.append(f"未合并的原因：{SAYS[self.gate].zh}。{self.change_zh}")
        return "\n".join(lines)

    def svg(self) -> str:
        """Give the evidence as a waterfall whose bars add up to the score."""
        bars = [
            Bar(f"{said.field} · {said.level}" if said.level else said.field, said.weight) for said in self.evidence
        ]
        return waterfall(bars, self.score)


_VERDICT_EN: Final[Mapping[tuple[bool | None, Band], str]] = {
    **{(True, band): "one customer" for band in Band},
    **{(False, band): "two customers" for band in Band},
    (None, Band.MATCH): "their own evidence joins them",
    (None, Band.REVIEW): "their own evidence leaves it open",
    (None, Band.APART): "their own evidence keeps them apart",
}
_VERDICT_ZH: Final[Mapping[tuple[bool | None, Band], str]] = {
    **{(True, band): "同一客户" for band in Band},
    **{(False, band): "不同客户" for band in Band},
    (None, Band.MATCH): "两条记录的证据支持合并",
    (None, Band.REVIEW): "两条记录的证据不足以判定",
    (None, Band.APART): "两条记录的证据支持分开",
}
_BAND_ZH: Final[Mapping[Band, str]] = {Band.MATCH: "同一", Band.REVIEW: "待审", Band.APART: "不同"}
_START_ZH: Final = "起点"


def explain(  # noqa: PLR0913, PLR0917 -- what, how, under which model, and the two records
    records: Records,
    fields: FieldSpec,
    model: Model,
    id_a: str | int,
    id_b: str | int,
    resolution: "Resolution | None" = None,
    *,
    registry: Mapping[Kind, Field] = FIELDS,
) -> Explanation:
    """Give why two records are one customer or not.

    With the `resolution` of a run the clusters' decision is part of it; without, only the two records are looked at.
    """
    id_a, id_b = str(id_a), str(id_b)  # ids are texts, though a table may have them as numbers
    if id_a == id_b:
        raise ExplainError("explain: expected two records, found the same id twice; give another one")
    if resolution is None:
        two = read(records, fields).filter(pl.col(fields.id).cast(pl.String).is_in([id_a, id_b]))
        spec, lean = narrowed(two, fields, model)
        encoded = ordered_by(encode(two, spec, registry=registry, reading=model.reading), model)
        scorer = Scorer(encoded, lean, households=has_households(model))
    else:
        scorer = resolution.scorer
    left, right = sorted((_row(scorer.encoded, id_a), _row(scorer.encoded, id_b)))
    scored = scorer.score(np.array([left]), np.array([right]))
    keys = (
        _shared_keys(scorer.encoded, model) if resolution is None else _found_by(resolution.found, left, right, scorer)
    )
    together = None if resolution is None else bool(resolution.labels[left] == resolution.labels[right])
    whole = None if resolution is None or together else between(scorer, resolution.labels, left, right)
    score = float(scored.score[0])
    shut = None if together else first_shut(scorer, scored, keys, model, resolution)
    return Explanation(
        record_id_l=str(scorer.encoded.ids[left]),
        record_id_r=str(scorer.encoded.ids[right]),
        keys=keys,
        evidence=_said(scorer, scored),
        score=score,
        probability=float(probability(scored.score, model.calibration)[0]),
        band=_band(score, model),
        together=together,
        cluster_score=whole,
        gate=shut.gate if shut else None,
        change_en=shut.change.en if shut else "",
        change_zh=shut.change.zh if shut else "",
    )


def _row(encoded: Encoded, record_id: str) -> int:
    place = encoded.ids.search_sorted(record_id)
    if place >= len(encoded.ids) or encoded.ids[place] != record_id:
        raise ExplainError(f"explain: no record {record_id!r}; give an id of the table's id column")
    return int(place)


def _found_by(found: Pairs, left: int, right: int, scorer: Scorer) -> tuple[str, ...]:
    height = scorer.encoded.height
    pair = found.left * height + found.right
    place = int(np.searchsorted(pair, left * height + right))
    if place >= pair.size or pair[place] != left * height + right:
        return ()
    bits = int(found.found_by[place])
    return tuple(key for bit, key in enumerate(found.keys) if bits >> bit & 1)


def _shared_keys(encoded: Encoded, model: Model) -> tuple[str, ...]:
    """Give the keys of the model's plan that the two records share."""
    shared = {key.name for key in offered(encoded, model.keys) if (key.counts > 1).any()}
    return tuple(" + ".join(names) for names in model.plan if set(names) <= shared)


def _band(score: float, model: Model) -> Band:
    if score >= model.match_from:
        return Band.MATCH
    return Band.REVIEW if score >= model.review_from else Band.APART


def _said(scorer: Scorer, scored: Scored) -> tuple[Said, ...]:
    says = {
        (column.name, level.name): (level.says_en, level.says_zh)
        for column in scorer.encoded.columns
        for level in column.field.levels
    }
    says[PRIOR, ""] = (
        "before any fact: how rare it is that two records are one customer's",
        "任意两条记录属于同一客户的可能性",
    )
    says[ENTITY, ""] = ("one is a person, the other an organisation", "一方为个人，另一方为单位")
    return tuple(
        Said(
            entry["field"],
            entry["level"],
            entry["weight"],
            entry["value_l"],
            entry["value_r"],
            *says[entry["field"], entry["level"]],
        )
        for entry in evidence(scorer, scored)[0]
    )


__all__ = ["ExplainError", "Explanation", "Gate", "Rows", "Said", "explain"]
