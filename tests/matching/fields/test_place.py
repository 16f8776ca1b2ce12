"""Places of China in a column of their own: which are one, and which lie in one another."""

import polars as pl
import pytest

from matching.fields.place import FIELD, LEVELS


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("柳州", "柳州市三江侗族自治县", "part"),
        ("福田区", "深圳市", "part"),
        ("龙华区", "深圳市", "part"),
        ("龙华区", "广州市", "different"),
        ("海南", "白沙黎族自治县", "part"),
        ("大理", "大理白族自治州", "variant"),
        ("大理白族自治州鹤庆县", "鹤庆县", "variant"),
        ("东莞", "广东省东莞市", "variant"),
        ("广州", "深圳市", "different"),
        ("springfield", "springfield il", "part"),
        ("苏州市", "Suzhou", "variant"),
        ("Dong Guan", "东莞", "variant"),
        ("苏州", "Xuzhou", "different"),
        ("苏州", "宿州", "different"),
    ],
)
def test_divisions_of_china_lie_in_one_another(left: str, right: str, level: str) -> None:
    one, other = FIELD.clean(pl.Series([left])), FIELD.clean(pl.Series([right]))
    assert LEVELS[FIELD.compare(one, other).item()].name == level
