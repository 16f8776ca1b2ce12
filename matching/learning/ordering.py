"""Which word of a name is the family's: learned from the table, for columns write it first, or last, or either way.

`Nowak Jan` and `Jan Nowak` are one name; `Nowak Jan` and `Nowak Piotr` are two of one family. A name by itself does not
tell, but a table does: its names pair words of two vocabularies, and each word stands in mostly one of them. Which of
the two is the family's is told by homes, where people have a surname in common and other given names; where these tell
nothing, by what most names of the table put last.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.facts.encoding import Column, Encoded, Rows
from matching.fields.latin import likeness, texts
from matching.fields.latin_name import family_first
from matching.fields.meaning import MEANT, meant
from matching.learning.counting import ORDER
from matching.learning.ways_of_writing import WRITTEN_VARIOUSLY, ways_of_writing
from matching.model import Model
from matching.scores.dependence import SHARED
from matching.words import Kind

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FEWEST: Final = 200
"""Names of two words or more from which on a table tells what its words are."""
ROUNDS: Final = 40
UNSEEN: Final = 0.5
"""Names that a word is taken to be met in beyond those that are seen, in either place."""
SETTLED: Final = 0.03
"""Share of names with the family name first up to which a column has one order, and what is not in it are slips."""
HOME: Final = 16
"""Records that tell a contact up to which it may be a home's."""
NEIGHBOURS: Final = 4
"""Records of one home that each is held against."""
OTHER: Final = 0.75
"""Likeness below which two words are two names."""
VOTES: Final = 20
"""Pairs of a home's names from which on homes tell which vocabulary is the family's..."""
CLEARLY: Final = 2.0
"""... and how many times more of them must say so than say otherwise."""


@dataclass(frozen=True)
class _Names:
    """Names by their outer words, as places in a vocabulary, and the column's values they are."""

    first: Rows
    last: Rows
    codes: Rows
    vocabulary: pl.Series


def ordered(encoded: Encoded) -> Encoded:
    """Give the records with names, places and categories read as their table writes them, what tells it beside them."""
    columns = [
        _read(column, order) if (order := _order(column, encoded)) is not None else column for column in encoded.columns
    ]
    return replace(encoded, columns=tuple(columns))


def ordered_by(encoded: Encoded, model: Model) -> Encoded:
    """Give the records with names, places and categories read as the model's table wrote them."""
    columns = [
        _read(column, order) if (order := order_of(model, column.name)) is not None else column
        for column in encoded.columns
    ]
    return replace(encoded, columns=tuple(columns))


def order_of(model: Model, fact: str) -> pl.DataFrame | None:
    """Give what a model knows of how a fact's values are written; None where they are read as they stand."""
    order = model.told(f"{fact}:{ORDER}")
    return None if order.is_empty() else order


def read_in(values: pl.DataFrame, order: pl.DataFrame) -> pl.DataFrame:
    """Give cleaned values as their table writes them: names by their words, others with what several ways mean."""
    return meant(values, order) if MEANT in values.columns else _read_names(values, order)


def _read_names(values: pl.DataFrame, order: pl.DataFrame) -> pl.DataFrame:
    """Give cleaned names with the words of those turned that tell the family name first, by an order that was learned.

    `order` has the columns value and count; under the empty word it tells of all names.
    """
    words = values["words"]
    rows = (words.list.len() >= 2).fill_null(False).arg_true()
    if rows.is_empty():
        return values
    known = dict(zip(order["value"].to_list(), order["count"].to_list(), strict=True))
    always = known.get("", 0)
    turned = [_turned(each, known, always) for each in words.gather(rows).to_list()]
    frame = pl.DataFrame({"words": pl.Series(turned, dtype=words.dtype)})
    told = frame.select(
        words="words",
        given=pl.col("words").list.first(),
        surname=pl.col("words").list.last(),
        reading=pl.col("words").list.join(""),
        turned=family_first(pl.col("words")),
    )
    return values.with_columns(_scattered(values[name], rows, told[name]) for name in told.columns)


def _scattered(column: pl.Series, rows: pl.Series, told: pl.Series) -> pl.Series:
    """Give the column with some of its rows told anew."""
    places = np.zeros(len(column), dtype=np.int64)
    places[:] = np.arange(len(column))
    places[rows.to_numpy()] = len(column) + np.arange(len(rows))
    return pl.concat([column, told.cast(column.dtype).alias(column.name)]).gather(places)


def _turned(words: list[str], known: dict[str, int], always: int) -> list[str]:
    if known.get(words[0], 0) - known.get(words[-1], 0) + always <= 0:
        return words
    family = 1
    while family < len(words) - 1 and known.get(words[family], 0) > 0:
        family += 1
    return [*words[family:], *words[:family]]


def _read(column: Column, order: pl.DataFrame) -> Column:
    return replace(column, values=read_in(column.values, order), order=order)


def _order(column: Column, encoded: Encoded) -> pl.DataFrame | None:
    """Give what a table's values tell of one another; None where they are too few, or all in the usual order."""
    if column.fact.kind in WRITTEN_VARIOUSLY:
        return ways_of_writing(column, encoded) if MEANT in column.values.columns else None
    if column.fact.kind is not Kind.PERSON_NAME or "words" not in column.values.columns:
        return None
    names = _names(column)
    if names is None:
        return None
    first_is_given = max((_told_apart(names, start) for start in _starts(names)), key=lambda told: told[1])[0]
    is_turned = 1 - first_is_given
    if _says_otherwise(names, is_turned > 0.5, column, encoded):
        is_turned = 1 - is_turned
    share = float(is_turned.mean())
    if share <= SETTLED:
        return None
    return _kept(names, is_turned, share)


