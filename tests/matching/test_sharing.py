"""What a household shares does not make two of its members one; what is a person's own does."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

import numpy as np
import polars as pl
import pytest

from benchmarks.standardised import channel_records
from matching.clusters.neighbouring import OF_ONE_HOME, neighbours, undecided
from matching.explanations.explaining import explain
from matching.explanations.gates import Gate
from matching.facts.encoding import encode
from matching.facts.placing import placed
from matching.fieldspec import FieldSpec, read_fields
from matching.learning.counting import NO_JOINTS
from matching.model import FactModel, Model
from matching.policy import HUB_FIELDS
from matching.resolving import Resolution, resolve
from matching.scores.chance import BUCKETS
from matching.scores.comparing import compare_all, comparers
from matching.scores.families import MANY_TWINS, Families, families, has_households
from matching.scores.sharing import Proof, proofs
from matching.scores.sharing import is_own as is_proved
from matching.scores.shortening import in_short
from pipelines.demo.numbers import Oddities
from pipelines.demo.population import make_population
from pipelines.demo.records import channel_records as raw_records
from pipelines.demo.records import population_records

HOME = "江苏省淮安市洪泽区白马街道卢桥村500号"
LINE = "0517-81370042"
PATIENTS = read_fields(
    {
        "id": "record_id",
        "fields": {"given": "given_name", "family": "family_name", "born": "birth_date", "home": "address"},
    }
)
Told = Mapping[str, object]


def is_own(
    one: Told,
    other: Told,
    fields: FieldSpec = HUB_FIELDS,
    *,
    many_twins: bool = True,
    surnames: bool = True,
    documents: bool = False,
    others: bool = False,
) -> bool:
    """Tell whether two records agree in something of a person's own, among records that tell everything."""
    lists = {"mobiles", "fixed_lines"}
    rows: Sequence[Told] = [{"entity_type": "person"} | dict(each) for each in (one, other)]
    columns = {
        name: pl.Series(
            [row.get(name) for row in rows], dtype=pl.List(pl.String) if name in lists else pl.String, strict=False
        )
        for name in fields.columns
        if name != fields.id
    }
    encoded = encode(pl.DataFrame({fields.id: ["a", "b"], **columns}), fields)
    left, right = np.array([0]), np.array([1])
    compared = compare_all(comparers(encoded), left, right)
    proved = proofs(encoded.columns, compared, left, right, shown=Families(many_twins, surnames, documents, others))
    return bool(is_proved(proved)[0])


FATHER: Told = {"name": "闫永山", "mobiles": ["13912340031"], "fixed_lines": [LINE], "address": HOME}


@pytest.mark.parametrize(
    ("other", "own"),
    [
        ({"name": "闫先生", "fixed_lines": [LINE], "address": HOME}, False),
        ({"name": "闫师傅", "mobiles": ["13612340032"], "address": HOME}, False),
        ({"mobiles": ["13612340032"], "fixed_lines": [LINE]}, False),
        ({"name": "闫俊嘉", "fixed_lines": [LINE], "address": HOME}, False),
        ({"name": "闫先生", "mobiles": ["13912340031"]}, True),
        ({"name": "闫永山", "address": HOME}, True),
        ({"name": "闫咏山", "fixed_lines": [LINE]}, True),
        ({"mobiles": ["13912340031"]}, True),
    ],
)
def test_a_home_a_line_and_a_surname_are_a_households(other: Told, own: bool) -> None:
    assert is_own(FATHER, other) is own


def test_the_birth_date_of_siblings_is_no_proof_and_that_of_others_is() -> None:
    one = {"given": "Annika", "family": "Verhoeven", "born": "1990-05-05", "home": "12 Mill Lane"}
    assert not is_own(one, one | {"given": "Joost"}, PATIENTS)
    assert is_own(one, one | {"given": "Anika"}, PATIENTS)
    assert is_own(one, one | {"given": None}, PATIENTS)
    assert is_own(one, {"given": "Verhoeven", "family": "Annika", "born": "1990-05-05"}, PATIENTS)


def test_a_mobile_in_common_is_ones_own_beside_a_line_in_common() -> None:
    caller: Told = {"name": "闫先生", "mobiles": ["13912340031"], "fixed_lines": [LINE]}
    assert is_own(FATHER, caller)


