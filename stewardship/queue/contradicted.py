"""A contradiction as a page tells it: who said what of which records, in a chain, and which judgement decides."""

from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.judgements.contradictions import Contradiction
from warehouse.moments import here


@dataclass(frozen=True)
class Link:
    """One judgement of a chain."""

    record_id_l: str
    record_id_r: str
    verdict: str
    who: str
    day: str
    is_decisive: bool


@dataclass(frozen=True)
class Chain:
    """Judgements that cannot be true beside an answer; `judgement` is the one to take back."""

    links: tuple[Link, ...]
    judgement: int


def told(found: Sequence[Contradiction]) -> list[Chain]:
    """Give contradictions as a page shows them."""
    return [
        Chain(
            tuple(
                Link(
                    said.record_id_l,
                    said.record_id_r,
                    said.verdict.value,
                    said.who,
                    f"{here(said.at):%Y-%m-%d}",
                    said.id == each.decisive.id,
                )
                for said in each.chain
            ),
            each.decisive.id,
        )
        for each in found
    ]
