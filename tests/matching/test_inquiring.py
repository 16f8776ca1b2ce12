"""What is asked after a resolution: every question is about something, drawn pairs come from the strata they name."""

from itertools import combinations

import polars as pl

from matching.judgements.inquiring import Inquiry, inquire
from matching.resolving import Resolution, resolve
from matching.scores.shortening import in_short
from matching.words import Reason
from tests.matching.people import PEOPLE, people
from tests.matching.standins import REGISTRY

RECORDS, _ = people(150)
SOLVED = resolve(RECORDS, PEOPLE, registry=REGISTRY)


def ask(solved: Resolution, records: pl.DataFrame = RECORDS, **more: pl.DataFrame) -> Inquiry:
    return inquire(
        records, PEOPLE, solved.model, members=solved.members, pairs=in_short(solved.pairs), registry=REGISTRY, **more
    )


ASKED = ask(SOLVED)
PAIRS = pl.concat([SOLVED.pairs, ASKED.drawn])
CLUSTER = dict(SOLVED.members.select("record_id", "cluster").iter_rows())


def drawn(asked: pl.DataFrame = ASKED.asked) -> pl.DataFrame:
    return asked.filter(pl.col("reason") == Reason.SAMPLED.value)


def test_undecided_customers_are_two_and_in_doubt() -> None:
    undecided = ASKED.asked.filter(pl.col("reason") == Reason.UNDECIDED.value)
    for left, right, probability in undecided.select("record_id_l", "record_id_r", "probability").iter_rows():
        assert CLUSTER[left] != CLUSTER[right]
        assert probability >= 0.02
    ends = [
        tuple(sorted((CLUSTER[left], CLUSTER[right]))) for left, right in undecided.select("^record_.*$").iter_rows()
    ]
    assert len(ends) == len(set(ends))


def test_drawn_pairs_are_of_the_stratum_they_name() -> None:
    whole = {row["stratum"]: row for row in ASKED.strata.filter(pl.col("feed").is_null()).to_dicts()}
    assert drawn().height > 50
    for left, right, stratum, probability in (
        drawn().select("record_id_l", "record_id_r", "stratum", "probability").iter_rows()
    ):
        low, high = stratum.split(" ")[1].split("–")
        assert whole[stratum]["joined"] == (CLUSTER[left] == CLUSTER[right])
        assert float(low) <= probability <= float(high)


def test_strata_count_every_pair_of_one_customer_once() -> None:
    joined = ASKED.strata.filter(pl.col("feed").is_null() & pl.col("joined"))["pairs"].sum()
    sizes = SOLVED.members.group_by("cluster").agg(pl.len())["len"]
    assert joined == sum(len(list(combinations(range(size), 2))) for size in sizes)


def test_drawn_pairs_can_be_explained() -> None:
    known = PAIRS.select("record_id_l", "record_id_r")
    assert drawn().join(known, on=["record_id_l", "record_id_r"], how="anti").is_empty()
    assert known.is_duplicated().sum() == 0
    sums = PAIRS.select(pl.col("evidence").list.eval(pl.element().struct.field("weight")).list.sum())["evidence"]
    assert (sums - PAIRS["score"]).abs().max() < 1e-9  # type: ignore[operator]


def test_the_same_lot_draws_the_same_pairs_whatever_the_order() -> None:
    shuffled = RECORDS.sample(fraction=1, shuffle=True, seed=3)
    again = ask(resolve(shuffled, PEOPLE, registry=REGISTRY), shuffled)
    assert again.asked.equals(ASKED.asked)
    assert again.strata.equals(ASKED.strata)


def test_what_was_judged_is_not_drawn_again() -> None:
    said = (
        drawn()
        .select("record_id_l", "record_id_r")
        .head(40)
        .with_columns(
            verdict=pl.Series(
                [
                    "same" if CLUSTER[a] == CLUSTER[b] else "different"
                    for a, b in drawn().head(40).select("record_id_l", "record_id_r").iter_rows()
                ]
            )
        )
    )
    after = ask(resolve(RECORDS, PEOPLE, registry=REGISTRY, model=SOLVED.model, judgements=said), judgements=said)
    assert drawn(after.asked).join(said, on=["record_id_l", "record_id_r"]).is_empty()


def test_what_is_known_of_neighbours_changes_nothing() -> None:
    known = ask(SOLVED, known=ASKED.near)
    assert known.near.equals(ASKED.near)
    assert known.asked.equals(ASKED.asked)
    others = ASKED.near.with_columns(pl.col("print") + 1, score=pl.lit(99.0), probability=pl.lit(0.5))
    assert ask(SOLVED, known=others).near.equals(ASKED.near)
