"""One question as a page shows it: who is held against whom, what speaks for and against, what an answer would do."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from matching.cutting import Cut, weakest_cut
from matching.explaining import explain
from matching.frames import CROSSWALK, RECORDS
from matching.model import Model
from matching.policy import HUB_FIELDS
from matching.survivorship import survive
from matching.waterfall import Bar, Room, waterfall
from matching.words import EntityType
from stewardship.facts import COLUMN, Evidence, evidence_of, sentence
from stewardship.link_graph import link_graph
from stewardship.masking import masked
from stewardship.showing import Cell, Side, cells, side, texts
from stewardship.wording import Language, say
from warehouse.decisions import ItemKind
from warehouse.desk_queue import Item
from warehouse.lookup import customers_by_id, housemates, pairs_at, records_at
from warehouse.serving import Snapshot

Row = Mapping[str, object]

COMPARED: Final[tuple[str, ...]] = (
    "name",
    "id_number",
    "birth_date",
    "gender",
    "mobiles",
    "fixed_lines",
    "email",
    "address",
    "registered_in",
    "nickname_raw",
    "account_no",
    "product",
    "subscription_status",
    "outlet",
)
"""The columns of two records that are laid side by side, in this order; one that neither tells is left out."""
WHO_THEY_ARE: Final = frozenset(COMPARED[: COMPARED.index("registered_in")])
"""The columns that are shown as well where only other records of the two customers tell them."""
GOLDEN: Final[tuple[str, ...]] = (
    "name",
    "id_number",
    "birth_date",
    "gender",
    "mobile",
    "mobiles",
    "fixed_line",
    "email",
    "address",
)
"""The golden values that a preview shows."""
MOST_SHARERS: Final = 25
"""Customers that a page lists of those who share a number."""


@dataclass(frozen=True)
class Line:
    """One column of two records side by side, and what matching makes of it."""

    column: str
    left: Cell
    right: Cell
    evidence: Evidence | None
    customers: str
    """Whether the customers agree where matching says nothing of the two records: `shared`, `unlike` or nothing."""


@dataclass(frozen=True)
class GoldenLine:
    """One golden value now, customer by customer, and after an answer, customer by customer."""

    column: str
    now: tuple[object, ...]
    then: tuple[object, ...]
    changes: bool


@dataclass(frozen=True)
class Preview:
    """What an answer would make of the customers: `counts` are the records of each customer there will be."""

    verdict: str
    counts: tuple[int, ...]
    lines: tuple[GoldenLine, ...]


@dataclass(frozen=True)
class Belonging:
    """What else a customer has: his other records, and who shares his home."""

    customer_id: str
    name: object
    records: tuple[Row, ...]
    housemates: tuple[Row, ...]


@dataclass(frozen=True)
class Question:
    """All that a page shows of one question."""

    item: Item
    clear: bool
    record_ids: tuple[str, ...]
    sides: tuple[Side, ...] = ()
    lines: tuple[Line, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    score: float | None = None
    probability: float | None = None
    found_by: tuple[str, ...] = ()
    says: str = ""
    waterfall: str = ""
    graph: str = ""
    cut: Cut | None = None
    belongings: tuple[Belonging, ...] = ()
    contact: object = None
    sharers: tuple[Row, ...] = ()
    sharer_count: int = 0


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
    return about.item.kind != ItemKind.CONTACT and _told(about.links, about.asked) is None


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


def question(snapshot: Snapshot, about: Matter, language: Language, *, clear: bool) -> Question:
    """Give a question as a page shows it; `clear` takes the masks off."""
    item, of_customer, links, cut, asked = about.item, about.of_customer, about.links, about.cut, about.asked
    if item.kind == ItemKind.CONTACT:
        return _about_contact(snapshot, about, clear=clear)
    records = about.records
    told = _told(links, asked)
    evidence = [evidence_of(each, language) for each in _evidence(told)]
    owner = {str(row["record_id"]): customer for customer, each in of_customer.items() for row in each}
    first, second = (records[record] for record in asked)
    parties = about.parties
    bars = [Bar(each.title, each.weight) for each in evidence]
    room = Room(labels=90, bars=200, total=say(language, "filter_score"))
    return Question(
        item=item,
        clear=clear,
        record_ids=asked,
        sides=tuple(
            side(row, owner[record], len(party), language)
            for row, record, party in zip((first, second), asked, parties, strict=True)
        ),
        lines=_lines(first, second, parties, evidence, language, clear=clear),
        evidence=tuple(evidence),
        score=_number(told, "score"),
        probability=_number(told, "probability"),
        found_by=tuple(map(str, _listed(told, "found_by"))),
        says=sentence(evidence, language),
        waterfall=waterfall(bars, sum(bar.weight for bar in bars), room) if bars else "",
        graph=link_graph(records, links, cut, language) if cut else "",
        cut=cut,
        belongings=_belongings(snapshot, of_customer, asked, clear=clear),
    )


def _cut(records: Mapping[str, Row], links: Sequence[Row]) -> Cut | None:
    ids = [(record, row["id_number"]) for record, row in records.items() if row["id_is_valid"]]
    apart = [(one, other) for one, number in ids for other, another in ids if one < other and number != another]
    return weakest_cut(list(records), _scored(links), apart)


def _asked(item: Item, cut: Cut | None) -> tuple[str, str]:
    """Give the two records that stand for the question: the pair, or the best link of a customer's two halves."""
    if cut is None:
        left, right = json.loads(item.record_ids)
        return left, right
    return cut.bridge or (cut.one[0], cut.other[0])


