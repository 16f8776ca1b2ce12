"""What all fields written in letters share: folding, sound, slips of the pen, and deciding levels.

Folding makes `Müller`, `MÜLLER ` and `Мюллер` comparable; sound makes `Schmidt` and `Smith` neighbours; a slip is the
typing error that turns one word into another. Chinese text passes through untouched.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from matching.fields.arabic import SPELT_ALIKE
from matching.fields.digits import in_common_digits
from matching.fields.leaving_out import left_out
from matching.fields.sparing import unless
from matching.tables import listed, table

DATA: Final = Path(__file__).parents[1] / "data"

Mask = npt.NDArray[np.bool_]

MAY_BE_A_NAME: Final = r"^(?:[a-z]{0,2}|.)$"
"""What says nothing where a whole name is asked for, but may be a given name, a family name or a town: Na."""

DEPENDABLE: Final = ("Latin", "Cyrillic", "Greek", "Arabic", "Hebrew")
"""Scripts of which the letters are read as Latin ones wherever they stand."""

ROUGHLY: Final = "Arabic"
"""That of them of which a name is kept in its own letters, for others spell it in many ways (see `arabic`)."""

ACCENTS: Final = r"[\p{M}&&[\p{Inherited}\p{Latin}\p{Greek}\p{Cyrillic}\p{Arabic}\p{Hebrew}]--[\u{3099}\u{309A}]]+"
"""Marks without which a letter is the same: those of Thai, Devanagari or kana are vowels, or make another letter."""

SOUND_RULES: Final[tuple[tuple[str, str], ...]] = (
    (r"^(kn|gn|pn)", "n"),
    (r"^wr", "r"),
    (r"^ps", "s"),
    (r"^x", "s"),
    (r"ph", "f"),
    (r"gh", "g"),
    (r"tsch|tch|sch|shch|sh|cz", "s"),
    (r"ch([rlnt])", "k$1"),
    (r"ch", "s"),
    (r"c([eiy])", "s$1"),
    (r"ck|qu|q|c", "k"),
    (r"x", "ks"),
    (r"dt|th", "t"),
    (r"z", "s"),
    (r"[vw]", "f"),
    (r"[yj]", "i"),
    (r"^h", "H"),
    (r"h", ""),
    (r"^[aeiou]+", "A"),
    (r"[aeiou]", ""),
)
"""Spellings that sound alike in the languages of Europe become one; vowels count only at the beginning."""


@cache
def letters(but: str | None = None) -> dict[str, str]:
    """Give the letters of other alphabets, `but` one of them, with what passports write for them."""
    single = table("letters").filter(pl.col("script").is_in([script for script in DEPENDABLE if script != but]))
    return dict(zip(single["letter"], single["latin"].fill_null(""), strict=True))


def folded(raw: pl.Series) -> pl.Series:
    """Give words in small plain letters and digits, one blank between them; null where nothing is left."""
    return raw.to_frame().select(_told_words(romanised(_plain(pl.col(raw.name), letters()))))[raw.name]


def as_written(raw: pl.Series) -> pl.Series:
    """Give the same, where what letters tell only roughly stays in its own script."""
    becomes = letters(but=ROUGHLY) | dict(SPELT_ALIKE)
    return raw.to_frame().select(_told_words(_plain(pl.col(raw.name), becomes).str.normalize("NFC")))[raw.name]


def _plain(text: pl.Expr, becomes: Mapping[str, str]) -> pl.Expr:
    text = in_common_digits(text.str.normalize("NFKC").str.to_lowercase())
    text = text.str.replace_many(list(becomes), list(becomes.values()))
    return text.str.normalize("NFKD").str.replace_all(rf"{ACCENTS}|['’‘`´ʼ]", "")


def _told_words(text: pl.Expr) -> pl.Expr:
    words = text.str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ").str.strip_chars()
    return pl.when(words != "").then(words)


def romanised(text: pl.Expr) -> pl.Expr:
    """Give text that is taken apart into letters and marks with Korean syllables in Latin letters."""
    return unless(r"^[^\p{Hangul}]*$", text, _syllables_in_letters).str.normalize("NFC")


def told(text: pl.Series) -> pl.Series:
    """Give folded names and places without those that were typed to fill a required field."""
    words = pl.Series(listed("no_names", "text")).str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    nothing = words.filter(~words.str.contains(MAY_BE_A_NAME))
    return text.to_frame().select(pl.when(~pl.col(text.name).is_in(nothing.implode())).then(text.name))[text.name]


def _syllables_in_letters(text: pl.Expr) -> pl.Expr:
    """Give Korean syllables, taken apart into their sounds, in letters."""
    sounds = table("letters").filter(script="Hangul")
    return text.str.replace_many(sounds["letter"].to_list(), sounds["latin"].fill_null("").to_list())


def named(raw: pl.Series, name: str = "value") -> pl.Series:
    """Give the column as text under a name of its own, so that no empty name meets a frame."""
    return raw.cast(pl.String).alias(name)


def undoubled(text: pl.Expr) -> pl.Expr:
    """Give the text with doubled letters written once."""
    alphabet = "abcdefghiklmnoprstuxyz"
    return text.str.replace_many([letter * 2 for letter in alphabet], list(alphabet))


def sound(text: pl.Expr) -> pl.Expr:
    """Give how folded text sounds: its consonants, the first vowel as `A`, without blanks."""
    text = text.str.replace_all(" ", "")
    for pattern, written in SOUND_RULES:
        text = text.str.replace_all(pattern, written)
    return undoubled(text)


def one_letter_left_out(text: pl.Series, longest: int = 12) -> pl.Series:
    """Give numbers for each word and for it with each of its letters left out, so that words one slip apart share one.

    Words of fewer than four letters have none.
    """
    long_enough = text.to_frame().select(pl.when(pl.col(text.name).str.len_chars() >= 4).then(text.name))[text.name]
    return left_out(long_enough, places=longest, shortest=4, behind=longest)


def texts(column: pl.Series) -> list[str]:
    """Give the column as a list without nulls, as the string distances want it."""
    return column.fill_null("").to_list()


def slips(left: Sequence[str], right: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Count the letters added, lost, replaced or swapped with their neighbour between the pairs (at most 255)."""
    distances: npt.NDArray[np.uint8] = process.cpdist(left, right, scorer=OSA.distance, dtype=np.uint8)
    return distances


