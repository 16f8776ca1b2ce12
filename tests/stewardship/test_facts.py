"""What matching calls things, in words that stewards read."""

import re

import pytest

from matching.fields import FIELDS
from matching.policy import HUB_FIELDS
from stewardship.facts import in_words, likelihood
from stewardship.wording import Language

KEYS = [f"{fact.name}:{key}" for fact in HUB_FIELDS.facts for key in FIELDS[fact.kind].keys]


@pytest.mark.parametrize("key", [*KEYS, *(fact.name for fact in HUB_FIELDS.facts)])
def test_every_fact_and_key_has_words(key: str) -> None:
    assert not re.search("[A-Za-z_:]", in_words(key, Language.CHINESE))
    assert not re.search("[_:]", in_words(key, Language.ENGLISH))


def test_facts_are_put_into_words_where_they_are_mentioned() -> None:
    said = "请更正其中一条记录的id_number（两个有效且不同的证件号码）。"
    assert in_words(said, Language.CHINESE) == "请更正其中一条记录的证件号码（两个有效且不同的证件号码）。"
    assert in_words("name + id_number", Language.CHINESE) == "姓名、证件号码"
    assert in_words("name + id_number", Language.ENGLISH) == "name + document number"
    assert in_words("bss:name_1 says nothing", Language.ENGLISH) == "bss:name_1 says nothing"
    assert in_words(None, Language.CHINESE) == ""


@pytest.mark.parametrize(
    ("probability", "said"),
    [(1.0, ">99.9%"), (0.99999, ">99.9%"), (0.999, "99.9%"), (0.914, "91.4%"), (0.0106, "1.1%"), (0.0, "<0.1%")],
)
def test_no_probability_is_said_to_be_certain(probability: float, said: str) -> None:
    assert likelihood(probability) == said
