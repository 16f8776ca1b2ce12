"""Lays published records out as a directory, by the weighers that score the pairs of a run."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl

from matching.arrays import distinct, grouped
from matching.blocks.keys import VALUE_KEY
from matching.facts.encoding import NOTHING_KNOWN, Codes, Column, Known, encode
from matching.fields.base import VALUE
from matching.fieldspec import FieldSpec
from matching.learning.ordering import ordered_by, read_in
from matching.lookup.directory import SEED, Directory, DirectoryError, Listing, Packed, Ways, signed
from matching.model import Model
from matching.policy import HUB_FIELDS
from matching.scores.commonness import Commonness, SharedKey
from matching.scores.families import has_households
from matching.scores.weigher import Weigher
from matching.single import trusted

COARSE: Final = 2_000
"""A key whose blocks hold more records than this on average finds nobody in particular."""


def lay_out(
    records: pl.DataFrame,
    crosswalk: pl.DataFrame,
    model: Model,
    spec: FieldSpec = HUB_FIELDS,
    *,
    known: Known = NOTHING_KNOWN,
) -> Directory:
    """Give the directory of published records: `records` as RECORDS, `crosswalk` with record_id and customer_id.

    `model` is the one the snapshot was made with; its plan says which keys are worth having. Values that are `known`
    are not cleaned once more.
    """
    if spec.one_per_source:
        message = "directory: expected sources that may list a customer twice; a look-up cannot tell its own source"
        raise DirectoryError(message)
    encoded = ordered_by(encode(records, spec, known=known, reading=model.reading), model)
    places = {column.name: place for place, column in enumerate(encoded.columns)}
    ordered = records.sort(spec.id)
    belongs = ordered.select(pl.col(spec.id).cast(pl.String).alias("record_id")).join(
        crosswalk.select("record_id", "customer_id"), on="record_id", how="left", maintain_order="left"
    )["customer_id"]
    if belongs.null_count():
        message = f"directory: expected a customer for every record, found none for {belongs.null_count()} of them"
        raise DirectoryError(message)
    customer_ids = belongs.unique().sort()
    customers = (belongs.rank("dense").cast(pl.Int64) - 1).to_numpy()
    entities, entity = _entities(ordered, spec)
    listings = []
    for column, fact in zip(encoded.columns, model.facts, strict=True):
        parent = places[fact.parent] if fact.parent else None
        weigher = Weigher.of(column, fact, model, encoded.columns[parent] if parent is not None else None)
        contact = places[fact.contact] if fact.contact else None
        listings.append(_listing(column, weigher, parent, contact, model))
    return Directory(
        model=model,
        listings=tuple(listings),
        record_ids=encoded.ids,
        customer_ids=customer_ids,
        customers=customers,
        members=np.argsort(customers, kind="stable").astype(np.int64),
        member_starts=_starts(customers, len(customer_ids)),
        entities=entities,
        entity=entity,
        names=signed(_names(ordered, spec).hash(SEED).zip_with(_names(ordered, spec).is_not_null(), NOTHING)),
        has_households=has_households(model),
    )


NEVER_TOLD: Final = "\0"
NOTHING: Final = pl.Series([None], dtype=pl.UInt64)


def _listing(column: Column, weigher: Weigher, parent: int | None, contact: int | None, model: Model) -> Listing:
    makers = {VALUE_KEY: lambda frame: frame[VALUE].cast(pl.String), **column.field.keys}
    planned = {
        name.partition(":")[2] or VALUE_KEY for names in model.plan for name in names if _fact(name) == column.name
    }
    wanted = {VALUE_KEY, *planned, *column.field.only_with}  # a question hides digits where no record does
    ways = [_ways(name, makers[name](column.values), column) for name in makers if name in wanted]
    only_model = _only_model(column, model)
    twin = trusted(column.field, column.values)
    return Listing(
        column=column,
        itself=column.itself,
        weigher=_for_questions(weigher, column, only_model, model),
        parent=parent,
        contact=contact,
        known_hashes=only_model.hash(SEED).to_numpy(),
        ways=tuple(way for way in ways if way.rows.size <= COARSE * max(way.hashes.size, 1)),
        twin=twin,
        packed=None if twin is None else Packed.of_values(column.values.select(twin.columns)),
    )


def _only_model(column: Column, model: Model) -> pl.Series:
    """Give the values that the model knows and no record tells any more, by hash."""
    known = model.told(column.name).select("value")
    told = column.values.select(pl.col(VALUE).cast(pl.String).alias("value"))
    missing = known.join(told, on="value", how="anti").with_columns(hash=pl.col("value").hash(SEED))
    return missing.sort("hash")["value"]


def _for_questions(weigher: Weigher, column: Column, only_model: pl.Series, model: Model) -> Weigher:
    """Give the weigher as questions need it, which may tell values that no record tells.

    It knows how common those are, too; and the keys that values share are told by hash.
    """
    values = column.values[VALUE].cast(pl.String).alias("value")
    every = pl.concat([values, only_model, pl.Series("value", [NEVER_TOLD])])
    beyond = column.field.clean(every[values.len() :]) if column.field.made_of is not None else pl.DataFrame()
    if column.order is not None:
        beyond = read_in(beyond, column.order)
    parts = pl.concat([column.field.parts(frame) for frame in (column.values, beyond)])
    shared = {}
    for level, key in weigher.shared.items():
        made = column.field.keys[column.field.levels[level].key](column.values)
        shared[level] = SharedKey(signed(made.hash(SEED).zip_with(made.is_not_null(), NOTHING)), key.rarity)
    common = Commonness.of(every, column.name, weigher.fact, model, parts)
    return replace(weigher, common=common, shared=shared)


def _fact(key: str) -> str:
    return key.partition(":")[0]


def _ways(name: str, made: pl.Series, column: Column) -> Ways:
    frame = pl.DataFrame({"code": np.arange(len(made)), "key": made})
    if isinstance(made.dtype, pl.List):
        frame = frame.explode("key")
    frame = frame.filter(pl.col("key").is_not_null())
    frame = frame.filter(pl.col("key") != "") if frame.schema["key"] == pl.String else frame
    frame = frame.select("code", hash=pl.col("key").hash(SEED)).unique().sort("code", "hash")
    hashes, keys = grouped(frame["hash"].to_numpy())
    codes = frame["code"].to_numpy()
    starts = _starts(codes, len(made))
    many = np.diff(starts)[column.codes]
    rows = np.repeat(column.rows, many)
    within = np.arange(rows.size) - np.repeat(np.cumsum(many) - many, many)
    entries = keys[np.repeat(starts[column.codes], many) + within]
    both = distinct(entries * max(column.lengths.size, 1) + rows)
    entries, rows = both // max(column.lengths.size, 1), both % max(column.lengths.size, 1)
    return Ways(name, hashes, starts, keys.astype(np.int64), _starts(entries, hashes.size), rows)


def _starts(numbers: Codes, height: int) -> Codes:
    return np.concatenate([[0], np.cumsum(np.bincount(numbers, minlength=height))]).astype(np.int64)


def _entities(records: pl.DataFrame, spec: FieldSpec) -> tuple[tuple[str, ...], Codes]:
    if spec.entity is None:
        return (), np.full(records.height, -1, dtype=np.int64)
    told = records[spec.entity].cast(pl.String)
    labels = tuple(told.drop_nulls().unique().sort().to_list())
    by_label: Mapping[str, int] = {label: place for place, label in enumerate(labels)}
    return labels, told.replace_strict(by_label, default=-1, return_dtype=pl.Int64).to_numpy()


def _names(records: pl.DataFrame, spec: FieldSpec) -> pl.Series:
    """Give what the columns say that are read by entity: the name, whatever its bearer."""
    by_entity = sorted({source.column for fact in spec.facts for source in fact.sources if source.when})
    if not by_entity:
        return pl.Series("told", [None], dtype=pl.String).new_from_index(0, records.height)
    told = records.select(pl.coalesce(pl.col(by_entity).cast(pl.String)).str.strip_chars().alias("told"))
    return told.select(pl.when(pl.col("told") != "").then("told"))["told"]
