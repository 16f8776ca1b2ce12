"""Records in one spelling: every attribute from the channel's text, nothing lost, nothing invented."""

from datetime import date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.facts.standardising import standardise, standardise_changed
from matching.frames import ATTRIBUTES, FACTS, LANDED, RECORDS

LATEST = {**LANDED, "first_seen_at": pl.Datetime("us"), "versions": pl.Int64}


def landed(*records: dict[str, Any]) -> pl.DataFrame:
    rows = [
        {
            "record_id": f"web:{number}",
            "feed": "web",
            "source_id": str(number),
            "extract": "web/users.jsonl",
            "extract_id": "0" * 64,
            "line": number,
            "seen_at": datetime.fromisoformat("2026-11-01"),
            "first_seen_at": datetime.fromisoformat("2020-05-01"),
            "versions": 1,
            "raw": "{}",
            **record,
        }
        for number, record in enumerate(records, 1)
    ]
    return pl.DataFrame(rows, schema=LATEST)


def standardised(**attributes: Any) -> dict[str, Any]:
    return standardise(landed(attributes)).row(0, named=True)


def test_has_the_columns_of_records() -> None:
    records = standardise(landed({"name": "张三丰"}))
    assert records.schema == pl.Schema(RECORDS)
    assert records["versions"].to_list() == [1]


def test_keeps_what_the_channel_said_beside() -> None:
    said = {name: f" {name}？" for name in (*ATTRIBUTES, *FACTS)}
    records = standardise(landed(said))
    assert all(records[f"{name}_raw"][0] == said[name] for name in ATTRIBUTES)
    assert all(records[name][0] == said[name] for name in FACTS)


def test_misread_texts_are_read_again_beside_what_the_channel_said() -> None:
    record = standardised(name="寮犱笁", address="浙江省杭州市西湖区文三路12号".encode().decode("latin-1"))
    assert (record["name"], record["surname"], record["name_raw"]) == ("张三", "张", "寮犱笁")
    assert (record["province"], record["district"]) == ("浙江省", "西湖区")


@pytest.mark.parametrize(
    "slipped",
    [
        {"name": "13758216347", "mobile": "王佳勤"},
        {"name": "330421196306188366", "id_number": "王佳勤"},
        {"name": "嘉善县建设西路775号", "address": "王佳勤"},
        {"mobile": "330421196306188366", "id_number": "13758216347"},
        {"id_number": "嘉善县建设西路775号", "address": "330421196306188366"},
    ],
)
def test_values_in_one_anothers_columns_are_put_back(slipped: dict[str, str]) -> None:
    right = {
        "name": "王佳勤",
        "id_number": "330421196306188366",
        "mobile": "13758216347",
        "address": "嘉善县建设西路775号",
    }
    record, expected = standardised(**(right | slipped)), standardised(**right)
    kept = ("name", "id_number", "mobiles", "address")
    assert {name: record[name] for name in kept} == {name: expected[name] for name in kept}
    assert all(record[f"{name}_raw"] == value for name, value in slipped.items())


def test_a_number_beside_a_known_one_stays_the_records() -> None:
    record = standardised(name="13758216347", mobile="13912345679")
    assert (record["name"], sorted(record["mobiles"])) == (None, ["13758216347", "13912345679"])


