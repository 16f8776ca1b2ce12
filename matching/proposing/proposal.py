"""A table → the FIELDS.toml that a person would write for it, with a reason for every column."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from matching.facts.reading import Records, taken_in
from matching.fieldspec import FieldSpecError
from matching.proposing.headers import is_another, kinds_of, words_of
from matching.proposing.looks import DIALLED, looks, mean, share
from matching.words import Kind

ROWS: Final = 50_000
"""Rows that are looked at."""
FITS: Final[Mapping[Kind, float]] = {
    Kind.PERSON_NAME: 0.6,
    Kind.GIVEN_NAME: 0.6,
    Kind.FAMILY_NAME: 0.6,
    Kind.ORGANISATION_NAME: 0.05,
    Kind.BIRTH_DATE: 0.5,
    Kind.BIRTH_YEAR: 0.8,
    Kind.BIRTH_MONTH: 0.8,
    Kind.BIRTH_DAY: 0.8,
    Kind.GENDER: 0.4,
    Kind.PHONE: 0.5,
    Kind.EMAIL: 0.5,
    Kind.ID_NUMBER: 0.4,
    Kind.ADDRESS: 0.3,
    Kind.HOUSE_NUMBER: 0.5,
    Kind.STREET: 0.5,
    Kind.POSTCODE: 0.5,
    Kind.PLACE: 0.5,
    Kind.CATEGORY: 0.0,
    Kind.TEXT: 0.0,
}
"""Which share of its values must look like a kind for a column's name to be believed."""
OF_FIRMS: Final = 0.2
"""Which share of names has firms' words in it where they are firms' names: of 70 lists of persons of thirty countries
none had a twentieth, of 60 lists of firms all but four had a fifth."""
FEW: Final = 60
"""Different values that a category has at most, where the column's name says nothing."""
ID: Final = "id"
SOURCE: Final = "source"
NO_FACT: Final = "-"
DELETE: Final = "\x7f"
"""A control character that TOML wants escaped."""


@dataclass(frozen=True)
class Proposed:
    """What a column is taken for (None: for nothing that tells customers apart) and why."""

    column: str
    kind: Kind | None
    why: str
    alternative_to: str = ""


@dataclass(frozen=True)
class Proposal:
    """What a FIELDS.toml for a table would say."""

    id: str
    source: str
    columns: tuple[Proposed, ...]

    def toml(self) -> str:
        """Give it as a FIELDS.toml; what is left out stands in it as a comment."""
        width = max((len(_line(one)) for one in self.columns if one.kind), default=0)
        lines = [f"id = {as_toml(self.id)}"]
        lines += [f"source = {as_toml(self.source)}"] if self.source else []
        lines += ["", "[fields]"]
        lines += [f"{_line(one).ljust(width)}  # {one.why}" for one in self.columns if one.kind]
        lines += [f"# {as_toml(one.column)} is left out: {one.why}" for one in self.columns if not one.kind]
        return "\n".join(lines) + "\n"


def propose(records: Records) -> Proposal:
    """Say of what kind each column of a table is, by its name and by what its first 50,000 values look like.

    It is for a person to read: what nothing tells (whether two records of one source may be one customer) is not in it.
    A table in which no column names the record is a `FieldSpecError`.
    """
    table = taken_in(records).lazy().head(ROWS).collect()
    table = table.select(pl.col(name).cast(pl.String) for name, kind in table.schema.items() if not kind.is_nested())
    identity = _identity(table)
    source = _source(table, identity)
    columns = [_column(table[name]) for name in table.columns if name not in {identity, source}]
    return Proposal(identity, source, tuple(_with_alternatives(columns)))


def _identity(table: pl.DataFrame) -> str:
    """Give the column that names the record: another value in every row; one that is called so before any other."""
    own = [name for name in table.columns if table[name].null_count() == 0 and table[name].n_unique() == table.height]
    if not own or not table.height:
        raise FieldSpecError(
            f"records: expected a column with another value in every row, which names the record, found none in "
            f"{table.height:,} rows; add one, a row number for example"
        )
    called = [name for name in own if ID in kinds_of(name)]
    unnamed = [name for name in own if not kinds_of(name)]
    return (called or unnamed or own)[0]


def _source(table: pl.DataFrame, identity: str) -> str:
    """Give the column that says which system a record is from, empty where there is none."""
    for name in table.columns:
        if name != identity and SOURCE in kinds_of(name) and 1 < table[name].n_unique() <= FEW:
            return name
    return ""


