"""What the Chinese kinds stand on: readings, look-alikes, divisions, and the search for a firm's full name."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.fields import address, family_name, given_name, id_number, organisation_name, person_name, phone
from matching.fields.address_likeness import SAME_PLACE, likeness
from matching.fields.base import Field
from matching.fields.cantonese import spelt_of
from matching.fields.dividing import divided
from matching.fields.divisions import places
from matching.fields.look_alikes import looks_near, sounds_near
from matching.fields.organisation_search import first_hits
from matching.fields.person_name import from_nickname
from matching.fields.pinyin import blurred, character_readings, readings
from matching.fields.place_codes import area_places, issued_places
from matching.fields.spelt_abroad import is_spelt, surname_spellings
from matching.fields.wade_giles import spelt_of as spelt_in_taiwan
from matching.fields.writing import FEW, simplified
from matching.tables import table
from tests.matching.fields.cases import cases, is_idempotent, level_of


def code_points(text: str) -> np.ndarray:
    return np.array([ord(character) for character in text], dtype=np.uint32)


def test_every_cantonese_reading_can_be_spelt() -> None:
    for reading in table("cantonese_readings")["jyutping"]:
        assert all(text.isascii() and text.isalpha() for text in spelt_of(reading)), reading


@pytest.mark.parametrize(
    ("surname", "given", "words", "is_so"),
    [
        ("张", "家乐", "cheung ka lok", True),
        ("梁", "美华", "mei wah leung", True),
        ("吴", "卓贤", "ng cheukyin", True),
        ("司徒", "志强", "sze to chi keung", True),
        ("周", "志强", "chow chi", False),
        ("周", "志强", "chi keung", False),
        ("周", "志强", "chow peter chi keung", False),
        ("周", None, "chow chi keung", False),
        (None, "志强", "chow chi keung", False),
        ("周", "志?", "chow chi keung", False),
        ("张", "晓明", "chang hsiao ming", True),
        ("蔡", "依玲", "i ling tsai", True),
        ("林", "子轩", "lin tzu hsuan peter", True),
        ("郭", "芝琪", "kuo chih chi", True),
        ("陈", "伟明", "tan wei ming", True),
        ("吴", "美玲", "goh mei ling", True),
        ("邱", "志强", "khoo chih chiang", True),
        ("蔡", "依玲", "tsai tzu hsuan", False),
        ("陈", "伟明", "goh wei ming", False),
        ("周", "志强", "", False),
    ],
)
def test_names_as_they_are_spelt_abroad(surname: str | None, given: str | None, words: str, is_so: bool) -> None:
    assert is_spelt(surname, given, words.split(), is_pinyin=False) is is_so


def test_every_reading_in_mandarin_is_spelt_as_in_pinyin_too() -> None:
    for reading in {spoken.strip() for spoken in character_readings()[1]}:
        assert reading in spelt_in_taiwan(reading)


@pytest.mark.parametrize(
    ("surname", "is_pinyin", "spelt"), [("陈", False, "tan"), ("张", False, "chang"), ("张", True, "cheung")]
)
def test_how_surnames_are_spelt_abroad(surname: str, spelt: str, *, is_pinyin: bool) -> None:
    assert spelt in surname_spellings(surname, is_pinyin=is_pinyin)
    assert "tan" not in surname_spellings(surname, is_pinyin=True)


def test_readings_have_no_tone() -> None:
    read = pl.DataFrame({"text": ["张三丰", "吕绿", "王a"]}).select(readings(pl.col("text")))["text"]
    assert read.to_list() == ["zhang san feng", "lv lv", "wang a"]


def test_few_texts_are_read_as_many_are() -> None:
    texts = ["张三丰", "吕绿 a", None, "", "〇𠮷·行", "樂樂"]
    frame = pl.DataFrame({"text": texts})
    for change in (readings, simplified):
        alone = frame.select(change(pl.col("text")))["text"].to_list()
        among_many = pl.concat([frame] * FEW).select(change(pl.col("text")))["text"].to_list()
        assert among_many == alone * FEW
    assert alone[-1] == "乐乐"


@pytest.mark.parametrize(
    ("one", "other"), [("zhang", "zan"), ("li", "ni"), ("ying", "yin"), ("sheng", "sen"), ("lv", "nu")]
)
def test_what_is_heard_as_one(one: str, other: str) -> None:
    heard = pl.DataFrame({"text": [one, other]}).select(blurred(pl.col("text")))["text"]
    assert heard[0] == heard[1]


def test_look_alikes() -> None:
    assert looks_near(code_points("海未晓李"), code_points("梅末烧季")).all()
    assert sounds_near(code_points("峰林珍"), code_points("风宁真")).all()
    assert not (
        looks_near(code_points("国静"), code_points("强丽")) | sounds_near(code_points("国静"), code_points("强丽"))
    ).any()


def test_look_alikes_are_rare_among_strangers() -> None:
    surnames = table("surnames").filter(pl.col("form") == "single")["surname"].to_list()
    one, other = (
        code_points("".join(column))
        for column in zip(*((a, b) for a in surnames for b in surnames if a < b), strict=True)
    )
    assert looks_near(one, other).mean() < 0.05
    assert sounds_near(one, other).mean() < 0.03


def test_every_surname_is_listed_once_with_its_reading() -> None:
    surnames = table("surnames")
    assert surnames["surname"].is_unique().all()
    assert surnames["reading"].str.contains(r"^[a-z]+( [a-z]+)*$").all()


@pytest.mark.parametrize(
    ("written", "province", "city", "district", "rest"),
    [
        ("浙江省嘉兴市嘉善县建设西路1号", "浙江省", "嘉兴市", "嘉善县", "建设西路1号"),
        ("温州瓯海区学院西路", None, "温州市", "瓯海区", "学院西路"),
        ("南京西路100号", None, None, None, "南京西路100号"),
        ("北京路12号", None, None, None, "北京路12号"),
        ("吉林市昌邑区中兴街", None, "吉林市", "昌邑区", "中兴街"),
        ("中国四川省成都市", "四川省", "成都市", None, ""),
        ("浙江省杭州市浙江省杭州市西湖区文三路", "浙江省", "杭州市", "西湖区", "文三路"),
        ("绍兴市越城区", None, "绍兴市", "越城区", ""),
    ],
)
def test_divisions_at_the_beginning(written: str, province: str, city: str, district: str, rest: str) -> None:
    assert divided(pl.Series([written])).row(0) == (province, city, district, rest)


def test_a_name_that_two_districts_bear_is_left_open() -> None:
    drum_tower = places().filter(
        pl.col("said_district") == "鼓楼区", pl.col("said_city").is_null(), pl.col("said_province").is_null()
    )
    assert drum_tower.select("province", "city", "district").row(0) == (None, None, "鼓楼区")


def test_codes_lead_to_places_of_today() -> None:
    assert issued_places()["330224"] == "浙江省宁波市奉化区"
    assert area_places()["0571"] == "浙江省杭州市"
    assert area_places()["010"] == "北京市"
    assert "024" not in area_places(), "four cities share it"


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("海力风电", "江苏海力风电设备科技股份有限公司"),
        ("星宇股份", "常州星宇车灯股份有限公司"),
        ("宝钢股份", "宝山钢铁股份有限公司"),
        ("*ST星宇", "常州星宇车灯股份有限公司"),
        ("永盛", "温州市永盛食品有限公司"),
    ],
)
def test_a_short_name_finds_the_full_one(short: str, full: str) -> None:
    registered = [
        "江苏海力风电设备科技股份有限公司",
        "大连海力物流有限公司",
        "常州星宇车灯股份有限公司",
        "宝山钢铁股份有限公司",
        "温州市永盛食品有限公司",
        "江苏神马电力股份有限公司",
    ]
    assert first_hits(pl.Series([short]), pl.Series(registered))["full"].to_list() == [full]


def test_what_is_not_there_is_not_found() -> None:
    hits = first_hits(pl.Series(["海力风电", None]), pl.Series(["东莞玩具厂"]))
    assert hits["full"].to_list() == [None, None]


@pytest.mark.parametrize(
    ("nickname", "name"),
    [
        ("吴明梅", "吴明梅"),
        ("lizhijing1967", "lizhijing"),
        ("用户6011", None),
        ("小猫", None),
        ("快乐每一天", None),
        ("阳光", None),
    ],
)
def test_nicknames_that_are_names(nickname: str, name: str | None) -> None:
    assert from_nickname(pl.Series([nickname])).to_list() == [name]


def test_one_place_told_two_ways() -> None:
    same = ("江苏省南京市浦口区盘城街道盘锦花园13栋2单元801室", "盘城街道盘锦花园13幢")
    other = ("江苏省南京市浦口区盘城街道盘锦花园13栋2单元801室", "盘城街道盘锦花园14幢")
    said = likeness(pl.Series([same[0], other[0]]), pl.Series([same[1], other[1]]))
    assert said[0] > SAME_PLACE > said[1]


FIELDS = (person_name.FIELD, phone.FIELD, id_number.FIELD, address.FIELD, organisation_name.FIELD)
DIRT = st.text(
    alphabet="张王欧阳李小明先生0123456789*?Xx·-()（）省市区县路街号栋幢座单元室村镇有限公司 a,.bz\u200b", max_size=24
)


@settings(max_examples=25, deadline=None)
@given(st.lists(DIRT, min_size=1, max_size=8))
def test_dirt_is_cleaned_in_one_go(dirt: list[str]) -> None:
    for field in FIELDS[:3]:
        assert is_idempotent(field, pl.Series(dirt)), field.kind


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(DIRT, DIRT), min_size=1, max_size=6))
def test_comparing_has_no_direction(pairs: list[tuple[str, str]]) -> None:
    for field in FIELDS:
        left, right = (field.clean(pl.Series(side)) for side in zip(*pairs, strict=True))
        there, back = field.compare(left, right), field.compare(right, left)
        unequal = (left["value"] != right["value"]).fill_null(False)
        assert there.filter(unequal).equals(back.filter(unequal)), field.kind


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.kind)
def test_levels_are_a_distribution(field: object) -> None:
    levels = field.levels
    assert sum(level.m for level in levels) == pytest.approx(1, abs=0.12)
    assert sum(level.u for level in levels) == pytest.approx(1, abs=0.12)
    assert len({level.name for level in levels}) == len(levels)


def test_two_valid_ids_are_two_people() -> None:
    veto = id_number.FIELD.levels[id_number.FIELD.level("two_people")]
    assert veto.veto
    assert [case["level"] for case in cases("ids", "pairs")].count("two_people") == 1


@pytest.mark.parametrize(
    ("field", "left", "right", "level"),
    [
        (given_name.FIELD, "晓明", "小明", "variant"),
        (given_name.FIELD, "三丰", "sanfeng", "variant"),
        (given_name.FIELD, "三丰", "美丽", "different"),
        (family_name.FIELD, "单", "Shan", "variant"),
        (family_name.FIELD, "張", "张", "variant"),
        (family_name.FIELD, "张", "王", "different"),
    ],
)
def test_names_in_columns_of_their_own(field: Field, left: str, right: str, level: str) -> None:
    assert level_of(field, left, right) == level


def test_a_surname_of_one_character_is_a_whole_one() -> None:
    cleaned = family_name.FIELD.clean(pl.Series(["王", "w"]))
    assert family_name.FIELD.itself is not None
    assert family_name.FIELD.itself(cleaned).to_list()[0] == 0
    assert family_name.FIELD.itself(cleaned).to_list()[1] != 0
