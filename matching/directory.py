"""Every record of a snapshot laid out so that one question is answered in milliseconds.

What a run works out for all records at once (codes, keys, how common each value is) is worked out once more for the
records as they were published, and kept as arrays: a question then only looks up. Scores come from the same weighers
that score a run's pairs.
"""

import marshal
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.arrays import distinct, grouped
from matching.commonness import Commonness, SharedKey
from matching.encoding import NOTHING_KNOWN, Codes, Column, Known, Rows, encode
from matching.errors import CustomerHubError
from matching.fields.base import VALUE
from matching.fields.misread import reread
from matching.fieldspec import FieldSpec
from matching.keys import VALUE_KEY
from matching.model import Model
from matching.ordering import ordered_by, read_in
from matching.policy import HUB_FIELDS
from matching.sharing import has_households
from matching.single import Twin, trusted
from matching.weigher import Weigher

Hashes = npt.NDArray[np.uint64]

SEED: Final = 11
COARSE: Final = 2_000
"""A key whose blocks hold more records than this on average finds nobody in particular."""

APART: Final = 64
"""Values from one landmark to the next."""


class DirectoryError(CustomerHubError):
    """Records cannot be laid out for look-up, or files of a directory cannot be read."""


@dataclass(frozen=True)
class Ways:
    """One way for a question and records to meet: they share what a fact's kind makes of a value.

    `hashes` of the keys, sorted; `made[starts[c]:starts[c + 1]]` are the keys of value c as places in `hashes`;
    `rows[row_starts[k]:row_starts[k + 1]]` are the records with key k, sorted.
    """

    name: str
    hashes: Hashes
    starts: Codes
    made: Codes
    row_starts: Codes
    rows: Rows

    def of_value(self, code: int) -> Sequence[int]:
        """Give the keys of a value that some record tells."""
        return self.made[self.starts[code] : self.starts[code + 1]].tolist()  # type: ignore[no-any-return]

    def of_hashes(self, hashes: Sequence[int]) -> Sequence[int]:
        """Give those of a new value's keys that some record has."""
        return [place for key in hashes if (place := self.place(key)) is not None]

    def place(self, key: int) -> int | None:
        """Give the place of a hash, None if no record has it."""
        place = int(np.searchsorted(self.hashes, np.uint64(key)))
        return place if place < self.hashes.size and int(self.hashes[place]) == key else None

    def block(self, key: int) -> Rows:
        """Give the records with a key."""
        return self.rows[self.row_starts[key] : self.row_starts[key + 1]]


@dataclass(frozen=True)
class Packed:
    """The parts of each value that a twin compares, those of one value side by side: `blob[starts[c]:starts[c + 1]]`.

    A frame has each part in a column of its own, so that one value's parts are fetched from as many corners of memory.
    """

    blob: npt.NDArray[np.uint8]
    starts: Codes

    @classmethod
    def of_values(cls, values: pl.DataFrame) -> "Packed":
        """Pack the rows of a frame."""
        pieces = [marshal.dumps(row) for row in values.iter_rows()]
        starts = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])]).astype(np.int64)
        return cls(np.frombuffer(b"".join(pieces), dtype=np.uint8), starts)

    def of(self, codes: Sequence[int]) -> list[tuple[Any, ...]]:
        """Give the parts of some values."""
        wanted, blob = np.array(codes, dtype=np.int64), memoryview(self.blob.data)
        ends = zip(self.starts[wanted].tolist(), self.starts[wanted + 1].tolist(), strict=True)
        return [
            marshal.loads(blob[start:end])  # noqa: S302 -- written by `of_values`, as private as the snapshot
            for start, end in ends
        ]


