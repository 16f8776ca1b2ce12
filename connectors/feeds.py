"""A feed as its TOML file describes it: where extracts lie, how they are read, what their columns mean."""

import re
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from connectors.times import digits
from matching.frames import ATTRIBUTES, FACTS

HAPPENED_AT = "happened_at"
HUB_FIELDS: tuple[str, ...] = (HAPPENED_AT, *ATTRIBUTES, *FACTS)
"""What a column may be mapped to."""

DATE_FIELDS: tuple[str, ...] = (HAPPENED_AT, "birth_date", "opened_on")
"""Hub fields that hold a day or a time: their columns need `formats`."""

CODED: tuple[str, ...] = ("id_type", "gender", "product", "subscription_status", "topic", "solved_at_first")
"""Hub fields that hold one of a few labels, which a feed's code lists translate to."""

OUR_LABEL = r"^[a-z0-9_]+$"

NATIVE_FORMATS: dict[str, tuple[str, ...]] = {
    "workbook": ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S%.f"),
    "parquet": ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"),
}
"""How the readers of formats with dates of their own write them."""

DATE_PLACE = "{date}"


class Mode(StrEnum):
    """What an extract holds: everything the channel knows, or only what is new or changed."""

    FULL = "full"
    DELTA = "delta"


class Strict(BaseModel):
    """A table of a feed file: no key it does not know, no type it did not ask for."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Title(Strict):
    """The feed's name for people."""

    en: str
    zh: str


class Delivery(Strict):
    """Where extracts lie and what their file names say."""

    folder: str
    """Below the landing folder, with / between."""
    files: str
    """File name with {date} where the delivery day stands and * for anything."""
    date_format: str = "%Y%m%d"
    mode: Mode = Field(strict=False)
    full_days: tuple[Annotated[int, Field(ge=1, le=31)], ...] = Field(default=(), strict=False)
    """Days of the month on which a delta feed delivers everything."""

    @model_validator(mode="after")
    def _one_date(self) -> Self:
        if self.files.count(DATE_PLACE) != 1 or "/" in self.files:
            message = f"expected a file name that says {DATE_PLACE} once, such as users_{DATE_PLACE}.csv"
            raise ValueError(message)
        if self.folder.startswith("/") or ".." in self.folder.split("/"):
            message = "expected a folder below the landing folder, such as web or north/web"
            raise ValueError(message)
        return self


class Position(Strict):
    """A column of fixed width: its first place, counted from 1, and how many places it takes."""

    name: str
    start: int = Field(ge=1)
    width: int = Field(ge=1)

    @property
    def end(self) -> int:
        """Give the place behind the last one, counted from 0."""
        return self.start - 1 + self.width


class Delimited(Strict):
    """Lines of text with a separator between fields: CSV, TSV, pipe-separated."""

    kind: Literal["delimited"]
    separator: str = Field(min_length=1)
    """One character; several, such as |@|, where the channel quotes nothing."""
    quote: str = Field(default="", max_length=1)
    """Mark around fields that hold separators or line ends; empty where the channel quotes nothing."""
    encoding: str = "utf-8"
    skip_rows: int = Field(default=0, ge=0)
    """Title lines above the header."""
    names: tuple[str, ...] = Field(default=(), strict=False)
    """Column names in order, for files without a header line."""


class FixedWidth(Strict):
    """Lines of one length in which every column has its place."""

    kind: Literal["fixed_width"]
    encoding: str = "utf-8"
    unit: Literal["bytes", "characters"]
    """What places are counted in; older systems count bytes, of which a Chinese character takes two."""
    skip_rows: int = Field(default=0, ge=0)
    positions: tuple[Position, ...] = Field(min_length=1, strict=False)

    @property
    def length(self) -> int:
        """Give how long a line is."""
        return max(position.end for position in self.positions)

    @property
    def by_place(self) -> list[Position]:
        """Give the columns as they stand in a line."""
        return sorted(self.positions, key=lambda position: position.start)


