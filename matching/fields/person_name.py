"""Personal names in any script: Chinese names by character and sound, others by word, pinyin between the two."""

from collections.abc import Callable
from functools import cache
from typing import Final

import numpy as np
import polars as pl

from matching.fields import chinese_name, chinese_name_likeness, latin_name, spelt_abroad
from matching.fields.base import VALUE, Field
from matching.fields.chinese_name import LEVELS, Agreement, Form
from matching.fields.latin import Mask, equal, first_level, named, slips, texts
from matching.fields.leaving_out import left_out
from matching.fields.name_numbers import without_numbers
from matching.fields.name_remarks import HOW_TO_REACH, WHOSE_LINE
from matching.fields.pinyin import blurred, surname_readings, syllables
from matching.fields.scripts import pinyin_name
from matching.fields.writing import HAN, cleaned_where, plain
from matching.tables import listed, table
from matching.words import Kind

IN_LETTERS_BUT: Final = (
    rf"^(\p{{Latin}}[\p{{Latin}}\p{{M}}\d .,'\-]*\p{{Latin}})\.?\s*"
    rf"(?:[(\[【<].*|(?:{'|'.join(listed('honorifics', 'title', place='after'))})"
    rf"|[\s/、,;|:*-]*(?:{WHOSE_LINE})|[\s/、,;|:-]+[一-鿿]*(?:{HOW_TO_REACH}|代办|代理)[一-鿿]*)$"
)
"""A name in letters, the group, with a Chinese title or with a remark behind it, in brackets or not."""

LONGEST: Final = 200
"""Characters that somebody's name has at most, with what is remarked beside it: a longer text is another column's."""
SHORTEST_SLIP: Final = 6
"""Letters that a name in pinyin must have before one wrong letter is forgiven."""


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give names with their parts, Chinese names and those in letters in the same columns.

    See `chinese_name.clean` and `latin_name.clean`; `is_chinese` tells the script. `reading` and `turned` hold all
    letters of a name of either script, surname first and last: there pinyin meets the characters.
    """
    told = named(raw)
    raw = _without_chinese_remarks(told.set(told.str.len_chars() > LONGEST, None))
    chinese = cleaned_where(raw.str.contains(HAN), raw, chinese_name.clean)
    is_letters = raw.str.contains(r"\p{L}") & ~raw.str.contains(HAN)
    latin = cleaned_where(is_letters, without_numbers(raw), latin_name.clean)
    says_something = ~latin[VALUE].is_in(listed("no_names", "text"))
    latin = latin.select(pl.when(says_something).then(pl.col(name)).alias(name) for name in latin.columns)
    shared = [name for name in latin.columns if name in chinese.columns]
    return chinese.with_columns(
        *(chinese[name].fill_null(latin[name]) for name in shared),
        *(latin[name] for name in latin.columns if name not in shared and name != "in_other_script"),
        latin["in_other_script"].fill_null(False),
        is_chinese=chinese[VALUE].is_not_null(),
    )


def _without_chinese_remarks(raw: pl.Series) -> pl.Series:
    """Give names in letters without a Chinese title or remark behind them: Zhang Hong先生, Liu Hai(机主)."""
    rows = raw.str.contains(r"\p{Latin}.*\p{Han}").fill_null(False).arg_true()
    if rows.is_empty():
        return raw
    told = raw.gather(rows).str.normalize("NFKC").str.replace(IN_LETTERS_BUT, "$1")
    return raw.clone().scatter(rows, told)


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of cleaned names, as positions in `LEVELS`."""
    one, other = left["is_chinese"].to_numpy(), right["is_chinese"].to_numpy()
    levels = np.full(left.height, len(LEVELS) - 1, dtype=np.uint8)
    for wanted, comparison in (
        (one & other, chinese_name_likeness.compare),
        (~one & ~other, latin_name.compare),
        (one & ~other, _compare_across),
        (~one & other, lambda words, characters: _compare_across(characters, words)),
    ):
        rows = np.flatnonzero(wanted)
        if len(rows):
            levels[rows] = comparison(left[rows], right[rows]).to_numpy()
    return pl.Series("level", levels)