def test_a_parents_telephone_is_no_proof_that_siblings_are_one() -> None:
    sister = {"name": "欧阳雨欣", "mobiles": ["13912340031"]}
    assert not is_own(sister, {"name": "欧阳雨桐", "mobiles": ["13912340031"]})
    assert is_own(sister, {"name": "诸葛雨桐", "mobiles": ["13912340031"]})


TWIN: Final[dict[str, object]] = {
    "name": "尹丹妮",
    "mobiles": ["17312340041"],
    "birth_date": "1993-01-19",
    "address": HOME,
}
OTHERS: Final[dict[str, object]] = TWIN | {"mobiles": ["15512340042"]}


@pytest.mark.parametrize(
    ("other", "own"),
    [
        (OTHERS | {"name": "尹丹娜"}, False),
        (OTHERS | {"name": "尹丹"}, False),
        (OTHERS | {"name": None}, False),
        (OTHERS | {"name": "尹女士"}, False),
        (OTHERS, True),
        (OTHERS | {"name": "尹丹娜", "address": None}, True),
        (OTHERS | {"name": "尹丹娜", "id_number": "320829199301190024"}, False),
        (TWIN | {"name": "尹丹娜"}, True),
        (TWIN | {"name": "尹丹娜", "mobiles": []}, True),
        (TWIN | {"name": "尹丹娜", "mobiles": [], "fixed_lines": [LINE]}, True),
        (OTHERS | {"name": "尹丹娜", "fixed_lines": [LINE]}, False),
    ],
)
def test_nearly_a_name_and_a_birthday_may_be_a_twins_who_has_a_number_of_her_own(other: Told, own: bool) -> None:
    assert is_own(TWIN, other) is own
    assert is_own(other, TWIN) is own


def test_where_twins_are_few_a_birthday_without_a_name_is_the_same_persons() -> None:
    nameless = OTHERS | {"name": None}
    assert not is_own(TWIN, nameless, many_twins=True)
    assert is_own(TWIN, nameless, many_twins=False)
    assert not is_own(TWIN, OTHERS | {"name": "尹心怡"}, many_twins=False)
    assert not is_own(TWIN, OTHERS | {"name": "尹丹娜", "birth_date": None}, many_twins=False)


def test_in_letters_a_name_that_is_nearly_the_same_is_a_slip() -> None:
    one = TWIN | {"name": "Евгения Голубева"}
    assert is_own(one, OTHERS | {"name": "Евгнеия Голубева"})
    assert not is_own(one, OTHERS | {"name": "Наталья Голубева"})


def test_names_in_two_scripts_are_not_those_of_siblings() -> None:
    one = {"given": "สมชาย", "family": "ใจดี", "born": "1990-05-01", "home": HOME}
    assert is_own(one, one | {"given": "Wichai"}, PATIENTS)
    assert not is_own(one, one | {"given": "ประยุทธ์"}, PATIENTS)


def test_in_letters_where_twins_are_few_a_name_of_which_a_word_differs_is_the_same_persons_by_its_birthday() -> None:
    one, other = TWIN | {"name": "Nguyễn Thị Hoa"}, OTHERS | {"name": "Nguyễn Thị Trang"}
    assert is_own(one, other, many_twins=False)
    assert not is_own(one, other, many_twins=True)
    assert not is_own(one, other | {"birth_date": None}, many_twins=False)
    assert not is_own(TWIN, OTHERS | {"name": "尹丹娜", "address": HOME}, many_twins=True)


def test_a_name_of_one_word_is_a_whole_name_where_families_have_no_surname() -> None:
    one, other = {"name": "Sutarman", "address": HOME}, {"name": "SUTARMAN", "address": HOME}
    assert not is_own(one, other)
    assert is_own(one, other, surnames=False)
    assert not is_own(one, {"name": "Kartini", "address": HOME}, surnames=False)


def test_an_agencys_number_says_nothing_of_surnames() -> None:
    population = make_population(2_000, 5)
    records = channel_records(raw_records(population, 5))
    agency = pl.when(pl.int_range(pl.len()) % 10 == 0).then(pl.lit(["13812340000"]))
    assert families(resolve(records.with_columns(mobiles=agency.otherwise("mobiles")), HUB_FIELDS).model).surnames


