"""One question as a page shows it: who is held against whom, what speaks for and against, what an answer would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from matching.clusters.cutting import Cut
from matching.explanations.waterfall import Bar, Room, waterfall
from stewardship.access.masking import masked, masked_row
from stewardship.facts import COLUMN, Evidence, evidence_of, sentence
from stewardship.queue import sharers
from stewardship.queue.link_graph import link_graph
from stewardship.queue.matters import Matter
from stewardship.queue.showing import Cell, Row, Side, cells, side, texts
from stewardship.wording import Language, say
from warehouse.desk.desk_queue import Item
from warehouse.judgements.kept_decisions import ItemKind
from warehouse.queries.lookup import housemates
from warehouse.queries.serving import Snapshot

COMPARED: Final[tuple[str, ...]] = (
    "name",
    "id_number",
    "birth_date",
    "gender",
    "mobiles",
    "fixed_lines",
    "masked_mobiles",
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
    sizes: tuple[int, ...] = ()
    """Records of each customer in question; of one customer in two groups, of each group."""
    contact: object = None
    sharers: tuple[Row, ...] = ()
    sharer_count: int = 0

    @property
    def stands(self) -> str:
        """How things stand: the two records are of one customer or of two, a customer is in question, or a number."""
        if self.item.kind != ItemKind.PAIR:
            return self.item.kind
        return "one" if len(self.sizes) == 1 else "two"


def question(snapshot: Snapshot, about: Matter, language: Language, *, clear: bool) -> Question:
    """Give a question as a page shows it; `clear` takes the masks off."""
    item, of_customer, links, cut, asked = about.item, about.of_customer, about.links, about.cut, about.asked
    if item.kind == ItemKind.CONTACT:
        return _about_contact(snapshot, about, clear=clear)
    records = about.records
    told = about.told
    evidence = [evidence_of(each, language) for each in _evidence(told)]
    owner = {str(row["record_id"]): customer for customer, each in of_customer.items() for row in each}
    first, second = (records[record] for record in asked)
    parties = about.parties
    groups = parties if cut else tuple(of_customer.values())
    bars = [Bar(each.title, each.weight) for each in evidence]
    room = Room.around([bar.label for bar in bars], 200, say(language, "filter_score"))
    return Question(
        item=item,
        clear=clear,
        record_ids=asked,
        sides=tuple(
            side(row, owner[record], len(party) if cut else len(of_customer[owner[record]]), language)
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
        sizes=tuple(len(group) for group in groups),
    )


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
                _shown(rows[0], clear=clear)["name"],
                tuple({**_shown(row, clear=clear), "is_asked": row["record_id"] in asked} for row in rows),
                tuple(_shown(row, clear=clear) for row in others),
            )
        )
    return tuple(found)


def _about_contact(snapshot: Snapshot, about: Matter, *, clear: bool) -> Question:
    """Give a question about a number: the customers who give it, and what numbers of their own they have besides."""
    return Question(
        item=about.item,
        clear=clear,
        record_ids=about.asked,
        contact=about.contact if clear else masked(about.contact, "mobiles"),
        sharers=sharers.sharers(snapshot, about, list(about.of_customer)[: sharers.MOST], clear=clear),
        sharer_count=len(about.of_customer),
    )


def _shown(row: Row, *, clear: bool) -> Row:
    return row if clear else masked_row(row)
