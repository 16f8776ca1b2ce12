"""Learning without labels: what is put into invented samples is found again."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from matching.facts.encoding import encode
from matching.fieldspec import read_fields
from matching.learning.drawing import EFFORT, Sample, agreeing_pairs, agreeing_sample, worth
from matching.learning.firms import with_firms
from matching.learning.homes import Home, one_home
from matching.learning.kin import Kin, kin
from matching.learning.mixture import maximise
from matching.learning.weighing import learn
from matching.model import FactModel
from matching.resolving import resolve
from matching.scores.chance import BUCKETS
from matching.scores.comparing import Compared, comparers
from matching.scores.dependence import Joint, Lifts, ValuePairs, contacts, parents
from matching.scores.families import MANY_DOCUMENTS, documents_share
from matching.scores.scoring import Scorer
from matching.scores.weigher import both_firms
from matching.words import Kind
from tests.matching.people import PEOPLE, people
from tests.matching.standins import REGISTRY

TRUE_M = np.array([[0.85, 0.1, 0.05], [0.7, 0.2, 0.1], [0.9, 0.05, 0.05]])
TRUE_U = np.array([[0.01, 0.02, 0.97], [0.05, 0.05, 0.9], [0.001, 0.009, 0.99]])


def sample(held: int, share: float, count: int, luck: np.random.Generator) -> Sample:
    """Draw pairs that agree on a fact, so many of them matches."""
    matches = luck.random(count) < share
    levels = np.empty((count, 3), dtype=np.int8)
    for fact in range(3):
        drawn_m = luck.choice(3, size=count, p=TRUE_M[fact])
        drawn_u = luck.choice(3, size=count, p=TRUE_U[fact])
        levels[:, fact] = np.where(matches, drawn_m, drawn_u)
    levels[:, held] = -1
    patterns, counts = np.unique(levels, axis=0, return_counts=True)
    bucket = np.zeros(counts.size, dtype=np.int64)
    return Sample(held, patterns, bucket, counts.astype(float), np.full(BUCKETS, 1000.0))


def test_mixtures_are_taken_apart() -> None:
    luck = np.random.default_rng(1)
    samples = [sample(0, 0.3, 8000, luck), sample(1, 0.05, 8000, luck), sample(2, 0.8, 8000, luck)]
    documented = [np.array([0.8, 0.1, 0.1])] * 3
    found = maximise(samples, documented, list(TRUE_U))
    assert np.abs(np.array(found.m) - TRUE_M).max() < 0.07
    assert [shares[0] for shares in found.shares] == pytest.approx([0.3, 0.05, 0.8], abs=0.03)


def test_what_speaks_against_one_customer_is_never_learned_to_speak_for_it() -> None:
    luck = np.random.default_rng(1)
    samples = [sample(0, 0.3, 8000, luck), sample(2, 0.8, 8000, luck)]
    documented = [np.array([0.8, 0.1, 0.1])] * 3
    at_most = [np.full(3, np.inf), np.exp([np.inf, -2.0, np.inf]), np.full(3, np.inf)]
    found = maximise(samples, documented, list(TRUE_U), at_most=at_most)
    assert found.m[1][1] <= TRUE_U[1][1] * np.exp(-2.0)
    assert maximise(samples, documented, list(TRUE_U)).m[1][1] > found.m[1][1]


def test_families_of_twins_do_not_teach_that_customers_change_their_names() -> None:
    """Three siblings of one birthday to a home, of whom one in four is told twice: family pairs outnumber matches.

    Of firms the persons to ask for do change.
    """
    luck = np.random.default_rng(4)
    names = [f"{given} {family}" for given in ("bar", "del", "fon", "gru", "kel", "mir") for family in ("alam", "khan")]
    rows = [
        (name, names[home % 12], f"19{60 + home % 40}-{1 + home % 12}-11", f"17{home:08}", f"{names[home % 7]} {home}")
        for home in range(200)
        for name in luck.choice(names, 3, replace=False)
        for _ in range(1 + (luck.random() < 0.25))
    ]
    records = pl.DataFrame(rows, schema=["name", "father", "born", "phone", "firm"], orient="row")
    kinds = {"name": "person_name", "father": "person_name", "born": "birth_date", "phone": "phone"}
    assert _weights_of_name(records, kinds)["different"] < -3.9
    assert _weights_of_name(records, kinds | {"firm": "organisation_name"})["different"] > -2.0


def _weights_of_name(records: pl.DataFrame, kinds: dict[str, str]) -> dict[str, float]:
    """Give what each level of the fact called name is learned to weigh."""
    records = records.with_columns(rid=pl.int_range(pl.len()).cast(pl.String))
    encoded = encode(records, read_fields({"id": "rid", "fields": kinds}))
    name = next(fact for fact in learn(encoded, comparers(encoded)).facts if fact.name == "name")
    return dict(zip(name.levels, np.log(name.m) - np.log(name.u), strict=True))


def test_who_moves_is_not_taken_for_a_stranger() -> None:
    """A fifth of the matches have moved: of their door, postcode and town nothing agrees."""
    luck = np.random.default_rng(5)
    count = 8000
    matches, moved = luck.random(count) < 0.5, luck.random(count) < 0.2
    at_home = ~moved[:, None] & (luck.random((count, 3)) < 0.95)
    agrees = np.where(matches[:, None], at_home, luck.random((count, 3)) < 0.01)
    name = np.where(matches, luck.random(count) < 0.9, luck.random(count) < 0.02)
    levels = np.column_stack([np.full(count, -1), ~name, ~agrees]).astype(np.int8)
    patterns, counts = np.unique(levels, axis=0, return_counts=True)
    drawn = Sample(0, patterns, np.zeros(counts.size, dtype=np.int64), counts.astype(float), np.full(BUCKETS, 1000.0))
    u = [np.array([0.001, 0.999]), np.array([0.02, 0.98]), *[np.array([0.01, 0.99])] * 3]
    documented = [np.array([0.9, 0.1])] * 5
    homes = Home(), Home(frozenset({2, 3, 4})), Home(frozenset({2, 3, 4}), of_families=True)
    differs = [[m[1] for m in maximise([drawn], documented, u, home=home).m[2:]] for home in homes]
    assert differs[1] == pytest.approx([0.24] * 3, abs=0.03)
    assert differs[2] == pytest.approx([0.24] * 3, abs=0.03)
    assert max(differs[0]) < 0.2


def test_a_family_is_not_taken_for_one_customer() -> None:
    """Of pairs that share a postcode half are of one family, who have given names of their own."""
    luck = np.random.default_rng(6)
    count = 6000
    kin = luck.random(count)
    at_home = kin < 0.75
    given = np.where(kin < 0.25, luck.random(count) < 0.9, luck.random(count) < 0.01)
    family = np.where(at_home, luck.random(count) < 0.9, luck.random(count) < 0.02)
    house = np.where(at_home[:, None], luck.random((count, 2)) < 0.95, luck.random((count, 2)) < 0.01)
    levels = np.column_stack([~given, ~family, ~house, np.full(count, -1)]).astype(np.int8)
    patterns, counts = np.unique(levels, axis=0, return_counts=True)
    drawn = Sample(4, patterns, np.zeros(counts.size, dtype=np.int64), counts.astype(float), np.full(BUCKETS, 1000.0))
    u = [np.array([share, 1 - share]) for share in (0.01, 0.02, 0.01, 0.01, 0.01)]
    documented = [np.array([0.9, 0.1])] * 5
    homes = Home(frozenset({2, 3, 4})), Home(frozenset({2, 3, 4}), of_families=True)
    given_agrees = [maximise([drawn], documented, u, home=home).m[0][0] for home in homes]
    assert given_agrees[0] < 0.6
    assert given_agrees[1] == pytest.approx(0.9, abs=0.03)


def test_a_family_with_one_telephone_is_not_taken_for_one_customer() -> None:
    """Of pairs that share a telephone half are of one family: their surname and town agree, and nobody's given name."""
    luck = np.random.default_rng(6)
    count = 6000
    share = luck.random(count)
    given = np.where(share < 0.25, luck.random(count) < 0.9, luck.random(count) < 0.01)
    family = np.where(share[:, None] < 0.75, luck.random((count, 2)) < 0.9, luck.random((count, 2)) < 0.02)
    levels = np.column_stack([~given, ~family, np.full(count, -1)]).astype(np.int8)
    patterns, counts = np.unique(levels, axis=0, return_counts=True)
    drawn = Sample(3, patterns, np.zeros(counts.size, dtype=np.int64), counts.astype(float), np.full(BUCKETS, 1000.0))
    u = [np.array([0.01, 0.99]), *[np.array([0.02, 0.98])] * 2, np.array([0.001, 0.999])]
    documented = [np.array([0.9, 0.1])] * 4
    kins = None, Kin([0.0, 0.9, 0.9, 0.5], [None] * 4)
    given_agrees = [maximise([drawn], documented, u, family=family).m[0][0] for family in kins]
    assert given_agrees[0] < 0.6
    assert given_agrees[1] > 0.85


