"""Lists of words laid against one another: which words of two names or addresses agree, and which are left over."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.fields.latin import Mask, likeness, related, slips, sound, texts

LONGEST: Final = 7
"""Words that are laid against another's; of a longer list the first six and the last."""

Words = npt.NDArray[np.int64]
Grades = npt.NDArray[np.uint8]
NO_RELATION: Final = pl.DataFrame(schema={"a": pl.String, "b": pl.String})


@dataclass(frozen=True)
class Alignment:
    """How the words of pairs of names lie against one another: counts of words by what they agree in."""

    words_l: Words
    words_r: Words
    equal: Words  # the same word
    close: Words  # a short form, another spelling, a slip
    initial: Words  # a single letter that begins the other's word
    surname: Mask  # the family name of one agrees with that of the other
    given: Mask  # the same of the given name

    @property
    def shorter(self) -> Words:
        """How many words the shorter name has."""
        return np.minimum(self.words_l, self.words_r)

    @property
    def matched(self) -> Words:
        """How many words agree in any way."""
        return self.equal + self.close + self.initial


def align(left: pl.Series, right: pl.Series, relation: pl.DataFrame = NO_RELATION) -> Alignment:
    """Lay the words of each pair of lists against one another: equal ones first, then close ones, then initials.

    `relation` lists pairs of words (columns `a`, `b`, both directions) that stand for one another.
    """
    ids_l, ids_r, vocabulary = _numbered(left, right)
    free_l, free_r = ids_l >= 0, ids_r >= 0
    counts_l, counts_r = free_l.sum(axis=1), free_r.sum(axis=1)
    last_l, last_r = np.maximum(counts_l - 1, 0), np.maximum(counts_r - 1, 0)
    kinds = [np.zeros(len(ids_l), dtype=np.int64) for _ in range(3)]
    surname, given = np.zeros(len(ids_l), dtype=bool), np.zeros(len(ids_l), dtype=bool)
    grades: Grades | None = None
    for grade in range(3):
        for i in range(ids_l.shape[1]):
            for j in range(ids_r.shape[1]):
                if grade == 0:
                    hit = free_l[:, i] & free_r[:, j] & (ids_l[:, i] == ids_r[:, j])
                else:
                    if grades is None:
                        grades = _grades(ids_l, ids_r, free_l[:, :, None] & free_r[:, None, :], vocabulary, relation)
                    hit = free_l[:, i] & free_r[:, j] & (grades[:, i, j] == grade)
                if not hit.any():
                    continue
                free_l[hit, i] = False
                free_r[hit, j] = False
                kinds[grade] += hit
                surname |= hit & (last_l == i) & (last_r == j) & (grade < 2)
                given |= hit & (i == 0) & (j == 0) & (last_l > 0) & (last_r > 0)
    return Alignment(counts_l, counts_r, kinds[0], kinds[1], kinds[2], surname, given)


def _numbered(left: pl.Series, right: pl.Series) -> tuple[Words, Words, pl.Series]:
    """Give both columns of word lists as matrices of numbers, −1 where a name has no more words."""
    both = pl.concat([left.alias("words"), right.alias("words")]).to_frame()
    short = (
        pl.when(pl.col("words").list.len() > LONGEST)
        .then(pl.concat_list(pl.col("words").list.head(LONGEST - 1), pl.col("words").list.tail(1)))
        .otherwise("words")
    )
    places = both.select(short.alias("words")).with_row_index("row").explode("words", empty_as_null=True)
    places = places.with_columns(place=pl.int_range(pl.len()).over("row")).filter(pl.col("words").is_not_null())
    vocabulary = places["words"].unique().sort()
    place = places["place"].to_numpy()
    matrix = np.full((both.height, int(place.max(initial=0)) + 1), -1, dtype=np.int64)
    matrix[places["row"].to_numpy(), place] = places["words"].rank("dense").to_numpy().astype(np.int64) - 1
    return matrix[: len(left)], matrix[len(left) :], vocabulary


def _grades(ids_l: Words, ids_r: Words, free: Mask, vocabulary: pl.Series, relation: pl.DataFrame) -> Grades:
    """Give for each pair of free words: 1 if they stand for one another, 2 if one is the other's initial, else 0."""
    grades = np.zeros(free.shape, dtype=np.uint8)
    row, i, j = np.nonzero(free)
    if not row.size:
        return grades
    keys = ids_l[row, i] * len(vocabulary) + ids_r[row, j]
    distinct, inverse = np.unique(keys, return_inverse=True)
    one, other = vocabulary[pl.Series(distinct // len(vocabulary))], vocabulary[pl.Series(distinct % len(vocabulary))]
    grades[row, i, j] = _word_grades(one, other, relation)[inverse]
    return grades


def _word_grades(one: pl.Series, other: pl.Series, relation: pl.DataFrame) -> Grades:
    words = pl.DataFrame({"a": one, "b": other}).with_columns(
        shorter=pl.min_horizontal(pl.col("a", "b").str.len_chars()),
        longer=pl.max_horizontal(pl.col("a", "b").str.len_chars()),
        same_sound=sound(pl.col("a")) == sound(pl.col("b")),
        same_initial=pl.col("a").str.slice(0, 1) == pl.col("b").str.slice(0, 1),
    )
    shorter, longer = words["shorter"].to_numpy(), words["longer"].to_numpy()
    apart, alike = slips(texts(one), texts(other)), likeness(texts(one), texts(other))
    initial = (shorter == 1) & words["same_initial"].to_numpy()
    digits = words.select(pl.col("a").str.contains(r"\d") | pl.col("b").str.contains(r"\d")).to_series().to_numpy()
    close = related(one, other, relation) | ~digits & (
        ((apart == 1) & (shorter >= 4))
        | ((apart == 2) & (longer >= 8))
        | (words["same_sound"].to_numpy() & (alike >= 0.85))
    )
    return np.select([initial, close], [np.uint8(2), np.uint8(1)], np.uint8(0)).astype(np.uint8)
