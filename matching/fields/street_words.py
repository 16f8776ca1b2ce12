"""The words of street addresses: abbreviations written one way, and their roles (`data/street_words.csv`)."""

from functools import cache

import polars as pl

from matching.fields.latin import DATA


@cache
def street_words() -> pl.DataFrame:
    """Give the words with their short form and role (`type`, `direction`, `unit`, `floor`, `building`, `number` …)."""
    return pl.read_csv(DATA / "street_words.csv", schema_overrides={"short": pl.String})


@cache
def shorts_of(role: str) -> str:
    """Give the short forms of a role as alternatives of a regular expression."""
    return "|".join(street_words().filter(pl.col("role") == role)["short"].unique().sort())


def abbreviated(text: pl.Expr) -> pl.Expr:
    """Give folded text with its street words in their short forms and ordinals as plain numbers."""
    table = street_words().filter(pl.col("word") != pl.col("short"))
    text = text.str.replace_all(r"\b0*(\d+)(st|nd|rd|th)\b", "$1").str.replace_all(r"(\p{L}{3})str(?:asse)?\b", "$1 st")
    text = pl.lit(" ") + text.str.replace_all(" ", "  ") + pl.lit(" ")
    phrases = table.filter(pl.col("word").str.contains(" "))
    text = text.str.replace_many(
        [" " + word.replace(" ", "  ") + " " for word in phrases["word"]], [f" {short} " for short in phrases["short"]]
    )
    words = table.filter(~pl.col("word").str.contains(" "))
    text = text.str.replace_many([f" {word} " for word in words["word"]], [f" {short} " for short in words["short"]])
    return text.str.replace_all(r"\s+", " ").str.strip_chars().replace("", None)


def street_name(text: pl.Expr) -> pl.Expr:
    """Give abbreviated text without street types and directions, but for its first word: in Park Ave it is a name."""
    name = text.str.replace(rf"^(?:(?:{shorts_of('direction')}) )+(\S)", "$1")
    return name.str.replace_all(rf"(\S)(?: (?:{shorts_of('type')}|{shorts_of('direction')}))+\b", "$1").replace(
        "", None
    )