def test_families_are_looked_for_where_persons_share_a_home_or_a_line() -> None:
    rows = pl.DataFrame({"rid": ["a", "b"], "name": ["Ann Lee", "Bo Lee"], "mother": ["Eve Lee", "Eve Lee"]})
    rows = rows.with_columns(firm=pl.lit("Lee Ltd"), phone=pl.lit("0301234567"), town=pl.lit("Ulm"))
    told = {"name": "person_name", "mother": "person_name", "town": "place"}
    by_fields = [told, told | {"phone": "phone"}, told | {"phone": "phone", "firm": "organisation_name"}]
    found = [kin(encode(rows, read_fields({"id": "rid", "fields": fields})).columns) for fields in by_fields]
    assert found[0] is None
    assert found[2] is None
    assert found[1] is not None
    assert list(found[1].in_common) == [0.5, 0.5, 0.5, 0.9]


def test_a_postcode_beside_the_same_room_says_as_little_as_beside_the_same_address() -> None:
    """Strangers with one postcode who live at one address were drawn; how they write the address tells nothing more."""
    u = [np.array([1e-4, 1e-4, 0.9998]), np.array([0.001, 0.999])]
    m = [np.array([0.5, 0.4, 0.1]), np.array([0.9, 0.1])]
    sizes = [3, 2]
    levels = np.array([[0, 0], [1, 0], [2, 0], [2, 1]], dtype=np.int8)
    match = Joint.count(levels, np.array([500.0, 400.0, 50.0, 50.0]), sizes)
    stranger = Joint.count(levels, np.array([0.0, 0.0, 150.0, 149_850.0]), sizes)
    stranger.add_agreeing(0, np.array([[-1, 0], [-1, 1]], dtype=np.int8), np.array([900.0, 100.0]))
    lifts = Lifts(match, stranger, m, u, [Kind.ADDRESS, Kind.POSTCODE])
    says = np.log(m[1][0] / u[1][0]) + lifts.adjustment(1, 0)[0]
    assert says[0] == pytest.approx(0.0, abs=0.3)
    assert says[1] == pytest.approx(says[0], abs=0.3)


