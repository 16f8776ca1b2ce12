"""What a candidate is built from: the frames of a run in their order, and the snapshot before it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from matching.frames import conform
from warehouse import duck
from warehouse.errors import SnapshotError
from warehouse.tables import GIVEN, PUBLISHED, RUN, Frame, Given, Told, collected, order_of

PART: Final = 2**17
"""Rows that are read and written at a time, of a frame that is read as far as it is needed."""


def given_frames(frames: Mapping[str, Frame]) -> dict[str, Frame]:
    """Give every frame a candidate is built from, in its schema; name what is missing or unknown.

    What is read as far as it is needed stays so; the order comes with writing (`in_order`).
    """
    known = {given.name for given in GIVEN}
    missing = [given.name for given in GIVEN if given.required and given.name not in frames]
    unknown = sorted(frames.keys() - known)
    if missing or unknown:
        message = (
            f"candidate snapshot: expected the frames {', '.join(sorted(known))}; "
            f"missing {', '.join(missing) or 'none'}, unknown {', '.join(unknown) or 'none'}"
        )
        raise SnapshotError(message)
    return {given.name: _given(frames.get(given.name), given) for given in GIVEN}


def _given(frame: Frame | None, given: Given) -> Frame:
    if isinstance(frame, Told):
        return frame
    if frame is None or not frame.width:
        return pl.DataFrame(schema=dict(given.schema))
    return conform(frame, given.schema, name=given.name)


def in_order(name: str, frame: Frame) -> pl.DataFrame:
    """Give a frame of `given_frames` as it is written: read, and in its order."""
    return _in_order(collected(frame), order_of(name))


def in_parts(name: str, frame: Told) -> Iterator[pl.DataFrame]:
    """Give a frame of `given_frames` in its order, but part by part: never all of it at once."""
    prints = _in_order(frame.prints, order_of(name))
    for part in prints.iter_slices(PART) if frame.by is None else prints.partition_by(frame.by, maintain_order=True):
        yield in_order(name, replace(frame, prints=part))


def _in_order(frame: pl.DataFrame, order: Sequence[str]) -> pl.DataFrame:
    """Give the frame in this order; one that is in order already, as most are, is not copied."""
    return frame if _is_in_order(frame, order) else frame.sort(*order, maintain_order=True)


def _is_in_order(frame: pl.DataFrame, order: Sequence[str]) -> bool:
    """Tell whether no row comes before the one above it; what is missing comes first."""
    alike = pl.Series([True]).new_from_index(0, max(frame.height - 1, 0))  # as the row above so far
    for name in order:
        if not alike.any():
            break
        above, here = frame[name].head(-1), frame[name].tail(-1)
        before = (here < above).fill_null(here.is_null() & above.is_not_null())
        if (before & alike).any():
            return False
        alike &= here.eq_missing(above)
    return True


def run_frame(run_id: str, manifest: Mapping[str, object], *, history_days: int | None = None) -> pl.DataFrame:
    """Give the row of `runs` for a run: what its manifest says, when it began, and how far back history is kept."""
    started_at = manifest.get("started_at")
    if isinstance(started_at, str):
        started_at = datetime.fromisoformat(started_at)
    if not isinstance(started_at, datetime):
        message = f"run {run_id}: expected its manifest to say started_at, found {sorted(manifest)}"
        raise SnapshotError(message)
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, default=str)
    kept_since = utc(started_at) - timedelta(days=history_days) if history_days else None
    row = {"run_id": run_id, "started_at": utc(started_at), "kept_since": kept_since, "manifest": text}
    return pl.DataFrame([row], schema=dict(RUN))


def utc(moment: datetime) -> datetime:
    """Give a time without a zone, as the tables hold it; one that has no zone is taken for UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def attach_previous(con: duckdb.DuckDBPyConnection, previous: Path | None) -> None:
    """Let SQL see the snapshot in force as the database `previous`; before the first one, empty tables of its shape."""
    if previous is not None:
        with duck.unlocked(previous):
            con.execute("ATTACH ? AS previous (READ_ONLY)", [str(previous)]).fetchall()
        return
    con.execute("ATTACH ':memory:' AS previous").fetchall()
    own = con.sql("SELECT current_database()").fetchall()[0][0]
    con.execute("USE previous").fetchall()
    for published in PUBLISHED:
        if published.remembers:
            duck.execute(con, duck.statements(published.name), only=duckdb.StatementType.CREATE)
    con.execute(f'USE "{own}"').fetchall()


@contextmanager
def one_transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit once: hundreds of comments committed one by one would wait for the disk hundreds of times."""
    con.execute("BEGIN").fetchall()
    yield
    con.execute("COMMIT").fetchall()
