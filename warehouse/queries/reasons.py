"""Why records came together or went apart: what a steward judged, or what the links of the time said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import polars as pl

from matching.words import Judgement
from warehouse import duck
from warehouse.moments import as_text


@dataclass(frozen=True)
class Told:
    """What the snapshot and the state tell of a customer."""

    customer_id: str
    values: pl.DataFrame
    intervals: pl.DataFrame
    redirects: pl.DataFrame
    judgements: Sequence[tuple[str, str, str, str, str, str]]  # records, verdict, who, when, why; the last first
    con: duckdb.DuckDBPyConnection


def why_together(told: Told, moved: pl.DataFrame, records: Sequence[str], at: datetime) -> str | None:
    """Say what put records with others: a judgement, or the link of the time (`moved` are their intervals there)."""
    if said := _judged(told, records, None, Judgement.SAME, at):
        return said
    links = moved.filter(pl.col("record_id").is_in(list(records))).drop_nulls("score").sort("score", descending=True)
    if links.is_empty():
        return None
    return f"linked by {links['linked_by'][0]} (score {links['score'][0]:.1f})"


def why_apart(told: Told, records: Sequence[str], others: Sequence[str] | None, at: datetime) -> str:
    """Say what keeps records apart that were together: a judgement, or that no evidence is strong enough any more."""
    if said := _judged(told, records, others, Judgement.DIFFERENT, at):
        return said
    statement = duck.statements("reading/links_between")
    best = told.con.sql(statement, params=[list(records), list(others or ())]).fetchall()
    if not best:
        return "no link holds them any more"
    score, fields = best[0]
    return f"the best link between them, {' + '.join(fields) or 'no field'} (score {score:.1f}), does not decide"


def _judged(
    told: Told, ones: Sequence[str], others: Sequence[str] | None, verdict: Judgement, at: datetime
) -> str | None:
    """Say who judged last, before a moment, across two groups of records (`others`: None for any), if it was this."""
    left, right, until = set(ones), None if others is None else set(others), as_text(at.replace(tzinfo=UTC))
    for one, other, said, who, spoken_at, reason in told.judgements:
        inside, outside = (one, other) if one in left else (other, one)
        across = inside in left and outside not in left and (right is None or outside in right)
        if across and said == verdict and spoken_at <= until:
            because = f": {reason}" if reason else ""
            return f"{who} judged {one} and {other} {verdict.value} on {spoken_at[:10]}{because}"
    return None