def test_a_mailbox_made_of_a_name_says_as_little_beside_the_name_in_another_order() -> None:
    """Strangers of one name were drawn, most with mailboxes made of it; in another order no pair of strangers was."""
    u, m = [np.array([1e-4, 1e-4, 0.9998]), np.array([0.001, 0.999])], [np.array([0.5, 0.4, 0.1]), np.array([0.9, 0.1])]
    match = Joint.count(np.array([[0, 0], [1, 0], [2, 0]], dtype=np.int8), np.array([500.0, 400.0, 50.0]), [3, 2])
    stranger = Joint.count(np.array([[2, 0], [2, 1]], dtype=np.int8), np.array([150.0, 149_850.0]), [3, 2])
    stranger.add_agreeing(0, np.array([[-1, 0], [-1, 1]], dtype=np.int8), np.array([60_000.0, 40_000.0]))
    levels = ["same", "same_sound", "different"], ["same", "different"]
    lifts = Lifts(match, stranger, m, u, [Kind.PERSON_NAME, Kind.EMAIL], levels)
    says = np.log(m[1][0] / u[1][0]) + lifts.adjustment(1, 0)[0]
    assert says[0] == pytest.approx(np.log(0.9 / 0.6), abs=0.3)
    assert says[1] == pytest.approx(says[0], abs=0.3)


