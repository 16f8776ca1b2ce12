"""How likely two Chinese addresses are one place, alone and among the candidates of one address."""

import polars as pl
import pytest

from matching.fields.address_likeness import SAME_PLACE, SAME_PLACE_AMONG, likeness, likeness_among

ASKED = "文昌街道平江路56号东安花苑3单元"
CANDIDATES = ["平江路56号东安花苑", "平江路58号东方花苑", "环城北路20号吉祥便利店", "平江路56号东安花苑停车场"]


def both(candidates: list[str]) -> tuple[pl.Series, pl.Series]:
    return pl.Series([ASKED] * len(candidates)), pl.Series(candidates)


def test_the_same_estate_is_likelier_than_its_neighbour() -> None:
    alone = likeness(*both(CANDIDATES)).to_list()
    assert alone[0] >= SAME_PLACE
    assert alone[0] == max(alone)


def test_the_likest_of_several_candidates_is_the_place_and_the_others_are_not() -> None:
    among = likeness_among(*both(CANDIDATES)).to_list()
    assert [said >= SAME_PLACE_AMONG for said in among].count(True) == 1
    assert among[0] == max(among)
    assert sum(among) < 1


def test_candidates_take_likelihood_from_one_another_and_none_from_those_of_other_addresses() -> None:
    alone = likeness(*both(CANDIDATES))
    among = likeness_among(*both(CANDIDATES))
    assert (among <= alone + 1e-9).all()
    single = pl.DataFrame({"left": [ASKED, "解放路1号市民中心"], "right": [CANDIDATES[0], "解放路1号市民中心"]})
    assert likeness_among(single["left"], single["right"]).to_list() == pytest.approx(
        likeness(single["left"], single["right"]).to_list()
    )
