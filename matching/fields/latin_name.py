"""Full names in letters: words in any order, initials, short forms, titles, and juniors who are not their seniors.

Two names are laid word against word: equal words first, then words that stand for one another. What is left over on
both sides contradicts; what only the longer name says does not.
"""

from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA

from matching.fields import arabic, hangul
from matching.fields.aligning import align
from matching.fields.base import VALUE
from matching.fields.chinese_name import LEVELS, Agreement
from matching.fields.family_name import PARTICLES
from matching.fields.latin import Mask, as_written, differ, equal, first_level, named, slips, sound, texts
from matching.fields.nicknames import related_names
from matching.fields.scripts import in_letters, is_other, pinyin_name, unlike
from matching.fields.titles import behind_comma, generation, without_roles, without_titles

SHORTEST: Final = 3
"""Letters that each of two words must have which are known again when they are written in one."""
LONGEST: Final = 6
"""Words of a name that make keys."""


OF_SYLLABLES: Final = (Agreement.PART, Agreement.NEAR, Agreement.SHARED_CHARACTER)
"""What syllables may tell, in order."""

KOREAN: Final = r"^\s*(남궁|황보|제갈|사공|선우|독고|동방|\p{Hangul})\s*(\p{Hangul}{1,3})\s*$"
"""A Korean name: the family name first, with or without a blank behind it."""

IN_LETTERS: Final = {"김": "kim", "이": "lee", "박": "park", "오": "oh", "우": "woo"}
"""Korean family names that passports write otherwise than they sound."""

ENDINGS: Final = {"1": " sr", "2": " jr", "3": " iii", "4": " iv"}
"""How a name's generation is written behind it."""

ABD: Final = r"(?i)\babd[ -]?(?:[aeu]l|o[u]?l|[au][rsnzdt]|ush|ash)[ -]*(\p{L}{4,})"
"""Servant of, and the name of God that follows: one name, however it is parted and its vowel written."""

THAI_TITLES: Final = (
    r"^\s*(?:(?:นางสาว|น\.ส\.|นาย|นาง|เด็กชาย|เด็กหญิง|ด\.ช\.|ด\.ญ\.|คุณ)\s*)+([ก-ฮเ-ไ])",
    "$1",
)
"""Thai forms of address, written in one with the name, which goes on with a letter that may begin one (not คุณากร)."""

ARTICLES: Final = (
    (r"(?i)^\s*[ae]l-(\p{L}{3})", "$1"),
    (r"(\s)[AE]l(\p{Lu}\p{Ll}{2})", "$1$2"),
    (r"(?i)(\s)(?:a[dnrstz]|a[dst]h|u[dlnrsz]|ush)-(\p{L}{3})", "$1$2"),
    (r"(?i)\s(?:[sdwh]/o|a/[lp])\.?\s", " "),
    THAI_TITLES,
)
"""What stands before a word of a name and is told or left out at will, and what stands for it: the Arabic article, be
its last letter that of the word behind; son of, daughter of, wife of; a Thai form of address, written in one with the
name. The name may begin with what only sounds like the article: Al Gore."""

ARTICLE: Final = r" (?:[ae]l )+(\p{L})"
"""The article in a folded name."""

PATRONYMIC: Final = r" (?:(?:bin|ibn|bint|binti|binte) )+(\p{L})"
"""Son of and daughter of, in Arabic and Malay, in a folded name; in pinyin it is a syllable."""

SUFFIX: Final = "jr|sr|ii|iii|iv|md|phd|esq|junior|senior"
"""What may stand behind a comma and is not the given name."""

ADDRESSED: Final = "mr|mrs|ms|miss|dr|prof|rev|hon|capt|col|sgt|lt"
"""Titles that lists write behind the given name, of which none is a given name."""

