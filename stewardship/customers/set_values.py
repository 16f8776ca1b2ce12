"""The values that stewards set for a customer, as his page shows them: in force, coming, going, or set aside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

import polars as pl

from matching.customers.setting import PINNABLE, is_told_of
from matching.customers.setting import settled as of_code
from matching.policy import Preference
from stewardship.facts import CODED, CODES
from warehouse import duck, state
from warehouse.queries.serving import Snapshot

LED_HERE: Final = duck.statements("queries/led_here")


class Standing(StrEnum):
    """How a set value stands."""

    IN_FORCE = "in_force"
    COMING = "coming"  # set, or set anew, since the last run
    GOING = "going"  # in force until the next run: somebody has let the rules decide again
    ASIDE = "aside"  # no run can use it


@dataclass(frozen=True)
class SetValue:
    """A value that a steward set for an attribute; of one that is going, only that it was set is known."""

    attribute: str
    standing: Standing
    value: str | None = None
    who: str | None = None


def settled(attribute: str, text: str) -> str | None:
    """Give a text that a steward typed as the golden value of an attribute; None if it cannot be one."""
    by_word = {word.casefold(): code for code in ("person", "organisation") for word in (code, *CODES[code])}
    typed = " ".join(text.split())
    return of_code(attribute, by_word.get(typed.casefold(), typed) if attribute == "entity_type" else typed)


def set_values(
    home: Path, snapshot: Snapshot, golden: Mapping[str, object], lineage: Mapping[str, Sequence[Mapping[str, object]]]
) -> dict[str, SetValue]:
    """Give a customer's set values by attribute. `golden` is his row, `lineage` where each value came from.

    What was set for a customer who has been merged into him is his.
    """
    ids = [str(golden["customer_id"]), *led_here(snapshot, str(golden["customer_id"]))]
    found = {
        attribute: SetValue(attribute, Standing.GOING)
        for attribute, lines in lineage.items()
        if attribute in PINNABLE and any(line["rule"] == Preference.PINNED for line in lines)
    }
    kind = kind_of(home, snapshot, golden)
    for pins, usable in ((state.pins_set_aside(home), False), (state.pins(home), True)):
        own = pins.filter(pl.col("customer_id").is_in(ids)).sort("pinned_at")
        for attribute, value, who in own.select("attribute", "value", "pinned_by").iter_rows():
            in_force = attribute in found and str(golden[attribute]) == value
            standing = Standing.IN_FORCE if in_force else Standing.COMING
            found[attribute] = SetValue(
                attribute, standing if usable and is_told_of(attribute, kind) else Standing.ASIDE, value, who
            )
    return found


def kind_of(home: Path, snapshot: Snapshot, golden: Mapping[str, object]) -> str:
    """Give whether a customer is a person or an organisation: as a steward set it, else as it is published."""
    ids = [str(golden["customer_id"]), *led_here(snapshot, str(golden["customer_id"]))]
    own = state.pins(home).filter(pl.col("customer_id").is_in(ids), attribute="entity_type").sort("pinned_at")
    return str(golden["entity_type"] if own.is_empty() else own["value"][-1])


def in_clear(home: Path, snapshot: Snapshot, customer_ids: Sequence[str]) -> dict[str, dict[str, object]]:
    """Give the values set for customers that may differ from those in force, as columns `set_<attribute>`."""
    pins = pl.concat([state.pins_set_aside(home), state.pins(home)]).sort("pinned_at")
    found: dict[str, dict[str, object]] = {}
    for customer_id in customer_ids:
        own = pins.filter(pl.col("customer_id").is_in([customer_id, *led_here(snapshot, customer_id)]))
        found[customer_id] = {
            f"set_{attribute}": value
            for attribute, value in own.select("attribute", "value").rows()
            if attribute not in CODED  # a code is never masked, and is shown in words
        }
    return found


def let_go(  # noqa: PLR0913 -- whose, which, by whom, why and when
    home: Path, snapshot: Snapshot, customer_id: str, attribute: str, *, who: str, reason: str, at: datetime
) -> None:
    """Let the rules decide an attribute again, also where the value was set for a customer merged into this one."""
    kept = pl.concat([state.pins(home), state.pins_set_aside(home)])
    holding = set(kept.filter(pl.col("attribute") == attribute)["customer_id"])
    for each in sorted({customer_id, *led_here(snapshot, customer_id)} & holding | {customer_id}):
        state.pin(home, each, attribute, None, who=who, reason=reason, at=at)


def led_here(snapshot: Snapshot, customer_id: str) -> list[str]:
    """Give the ids out of use that lead to a customer."""
    return [str(row["customer_id"]) for row in snapshot.dicts(LED_HERE, {"id": customer_id})]
