"""A mother's or a father's name in a column of its own says which family a record is of, not whose it is."""

import random
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from matching.explanations.explaining import explain
from matching.facts.encoding import encode
from matching.fieldspec import Reading, read_fields
from matching.model import Model
from matching.resolving import Resolution, resolve

GIVEN = [
    a + b for a in ("al", "be", "cor", "da", "ed", "fi", "gil", "hu") for b in ("na", "no", "ra", "rio", "sa", "to")
]
FAMILY = [
    a + b
    for a in ("abre", "barr", "card", "dia", "este", "fons", "gome", "hort")
    for b in ("anes", "eiro", "inho", "ova")
]
PUPILS = read_fields(
    {"id": "rid", "fields": {"name": "person_name", "mother": "person_name", "born": "birth_date", "school": "text"}}
)
IN_PARTS = read_fields(
    {"id": "rid", "fields": {"given": "given_name", "family": "family_name", "father": "person_name", "town": "place"}}
)


def pupils() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give records of brothers and sisters, two or three a child, and the truth; some tell no birthday or no mother."""
    luck = random.Random(7)  # noqa: S311 -- a test's luck
    rows, truth, child = [], [], 0
    for _ in range(300):
        family = luck.choice(FAMILY)
        mother = f"{luck.choice(GIVEN)} {luck.choice(FAMILY)} {family}"
        school, twins = f"school {luck.randrange(30)}", luck.random() < 0.05
        born = [f"{luck.randrange(2000, 2015)}-{luck.randrange(1, 13):02}-{luck.randrange(1, 29):02}" for _ in range(3)]
        for at, given in enumerate(luck.sample(GIVEN, luck.choice((1, 2, 3)))):
            child += 1
            for _ in range(luck.choice((1, 2, 3))):
                rid = f"r{len(rows):05}"
                day = born[0 if twins else at] if luck.random() < 0.8 else None
                said = mother if luck.random() < 0.8 else None
                name = f"{given} {family}"
                rows.append({"rid": rid, "name": name, "mother": said, "born": day, "school": school})
                truth.append({"record_id": rid, "entity": child, "given": given, "family": family})
    return pl.DataFrame(rows), pl.DataFrame(truth)


@pytest.fixture(scope="module")
def school() -> tuple[pl.DataFrame, pl.DataFrame, Resolution]:
    records, truth = pupils()
    return records, truth, resolve(records, PUPILS)


def test_the_name_on_which_children_differ_is_the_mothers(
    school: tuple[pl.DataFrame, pl.DataFrame, Resolution], tmp_path: Path
) -> None:
    _, _, resolution = school
    assert resolution.model.relatives == {"mother"}
    resolution.model.save(tmp_path)
    assert Model.load(tmp_path).relatives == {"mother"}


def test_a_mother_in_common_does_not_make_two_children_one(
    school: tuple[pl.DataFrame, pl.DataFrame, Resolution],
) -> None:
    records, truth, resolution = school
    told = records.join(truth, left_on="rid", right_on="record_id").filter(pl.col("mother").is_not_null())
    pairs = told.join(told, on="mother").filter(
        (pl.col("rid") < pl.col("rid_right")) & (pl.col("given") != pl.col("given_right"))
    )
    row = {rid: at for at, rid in enumerate(resolution.encoded.ids)}
    left, right = (np.array([row[rid] for rid in pairs[end]]) for end in ("rid", "rid_right"))
    scored = resolution.scorer.score(left, right)
    slips = scored.levels[:, [column.name for column in resolution.encoded.columns].index("name")] <= 4
    assert pairs.height > 500
    assert not scored.own[~slips].any()
    a, b = pairs.row(0, named=True)["rid"], pairs.row(0, named=True)["rid_right"]
    alone = explain(records, PUPILS, resolution.model, a, b)
    assert alone.score == pytest.approx(float(scored.score[0]))


def in_parts(*, father: bool) -> pl.DataFrame:
    luck = random.Random(3)  # noqa: S311 -- a test's luck
    rows = []
    for at in range(60):
        given, family = luck.choice(GIVEN), luck.choice(FAMILY)
        whole = f"{luck.choice(GIVEN) if father else given} {family}" if at % 2 else None
        rows.append({"rid": f"r{at:02}", "given": given, "family": family, "father": whole, "town": "here"})
    return pl.DataFrame(rows)


@pytest.mark.parametrize("father", [True, False])
def test_a_whole_name_without_the_given_name_is_not_put_together_from_it(father: bool) -> None:
    records = in_parts(father=father)
    encoded = encode(records, IN_PARTS)
    column = next(column for column in encoded.columns if column.name == "father")
    assert encoded.relatives == ({"father"} if father else frozenset())
    assert int((column.lengths > 0).sum()) == (30 if father else 60)


def test_what_a_model_knows_holds_for_few_records_too() -> None:
    records = in_parts(father=True).head(2)
    assert encode(records, IN_PARTS).relatives == frozenset()
    encoded = encode(records, IN_PARTS, reading=Reading(frozenset(IN_PARTS.columns), frozenset({"father"})))
    column = next(column for column in encoded.columns if column.name == "father")
    assert int((column.lengths > 0).sum()) == 1
