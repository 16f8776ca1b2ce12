"""What a snapshot holds: its tables and views in the order they are built, and the frames they are built from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

from matching.customers.contacts import CONTACTS
from matching.frames import (
    CROSSWALK,
    CUSTOMERS,
    EXTRACTS,
    FINDINGS,
    HOUSEHOLDS,
    LANDED,
    LINEAGE,
    PAIRS,
    QUALITY_RESULTS,
    QUESTIONS,
    RECORDS,
    REDIRECTS,
    REJECTS,
    STRATA,
    Schema,
)

JUDGEMENTS: Final[Schema] = {
    "record_id_l": pl.String,  # record_id_l < record_id_r
    "record_id_r": pl.String,
    "verdict": pl.String,  # Judgement
    "who": pl.String,
    "at": pl.Datetime("us"),  # UTC
    "reason": pl.String,
}
"""Grain: a pair of records on which a steward has spoken; his last word on it."""

ANSWERED: Final[Schema] = {
    "item_id": pl.String,
    "kind": pl.String,  # ItemKind
    "record_ids": pl.List(pl.String),  # those that were shown
}
"""Grain: a question that a steward has answered, whether it takes effect yet or waits for a second steward."""

RUN: Final[Schema] = {
    "run_id": pl.String,
    "started_at": pl.Datetime("us"),
    "finished_at": pl.Datetime("us"),
    "kept_since": pl.Datetime("us"),
    "manifest": pl.String,
}


@dataclass(frozen=True)
class Told:
    """A frame that is read as far as it is needed: its keys beside a `print` of each row, and how rows are had whole.

    `whole` gives the rows of some of `prints`. Where all are read part by part, a part has one value of `by`, which the
    order of the rows does not mix, or some number of rows.
    """

    prints: pl.DataFrame
    whole: Callable[[pl.DataFrame], pl.DataFrame]
    by: str | None = None


Frame = pl.DataFrame | Told
"""A frame, or one that is read as far as it is needed."""


def collected(frame: Frame) -> pl.DataFrame:
    """Give a frame with all that it says."""
    return frame.whole(frame.prints) if isinstance(frame, Told) else frame


def height(frame: Frame) -> int:
    """Give how many rows a frame has."""
    return frame.prints.height if isinstance(frame, Told) else frame.height


@dataclass(frozen=True)
class Given:
    """A frame that a snapshot is built from; SQL sees it as `given_<name>`, its rows in `order`.

    A frame that is not required may be left out.
    """

    name: str
    schema: Schema
    order: tuple[str, ...]
    required: bool = True


GIVEN: Final[tuple[Given, ...]] = (
    Given("customers", CUSTOMERS, ("customer_id",)),
    Given("crosswalk", CROSSWALK, ("record_id", "customer_id")),
    Given("lineage", LINEAGE, ("customer_id", "attribute", "value", "feed", "source_id")),
    Given("records", RECORDS, ("record_id",)),
    Given("record_versions", LANDED, ("record_id", "seen_at", "extract", "line")),
    Given("pairs", PAIRS, ("record_id_l", "record_id_r")),
    Given("rejects", REJECTS, ("feed", "extract", "extract_id", "line", "rule")),
    Given("findings", FINDINGS, ("feed", "extract", "extract_id", "line", "rule", "reason")),
    Given("extracts", EXTRACTS, ("feed", "delivered_on", "extract", "extract_id")),
    Given("customer_redirects", REDIRECTS, ("customer_id",)),
    Given("quality_results", QUALITY_RESULTS, ("subject", "check"), required=False),
    Given("households", HOUSEHOLDS, ("household_id", "customer_id"), required=False),
    Given("questions", QUESTIONS, ("reason", "cluster", "record_id_l", "record_id_r", "score"), required=False),
    Given("strata", STRATA, ("feed", "stratum"), required=False),
    Given("judgements", JUDGEMENTS, ("record_id_l", "record_id_r"), required=False),
    Given("answered", ANSWERED, ("item_id",), required=False),
    Given("contacts", CONTACTS, ("contact",), required=False),
)


def order_of(name: str) -> tuple[str, ...]:
    """Give the order of a given frame's rows."""
    return next(given.order for given in GIVEN if given.name == name)


@dataclass(frozen=True)
class Published:
    """One file of `warehouse/sql`: a table with its contents, or views and macros. `remembers` marks history tables."""

    name: str
    remembers: bool = False
    is_table: bool = True


PUBLISHED: Final[tuple[Published, ...]] = (
    Published("runs", remembers=True),
    Published("extracts"),
    Published("records"),
    Published("record_versions"),
    Published("rejects"),
    Published("findings"),
    Published("pairs"),
    Published("customers"),
    Published("crosswalk"),
    Published("lineage"),
    Published("quality_results"),
    Published("subscriptions"),
    Published("interactions"),
    Published("households"),
    Published("segments"),
    Published("why_asked", is_table=False),
    Published("review_queue"),
    Published("strata"),
    Published("samples"),
    Published("customer_history", remembers=True),
    Published("crosswalk_history", remembers=True),
    Published("customer_redirects", remembers=True),
    Published("customer_360", is_table=False),
    Published("channel_overlap", is_table=False),
    Published("neglected_customers", is_table=False),
    Published("service_quality", is_table=False),
    Published("feed_quality", is_table=False),
    Published("macros", is_table=False),
)
"""In this order: what comes later may read what comes before. Tables that remember start from those of the snapshot
in force, which SQL sees as the database `previous`."""