def test_no_records_are_no_error() -> None:
    assert standardise(landed()).height == 0


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"name": "王先生"}, {"name": "王", "surname": "王", "gender": None, "entity_type": "person"}),
        ({"name": "张三丰13730138496"}, {"name": "张三丰", "mobiles": ["13730138496"]}),
        (
            {"name": "张三丰/057123715942", "mobile": "13730138496"},
            {"name": "张三丰", "mobiles": ["13730138496"], "fixed_lines": ["0571-23715942"]},
        ),
        ({"name": "兴新便利店（13730138496）"}, {"name": "兴新便利店", "mobiles": ["13730138496"]}),
        ({"name": "张三330106199001011234"}, {"name": "张三", "mobiles": []}),
        ({"name": "张 三 丰（机主）"}, {"name": "张三丰", "name_pinyin": "zhang san feng"}),
        ({"name": "温州市德全机械有限公司"}, {"entity_type": "organisation", "surname": None, "gender": None}),
        (
            {"name": "德全", "id_number": "91330383223UU5WT8M"},
            {"entity_type": "organisation", "id_type": "credit_code"},
        ),
        ({"name": "客户", "nickname": "吴明梅"}, {"name": "吴明梅"}),
        ({"nickname": "快乐每一天"}, {"name": None, "entity_type": "person"}),
        ({"nickname": "用户6011"}, {"name": None}),
        ({"username": "licuixing1967"}, {"name": "licuixing"}),
        ({"username": "u633276"}, {"name": None}),
        ({"name": "李翠兴", "username": "zhangsan"}, {"name": "李翠兴"}),
        (
            {"id_number": "330421630618836"},
            {
                "id_number": "330421196306188366",
                "id_is_valid": True,
                "id_type": "resident_id",
                "birth_date": date(1963, 6, 18),
                "gender": "female",
            },
        ),
        (
            {"id_number": "330421196306188366", "address": "不详"},
            {"registered_in": "浙江省嘉兴市嘉善县", "district": None},
        ),
        (
            {"id_number": "330421196306188366", "address": "嘉善县建设西路1号"},
            {"registered_in": None, "district": "嘉善县"},
        ),
        ({"id_number": "330421196306188367"}, {"id_is_valid": False, "birth_date": None, "gender": None}),
        ({"id_number": "330421196306188366", "birth_date": "1963-06-19"}, {"birth_date": date(1963, 6, 19)}),
        ({"id_number": "330421196306188366", "name": "王先生"}, {"gender": "female"}),
        ({"id_number": "E12345678", "id_type": "passport"}, {"id_type": "passport", "id_is_valid": None}),
        ({"id_number": "无", "id_last4": "836x"}, {"id_number": "**************836X", "id_is_valid": None}),
        ({"id_number": "330421196306188366", "id_last4": "1111"}, {"id_number": "330421196306188366"}),
        ({"id_number": "330421196306188366", "birth_date": "1963-01-01"}, {"birth_date": date(1963, 6, 18)}),
        ({"birth_date": "1963-01-01"}, {"birth_date": date(1963, 1, 1)}),
        (
            {"id_number": "330421196306188366", "birth_date": "2014-09-03"},
            {"birth_date": date(2014, 9, 3), "id_number": None, "gender": None, "id_number_raw": "330421196306188366"},
        ),
        (
            {"id_number": "330421196306188366", "birth_date": "1938-09-03"},
            {"birth_date": date(1938, 9, 3), "id_number": None, "id_number_raw": "330421196306188366"},
        ),
        ({"id_number": "330421196306188366", "birth_date": "1938-09-18"}, {"id_number": "330421196306188366"}),
        ({"id_number": "330421196306188366", "birth_date": "1951-09-03"}, {"id_number": "330421196306188366"}),
        ({"id_number": "330421196306188366", "birth_date": "1904-01-01"}, {"id_number": "330421196306188366"}),
        ({"id_number": "330421196306188366", "birth_date": "2013-06-18"}, {"id_number": "330421196306188366"}),
        ({"id_number": "330421196306188366", "birth_date": "1993-09-03"}, {"id_number": "330421196306188366"}),
        ({"birth_date": "1900-01-01"}, {"birth_date": None}),
        ({"gender": "男"}, {"gender": "male"}),
        ({"email": "Test.Name@QQ.com "}, {"email": "test.name@qq.com"}),
        (
            {"mobile": "+86 137 3013 8496", "contact_phone": "(0571)23715942", "caller_number": "13730138496"},
            {"mobiles": ["13730138496"], "fixed_lines": ["0571-23715942"]},
        ),
        ({"mobile": "0571-23715942", "fixed_line": "13730138496"}, {"mobiles": ["13730138496"]}),
        ({"mobile": "15982782309", "email": "13730138496@163.com"}, {"mobiles": ["15982782309", "13730138496"]}),
        ({"mobile": "13800138000"}, {"mobiles": [], "fixed_lines": []}),
        (
            {"mobile": "138****1234", "contact_phone": "13856781234", "caller_number": "尾号1234"},
            {"mobiles": ["13856781234"], "masked_mobiles": ["138****1234", "*******1234"], "fixed_lines": []},
        ),
        (
            {"address": "奉化市裘村镇桂花名邸18幢3单元2602室"},
            {"province": "浙江省", "city": "宁波市", "district": "奉化区"},
        ),
        ({"address": "鼓楼区中山路1号"}, {"city": None, "district": "鼓楼区", "address": "鼓楼区中山路1号"}),
        (
            {"address": "鼓楼区中山路1号", "fixed_line": "0516-83712345"},
            {"city": "徐州市", "address": "江苏省徐州市鼓楼区中山路1号"},
        ),
        ({"address": "鼓楼区中山路1号", "fixed_line": "0571-83712346"}, {"city": None, "address": "鼓楼区中山路1号"}),
        ({"address": "同身份证"}, {"address": None, "province": None}),
    ],
)
def test_record(attributes: dict[str, str], expected: dict[str, Any]) -> None:
    record = standardised(**attributes)
    assert {name: record[name] for name in expected} == expected


TEXT = st.text(alphabet="张王李先生女士0123456789*?X-()（）市区路号栋室有限公司 @.abyz无", max_size=20)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(ATTRIBUTES, TEXT)), min_size=2, max_size=6))
def test_no_record_depends_on_another(records: list[dict[str, str]]) -> None:
    frame = landed(*records)
    together = standardise(frame)
    assert together.height == len(records)
    apart = pl.concat([standardise(frame[1:]), standardise(frame[:1])])
    assert apart.sort("line").equals(together, null_equal=True)


def test_records_whose_version_is_the_same_are_taken_over_and_others_made_anew() -> None:
    said = [{"name": "王芳", "mobile": "13800000001"}, {"name": "李明"}, {"name": "赵敏"}]
    before = standardise(landed(*said))
    marked = before.with_columns(name=pl.lit("taken over"))
    now = landed(*said, {"name": "孙七"}).filter(pl.col("record_id") != "web:3")
    now = now.with_columns(versions=pl.when(pl.col("record_id") == "web:2").then(2).otherwise("versions"))
    assert standardise_changed(now, marked)["name"].to_list() == ["taken over", "李明", "孙七"]
    assert standardise_changed(now, before).equals(standardise(now))
    assert standardise_changed(now.clear(), before).is_empty()
    assert standardise_changed(now, before.clear()).equals(standardise(now))
