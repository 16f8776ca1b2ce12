"""Which word of a name is the family's, in a column that tells it first and last."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from polars.testing import assert_frame_equal

from benchmarks.standardised import channel_records
from matching.facts.encoding import encode
from matching.fields.chinese_name import LEVELS
from matching.fieldspec import read_fields
from matching.learning.forgetting import Forgetting
from matching.learning.ordering import ordered, ordered_by
from matching.lookup import directory_files
from matching.lookup.answering import Desk
from matching.lookup.asking import Question, understand
from matching.lookup.laying_out import lay_out
from matching.policy import HUB_FIELDS
from matching.resolving import resolve
from matching.scores.comparing import Comparer
from matching.words import EntityType
from pipelines.demo.records import population_records

GIVEN = (
    "jan",
    "piotr",
    "anna",
    "maria",
    "adam",
    "ewa",
    "pawel",
    "zofia",
    "marek",
    "irena",
    "karol",
    "halina",
    "tomasz",
    "alicja",
    "roman",
)
FAMILY = (
    "nowak",
    "kowal",
    "mazur",
    "wrona",
    "sikora",
    "dudek",
    "baran",
    "zajac",
    "wilk",
    "lis",
    "gajda",
    "bielak",
    "kozak",
    "sowa",
    "maciag",
    "rybak",
    "cygan",
)
PERSONS = (
    channel_records(population_records(900, 5)[0])
    .filter(pl.col("name").is_not_null(), entity_type="person")
    .sort("record_id")
)
SPEC = read_fields({"id": "rid", "fields": {"name": "person_name", "phone": "phone", "street": "address"}})


def homes(turned: float, many: int = 150) -> tuple[pl.DataFrame, dict[str, str]]:
    """Give records of families at one address with one number, so many of them family name first, and who is who."""
    luck = random.Random(4)  # noqa: S311 -- a test's luck
    rows, of = [], {}
    for home in range(many):
        family = luck.choice(FAMILY) + luck.choice(["", "ski", "czyk", "iak"])
        for given in luck.sample(GIVEN, 3):
            own = f"69{luck.randrange(10**7):07}"
            for told in range(3):
                rid = f"r{len(rows):04}"
                name = f"{family} {given}" if luck.random() < turned else f"{given} {family}"
                rows.append((rid, name.title(), own if told else f"60{home:03}1{home:03}", f"ul. Długa {home}"))
                of[rid] = f"{home} {given}"
    return pl.DataFrame(rows, schema=["rid", "name", "phone", "street"], orient="row"), of


def test_either_order_is_read_alike() -> None:
    for turned in (0.3, 0.5, 0.7, 1.0):
        values = ordered(encode(homes(turned)[0], SPEC)).columns[0].values
        assert (values["given"].is_in(GIVEN)).mean() > 0.99  # type: ignore[operator]
        assert (values["surname"] == values["words"].list.last()).all()


def test_one_order_stays_as_it_stands() -> None:
    encoded = encode(homes(0.0)[0], SPEC)
    assert ordered(encoded).columns[0].order is None


def test_brothers_have_a_surname_in_common_and_a_turned_name_is_the_same_one() -> None:
    records, _ = homes(0.5)
    asked = pl.DataFrame({"rid": ["1", "2", "3"], "name": ["Nowak Jan", "Jan Nowak", "Nowak Piotr"]})
    model = resolve(records, SPEC).model
    column = ordered_by(encode(asked, read_fields({"id": "rid", "fields": {"name": "person_name"}})), model).columns[0]
    turned, jan, piotr = column.codes[1], column.codes[0], column.codes[2]
    levels = Comparer(column).levels(np.array([jan, jan, turned]), np.array([turned, piotr, piotr]))
    assert [LEVELS[level].name for level in levels] == ["same_sound", "same_surname", "same_surname"]


def test_a_model_keeps_the_order() -> None:
    records, _ = homes(0.5)
    first = resolve(records, SPEC)
    again = resolve(records, SPEC, model=first.model)
    assert_frame_equal(first.members, again.members)
    one = records.filter(pl.col("name") == records["name"][0])
    assert ordered_by(encode(one, SPEC), first.model).columns[0].values["given"][0] in GIVEN


def test_words_that_only_the_erased_told_are_forgotten() -> None:
    records, _ = homes(0.5)
    records = pl.concat(
        [records, pl.DataFrame([("x", "Jan Xyzewski", "600000000", "ul. Nowa 1")], schema=records.schema, orient="row")]
    )
    model = resolve(records, SPEC).model
    assert "xyzewski" in model.told("name:order")["value"].to_list()
    theirs = records["rid"] == "x"
    left = Forgetting.of(records.filter(theirs), records.filter(~theirs), SPEC).without(model).told("name:order")
    assert "xyzewski" not in left["value"].to_list()
    assert {"", "jan"} <= set(left["value"].to_list())


def test_rows_in_another_order_change_nothing() -> None:
    records, _ = homes(0.5)
    one, other = (ordered(encode(rows, SPEC)).columns[0] for rows in (records, records.reverse()))
    assert_frame_equal(one.values, other.values)
    assert replace(one, order=None).codes.tolist() == np.asarray(other.codes).tolist()


def test_a_question_is_read_as_the_records_are(tmp_path: Path) -> None:
    luck = random.Random(2)  # noqa: S311 -- a test's luck
    names = []
    for name in PERSONS["name"].to_list():
        family, given = (random.Random(part).random() for part in (name[:1], name[1:]))  # noqa: S311 -- the same for one
        words = [
            GIVEN[int(given * len(GIVEN))],
            FAMILY[int(family * len(FAMILY))] + ("", "ski", "czyk")[int(family * 999) % 3],
        ]
        names.append(" ".join(reversed(words) if luck.random() < 0.3 else words))
    records = PERSONS.with_columns(name=pl.Series(names))
    run = resolve(records, HUB_FIELDS)
    crosswalk = run.members.rename({"cluster": "customer_id"})
    laid = lay_out(records, crosswalk, run.model)
    directory_files.write(laid, tmp_path / "d")
    read = directory_files.read(tmp_path / "d")
    assert "name" not in directory_files.known(tmp_path / "d")
    for directory in (laid, read):
        for place in range(0, records.height, records.height // 5):
            told = understand(Question(name=records["name"][place], entity_type=EntityType.PERSON), directory)
            scores = Desk(directory).score(told, np.arange(directory.height))
            assert told.values["name"][0].parts["given"] in GIVEN
            others = np.flatnonzero(np.arange(directory.height) != place)
            expected = run.scorer.score(np.full(others.size, place), others)
            name = [fact.name for fact in run.model.facts].index("name")
            assert (scores.levels[others, name] == expected.levels[:, name]).all()
