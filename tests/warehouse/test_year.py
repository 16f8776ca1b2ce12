"""A year of daily deltas: no id is ever two customers, none is lost, and every day can be seen again as it was."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from matching.words import Retired
from tests.warehouse.lives import Links, at, decide, few_tables, group
from warehouse import duck
from warehouse.judgements import corrections
from warehouse.judgements.restoring import rollback
from warehouse.published import published_ids, snapshots
from warehouse.published.reading import read_frame

DAYS = 260
MODEL_CHANGES = (90, 180)
ROLLBACK = 130
CORRECTIONS = (60, 150, 200)


@pytest.fixture(autouse=True)
def small_snapshots() -> Iterator[None]:
    """Only the tables that ids and history need."""
    with few_tables():
        yield


class Town:
    """Invented people whose records come, go, and are linked rightly and wrongly."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 (people, not secrets)
        self.records: dict[str, int] = {}
        self.links: dict[tuple[str, str], float] = {}
        self.made = 0
        for _ in range(60):
            self.arrive()

    def arrive(self) -> None:
        """A record of somebody comes; it is linked to most of his others, now and then to a stranger's."""
        record, person = f"web:{self.made:04}", self.chance.randrange(30)
        self.made += 1
        for other, whose in self.records.items():
            if self.chance.random() < (0.7 if whose == person else 0.01):
                self.links[other, record] = self.chance.uniform(0.0, 9.0)
        self.records[record] = person

    def pass_a_day(self, day: int) -> None:
        """A daily delta; on some days a new model weighs every link anew."""
        for _ in range(self.chance.randrange(3)):
            self.arrive()
        for record in self.chance.sample(sorted(self.records), self.chance.randrange(2)):
            del self.records[record]
        for pair in self.chance.sample(sorted(self.links), 1):
            self.links[pair] = self.chance.uniform(-3.0, 9.0)
        if day in MODEL_CHANGES:
            self.links = {pair: score + self.chance.uniform(-3.0, 3.0) for pair, score in self.links.items()}

    def told(self) -> Links:
        """The links that count, strongest first."""
        return {pair: score for pair, score in self.links.items() if score > 2.0}


@pytest.mark.long
def test_a_year_of_deltas(tmp_path: Path) -> None:
    town, published, runs = Town(7), [], []
    for day in range(DAYS):
        town.pass_a_day(day)
        assigned = decide(tmp_path, day, sorted(town.records), town.told())
        runs.append((day, assigned.crosswalk, assigned.redirects))
        published.append((day, snapshots.current(tmp_path)))
        if day in CORRECTIONS:
            take_one_merge_back(tmp_path, town, day)
        if day == ROLLBACK:
            rollback(tmp_path, published[-3][1].stem, now=at(day) + timedelta(hours=6))
            published.append((day + 0.25, snapshots.current(tmp_path)))
            runs.append((day + 0.25, read_frame(tmp_path, "crosswalk"), read_frame(tmp_path, "customer_redirects")))
    assert_ids_last(runs)
    assert_every_day_is_seen_again(published)
    assert published_ids.beyond(tmp_path, 0) is not None


def take_one_merge_back(home: Path, town: Town, day: int) -> None:
    """Take the latest merge back that nothing hangs on."""
    redirects = read_frame(home, "customer_redirects").filter(pl.col("reason") == Retired.MERGED)
    for customer_id in redirects.sort("since_run", "customer_id", descending=True)["customer_id"]:
        try:
            found = corrections.unmerge(home, customer_id, regroup=lambda r, j: group(r, town.told(), j))
        except corrections.CannotCorrectError:
            continue
        corrections.write(home, found, who="li", reason="", at=at(day) + timedelta(hours=1))
        return
    pytest.fail("no merge could be taken back")


def assert_ids_last(runs: list[tuple[float, pl.DataFrame, pl.DataFrame]]) -> None:
    """No id is two customers', none is lost, every id resolves in one step, and only the right ones come back."""
    last: dict[str, set[str]] = {}
    reasons: dict[str, str] = {}
    for day, crosswalk, redirects in runs:
        held: dict[str, set[str]] = {}
        for record, customer_id in crosswalk.select("record_id", "customer_id").iter_rows():
            held.setdefault(customer_id, set()).add(record)
        leads = dict(redirects.select("customer_id", "redirects_to").iter_rows())
        assert not set(held) & set(leads), f"day {day}: in force or out of use"
        assert set(last) <= set(held) | set(leads), f"day {day}: an id is lost"
        assert {each for each in leads.values() if each is not None} <= set(held), f"day {day}: one step"
        for customer_id, records in held.items():
            assert customer_id not in last or last[customer_id] & records, f"day {day}: an id is another customer's"
        last |= held
        reasons = dict(redirects.select("customer_id", "reason").iter_rows())
    assert {Retired.MERGED, Retired.GONE} <= set(reasons.values())


def assert_every_day_is_seen_again(published: list[tuple[float, Path]]) -> None:
    """As of every publication, the last snapshot shows exactly what was published then."""
    with duck.reading(published[-1][1]) as last:
        for day, path in published:
            moment = (at(0) + timedelta(days=day, minutes=5)).replace(tzinfo=None)
            with duck.reading(path) as con:
                customers, crosswalk = duck.rows(con.table("customers")), duck.rows(con.table("crosswalk"))
            assert_frame_equal(duck.rows(last.sql("SELECT * FROM customer_as_of($1)", params=[moment])), customers)
            whose = duck.rows(last.sql("SELECT * FROM crosswalk_as_of($1)", params=[moment]))
            assert_frame_equal(whose, crosswalk.select(whose.columns))