@pytest.mark.parametrize(("named", "surnames"), [(("Santoso", "Lestari", "Wibowo"), False), (("Kok",) * 3, True)])
def test_whether_families_have_a_surname_is_learned_from_homes(named: Sequence[str], *, surnames: bool) -> None:
    given = [f"{head}{tail}" for head in ("Su", "Wa", "Tri", "Mar") for tail in ("yati", "gino", "lastri", "min")]
    told = [
        {
            "record_id": f"{home:03}{who}{record}",
            "name": name,
            "address": f"{home} Lane",
            "phone": f"0812{home:04}{who}00",
        }
        for home in range(300)
        for who, family in enumerate(named)
        for name in [f"{given[(home + 5 * who) % 16]}{home % 13} {family}{home if surnames else (home + who) % 9}"]
        for record in range(2)
    ]
    spec = {"id": "record_id", "fields": {"name": "person_name", "address": "address", "phone": "phone"}}
    assert families(resolve(pl.DataFrame(told), read_fields(spec)).model).surnames is surnames


def test_names_that_one_person_is_known_by_as_often_are_no_twins() -> None:
    born = [f"19{50 + n % 50}-0{1 + n % 9}-1{n % 9}" for n in range(400)]
    told = [
        {"record_id": f"{n:03}{end}", "given": given, "family": f"Name{n}", "born": born[n], "home": f"{n} Lane"}
        for n in range(400)
        for end, given in (("a", f"Anna{n % 7}"), ("b", "Zoe" if n % 4 == 0 else f"Anna{n % 7}"))
    ]
    assert resolve(pl.DataFrame(told), PATIENTS).model.twins < MANY_TWINS


def test_a_name_with_one_other_character_is_misread_unless_families_share_documents() -> None:
    father = {"name": "张建国", "id_number": "330421196306188366"}
    child = {"name": "张梓萱", "id_number": "330421196306188366"}
    for documents in (False, True):
        assert not is_own(father, child, documents=documents)
        assert is_own(father, child | {"name": None}, documents=documents)
        assert is_own(father, child | {"name": "张建囯"}, documents=documents), "it sounds and looks the same"
    assert is_own(father, child | {"name": "张建萱"})
    assert not is_own(father, child | {"name": "张建萱"}, documents=True)


def test_other_names_at_one_number_are_two_people_where_families_share_documents() -> None:
    mother = {"name": "图雅", "mobiles": ["13946531748"], "address": HOME}
    child = {"name": "苏日娜", "mobiles": ["13946531748"], "address": HOME}
    assert is_own(mother, child)
    assert not is_own(mother, child, others=True)
    assert is_own(mother, child | {"name": "Tuya"}, others=True)


def test_how_many_twins_there_are_is_learned_from_homes_and_birthdays() -> None:
    def learned(twins: float) -> float:
        population = make_population(3_000, 5, oddities=Oddities(twins=twins))
        return resolve(channel_records(raw_records(population, 5)), HUB_FIELDS).model.twins

    few, many = learned(0.01), learned(0.5)
    assert few < MANY_TWINS < many


def test_who_shares_a_line_at_home_and_has_a_mobile_of_her_own_may_be_a_twin() -> None:
    at_the_line: Told = TWIN | {"address": None, "fixed_lines": [LINE]}
    assert not is_own(at_the_line, OTHERS | {"name": "尹丹娜", "address": None, "fixed_lines": [LINE]})
    assert is_own(at_the_line, OTHERS | {"name": "尹丹娜", "address": None, "mobiles": [], "fixed_lines": [LINE]})


def test_a_mobile_told_without_a_given_name_does_not_make_siblings_one() -> None:
    of_caller, named = np.array([Proof.OF_SIBLINGS]), np.array([Proof.SIBLINGS | Proof.OF_SIBLINGS])
    assert is_proved(of_caller).all()
    assert not is_proved(named | of_caller).any()
    assert is_proved(named | of_caller | Proof.OWN).all()


