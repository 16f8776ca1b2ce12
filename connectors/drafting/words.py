"""Names of columns → hub fields: what telecom channels call the things the hub knows."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from matching.proposing.headers import HAN, kinds_of, last_phrase, words_of
from matching.words import Kind

KEY: Final = "key"
"""What fills no field but names the row."""
KINDS: Final[Mapping[str, Kind]] = {
    "name": Kind.TEXT,
    "gender": Kind.GENDER,
    "mobile": Kind.PHONE,
    "contact_phone": Kind.PHONE,
    "caller_number": Kind.PHONE,
    "service_number": Kind.PHONE,
    "fixed_line": Kind.PHONE,
    "email": Kind.EMAIL,
    "id_number": Kind.ID_NUMBER,
}
"""What the values of a field have to look like for its column's name to be believed."""
FIELDS: Final[Mapping[Kind, str]] = {
    Kind.PERSON_NAME: "name",
    Kind.ORGANISATION_NAME: "name",
    Kind.BIRTH_DATE: "birth_date",
    Kind.GENDER: "gender",
    Kind.PHONE: "contact_phone",
    Kind.EMAIL: "email",
    Kind.ID_NUMBER: "id_number",
    Kind.ADDRESS: "address",
}
"""The field of a kind, where only the values tell what a column holds."""


def names_the_row(header: str) -> bool:
    """Say whether a column's name speaks of a row's own number: ticket, 流水号, any 号 that is none the hub knows."""
    joined, serials = "".join(words_of(header)), _listed(KEY)
    if "id" in kinds_of(header) or " ".join(words_of(header)) in serials:
        return True
    if any(serial in joined for serial in serials if HAN.search(serial)):
        return True
    return joined.endswith(("号", "號", "编码")) and field_called(header) in {"", "happened_at", "account_no"}


def field_called(header: str) -> str:
    """Give the hub field that a column's name speaks of; empty where it speaks of none.

    What stands last is what it is (联系人电话 is a telephone); of phrases that end together the longest decides.
    """
    listed = _listed()
    phrase = last_phrase(header, listed)
    return listed[phrase] if phrase else ""


@cache
def _listed(of: str = "") -> Mapping[str, str]:
    """Give the field of each phrase of the table, or the phrases of one thing alone."""
    text = resources.files("connectors.drafting").joinpath("column_words.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    told = ((" ".join(words_of(row["word"])), row["fills"]) for row in rows)
    return {phrase: fills for phrase, fills in told if (fills == of if of else fills != KEY)}