IN_ORDER: Final = (
    (rf"(?i)^([^,]+),\s*([^,]*[^,\s])(?:,?\s+(?:{ADDRESSED})\b\.?)+((?:,?\s+(?:{SUFFIX})\.?)?\s*)$", "$1, $2$3"),
    (rf"(?i)^([^,]+),\s*({SUFFIX})\.?\s*,\s*(.+)$", "$3 $1 $2"),
    (rf"(?i)^([^,]+),\s*([^,]*[^,\s])(?:\s*,|\s)\s*({SUFFIX})\.?\s*$", "$2 $1 $3"),
)
"""Names with the family name before a comma, that have more than the given name behind it (Lee, Ann M Ms; Lee, Jr, Tom;
Lee, Tom Jr), and how they are in order."""


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give names in letters: words from given to family name, without titles.

    Columns: `value`; `words`; `generation` (junior, senior …); `given` and `surname` (first and last word);
    `reading` and `turned` (all letters, family name last and first); `syllables`, of a Korean given name. All but the
    name itself are in Latin letters (see `fields/scripts.py`).
    """
    text = named(raw).str.normalize("NFKC").str.replace_all(r"\(.*?\)|\"[^\"]*\"", " ")
    if text.str.contains(r"\p{Hangul}").any():
        text = text.str.replace(KOREAN, "$1 $2")
    text = without_roles(text.str.replace(behind_comma(), "$1$2"), SUFFIX, PARTICLES)
    text = text.str.replace(ABD, "abdul $1")
    for article, stands in ARTICLES:
        text = text.str.replace_all(article, stands)
    for order, stands in IN_ORDER:
        text = text.str.replace(order, stands)
    parts = text.str.splitn(",", 2).struct.unnest().rename({"field_0": "before", "field_1": "after"})
    after = pl.col("after").str.strip_chars()
    turned = parts.select(
        pl.when((after != "") & ~after.str.contains(rf"(?i)^(?:{SUFFIX})\b"))
        .then(after + " " + pl.col("before"))
        .otherwise(pl.col("before") + " " + after.fill_null(""))
        .alias(VALUE)
    )[VALUE]
    written = _without_articles(as_written(turned))
    letters = in_letters(_given_name_first(written))
    bare = letters.to_frame("letters").with_columns(
        generation=generation(pl.col("letters")), bare=without_titles(pl.col("letters"))
    )
    ending = pl.col("generation").replace(ENDINGS).fill_null("")
    words = pl.col("bare").str.split(" ")
    return bare.select(
        pl.when(written != letters).then(written).otherwise(pl.concat_str(["bare", ending])).alias(VALUE),
        is_other(written).alias("in_other_script"),
        written.str.extract(KOREAN, 2).alias("syllables"),
        words=words,
        generation="generation",
        given=words.list.first(),
        surname=words.list.last(),
        reading=words.list.join(""),
        turned=family_first(words),
    )


def family_first(words: pl.Expr) -> pl.Expr:
    """Give all letters of a name with its last word before the others."""
    return pl.concat_list(words.list.tail(1), words.list.head(words.list.len() - 1)).list.join("")


def _without_articles(text: pl.Series) -> pl.Series:
    text = text.str.replace_all(ARTICLE, " $1")
    return text.zip_with(text.str.contains(pinyin_name()).fill_null(True), text.str.replace_all(PATRONYMIC, " $1"))


def _given_name_first(text: pl.Series) -> pl.Series:
    """Give Korean names in the order of names in letters, their family names as these write them."""
    if not text.str.contains(r"\p{Hangul}").any():
        return text
    text = text.str.replace(KOREAN, "$2 $1")
    for surname, written in IN_LETTERS.items():
        text = text.str.replace(rf"(\p{{Hangul}}) {surname}$", f"$1 {written}")
    return text


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of unequal names in letters, as positions in `chinese_name.LEVELS`."""
    order = [level.name for level in LEVELS]
    left, right = _as_spelt(left, right), _as_spelt(right, left)
    lies = align(left["words"], right["words"], related_names())
    shorter, matched = lies.shorter, lies.matched
    contains = (matched == shorter) & (shorter > 0)
    same_length = lies.words_l == lies.words_r
    turned = left.with_columns(reading="turned")
    whole = (
        equal(left, right, "reading")
        | equal(turned, right, "reading")
        | equal(left, right.with_columns(reading="turned"), "reading")
        | (contains & same_length & (lies.equal == shorter))
    )
    whole |= _spelt_in_letters(left, right, whole) | _spelt_in_letters(right, left, whole)
    rules: list[tuple[Agreement, Mask]] = [
        (Agreement.GENERATION, differ(left, right, "generation") & contains & (shorter > 1)),
        (Agreement.SAME_SOUND, whole),
        (Agreement.SHOWN_AGREES, contains & (lies.initial > 0) & (lies.equal > 0) & (lies.close == 0)),
        (Agreement.PART, contains & (lies.equal == shorter) & (shorter > 1)),
        (Agreement.PART, _in_one_word(left, right) | _in_one_word(right, left)),
        (Agreement.NEAR, contains & (lies.equal + lies.close > 0) & ((shorter > 1) | same_length)),
        (Agreement.SURNAME_ONLY, contains & (shorter == 1) & (lies.initial == 0)),
        (Agreement.NEAR, _is_one_slip(left, right, (matched > 1) & same_length & (shorter - matched == 1))),
        (Agreement.OTHER_SCRIPT, unlike(left, right)),
        *_of_syllables(left["syllables"], right["syllables"], lies.surname),
        (Agreement.SHARED_CHARACTER, lies.surname & lies.given | (matched > 1) & (lies.equal > 0)),
        (Agreement.SAME_SURNAME, lies.surname),
        (Agreement.SAME_GIVEN, lies.given | (lies.equal > 0)),
    ]
    return first_level(
        left.height, [(order.index(level), mask) for level, mask in rules], order.index(Agreement.DIFFERENT)
    )


