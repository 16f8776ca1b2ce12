"""How Chinese sounds: readings of characters and surnames without tone, and which syllables are heard as one."""

import json
import re
import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import polars as pl

from matching.fields.sparing import where_told
from matching.fields.writing import HAN, each_character, simplified
from matching.tables import table

RARE_READINGS: Final = {"𠮷": "ji", "𬭎": "hong", "𫖯": "fu", "𬱖": "wei", "𬀩": "wei", "𬤇": "yin", "𬍛": "li"}
"""Characters of names beyond the basic blocks (General Standard Chinese Characters, 2013; 𠮷 for 吉)."""

GIVEN_READINGS: Final = {
    "茜": "qian",
    "蕾": "lei",
    "晟": "sheng",
    "芫": "yuan",
    "嬛": "huan",
    "行": "xing",
    "朝": "chao",
}
"""Characters that are read otherwise in given names than most often in text."""

BLURRED: Final = (
    (r"\b([zcs])h", "$1"),
    (r"\bl", "n"),
    (r"ng\b", "n"),
    (r"v", "u"),
)
"""What many speakers do not tell apart: zh/z, ch/c, sh/s; n/l; ing/in, eng/en, ang/an; ü/u."""


def _toneless(pinyin: str) -> str:
    """Give readings without their tones; ü is written v."""
    letters = unicodedata.normalize("NFD", pinyin.replace("ü", "v"))
    return re.sub("[\u0300-\u0307\u0309-\u036f]", "", letters).replace("u\u0308", "v")


def _dictionary() -> dict[int, str]:
    """Give pypinyin's readings of each character by its code; importing it reads every phrase, which takes as long
    as the rest of what matching imports.
    """
    package = find_spec("pypinyin")
    assert package is not None and package.origin is not None  # noqa: S101, PT018 -- it is among the dependencies
    told = json.loads(Path(package.origin).with_name("pinyin_dict.json").read_text(encoding="utf-8"))
    return {int(code): readings for code, readings in told.items()}


@cache
def character_readings() -> tuple[list[str], list[str]]:
    """Give the characters of the basic blocks and the commonest reading of each, a space behind it."""
    told = _dictionary()
    codes = sorted(code for code in told if 0x3400 <= code < 0xA000 or code == 0x3007)
    spoken = _toneless("\n".join(told[code].split(",")[0] for code in codes)).split("\n")
    readings = dict(zip(map(chr, codes), spoken, strict=True))
    readings |= GIVEN_READINGS | RARE_READINGS
    return list(readings), [f"{reading} " for reading in readings.values()]


@cache
def syllables() -> frozenset[str]:
    """Give every syllable that a character is read as."""
    return frozenset(reading.strip() for reading in character_readings()[1])


def readings(text: pl.Expr) -> pl.Expr:
    """Give the toneless syllables of Chinese text, a space between them; other characters stay."""
    return each_character(text, _readings()).str.strip_chars()


@cache
def _readings() -> dict[str, str]:
    return dict(zip(*character_readings(), strict=True))


def surname_readings(surname: pl.Expr) -> pl.Expr:
    """Give the reading of surnames; those outside the table are read like any text."""
    known = table("surnames")
    read = surname.replace_strict(known["surname"].to_list(), known["reading"].to_list(), default=None)
    return pl.coalesce(read, where_told(pl.when(read.is_null()).then(surname), readings))


def spoken(names: pl.Series, *, surnames: bool = False) -> pl.Series:
    """Give names in letters without blanks: Chinese ones as they are read, others as they are written."""
    text = pl.col("name").str.replace_all(" ", "")
    if names.str.contains(HAN).any():
        chinese = simplified(text)
        read = surname_readings(chinese) if surnames else readings(chinese)
        text = pl.when(text.str.contains(HAN)).then(read.str.replace_all(" ", "")).otherwise(text)
    return names.alias("name").to_frame().select(text)["name"]


def blurred(pinyin: pl.Expr) -> pl.Expr:
    """Give syllables as an inattentive ear hears them: equal results sound nearly the same."""
    for pattern, replacement in BLURRED:
        pinyin = pinyin.str.replace_all(pattern, replacement)
    return pinyin
