"""Rows become numbers once: every fact is a dictionary of distinct clean values and, for each record, their codes.

From here on two records agree where two integers are equal, and only distinct unequal values are ever compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.arrays import distinct, grouped, in_order
from matching.facts.composing import apart, composed
from matching.facts.gathering import gathered, gathered_as
from matching.facts.misplacing import put_right
from matching.facts.reading import Records, read
from matching.facts.repeating import repeats, without
from matching.fields import FIELDS
from matching.fields.base import VALUE, Field
from matching.fields.misread import readable
from matching.fields.writing import HAN
from matching.fieldspec import Fact, FieldSpec, FieldSpecError, Reading, Source
from matching.side_by_side import at_once, both_at_once
from matching.words import Kind

RANK: Final = " rank"
"""A column beside a kind's own, by a name that no kind uses."""

IN_CHINESE: Final = "is_chinese"
"""The column in which kinds tell scripts apart."""

PIECE: Final = 100_000
"""Distinct values that are cleaned at a time."""

Known = Mapping[str, pl.DataFrame]
"""By fact, values that were cleaned before by this very program and are clean as they come, with their parts."""
NOTHING_KNOWN: Final[Known] = MappingProxyType({})
Codes = npt.NDArray[np.signedinteger[Any]]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Column:
    """A fact of every record: `codes[starts[i]:starts[i + 1]]` are record i's values, rows of `values`."""

    fact: Fact
    field: Field
    values: pl.DataFrame
    starts: Codes
    codes: Codes
    plain: npt.NDArray[np.bool_] | None = None  # which values stand as they were told, parts and all; None: unknown
    order: pl.DataFrame | None = None  # what the table tells of how values are written (`ordering`), None: nothing

    @property
    def name(self) -> str:
        """The fact's name."""
        return self.fact.name

    @cached_property
    def counts(self) -> Rows:
        """How many records have each value."""
        return np.bincount(self.codes, minlength=self.values.height)

    @cached_property
    def lengths(self) -> Codes:
        """How many values each record has, as small numbers as hold that."""
        lengths = np.diff(self.starts)
        return lengths.astype(np.min_scalar_type(-1 - int(lengths.max(initial=0))))

    @cached_property
    def single(self) -> Codes | None:
        """Each record's one code, −1 where it has none; None if any record has several."""
        if self.lengths.size and self.lengths.max() > 1:
            return None
        codes = np.full(self.lengths.size, -1, dtype=np.int32)
        codes[self.lengths == 1] = self.codes
        return codes

    @cached_property
    def itself(self) -> npt.NDArray[np.int8]:
        """The level at which each value agrees with itself."""
        if self.field.itself is None:
            return np.zeros(self.values.height, dtype=np.int8)
        return self.field.itself(self.values).cast(pl.Int8).to_numpy()

    @cached_property
    def shared(self) -> npt.NDArray[np.bool_] | None:
        """Which values a household shares, None if the kind has no such values beside others."""
        if self.field.shared is None:
            return None
        return self.field.shared(self.values).fill_null(False).to_numpy()

    @cached_property
    def in_chinese(self) -> npt.NDArray[np.bool_] | None:
        """Which names are written in Chinese characters, None of other kinds."""
        if self.fact.kind == Kind.GIVEN_NAME:
            return self.values[VALUE].str.contains(HAN).fill_null(False).to_numpy()
        if IN_CHINESE not in self.values.columns:
            return None
        return self.values[IN_CHINESE].fill_null(False).to_numpy()

    @cached_property
    def in_short(self) -> npt.NDArray[np.bool_] | None:
        """Which names have a surname and a given name of one Chinese character each, None of kinds without names."""
        if IN_CHINESE not in self.values.columns:
            return None
        return (self.values[IN_CHINESE] & (self.values[VALUE].str.len_chars() == 2)).fill_null(False).to_numpy()

    @property
    def rows(self) -> Rows:
        """The record of each entry of `codes`."""
        return np.repeat(np.arange(self.lengths.size), self.lengths)


@dataclass(frozen=True)
class Encoded:
    """All records as codes; a record's number is the rank of its id, so the order of rows plays no part."""

    ids: pl.Series
    columns: tuple[Column, ...]
    source: Codes | None  # by record, −1 where unknown; None unless a source lists a customer once
    entity: Codes | None  # by record, −1 where unknown
    entity_name: Codes | None  # by record, what the columns say that are read by entity: the name, whatever its bearer
    relatives: frozenset[str] = frozenset()  # the facts known to be a relative's name
    repeats: frozenset[str] = frozenset()  # the facts that are not read, for they repeat others

    @property
    def height(self) -> int:
        """How many records there are."""
        return len(self.ids)

    @property
    def lots(self) -> npt.NDArray[np.uint64]:
        """A number for each record that is its own in every table."""
        return lots(self.ids)


