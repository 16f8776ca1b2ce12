"""Values of two records side by side: in parts where they differ, masked or clear, and where they come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from matching.words import EntityType
from stewardship.access.masking import masked
from stewardship.facts import CODED, code_says
from stewardship.feed_titles import feed_title
from stewardship.queue.differing import Part, behind_mask, differing
from stewardship.wording import Language

Row = Mapping[str, object]


@dataclass(frozen=True)
class Also:
    """Another value that the same customer gives, and the channels that say so."""

    text: str
    feeds: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """What one record says in one column: in parts, as the channel wrote it, and what its customer says besides."""

    values: tuple[tuple[Part, ...], ...]
    raw: str
    also: tuple[Also, ...]

    @property
    def says_nothing(self) -> bool:
        """Whether there is nothing to show."""
        return not self.values and not self.also


@dataclass(frozen=True)
class Side:
    """A record that is compared: where it comes from and whose it is."""

    record_id: str
    customer_id: str
    record_count: int
    feed: str
    feed_title: str
    source_id: str
    extract: str
    line: int | None
    seen_at: datetime | None
    happened_at: datetime | None
    entity_type: str


def side(row: Row, customer_id: str, record_count: int, language: Language) -> Side:
    """Give where a record comes from."""
    line, seen_at, happened_at = row["line"], row["seen_at"], row["happened_at"]
    return Side(
        record_id=str(row["record_id"]),
        customer_id=customer_id,
        record_count=record_count,
        feed=str(row["feed"]),
        feed_title=feed_title(str(row["feed"]), language),
        source_id=str(row["source_id"]),
        extract=str(row["extract"] or ""),
        line=line if isinstance(line, int) else None,
        seen_at=seen_at if isinstance(seen_at, datetime) else None,
        happened_at=happened_at if isinstance(happened_at, datetime) else None,
        entity_type=str(row["entity_type"] or ""),
    )


def cells(  # noqa: PLR0913 -- two records, their customers, which column, how it is shown
    left: Row, right: Row, parties: Sequence[Sequence[Row]], column: str, language: Language, *, clear: bool
) -> tuple[Cell, Cell]:
    """Give what two records say in a column. Differences are found in the clear, shown where a mask keeps a length."""
    here, there = _texts(left, column, language), _texts(right, column, language)
    compared = _compared(here, there), _compared(there, here)
    told = []
    for row, values, other_party in zip((left, right), compared, parties, strict=True):
        shown = [
            tuple(parts) if clear else behind_mask(parts, _masked(row, column, "".join(part.text for part in parts)))
            for parts in values
        ]
        raw = texts(row.get(f"{column}_raw"))
        is_news = clear and column not in CODED and raw and raw != texts(row[column])
        told.append(
            Cell(tuple(shown), raw[0] if is_news else "", _also(row, other_party, column, language, clear=clear))
        )
    return told[0], told[1]


def _texts(row: Row, column: str, language: Language) -> list[str]:
    told = texts(row[column])
    return [code_says(code, language) for code in told] if column in CODED else told


def texts(value: object) -> list[str]:
    """Give a value as texts: a list's items, a date as ISO, nothing for nothing."""
    if value is None or value == "":
        return []
    if isinstance(value, list):
        return [str(item) for item in value]
    return [value.isoformat()] if isinstance(value, date) else [str(value)]


def _compared(values: Sequence[str], others: Sequence[str]) -> list[tuple[Part, ...]]:
    """Give each value in parts: laid beside the nearest of the other side, unless a value of theirs is the same."""
    parted: list[tuple[Part, ...]] = []
    agree = bool(set(values) & set(others))
    for value in values:
        if agree or not others:
            parted.append((Part(value, differs=False),))
        else:
            parted.append(min((differing(value, other)[0] for other in others), key=_weight))
    return parted


def _weight(parts: Sequence[Part]) -> int:
    return sum(len(part.text) for part in parts if part.differs)


def _also(row: Row, party: Sequence[Row], column: str, language: Language, *, clear: bool) -> tuple[Also, ...]:
    said: dict[str, set[str]] = {}
    own = set(_texts(row, column, language))
    for other in party:
        for value in _texts(other, column, language):
            if value not in own:
                said.setdefault(value, set()).add(feed_title(str(other["feed"]), language))
    found: dict[str, set[str]] = {}
    for value, feeds in sorted(said.items()):
        found.setdefault(value if clear else _masked(row, column, value), set()).update(feeds)
    return tuple(Also(text, tuple(sorted(feeds))) for text, feeds in found.items())


def _masked(row: Row, column: str, value: str) -> str:
    is_organisation = row.get("entity_type") == EntityType.ORGANISATION
    return str(masked(value, column.removesuffix("_raw"), is_organisation=is_organisation) or "")
