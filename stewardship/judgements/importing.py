"""Judgements from elsewhere: taken in unless they are known or contradict what stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse import moments
from warehouse.access import audit_log
from warehouse.judgements import judgement_log
from warehouse.judgements.contradictions import contradictions
from warehouse.judgements.judgement_log import PairVerdict


@dataclass(frozen=True)
class TakenIn:
    """What became of the judgements of a file."""

    added: int
    known: int
    contradicting: tuple[PairVerdict, ...]


def import_judgements(home: Path, said: Sequence[PairVerdict], *, who: str, source: str) -> TakenIn:
    """Write judgements down in one transaction, in somebody's name; what contradicts those that stand is left out."""
    at = moments.now()
    added, known, contradicting = 0, 0, []
    with audit_log.audited(home) as audit:
        for pair in said:
            standing = judgement_log.on_pair(audit.state, pair.record_id_l, pair.record_id_r)
            if standing == pair.verdict:
                known += 1
            elif contradictions(audit.state, [pair.record_id_l], [pair.record_id_r], pair.verdict):
                contradicting.append(pair)
            else:
                judgement_log.add(audit.state, [pair], who=who, at=at, reason=f"from {source}", decision_id=None)
                added += 1
        audit.record(at, who, "imported", f"file:{source}", judgements=added, contradicting=len(contradicting))
    return TakenIn(added, known, tuple(contradicting))
