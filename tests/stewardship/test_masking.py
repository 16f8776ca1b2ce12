"""Masks: enough to tell two values apart, too little to find a person; what is not known is hidden whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.frames import ATTRIBUTES, CUSTOMERS, RECORDS
from stewardship.access.masking import ATTRIBUTE_MASKS, COLUMNS, MASKS, Mask, masked, masked_row, put_on

NEVER_ENOUGH = 7
"""Characters of an identity number or a telephone number that a mask must hide at least."""


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("name", "王小明", "王**"),
        ("name", "Anna Example", "A*** E***"),
        ("id_number", "330106198501010014", "33**************14"),
        ("id_number", "A1234", "****4"),
        ("mobile", "13812345678", "138****5678"),
        ("mobiles", ["13812345678", "13900000000"], ["138****5678", "139****0000"]),
        ("fixed_line", "0571-87654321", "0571-****4321"),
        ("email", "anna@example.com", "a***@example.com"),
        ("email", "no address", "***"),
        ("birth_date", "1985-01-31", "1985-**-**"),
        ("address", "浙江省杭州市西湖区文三路12号3幢201室", "浙江省杭州市西湖区***"),
        ("address", "12 High Street, Springfield", "*** Springfield"),
        ("address", "文三路12号", "***"),
        ("username", "anna85", "***"),
        ("city", "杭州市", "杭州市"),
        ("a column nobody has thought of", "anything", "***"),
        ("name", None, None),
    ],
)
def test_values_by_column(column: str, value: object, shown: object) -> None:
    assert masked(value, column) == shown


def test_firms_keep_their_place_and_form() -> None:
    row = {"entity_type": "organisation", "name": "杭州某某科技有限公司", "record_count": 3}
    assert masked_row(row) == {"entity_type": "organisation", "name": "杭州***有限公司", "record_count": 3}


def test_every_published_column_has_been_thought_of() -> None:
    assert set(ATTRIBUTES) == set(ATTRIBUTE_MASKS)
    unknown = {*CUSTOMERS, *RECORDS} - COLUMNS.keys()
    assert unknown == set()


@given(number=st.text("0123456789X", min_size=11, max_size=18), mask=st.sampled_from([Mask.PHONE, Mask.ID_NUMBER]))
def test_numbers_keep_little(number: str, mask: Mask) -> None:
    shown = MASKS[mask](number)
    assert len(shown) == len(number)
    assert shown.count("*") >= min(NEVER_ENOUGH, 4)
    assert shown != number


@given(text=st.text(), mask=st.sampled_from([mask for mask in Mask if mask is not Mask.NOTHING]))
def test_any_text_can_be_masked(text: str, mask: Mask) -> None:
    put_on(mask, text)


@given(text=st.text(st.characters(categories=["L", "N"]), min_size=4))
def test_no_name_is_left_as_it_is(text: str) -> None:
    assert masked(text, "name") != text