def _column(values: pl.Series) -> Proposed:
    told = values.str.strip_chars()
    told = told.filter((told != "").fill_null(value=False))
    different = told.n_unique()
    if different < 2:
        return Proposed(values.name, None, "it is empty" if not different else "it says the same in every row")
    shares = looks(told)
    named = kinds_of(values.name)
    for word in named:
        if word == NO_FACT:
            return Proposed(values.name, None, "its name is that of no lasting fact of a customer")
        if word == SOURCE:
            return Proposed(values.name, None, "its name is that of where a record is from")
        if word == ID:
            continue
        kind = _which(Kind(word), shares)
        if shares[kind] >= FITS[kind]:
            return Proposed(values.name, kind, f"by its name; {shares[kind]:.0%} of the values look like it")
    guessed, why = kind_by_values(told, shares)
    if named and guessed is not None:
        why = f"{why}, though it is called otherwise"
    return Proposed(values.name, guessed, why)


def _which(kind: Kind, shares: Mapping[Kind, float]) -> Kind:
    """Give the kind itself, or the one that a name's values decide for: whose name, and how much of an address."""
    if kind is Kind.PERSON_NAME and shares[Kind.ORGANISATION_NAME] >= OF_FIRMS:
        return Kind.ORGANISATION_NAME
    if kind is Kind.STREET and shares[Kind.ADDRESS] >= 0.5:
        return Kind.ADDRESS
    if kind is Kind.ADDRESS and shares[Kind.ADDRESS] < 0.3 <= shares[Kind.STREET]:
        return Kind.STREET
    return kind


def kind_by_values(told: pl.Series, shares: Mapping[Kind, float]) -> tuple[Kind | None, str]:
    """Say of what kind a column is whose name tells nothing, by its values that tell something, and why."""
    different = told.n_unique()
    words = mean(told.str.count_matches(r"\S+"))
    spread = different / told.len()
    dialled = share(told, DIALLED)
    chances = (
        (Kind.EMAIL, shares[Kind.EMAIL] >= 0.6),
        (Kind.GENDER, shares[Kind.GENDER] >= 0.9 and different <= 8 and shares[Kind.BIRTH_DAY] < 0.5),
        (Kind.PHONE, shares[Kind.PHONE] >= 0.7 and dialled >= 0.5 and spread > 0.1),
        (Kind.BIRTH_DATE, shares[Kind.BIRTH_DATE] >= 0.7 and spans_generations(told)),
        (Kind.ORGANISATION_NAME, shares[Kind.ORGANISATION_NAME] >= OF_FIRMS and different > FEW),
        (Kind.ADDRESS, shares[Kind.ADDRESS] >= 0.6 and different > FEW),
        (Kind.ID_NUMBER, shares[Kind.ID_NUMBER] >= 0.8 and spread >= 0.3),
        (Kind.PERSON_NAME, shares[Kind.PERSON_NAME] >= 0.9 and spread >= 0.3 and _are_names(told, words)),
        (Kind.PLACE, shares[Kind.PLACE] >= 0.9 and different > FEW and words < 3),
        (Kind.CATEGORY, different <= FEW and shares[Kind.BIRTH_DAY] < 0.5),
        (Kind.TEXT, shares[Kind.PLACE] >= 0.5 and spread > 0.01),
    )
    for kind, so in chances:
        if so:
            return kind, f"by its values, {shares[kind]:.0%} of which look like it"
    return None, "neither its name nor its values say what it is"


def spans_generations(told: pl.Series) -> bool:
    """Say whether dates lie decades apart, as births do and registrations do not."""
    years = told.str.extract(r"((?:18|19|20)[0-9]{2})").cast(pl.Int32).drop_nulls()
    if years.is_empty():
        return False
    early, late = years.quantile(0.1), years.quantile(0.9)
    return early is not None and late is not None and late - early >= 20


def _are_names(told: pl.Series, words: float) -> bool:
    """Say whether texts of letters are people's names: of two to four words, or of two to four Chinese characters."""
    han = share(told, r"^\p{Han}{2,4}$")
    return han >= 0.6 or 1.8 <= words <= 4.5


def _with_alternatives(columns: Sequence[Proposed]) -> list[Proposed]:
    """Make a former or a second value of something an alternative to the first."""
    found: list[Proposed] = []
    for one in columns:
        first = next((other for other in found if _is_another(one, other)), None)
        if first is not None:
            one = Proposed(one.column, one.kind, one.why, alternative_to=first.column)  # noqa: PLW2901
        found.append(one)
    return found


def _is_another(one: Proposed, first: Proposed) -> bool:
    """Say whether a column tells the first one's thing once more; numbered names and places are parts, not others."""
    if one.kind is None or one.kind is not first.kind or first.alternative_to:
        return False
    numbered = any(word.isdecimal() for word in words_of(one.column))
    return is_another(one.column, first.column) and (not numbered or one.kind in {Kind.PHONE, Kind.EMAIL})


def _line(one: Proposed) -> str:
    kind = as_toml(str(one.kind))
    told = f"{{ kind = {kind}, alternative_to = {as_toml(one.alternative_to)} }}" if one.alternative_to else kind
    return f"{as_toml(one.column)} = {told}"


def as_toml(value: Any) -> str:
    """Write a text, a number or a list of them as TOML does: as JSON, which leaves one more character as it is."""
    text = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
    return text.replace(DELETE, "\\u007f")