class JsonLines(Strict):
    """A JSON object on every line; nested values are named by their path, such as profile.name."""

    kind: Literal["json_lines"]
    encoding: str = "utf-8"


class Workbook(Strict):
    """An XLSX workbook."""

    kind: Literal["workbook"]
    sheet: str = ""
    """The sheet's name; empty for the first sheet."""
    skip_rows: int = Field(default=0, ge=0)
    """Sheet rows above the header."""


class ParquetFile(Strict):
    """A Parquet file."""

    kind: Literal["parquet"]


Format = Delimited | FixedWidth | JsonLines | Workbook | ParquetFile


class Volume(Strict):
    """How many rows an extract must hold to be believed."""

    min_rows: int = Field(default=1, ge=0)
    floor: float = Field(default=0.5, ge=0, le=1)
    """Smallest share of the last full extract's rows that a full extract may hold."""
    delta_floor: float = Field(default=0, ge=0, le=1)
    """The same for deltas, whose size varies from day to day."""
    most_rejects: float = Field(default=0.5, ge=0, le=1)
    """Largest share of rows that may be rejects before the whole extract counts as not understood."""


class Column(Strict):
    """What one column of the channel means."""

    to: tuple[str, ...] = Field(min_length=1, strict=False)
    """Hub fields it fills; the first non-empty column that fills a field wins."""
    optional: bool = False
    """Whether an extract may lack it."""
    formats: tuple[str, ...] = Field(default=(), strict=False)
    """How dates or times are written in it, strptime patterns, tried in order; dates of a workbook's or Parquet file's
    own need none."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, given: object) -> object:
        """Read `"name"` and `["opened_on", "happened_at"]` as the long form with `to`."""
        long = given if isinstance(given, dict) else {"to": given}
        to = long.get("to")
        return {**long, "to": (to,)} if isinstance(to, str) else long


class Feed(Strict):
    """One channel's stream of extracts and how it is read."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Title
    owner: str
    """The team that answers for the channel's data."""
    delivery: Delivery
    format: Format = Field(discriminator="kind")
    volume: Volume = Volume()
    key: tuple[str, ...] = Field(min_length=1, strict=False)
    """Channel columns that name a record for good."""
    timezone: str = "Asia/Shanghai"
    """Where the channel's clock stands, for times written with an offset."""
    columns: dict[str, Column]
    ignored: tuple[str, ...] = Field(default=(), strict=False)
    """Columns known and deliberately mapped to nothing; their values stay in the raw row."""
    codes: dict[str, dict[str, str]] = {}
    """Per hub field, what each of the channel's codes means."""

    @property
    def required(self) -> tuple[str, ...]:
        """Give the channel columns without which an extract is not understood."""
        mapped = [name for name, column in self.columns.items() if not column.optional]
        return tuple(dict.fromkeys([*self.key, *mapped]))

    @property
    def known(self) -> frozenset[str]:
        """Give every channel column the feed file mentions."""
        return frozenset([*self.key, *self.columns, *self.ignored])

    def formats_of(self, column: Column) -> tuple[str, ...]:
        """Give how dates are written in a column: as its feed says, then as the reader of its format writes them."""
        return (*column.formats, *NATIVE_FORMATS.get(self.format.kind, ()))

    def mode_on(self, day_of_month: int) -> Mode:
        """Say whether an extract delivered on that day of a month is a full load or a delta."""
        full = self.delivery.mode == Mode.FULL or day_of_month in self.delivery.full_days
        return Mode.FULL if full else Mode.DELTA

    def name_pattern(self) -> re.Pattern[str]:
        """Give the pattern of this feed's file names; its only group is the delivery day."""
        before, after = self.delivery.files.split(DATE_PLACE)
        wild = [re.escape(part).replace(r"\*", ".*?") for part in (before, after)]
        # Behind a * the date begins where digits begin: 10000_tickets_20261101.csv says the 1st of November.
        apart = r"(?<!\d)" if before.endswith("*") else ""
        return re.compile(
            f"^{wild[0]}{apart}({digits(self.delivery.date_format, padded=True)}){wild[1]}$", re.IGNORECASE
        )
