"""One way of writing: the steps that every field of text begins with, whatever its kind."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

import polars as pl
from opencc import OpenCC

from matching.fields.characters import characters_of
from matching.fields.digits import in_common_digits
from matching.fields.sparing import unless

HAN: Final = r"\p{Han}"

INVISIBLE: Final = r"[[\p{Cc}\p{Cf}\u{FE00}-\u{FE0F}]--\s]"
"""Control and format characters (zero-width spaces, byte order marks, variation selectors); a line end is a blank."""

KEPT_TRADITIONAL: Final = "乾甯昇堃喆锺徵馀於瞭夥藉祕晳頫勠龑犇淼叡濬澂槑翀"
"""Characters that are names in today's mainland spelling too, though a converter would replace some of them
(General Standard Chinese Characters, 2013)."""


PLAIN: Final = r"^[!-~·\u{4E00}-\u{9FFF}]+(?: [!-~·\u{4E00}-\u{9FFF}]+)*$"
"""Text that is plain as it stands: ASCII, the middle dot and the common Chinese characters, single spaces."""


def plain(text: pl.Expr) -> pl.Expr:
    """Give text with compatibility forms folded (full width, circled), invisible characters gone, spaces single."""
    return unless(PLAIN, text, _plain)


def _plain(text: pl.Expr) -> pl.Expr:
    folded = in_common_digits(text.str.normalize("NFKC")).str.replace_all(INVISIBLE, "")
    squeezed = folded.str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.when(squeezed != "").then(squeezed)


@cache
def _simplifications() -> tuple[list[str], list[str]]:
    """Give the characters that simplify, and what each becomes."""
    characters = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    changed = [(old, new) for old, new in zip(characters, converted, strict=True) if len(new) == 1 and old != new]
    kept = [(old, new) for old, new in changed if old not in KEPT_TRADITIONAL]
    return [old for old, _ in kept], [new for _, new in kept]


@cache
def simplified_characters() -> dict[str, str]:
    """Give the characters that simplify, each with what it becomes."""
    return dict(zip(*_simplifications(), strict=True))


@cache
def simple(but: str = "") -> str:
    """Give the common Chinese characters that simplifying leaves as they are, as the inside of a pattern's class."""
    kept = [code for code in range(0x4E00, 0xA000) if chr(code) not in simplified_characters() and chr(code) not in but]
    first = [code for code, before in zip(kept, [0, *kept], strict=False) if code != before + 1]
    last = [code for code, behind in zip(kept, [*kept[1:], 0], strict=True) if code + 1 != behind]
    return "".join(rf"\u{{{one:X}}}-\u{{{other:X}}}" for one, other in zip(first, last, strict=True))


def simplified(text: pl.Expr) -> pl.Expr:
    """Give text in simplified characters, one by one: names have no context that would decide otherwise."""
    return each_character(text, simplified_characters())


FEW: Final = 64
"""Texts so few that looking their characters up costs less than preparing to search for all characters at once."""


MANY: Final = 10_000
"""Characters so many that to see which of them occur costs less than to prepare to search for all."""


def each_character(text: pl.Expr, becomes: Mapping[str, str]) -> pl.Expr:
    """Give text with each of some thousand characters replaced; others stay.

    What searches whole columns at once takes some milliseconds to prepare, which a single question would notice.
    """

    def replaced(told: pl.Series) -> pl.Series:
        if len(told) > FEW:
            wanted = becomes
            if len(becomes) > MANY:
                wanted = {one: becomes[one] for one in characters_of(told) if one in becomes}
            every = pl.col("told").str.replace_many(list(wanted), list(wanted.values()))
            return told.to_frame("told").select(every)["told"] if wanted else told
        texts = ["".join(becomes.get(one, one) for one in one_text) if one_text else one_text for one_text in told]
        return pl.Series(told.name, texts, dtype=pl.String)

    return text.map_batches(replaced, return_dtype=pl.String)


def cleaned_where(wanted: pl.Series, raw: pl.Series, clean: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """Give the values that are wanted cleaned, at the height of all: null in the rows of the others."""
    rows = wanted.fill_null(False).arg_true()
    if rows.is_empty():
        return _of_nothing(clean).clear(raw.len())
    parts = clean(raw.gather(rows)).with_columns(row=rows)
    every = pl.DataFrame({"row": pl.int_range(raw.len(), dtype=pl.UInt32, eager=True)})
    return every.join(parts, on="row", how="left", maintain_order="left").drop("row")


@cache
def _of_nothing(clean: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """Give what cleaning makes of no value: a single question need not wait for it each time."""
    return clean(pl.Series("value", [], dtype=pl.String))