def _told(links: Sequence[Row], asked: Sequence[str]) -> Row | None:
    pair = tuple(sorted(asked))
    return next((row for row in links if (row["record_id_l"], row["record_id_r"]) == pair), None)


def _evidence(told: Row | None) -> list[Mapping[str, object]]:
    return [dict(each) for each in _listed(told, "evidence") if isinstance(each, dict)]


def _listed(told: Row | None, column: str) -> list[object]:
    value = told[column] if told else None
    return list(value) if isinstance(value, list) else []


def _number(told: Row | None, column: str) -> float | None:
    return float(str(told[column])) if told and told[column] is not None else None


def _lines(  # noqa: PLR0913 -- two records, what surrounds them, how it is shown
    left: Row,
    right: Row,
    parties: Sequence[Sequence[Row]],
    evidence: Sequence[Evidence],
    language: Language,
    *,
    clear: bool,
) -> tuple[Line, ...]:
    by_column = {_column(each.fact, left, right): each for each in evidence}
    lines = []
    for column in COMPARED:
        here, there = cells(left, right, parties, column, language, clear=clear)
        if not (here.values or there.values) and not (column in WHO_THEY_ARE and (here.also or there.also)):
            continue
        told = by_column.get(column)
        lines.append(Line(column, here, there, told, "" if told else _customers(parties, column)))
    return tuple(lines)


def _column(fact: str, left: Row, right: Row) -> str:
    """Give the column that shows a fact: of the two lists of numbers, which are one fact, the one that both tell."""
    column = COLUMN.get(fact, fact)
    if fact == "phone" and not (left["mobiles"] and right["mobiles"]) and left["fixed_lines"] and right["fixed_lines"]:
        return "fixed_lines"
    return column


def _customers(parties: Sequence[Sequence[Row]], column: str) -> str:
    if column not in WHO_THEY_ARE:
        return ""
    here, there = ({text for row in party for text in texts(row[column])} for party in parties)
    if not here or not there:
        return ""
    return "shared" if here & there else "unlike"


def preview(snapshot: Snapshot, about: Matter, *, clear: bool) -> Preview:
    """Give what the answer that changes something would do: `same` joins a pair, `different` takes a customer apart."""
    golden = customers_by_id(snapshot, list(about.of_customer))
    now = [golden[customer] for customer in about.of_customer if customer in golden]
    records, cut = about.records, about.cut or _divided(about)
    group = {record: "1" if cut is None or record in set(cut.one) else "2" for record in records}
    then = _survived(list(records.values()), group)
    lines = []
    for column in GOLDEN:
        before, after = [row[column] for row in now], [row[column] for row in then]
        if not any([*before, *after]):
            continue
        lines.append(
            GoldenLine(
                column,
                tuple(_shown(row, column, clear=clear) for row in now),
                tuple(_shown(row, column, clear=clear) for row in then),
                changes={str(value) for value in before} != {str(value) for value in after},
            )
        )
    verdict = "same" if cut is None else "different"
    return Preview(verdict, tuple(int(str(row["record_count"])) for row in then), tuple(lines))


