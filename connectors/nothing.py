"""Why there is nothing to publish: where extracts were looked for, what lies there, and what was taken before."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from connectors.errors import NothingToPublishError
from connectors.feeds import Feed

NAMED: Final = 8
"""How many of the landing folder's names a message shows."""


def nothing_to_publish(
    feeds: Sequence[Feed], landing: Path, extracts: pl.DataFrame, rejects: pl.DataFrame
) -> NothingToPublishError:
    """Give the error of a home without a single record; EXTRACTS and REJECTS are what was taken so far."""
    if extracts.height:
        return NothingToPublishError(
            f"expected at least one record to publish; found none in the {_counted(extracts.height, 'extract')} taken "
            f"so far{_refused(rejects)}. What to do: have the extracts delivered again, or correct the feed file and "
            "start with an empty home."
        )
    wanted = ", ".join(f"{feed.delivery.folder}/{feed.delivery.files}" for feed in feeds)
    return NothingToPublishError(
        f"nothing has been delivered: expected a finished extract of at least one feed below {landing}, that is one of "
        f"{wanted}; found {_found(feeds, landing)}. What to do: put extracts there, or name the folder that holds the "
        "feeds' folders with --landing, or other feed files with --feeds."
    )


def _found(feeds: Sequence[Feed], landing: Path) -> str:
    there = [feed.delivery.folder for feed in feeds if (landing / feed.delivery.folder).is_dir()]
    if there:
        return f"the folder{'s' if len(there) > 1 else ''} {', '.join(there)} without one"
    try:
        names = sorted(name for name in os.listdir(landing) if name.isprintable())
    except OSError as error:
        return f"a landing folder that cannot be read ({type(error).__name__})"
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return f"none of these folders, only {', '.join(names[:NAMED])}{more}" if names else "an empty landing folder"


def _refused(rejects: pl.DataFrame) -> str:
    """Say how many rows became rejects, why most of them did, and where the first of those stands."""
    if rejects.is_empty():
        return ""
    rule, reason = rejects.group_by("rule", "reason").len().sort("len", "rule", "reason").row(-1)[:2]
    like = rejects.filter(pl.col("rule") == rule, pl.col("reason") == reason).sort("extract", "line")
    return (
        f": {_counted(rejects.height, 'row')} became rejects, most for {rule} ({reason}), the first of them line "
        f"{like['line'][0]} of {like['extract'][0]}"
    )


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
