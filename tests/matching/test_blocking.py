"""Keys, the plan chosen among them, and the pairs they make."""

from itertools import combinations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.blocks.blocking import block
from matching.blocks.keys import lines, offered
from matching.blocks.planning import Limits, choose, try_out
from matching.facts.encoding import Encoded, encode
from matching.fieldspec import read_fields
from tests.matching.standins import REGISTRY

SPEC = read_fields({"id": "rid", "fields": {"one": "text", "two": "place", "three": "category"}})


def table(rows: list[tuple[str | None, str | None, str | None]]) -> Encoded:
    named = [(f"{place:04}", *row) for place, row in enumerate(rows)]
    frame = pl.DataFrame(named, schema=dict.fromkeys(("rid", "one", "two", "three"), pl.String), orient="row")
    return encode(frame, SPEC, registry=REGISTRY)


WORDS = st.sampled_from(["alpha", "beta", "gamma", None])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=12))
def test_a_key_makes_each_pair_that_shares_it_and_no_other(
    rows: list[tuple[str | None, str | None, str | None]],
) -> None:
    encoded = table(rows)
    pairs, _ = block(offered(encoded), [("one",), ("two",)], encoded.height, lambda records: lines(encoded, records))
    told = [(row[0], row[1]) for row in rows]
    expected = {
        (i, j)
        for (i, a), (j, b) in combinations(enumerate(told), 2)
        if any(x is not None and x == y for x, y in zip(a, b, strict=True))
    }
    assert set(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)) == expected


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=24), st.sets(st.integers(0, 23)))
def test_sampled_records_meet_all_of_their_blocks(
    rows: list[tuple[str | None, str | None, str | None]], drawn: set[int]
) -> None:
    encoded = table(rows)
    sampled = np.isin(np.arange(len(rows)), sorted(drawn))
    names = ("one", "two", "three")
    for key in (key for key in offered(encoded) if key.name in names):
        in_small, in_large, share = key.met_by(sampled, limit=3, most=1000)
        told = [row[names.index(key.name)] for row in rows]
        sizes = [told.count(one) for one in told]
        expected = {
            (mine, other): sizes[mine] > 3
            for mine in np.flatnonzero(sampled).tolist()
            for other in range(len(rows))
            if mine != other and told[mine] is not None and told[mine] == told[other]
        }
        found = [
            (pair, is_large)
            for is_large, ends in ((False, in_small), (True, in_large))
            for pair in zip(*(end.tolist() for end in ends), strict=True)
        ]
        assert dict(found) == expected
        assert len(found) == len(expected)
        assert share == float(any(expected.values()))


def test_pairs_name_all_keys_that_found_them() -> None:
    encoded = table([("alpha", "beta", None), ("alpha", "beta", None), ("alpha", None, None)])
    pairs, _ = block(offered(encoded), [("one",), ("two",)], encoded.height, lambda records: lines(encoded, records))
    assert pairs.names().to_list() == [["one", "two"], ["one"], ["one"]]


def test_a_large_block_is_narrowed_by_a_further_key() -> None:
    encoded = table([("alpha", f"town {n // 2}", None) for n in range(60)])
    pairs, plan = block(
        offered(encoded),
        [("one",), ("one", "two")],
        encoded.height,
        lambda records: lines(encoded, records),
        Limits(block=10),
    )
    assert pairs.left.size == 0 or (pairs.right - pairs.left == 1).all()
    assert plan.filter(pl.col("key") == "one")["largest_block"].item() == 60


def test_a_large_block_that_nothing_narrows_is_compared_along_a_line_not_dropped() -> None:
    encoded = table([("alpha", None, None) for _ in range(60)])
    pairs, _ = block(
        offered(encoded),
        [("one",)],
        encoded.height,
        lambda records: lines(encoded, records),
        Limits(block=10, window=3),
    )
    met = np.bincount(np.concatenate([pairs.left, pairs.right]), minlength=60)
    assert met.min() >= 3
    assert pairs.left.size <= 60 * 3


def test_the_plan_takes_the_keys_that_find_matches_and_leaves_those_that_only_cost() -> None:
    rows = [(f"code {n // 2}", f"town {n % 4}", "everybody") for n in range(120)]
    encoded = table(rows)
    trial = try_out(offered(encoded), encoded.height, Limits(affordable=0))
    plan = choose(trial, lambda left, right: (left // 2 == right // 2).astype(float))
    assert plan.chosen[0] == ("one",)
    assert all("three" not in names for names in plan.chosen)
    assert plan.missed < 0.01


def test_keys_that_sort_records_alike_are_offered_once() -> None:
    encoded = table([("abcd", None, None), ("efgh", None, None), ("abcd", None, None)])
    assert [key.name for key in offered(encoded)] == ["one"]


def test_a_key_for_masked_numbers_is_offered_where_there_are_any() -> None:
    spec = read_fields({"id": "rid", "fields": {"phone": "phone"}})
    numbers = ["13861947305", "13820587305", "13961947305"]
    names = [
        {
            key.name
            for key in offered(encode(pl.DataFrame({"rid": ["1", "2", "3", "4"], "phone": [*numbers, last]}), spec))
        }
        for last in ("13761947305", "138****7305")
    ]
    assert names[1] - names[0] == {"phone:shown_ends", "phone:last_four"}


def test_a_combination_is_tried_once_and_in_the_blocks_of_its_finest_key() -> None:
    rows = [(f"word {n % 40}", f"town {n % 7}", "alpha" if n % 2 else "beta") for n in range(1600)]
    encoded = table(rows)
    limits = Limits(block=10, sampled_pairs=20_000)
    plan = choose(
        try_out(offered(encoded), encoded.height, limits), lambda left, right: (left % 280 == right % 280) * 0.9
    )
    combined = [names for names in plan.chosen if len(names) > 1]
    assert combined
    assert len({frozenset(names) for names in combined}) == len(combined)
    assert all(names[0] == "one" for names in combined if "one" in names)


def test_in_a_large_table_a_match_is_worth_fewer_pairs() -> None:
    limits = Limits()
    assert [limits.worth(height) for height in (0, 1000, 1_000_000)] == [1.0, 1.0, 1.0]
    assert limits.worth(16_000_000) == 0.5
    assert [limits.neighbours(height) for height in (1000, 16_000_000, 10**12)] == [3, 2, 1]
