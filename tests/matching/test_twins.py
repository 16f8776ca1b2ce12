"""Values cleaned, keyed and compared one at a time, as their kinds do it by columns."""

import time
from typing import Final

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.fields import FIELDS
from matching.fields.base import VALUE
from matching.fields.organisation_name import is_organisation
from matching.single import TWINS, trusted
from matching.single.cleaned_addresses import clean_address
from matching.single.cleaned_names import is_pinyin
from matching.single.cleaned_organisations import sounds_like_a_firm
from matching.single.letters import align
from matching.words import Kind

NAMES = st.text("王李欧阳司马伟玮娜小明芳·?张章", min_size=1, max_size=5)


@settings(max_examples=12, deadline=None)
@given(
    names=st.lists(
        st.one_of(NAMES, st.sampled_from(["wang wei", "李 Ming", "小王", "王先生", "Ouyang N", "叶赫那拉"])), min_size=2
    )
)
def test_names_one_by_one(names: list[str]) -> None:
    cleaned = FIELDS[next(iter(TWINS))].clean(pl.Series(names, dtype=pl.String))
    values = cleaned.filter(pl.col(VALUE).is_not_null()).unique(VALUE).sort(VALUE)
    field = FIELDS[next(iter(TWINS))]
    assert not values.height or trusted(field, values) is not None


LETTERS: Final = st.lists(
    st.sampled_from(
        ["wang", "wan", "wei", "weihua", "weihau", "w", "robert", "bob", "rob", "smith", "smyth", "jr", "o2"]
    ),
    min_size=1,
    max_size=9,
).map(" ".join)
FOREIGN: Final = st.text("古丽央金阿卜杜拉·?", min_size=2, max_size=10)


@settings(max_examples=25, deadline=None)
@given(one=st.lists(LETTERS, min_size=8, max_size=30), foreign=st.lists(FOREIGN, min_size=8, max_size=30))
def test_names_in_letters_and_long_ones_one_by_one(one: list[str], foreign: list[str]) -> None:
    field = FIELDS[Kind.PERSON_NAME]
    for names in (one, foreign):
        cleaned = field.clean(pl.Series(names, dtype=pl.String))
        values = cleaned.filter(pl.col(VALUE).is_not_null()).unique(VALUE).sort(VALUE)
        assert not values.height or trusted(field, values) is not None


@given(one=LETTERS.map(str.split), other=LETTERS.map(str.split))
def test_words_lie_the_same_whichever_name_comes_first(one: list[str], other: list[str]) -> None:
    assert align(one, other) == align(other, one)


DOCUMENTS: Final = st.text("0123456789X*", min_size=1, max_size=19)
RESIDENTS: Final = st.from_regex(r"33010[1-9](18|19|20)\d{2}[01]\d[0-3]\d{4}[\dX*]", fullmatch=True)
CODES: Final = st.from_regex(r"9[123]3\d{5}[0-9A-Y]{10}", fullmatch=True)
NUMBERS: Final = st.from_regex(r"(0086|86|0)?(1[3-9]\d{9}|571-?[2-9]\d{6,7}|0571-?\d{7,8}|\d{5,15})", fullmatch=True)
FIRMS: Final = st.from_regex(
    r"(\*?ST|)(中国)?(杭州|杭州市|南京|銀行|)(东海|东湖|海东|西湖|A1|玮)(科技|餐饮|科枝)?( ?\(上海\)|&|-)?"
    r"(有限公司|集团|店|\(个体户\))?(分公司|滨江分公司|鼓楼支行)?(-U)?",
    fullmatch=True,
)
MIXED: Final = st.lists(
    st.sampled_from(
        [
            "王",
            "欧阳",
            "玮",
            "明",
            "國",
            "芳",
            "小",
            "古丽",
            "wang",
            "X",
            "*",
            "·",
            ".",
            "(曾)",
            "[",
            " ",
            "7",
            "女士",
            "总",
        ]
    ),
    min_size=1,
    max_size=6,
).map(lambda parts: "".join(parts).strip() or "王")
WORDS: Final = st.lists(
    st.sampled_from(["Dr", "wang", "xi", "an", "Al", "el", "bin", "abd", "Said", "de", "jr", "iii", "phd", "无"]),
    min_size=1,
    max_size=5,
).map(" ".join)


