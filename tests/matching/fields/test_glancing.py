"""What is settled at a glance is what reading the values settles."""

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.facts.encoding import Column
from matching.fields import FIELDS
from matching.fields.base import Field
from matching.fields.glancing import UNSETTLED, numbered
from matching.fieldspec import Fact, Source
from matching.scores.comparing import GLANCED, Comparer
from matching.words import Kind

NAMES = st.one_of(
    st.text(st.sampled_from("王欧阳单张章小晓明鸣·?"), min_size=1, max_size=6),
    st.sampled_from(["王先生", "wang xiaoming", "Anna Berg", "买买提·阿不都拉", "王*", "司马光明", "马光明"]),
)
MOBILES = st.text(st.sampled_from("38"), min_size=9, max_size=9).map(lambda digits: f"13{digits}")
PHONES = st.one_of(
    MOBILES,
    st.sampled_from(["0571-86123457", "86123457", "021-86123457", "+49 30 1234567", "49301234567", "4930123456"]),
)
NUMBERS = st.sampled_from(
    [
        "11010519491231002X",
        "110105194912310020",
        "110105194912310038",
        "110105491231002",
        "1101**********002X",
        "**************002X",
        "91350100M000100Y43",
        "91350100M000100Y44",
        "E12345678",
    ]
)
ADDRESSES = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "浙江省", "江苏省"]),
        st.sampled_from(["", "杭州市", "南京市"]),
        st.sampled_from(["", "西湖区", "玄武区"]),
        st.sampled_from(["", "文三路", "中山路"]),
        st.sampled_from(["", "12号", "13号", "3弄"]),
        st.sampled_from(["", "丽景花园小区", "丽晶花园小区"]),
        st.sampled_from(["", "3幢", "4幢2单元"]),
        st.sampled_from(["", "402室", "5层", "501室"]),
    ),
) | st.sampled_from(["12 high street", "上海"])
VALUES = {Kind.PERSON_NAME: NAMES, Kind.PHONE: PHONES, Kind.ID_NUMBER: NUMBERS, Kind.ADDRESS: ADDRESSES}
GLANCING = sorted(kind for kind, field in FIELDS.items() if field.glance is not None)


def _pairs(field: Field, raw: Sequence[str]) -> tuple[pl.DataFrame, np.ndarray, np.ndarray]:
    values = field.clean(pl.Series("raw", raw)).filter(pl.col("value").is_not_null()).unique("value").sort("value")
    left, right = np.nonzero(~np.eye(values.height, dtype=bool))
    return values, left, right


@pytest.mark.parametrize("kind", GLANCING)
@settings(deadline=None)
@given(data=st.data())
def test_a_level_given_at_a_glance_is_that_of_comparing(kind: Kind, data: st.DataObject) -> None:
    field = FIELDS[kind]
    assert field.glance is not None
    values, left, right = _pairs(field, data.draw(st.lists(VALUES[kind], min_size=2, max_size=12, unique=True)))
    glanced = field.glance(values)(left, right)
    read = field.compare(values[pl.Series(left)], values[pl.Series(right)]).cast(pl.Int8).to_numpy()
    settled = glanced != UNSETTLED
    assert glanced[settled].tolist() == read[settled].tolist()


@pytest.mark.parametrize(
    ("kind", "one", "other", "level"),
    [
        (Kind.PERSON_NAME, "王小明", "张大伟", "different"),
        (Kind.PERSON_NAME, "王小明", "王大伟", "same_surname"),
        (Kind.PERSON_NAME, "王小明", "王晓明", "same_sound"),
        (Kind.PHONE, "13812345679", "13986123450", "different"),
        (Kind.PHONE, "13812345679", "0571-86123450", "other_kind"),
        (Kind.ID_NUMBER, "11010519491231002X", "440524188001010014", "two_people"),
        (Kind.ADDRESS, "浙江省杭州市西湖区文三路12号3幢402室", "江苏省南京市玄武区中山路9号", "different"),
        (Kind.ADDRESS, "杭州市西湖区文三路12号3幢402室", "西湖区文三路12号3幢402室", "same_room"),
    ],
)
def test_what_is_plain_is_settled(kind: Kind, one: str, other: str, level: str) -> None:
    field = FIELDS[kind]
    assert field.glance is not None
    settle = field.glance(field.clean(pl.Series("raw", [one, other])))
    assert settle(np.array([0, 1]), np.array([1, 0])).tolist() == [field.level(level)] * 2


def test_equal_texts_have_one_number_and_no_text_has_none() -> None:
    numbers = numbered(pl.Series(["b", None, "a", "b"], dtype=pl.String))
    assert numbers[0] == numbers[3] != numbers[2]
    assert numbers[1] == -1
    assert (numbers[[0, 2, 3]] >= 0).all()


def test_many_pairs_are_compared_as_few_are() -> None:
    field = FIELDS[Kind.PHONE]
    raw = pl.Series("raw", [f"138{number * 7919 % 10**8:08}" for number in range(100)] + ["0571-86123450"])
    values = field.clean(raw).filter(pl.col("value").is_not_null()).sort("value")
    codes = np.arange(values.height, dtype=np.int32)
    column = Column(Fact("phone", Kind.PHONE, (Source("phone"),)), field, values, np.append(codes, codes.size), codes)
    left, right = (side.ravel() for side in np.meshgrid(codes, codes))
    assert left.size > GLANCED
    many = Comparer(column).levels(left, right)
    few = Comparer(column)
    parts = [few.levels(left[at : at + 100], right[at : at + 100]) for at in range(0, left.size, 100)]
    assert many.tolist() == np.concatenate(parts).tolist()
