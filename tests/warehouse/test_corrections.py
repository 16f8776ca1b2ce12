"""Corrections: every merge can be taken back, in every order, and stays taken back."""

import shutil
from collections.abc import Iterator, Sequence
from itertools import permutations
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from matching.correcting import CannotCorrectError, Correction
from matching.customer_ids import spell
from tests.warehouse.lives import Links, at, decide, few_tables, group
from warehouse import corrections, snapshots
from warehouse.reading import read_frame, read_table

RECORDS = tuple(f"web:{each}" for each in "abcdefgh")
WITHIN: Links = {("web:a", "web:b"): 9.0, ("web:c", "web:d"): 9.0, ("web:e", "web:f"): 9.0, ("web:g", "web:h"): 9.0}
CHAINS: dict[str, tuple[tuple[str, str], ...]] = {
    "each to the first": (("web:a", "web:c"), ("web:b", "web:e"), ("web:a", "web:g")),
    "each to an older one": (("web:e", "web:g"), ("web:c", "web:e"), ("web:a", "web:c")),
    "the older ones through the younger": (("web:e", "web:g"), ("web:c", "web:g"), ("web:a", "web:h")),
}
"""What links the four customers ab, cd, ef, gh, one merge a day."""


def links_of(chain: Sequence[tuple[str, str]]) -> Links:
    return {**WITHIN, **{pair: 5.0 - number for number, pair in enumerate(chain)}}


@pytest.fixture(scope="module", autouse=True)
def small_snapshots() -> Iterator[None]:
    """Only the tables that ids and history need."""
    with few_tables():
        yield


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A home for each chain: four customers, merged one a day."""
    homes = {}
    for name, chain in CHAINS.items():
        homes[name] = tmp_path_factory.mktemp("chain")
        for day in range(4):
            decide(homes[name], day, RECORDS, links_of(chain[:day]))
        assert read_table(homes[name], "customers").height == 1
    return homes


def golden(home_or_snapshot: Path) -> pl.DataFrame:
    """Golden values, and which records each customer has since when."""
    crosswalk = read_table(home_or_snapshot, "crosswalk").select("record_id", "customer_id", "since_run")
    return read_table(home_or_snapshot, "customers").join(crosswalk, on="customer_id").sort("record_id")


def attempt(home: Path, customer_id: str, links: Links) -> tuple[Correction | None, str]:
    """Plan to take a merge back; where that is refused, give the refusal."""
    try:
        return corrections.unmerge(home, customer_id, regroup=lambda r, j: group(r, links, j)), ""
    except CannotCorrectError as refused:
        return None, str(refused)


def correct(home: Path, correction: Correction, day: int, links: Links) -> None:
    """Write a correction down and let the next run carry it out, as its preview says."""
    seen = corrections.preview(home, correction)
    corrections.write(home, correction, who="li", reason="asked by the customer", at=at(day))
    decide(home, day, RECORDS, links)
    crosswalk = read_frame(home, "crosswalk").select("record_id", now="customer_id")
    assert seen.records.join(crosswalk, on="record_id").filter(pl.col("after") != pl.col("now")).is_empty()


@pytest.mark.parametrize(
    ("name", "order"),
    [
        *(("each to the first", order) for order in permutations(range(3))),
        *(("each to an older one", order) for order in permutations(range(3))),
        ("the older ones through the younger", (0, 1, 2)),
        ("the older ones through the younger", (1, 2, 0)),
    ],
)
def test_a_chain_of_merges_is_taken_back_in_every_order(
    name: str, order: Sequence[int], merged: dict[str, Path], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(merged[name], home, symlinks=True)
    links = links_of(CHAINS[name])
    first = snapshots.snapshots(home)[0]
    before = golden(first)
    retired = read_frame(home, "customer_redirects").sort("since_run")["customer_id"].to_list()
    waiting, day = [retired[number] for number in order], 4
    while waiting:
        customer_id = waiting.pop(0)
        later = [each for each in waiting if retired.index(each) > retired.index(customer_id)]
        correction, refusal = attempt(home, customer_id, links)
        if correction is None:
            assert any(spell(each) in refusal for each in later), f"a refusal names the merges in the way: {refusal}"
            waiting.append(customer_id)
        else:
            correct(home, correction, day, links)
            assert customer_id in golden(home)["customer_id"].to_list(), "the former customer has its id again"
            day += 1
    assert_frame_equal(golden(home), before)
    assert read_frame(home, "customer_redirects").is_empty()

    decide(home, day, RECORDS, links)
    another_model = {(one, other): 7.0 for one in RECORDS for other in RECORDS if one < other} | WITHIN
    decide(home, day + 1, RECORDS, another_model)
    assert_frame_equal(golden(home), before)
