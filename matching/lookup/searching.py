"""Customers by a part of what is known of them: some characters of a name, the last digits of a number, a street.

Distinct values are few beside records, and a directory holds them with the records that tell them. So each word of what
was typed is held against the distinct values of the facts it looks like, and the customers that fit every word are
found. Nothing here weighs evidence: that is `matching/lookup/answering.py`.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.blocks.keys import VALUE_KEY
from matching.customers.customer_ids import parse
from matching.errors import CustomerHubError
from matching.facts.encoding import Codes, Rows
from matching.fields.base import VALUE
from matching.lookup.directory import Directory, Listing, Ways

Ranks = npt.NDArray[np.int16]

MOST_WORDS: Final = 6
LONGEST: Final = 200
BY_CUSTOMER, BY_RECORD = "customer_id", "record_id"
"""What else customers are found by, beside the facts of matching."""


class How(IntEnum):
    """How a word fits a value, the surest first."""

    WHOLE = 0
    BEGINS = 1
    ENDS = 2
    PART = 3


@dataclass(frozen=True)
class Reading:
    """What a word may be: a part of `fact`, as `column` spells it, if the word (without wildcards) is `like` this.

    `hows` are the ways in which it may fit, each with the fewest characters that are asked for it. A word with
    wildcards must be `whole`, else a part will do.
    """

    fact: str
    column: str
    like: str
    hows: tuple[tuple[How, int], ...]
    whole: bool = True


WORDS: Final = r"[^\d\W].*|.*[^\x00-\x7f].*"
LATIN: Final = r"[a-z]+"
HAN: Final = r".*[^\x00-\x7f].*"

READINGS: Final[tuple[Reading, ...]] = (
    Reading("name", VALUE, WORDS, ((How.WHOLE, 1), (How.BEGINS, 1), (How.PART, 1))),
    Reading("name", "reading", LATIN, ((How.WHOLE, 2), (How.BEGINS, 2))),
    Reading("organisation", VALUE, WORDS, ((How.WHOLE, 2), (How.BEGINS, 2), (How.PART, 2)), whole=False),
    Reading("organisation", "pinyin", LATIN, ((How.WHOLE, 3), (How.BEGINS, 3), (How.PART, 6))),
    Reading("phone", VALUE, r"\d+", ((How.WHOLE, 7), (How.ENDS, 4))),
    Reading("id_number", VALUE, r"[0-9a-z]*\d[0-9a-z]*", ((How.WHOLE, 8), (How.BEGINS, 6), (How.ENDS, 4))),
    Reading("email", VALUE, r"[\w.+-]+@?[\w.-]*", ((How.WHOLE, 3), (How.BEGINS, 4))),
    Reading("address", VALUE, HAN, ((How.PART, 2),), whole=False),
)
"""What a word may be, the likeliest first."""
FOUND_BY: Final = tuple(dict.fromkeys([BY_CUSTOMER, BY_RECORD, *(reading.fact for reading in READINGS)]))
NOBODY: Final = np.iinfo(np.int16).max


@dataclass(frozen=True)
class Hit:
    """A customer, and what he was found by: a fact, or an id."""

    customer_id: str
    found_by: str


class Search:
    """Finds customers in one directory, from any thread."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._texts = {
            (reading.fact, reading.column): _plain(self._listing(reading.fact), reading.column) for reading in READINGS
        }

    def find(self, text: str, *, limit: int) -> list[Hit]:
        """Give the customers that fit every word of a text, the surest first, then those with more records.

        In a word `*` stands for any characters and `?` for one. A text of digits is one number, however it is spaced.
        """
        ranks = [self._ranked(word) for word in words(text)]
        if not ranks:
            return []
        fits = np.flatnonzero(np.logical_and.reduce([each < NOBODY for each in ranks]))
        total = np.sum([each[fits].astype(np.int64) // len(FOUND_BY) for each in ranks], axis=0)
        order = np.lexsort((fits, -self._sizes[fits], total))[:limit]
        told = [min(int(each[customer]) for each in ranks) % len(FOUND_BY) for customer in fits[order].tolist()]
        ids = self._directory.customer_ids
        return [Hit(str(ids[int(customer)]), FOUND_BY[by]) for customer, by in zip(fits[order], told, strict=True)]

    @cached_property
    def _sizes(self) -> Codes:
        return np.diff(self._directory.member_starts)

    @cached_property
    def _feeds(self) -> Sequence[str]:
        return self._directory.record_ids.str.extract(r"^([^:]*):").drop_nulls().unique().sort().to_list()

    def _listing(self, fact: str) -> Listing:
        return self._directory.listing(fact)

    def _ranked(self, word: str) -> Ranks:
        """Give for each customer how well the word fits him and by what, one number: NOBODY where it does not."""
        ranks = np.full(len(self._directory.customer_ids), NOBODY, dtype=np.int16)
        for customers, how, by in [*self._by_ids(word), *self._by_values(word)]:
            rank = np.int16(how * len(FOUND_BY) + FOUND_BY.index(by))
            ranks[customers] = np.minimum(ranks[customers], rank)
        return ranks

    def _by_ids(self, word: str) -> Iterable[tuple[Rows, How, str]]:
        directory = self._directory
        yield _place(directory.customer_ids, word), How.WHOLE, BY_CUSTOMER
        for source in {word, word.upper()}:
            for record in (word, *(f"{feed}:{source}" for feed in self._feeds)):
                yield directory.customers[_place(directory.record_ids, record)], How.WHOLE, BY_RECORD

    def _by_values(self, said: str) -> Iterable[tuple[Rows, How, str]]:
        word = said.lower()
        bare = re.sub(r"[*?]", "", word)
        for reading in READINGS:
            if re.fullmatch(reading.like, bare) is None:
                continue
            for how, expression in _tests(word, bare, reading):
                texts = self._texts[reading.fact, reading.column]
                codes = texts.to_frame("text").select(expression.fill_null(value=False).arg_true()).to_series()
                rows = _records(self._listing(reading.fact), codes.to_numpy().astype(np.int64))
                yield self._directory.customers[rows], how, reading.fact


def words(text: str) -> list[str]:
    """Give the words of what was typed, each character in its usual width."""
    plain = unicodedata.normalize("NFKC", text)[:LONGEST].strip()
    try:
        return [parse(plain)]
    except CustomerHubError:
        pass  # most texts are no customer id
    number = re.sub(r"^\+?86(?=1\d{10}$)", "", re.sub(r"[\s()-]", "", plain)).lstrip("+")
    if number.isascii() and number.isdigit():
        return [number]
    return [word for word in plain.split() if word.strip("*?")][:MOST_WORDS]


def _tests(word: str, bare: str, reading: Reading) -> Iterable[tuple[How, pl.Expr]]:
    """Give how the word can fit a text, as expressions on the column `text`."""
    text = pl.col("text")
    if word != bare:
        if len(bare) >= min(fewest for _, fewest in reading.hows):
            pattern = "".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in word)
            yield How.BEGINS, text.str.contains(f"^{pattern}$" if reading.whole else pattern)
        return
    fits = {
        How.WHOLE: text == word,
        How.BEGINS: text.str.starts_with(word),
        How.ENDS: text.str.ends_with(word),
        How.PART: text.str.contains(word, literal=True),
    }
    for how, fewest in reading.hows:
        if len(word) >= fewest:
            yield how, fits[how]


def _plain(listing: Listing, column: str) -> pl.Series:
    """Give a part of a fact's values as words are: lower case, numbers without hyphens, pinyin in one piece."""
    said = listing.column.values[column].cast(pl.String).str.to_lowercase()
    return said.str.replace_all("[ -]", "") if listing.name == "phone" or column == "pinyin" else said


def _place(ids: pl.Series, wanted: str) -> Rows:
    """Give where an id stands in sorted ids, nowhere if it is none of them."""
    at = int(ids.search_sorted(wanted))
    return np.array([at] if at < len(ids) and ids[at] == wanted else [], dtype=np.int64)


def _records(listing: Listing, codes: Rows) -> Rows:
    """Give the records that tell any of these values."""
    ways: Ways | None = next((way for way in listing.ways if way.name == VALUE_KEY), None)
    if ways is None:  # so few values that looking them up leads to nobody in particular
        is_wanted = np.zeros(listing.column.values.height, dtype=np.bool_)
        is_wanted[codes] = True
        return listing.column.rows[is_wanted[listing.column.codes]]
    keys = ways.made[_spread(ways.starts, codes)]
    return np.asarray(ways.rows[_spread(ways.row_starts, keys)])


def _spread(starts: Codes, which: Codes) -> Rows:
    """Give all places from `starts[w]` up to `starts[w + 1]`, for each w."""
    lengths = starts[which + 1] - starts[which]
    before = np.cumsum(lengths) - lengths
    return np.asarray(np.repeat(starts[which] - before, lengths) + np.arange(int(lengths.sum())), dtype=np.int64)