def _compare_across(chinese: pl.DataFrame, letters: pl.DataFrame) -> pl.Series:
    """Give the level of pairs of a Chinese name and one in letters."""
    order = list(Agreement)
    turned = letters.with_columns(reading="turned")
    long = (chinese["reading"].str.len_chars() >= SHORTEST_SLIP).fill_null(False).to_numpy()
    reading = texts(chinese["reading"])
    slip = (slips(reading, texts(letters["reading"])) == 1) | (slips(reading, texts(turned["reading"])) == 1)
    heard = letters.select(sound=blurred(pl.col("words").list.join(" ")).str.replace_all(" ", ""))
    first = chinese.select(reading=pl.col("pinyin").str.split(" ").list.first())
    same_surname = equal(first, letters.select(reading="surname"), "reading")
    same_surname |= equal(first, letters.select(reading="given"), "reading")
    alone = (chinese["form"] == Form.SURNAME_ONLY).fill_null(False) | (letters["words"].list.len() == 1)
    no_pinyin = ~letters[VALUE].str.contains(pinyin_name()).fill_null(True).to_numpy()
    spelt_abroad_alike = _has_surname(chinese, letters, no_pinyin)
    masked = (chinese["form"] == Form.MASKED).fill_null(False).to_numpy()
    same_sound = equal(chinese, letters, "reading") | equal(chinese, turned, "reading")
    same_sound |= _is_spelt_abroad(chinese, letters, no_pinyin, same_sound)
    begins = _begins_with_surname(chinese, letters)
    in_one_word = (letters["words"].list.len() == 1).fill_null(False).to_numpy() & ~no_pinyin
    is_surname = (chinese["form"] == Form.SURNAME_ONLY).fill_null(False).to_numpy()
    rules: list[tuple[Agreement, Mask]] = [
        (Agreement.SAME_SOUND, same_sound),
        (Agreement.NEAR, (slip & long) | equal(chinese, heard, "sound")),
        (Agreement.PART, _is_given_of(chinese, letters)),
        (Agreement.SURNAME_ONLY, same_surname & alone.fill_null(False).to_numpy()),
        (Agreement.SURNAME_ONLY, begins & is_surname & in_one_word),
        (Agreement.SAME_SURNAME, same_surname),
        (Agreement.SURNAME_ONLY, spelt_abroad_alike | (masked & begins)),
        (Agreement.OTHER_SCRIPT, no_pinyin | masked & chinese["surname"].is_null().to_numpy()),
    ]
    return first_level(chinese.height, [(order.index(level), mask) for level, mask in rules], len(LEVELS) - 1)


def _begins_with_surname(chinese: pl.DataFrame, letters: pl.DataFrame) -> Mask:
    """Tell where a name in letters begins, in either order, with how the other's surname is read."""
    rows = pl.DataFrame({"surname": chinese["surname"], "one": letters["reading"], "other": letters["turned"]})
    rows = rows.with_columns(said=surname_readings(pl.col("surname")).str.replace_all(" ", ""))
    found = pl.any_horizontal(pl.col(name).str.starts_with(pl.col("said")) for name in ("one", "other"))
    return rows.select(found=found.fill_null(False))["found"].to_numpy()


def _is_given_of(chinese: pl.DataFrame, letters: pl.DataFrame) -> Mask:
    """Tell where a Chinese name is a given name alone, and the other, in letters, is a surname and that name."""
    rows = pl.DataFrame({"given": chinese["reading"], "one": letters["reading"], "other": letters["turned"]})
    before = [
        pl.when(pl.col(name).str.ends_with(pl.col("given"))).then(
            pl.col(name).str.head(pl.col(name).str.len_chars() - pl.col("given").str.len_chars())
        )
        for name in ("one", "other")
    ]
    found = rows.select(
        found=pl.any_horizontal(each.is_in(sorted(surname_sounds())) for each in before).fill_null(False)
    )
    return np.asarray(found["found"].to_numpy() & (chinese["form"] == Form.GIVEN_ONLY).fill_null(False).to_numpy())


@cache
def surname_sounds() -> frozenset[str]:
    """Give how surnames are read, without blanks."""
    return frozenset(table("surnames")["reading"].str.replace_all(" ", "").to_list())


def _has_surname(chinese: pl.DataFrame, letters: pl.DataFrame, no_pinyin: Mask) -> Mask:
    """Tell where a name in letters begins or ends with the other's surname as it is spelt outside the mainland."""
    rows = pl.DataFrame(
        {"surname": chinese["surname"], "first": letters["given"], "last": letters["surname"], "none": no_pinyin}
    )
    told = rows.select("surname", "none").drop_nulls().unique()
    spelt = [sorted(spelt_abroad.surname_spellings(surname, is_pinyin=not none)) for surname, none in told.iter_rows()]
    known = told.with_columns(said=pl.Series(spelt, dtype=pl.List(pl.String)))
    rows = rows.join(known, on=["surname", "none"], how="left", maintain_order="left")
    found = pl.col("said").list.contains(pl.col("first")) | pl.col("said").list.contains(pl.col("last"))
    return rows.select(found=found.fill_null(False))["found"].to_numpy()


