"""Ids that can be read out: every slip of one character and every exchange of two is noticed, none is made twice."""

import hmac
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.customers.customer_ids import ALPHABET, LENGTH, are_valid, is_valid, mint, parse, spell
from matching.errors import CustomerHubError

SECRET = b"only for the tests, not a secret"
NONE = pl.Series("taken", [], dtype=pl.String)


def minted(*founders: str, taken: pl.Series = NONE, secret: bytes = SECRET) -> list[str]:
    return mint(pl.Series("founder", founders, dtype=pl.String), secret, taken).to_list()


SAMPLE = minted(*(f"call_center:{number}" for number in range(200)))
ids = st.text(min_size=1, max_size=40).map(lambda founder: minted(founder)[0])


def test_ids_have_the_form_that_people_are_told() -> None:
    assert are_valid(pl.Series(SAMPLE)).all()
    assert {len(each) for each in SAMPLE} == {LENGTH}
    assert all(each[0].isalpha() for each in SAMPLE), "an id of digits only is a number to a spreadsheet"
    assert not set("".join(SAMPLE)) & set("ILOU")
    assert spell(SAMPLE[0]).replace("-", "") == SAMPLE[0]
    assert [len(group) for group in spell(SAMPLE[0]).split("-")] == [4, 4, 4]


def test_every_wrong_character_is_noticed() -> None:
    for customer_id in SAMPLE[:20]:
        wrong = [
            customer_id[:at] + character + customer_id[at + 1 :]
            for at in range(LENGTH)
            for character in ALPHABET
            if character != customer_id[at]
        ]
        assert len(wrong) == LENGTH * 31
        assert not are_valid(pl.Series(wrong)).any()


def test_every_exchange_of_two_characters_is_noticed() -> None:
    exchanged = []
    for customer_id in SAMPLE:
        for left, right in combinations(range(LENGTH), 2):
            characters = list(customer_id)
            characters[left], characters[right] = characters[right], characters[left]
            if characters[left] != characters[right]:
                exchanged.append("".join(characters))
    assert len(exchanged) > 10_000
    assert not are_valid(pl.Series(exchanged)).any()


def test_one_of_thirty_two_random_texts_passes_and_no_more() -> None:
    stems = [customer_id[:-1] for customer_id in SAMPLE]
    assert [sum(is_valid(stem + character) for character in ALPHABET) for stem in stems] == [1] * len(stems)


@given(ids, st.data())
def test_what_a_person_reads_out_is_understood(customer_id: str, data: st.DataObject) -> None:
    slips = {"0": "0Oo０", "1": "1IiLl"}
    heard = "".join(
        data.draw(st.sampled_from(["", " ", "-", "－", "　", ".", "—"]))
        + data.draw(st.sampled_from(slips.get(character, character + character.lower())))
        for character in customer_id
    )
    assert parse(heard) == customer_id


@pytest.mark.parametrize(
    "text", ["", "张三", "13800138000", SAMPLE[0][:-1], SAMPLE[0] + "0", SAMPLE[0][::-1], "U" * 12]
)
def test_what_cannot_be_an_id_is_refused_with_what_to_do(text: str) -> None:
    assert not is_valid(text)
    with pytest.raises(CustomerHubError, match=r"expected 12 letters and digits.*read it again"):
        parse(text)


def test_validity_of_a_column_keeps_its_length_and_name() -> None:
    column = pl.Series("customer_id", [None, "", SAMPLE[0], SAMPLE[0].lower(), "é" * 12])
    assert are_valid(column).to_list() == [False, False, True, False, False]
    assert are_valid(column).name == "customer_id"
    assert are_valid(pl.Series("none", [], dtype=pl.String)).to_list() == []


def test_the_digest_is_hmac_sha256_of_attempt_and_founder() -> None:
    """The id is what the standard library's HMAC gives, spelt letter by letter."""
    for secret in (SECRET, b"k" * 16, b"longer than a block of the hash " * 4):
        for founder in ("call_center:CC00011921", "web:张"):
            number = int.from_bytes(hmac.digest(secret, f"0:{founder}".encode(), "sha256")[:8])
            number, letter = divmod(number, 22)
            expected = ALPHABET[10 + letter]
            for _ in range(10):
                number, digit = divmod(number, 32)
                expected += ALPHABET[digit]
            assert minted(founder, secret=secret)[0][:-1] == expected


@given(st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=30))
def test_the_same_founders_get_the_same_ids_in_any_order(founders: list[str]) -> None:
    shuffled = sorted(founders, reverse=True)
    assert dict(zip(founders, minted(*founders), strict=True)) == dict(zip(shuffled, minted(*shuffled), strict=True))


def test_an_id_that_was_used_is_not_used_again() -> None:
    used: list[str] = []
    for _ in range(5):
        used += minted("web:1", taken=pl.Series(used, dtype=pl.String))
    assert len(set(used)) == 5
    assert are_valid(pl.Series(used)).all()
    assert minted("web:1", "web:2", taken=pl.Series(used))[1] == minted("web:2")[0]


def test_a_clash_within_one_batch_goes_to_the_smaller_founder(monkeypatch: pytest.MonkeyPatch) -> None:
    def clashing(founders: list[str], secret: bytes, *, attempt: int) -> pl.Series:
        return pl.Series("customer_id", ["SAME" if not attempt else founder for founder in founders], dtype=pl.String)

    monkeypatch.setattr("matching.customers.customer_ids._derive", clashing)
    assert minted("b", "c", "a") == ["b", "c", "SAME"]


def test_ids_say_nothing_without_the_secret() -> None:
    assert not set(SAMPLE) & set(minted(*(f"call_center:{n}" for n in range(200)), secret=b"another secret here"))
    assert sorted(SAMPLE) != SAMPLE


def test_a_short_secret_and_repeated_founders_are_refused() -> None:
    with pytest.raises(CustomerHubError, match="at least 16 bytes, found 3"):
        minted("web:1", secret=b"abc")
    with pytest.raises(CustomerHubError, match="distinct record ids"):
        minted("web:1", "web:1")
