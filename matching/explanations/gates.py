"""What keeps two records apart, and what would change that: the first shut gate and the way to open it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from matching.clusters.edges import Labels
from matching.clusters.grouping import averaging, between, between_clusters
from matching.facts.encoding import Rows
from matching.model import Model
from matching.scores.scoring import Scored, Scorer
from matching.words import Kind

if TYPE_CHECKING:
    from matching.resolving import Resolution


class Gate(StrEnum):
    """What keeps two records apart, in the order in which the gates are looked at.

    What no agreement could open comes first: to be told of a missing key helps nobody whose records contradict.
    """

    ENTITY = "entity"
    ONE_SOURCE = "one_source"
    VETO = "veto"
    JUDGEMENT = "judgement"
    NOT_COMPARED = "not_compared"
    SCORE = "score"
    HOUSEHOLD = "household"
    CLUSTER = "cluster"
    EITHER = "either"


@dataclass(frozen=True)
class Text:
    """A sentence in English and in Chinese."""

    en: str
    zh: str

    def plus(self, other: "Text") -> "Text":
        """Give both sentences, one behind the other."""
        return Text(f"{self.en} {other.en}".strip(), f"{self.zh}{other.zh}")


SAYS: Final[Mapping[Gate, Text]] = {
    Gate.ENTITY: Text(
        "one is a person, the other an organisation, and their names differ", "一方为个人，另一方为单位，且名称不同"
    ),
    Gate.ONE_SOURCE: Text(
        "both come from one source, which lists a customer once", "来自同一来源，而该来源每个客户只登记一次"
    ),
    Gate.VETO: Text("a contradiction that nothing outweighs", "存在无法抵消的矛盾"),
    Gate.JUDGEMENT: Text(
        "a person has judged them, or records of their customers, to be different", "已由人工判定为不同客户"
    ),
    Gate.NOT_COMPARED: Text(
        "they share no blocking key, so they were never compared", "没有共同的候选键，从未进行比较"
    ),
    Gate.SCORE: Text("the score is below what joins two records", "得分低于合并所需"),
    Gate.HOUSEHOLD: Text(
        "they agree in nothing but what the members of a household share",
        "二者仅在同一家庭成员共有的内容上相符",
    ),
    Gate.CLUSTER: Text("their customers as a whole do not fit together", "两个客户的全部记录整体上不相符"),
    Gate.EITHER: Text(
        "one of them fits another customer about as well, and tells nothing that decides whose it is",
        "其中一方与另一客户同样相符，且没有可判别归属的内容",
    ),
}
"""What each gate means."""


@dataclass(frozen=True)
class Shut:
    """The first gate that is shut, and what would open it."""

    gate: Gate
    change: Text


OWN: Final = Text(
    "Tell a given name, a mobile number or a document that both have, or judge whose it is.",
    "请补充双方共有的名字、手机号码或证件，或判定其归属。",
)
"""What would open the gate of a household."""


def first_shut(  # noqa: PLR0911 -- one return for each gate
    scorer: Scorer, scored: Scored, keys: tuple[str, ...], model: Model, resolution: "Resolution | None"
) -> Shut | None:
    """Give the first gate that is shut between two records (the one pair of `scored`), None if all are open.

    `model` has all facts, also those that neither record tells and the scorer may lack.
    """
    left, right = int(scored.left[0]), int(scored.right[0])
    if scored.excluded[0]:
        return Shut(
            Gate.ENTITY,
            Text("Correct the entity type of one of them, or its name.", "请更正其中一条记录的客户类型或名称。"),
        )
    if _of_one_source(scorer, left, right):
        return Shut(
            Gate.ONE_SOURCE,
            Text("Declare that the source may list a customer twice.", "请声明该来源允许同一客户重复登记。"),
        )
    if scorer.contradicts(scored)[0]:
        return Shut(Gate.VETO, _correct(scorer, scored))
    if resolution is not None and _is_judged_different(resolution, left, right):
        return Shut(Gate.JUDGEMENT, Text("Withdraw the judgement.", "请撤回该判定。"))
    if not keys and (resolution is None or not _met(resolution, left, right)):
        return Shut(Gate.NOT_COMPARED, _share_a_key(scorer, scored, model))
    if scored.score[0] < scorer.model.match_from:
        return Shut(Gate.SCORE, _what_is_missing(scorer, scored, model))
    labels = np.arange(scorer.encoded.height) if resolution is None else resolution.labels
    if not between_clusters(scorer, labels, scored.left, scored.right).is_own[0]:
        return Shut(Gate.HOUSEHOLD, OWN)
    if resolution is None:
        return None
    rival = _rival(scorer, resolution, left, right)
    if rival is not None:
        return Shut(Gate.EITHER, _decide(scorer, rival))
    return Shut(Gate.CLUSTER, _fit(scorer, resolution.labels, left, right))


WHOSE: Final = frozenset({Kind.PERSON_NAME, Kind.ORGANISATION_NAME})
"""Names by whose they are: who has none of the one kind has one of the other."""


def _of_one_source(scorer: Scorer, left: int, right: int) -> bool:
    source = scorer.encoded.source
    return source is not None and bool(source[left] == source[right] >= 0)


def _is_judged_different(resolution: "Resolution", left: int, right: int) -> bool:
    judged, labels = resolution.judged, resolution.labels
    ends = {int(labels[left]), int(labels[right])}
    different = ~judged.same
    pairs = zip(labels[judged.left[different]].tolist(), labels[judged.right[different]].tolist(), strict=True)
    return any({one, other} == ends for one, other in pairs)


def _met(resolution: "Resolution", left: int, right: int) -> bool:
    """Tell whether any record of the one's customer was compared with any of the other's."""
    labels, found = resolution.labels, resolution.found
    one, other = labels[found.left], labels[found.right]
    ends = labels[left], labels[right]
    return bool((((one == ends[0]) & (other == ends[1])) | ((one == ends[1]) & (other == ends[0]))).any())


def _correct(scorer: Scorer, scored: Scored) -> Text:
    """Name the facts of a pair that contradict each other."""
    en, zh = [], []
    for column, level in zip(scorer.encoded.columns, scored.levels[0].tolist(), strict=True):
        if level >= 0 and column.field.levels[level].veto:
            en.append(f"{column.name} ({column.field.levels[level].says_en})")
            zh.append(f"{column.name}（{column.field.levels[level].says_zh}）")
    return Text(f"Correct {' and '.join(en)} in one of them.", f"请更正其中一条记录的{'和'.join(zh)}。")


def _rival(scorer: Scorer, resolution: "Resolution", left: int, right: int) -> int | None:
    """Give a record of the other customer that one of two customers who fit together fits best, None if none does."""
    labels, found = resolution.labels, resolution.found
    ends = np.array([labels[left], labels[right]])
    if not between(scorer, labels, left, right) > scorer.model.match_from:
        return None
    one, other = labels[found.left], labels[found.right]
    beside = np.isin(one, ends) ^ np.isin(other, ends)
    pairs = sorted(set(zip(one[beside].tolist(), other[beside].tolist(), strict=True)))
    scores = [(between(scorer, labels, *pair), pair) for pair in pairs]
    best, pair = max(scores, default=(scorer.model.match_from, (0, 0)))
    third = pair[0] if pair[1] in ends else pair[1]
    return third if best > scorer.model.match_from else None


def _decide(scorer: Scorer, rival: int) -> Text:
    """Name the other customer, and what would decide."""
    other = scorer.encoded.ids[rival]
    return Text(
        f"The other customer holds {other}: judge whose it is, or tell what sets the two apart.",
        f"另一客户含有记录 {other}：请判定其归属，或补充可区分两者的内容。",
    )


def _share_a_key(scorer: Scorer, scored: Scored, model: Model) -> Text:
    """Name keys on which two records would meet, and what would come of it."""
    plan = [" + ".join(names) for names in scorer.model.plan[:4]]
    meet = Text(
        f"They would be compared if they agreed on one of: {', '.join(plan)}.",
        f"若在以下任一键上相同即会比较：{'、'.join(plan)}。",
    )
    if scored.score[0] >= scorer.model.match_from and not scored.own[0]:
        return meet.plus(OWN)
    if scored.score[0] >= scorer.model.match_from:
        return meet.plus(Text("As they are they would then be joined.", "按现有内容比较后即可合并。"))
    return meet.plus(_what_is_missing(scorer, scored, model))


def _what_is_missing(scorer: Scorer, scored: Scored, model: Model) -> Text:
    """Name the facts whose agreement, each alone, would join the two."""
    match_from = scorer.model.match_from
    lacking = match_from - float(scored.score[0])
    told = scorer.if_agreed(int(scored.left[0]), int(scored.right[0]))
    agree = {column.name for column, level in zip(scorer.encoded.columns, scored.levels[0], strict=True) if level == 0}
    untold = {
        fact.name: float(scored.score[0] + fact.scale * (np.log(fact.m[0]) - np.log(fact.u[0])))
        for fact in model.facts
        if fact.name not in told and fact.name not in agree and fact.kind not in WHOSE
    }
    scores = {**told, **untold}
    enough = [fact.name for fact in model.facts if scores.get(fact.name, match_from) > match_from]
    if not enough:
        return Text(
            f"The score lacks {lacking:.2f}: no single fact would do.",
            f"得分尚差 {lacking:.2f}：任何单项相同都不足以合并。",
        )
    return Text(
        f"The score lacks {lacking:.2f}: agreement on {' or '.join(enough)} would do.",
        f"得分尚差 {lacking:.2f}：若{'或'.join(enough)}相同即可合并。",
    )


def _fit(scorer: Scorer, labels: Labels, left: int, right: int) -> Text:
    """Name what keeps two whole customers apart: two records that contradict, or the fact that says most against."""
    whole = between_clusters(scorer, labels, np.array([left]), np.array([right]))
    shut = np.flatnonzero(scorer.contradicts(whole.scored))
    if shut.size:
        return _of_others(scorer, whole.scored.take(shut[:1]))
    means = whole.edges.means(whole.sizes, averaging(scorer.model))[0]
    return most_against([column.name for column in scorer.encoded.columns], means)


def most_against(facts: Sequence[str], means: Sequence[float]) -> Text:
    """Name the fact that speaks most against two customers, by its mean weight, if any does."""
    least, against = min(zip(means, facts, strict=True))
    if least >= 0:
        return Text(
            "Nothing that they tell speaks against it, but over all their records they agree in too little. Judge them "
            "to be the same, or tell one more thing that both have.",
            "没有不利的内容，但就全部记录而言一致之处太少。请判定为同一客户，或补充一项双方共有的信息。",
        )
    return Text(
        f"Judge them to be the same, or correct what the other records say of {against}, which speaks most against it.",
        f"请判定为同一客户，或更正其他记录的{against}（最不支持合并的一项）。",
    )


def _of_others(scorer: Scorer, scored: Scored) -> Text:
    """Say of two other records of the customers what keeps these apart."""
    ends: tuple[Rows, Rows] = (scored.left, scored.right)
    one, other = (scorer.encoded.ids[int(end[0])] for end in ends)
    about = Text(f"Their customers hold {one} and {other}.", f"两个客户分别含有记录 {one} 和 {other}。")
    if scored.excluded[0]:
        return about.plus(Text("One of these is a person, the other an organisation.", "其一为个人，另一为单位。"))
    if _of_one_source(scorer, int(scored.left[0]), int(scored.right[0])):
        return about.plus(
            Text(
                "These come from one source, which lists a customer once.",
                "二者来自同一来源，而该来源每个客户只登记一次。",
            )
        )
    return about.plus(_correct(scorer, scored))