ADDRESSES: Final = st.lists(
    st.sampled_from(
        [
            *(
                "浙江省",
                "浙江",
                "杭州市",
                "杭州",
                "西湖区",
                "開魯县",
                "哈密地区哈密市",
                "上海市",
                "中国",
                "310000",
                "内蒙古自治区",
            ),
            *(
                "文三路",
                "南京西路",
                "农业路东",
                "第三村民小组",
                "翠苑街道",
                "大榆树镇",
                "龙坞村委会",
                "一四三团",
                "五连",
                "九连山路",
            ),
            *(
                "12号",
                "十二号之一",
                "弄12号楼",
                "紫藤新村",
                "康乐公寓",
                "12幢",
                "03栋",
                "2单元",
                "七楼",
                "1-2-302",
                "302室",
                "7-4",
                "#",
            ),
            *(
                "，",
                "(东门)",
                "【旁】",
                "。",
                " ",
                "１２－３",
                "斜对面",
                "阳光花园,",
                "三丁目4-5",
                "无",
                "A座",
                "楼",
                "坊",
                "支弄",
            ),
        ]
    ),
    min_size=1,
    max_size=9,
).map("".join)


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (Kind.ADDRESS, ADDRESSES),
        (Kind.ID_NUMBER, st.one_of(DOCUMENTS, RESIDENTS, CODES)),
        (Kind.PHONE, NUMBERS),
        (Kind.ORGANISATION_NAME, FIRMS),
        (Kind.PERSON_NAME, st.one_of(MIXED, WORDS)),
    ],
)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_addresses_documents_numbers_firms_and_names_of_mixed_script_one_by_one(
    kind: Kind, texts: st.SearchStrategy[str], data: st.DataObject
) -> None:
    field, twin = FIELDS[kind], TWINS[kind]
    told = data.draw(st.lists(texts, min_size=2, max_size=30))
    cleaned = field.clean(pl.Series(told, dtype=pl.String))
    if twin.clean is not None:
        own = [twin.clean(text) for text in told]
        assert all(mine is None or mine == its for mine, its in zip(own, cleaned.rows(named=True), strict=True))
    values = cleaned.filter(pl.col(VALUE).is_not_null()).unique(VALUE).sort(VALUE)
    assert not values.height or trusted(field, values) is not None


def test_an_address_that_reads_otherwise_again_is_read_as_often_alone() -> None:
    text = "12幢浙江省坊楼"
    assert clean_address(text) == FIELDS[Kind.ADDRESS].clean(pl.Series([text])).row(0, named=True)


def test_a_long_name_of_syllables_keeps_nobody_waiting() -> None:
    """Sixty times `xian` can be parted in 2⁶⁰ ways."""
    assert is_pinyin("xian" * 60)
    assert not is_pinyin("xian" * 60 + "q")
    assert not is_pinyin("")


@settings(deadline=None)
@given(
    names=st.lists(st.one_of(FIRMS, MIXED, st.sampled_from(["Acme Ltd.", "foo co", "incorporated", "店"])), min_size=1)
)
def test_what_sounds_like_a_firm_does_so_alone_as_well(names: list[str]) -> None:
    together = pl.DataFrame({"name": names}).select(is_organisation(pl.col("name")).fill_null(False))["name"].to_list()
    alone = [sounds_like_a_firm(name) for name in names]
    assert all(mine is None or mine == its for mine, its in zip(alone, together, strict=True))


def test_whether_a_plain_name_sounds_like_a_firm_is_said_alone() -> None:
    assert [sounds_like_a_firm(name) for name in ("王小明", "杭州东海商贸有限公司", "Acme Ltd.")] == [False, True, True]
    assert sounds_like_a_firm("王  王") is None


@pytest.mark.parametrize("address", ["省市区县" * 50, "区" * 40 + "1-1-1", "㍿"])
def test_an_address_that_only_its_field_reads_soon_is_left_to_it(address: str) -> None:
    begun = time.process_time()
    assert clean_address(address) is None
    assert time.process_time() - begun < 1
