"""What answers about pairs drawn by lot say of the published customers: precision and recall with their intervals."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from matching.frames import STRATA
from matching.judgements.estimating import ANSWERS, Estimate, Interval, agreement, estimate
from matching.words import Judgement
from warehouse import duck
from warehouse.models import models
from warehouse.published.manifests import read_manifest
from warehouse.published.snapshots import current
from warehouse.queries.lookup import model_of_run
from warehouse.queries.serving import Snapshot
from warehouse.state import reading, transaction

SURE: Final = 0.999
"""How sure the model must be of a pair for its answer to be known beforehand."""

ANSWERED: Final = """
SELECT stratum, record_id_l, record_id_r, expected, verdict
FROM samples JOIN judgements_in_force USING (record_id_l, record_id_r)
WHERE model = ? AND verdict IN ('same', 'different')
ORDER BY record_id_l, record_id_r
"""


@dataclass(frozen=True)
class Correctness:
    """How right the customers in force are, as far as is known; `estimates` for all first, then by feed.

    `agreement` is the share of answers that say what was known beforehand, of `known` such answers; None without any.
    """

    model: str
    answers: int
    estimates: tuple[Estimate, ...]
    known: int
    agreement: Interval | None


def remember(home: Path) -> int:
    """Keep which pairs the snapshot in force drew by lot, and from which strata; give how many are new."""
    snapshot = current(home)
    if snapshot is None:
        return 0
    model = str(read_manifest(snapshot)["model"])
    with duck.reading(snapshot) as con:
        drawn = con.sql("SELECT record_id_l, record_id_r, stratum, expected FROM samples").fetchall()
    with transaction(home) as state:
        before = state.total_changes
        state.executemany(
            "INSERT INTO samples (model, record_id_l, record_id_r, stratum, expected, run_id) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [(model, *row, snapshot.stem) for row in drawn],
        )
        return state.total_changes - before


def answered(home: Path) -> tuple[int, int]:
    """Give what tells whether answers have come since: how many judgements there are, and the last one."""
    with reading(home) as state:
        count, last = state.execute("SELECT count(*), coalesce(max(id), 0) FROM judgements").fetchone()
        return int(count), int(last)


def correctness(home: Path, snapshot: Snapshot) -> Correctness | None:
    """Give how right the customers of a snapshot are; None where it tells no strata, or its model is gone.

    Answers count for the model under which their pairs were drawn: with another model the strata are others.
    """
    model = model_of_run(snapshot)
    strata = pl.DataFrame(snapshot.rows("SELECT * FROM strata"), schema=dict(STRATA), orient="row")
    if strata.is_empty() or not model or not models.folder(home, model).is_dir():
        return None
    with reading(home) as state:
        rows = state.execute(ANSWERED, (model,)).fetchall()
    said = pl.DataFrame(
        [
            (stratum, left.split(":")[0], right.split(":")[0], verdict == Judgement.SAME)
            for stratum, left, right, _, verdict in rows
        ],
        schema=dict(ANSWERS),
        orient="row",
    )
    sure = [
        (expected > 0.5) == (verdict == Judgement.SAME)
        for *_, expected, verdict in rows
        if max(expected, 1 - expected) >= SURE
    ]
    return Correctness(
        model,
        said.height,
        tuple(estimate(strata, said, models.load(home, model).missed)),
        len(sure),
        agreement(len(sure), sum(sure)) if sure else None,
    )
