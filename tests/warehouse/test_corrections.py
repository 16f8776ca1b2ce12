"""Corrections: every merge can be taken back, in every order, and stays taken back."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from matching.customers.correcting import CannotCorrectError, Correction, Regroup
from matching.customers.customer_ids import spell
from matching.errors import CustomerHubError
from tests.warehouse.lives import Links, at, decide, few_tables, group, holders, members
from warehouse import state
from warehouse.judgements import corrections, planned
from warehouse.judgements.restoring import rollback
from warehouse.published import snapshots
from warehouse.published.reading import read_frame, read_table
from warehouse.queries.life import EventKind, life

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


def merged_last(home: Path) -> str:
    """Give the customer of the last merge, which no other is in the way of."""
    return str(read_table(home, "customer_redirects").sort("since_run")["customer_id"][-1])


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
    decide(home, day, read_frame(home, "crosswalk")["record_id"].to_list(), links)
    crosswalk = read_frame(home, "crosswalk").select("record_id", now="customer_id")
    assert seen.records.join(crosswalk, on="record_id").filter(pl.col("after") != pl.col("now")).is_empty()


@pytest.mark.parametrize(
    ("name", "order"),
    [
        *(("each to the first", order) for order in permutations(range(3))),
        ("each to an older one", (0, 1, 2)),
        ("each to an older one", (1, 2, 0)),
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


def by(links: Links) -> Regroup:
    """Decide records as the runs of these tests do."""
    return lambda records, judgements: group(records, links, judgements)


def ids(home: Path) -> dict[str, str]:
    return holders(read_frame(home, "crosswalk"))


def test_customers_are_joined_and_taken_apart_again(tmp_path: Path) -> None:
    decide(tmp_path, 0, RECORDS[:4], WITHIN)
    before, first = golden(tmp_path), ids(tmp_path)
    joining = corrections.merge(tmp_path, first["ab"], first["cd"], regroup=by(WITHIN))
    correct(tmp_path, joining, 1, WITHIN)
    assert list(ids(tmp_path)) == ["abcd"]
    gone = ({first["ab"], first["cd"]} - set(ids(tmp_path).values())).pop()
    decide(tmp_path, 2, ["web:b", "web:d"], {})
    assert list(ids(tmp_path)) == ["bd"], "the judgement holds whichever records are left"
    decide(tmp_path, 3, RECORDS[:4], WITHIN)
    correct(tmp_path, corrections.unmerge(tmp_path, gone, regroup=by(WITHIN)), 4, WITHIN)
    assert ids(tmp_path) == first
    assert golden(tmp_path).drop("since_run").equals(before.drop("since_run"))


def test_a_split_holds_between_whole_customers_whatever_links_come(tmp_path: Path) -> None:
    chain = {("web:a", "web:b"): 9.0, ("web:b", "web:c"): 8.0, ("web:c", "web:d"): 9.0}
    decide(tmp_path, 0, RECORDS[:4], chain)
    whole = ids(tmp_path)["abcd"]
    correct(tmp_path, corrections.split(tmp_path, whole, ["web:c", "web:d"], regroup=by(chain)), 1, chain)
    apart = ids(tmp_path)
    assert apart["ab"] == whole
    everything = {(one, other): 9.5 for one in RECORDS[:5] for other in RECORDS[:5] if one < other}
    decide(tmp_path, 2, RECORDS[:5], everything)
    found = ids(tmp_path)
    assert {found[each] for each in found if set(each) & set("ab")} == {apart["ab"]}
    assert {found[each] for each in found if set(each) & set("cd")} == {apart["cd"]}


def test_a_single_record_is_taken_out_with_the_id_it_had(tmp_path: Path) -> None:
    links = {("web:a", "web:b"): 9.0}
    decide(tmp_path, 0, RECORDS[:3], links)
    first = ids(tmp_path)
    links |= {("web:b", "web:c"): 5.0}
    decide(tmp_path, 1, RECORDS[:3], links)
    correct(tmp_path, corrections.unmerge_record(tmp_path, "web:c", regroup=by(links)), 2, links)
    assert ids(tmp_path) == first
    correct(tmp_path, corrections.unmerge_record(tmp_path, "web:b", regroup=by(links)), 3, links)
    assert ids(tmp_path)["a"] == first["ab"]
    assert ids(tmp_path)["b"] not in first.values(), "it never was a customer of its own"


def test_the_larger_side_of_a_merge_has_its_own_id_again(tmp_path: Path) -> None:
    decide(tmp_path, 0, ["web:a"], {})
    links = {("web:b", "web:c"): 9.0, ("web:c", "web:d"): 9.0}
    decide(tmp_path, 1, RECORDS[:4], links)
    first = ids(tmp_path)
    links |= {("web:a", "web:b"): 5.0}
    decide(tmp_path, 2, RECORDS[:4], links)
    assert ids(tmp_path) == {"abcd": first["a"]}
    correct(tmp_path, corrections.unmerge(tmp_path, first["bcd"], regroup=by(links)), 3, links)
    assert ids(tmp_path) == first


def test_what_joined_since_goes_where_it_belongs(tmp_path: Path) -> None:
    links = dict(WITHIN)
    decide(tmp_path, 0, RECORDS[:4], links)
    first = ids(tmp_path)
    links |= {("web:b", "web:c"): 5.0, ("web:c", "web:e"): 8.0}
    decide(tmp_path, 1, RECORDS[:4], links)
    decide(tmp_path, 2, RECORDS[:5], links)
    gone = ({first["ab"], first["cd"]} - set(ids(tmp_path).values())).pop()
    correct(tmp_path, corrections.unmerge(tmp_path, gone, regroup=by(links)), 3, links)
    assert ids(tmp_path) == {"ab": first["ab"], "cde": first["cd"]}


def test_a_correction_is_carried_out_again_after_a_rollback_before_it(tmp_path: Path) -> None:
    links = dict(WITHIN)
    decide(tmp_path, 0, RECORDS[:4], links)
    first = ids(tmp_path)
    links |= {("web:b", "web:c"): 5.0}
    decide(tmp_path, 1, RECORDS[:4], links)
    gone = ({first["ab"], first["cd"]} - set(ids(tmp_path).values())).pop()
    correct(tmp_path, corrections.unmerge(tmp_path, gone, regroup=by(links)), 2, links)
    rollback(tmp_path, now=at(3))
    assert list(ids(tmp_path)) == ["abcd"]
    decide(tmp_path, 4, RECORDS[:4], links)
    assert ids(tmp_path) == first
    correct(tmp_path, corrections.merge(tmp_path, first["ab"], first["cd"], regroup=by(links)), 5, links)
    decide(tmp_path, 6, RECORDS[:4], links)
    assert list(ids(tmp_path)) == ["abcd"], "what was carried out once does not come back"


def test_two_corrections_wait_for_one_run(tmp_path: Path) -> None:
    links = dict(WITHIN)
    decide(tmp_path, 0, RECORDS, links)
    first = ids(tmp_path)
    for day, pair in enumerate([("web:b", "web:c"), ("web:b", "web:e")], start=1):
        links |= {pair: 5.0}
        decide(tmp_path, day, RECORDS, links)
    for gone in read_frame(tmp_path, "customer_redirects").sort("since_run", descending=True)["customer_id"]:
        correction = corrections.unmerge(tmp_path, gone, regroup=by(links))
        corrections.write(tmp_path, correction, who="li", reason="", at=at(3))
    decide(tmp_path, 4, RECORDS, links)
    assert ids(tmp_path) == first


def test_what_makes_no_sense_is_refused_in_words(tmp_path: Path) -> None:
    decide(tmp_path, 0, RECORDS[:4], WITHIN)
    one, other = ids(tmp_path)["ab"], ids(tmp_path)["cd"]
    asked: list[tuple[Callable[[], Correction], str]] = [
        (lambda: corrections.unmerge(tmp_path, one, regroup=by({})), "expected an id that was merged"),
        (lambda: corrections.unmerge(tmp_path, "nobody", regroup=by({})), "expected an id that was published"),
        (lambda: corrections.unmerge_record(tmp_path, "web:z", regroup=by({})), "expected a record in the table"),
        (lambda: corrections.split(tmp_path, one, ["web:c"], regroup=by({})), "expected records of this customer"),
        (lambda: corrections.split(tmp_path, one, ["web:a", "web:b"], regroup=by({})), "nothing to part"),
        (lambda: corrections.merge(tmp_path, one, one, regroup=by({})), "expected two customers"),
        (
            lambda: corrections.merge(tmp_path, one, other, regroup=lambda r, _: members({each: each for each in r})),
            "contradictions that no judgement outweighs",
        ),
    ]
    for ask, says in asked:
        with pytest.raises(CannotCorrectError, match=says):
            ask()
    assert state.judgements(tmp_path).is_empty()


def test_a_life_tells_what_happened_and_why(tmp_path: Path) -> None:
    decide(tmp_path, 0, RECORDS[:4], WITHIN)
    first = ids(tmp_path)
    kept, gone = sorted(first.values())
    joining = corrections.merge(tmp_path, first["ab"], first["cd"], regroup=by(WITHIN))
    corrections.write(tmp_path, joining, who="li", reason="one man with two cards", at=at(1))
    decide(tmp_path, 1, RECORDS[:4], WITHIN)
    kept = next(iter(ids(tmp_path).values()))
    gone = ({*first.values()} - {kept}).pop()
    decide(tmp_path, 2, [*RECORDS[:4], "web:z"], WITHIN | {("web:a", "web:z"): 3.0})
    rollback(tmp_path, now=at(3))
    told = life(tmp_path, gone)
    assert (told.in_force, told.leads_to) == (False, kept)
    assert [event.kind for event in told.events if event.kind != EventKind.CHANGED] == ["joined", "left", "retired"]
    assert "li judged" in str(told.events[-2].why)
    assert "one man with two cards" in str(told.events[-2].why)
    told = life(tmp_path, kept)
    assert told.ids_that_lead_here == (gone,)
    moved = [event for event in told.events if event.kind in {EventKind.JOINED, EventKind.LEFT}]
    assert [(event.kind, event.taken_back) for event in moved] == [
        ("joined", False),
        ("joined", False),
        ("joined", True),
        ("left", False),
    ]
    assert moved[1].other == gone
    assert "put in force again" in str(moved[3].why)
    assert [event.says for event in told.events if event.run_id == moved[2].run_id][-1].startswith("name: ")
    with pytest.raises(CustomerHubError, match="expected an id that was published"):
        life(tmp_path, "nobody")


def test_a_correction_that_is_called_off_is_not_carried_out(merged: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(merged["each to the first"], tmp_path / "home", symlinks=True)
    home, links = tmp_path / "home", links_of(CHAINS["each to the first"])
    before = golden(home)
    (customer_id,) = before["customer_id"].unique()
    away = merged_last(home)
    correction, _ = attempt(home, away, links)
    assert correction is not None
    number = corrections.write(home, correction, who="li", reason="asked by the customer", at=at(5))
    assert [each.number for each in planned.planned(home, customer_id)] == [number]
    planned.call_off(home, number, who="li", at=at(6))
    assert planned.planned(home) == []
    assert planned.not_carried_out(home).is_empty()
    assert not planned.not_carried_out(home, until=at(5)).is_empty(), "a run that was at work already carries it out"
    decide(home, 7, RECORDS, links)
    assert_frame_equal(golden(home), before)
    with pytest.raises(planned.CarriedOutError):
        planned.call_off(home, number, who="li", at=at(8))


def test_a_correction_that_is_carried_out_can_no_longer_be_called_off(merged: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(merged["each to the first"], tmp_path / "home", symlinks=True)
    home, links = tmp_path / "home", links_of(CHAINS["each to the first"])
    correction, _ = attempt(home, merged_last(home), links)
    assert correction is not None
    number = corrections.write(home, correction, who="li", reason="asked by the customer", at=at(5))
    decide(home, 6, RECORDS, links)
    assert planned.planned(home) == []
    with pytest.raises(planned.CarriedOutError):
        planned.call_off(home, number, who="li", at=at(8))
