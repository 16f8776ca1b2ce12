"""Lists of words laid against one another: which words of two names or addresses agree, and which are left over."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.fields.latin import Mask, likeness, slips, sound, texts

LONGEST: Final = 7
"""Words that are laid against another's; of a longer list the first six and the last."""

Words = npt.NDArray[np.int64]
Grades = npt.NDArray[np.uint8]
EQUAL, CLOSE, INITIAL = range(3)
ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
WITH_ARTICLE: Final = r"^[ae]l(\p{L}{4,})$"
"""A word written in one with the Arabic article."""
SHORTEST: Final = 3
"""Letters that an abbreviation has at least."""
LONGEST_SHORT: Final = 7
"""Letters that it has at most."""
MISSING: Final = 2
"""Letters that it leaves out at least."""
VOWELS: Final = re.compile("[aeiouy]")
NO_RELATION: Final = pl.DataFrame(schema={"a": pl.String, "b": pl.String})


@dataclass(frozen=True)
class Alignment:
    """How the words of pairs of names lie against one another: counts of words by what they agree in."""

    words_l: Words
    words_r: Words
    equal: Words  # the same word
    close: Words  # a short form, another spelling, a slip
    initial: Words  # a single letter that begins the other's word
    surname: Mask  # the family name of one agrees with that of the other, be it told before a second one
    given: Mask  # the same of the given name

    @property
    def shorter(self) -> Words:
        """How many words the shorter name has."""
        return np.minimum(self.words_l, self.words_r)

    @property
    def matched(self) -> Words:
        """How many words agree in any way."""
        return self.equal + self.close + self.initial


def align(
    left: pl.Series, right: pl.Series, relation: pl.DataFrame = NO_RELATION, *, shortened: bool = False
) -> Alignment:
    """Lay the words of each pair of lists against one another: equal ones first, then close ones, then initials.

    `relation` lists pairs of words (columns `a`, `b`, both directions) that stand for one another. With `shortened` a
    word and an abbreviation of it are close: its beginning, or its consonants (props, properties; trkg, trucking).
    """
    ids_l, ids_r, vocabulary = _numbered(left, right)
    board = _Board(ids_l >= 0, ids_r >= 0)
    board.lay(EQUAL, *np.nonzero((ids_l[:, :, None] == ids_r[:, None, :]) & board.free))
    rows, places_l, places_r = np.nonzero(board.free)
    one, other = ids_l[rows, places_l], ids_r[rows, places_r]
    grades = _grades(one, other, vocabulary, relation)
    if shortened:
        grades[(grades == EQUAL) & _are_shortened(one, other, vocabulary)] = CLOSE
    for grade in (CLOSE, INITIAL):
        chosen = np.flatnonzero(grades == grade)
        board.lay(grade, rows[chosen], places_l[chosen], places_r[chosen])
    return board.alignment()


class _Board:
    """Which words of each pair of lists are not laid yet, and what has been laid."""

    def __init__(self, free_l: Mask, free_r: Mask) -> None:
        self._free_l, self._free_r = free_l, free_r
        self._counts_l, self._counts_r = free_l.sum(axis=1), free_r.sum(axis=1)
        self._laid = np.zeros((3, len(free_l)), dtype=np.int64)
        self._surname, self._given = np.zeros(len(free_l), dtype=bool), np.zeros(len(free_l), dtype=bool)

    @property
    def free(self) -> Mask:
        """For each row and pair of places: whether both words are still free."""
        return self._free_l[:, :, None] & self._free_r[:, None, :]

    def lay(self, grade: int, rows: Words, places_l: Words, places_r: Words) -> None:
        """Lay these words against one another, each word once, earlier places first."""
        for i in range(self._free_l.shape[1]):
            for j in range(self._free_r.shape[1]):
                here = rows[(places_l == i) & (places_r == j)]
                here = here[self._free_l[here, i] & self._free_r[here, j]]
                self._free_l[here, i] = False
                self._free_r[here, j] = False
                self._laid[grade, here] += 1
                if grade < INITIAL:
                    last_l, last_r = self._counts_l[here] - 1 == i, self._counts_r[here] - 1 == j
                    self._surname[here] |= (last_l | last_r) if min(i, j) > 0 else last_l & last_r
                if i == j == 0:
                    self._given[here] |= (self._counts_l[here] > 1) & (self._counts_r[here] > 1)

    def alignment(self) -> Alignment:
        """Give the counts of what was laid."""
        laid = self._laid
        return Alignment(
            self._counts_l, self._counts_r, laid[EQUAL], laid[CLOSE], laid[INITIAL], self._surname, self._given
        )


def _numbered(left: pl.Series, right: pl.Series) -> tuple[Words, Words, pl.Series]:
    """Give both columns of word lists as matrices of numbers, −1 where a list has no more words, and the words."""
    both = pl.concat([left.alias("words"), right.alias("words")]).to_frame()
    short = (
        pl.when(pl.col("words").list.len() > LONGEST)
        .then(pl.concat_list(pl.col("words").list.head(LONGEST - 1), pl.col("words").list.tail(1)))
        .otherwise("words")
    )
    lists = both.select(short.alias("words"))["words"]
    lengths = lists.list.len().fill_null(0).to_numpy().astype(np.int64)
    words = lists.filter(pl.Series(lengths > 0)).explode(empty_as_null=True)
    vocabulary = words.unique(maintain_order=True)
    numbers = words.replace_strict(vocabulary, pl.Series(np.arange(len(vocabulary))), return_dtype=pl.Int64).to_numpy()
    matrix = np.full((both.height, max(int(lengths.max(initial=0)), 1)), -1, dtype=np.int64)
    row = np.repeat(np.arange(both.height), lengths)
    place = np.arange(row.size) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    matrix[row, place] = numbers
    return matrix[: len(left)], matrix[len(left) :], vocabulary


