"""What a table's columns hold: the one thing matching must be told about it, read from FIELDS.toml or built in code."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matching.errors import CustomerHubError
from matching.words import Kind

TOP_LEVEL = ("id", "source", "one_per_source", "entity", "fields")
PER_FIELD = ("kind", "alternative_to", "column", "when")


class FieldSpecError(CustomerHubError):
    """A FIELDS.toml, or the table beside it, that cannot be understood; says which column and what was expected."""


@dataclass(frozen=True)
class Source:
    """A column that tells values of a fact, and the records for which it does.

    `when` is an entity type: the column speaks only on records whose entity column says so.
    """

    column: str
    when: str | None = None


@dataclass(frozen=True)
class Fact:
    """One thing told of a customer, of one kind, by one column or by several that are alternatives of one another."""

    name: str
    kind: Kind
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class FieldSpec:
    """Which column is the record's id, which its source, and which columns tell which facts of which kinds.

    `one_per_source`: a source lists a customer at most once, so two of its records are never one customer.
    `entity`: a column that tells persons from organisations; records that differ in it are one customer only when
    everything else says that the type was mistaken.
    """

    id: str
    facts: tuple[Fact, ...]
    source: str | None = None
    one_per_source: bool = False
    entity: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the table that matching reads."""
        told = [source.column for fact in self.facts for source in fact.sources]
        return tuple(dict.fromkeys([self.id, *filter(None, (self.source, self.entity)), *told]))


@dataclass(frozen=True)
class Reading:
    """How a model's table was read, which the table alone tells: its facts, and which of them are a relative's name.

    `repeats`: the facts that were not read, for they repeat others.
    """

    facts: frozenset[str]
    relatives: frozenset[str] = frozenset()
    repeats: frozenset[str] = frozenset()


def load_fields(path: Path | str) -> FieldSpec:
    """Give the specification that a FIELDS.toml holds; a `FieldSpecError` names the line's key and the nearest word."""
    path = Path(path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        message = f"{path}: expected a readable FIELDS.toml, found {error.strerror}; check the path"
        raise FieldSpecError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = (
            f"{path}: expected TOML text in UTF-8, found {error}; mend the file there (a column's name of more than "
            'English letters, digits, _ and - stands in quotes: "客户名称" = "person_name")'
        )
        raise FieldSpecError(message) from error
    return read_fields(content, where=str(path))


def read_fields(content: Mapping[str, Any], *, where: str = "fields") -> FieldSpec:
    """Give the specification that a mapping of the shape of FIELDS.toml says."""
    for key in content:
        if key not in TOP_LEVEL:
            raise FieldSpecError(f"{where}: unknown key {key!r}{nearest(key, TOP_LEVEL)}")
    identity = content.get("id")
    if not isinstance(identity, str):
        raise FieldSpecError(f'{where}: expected id = "COLUMN" naming the column of record ids, found {identity!r}')
    fields = content.get("fields")
    if not isinstance(fields, Mapping) or not fields:
        raise FieldSpecError(f'{where}: expected a table [fields] with at least one line column = "kind"')
    source, entity = (_column(content, key, where) for key in ("source", "entity"))
    one_per_source = content.get("one_per_source", False)
    if not isinstance(one_per_source, bool):
        raise FieldSpecError(f"{where}: expected one_per_source = true or false, found {one_per_source!r}")
    if one_per_source and source is None:
        raise FieldSpecError(f'{where}: one_per_source needs source = "COLUMN" at the top of the file')
    told = {name: _entry(name, entry, where) for name, entry in fields.items()}
    return FieldSpec(
        id=identity,
        facts=_facts(told, entity, where),
        source=source,
        one_per_source=one_per_source,
        entity=entity,
    )


def _column(content: Mapping[str, Any], key: str, where: str) -> str | None:
    column = content.get(key)
    if column is not None and not isinstance(column, str):
        raise FieldSpecError(f'{where}: expected {key} = "COLUMN" naming one column, found {column!r}')
    return column


def nearest(word: str, known: Iterable[str]) -> str:
    """Give "; did you mean …?" for the nearest known word, else the list of known words."""
    known = [str(each) for each in known]
    close = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else f"; expected one of {', '.join(known)}"


def _entry(name: str, entry: object, where: str) -> dict[str, str]:
    told = {"kind": entry} if isinstance(entry, str) else entry
    if not isinstance(told, Mapping):
        raise FieldSpecError(f'{where}: {name}: expected "kind" or {{ kind = "…" }}, found {entry!r}')
    for key in told:
        if key not in PER_FIELD:
            raise FieldSpecError(f"{where}: {name}: unknown key {key!r}{nearest(key, PER_FIELD)}")
    kind = told.get("kind")
    if kind not in list(Kind):
        raise FieldSpecError(f"{where}: {name}: unknown kind {kind!r}{nearest(str(kind), list(Kind))}")
    for key, value in told.items():
        if not isinstance(value, str):
            raise FieldSpecError(f"{where}: {name}: expected one text for {key}, found {value!r}")
    return dict(told)


def _facts(told: Mapping[str, Mapping[str, str]], entity: str | None, where: str) -> tuple[Fact, ...]:
    facts: dict[str, list[Source]] = {}
    for name, entry in told.items():
        main = entry.get("alternative_to", name)
        if main not in told or "alternative_to" in told[main]:
            first = [other for other, its in told.items() if "alternative_to" not in its]
            raise FieldSpecError(
                f"{where}: {name}: alternative_to names no field of its own, {main!r}{nearest(main, first)}"
            )
        if told[main]["kind"] != entry["kind"]:
            raise FieldSpecError(
                f"{where}: {name}: expected the kind of the field it is an alternative to, {told[main]['kind']!r}, "
                f"found {entry['kind']!r}"
            )
        if "when" in entry and entity is None:
            raise FieldSpecError(f'{where}: {name}: "when" needs entity = "COLUMN" at the top of the file')
        facts.setdefault(main, []).append(Source(entry.get("column", name), entry.get("when")))
    return tuple(
        Fact(name, Kind(told[name]["kind"]), tuple(sorted(sources, key=lambda s: (s.column, s.when or ""))))
        for name, sources in sorted(
            facts.items(), key=lambda item: (list(Kind).index(Kind(told[item[0]]["kind"])), item[0])
        )
    )
