"""What stands around a name and is not the name: forms of address, degrees, ranks, and the generation (Jr, Sr, III)."""

from functools import cache
from typing import Final

import polars as pl

from matching.fields.latin import DATA

GENERATIONS: Final = {
    "jr": "2",
    "jnr": "2",
    "junior": "2",
    "ii": "2",
    "2nd": "2",
    "sr": "1",
    "snr": "1",
    "senior": "1",
    "iii": "3",
    "3rd": "3",
    "iv": "4",
    "4th": "4",
}
"""The words for a person's place in a line of namesakes; a name without one says nothing about it."""

GENERATION: Final = r"\b(" + "|".join(GENERATIONS) + r")$"
"""The pattern of such a word behind a folded name."""


@cache
def titles() -> pl.DataFrame:
    """Give the words around names: `word` and where it stands (`before` or `after` the name)."""
    return pl.read_csv(DATA / "titles.csv")


def _pattern(place: str) -> str:
    return "|".join(titles().filter(pl.col("place") == place)["word"])


@cache
def behind_comma() -> str:
    """Give the pattern of a name with degrees behind a comma, the name in either of two groups.

    A name of one word has only such as are no family's: `Nguyen, Ba` is turned, and no bachelor.
    """
    words = titles().filter(pl.col("place").is_in(["after", "behind_comma"]))["word"].str.replace_all(" ", "")
    longer = words.filter(words.str.len_chars() > 2)
    every, sure = ("|".join(r"\.?\s*".join(word) for word in some) for some in (words, longer))
    return rf"(?i)^\s*(?:([^,\s]+\s[^,]+?)\s*(?:,[\s,]*(?:{every})\.?)+|([^,]+?)\s*(?:,[\s,]*(?:{sure})\.?)+)\s*$"


TWO_SURNAMES: Final = r"(?i)^\s*(?:se[nñ]or|sra)"
"""Forms of address of peoples who have two surnames, which may stand before a comma by themselves."""


def without_roles(text: pl.Series, kept: str, particles: str) -> pl.Series:
    """Give names that begin with a title without it, and without what stands behind a comma: Ms Ann Lee, Head of Sales.

    Behind a whole name it is a role, unless it is to be `kept`, as Jr; behind a surname alone (Dr Lee, Ann), or one
    that begins with one of the `particles`, the given name. Names without a comma stay as they are.
    """
    rows = text.str.contains(",").fill_null(False).arg_true()
    if rows.is_empty():
        return text
    parts = text.gather(rows).str.splitn(",", 2).struct.unnest().rename({"field_0": "before", "field_1": "behind"})
    bare = pl.col("before").str.replace(rf"(?i)^\s*(?:(?:{_pattern('before')})\b\.?\s*)+", "")
    words = pl.col("bare").str.count_matches(r"\S+")
    whole = (words > 2) | ((words > 1) & ~pl.col("before").str.contains(TWO_SURNAMES))
    titled = (pl.col("bare") != pl.col("before")) & (words > 0)
    role = titled & whole & ~pl.col("bare").str.contains(rf"(?i)^{particles}\s")
    said = pl.col("behind").str.extract(rf"(?i)^(\s*(?:{kept})\.?)\s*(?:,|$)")
    behind = pl.when(role).then(said).otherwise("behind")
    name = pl.when(titled).then("bare").otherwise("before")
    told = parts.with_columns(bare=bare).select(name=pl.concat_str([name, (pl.lit(",") + behind).fill_null("")]))
    return text.scatter(rows, told["name"])


def generation(text: pl.Expr) -> pl.Expr:
    """Give which one in a line of namesakes a folded name says it is: `1` senior, `2` junior … null if it does not."""
    return text.str.extract(GENERATION).replace_strict(GENERATIONS, default=None, return_dtype=pl.String)


def regnal(text: pl.Expr) -> pl.Expr:
    """Give the same for given names, where `i` behind a name may be the first of a line as well as an initial."""
    return pl.coalesce(generation(text), text.str.extract(r"\S (i)$").replace({"i": "1"}))


def without_titles(text: pl.Expr) -> pl.Expr:
    """Give a folded name without titles and generation; a name that is nothing else stays as it is."""
    bare = text.str.replace(before_names(), "").str.replace(behind_names(), "")
    return pl.when(bare.str.len_chars() > 0).then(bare).otherwise(text)


@cache
def before_names() -> str:
    """Give the pattern of titles before a folded name."""
    return rf"^((?:{_pattern('before')})\s+)+"


@cache
def behind_names() -> str:
    """Give the pattern of titles and generations behind a folded name."""
    return rf"(\s+(?:{_pattern('after')}|{'|'.join(GENERATIONS)}))+$"