def _names(column: Column) -> _Names | None:
    """Give a column's names of two words or more that are written in letters; None if they are few."""
    words = column.values["words"]
    codes = (words.list.len() >= 2).fill_null(False).arg_true().to_numpy()
    if codes.size < FEWEST:
        return None
    told = words.gather(codes)
    outer = pl.concat([told.list.first(), told.list.last()])
    vocabulary = outer.unique().sort()
    numbers = outer.replace_strict(vocabulary, pl.Series(np.arange(len(vocabulary))), return_dtype=pl.Int64).to_numpy()
    return _Names(numbers[: codes.size], numbers[codes.size :], codes, vocabulary)


def _starts(names: _Names) -> tuple[Floats, ...]:
    """Give where telling words apart begins: most names put the family last; or the commoner word is the given name."""
    size = len(names.vocabulary)
    met = np.bincount(names.first, minlength=size) + np.bincount(names.last, minlength=size)
    commoner = np.sign(met[names.first] - met[names.last])
    return np.full(names.first.size, 0.7), 0.5 + 0.3 * commoner, 0.5 + 0.1 * commoner


def _told_apart(names: _Names, first_is_given: Floats) -> tuple[Floats, float]:
    """Give how likely each name has the given name first, and how likely that makes all names.

    Expectation maximisation over two vocabularies; what a name says of its own words does not count for it.
    """
    size = len(names.vocabulary)
    r = first_is_given
    likely = np.zeros_like(r)
    for _ in range(ROUNDS):
        share = min(max(float(r.mean()), 1e-3), 1 - 1e-3)
        other = 1 - r
        given = np.bincount(names.first, r, size) + np.bincount(names.last, other, size) + UNSEEN
        family = np.bincount(names.last, r, size) + np.bincount(names.first, other, size) + UNSEEN
        usual = share * (given[names.first] - r) * (family[names.last] - r)
        likely = usual + (1 - share) * (family[names.first] - other) * (given[names.last] - other)
        r = usual / likely
    return r, float(np.log(likely).sum())


def _says_otherwise(names: _Names, is_turned: Flags, column: Column, encoded: Encoded) -> bool:
    """Tell whether what is taken for the family's vocabulary is that of given names.

    Homes tell: names there have the one in common and differ in the other.
    """
    place = np.full(column.values.height, -1, dtype=np.int64)
    place[names.codes] = np.arange(names.codes.size)
    family = np.where(is_turned, names.first, names.last)
    given = np.where(is_turned, names.last, names.first)
    one, other = _at_home(column, place, encoded)
    same_family, same_given = family[one] == family[other], given[one] == given[other]
    relatives = int(_are_two(given, names, one[same_family & ~same_given], other[same_family & ~same_given]).sum())
    namesakes = int(_are_two(family, names, one[same_given & ~same_family], other[same_given & ~same_family]).sum())
    if relatives + namesakes >= VOTES and max(relatives, namesakes) >= CLEARLY * min(relatives, namesakes):
        return namesakes > relatives
    return bool(is_turned.mean() > 0.5)


def _are_two(which: Rows, names: _Names, one: Rows, other: Rows) -> Flags:
    """Tell where two words are no two spellings of one, nor one the other's initial."""
    left, right = (names.vocabulary.gather(which[side]) for side in (one, other))
    whole = np.minimum(left.str.len_chars().to_numpy(), right.str.len_chars().to_numpy()) > 1
    return np.asarray(whole & (likeness(texts(left), texts(right)) < OTHER))


def _at_home(column: Column, place: Rows, encoded: Encoded) -> tuple[Rows, Rows]:
    """Give pairs of names that share a telephone or an address which may be a home's, each pair of names once."""
    found = [np.zeros((0, 2), dtype=np.int64)]
    name = np.full(encoded.height, -1, dtype=np.int64)
    name[column.rows] = place[column.codes]
    for contact in encoded.columns:
        if contact.fact.kind not in SHARED:
            continue
        homes = (contact.counts > 1) & (contact.counts <= HOME)
        told = homes[contact.codes] & (name[contact.rows] >= 0)
        code, said = contact.codes[told].astype(np.int64), name[contact.rows[told]]
        by_home = np.lexsort((said, code))
        code, said = code[by_home], said[by_home]
        for step in range(1, NEIGHBOURS + 1):
            together = (code[step:] == code[:-step]) & (said[step:] != said[:-step])
            found.append(np.column_stack([said[:-step][together], said[step:][together]]))
    pairs = np.unique(np.concatenate(found), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _kept(names: _Names, is_turned: Floats, share: float) -> pl.DataFrame:
    """Give each word with how much more often it is a family name, and under the empty word the same of all names."""
    size = len(names.vocabulary)
    family = np.bincount(names.first, is_turned, size) + np.bincount(names.last, 1 - is_turned, size)
    given = np.bincount(names.last, is_turned, size) + np.bincount(names.first, 1 - is_turned, size)
    says = np.log(family + UNSEEN) - np.log(given + UNSEEN)
    share = min(max(share, 1e-3), 1 - 1e-3)
    order = pl.DataFrame({"value": names.vocabulary, "count": np.rint(100 * says).astype(np.int64)})
    always = round(100 * float(np.log(share / (1 - share))))
    return pl.concat([pl.DataFrame({"value": [""], "count": [always]}), order])