def _as_spelt(names: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Give names, those in Arabic letters as the others spell them that are in Latin ones."""
    is_arabic = [side[VALUE].str.contains(arabic.LETTERS).fill_null(False) for side in (names, others)]
    rows = (is_arabic[0] & ~is_arabic[1] & ~others["in_other_script"]).arg_true()
    if rows.is_empty():
        return names
    told = zip(names[VALUE].gather(rows), others["words"].gather(rows).to_list(), strict=True)
    spelt = pl.DataFrame(
        {"row": rows, "words": [arabic.as_spelt(name, words or []) for name, words in told]},
        schema={"row": pl.UInt32, "words": pl.List(pl.String)},
    )
    words = pl.coalesce("words_spelt", "words")
    spelt = names.with_row_index("row").join(spelt, on="row", how="left", maintain_order="left", suffix="_spelt")
    spelt = spelt.with_columns(words=words)
    again = pl.col("words_spelt").is_not_null()
    return spelt.with_columns(
        reading=pl.when(again).then(pl.col("words").list.join("")).otherwise("reading"),
        turned=pl.when(again).then(family_first(pl.col("words"))).otherwise("turned"),
    ).select(names.columns)


def _spelt_in_letters(korean: pl.DataFrame, letters: pl.DataFrame, settled: Mask) -> Mask:
    """Tell where a name in letters is the other, in Hangul, as a family may spell it; not asked where `settled`."""
    found = np.zeros(len(settled), dtype=bool)
    wanted = korean["syllables"].is_not_null() & ~letters["in_other_script"]
    rows = np.flatnonzero(wanted.to_numpy() & ~settled)
    parts = korean[VALUE], korean["syllables"], letters["words"]
    for row, name, syllables, words in zip(rows, *(part.gather(rows).to_list() for part in parts), strict=True):
        found[row] = hangul.is_spelt(name, syllables, words)
    return found


def _in_one_word(one: pl.DataFrame, other: pl.DataFrame) -> Mask:
    """Tell where the one name is a word that writes first and last name of the other, in either order, in one."""
    word, given, surname = one["reading"], other["given"], other["surname"]
    longer = (one["words"].list.len() == 1) & (other["words"].list.len() > 2)
    whole = (given.str.len_chars() >= SHORTEST) & (surname.str.len_chars() >= SHORTEST)
    return np.asarray((longer & whole & ((word == given + surname) | (word == surname + given))).fill_null(False))


def _is_one_slip(left: pl.DataFrame, right: pl.DataFrame, wanted: Mask) -> Mask:
    """Tell which wanted pairs, of which all words but one agree, are one letter apart: that one word may be short."""
    found = np.zeros(len(wanted), dtype=bool)
    rows = np.flatnonzero(wanted)
    if len(rows):
        found[rows] = slips(texts(left["reading"].gather(rows)), texts(right["reading"].gather(rows))) == 1
    return found


def _of_syllables(left: pl.Series, right: pl.Series, same_surname: Mask) -> list[tuple[Agreement, Mask]]:
    """Give the levels of Korean names of one family, told by the syllables of the given names."""
    told = np.flatnonzero(same_surname & (left.is_not_null() & right.is_not_null()).to_numpy())
    found = {level: np.zeros(len(left), dtype=bool) for level in OF_SYLLABLES}
    for row, one, other in zip(told, left.gather(told), right.gather(told), strict=True):
        level = of_syllables(one, other)
        if level is not None:
            found[level][row] = True
    return list(found.items())


@lru_cache(maxsize=50_000)
def of_syllables(one: str, other: str) -> Agreement | None:
    """Give what the syllables of two Korean given names agree in, None where it is too little.

    Written with the keys of a whole syllable, a slip is a syllable left out, doubled, or in another's place.
    """
    if abs(len(one) - len(other)) == 1 and OSA.distance(one, other) == 1:
        return Agreement.PART
    if len(one) != len(other) or len(one) == 1:
        return None
    if sorted(one) == sorted(other):
        return Agreement.NEAR
    shared = any(mine == theirs for mine, theirs in zip(one, other, strict=True))
    return Agreement.SHARED_CHARACTER if shared else None


def word_pairs(cleaned: pl.DataFrame) -> pl.Series:
    """Give every two words of a name as they sound, in alphabetical order: names that share two words share a key."""
    sounds = cleaned.select(
        sounds=pl.col("words")
        .list.head(LONGEST)
        .list.eval(sound(pl.element()).str.slice(0, 5))
        .list.unique()
        .list.sort()
    )
    pairs = [
        pl.when(pl.col("sounds").list.len() > j).then(
            pl.col("sounds").list.get(i, null_on_oob=True) + " " + pl.col("sounds").list.get(j, null_on_oob=True)
        )
        for i in range(LONGEST)
        for j in range(i + 1, LONGEST)
    ]
    return sounds.select(pl.concat_list(pairs).list.drop_nulls().alias("key"))["key"]


def surname_and_initial(cleaned: pl.DataFrame) -> pl.Series:
    """Give how the family name sounds, with the first letter of the given name."""
    return cleaned.select(key=sound(pl.col("surname")).str.slice(0, 5) + " " + pl.col("given").str.slice(0, 1))["key"]


KEYS: Final = {"word_pairs": word_pairs, "surname_and_initial": surname_and_initial}
"""Keys of names in letters; null for all others."""
