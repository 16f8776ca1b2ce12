"""What a candidate is built from: the frames of a run in their order, and the snapshot before it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from matching.frames import conform
from warehouse import duck
from warehouse.errors import SnapshotError
from warehouse.tables import GIVEN, PUBLISHED, RUN


def given_frames(frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Give every frame a candidate is built from, in its schema and in its order; name what is missing or unknown."""
    known = {given.name for given in GIVEN}
    missing = [given.name for given in GIVEN if given.required and given.name not in frames]
    unknown = sorted(frames.keys() - known)
    if missing or unknown:
        message = (
            f"candidate snapshot: expected the frames {', '.join(sorted(known))}; "
            f"missing {', '.join(missing) or 'none'}, unknown {', '.join(unknown) or 'none'}"
        )
        raise SnapshotError(message)
    return {
        given.name: _in_order(conform(frames[given.name], given.schema, name=given.name), given.order)
        if given.name in frames and frames[given.name].width
        else pl.DataFrame(schema=dict(given.schema))
        for given in GIVEN
    }


def _in_order(frame: pl.DataFrame, order: Sequence[str]) -> pl.DataFrame:
    """Give the frame in this order; one that is in order already, as most are, is not copied."""
    places = frame.select(order).with_row_index("place").sort(*order, maintain_order=True)["place"]
    return frame if places.is_sorted() else frame.sort(*order, maintain_order=True)


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
