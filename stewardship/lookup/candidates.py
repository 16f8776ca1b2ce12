"""What a question is answered with: who may be meant, and which of its parts could not be read."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from matching.lookup.answering import Answer
from matching.lookup.asking import PHONES, Told, Unread
from matching.words import Band


class Says(BaseModel):
    """A sentence in both languages."""

    zh: str
    en: str


class Evidence(BaseModel):
    """What one fact says for (+) or against (−), in natural log-odds."""

    field: str
    level: str
    weight: float
    says: Says


class Candidate(BaseModel):
    """A customer that may be meant; the weights of its evidence add up to the score."""

    customer_id: str
    score: float
    probability: float
    band: Band
    records: int = Field(description="How many of the customer's records were compared")
    evidence: list[Evidence]


class NotRead(BaseModel):
    """A part of the question that says nothing as it is written, and what was expected in its place."""

    field: str = Field(description="Its name; of `phones`, with its place: phones[0]")
    says: Says


class Candidates(BaseModel):
    """Who may be meant, likeliest first."""

    run: str = Field(description="The run whose snapshot and model the answer comes from")
    candidates: list[Candidate]
    unread: list[NotRead] = Field(description="Parts of the question that could not be read: the rest is answered")


def told(run_id: str, answers: Sequence[Answer], asked: Told, *, mobile_first: bool) -> Candidates:
    """Give the answer to a question; `mobile_first` says that its first telephone number was given as `mobile`."""
    return Candidates(
        run=run_id,
        candidates=[_candidate(answer) for answer in answers],
        unread=[
            NotRead(field=part(one, mobile_first=mobile_first), says=Says(zh=one.says_zh, en=one.says_en))
            for one in asked.unread
        ],
    )


def asks_nothing(asked: Told, *, mobile_first: bool) -> str:
    """Say what a question lacks that tells nothing of anybody."""
    wanted = "expected something that is known of the customer, found nothing"
    if not asked.unread:
        return f"{wanted}; give a name, a telephone number, a document's number or an address"
    said = "; ".join(f"{part(one, mobile_first=mobile_first)}: {one.says_en}" for one in asked.unread)
    return f"{wanted} that can be read: {said}"


def part(unread: Unread, *, mobile_first: bool) -> str:
    """Name a part of a question as whoever asked named it."""
    if unread.part != PHONES:
        return unread.part
    place = unread.place - mobile_first
    return "mobile" if place < 0 else f"{PHONES}[{place}]"


def _candidate(answer: Answer) -> Candidate:
    return Candidate(
        customer_id=answer.customer_id,
        score=answer.score,
        probability=answer.probability,
        band=answer.band,
        records=answer.records,
        evidence=[
            Evidence(
                field=reason.field,
                level=reason.level,
                weight=reason.weight,
                says=Says(zh=reason.says_zh, en=reason.says_en),
            )
            for reason in answer.evidence
        ],
    )
