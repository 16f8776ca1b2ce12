"""Golden values: of all that the records of a customer say, what survives, from which record, and why.

The rules are the table `SURVIVORSHIP` in `matching/policy.py`; here is the loop over it. A golden value is never made:
it is what some record says, in its standard form, or what a steward has pinned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby
from typing import Final

import polars as pl

from matching.customers.preferences import measure, trust
from matching.customers.setting import told_by
from matching.errors import CustomerHubError
from matching.frames import CUSTOMERS, LINEAGE, PINS, conform
from matching.policy import SURVIVORSHIP, Preference, Survival

STEWARDSHIP: Final = "stewardship"
"""What `lineage` names as the feed of a value that a steward pinned and no record gives."""

_CONTEXT: Final = ("feed", "entity_type", "surname", "id_is_valid", "id_type", "district", "subscription_status")
"""The columns of a record that preferences look at beside the value."""

_DECIDED: Final = ("entity_type", "id_number", "id_is_valid")
"""What preferences may ask of the customer, once it is decided."""


@dataclass(frozen=True)
class Golden:
    """What is known of each customer (CUSTOMERS, by id) and where each value comes from (LINEAGE)."""

    customers: pl.DataFrame
    lineage: pl.DataFrame


def survive(
    records: pl.DataFrame,
    crosswalk: pl.DataFrame,
    *,
    pins: pl.DataFrame | None = None,
    shared: Mapping[str, pl.DataFrame] | None = None,
) -> Golden:
    """Give every customer of the crosswalk his golden values, and every golden value its origin.

    `records` is RECORDS, `crosswalk` is CROSSWALK of exactly these records, `pins` is PINS with ids in force. The
    result depends on nothing else, nor on the order of rows. Where these are not all the records there are, `shared`
    says how many customers of all give each value (`sharing` of all records). `confidence` is the probability of the
    weakest link that holds the customer together; a customer of one record needs none and has 1. `updated_at` is when
    the youngest of the golden values was said.
    """
    told = _by_customer(records, crosswalk)
    shared = sharing(records, crosswalk) if shared is None else shared
    golden = _summarise(told)
    pinned = _pins_in_force(pins, golden)
    origins = []
    for _, grouped in groupby(SURVIVORSHIP, key=lambda rule: rule.attribute):
        rules = tuple(grouped)
        ranked = pl.concat([_rank(_candidates(told, golden, pinned, rule, shared), rule) for rule in rules])
        winners = ranked.unique("customer", keep="first", maintain_order=True)
        golden = _add(golden, ranked, winners, rules[0])
        origins += _origins(ranked, winners, rules[0])
    traced = pl.concat(origins)
    return Golden(
        customers=conform(golden.select(CUSTOMERS.keys()), CUSTOMERS, name="customers"),
        lineage=_lineage(traced, golden, told),
    )


def _by_customer(records: pl.DataFrame, crosswalk: pl.DataFrame) -> pl.DataFrame:
    """Give the records by customer, customers and records numbered from 0 in the order of their ids, with `said_at`.

    A record said what it says when it happened; one that was changed since, and one without a time of its own, when
    its extract was delivered.
    """
    said_at = pl.coalesce(pl.when(pl.col("versions") <= 1).then("happened_at"), "seen_at")
    columns = {column for rule in SURVIVORSHIP for column in (rule.source or rule.attribute, *rule.together)}
    told = records.select(
        "record_id", "source_id", "first_seen_at", *sorted(columns.union(_CONTEXT)), said_at=said_at
    ).join(crosswalk.select("record_id", "customer_id", "score"), on="record_id")
    if not told.height == records.height == crosswalk.height:
        message = (
            f"crosswalk: expected one row for each of the {records.height} records, found {crosswalk.height} rows of "
            f"which {told.height} fit; take records and crosswalk from the same run"
        )
        raise CustomerHubError(message)
    return (
        told.sort("customer_id", "record_id")
        .with_columns(customer=pl.col("customer_id").rle_id())
        .with_row_index("record")
    )


def _summarise(told: pl.DataFrame) -> pl.DataFrame:
    """Count each customer's records and channels, and say since and until when and how surely he is known."""
    probability = 1 / (1 + (-pl.col("score").min()).exp())
    return told.group_by("customer", maintain_order=True).agg(
        pl.col("customer_id").first(),
        record_count=pl.len(),
        channel_count=pl.col("feed").n_unique(),
        channels=pl.col("feed").unique().sort(),
        first_seen_at=pl.min_horizontal(pl.col("first_seen_at").min(), pl.col("said_at").min()),
        last_seen_at=pl.col("said_at").max(),
        confidence=pl.when(pl.len() > 1).then(probability).otherwise(None).fill_null(1.0),
    )


