"""Why two records are one customer, or what first kept them apart and what would change that."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from matching.blocking import Pairs
from matching.calibrating import probability
from matching.encoding import Encoded, Rows, encode
from matching.errors import CustomerHubError
from matching.evidence import ENTITY, PRIOR, evidence
from matching.fields import FIELDS
from matching.fields.base import Field
from matching.fieldspec import FieldSpec
from matching.grouping import between
from matching.keys import offered
from matching.model import Model
from matching.narrowing import narrowed
from matching.scoring import Scored, Scorer
from matching.waterfall import Bar, waterfall
from matching.words import Band, Kind

if TYPE_CHECKING:
    from matching.resolving import Resolution


class ExplainError(CustomerHubError):
    """A record that is asked about is not there."""


class Gate(StrEnum):
    """What first kept two records apart, in the order in which the gates stand."""

    NOT_COMPARED = "not_compared"
    ENTITY = "entity"
    ONE_SOURCE = "one_source"
    VETO = "veto"
    SCORE = "score"
    JUDGEMENT = "judgement"
    CLUSTER = "cluster"


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
            lines.append(f"  {self.cluster_score:+8.2f}  score of the two whole clusters")
        if self.gate is not None:
            lines.append(f"Kept apart by: {_GATE_EN[self.gate]}. {self.change_en}")
        return "\n".join(lines)

    @property
    def text_zh(self) -> str:
        """The explanation in Chinese."""
        lines = [f"{self.record_id_l} 与 {self.record_id_r}：{_VERDICT_ZH[self.together, self.band]}"]
        lines.append(f"发现途径：{'、'.join(self.keys) or '无候选键'}")
        lines += [f"  {said.weight:+8.2f}  {said.field}：{said.says_zh}" for said in self.evidence]
        lines.append(f"  {self.score:+8.2f}  得分，概率 {self.probability:.4f}，档位 {self.band}")
        if self.cluster_score is not None:
            lines.append(f"  {self.cluster_score:+8.2f}  两个客户整体之间的得分")
        if self.gate is not None:
            lines.append(f"未合并的原因：{_GATE_ZH[self.gate]}。{self.change_zh}")
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
_GATE_EN: Final[Mapping[Gate, str]] = {
    Gate.NOT_COMPARED: "they share no blocking key, so they were never compared",
    Gate.ENTITY: "one is a person, the other an organisation, and their names differ",
    Gate.ONE_SOURCE: "both come from one source, which lists a customer once",
    Gate.VETO: "a contradiction that nothing outweighs",
    Gate.SCORE: "the score is below what joins two records",
    Gate.JUDGEMENT: "a person has judged them, or records of their customers, to be different",
    Gate.CLUSTER: "their customers as a whole do not fit together",
}
_GATE_ZH: Final[Mapping[Gate, str]] = {
    Gate.NOT_COMPARED: "没有共同的候选键，从未进行比较",
    Gate.ENTITY: "一方为个人，另一方为单位，且名称不同",
    Gate.ONE_SOURCE: "来自同一来源，而该来源每个客户只登记一次",
    Gate.VETO: "存在无法抵消的矛盾",
    Gate.SCORE: "得分低于合并所需",
    Gate.JUDGEMENT: "已由人工判定为不同客户",
    Gate.CLUSTER: "两个客户的全部记录整体上不相符",
}


def explain(  # noqa: PLR0913, PLR0917 -- what, how, under which model, and the two records
    records: pl.DataFrame,
    fields: FieldSpec,
    model: Model,
    id_a: str,
    id_b: str,
    resolution: "Resolution | None" = None,
    *,
    registry: Mapping[Kind, Field] = FIELDS,
) -> Explanation:
    """Give why two records are one customer or not.

    With the `resolution` of a run the clusters' decision is part of it; without, only the two records are looked at.
    """
    if id_a == id_b:
        raise ExplainError("explain: expected two records, found the same id twice; give another one")
    if resolution is None:
        two = records.filter(pl.col(fields.id).cast(pl.String).is_in([id_a, id_b]))
        spec, lean = narrowed(two, fields, model)
        scorer = Scorer(encode(two, spec, registry=registry), lean)
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
    gate = None if together else _gate(scorer, scored, keys, resolution, left, right)
    change = _change(scorer, scored, gate, model)
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
        gate=gate,
        change_en=change[0],
        change_zh=change[1],
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


def _gate(  # noqa: PLR0911, PLR0913, PLR0917 -- one return for each gate
    scorer: Scorer,
    scored: Scored,
    keys: tuple[str, ...],
    resolution: "Resolution | None",
    left: int,
    right: int,
) -> Gate | None:
    """Give the first gate that is shut."""
    if scored.excluded[0]:
        return Gate.ENTITY
    source = scorer.encoded.source
    if source is not None and source[left] == source[right] >= 0:
        return Gate.ONE_SOURCE
    if scorer.contradicts(scored)[0]:
        return Gate.VETO
    if resolution is not None and _is_judged_different(resolution, left, right):
        return Gate.JUDGEMENT
    if scored.score[0] < scorer.model.match_from:
        return Gate.SCORE if keys else Gate.NOT_COMPARED
    if resolution is None:
        return None
    return Gate.CLUSTER if keys else Gate.NOT_COMPARED


def _is_judged_different(resolution: "Resolution", left: int, right: int) -> bool:
    judged, labels = resolution.judged, resolution.labels
    ends = {int(labels[left]), int(labels[right])}
    different = ~judged.same
    pairs = zip(labels[judged.left[different]].tolist(), labels[judged.right[different]].tolist(), strict=True)
    return any({one, other} == ends for one, other in pairs)


def _change(scorer: Scorer, scored: Scored, gate: Gate | None, model: Model) -> tuple[str, str]:
    """Give what would open the gate."""
    if gate is None:
        return "", ""
    plan = ", ".join(" + ".join(names) for names in model.plan[:4])
    if gate is Gate.SCORE:
        return _what_is_missing(scorer, scored, model)
    return {
        Gate.NOT_COMPARED: (
            f"They would be compared if they agreed on one of: {plan}.",
            f"若在以下任一键上相同即会比较：{plan}。",
        ),
        Gate.ENTITY: ("Correct the entity type of one of them.", "请更正其中一条记录的客户类型。"),
        Gate.ONE_SOURCE: ("Declare that the source may list a customer twice.", "请声明该来源允许同一客户重复登记。"),
        Gate.VETO: ("Correct the value that contradicts.", "请更正相互矛盾的取值。"),
        Gate.JUDGEMENT: ("Withdraw the judgement.", "请撤回该判定。"),
        Gate.CLUSTER: (
            "Judge them to be the same, or correct what the other records say.",
            "请判定为同一客户，或更正其他记录的取值。",
        ),
    }[gate]


def _what_is_missing(scorer: Scorer, scored: Scored, model: Model) -> tuple[str, str]:
    """Name the facts whose agreement, each alone, would join the two."""
    lacking = model.match_from - float(scored.score[0])
    enough = []
    told = {column.name: place for place, column in enumerate(scorer.encoded.columns)}
    for fact in model.facts:
        best = float(np.log(fact.m[0]) - np.log(fact.u[0]))
        f = told.get(fact.name)
        agrees = f is not None and scored.levels[0, f] == 0
        if not agrees and best - (0.0 if f is None else float(scored.weights[0, f])) >= lacking:
            enough.append(fact.name)
    if not enough:
        return f"It lacks {lacking:.2f}: no single fact would do.", f"尚差 {lacking:.2f}：任何单项相同都不足以合并。"
    return (
        f"It lacks {lacking:.2f}: agreement on {' or '.join(enough)} would do.",
        f"尚差 {lacking:.2f}：若{'或'.join(enough)}相同即可合并。",
    )


def _said(scorer: Scorer, scored: Scored) -> tuple[Said, ...]:
    says = {
        (column.name, level.name): (level.says_en, level.says_zh)
        for column in scorer.encoded.columns
        for level in column.field.levels
    }
    says[PRIOR, ""] = (
        "before any fact: how rare it is that two records are one customer's",
        "先验：任意两条记录属于同一客户的可能性",
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
