"""Which of many names a text begins with: the longest one, for all texts at once."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import polars as pl

from matching.fields.writing import FEW

HEAD: Final = 4
"""Characters of most names at most: texts begin in so few ways that each is looked up once for all of them."""


@dataclass(frozen=True)
class _Names:
    """Names by how long they are: those of `HEAD` characters at most, the longer ones and how these begin."""

    every: frozenset[str]
    lengths: tuple[int, ...]  # the longest first
    short: tuple[str, ...]
    long: tuple[str, ...]
    heads: pl.Series

    def longest_of(self, text: str | None) -> str | None:
        """Give the longest of the names that one text begins with."""
        if text is None:
            return None
        return next((text[:length] for length in self.lengths if text[:length] in self.every), None)


def longest_of(text: str, names: tuple[str, ...]) -> str | None:
    """Give the longest of the names that one text begins with."""
    return _sorted_out(names).longest_of(text)


@cache
def _sorted_out(names: tuple[str, ...]) -> _Names:
    long = tuple(name for name in names if len(name) > HEAD)
    return _Names(
        every=frozenset(names),
        lengths=tuple(sorted({len(name) for name in names}, reverse=True)),
        short=tuple(name for name in names if len(name) <= HEAD),
        long=long,
        heads=pl.Series(sorted({name[:HEAD] for name in long}), dtype=pl.String),
    )


def longest_beginning(column: str, names: tuple[str, ...]) -> pl.Expr:
    """Give the longest of the names that the text begins with."""
    return pl.col(column).map_batches(lambda texts: _beginnings(texts, names), return_dtype=pl.String)


def _beginnings(texts: pl.Series, names: tuple[str, ...]) -> pl.Series:
    """Give for each text the longest of the names that it begins with; a few are looked up one by one."""
    known = _sorted_out(names)
    if len(texts) <= FEW:
        return pl.Series(texts.name, [known.longest_of(text) for text in texts], dtype=pl.String)
    told = texts.to_frame("text").with_columns(head=pl.col("text").str.head(HEAD))
    of_head = told.select(pl.col("head").unique()).with_columns(found=_longest("head", known.short))
    found = told.join(of_head, on="head", how="left", maintain_order="left")["found"]
    rows = told["head"].is_in(known.heads.implode()).fill_null(False).arg_true()
    if rows.is_empty():
        return found
    longer = told[rows].select(found=_longest("text", known.long))["found"]
    return found.scatter(rows.filter(longer.is_not_null()), longer.drop_nulls())


def _longest(column: str, names: tuple[str, ...]) -> pl.Expr:
    """Give the longest of the names that the text begins with, length by length."""
    heads = [(pl.col(column).str.head(length), some) for length, some in _by_length(names)]
    return pl.coalesce(pl.lit(None, pl.String), *(pl.when(head.is_in(some)).then(head) for head, some in heads))


@cache
def _by_length(names: tuple[str, ...]) -> tuple[tuple[int, pl.Expr], ...]:
    """Give the names of each length as a list, the longest first."""
    lengths = sorted({len(name) for name in names}, reverse=True)
    listed = [pl.Series([name for name in names if len(name) == length], dtype=pl.String) for length in lengths]
    return tuple((length, pl.lit(some.implode())) for length, some in zip(lengths, listed, strict=True))


def behind(column: str, name: str) -> pl.Expr:
    """Give the text behind the name it begins with, all of it where there is none."""
    return pl.col(column).str.slice(pl.col(name).str.len_chars().fill_null(0))
