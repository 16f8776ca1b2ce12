"""Which records are one customer, decided by the model in force: the first run learns one, the others use it.

A run whose model, code and lake are those of the run before decides only what the changed records can affect.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from matching.delta import Outcome, resolve_delta
from matching.learning import drifting
from matching.policy import HUB_FIELDS, NUMBERS
from matching.resolving import Resolution, resolve
from matching.scores.shortening import Shortened, shortened
from matching.scores.weigher import outgrown
from warehouse import state
from warehouse.lake import evidence, links
from warehouse.models import models
from warehouse.models.training import effect_of, keep, propose


@dataclass(frozen=True)
class Decided:
    """An outcome, the version it was made with, and how far the records have moved from those it was learned from.

    `drift` is DRIFT with the version beside each fact.
    """

    outcome: Outcome
    version: str
    drift: pl.DataFrame


def decide(  # noqa: PLR0913 -- what a run may be asked for
    home: Path,
    records: pl.DataFrame,
    occasion: models.Occasion,
    *,
    train: bool,
    rebuild: bool,
    say: Callable[[str], None],
) -> Decided:
    """Resolve the records with the model in force; learn one where there is none, or where a new one is asked for.

    What is learned here is a proposal until the run is published. Records that have drifted too far make a proposal
    too, which waits for somebody to look at its effect and accept it: a run changes its model by itself only where it
    had learned that from a part of today's records and nobody chose it, or where an earlier release learned it and it
    knows other levels than values are compared by now. With `rebuild` everything is decided again; the
    outcome is the same.
    """
    judgements = state.judgements(home, until=occasion.at)
    version = None if train else models.in_force(home)
    if version is not None and (few := _outgrown(home, version, records.height)) is not None:
        say(f"model {version} was learned from {few:,} records, now there are {records.height:,}: learning anew")
        version, occasion = None, replace(occasion, why=models.Why.OUTGROWN)
    if version is not None and (strange := outgrown(models.load(home, version))):
        other = ", ".join(strange)
        say(f"model {version} was learned by an earlier release, whose {other} had other levels: learning anew")
        version, occasion = None, replace(occasion, why=models.Why.OUTGROWN)
    if version is None:
        version, outcome = _learned(home, records, judgements, occasion, say)
    else:
        model = models.load(home, version)
        before = None if rebuild else links.recall(home, version)
        if before is None:
            resolved = resolve(records, HUB_FIELDS, judgements=judgements, model=model, progress=say, keep_links=True)
            outcome = Outcome.of(resolved, _laid_down(home, resolved))
        else:
            outcome = resolve_delta(records, HUB_FIELDS, before, model=model, judgements=judgements, progress=say)
    links.remember(home, outcome, version)
    now = drifting.profile(records, outcome.pairs, outcome.patterns, HUB_FIELDS)
    drift = drifting.drift(models.load_profile(home, version), now)
    _look_after(home, records, drift, occasion, say)
    return Decided(outcome, version, drift.select(pl.lit(version).alias("version"), "fact", "drift"))


def _outgrown(home: Path, version: str, records: int) -> int | None:
    """Give from how few records the model in force was learned, where it must not decide on so many; None if it may."""
    learned_from = models.learned_by_itself_from(home, version)
    return learned_from if learned_from is not None and records >= NUMBERS.model.outgrown_from * learned_from else None


def _learned(
    home: Path, records: pl.DataFrame, judgements: pl.DataFrame, occasion: models.Occasion, say: Callable[[str], None]
) -> tuple[str, Outcome]:
    """Learn a version from the records, and give its name and what it decides."""
    resolved = resolve(records, HUB_FIELDS, judgements=judgements, progress=say, keep_links=True)
    short = _laid_down(home, resolved)
    version = keep(home, resolved, short, records, occasion)
    if effect := effect_of(home, version):
        say(f"model {version}: {effect.says}")
    return version, Outcome.of(resolved, short)


def _laid_down(home: Path, resolved: Resolution) -> Shortened:
    """Give the pairs of a full resolution in short; their evidence is laid out and kept part by part."""
    with evidence.anew(home) as keep_part:
        return shortened(resolved.parts(), keep_part)


def _look_after(
    home: Path, records: pl.DataFrame, drift: pl.DataFrame, occasion: models.Occasion, say: Callable[[str], None]
) -> None:
    """Say which facts have drifted; where no proposal waits already, learn one."""
    far = drift.filter(pl.col("drift") >= NUMBERS.model.drift_from)
    if far.is_empty():
        return
    facts = ", ".join(f"{fact} {index:.2f}" for fact, index in far.rows())
    say(f"the records have drifted from those the model was learned from: {facts}")
    waiting = models.proposals(home)
    if not waiting:
        drifted = models.Occasion(models.Why.DRIFT, occasion.who, occasion.at)
        waiting = [propose(home, drifted, records=records, progress=say)[0]]
    say(f"a new version waits: customer-hub model show {waiting[-1]} tells its effect, model accept takes it")