def test_twins_are_told_apart_by_all_that_their_records_tell() -> None:
    alike, at_home = np.array([Proof.OF_TWINS | Proof.OTHER_NUMBER]), np.array([Proof.ONE_HOME])
    born = np.array([Proof.OF_SIBLINGS])
    assert is_proved(alike).all()
    assert not is_proved(alike | born | at_home).any()
    assert is_proved(alike | born | at_home | Proof.SAME_NUMBER).all()
    assert is_proved(alike | born | at_home | Proof.OWN).all()


@pytest.mark.parametrize("records", [("caller", "one", "other"), ("other", "caller", "one")])
def test_siblings_whose_mobile_a_caller_tells_stay_two(records: Sequence[str]) -> None:
    told = channel_records(population_records(1_200, 5)[0])
    someone = told.filter(pl.col("mobiles").list.len() == 1, pl.col("name").str.len_chars() == 3)
    someone = someone.drop_nulls(["surname", "address"]).sort("record_id").head(1)
    surname = someone["surname"][0]
    nothing = [pl.lit(None, dtype=told.schema[name]).alias(name) for name in ("birth_date", "email", "id_number")]
    names = {"caller": f"{surname}先生", "one": f"{surname}舟宇", "other": f"{surname}涵轩"}
    family = [
        someone.with_columns(pl.lit(names[who]).alias("name"), mobiles=["13912340039"], record_id=pl.lit(f"{place}"))
        for place, who in enumerate(records)
    ]
    rows = pl.concat([told.filter(pl.col("address") != someone["address"][0]), *family]).with_columns(*nothing)
    members = resolve(rows, HUB_FIELDS).members
    cluster = dict(members.select("record_id", "cluster").iter_rows())
    ends = [cluster[f"{records.index(who)}"] for who in ("one", "other")]
    assert ends[0] != ends[1]


DOCUMENT: Final = "320705197408030331"


@pytest.mark.parametrize(
    ("name", "other", "own"),
    [
        ("闫永山", {"name": "闫俊嘉"}, False),
        ("闫永山", {"name": "闫嘉"}, False),
        ("闫永山", {"name": "闫永珊"}, True),
        ("闫永山", {"name": "闫永海"}, True),
        ("闫永山", {"name": "闫永海", "address": HOME, "mobiles": ["15512340042"]}, False),
        ("闫主", {"name": "闫生"}, True),
        ("闫永山", {"name": "王永山"}, True),
        ("闫永山", {"name": "闫先生"}, True),
        ("闫永山", {"name": None}, True),
        ("闫永山", {"name": "Yan Yongshan"}, True),
        ("Yongshan Yan", {"name": "Junjia Yan"}, False),
    ],
)
def test_a_child_by_the_parents_document_is_another_person(name: str, other: Told, own: bool) -> None:
    holder: Told = {"name": name, "id_number": DOCUMENT, "address": HOME, "mobiles": ["13912340031"]}
    assert is_own(holder, {"id_number": DOCUMENT} | dict(other)) is own
    assert is_own({"id_number": DOCUMENT} | dict(other), holder) is own


def test_who_has_the_holders_birthday_besides_is_the_holder() -> None:
    foreigner: Told = {"name": "Leigh Toulouse", "id_number": "483290175", "birth_date": "1985-02-01"}
    assert is_own(foreigner, foreigner | {"name": "Ann Toulouse"}, many_twins=True)
    assert not is_own(foreigner, foreigner | {"name": "Ann Toulouse", "birth_date": "2011-06-17"}, many_twins=True)
    resident: Told = {"name": "闫永山", "id_number": DOCUMENT, "birth_date": "1974-08-03"}
    assert not is_own(resident, resident | {"name": "闫俊嘉"}, many_twins=True)


def test_a_chinese_surname_is_no_whole_name_where_families_have_none() -> None:
    assert not is_own(FATHER, {"name": "闫先生", "address": HOME}, surnames=False)


def test_mailboxes_of_twins_look_alike() -> None:
    one: Told = TWIN | {"email": "yindanni@126.com"}
    assert not is_own(one, OTHERS | {"name": None, "email": "yindanna@126.com"})
    assert is_own(one, OTHERS | {"name": None, "email": "yindanni@126.com"})


def test_mail_at_one_house_is_nobodys_own() -> None:
    one: Told = {"name": "尹丹妮", "email": "yindanni@126.com"}
    assert not is_own(one, {"name": "尹心怡", "email": "xinyi1993@126.com"})
    assert is_own(one, {"name": "尹心怡", "email": "yindanni@126.com"})


