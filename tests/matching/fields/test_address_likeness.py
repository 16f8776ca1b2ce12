"""How likely two Chinese addresses are one place."""

import polars as pl

from matching.fields.address_likeness import SAME_PLACE, likeness

ASKED = "文昌街道平江路56号东安花苑3单元"
CANDIDATES = ["平江路56号东安花苑", "平江路58号东方花苑", "环城北路20号吉祥便利店", "平江路56号东安花苑停车场"]


def test_the_same_estate_is_likelier_than_its_neighbours() -> None:
    said = likeness(pl.Series([ASKED] * len(CANDIDATES)), pl.Series(CANDIDATES)).to_list()
    assert said[0] >= SAME_PLACE
    assert said[0] == max(said)
    assert said[1] < SAME_PLACE > said[2]