def test_facts_of_one_home_are_told_from_those_of_several() -> None:
    fields = {"door": "street", "number": "house_number", "zip": "postcode", "town": "place", "name": "person_name"}
    rows = pl.DataFrame({"rid": ["a", "b"], "door": ["Hill Rd", "Mill Rd"], "zip": "12345", "town": "Ulm"})
    rows = rows.with_columns(number=pl.lit("1"), name=pl.lit("Ann Lee"), before=pl.lit("3 Mill Lane"))
    earlier: tuple[dict[str, object], ...] = (
        {},
        {"before": "street"},
        {"before": {"kind": "street", "alternative_to": "door"}},
    )
    homes = []
    for more in earlier:
        columns = encode(rows, read_fields({"id": "rid", "fields": fields | more})).columns
        homes.append(sorted(columns[place].name for place in one_home(columns).facts))
        assert one_home(columns).of_families == bool(homes[-1])
    assert homes == [["door", "number", "town", "zip"], [], []]


def test_without_data_the_documented_weights_stand() -> None:
    found = maximise([], [np.array([0.8, 0.1, 0.1])], [TRUE_U[0]])
    assert found.m[0] == pytest.approx([0.8, 0.1, 0.1])


def with_gaps(records: pl.DataFrame) -> pl.DataFrame:
    """Leave out two of five values."""
    luck = np.random.default_rng(3)
    return records.with_columns(
        pl.when(pl.Series(luck.random(records.height) > 0.4)).then(name).alias(name) for name in records.columns[1:]
    )


def test_what_only_matches_share_is_enough() -> None:
    encoded = encode(with_gaps(people(600)[0]), PEOPLE)
    made = comparers(encoded)
    scorer = Scorer(encoded, learn(encoded, made), made)
    place = [column.name for column in encoded.columns].index("phones")
    left, right, _ = agreeing_pairs(encoded.columns[place], 6_000)
    scored = scorer.score(left, right)
    only = (np.delete(scored.weights, place, axis=1) == 0).all(axis=1)
    assert only.sum() > 50
    assert (scored.score[only] > 2).all()


def test_gaps_do_not_make_matches_rarer() -> None:
    records, truth = people(600)
    encoded = encode(with_gaps(records), PEOPLE, registry=REGISTRY)
    sizes = truth.group_by("entity").len()["len"].to_numpy()
    share = (sizes * (sizes - 1)).sum() / (truth.height * (truth.height - 1))
    found = learn(encoded, comparers(encoded)).prior
    assert found == pytest.approx(np.log(share / (1 - share)), abs=0.2)


def test_rare_values_weigh_more_than_common_ones() -> None:
    records, _ = people(200)
    encoded = encode(records, PEOPLE, registry=REGISTRY)
    model = learn(encoded, comparers(encoded))
    assert -12 < model.prior < -3
    by_name = {fact.name: fact for fact in model.facts}
    assert by_name["given"].m[0] > 0.6
    assert by_name["given"].u[0] < 0.05