def test_a_name_in_letters_told_in_short_is_ones_own() -> None:
    one: Told = TWIN | {"name": "Joan Margaret Archer"}
    assert is_own(one, OTHERS | {"name": "Joan Archer"})
    assert not is_own(one, OTHERS | {"name": "Archer"})


@pytest.mark.parametrize(("own", "several"), [(0.99, False), (0.6, True)])
def test_a_table_shows_whether_several_people_live_in_a_home(own: float, several: bool) -> None:
    told = FactModel("home", "address", ("same", "different"), (0.9, 0.1), (0.01, 0.99), 30, (own,) * BUCKETS)
    name = replace(told, name="given", kind="given_name", own=(0.1,) * BUCKETS)
    counts = pl.DataFrame({"fact": ["home"] * 3 + ["given"], "value": ["a", "b", "c", "d"], "count": [1, 3, 900, 9]})
    model = Model((told, name), -5.0, 0.0, -3.0, counts, NO_JOINTS)
    assert has_households(model) is several
    assert not has_households(replace(model, facts=(name,))), "no contact: no home shows"
    assert not has_households(replace(model, facts=(told,))), "no name: nobody of a home could be told from another"


def test_a_firm_has_its_line_to_itself() -> None:
    firm = {"entity_type": "organisation", "name": "洪泽白马建材有限公司", "fixed_lines": [LINE]}
    assert is_own(firm, {"entity_type": "organisation", "fixed_lines": [LINE]})


@cache
def with_callers() -> tuple[pl.DataFrame, Resolution]:
    """Invented channels' records, and some callers of whom no more is known than surname, fixed line and address."""
    told = channel_records(population_records(1_200, 5)[0])
    someone = told.filter(pl.col("fixed_lines").list.len() == 1, entity_type="person")
    someone = someone.drop_nulls(["surname", "address"]).sort("record_id").head(30)
    callers = someone.with_columns(
        record_id="caller:" + pl.col("record_id"),
        name=pl.col("surname") + "先生",
        mobiles=pl.lit([], dtype=told.schema["mobiles"]),
        **{name: pl.lit(None, dtype=told.schema[name]) for name in ("birth_date", "email", "id_number")},
    )
    records = pl.concat([told, callers])
    return records, resolve(records, HUB_FIELDS)


def test_who_shares_a_home_and_might_be_one_is_asked_about() -> None:
    records, solved = with_callers()
    near = neighbours(records, HUB_FIELDS, solved.model, placed(solved.members, in_short(solved.pairs)))
    of_callers = pl.any_horizontal(pl.col("record_id_l", "record_id_r").str.starts_with("caller:"))
    asked = undecided(near).filter(of_callers, pl.col("score") > solved.model.match_from)
    assert asked.height >= 5
    assert asked["probability"].unique().to_list() == [OF_ONE_HOME]


def test_two_records_by_themselves_are_kept_apart_as_they_are_among_all() -> None:
    records, solved = with_callers()
    scored, ids = solved.scored, solved.encoded.ids
    strong = scored.score > solved.model.match_from
    held = np.flatnonzero(strong & ~scored.own)[:25]
    assert held.size
    for place in [*held.tolist(), *np.flatnonzero(strong & scored.own)[:25].tolist()]:
        two = ids[int(scored.left[place])], ids[int(scored.right[place])]
        gate = explain(records, HUB_FIELDS, solved.model, *two).gate
        assert (gate is Gate.HOUSEHOLD) is not bool(scored.own[place])


def test_a_firm_that_only_one_record_names_is_no_household() -> None:
    records, solved = with_callers()
    caller = records.filter(pl.col("record_id").str.starts_with("caller:")).head(1)
    firm = caller.with_columns(
        record_id=pl.lit("firm:1"), entity_type=pl.lit("organisation"), name=pl.lit("洪泽白马建材有限公司")
    )
    nameless = firm.with_columns(record_id=pl.lit("firm:2"), name=pl.lit(None, dtype=pl.String))
    told = explain(pl.concat([firm, nameless]), HUB_FIELDS, solved.model, "firm:1", "firm:2")
    assert told.score > solved.model.match_from
    assert told.gate is not Gate.HOUSEHOLD