def _divided(about: Matter) -> Cut | None:
    """Give how a customer would fall apart at two of his records; None where two customers are asked about."""
    if len(about.of_customer) > 1 or len(about.asked) != 2:
        return None
    return weakest_cut(list(about.records), _scored(about.links), [(min(about.asked), max(about.asked))])


def _scored(links: Sequence[Row]) -> list[tuple[str, str, float]]:
    return [(str(row["record_id_l"]), str(row["record_id_r"]), float(str(row["score"]))) for row in links]


def _survived(rows: Sequence[Row], group: Mapping[str, str]) -> list[Row]:
    """Give the golden values of records in groups, by the rules of a run."""
    records = pl.DataFrame([{column: row[column] for column in RECORDS} for row in rows], schema=dict(RECORDS))
    crosswalk = pl.DataFrame(
        [{"record_id": record, "customer_id": customer} for record, customer in sorted(group.items())],
        schema={column: dtype for column, dtype in CROSSWALK.items() if column in {"record_id", "customer_id"}},
    ).with_columns(score=pl.lit(None, pl.Float64))
    return [*survive(records, crosswalk).customers.to_dicts()]


def _belongings(
    snapshot: Snapshot, of_customer: Mapping[str, Sequence[Row]], asked: Sequence[str], *, clear: bool
) -> tuple[Belonging, ...]:
    shared = housemates(snapshot, list(of_customer))
    found = []
    for customer, rows in of_customer.items():
        homes = {row["household_id"] for row in shared if row["customer_id"] == customer}
        others = [row for row in shared if row["household_id"] in homes and row["customer_id"] != customer]
        found.append(
            Belonging(
                customer,
                _shown(rows[0], "name", clear=clear),
                tuple(
                    {column: _shown(row, column, clear=clear) for column in row}
                    | {"is_asked": row["record_id"] in asked}
                    for row in rows
                ),
                tuple({column: _shown(row, column, clear=clear) for column in row} for row in others),
            )
        )
    return tuple(found)


def _about_contact(snapshot: Snapshot, about: Matter, *, clear: bool) -> Question:
    """Give a question about a number: the customers who give it, and what numbers of their own they have besides."""
    contact, asked = about.contact, about.asked
    golden = customers_by_id(snapshot, list(about.of_customer))
    sharers = []
    for customer, rows in list(about.of_customer.items())[:MOST_SHARERS]:
        giving = [row for row in rows if row["record_id"] in set(asked)]
        of_its_own = sorted({number for row in rows for number in _numbers(row) if number != contact})
        sharers.append(
            {
                "customer_id": customer,
                "name": _shown(golden[customer], "name", clear=clear),
                "city": golden[customer]["city"],
                "is_golden": contact in {golden[customer]["mobile"], golden[customer]["fixed_line"]},
                "giving": [
                    {column: row[column] for column in ("record_id", "feed", "source_id", "seen_at", "outlet")}
                    for row in giving
                ],
                "others": [number if clear else masked(number, "mobiles") for number in of_its_own],
                "record_count": len(rows),
            }
        )
    return Question(
        item=about.item,
        clear=clear,
        record_ids=asked,
        contact=contact if clear else masked(contact, "mobiles"),
        sharers=tuple(sharers),
        sharer_count=len(about.of_customer),
    )


def _numbers(row: Row) -> list[str]:
    return [*map(str, _listed(row, "mobiles")), *map(str, _listed(row, "fixed_lines"))]


def _shown(row: Row, column: str, *, clear: bool) -> object:
    value = row[column]
    if clear or column not in _MASKED:
        return value
    return masked(value, column, is_organisation=row.get("entity_type") == EntityType.ORGANISATION)


_MASKED: Final = frozenset((*COMPARED, *GOLDEN)) - {"product", "subscription_status", "outlet", "gender"}