def _grades(one: Words, other: Words, vocabulary: pl.Series, relation: pl.DataFrame) -> Grades:
    """Give for each pair of words `CLOSE` if they stand for one another, `INITIAL` for one's initial, else `EQUAL`."""
    said = (
        vocabulary.alias("word")
        .to_frame()
        .select(
            length=pl.col("word").str.len_chars(),
            first=pl.col("word").str.slice(0, 1).rank("dense"),
            sound=sound(pl.col("word")).rank("dense"),
            digits=pl.col("word").str.contains(r"\d"),
        )
    )
    length, first, sounds, digits = (said[part].to_numpy() for part in said.columns)
    letters = _letters(vocabulary)
    shorter, longer = np.minimum(length[one], length[other]), np.maximum(length[one], length[other])
    initial = (shorter == 1) & (first[one] == first[other])
    spelt = ~digits[one] & ~digits[other]
    same_sound = spelt & (sounds[one] == sounds[other])
    near = spelt & (longer - shorter <= 2) & (shorter >= 4) & (np.bitwise_count(letters[one] ^ letters[other]) <= 4)
    close = _listed(one, other, vocabulary, relation)
    bare = vocabulary.str.replace(WITH_ARTICLE, "$1").rank("dense").to_numpy()
    close |= spelt & (bare[one] == bare[other])
    for rows, judge in ((np.flatnonzero(near), _one_slip), (np.flatnonzero(same_sound), _alike)):
        keys, inverse = np.unique(one[rows] * len(vocabulary) + other[rows], return_inverse=True)
        left, right = divmod(keys, len(vocabulary))
        close[rows] |= judge(vocabulary[pl.Series(left)], vocabulary[pl.Series(right)])[inverse]
    return np.select([initial, close], [np.uint8(INITIAL), np.uint8(CLOSE)], np.uint8(EQUAL)).astype(np.uint8)


def _are_shortened(one: Words, other: Words, vocabulary: pl.Series) -> Mask:
    """Tell which pairs of words are one and its abbreviation: how it begins, or its first letter and consonants."""
    length, letters = vocabulary.str.len_chars().to_numpy().astype(np.int64), _letters(vocabulary)
    first = vocabulary.str.slice(0, 1).rank("dense").to_numpy()
    short, long = np.where(length[one] <= length[other], (one, other), (other, one))
    found: Mask = (
        (first[one] == first[other])
        & (length[short] >= SHORTEST)
        & (length[short] <= LONGEST_SHORT)
        & (length[long] >= length[short] + MISSING)
        & (letters[short] & ~letters[long] == 0)
    )
    rows = np.flatnonzero(found)
    keys, inverse = np.unique(short[rows] * len(vocabulary) + long[rows], return_inverse=True)
    pairs = zip(*(vocabulary.gather(places).to_list() for places in divmod(keys, len(vocabulary))), strict=True)
    found[rows] = np.array([_is_shortened(*pair) for pair in pairs], dtype=bool)[inverse]
    return found


def _is_shortened(short: str, long: str) -> bool:
    """Tell whether a word is another's beginning, or its first letter with consonants in order from the first on."""
    if long.startswith(short):
        return True
    consonants = VOWELS.sub("", long[1:])
    if VOWELS.search(short[1:]) or not consonants.startswith(short[1]):
        return False
    left = iter(consonants)
    return all(letter in left for letter in short[1:])


def _letters(words: pl.Series) -> Words:
    """Give which letters each word has, a bit for each."""
    bits = [
        pl.col("word").str.contains(letter, literal=True).cast(pl.Int64) * 2**bit for bit, letter in enumerate(ALPHABET)
    ]
    return words.alias("word").to_frame().select(letters=pl.sum_horizontal(bits))["letters"].to_numpy()


def _listed(one: Words, other: Words, vocabulary: pl.Series, relation: pl.DataFrame) -> Mask:
    """Tell which pairs of words the relation lists."""
    number = pl.DataFrame({"word": vocabulary, "number": np.arange(len(vocabulary))})
    pairs = relation.join(number, left_on="a", right_on="word").join(number, left_on="b", right_on="word", suffix="_b")
    keys = np.sort(pairs["number"].to_numpy() * len(vocabulary) + pairs["number_b"].to_numpy())
    if not keys.size:
        return np.zeros(one.size, dtype=bool)
    wanted = one * len(vocabulary) + other
    listed: Mask = keys[np.minimum(np.searchsorted(keys, wanted), keys.size - 1)] == wanted
    return listed


def _one_slip(one: pl.Series, other: pl.Series) -> Mask:
    apart = slips(texts(one), texts(other))
    longer = np.maximum(one.str.len_chars().to_numpy(), other.str.len_chars().to_numpy())
    found: Mask = (apart == 1) | ((apart == 2) & (longer >= 8))
    return found


def _alike(one: pl.Series, other: pl.Series) -> Mask:
    found: Mask = likeness(texts(one), texts(other)) >= 0.75
    return found