def likeness(left: Sequence[str], right: Sequence[str]) -> npt.NDArray[np.float32]:
    """Give the Jaro–Winkler similarity of the pairs, 0 to 1, where equal beginnings count more."""
    similarities: npt.NDArray[np.float32] = process.cpdist(left, right, scorer=JaroWinkler.similarity, dtype=np.float32)
    return similarities


def equal(left: pl.DataFrame, right: pl.DataFrame, part: str) -> Mask:
    """Tell where both sides have the part and it is the same."""
    return (left[part] == right[part]).fill_null(False).to_numpy()


def differ(left: pl.DataFrame, right: pl.DataFrame, part: str) -> Mask:
    """Tell where both sides have the part and it is not the same."""
    return (left[part] != right[part]).fill_null(False).to_numpy()


def related(left: pl.Series, right: pl.Series, relation: pl.DataFrame) -> Mask:
    """Tell which rows hold a pair of words that the relation (columns `a`, `b`, both directions) lists."""
    rows = pl.DataFrame({"a": left, "b": right})
    return (
        rows.join(relation.with_columns(hit=True), on=["a", "b"], how="left", maintain_order="left")["hit"]
        .fill_null(False)
        .to_numpy()
    )


def first_level(height: int, rules: Sequence[tuple[int, Mask]], otherwise: int) -> pl.Series:
    """Give for each row the level of the first rule that holds."""
    if not rules:
        return pl.Series("level", np.full(height, otherwise, dtype=np.uint8))
    chosen = np.select([mask for _, mask in rules], [np.uint8(level) for level, _ in rules], np.uint8(otherwise))
    return pl.Series("level", chosen.astype(np.uint8))
