"""A channel's column names as its feed file writes them: width, capitals, blanks and marks make no other column."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import polars as pl

from connectors.feeds import Feed
from connectors.readers import LINE, Rows

UNSEEN: Final = ("Cc", "Cf", "Zs", "Zl", "Zp")
"""Categories of characters that nobody sees in a header: control and format characters, blanks."""
MARKS: Final = "_-*:"
"""What is written for a blank, before a column that must be filled, and behind a label."""


def with_known_names(feed: Feed, rows: Rows) -> Rows:
    """Give rows whose columns are called as in the feed file where a name says the same, and a note on each such name.

    A name that stands for two columns, or a column that is there under its own name, is left as it is.
    """
    strangers = [name for name in rows.columns if name not in feed.known]
    missing = _by_spelling(name for name in feed.known if name not in rows.columns)
    told = _by_spelling(strangers)
    known = {told[spelling]: missing[spelling] for spelling in told if spelling in missing}
    if not known:
        return rows
    notes = tuple(f"the column {_shown(name)} is read as {column}" for name, column in known.items())
    return replace(
        rows,
        table=rows.table.rename(known),
        nested=tuple(known.get(name, name) for name in rows.nested),
        lists=rows.lists.with_columns(rows.lists["column"].replace(known)),
        notes=(*rows.notes, *notes),
    )


def unknown_now(feed: Feed, extracts: pl.DataFrame) -> pl.DataFrame:
    """Give EXTRACTS without the unknown columns that the feed's file has come to know since they were taken."""
    return extracts.with_columns(
        pl.when(pl.col("feed") == feed.name)
        .then(pl.col("unknown_columns").list.set_difference(sorted(feed.known)))
        .otherwise("unknown_columns")
        .alias("unknown_columns")
    )


def _by_spelling(names: Iterable[str]) -> dict[str, str]:
    """Give names by what is left of them without what makes no difference, those alike left out."""
    spelt = [(_spelling(name), name) for name in names if name != LINE]
    often = Counter(spelling for spelling, _ in spelt)
    return {spelling: name for spelling, name in spelt if spelling and often[spelling] == 1}


def _spelling(name: str) -> str:
    seen = (one for one in unicodedata.normalize("NFKC", name) if unicodedata.category(one) not in UNSEEN)
    return "".join(one for one in seen if one not in MARKS).casefold()


def _shown(name: str) -> str:
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in name)
