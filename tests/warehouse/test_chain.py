"""Records to golden values, day after day: what a delta takes over, and that nothing changes where nothing has."""

import random
from dataclasses import dataclass

import polars as pl
from polars.testing import assert_frame_equal

from matching.customers.carrying import Carried, survive_changed
from matching.customers.identity import Identities, assign
from matching.delta import Outcome, resolve_delta
from matching.frames import CROSSWALK, PINS, REDIRECTS
from matching.model import Model
from matching.policy import HUB_FIELDS
from matching.resolving import resolve
from tests.warehouse.test_models import people

SECRET = b"a secret of a test, 32 bytes long"
NO_PINS = pl.DataFrame(schema=dict(PINS))
NOBODY = pl.DataFrame(schema=dict(CROSSWALK))
NOTHING = pl.DataFrame(schema=dict(REDIRECTS))


@dataclass(frozen=True)
class Day:
    """What a run leaves behind."""

    outcome: Outcome
    identities: Identities
    carried: Carried


def run(records: pl.DataFrame, outcome: Outcome, before: Day | None, run_id: str, *, carry: bool) -> Day:
    """Ids and golden values after clusters have been decided, taking over or working out anew."""
    identities = assign(
        outcome.members,
        before.identities.crosswalk if before else NOBODY,
        before.identities.redirects if before else NOTHING,
        run_id=run_id,
        secret=SECRET,
    )
    taken_over = before.carried if before and carry else None
    return Day(outcome, identities, survive_changed(records, identities.crosswalk, taken_over, pins=NO_PINS))


def assert_same(one: Day, other: Day) -> None:
    for name in ("members", "pairs", "questions"):
        assert_frame_equal(getattr(one.outcome, name), getattr(other.outcome, name), check_exact=True)
    assert_frame_equal(one.identities.crosswalk, other.identities.crosswalk, check_exact=True)
    assert_frame_equal(one.identities.redirects, other.identities.redirects, check_exact=True)
    assert_frame_equal(one.carried.golden.customers, other.carried.golden.customers, check_exact=True)
    assert_frame_equal(one.carried.golden.lineage, other.carried.golden.lineage, check_exact=True)


def full(records: pl.DataFrame, model: Model | None = None) -> tuple[Outcome, Model]:
    resolved = resolve(records, HUB_FIELDS, model=model, keep_links=True)
    return Outcome.of(resolved), resolved.model


def changed(records: pl.DataFrame, luck: random.Random) -> pl.DataFrame:
    """Some records fewer, some with another's number or name, some back again under their old id."""
    every = people()
    gone = luck.sample(range(records.height), 6)
    left = records.with_row_index("at").filter(~pl.col("at").is_in(gone)).drop("at")
    back = every.join(left, on="record_id", how="anti").head(luck.randrange(7))
    told = pl.concat([left, back]).sort("record_id")
    moved = dict(zip(luck.sample(told["record_id"].to_list(), 5), luck.sample(every["name"].to_list(), 5), strict=True))
    numbers = pl.Series(luck.sample(every["mobiles"].to_list(), 5), dtype=pl.List(pl.String))
    shared = pl.DataFrame({"record_id": luck.sample(told["record_id"].to_list(), 5), "other": numbers})
    return (
        told.with_columns(name=pl.col("record_id").replace_strict(moved, default=pl.col("name")))
        .join(shared, on="record_id", how="left", maintain_order="left")
        .with_columns(mobiles=pl.coalesce("other", "mobiles"))
        .drop("other")
    )


def test_days_of_deltas_come_to_what_rebuilds_come_to() -> None:
    luck = random.Random(5)  # noqa: S311 -- a test's luck
    records = people()
    outcome, model = full(records)
    now = run(records, outcome, None, "r00", carry=False)
    for number in range(1, 6):
        records = changed(records, luck)
        delta = resolve_delta(records, HUB_FIELDS, now.outcome, model=model)
        rebuilt = run(records, full(records, model)[0], now, f"r{number:02}", carry=False)
        now = run(records, delta, now, f"r{number:02}", carry=True)
        assert_same(now, rebuilt)


def test_unchanged_input_a_hundred_times_changes_nothing() -> None:
    records = people(20)
    outcome, model = full(records)
    first = now = run(records, outcome, None, "r000", carry=False)
    for number in range(1, 101):
        delta = resolve_delta(records, HUB_FIELDS, now.outcome, model=model)
        now = run(records, delta, now, f"r{number:03}", carry=True)
    assert_same(now, first)
    assert now.identities.churn.changes.is_empty()


def test_a_model_learned_again_from_the_same_records_keeps_every_id() -> None:
    records = people()
    first = run(records, full(records)[0], None, "r0", carry=False)
    again = run(records, full(records.sample(fraction=1, shuffle=True, seed=2))[0], first, "r1", carry=False)
    assert again.identities.churn.changes.is_empty()
    assert_frame_equal(again.identities.crosswalk, first.identities.crosswalk, check_exact=True)