@dataclass(frozen=True)
class Listing:
    """One fact of every record: its values, how common they are, and the ways that lead from values to records."""

    column: Column
    itself: npt.NDArray[np.int8]
    weigher: Weigher  # knows values beyond the column's: those only the model knows, then one that nobody ever told
    parent: int | None
    contact: int | None
    known_hashes: Hashes  # of the values that only the model knows, sorted
    ways: tuple[Ways, ...]
    twin: Twin | None
    packed: Packed | None  # what the twin compares, None without one

    @property
    def name(self) -> str:
        """The fact's name."""
        return self.column.name

    def unheard(self, value: str) -> int:
        """Give the code under which the weigher knows a value that no record tells."""
        key = hashed(value)
        place = int(np.searchsorted(self.known_hashes, np.uint64(key)))
        known = place < self.known_hashes.size and int(self.known_hashes[place]) == key
        return self.column.values.height + (place if known else int(self.known_hashes.size))

    @cached_property
    def texts(self) -> pl.Series:
        """The values, in their order."""
        return self.column.values[VALUE]

    @cached_property
    def _landmarks(self) -> list[str]:
        """Every so many of the values, at hand: with them a value is found in few steps through the others."""
        return self.texts.gather_every(APART).to_list()

    def lay_ready(self) -> None:
        """Work out now what questions would else work out while whoever asks first waits."""
        column = self.column
        reread("é")  # whose patterns take a tenth of a second to prepare
        _ = self._landmarks, column.lengths, column.shared, column.in_chinese

    def place(self, value: str) -> int:
        """Give where a value stands, or would stand, among the values."""
        after = bisect_left(self._landmarks, value)
        return bisect_left(self.texts, value, max(after - 1, 0) * APART, min(after * APART, len(self.texts)))

    def find(self, value: str) -> int | None:
        """Give the code of a clean value, None if no record tells it."""
        code = self.place(value)
        return code if code < len(self.texts) and self.texts[code] == value else None


@dataclass(frozen=True)
class Directory:
    """All that questions are answered from. Records are numbered by the rank of their id, customers likewise."""

    model: Model
    listings: tuple[Listing, ...]
    record_ids: pl.Series
    customer_ids: pl.Series
    customers: Codes  # of each record
    members: Rows  # records by customer, then record
    member_starts: Codes
    entities: tuple[str, ...]
    entity: Codes  # of each record, −1 where unknown
    names: Codes  # of each record a number for its name, −1 where it has none
    has_households: bool  # several people live in a home (`sharing`)

    @property
    def height(self) -> int:
        """How many records there are."""
        return len(self.record_ids)

    def listing(self, fact: str) -> Listing:
        """Give a fact's listing."""
        return self._by_name[fact]

    @cached_property
    def _by_name(self) -> Mapping[str, Listing]:
        return {listing.name: listing for listing in self.listings}

    def records_of(self, customers: Codes, *, most: int) -> tuple[Rows, Codes]:
        """Give the first records of some customers, one customer's after another's, and where each customer's begin."""
        begins = self.member_starts[customers]
        many = np.minimum(self.member_starts[customers + 1] - begins, most)
        starts = np.concatenate([[0], np.cumsum(many)])
        return self.members[np.repeat(begins - starts[:-1], many) + np.arange(starts[-1])], starts


@lru_cache(maxsize=50_000)
def hashed(text: str) -> int:
    """Give the number that stands for a text in a directory."""
    return int(pl.Series([text]).to_frame().hash_rows(SEED)[0])  # a third of what `Series.hash` takes for one


def hashes_of(keys: pl.Series) -> Sequence[int]:
    """Give the hashes of a value's keys: one, or a list of them."""
    said = keys.explode(empty_as_null=True) if isinstance(keys.dtype, pl.List) else keys
    return said.drop_nulls().hash(SEED).to_list()


def signed(hashes: pl.Series) -> Codes:
    """Give hashes as numbers of 0 and more, −1 for what is missing."""
    return (hashes // 2).cast(pl.Int64).fill_null(-1).to_numpy()


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
    encoded = ordered_by(encode(records, spec, known=known), model)
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
    ways = [_ways(name, makers[name](column.values), column) for name in makers if name in planned | {VALUE_KEY}]
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
