"""What an answer would make of the customers in question, golden value by golden value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from matching.clusters.cutting import Cut, weakest_cut
from matching.customers.survivorship import survive
from matching.frames import CROSSWALK, RECORDS
from stewardship.access.masking import masked_row
from stewardship.queue.matters import Matter, scored
from stewardship.queue.showing import Row
from warehouse.queries.lookup import customers_by_id
from warehouse.queries.serving import Snapshot

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


def preview(snapshot: Snapshot, about: Matter, *, clear: bool) -> Preview:
    """Give what the answer that changes something would do: `same` joins a pair, `different` takes a customer apart."""
    golden = customers_by_id(snapshot, list(about.of_customer))
    now = [golden[customer] for customer in about.of_customer if customer in golden]
    records, cut = about.records, about.cut or _divided(about)
    group = {record: "1" if cut is None or record in set(cut.one) else "2" for record in records}
    then = _survived(list(records.values()), group)
    shown_now, shown_then = (rows if clear else [masked_row(row) for row in rows] for rows in (now, then))
    lines = []
    for column in GOLDEN:
        before, after = [row[column] for row in now], [row[column] for row in then]
        if not any([*before, *after]):
            continue
        lines.append(
            GoldenLine(
                column,
                tuple(row[column] for row in shown_now),
                tuple(row[column] for row in shown_then),
                changes={str(value) for value in before} != {str(value) for value in after},
            )
        )
    verdict = "same" if cut is None else "different"
    return Preview(verdict, tuple(int(str(row["record_count"])) for row in then), tuple(lines))


def _divided(about: Matter) -> Cut | None:
    """Give how a customer would fall apart at two of his records; None where two customers are asked about."""
    if len(about.of_customer) > 1 or len(about.asked) != 2:
        return None
    return weakest_cut(list(about.records), scored(about.links), [(min(about.asked), max(about.asked))])


def _survived(rows: Sequence[Row], group: Mapping[str, str]) -> list[Row]:
    """Give the golden values of records in groups, by the rules of a run."""
    records = pl.DataFrame([{column: row[column] for column in RECORDS} for row in rows], schema=dict(RECORDS))
    crosswalk = pl.DataFrame(
        [{"record_id": record, "customer_id": customer} for record, customer in sorted(group.items())],
        schema={column: dtype for column, dtype in CROSSWALK.items() if column in {"record_id", "customer_id"}},
    ).with_columns(score=pl.lit(None, pl.Float64))
    return [*survive(records, crosswalk).customers.to_dicts()]
