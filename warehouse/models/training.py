"""A new version of the model is learned, and what it would do to the customers is told before anybody accepts it."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from matching.customers.identity import assign
from matching.learning.drifting import profile
from matching.policy import HUB_FIELDS
from matching.resolving import Resolution, resolve
from matching.scores.shortening import Shortened, shortened
from warehouse import state
from warehouse.errors import SnapshotError
from warehouse.models import models
from warehouse.published.reading import read_frame
from warehouse.published.snapshots import current

EFFECT_FILE: Final = "effect.json"
SHOWN: Final = 20
"""Customers of each sort whose pairs an effect shows."""
JOINED, PARTED = "joined", "parted"


@dataclass(frozen=True)
class Effect:
    """What a version does to the customers in force: how many ids change, and a sample of the pairs behind it.

    `before` = `kept` + `merged` + `gone`; `split` are part of `kept`. A pair is record_id_l, record_id_r, change
    (joined or parted), and its score under the new version; at most one for a customer.
    """

    compared_with: str  # the snapshot in force
    before: int
    kept: int
    merged: int
    split: int
    new: int
    gone: int
    pairs: tuple[dict[str, Any], ...]

    @property
    def says(self) -> str:
        """The counts in one line."""
        return (
            f"against {self.compared_with}: {self.kept:,} of {self.before:,} customer ids kept ({self.split:,} of them "
            f"lose records), {self.merged:,} merged, {self.gone:,} gone, {self.new:,} new"
        )


def propose(
    home: Path,
    occasion: models.Occasion,
    *,
    records: pl.DataFrame | None = None,
    labels: pl.DataFrame | None = None,
    progress: Callable[[str], None] | None = None,
) -> tuple[str, Effect | None]:
    """Learn a version from the published records, or those given, and give it with its effect on the customers.

    `labels` (record_id_l, record_id_r, judgement or verdict) retrain the weights; judgements bind the clusters as in
    any run. Nothing changes until the version is accepted. Before the first publication there is nothing to compare
    with and no effect.
    """
    if records is None:
        if current(home) is None:
            message = f"{home}: expected published records to learn from, found none; run customer-hub run first"
            raise SnapshotError(message)
        records = read_frame(home, "records")
    resolved = resolve(records, HUB_FIELDS, judgements=state.judgements(home), labels=labels, progress=progress)
    short = shortened(resolved.parts())
    version = keep(home, resolved, short, records, occasion, 0 if labels is None else labels.height)
    return version, effect_of(home, version)


def keep(  # noqa: PLR0913, PLR0917 -- what a version is stored with
    home: Path,
    resolved: Resolution,
    short: Shortened,
    records: pl.DataFrame,
    occasion: models.Occasion,
    labels: int = 0,
) -> str:
    """Store what a resolution has learned as a version, with its effect on the customers; `short` are its pairs."""
    effect = _effect(home, resolved)

    def beside(folder: Path) -> None:
        if effect is not None:
            text = json.dumps(asdict(effect), ensure_ascii=False, indent=1)
            (folder / EFFECT_FILE).write_text(text, encoding="utf-8")

    return models.store(
        home,
        resolved.model,
        profile(records, short.pairs, short.patterns, HUB_FIELDS),
        occasion,
        records=records.height,
        labels=labels,
        beside=beside,
    )


def effect_of(home: Path, version: str) -> Effect | None:
    """Give the effect that a version was found to have; None if there was nothing to compare it with."""
    path = models.folder(home, version) / EFFECT_FILE
    if not path.exists():
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    return Effect(**{**told, "pairs": tuple(told["pairs"])})


def _effect(home: Path, resolved: Resolution) -> Effect | None:
    snapshot = current(home)
    if snapshot is None:
        return None
    crosswalk = read_frame(home, "crosswalk")
    redirects = read_frame(home, "customer_redirects")
    churn = assign(resolved.members, crosswalk, redirects, run_id=f"{snapshot.stem}+", secret=state.secret(home)).churn
    return Effect(
        snapshot.stem,
        *(churn.before, churn.kept, churn.merged, churn.split, churn.new, churn.gone),
        pairs=tuple(_telling(resolved, crosswalk)),
    )


def _telling(resolved: Resolution, crosswalk: pl.DataFrame) -> list[dict[str, Any]]:
    """Give pairs that are together now and were not, and the other way round: for each customer the one that says most.

    Joined pairs are those with the highest score, parted ones those with the lowest.
    """
    ids, scored, labels = resolved.encoded.ids, resolved.scored, resolved.labels
    before = ids.to_frame("record_id").join(crosswalk, on="record_id", how="left", maintain_order="left")
    was = before["customer_id"].rank("dense").cast(pl.Int64).fill_null(-1).to_numpy()
    known = (was[scored.left] >= 0) & (was[scored.right] >= 0)
    together, were = labels[scored.left] == labels[scored.right], was[scored.left] == was[scored.right]
    told = []
    for change, which, by, sign in (
        (JOINED, known & together & ~were, labels, -1),
        (PARTED, known & ~together & were, was, 1),
    ):
        pairs = np.flatnonzero(which)
        pairs = pairs[np.argsort(sign * scored.score[pairs], kind="stable")]
        _, first = np.unique(by[scored.left[pairs]], return_index=True)
        told += [
            {
                "record_id_l": ids[int(scored.left[pair])],
                "record_id_r": ids[int(scored.right[pair])],
                "change": change,
                "score": round(float(scored.score[pair]), 2),
            }
            for pair in pairs[np.sort(first)[:SHOWN]].tolist()
        ]
    return told
