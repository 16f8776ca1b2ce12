"""How likely two Chinese addresses are one place."""

import polars as pl

from matching.fields.address_likeness import SAME_PLACE, is_one_place, likeness

ASKED = "文昌街道平江路56号东安花苑3单元"
CANDIDATES = ["平江路56号东安花苑", "平江路58号东方花苑", "环城北路20号吉祥便利店", "平江路56号东安花苑停车场"]


def test_the_same_estate_is_likelier_than_its_neighbours() -> None:
    said = likeness(pl.Series([ASKED] * len(CANDIDATES)), pl.Series(CANDIDATES)).to_list()
    assert said[0] >= SAME_PLACE
    assert said[0] == max(said)
    assert said[1] < SAME_PLACE > said[2]


def test_an_address_is_the_likeliest_place_offered_and_no_other() -> None:
    offered = [*CANDIDATES, "平江路56号东安花苑"]
    asked = pl.Series([*[ASKED] * len(offered), "环城北路20号"])
    answers = pl.Series([*offered, "平江路58号东方花苑"])
    said = is_one_place(asked, answers)
    assert said.to_list() == [True, False, False, False, True, False]
    turned = is_one_place(asked.reverse(), answers.reverse())
    assert turned.reverse().to_list() == said.to_list()


def test_another_address_does_not_compete() -> None:
    asked, offered = pl.Series([ASKED, "平江路56号东安花苑停车场"]), pl.Series([CANDIDATES[0], CANDIDATES[3]])
    assert is_one_place(asked, offered).to_list() == [True, True]