def lots(ids: pl.Series) -> npt.NDArray[np.uint64]:
    """Give a number for each record that follows from its id alone."""
    return ids.hash(seed=11).to_numpy()


def encode(
    records: Records,
    spec: FieldSpec,
    *,
    registry: Mapping[Kind, Field] = FIELDS,
    known: Known = NOTHING_KNOWN,
    reading: Reading | None = None,
) -> Encoded:
    """Give the records as codes, each distinct value cleaned once by its kind, unless it is `known`.

    `reading` is how a model's table was read; without a model the table tells which of its columns are one fact, and
    some that are a relative's name.

    Records that are not read yet are read here, and not held once they are codes. A missing column, an id that is
    missing or twice, and a kind without a field are `FieldSpecError`s.
    """
    told = read(records, spec)
    _check(told, spec, registry)
    if reading is None:
        _check_entities(told, spec)
    told = put_right(told, spec)
    repeated = repeats(told, spec) if reading is None else reading.repeats
    spec = without(spec, repeated)
    spec = gathered(told, spec) if reading is None else gathered_as(spec, reading.facts)
    relatives = apart(told, spec) if reading is None else reading.relatives
    told, spec = composed(told, spec, relatives)
    told = told.select(spec.columns).with_columns(pl.col(spec.id).cast(pl.String)).sort(spec.id)
    require_once(told[spec.id])
    columns, (source, entity, entity_name) = both_at_once(
        lambda: at_once(
            lambda fact: _column(told, fact, registry[fact.kind], spec.entity, known.get(fact.name)),
            spec.facts,
            size=lambda fact: int(sum(told[source.column].estimated_size() for source in fact.sources)),
        ),
        lambda: (
            _labels(told, spec.source) if spec.one_per_source else None,
            _labels(told, spec.entity),
            _entity_names(told, spec),
        ),
    )
    return Encoded(
        ids=told[spec.id],
        columns=tuple(columns),
        source=source,
        entity=entity,
        entity_name=entity_name,
        relatives=relatives,
        repeats=repeated,
    )


def _check(records: pl.DataFrame, spec: FieldSpec, registry: Mapping[Kind, Field]) -> None:
    for fact in spec.facts:
        if fact.kind not in registry:
            raise FieldSpecError(f"fields: {fact.name}: nothing is known of the kind {fact.kind!r}")
    ids = records[spec.id]
    if ids.null_count():
        raise FieldSpecError(f"records: expected an id in every row, found {ids.null_count()} rows without {spec.id!r}")


def _check_entities(records: pl.DataFrame, spec: FieldSpec) -> None:
    """Check that some column speaks for what the entity column says: none does where either writes other words."""
    awaited = {source.when for fact in spec.facts for source in fact.sources if source.when is not None}
    if spec.entity is None or not awaited:
        return
    said = set(records[spec.entity].cast(pl.String).drop_nulls().unique())
    if said and said.isdisjoint(awaited):
        raise FieldSpecError(
            f"fields: when: expected a word that stands in {spec.entity!r}, found "
            f"{' and '.join(map(repr, sorted(awaited)))}, which no record has there; write it as that column does"
        )


def require_once(ids: pl.Series) -> None:
    """Check that no id, of sorted ones, is there twice."""
    twice = int((ids[1:] == ids[:-1]).sum())
    if twice:
        raise FieldSpecError(
            f"records: expected every {ids.name!r} once, found {twice} rows whose id another row has; "
            "keep one row per record"
        )


def _labels(records: pl.DataFrame, column: str | None) -> Codes | None:
    if column is None:
        return None
    ranks = records[column].cast(pl.String).rank("dense").cast(pl.Int64) - 1
    return ranks.fill_null(-1).to_numpy()


def _entity_names(records: pl.DataFrame, spec: FieldSpec) -> Codes | None:
    by_entity = sorted({source.column for fact in spec.facts for source in fact.sources if source.when})
    if spec.entity is None or not by_entity:
        return None
    told = records.select(pl.coalesce(pl.col(by_entity).cast(pl.String)).str.strip_chars().alias("told"))["told"]
    numbers = (told.hash(seed=7).to_numpy() >> np.uint64(1)).astype(np.int64)
    numbers[(told.is_null() | (told == "")).to_numpy()] = -1
    return numbers