def test_a_fact_told_in_another_way_leans_on_the_other_and_adds_little() -> None:
    records, _ = people(300)
    twice = records.with_columns(again=pl.col("family").str.reverse())
    spec = read_fields(
        {"id": "rid", "fields": {"family": "street", "again": "text", "given": "given_name", "born": "birth_date"}}
    )
    encoded = encode(twice, spec, registry=REGISTRY)
    model = learn(encoded, comparers(encoded))
    leaning = {fact.name: fact.parent for fact in model.facts}
    assert leaning["again"] == "family" or leaning["family"] == "again"


def test_independent_facts_stand_alone() -> None:
    sizes = [2, 2]
    u = [np.array([0.1, 0.9]), np.array([0.2, 0.8])]
    m = [np.array([0.9, 0.1]), np.array([0.8, 0.2])]
    independent = [np.outer(a, b) * 10_000 for a, b in zip(u, reversed(u), strict=True)]
    stranger = Joint(((np.zeros((2, 2)), independent[0]), (independent[1], np.zeros((2, 2)))))
    match = Joint.nothing(sizes)
    assert parents(Lifts(match, stranger, m, u, [Kind.TEXT, Kind.PHONE]), ("note", "phone")) == (None, None)


def test_a_name_leans_on_a_second_contact_that_does_not_lean_on_it() -> None:
    sizes, kinds = [2, 2, 2], [Kind.PERSON_NAME, Kind.PHONE, Kind.ADDRESS]
    u, m = [np.array([0.01, 0.99])] * 3, [np.array([0.9, 0.1])] * 3
    household = np.array([[900.0, 100.0], [100.0, 9000.0]])
    stranger = Joint(tuple(tuple(household if f != g else np.zeros((2, 2)) for g in range(3)) for f in range(3)))
    lifts = Lifts(Joint.nothing(sizes), stranger, m, u, kinds)
    assert contacts(lifts, (2, 2, None)) == (1, None, None)
    assert contacts(lifts, (2, 0, None)) == (None, None, None)
    assert contacts(lifts, (None, 0, 1)) == (None, None, None)


def test_names_that_a_family_shares_say_nothing_beside_its_number_where_no_stranger_has_been_seen() -> None:
    names = ["same", "shared_character", "different"]
    sizes, kinds = [3, 2], [Kind.PERSON_NAME, Kind.PHONE]
    u = [np.array([0.0001, 0.0002, 0.9997]), np.array([0.0001, 0.9999])]
    nothing = Joint.nothing(sizes)
    lifts = Lifts(nothing, nothing, u, u, kinds, [names, ["same", "different"]])
    at_one_number, elsewhere = lifts.strangers(0, 1).T
    assert at_one_number[1] == pytest.approx(np.log(0.05 / 0.0002))
    assert at_one_number[[0, 2]] == pytest.approx([0, 0])
    assert elsewhere == pytest.approx([0, 0, 0])


def test_strangers_write_an_address_that_they_share_in_as_many_ways_as_one_customer_does() -> None:
    """However often they have the very same, what is nearly the same is no more frequent than that makes it."""
    names, sizes = ["same", "near", "different"], [3, 2]
    u, m = (
        [np.array([0.00002, 0.0005, 0.99948]), np.array([0.0001, 0.9999])],
        [np.array([0.6, 0.3, 0.1]), np.array([0.9, 0.1])],
    )
    at_one_number = np.array([[300.0, 0.0], [10.0, 50.0], [690.0, 99_950.0]])
    nobody = np.zeros((3, 3)), np.zeros((2, 2))
    stranger = Joint(((nobody[0], at_one_number), (at_one_number.T, nobody[1])))
    lifts = Lifts(Joint.nothing(sizes), stranger, m, u, [Kind.ADDRESS, Kind.PHONE], [names, ["same", "different"]])
    share = u[0] * np.exp(lifts.strangers(0, 1)[:, 0])
    assert share[0] == pytest.approx(0.3, abs=0.01)
    assert 0.05 < share[1] < 0.2


