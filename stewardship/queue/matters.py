"""What a question of the queue is about: its customers' records, and the two that stand for it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from matching.clusters.cutting import Cut, weakest_cut
from matching.explanations.explaining import explain
from matching.frames import RECORDS
from matching.model import Model
from matching.policy import HUB_FIELDS
from stewardship.queue.showing import Row
from warehouse.desk.desk_queue import Item
from warehouse.judgements.kept_decisions import ItemKind
from warehouse.queries.lookup import pairs_at, records_at
from warehouse.queries.serving import Snapshot


@dataclass(frozen=True)
class Matter:
    """What a question is about: the records of its customers, the scored pairs among them, the two that stand for it.

    Of a customer in question, `cut` are the two groups; of a number, `contact` is the number.
    """

    item: Item
    of_customer: Mapping[str, Sequence[Row]]
    links: Sequence[Row] = ()
    cut: Cut | None = None
    asked: tuple[str, ...] = ()
    contact: str = ""

    @property
    def records(self) -> dict[str, Row]:
        """The records by id."""
        return {str(row["record_id"]): row for rows in self.of_customer.values() for row in rows}

    @property
    def parties(self) -> tuple[tuple[Row, ...], ...]:
        """The records on either side of the question."""
        records = self.records
        if self.cut:
            return tuple(tuple(records[record] for record in group) for group in (self.cut.one, self.cut.other))
        if len(self.of_customer) == 1:
            return tuple((records[asked],) for asked in self.asked)
        return tuple(
            next(tuple(rows) for rows in self.of_customer.values() if records[asked] in rows) for asked in self.asked
        )

    @property
    def told(self) -> Row | None:
        """The scored pair of the two records that stand for the question; None where none is published."""
        pair = tuple(sorted(self.asked))
        return next((row for row in self.links if (row["record_id_l"], row["record_id_r"]) == pair), None)


def matter(snapshot: Snapshot, item: Item, *, linked: bool = True) -> Matter:
    """Give what a question of the queue is about, as the snapshot in force tells it.

    Without `linked` the scored pairs are left out, which a question about two records can do without.
    """
    places = json.loads(item.places)
    members = {told["customer_id"]: told["places"] for told in places["members"]}
    rows = records_at(snapshot, [place for each in members.values() for place in each])
    by_place = {row["place"]: row for row in rows}
    of_customer = {customer: [by_place[place] for place in each] for customer, each in members.items()}
    if item.kind == ItemKind.CONTACT:
        return Matter(item, of_customer, asked=tuple(json.loads(item.record_ids)), contact=places["contact"])
    links = pairs_at(snapshot, places["links"]) if linked else []
    cut = _cut({str(row["record_id"]): row for row in rows}, links) if item.kind == ItemKind.CLUSTER else None
    asked = _asked(item, cut)
    ordered = sorted(
        of_customer, key=lambda customer: asked[0] not in {row["record_id"] for row in of_customer[customer]}
    )
    return Matter(item, {customer: of_customer[customer] for customer in ordered}, links, cut, asked)


def needs_evidence(about: Matter) -> bool:
    """Say whether no published pair says how the two records agree that stand for the question."""
    return about.item.kind != ItemKind.CONTACT and about.told is None


def with_evidence(about: Matter, model: Model) -> Matter:
    """Give the matter with the two records scored that stand for it: as a run would, by the same model."""
    two = pl.DataFrame(
        [{column: about.records[record][column] for column in RECORDS} for record in about.asked], schema=dict(RECORDS)
    )
    told = explain(two, HUB_FIELDS, model, about.asked[0], about.asked[1])
    link: Row = {
        "record_id_l": told.record_id_l,
        "record_id_r": told.record_id_r,
        "score": told.score,
        "probability": told.probability,
        "found_by": list(told.keys),
        "evidence": [{"field": said.field, "level": said.level, "weight": said.weight} for said in told.evidence],
    }
    return replace(about, links=[*about.links, link])


def scored(links: Sequence[Row]) -> list[tuple[str, str, float]]:
    """Give scored pairs as two record ids and a score."""
    return [(str(row["record_id_l"]), str(row["record_id_r"]), float(str(row["score"]))) for row in links]


def _cut(records: Mapping[str, Row], links: Sequence[Row]) -> Cut | None:
    ids = [(record, row["id_number"]) for record, row in records.items() if row["id_is_valid"]]
    apart = [(one, other) for one, number in ids for other, another in ids if one < other and number != another]
    return weakest_cut(list(records), scored(links), apart)


def _asked(item: Item, cut: Cut | None) -> tuple[str, str]:
    """Give the two records that stand for the question: the pair, or the best link of a customer's two halves."""
    if cut is None:
        left, right = json.loads(item.record_ids)
        return left, right
    return cut.bridge or (cut.one[0], cut.other[0])
