"""Personal data is masked on every screen until somebody who may reveals it, on record.

A mask leaves enough to tell two values apart at a glance and too little to find a person: 王** · J*** S*** ·
138****5678 · 33**************12 · 杭州市西湖区*** · z***@example.com · 1985-**-**. What a column holds is told by
`COLUMNS`; a column that is not in it is masked whole, so that a new column is never shown by oversight.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from matching.frames import CROSSWALK, FACTS, PROVENANCE
from matching.words import EntityType

STAR: Final = "*"
WHOLE: Final = STAR * 3
HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff〇]")
DOWN_TO_DISTRICT: Final = re.compile(
    r"^(?:[^\d\W]{2,8}?(?:省|自治区))?(?:[^\d\W]{2,8}?(?:市|自治州|地区|盟))?(?:[^\d\W]{1,8}?(?:区|县|旗|市))?"
)
LEGAL_FORM: Final = re.compile(r"(?:股份有限公司|有限责任公司|有限公司|公司|集团|经营部|商行|店|厂)$")


class Mask(StrEnum):
    """How a value is masked."""

    NAME = "name"
    ORGANISATION = "organisation"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    ADDRESS = "address"
    EMAIL = "email"
    DATE = "date"
    WHOLE = "whole"
    NOTHING = "nothing"


def masked_name(name: str) -> str:
    """Keep a Chinese name's first character, or the first letter of each other word."""
    if HAN.search(name):
        return name[:1] + STAR * max(len(name) - 1, 1)
    return " ".join(word[:1] + WHOLE for word in name.split())


def masked_organisation(name: str) -> str:
    """Keep the place a firm's name begins with and its legal form."""
    form = LEGAL_FORM.search(name)
    return name[:2] + WHOLE + (form.group() if form and form.start() >= 2 else "")


def masked_number(number: str, begin: int, end: int) -> str:
    """Keep a number's first and last characters, and of a short one almost nothing; separators stay."""
    digits = [at for at, character in enumerate(number) if character.isalnum()]
    if len(digits) < begin + end + 4:
        begin, end = 0, min(2, len(digits) // 3)
    hidden = set(digits[begin : len(digits) - end])
    return "".join(STAR if at in hidden else character for at, character in enumerate(number))


def masked_id_number(number: str) -> str:
    """Keep the province's two digits and the last two characters."""
    return masked_number(number, 2, 2)


def masked_phone(number: str) -> str:
    """Keep what tells the carrier or the area, and the last four digits."""
    area, dash, line = number.rpartition("-")
    if dash and area.isdigit():
        return f"{area}-{masked_number(line, 0, 4)}"
    return masked_number(number, 3, 4)


def masked_address(address: str) -> str:
    """Keep the division down to the district; of an address in letters what follows the last comma, without digits."""
    if HAN.search(address):
        found = DOWN_TO_DISTRICT.match(address)
        return (found.group() if found else "") + WHOLE
    place = address.rpartition(",")[2] if "," in address else ""
    return (WHOLE + re.sub(r"\d", STAR, place)).strip()


def masked_email(email: str) -> str:
    """Keep the first character and the domain."""
    user, at, domain = email.partition("@")
    return f"{user[:1]}{WHOLE}{at}{domain}" if at else WHOLE


def masked_date(date: str) -> str:
    """Keep the year."""
    return date[:4] + re.sub(r"\d", STAR, date[4:]) if date[:4].isdigit() else WHOLE


def masked_whole(value: str) -> str:
    """Keep nothing, not even the length."""
    return WHOLE if value else ""


MASKS: Final[Mapping[Mask, Callable[[str], str]]] = MappingProxyType(
    {
        Mask.NAME: masked_name,
        Mask.ORGANISATION: masked_organisation,
        Mask.ID_NUMBER: masked_id_number,
        Mask.PHONE: masked_phone,
        Mask.ADDRESS: masked_address,
        Mask.EMAIL: masked_email,
        Mask.DATE: masked_date,
        Mask.WHOLE: masked_whole,
        Mask.NOTHING: str,
    }
)

ATTRIBUTE_MASKS: Final[Mapping[str, Mask]] = {
    "name": Mask.NAME,
    "nickname": Mask.NAME,
    "username": Mask.WHOLE,
    "id_type": Mask.NOTHING,
    "id_number": Mask.ID_NUMBER,
    "id_last4": Mask.WHOLE,
    "gender": Mask.NOTHING,
    "birth_date": Mask.DATE,
    "mobile": Mask.PHONE,
    "contact_phone": Mask.PHONE,
    "caller_number": Mask.PHONE,
    "service_number": Mask.PHONE,
    "fixed_line": Mask.PHONE,
    "email": Mask.EMAIL,
    "address": Mask.ADDRESS,
    "business_category": Mask.NOTHING,
}
PLAIN_COLUMNS: Final = (
    *("entity_type", "id_is_valid", "province", "city", "district", "registered_in", "first_seen_at", "last_seen_at"),
    *("versions", "record_count", "channel_count", "channels", "confidence", "updated_at", "since_run"),
    *(name for name in FACTS if name != "account_no"),
    *PROVENANCE,
    *CROSSWALK,
)
COLUMNS: Final[Mapping[str, Mask]] = MappingProxyType(
    {
        **dict.fromkeys(PLAIN_COLUMNS, Mask.NOTHING),
        **ATTRIBUTE_MASKS,
        **{f"{name}_raw": mask for name, mask in ATTRIBUTE_MASKS.items()},
        "surname": Mask.NAME,
        "name_pinyin": Mask.NAME,
        "mobiles": Mask.PHONE,
        "fixed_lines": Mask.PHONE,
        "masked_mobiles": Mask.PHONE,
        "account_no": Mask.ID_NUMBER,
    }
)
"""What each column of `customers` and `records` holds."""


def masked(value: object, column: str, *, is_organisation: bool = False) -> object:
    """Give a column's value with its mask on; lists item by item, nothing for nothing."""
    mask = COLUMNS.get(column, Mask.WHOLE)
    if is_organisation and mask is Mask.NAME:
        mask = Mask.ORGANISATION
    return put_on(mask, value)


def masked_row(row: Mapping[str, object]) -> dict[str, object]:
    """Give a row of `customers` or `records` with the masks on."""
    is_organisation = row.get("entity_type") == EntityType.ORGANISATION
    return {column: masked(value, column, is_organisation=is_organisation) for column, value in row.items()}


def put_on(mask: Mask, value: object) -> object:
    """Give a value with a mask on."""
    if value is None or mask is Mask.NOTHING:
        return value
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [put_on(mask, item) for item in value]
    return MASKS[mask](str(value))