def test_another_address_is_no_excuse_for_another_birth_date() -> None:
    sizes, u, m = [2, 2], [np.array([0.01, 0.99])] * 2, [np.array([0.9, 0.1])] * 2
    both_differ = np.array([[800.0, 50.0], [50.0, 100.0]])
    match = Joint(((np.zeros((2, 2)), both_differ), (both_differ, np.zeros((2, 2)))))

    def excused(kind: Kind) -> float:
        lifts = Lifts(match, Joint.nothing(sizes), m, u, [kind, Kind.ADDRESS], [["same", "different"]] * 2)
        return float(lifts.adjustment(0, 1)[1, 1])

    assert excused(Kind.BIRTH_DATE) == 0
    assert excused(Kind.POSTCODE) > 1


def test_what_nearly_agrees_says_no_more_than_equality_on_the_commoner_value_could() -> None:
    table = pl.DataFrame(
        {
            "rid": [f"r{n:03}" for n in range(200)],
            "given": ["andrea"] * 60 + ["andreas"] * 40 + [f"name{n}" for n in range(99)] + ["andrae"],
            "born": [f"19{n % 90 + 10}-0{n % 9 + 1}-1{n % 7}" for n in range(200)],
        }
    )
    spec = read_fields({"id": "rid", "fields": {"given": "given_name", "born": "birth_date"}})
    encoded = encode(table, spec)
    model = learn(encoded, comparers(encoded))
    unseen = tuple(replace(fact, u=(fact.u[0], *(1e-6 for _ in fact.u[1:]))) for fact in model.facts)
    scored = Scorer(encoded, replace(model, facts=unseen)).score(np.array([0]), np.array([60]))
    given = [column.name for column in encoded.columns].index("given")
    assert scored.levels[0, given] > 0
    assert scored.weights[0, given] < -np.log(60 / 200) + 0.7