def _is_spelt_abroad(chinese: pl.DataFrame, letters: pl.DataFrame, no_pinyin: Mask, settled: Mask) -> Mask:
    """Tell where a name in letters is the other as it is spelt abroad; not asked where that is `settled`."""
    found = np.zeros(chinese.height, dtype=bool)
    rows = np.flatnonzero(~settled)
    parts = chinese["surname"], chinese["given"], letters["words"]
    found[rows] = [
        spelt_abroad.is_spelt(surname, given, words or [], is_pinyin=not none)
        for surname, given, words, none in zip(
            *(part.gather(rows).to_list() for part in parts), no_pinyin[rows].tolist(), strict=True
        )
    ]
    return found


def itself(frame: pl.DataFrame) -> pl.Series:
    """Give how a name agrees with itself: a surname, a masked name or a single word is not a whole name.

    A single word that reads as surname and given name in pinyin is one.
    """
    order = list(Agreement)
    part = ~pl.col("is_chinese") & (pl.col("words").list.len() == 1) & ~pl.col(VALUE).str.contains(_pinyin_name())
    levels = frame.select(part=part.fill_null(False), level=chinese_name_likeness.itself(frame))
    return levels.select(level=pl.when("part").then(order.index(Agreement.SURNAME_ONLY)).otherwise("level"))["level"]


def readings(frame: pl.DataFrame) -> pl.Series:
    """Give how a name sounds, in either order if it is written in letters."""
    turned = pl.when(~pl.col("is_chinese")).then("turned")
    lists = pl.concat_list("reading", turned).list.drop_nulls()
    return frame.select(key=pl.when(lists.list.len() > 0).then(lists))["key"]


def made_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Give the surname and the given name; of names in letters only where they are all that the name holds."""
    both = pl.col("is_chinese") | (pl.col("words").list.len() == 2)
    return frame.select("surname", given=pl.when(both).then("given"))


@cache
def _pinyin_name() -> str:
    """Give the pattern of a name in pinyin: a surname's reading and one or two syllables, digits behind."""
    surnames = sorted(
        {reading.replace(" ", "") for reading in table("surnames")["reading"]}, key=lambda text: (-len(text), text)
    )
    any_syllable = "|".join(sorted(syllables(), key=lambda text: (-len(text), text)))
    return rf"^({'|'.join(surnames)}) ?(?:(?:{any_syllable}) ?){{1,2}}$"


def from_nickname(nickname: pl.Series) -> pl.Series:
    """Give the nicknames and login names that are a name, without digits; null for all that are not.

    A name has up to three Chinese characters, or is pinyin that begins with a surname: 彦连, lizhijing1967. What many
    call themselves by (阳光) is none.
    """
    text = plain(pl.col("nickname")).str.to_lowercase().str.replace(r"[\d_.\-]+$", "")
    pet_name = text.str.contains("^[小大老阿]") | (text.str.head(1) == text.str.slice(1))
    nobodys = [*listed("no_names", "text"), *listed("no_nicknames", "text")]
    chinese = text.str.contains(rf"^{HAN}{{1,3}}$") & ~pet_name & ~text.is_in(nobodys)
    return (
        nickname.alias("nickname")
        .to_frame()
        .select(name=pl.when(chinese | text.str.contains(_pinyin_name())).then(text))["name"]
    )


def _of_letters(frame: pl.DataFrame, key: Callable[[pl.DataFrame], pl.Series]) -> pl.Series:
    """Give a key of names in letters, null for Chinese ones."""
    rows = (~frame["is_chinese"]).arg_true()
    told = pl.DataFrame({"row": rows, "key": key(frame[rows])})
    every = pl.DataFrame({"row": pl.int_range(frame.height, dtype=pl.UInt32, eager=True)})
    return every.join(told, on="row", how="left", maintain_order="left")["key"]


def one_left_out(frame: pl.DataFrame) -> pl.Series:
    """Give numbers for a Chinese name and, from three characters on, for it with each of them left out."""
    dotless = pl.col(VALUE).str.replace_all("·", "", literal=True)
    chinese = pl.col("is_chinese") & dotless.str.len_chars().is_between(2, 5)
    return left_out(frame.select(key=pl.when(chinese).then(dotless))["key"], places=4, shortest=3)


FIELD: Final = Field(
    kind=Kind.PERSON_NAME,
    levels=LEVELS,
    clean=clean,
    compare=compare,
    keys={
        "name": lambda frame: frame[VALUE],
        "reading": readings,
        "sound": lambda frame: frame["sound"],
        "one_left_out": one_left_out,
        "word_pairs": lambda frame: _of_letters(frame, latin_name.word_pairs),
        "surname_and_initial": lambda frame: _of_letters(frame, latin_name.surname_and_initial),
        "surname": lambda frame: frame["surname"],
    },
    itself=itself,
    by_value=True,
    glance=chinese_name_likeness.glance,
    made_of=made_of,
)