def _column(records: pl.DataFrame, fact: Fact, field: Field, entity: str | None, known: pl.DataFrame | None) -> Column:
    parts = [_told(records, source, entity) for source in fact.sources]
    told = parts[0] if len(parts) == 1 else pl.concat(parts)
    raw, place = _ranked(told["raw"])
    cleaned = _cleaned(raw, field, known)
    values, code_of, first = _coded(cleaned)
    plain = (raw == cleaned[VALUE].cast(pl.String)).fill_null(False).to_numpy()[first]
    codes = code_of[place] if place.size else place
    rows = told["row"].to_numpy()[codes >= 0]
    codes = codes[codes >= 0]
    if len(parts) > 1 or isinstance(records.schema[fact.sources[0].column], pl.List):
        both = distinct(rows * max(values.height, 1) + codes)
        rows, codes = both // max(values.height, 1), both % max(values.height, 1)
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=records.height))]).astype(np.int32)
    return Column(fact, field, values, starts, codes.astype(np.int32), plain)


def _ranked(told: pl.Series) -> tuple[pl.Series, Rows]:
    """Give the distinct texts in their order, and by row the place of its own among them.

    Texts are told apart by a hash, for numbers are sorted sooner than texts are looked up. Should two of them share
    one, which shows, another is taken.
    """
    seed = 0
    while True:
        hashes, of_hash = grouped(_hashed(told, seed))
        row = np.empty(hashes.size, dtype=np.int64)
        row[of_hash] = np.arange(of_hash.size)
        texts = told.gather(row).sort()
        places = in_order(_hashed(texts, seed)).take(of_hash)
        if (texts.gather(places) == told).all():
            return texts, places
        seed += 1


def _hashed(texts: pl.Series, seed: int) -> npt.NDArray[np.uint64]:
    return texts.hash(seed=seed).to_numpy()


def _cleaned(raw: pl.Series, field: Field, known: pl.DataFrame | None = None) -> pl.DataFrame:
    """Give the values cleaned, many of them in pieces: on every core, and what cleaning needs in between is little."""
    if known is not None and field.by_value:
        place = known.select(pl.col(VALUE), pl.int_range(pl.len(), dtype=pl.Int64).alias(RANK))
        place = raw.alias(VALUE).to_frame().join(place, on=VALUE, how="left", maintain_order="left")
        is_fresh = place[RANK].is_null()
        stands = np.argsort(is_fresh.to_numpy(), kind="stable")  # each row of `both` among the texts
        both = pl.concat([known[place[RANK].drop_nulls()], _cleaned(raw.filter(is_fresh), field)], rechunk=True)
        ordered: pl.DataFrame = both[np.argsort(stands)]
        return ordered
    raw = readable(raw)
    if not field.by_value or len(raw) <= PIECE:
        return field.clean(raw)
    pieces = [raw[at : at + PIECE] for at in range(0, len(raw), PIECE)]
    return pl.concat(at_once(field.clean, pieces), rechunk=True)


def _coded(cleaned: pl.DataFrame) -> tuple[pl.DataFrame, Rows, Rows]:
    """Give the distinct values in their order, by row the code of its value (−1: it says nothing), each value's row.

    Of rows of one value the first gives the parts. Values that are clean as they come are in order already.
    """
    said = cleaned.select(VALUE, pl.int_range(pl.len(), dtype=pl.Int64).alias(RANK))
    said = said.filter(pl.col(VALUE).is_not_null()).sort(VALUE, maintain_order=True)
    codes = said[VALUE].rle_id().cast(pl.Int64).to_numpy()
    rows = said[RANK].to_numpy()
    code_of = np.full(max(cleaned.height, 1), -1, dtype=np.int64)
    code_of[rows] = codes
    first = rows[np.diff(codes, prepend=-1) != 0]
    values = cleaned if first.size == cleaned.height and (np.diff(first) > 0).all() else cleaned[first]
    return values, code_of, first


def _told(records: pl.DataFrame, source: Source, entity: str | None) -> pl.DataFrame:
    """Give (row, raw): every non-empty value that the column tells."""
    frame = records.select(pl.int_range(pl.len(), dtype=pl.Int64).alias("row"), pl.col(source.column).alias("raw"))
    if source.when is not None and entity is not None:
        frame = frame.filter(records[entity].cast(pl.String) == source.when)
    if isinstance(frame.schema["raw"], pl.List):
        frame = frame.explode("raw")
    raw = pl.col("raw").cast(pl.String).str.strip_chars()
    return frame.select("row", raw).filter(pl.col("raw") != "")