def test_what_half_of_a_large_table_shares_is_drawn_from_not_laid_out() -> None:
    height = 200_000
    rows = pl.DataFrame({"id": range(height, 2 * height), "plan": ["family", "single"] * (height // 2)})
    spec = read_fields({"id": "id", "fields": {"plan": "category"}})
    left, right, bucket = agreeing_pairs(encode(rows, spec, registry=REGISTRY).columns[0], 50)
    assert set(bucket) == {16}
    assert left.size == 50
    assert ((left % 2 == right % 2) & (left < right)).all()


def test_another_number_weighs_among_firms_what_firms_show() -> None:
    """Of firms of one name and one address half tell another number, of persons hardly anybody."""

    def fact(name: str, kind: Kind) -> FactModel:
        return FactModel(name, kind, ("same", "different"), (0.9, 0.1), (0.01, 0.99), 1000, (0.0,) * BUCKETS)

    facts = [
        fact("organisation", Kind.ORGANISATION_NAME),
        fact("phone", Kind.PHONE),
        fact("address", Kind.ADDRESS),
    ]
    patterns = np.array([[-1, 0, 0], [-1, 1, 0], [-1, 1, 1]], dtype=np.int8)
    counts = np.array([1_000.0, 1_000.0, 50_000.0])
    held = Sample(0, patterns, np.zeros(3, dtype=np.int64), counts, np.full(BUCKETS, 1_000.0))
    strangers = np.array([[1, 1, 1]] * 1_000, dtype=np.int8)
    _, phone, _ = with_firms(facts, strangers, [held])
    assert phone.of_firms[1] == pytest.approx(np.log(0.5 / 0.1), abs=0.1)
    different = Compared(np.array([1, 1], dtype=np.int8), np.zeros(2, dtype=int), np.ones(2, dtype=int))
    named = Compared(np.array([0, -1], dtype=np.int8), np.zeros(2, dtype=int), np.zeros(2, dtype=int))
    assert both_firms([facts[0], phone], [named, different]).tolist() == [True, False]


def test_values_are_counted_together() -> None:
    table = pl.DataFrame({"rid": ["a", "b", "c"], "town": ["x1", "x1", "y1"], "code": ["11", "11", "22"]})
    spec = read_fields({"id": "rid", "fields": {"town": "place", "code": "postcode"}})
    code, town = encode(table, spec, registry=REGISTRY).columns
    pairs = ValuePairs.count(code, town)
    assert pairs.look_up(np.array([0, 0, 1]), np.array([0, 1, 1])).tolist() == [2, 0, 1]


def test_lists_that_spell_every_name_in_two_ways_are_known_to_have_customers_in_common() -> None:
    """Who has a name in common is somebody else, so only the doors tell how many customers the lists have in common."""
    luck = np.random.default_rng(8)

    def names(count: int) -> list[str]:
        drawn = luck.choice(list("bdfgklmnprst"), (count, 3)), luck.choice(list("aeiou"), (count, 3))
        return ["".join(a + b for a, b in zip(*syllables, strict=True)) for syllables in zip(*drawn, strict=True)]

    given, family = luck.choice(names(40), 80), luck.choice(names(40), 80)
    records = pl.DataFrame(
        {
            "rid": [f"{number:03}" for number in range(160)],
            "given": [*given, *(name[:2] + "z" + name[3:] for name in given)],
            "family": [*family, *(name[:1] + "y" + name[2:] for name in family)],
            "door": [str(100 + 7 * place) for place in range(80)] * 2,
        }
    )
    told = {"given": "given_name", "family": "family_name", "door": "house_number"}
    encoded = encode(records, read_fields({"id": "rid", "fields": told}))
    found = learn(encoded, comparers(encoded)).prior
    assert found == pytest.approx(np.log(80 / (160 * 159 / 2)), abs=0.7)


@pytest.mark.parametrize(
    ("kind", "one", "other"), [("organisation_name", "{} Ltd", "{}"), ("email", "{}@a.bc", "{}@A.bc")]
)
def test_equal_values_in_a_table_of_nothing_else_are_one_customers(kind: str, one: str, other: str) -> None:
    luck = np.random.default_rng(9)
    told = ["".join(luck.choice(list("bdfgklmnprstaeiou"), 9)) for _ in range(60)]
    every = [*(one.format(name) for name in told), *(other.format(name) for name in told[:6])]
    records = pl.DataFrame({"rid": [f"{number:02}" for number in range(len(every))], "value": every})
    found = resolve(records, read_fields({"id": "rid", "fields": {"value": kind}})).members
    whose = dict(found.select("record_id", "cluster").iter_rows())
    assert all(whose[f"{number:02}"] == whose[f"{number + 60}"] for number in range(6))
    assert len(set(whose.values())) == 60


@pytest.mark.parametrize("shared", [True, False])
def test_whether_families_share_documents_is_seen_from_names(*, shared: bool) -> None:
    given = ["伟杰", "丽娟", "志强", "雪梅", "建华", "秀英", "明亮", "春燕"]
    told = [
        {
            "rid": f"{home:03}{who}{record}",
            "name": "王李张刘陈杨"[home % 6] + given[(home // 6 + 3 * who) % 8],
            "id": f"33010219{60 + home % 30}0{1 + home % 9}1{home % 9}{home:03}{0 if shared and record else who}",
        }
        for home in range(300)
        for who in range(2)
        for record in range(2)
    ]
    spec = read_fields({"id": "rid", "fields": {"name": "person_name", "id": "id_number"}})
    encoded = encode(pl.DataFrame(told), spec)
    drawn = agreeing_sample(encoded, comparers(encoded), 1, EFFORT)
    assert drawn is not None
    told_by = drawn.counts * worth(drawn)
    assert (documents_share(encoded.columns[0], drawn.patterns[:, 0], told_by) >= MANY_DOCUMENTS) is shared