def _pins_in_force(pins: pl.DataFrame | None, golden: pl.DataFrame) -> pl.DataFrame:
    """Give the last pin of each customer and attribute, with the customer's number."""
    given = pl.DataFrame(schema=dict(PINS)) if pins is None else conform(pins, PINS, name="pins")
    known = sorted({rule.attribute for rule in SURVIVORSHIP})
    for attribute in given["attribute"].unique().sort():
        if attribute not in known:
            near = get_close_matches(str(attribute), known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            message = f"pins: expected an attribute of {', '.join(known)}, found {attribute}{hint}"
            raise CustomerHubError(message)
    return (
        given.drop_nulls(["value", "attribute"])
        .join(golden.select("customer_id", "customer"), on="customer_id")
        .sort("pinned_at", "value")
        .unique(["customer", "attribute"], keep="last", maintain_order=True)
    )


def sharing(records: pl.DataFrame, crosswalk: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Give for each attribute that prefers a customer's own values how many customers give each (value, shared_by).

    Values that one customer alone gives are left out: most are.
    """
    of = records.select("record_id", *{_source(rule) for rule in _OWN}).join(
        crosswalk.select("record_id", "customer_id"), on="record_id"
    )
    return {rule.attribute: _shared(of.select("customer_id", value=_source(rule))) for rule in _OWN}


def owned() -> dict[str, str]:
    """Give the attributes whose values should be a customer's own, with the column of records that tells them."""
    return {rule.attribute: _source(rule) for rule in _OWN}


def columns_of_records() -> list[str]:
    """Give every column of records that golden values follow from."""
    columns = {column for rule in SURVIVORSHIP for column in (_source(rule), *rule.together)}
    own = ("record_id", "source_id", "first_seen_at", "versions", "happened_at", "seen_at")
    return [*own, *sorted(columns.union(_CONTEXT))]


def _shared(told: pl.DataFrame) -> pl.DataFrame:
    said = told.explode("value") if isinstance(told.schema["value"], pl.List) else told
    again = said.drop_nulls("value").filter(pl.col("value").is_duplicated())
    by_value = again.group_by("value").agg(shared_by=pl.col("customer_id").n_unique())
    return by_value.filter(pl.col("shared_by") > 1)


def _source(rule: Survival) -> str:
    return rule.source or rule.attribute


_OWN: Final = tuple({rule.attribute: rule for rule in SURVIVORSHIP if Preference.OWN in rule.prefer}.values())
"""The rules that ask how many customers give a value."""


def _candidates(
    told: pl.DataFrame, golden: pl.DataFrame, pinned: pl.DataFrame, rule: Survival, shared: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Give the values among which the rule chooses: one row for each that a record gives or a steward pinned."""
    said = told.select(
        "customer",
        "record",
        "said_at",
        *sorted({*_CONTEXT, *rule.together}),
        value=pl.col(rule.source or rule.attribute),
    )
    if rule.source:
        said = said.explode("value")
    said = said.filter(pl.col("value").is_not_null())
    said = said.with_columns(
        golden[name].gather(said["customer"]).alias(f"golden_{name}") for name in _DECIDED if name in golden.columns
    )
    if Preference.OWN in rule.prefer:
        said = said.join(shared[rule.attribute], on="value", how="left", maintain_order="left").with_columns(
            pl.col("shared_by").fill_null(1)
        )
    if rule.entity_type:
        said = said.filter(pl.col("golden_entity_type") == rule.entity_type.value)
    own = pinned.filter(pl.col("attribute") == rule.attribute)
    if rule.entity_type:
        own = own.filter(golden["entity_type"].gather(own["customer"]) == rule.entity_type.value)
    return _with_pins(said, own, rule)


def _with_pins(said: pl.DataFrame, pinned: pl.DataFrame, rule: Survival) -> pl.DataFrame:
    """Give the candidates with their customer's `pin`, and a row of its own for a pin that no record says.

    What comes with such a value is what it tells itself: an address its province, a name its sound.
    """
    dtype = said.schema["value"]
    if pinned.is_empty():
        return said.with_columns(pin=pl.lit(None, dtype))
    text = pl.col("value")
    pin = text.str.to_date("%Y-%m-%d", strict=False) if dtype == pl.Date else text
    pins = pinned.select("customer", pin=pin, said_at="pinned_at")
    if unreadable := pins["pin"].null_count():
        message = (
            f"pins of {pinned['attribute'][0]}: expected dates such as 1970-02-03, found {unreadable} other values"
        )
        raise CustomerHubError(f"{message}; correct the pins")
    unsaid = pins.join(said, left_on=["customer", "pin"], right_on=["customer", "value"], how="anti")
    unsaid = unsaid.rename({"pin": "value"}).with_columns(told_by(rule, unsaid["pin"]))
    return pl.concat([said, unsaid], how="diagonal").join(
        pins.drop("said_at"), on="customer", how="left", maintain_order="left"
    )


def _rank(candidates: pl.DataFrame, rule: Survival) -> pl.DataFrame:
    """Give each customer's distinct values, best first, each with the record that says it best and `rule`.

    `rule` names the first preference in which the value differs from the next. Most customers have one value only: it
    needs only a record, the latest of the most trusted channel, and nothing else is measured.
    """
    is_disputed = candidates.select(pl.col("value").n_unique().over("customer") > 1).to_series()
    disputed = _best_first(measure(candidates.filter(is_disputed), rule), rule.prefer)
    trusted = candidates.filter(~is_disputed).with_columns(trust(rule).alias(Preference.TRUST))
    agreed = _best_first(trusted, [Preference.TRUST])
    reasons: dict[Preference, pl.Expr] = {
        Preference.PINNED: pl.col("pin") == pl.col("value"),
        Preference.ONLY_VALUE: pl.col("customer").ne_missing(pl.col("customer").shift(-1)),
        **{each: pl.col(each).ne_missing(pl.col(each).shift(-1)) for each in rule.prefer if each != Preference.PINNED},
        Preference.FIRST_RECORD: pl.lit(value=True),
    }
    why = pl.coalesce(pl.when(holds).then(pl.lit(reason.value)) for reason, holds in reasons.items())
    only = (
        pl.when(pl.col("pin") == pl.col("value"))
        .then(pl.lit(Preference.PINNED.value))
        .otherwise(pl.lit(Preference.ONLY_VALUE.value))
    )
    columns = ("customer", "record", "said_at", "value", *rule.together, "rule")
    return pl.concat(
        [
            disputed.unique(["customer", "value"], keep="first", maintain_order=True)
            .with_columns(rule=why)
            .select(columns),
            agreed.unique("customer", keep="first", maintain_order=True).with_columns(rule=only).select(columns),
        ]
    )


def _best_first(measured: pl.DataFrame, prefer: Sequence[Preference]) -> pl.DataFrame:
    """Give the candidates by customer, the best first; of equal ones what was said last, then the smallest record."""
    return measured.sort(
        "customer",
        *prefer,
        "said_at",
        "record",
        descending=[False, *[True] * len(prefer), True, False],
        nulls_last=True,
        maintain_order=True,
    )


def _add(golden: pl.DataFrame, ranked: pl.DataFrame, winners: pl.DataFrame, rule: Survival) -> pl.DataFrame:
    """Give the customers with the attribute, what comes with it, and the list of every value if the rule keeps one."""
    values = winners.select("customer", "said_at", *rule.together, pl.col("value").alias(rule.attribute))
    if rule.every is not None:
        lists = ranked.group_by("customer", maintain_order=True).agg(
            pl.col("value").alias(rule.every), pl.col("said_at").max()
        )
        values = values.drop("said_at").join(lists, on="customer")
    updated_at = pl.max_horizontal("said_at", *(["updated_at"] if "updated_at" in golden.columns else []))
    return (
        golden.join(values, on="customer", how="left", maintain_order="left")
        .with_columns(updated_at=updated_at)
        .drop("said_at")
    )


def _origins(ranked: pl.DataFrame, winners: pl.DataFrame, rule: Survival) -> list[pl.DataFrame]:
    """Give the golden values as text, with record and rule: a frame for each column that the rule fills."""
    filled = [(winners, "value", rule.attribute), *((winners, column, column) for column in rule.together)]
    if rule.every is not None:
        is_told = pl.col("record").is_not_null()  # else a steward alone says it
        every = ranked.with_columns(
            rule=pl.when(is_told).then(pl.lit(Preference.EVERY_VALUE.value)).otherwise(pl.lit(Preference.PINNED.value))
        )
        filled.append((every, "value", rule.every))
    return [
        frame.filter(pl.col(column).is_not_null()).select(
            "customer", "record", "said_at", "rule", attribute=pl.lit(attribute), value=pl.col(column).cast(pl.String)
        )
        for frame, column, attribute in filled
        if attribute in CUSTOMERS
    ]


def _lineage(traced: pl.DataFrame, golden: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Give LINEAGE by customer and attribute; list items in the order of their list."""
    ordered = traced.sort("customer", "attribute", maintain_order=True)
    return conform(
        ordered.select(
            "attribute",
            "value",
            "rule",
            customer_id=golden["customer_id"].gather(ordered["customer"]),
            feed=told["feed"].gather(ordered["record"]).fill_null(STEWARDSHIP),
            source_id=told["source_id"].gather(ordered["record"]),
        ),
        LINEAGE,
        name="lineage",
    )
