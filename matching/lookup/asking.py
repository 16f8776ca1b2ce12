"""A question to a directory: a partial record, brought into the spelling that records are in.

A value that some record tells is found as it stands; only one that nobody has told yet is cleaned by its kind.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import polars as pl

from matching.facts.standardising import MAILBOX_NUMBER
from matching.fields import FIELDS
from matching.fields.base import VALUE
from matching.fields.id_number import Document
from matching.fields.id_spelling import MASKED
from matching.fields.misread import reread
from matching.fields.name_numbers import number_in
from matching.fields.organisation_name import is_organisation
from matching.fields.place_codes import issued_places
from matching.learning.ordering import read_in
from matching.lookup.directory import Directory, Listing, hashed, hashes_of
from matching.scores.families import GIVEN
from matching.scores.sharing import Asker
from matching.single.cleaned_organisations import sounds_like_a_firm
from matching.words import EntityType, Kind

IN_HAN: Final = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff〇]")
IN_DIGITS: Final = re.compile(r"\d")
"""What every document's number has in it."""
LAST_FOUR: Final = re.compile(r"\d{3}[\dX]$")
MOST_VALUES: Final = 8
"""Values of one fact that a question may tell."""
PHONES: Final = "phones"
DOCUMENT: Final = "id_number"
"""The fact from which others follow: a resident's number tells birth date, gender and where it was issued."""


@dataclass(frozen=True)
class Question:
    """What is known of a customer who is looked for: any part of a record, as somebody says it."""

    name: str | None = None
    id_number: str | None = None
    id_last4: str | None = None  # heard only where the number is not told
    phones: tuple[str, ...] = ()
    email: str | None = None
    birth_date: str | None = None
    gender: str | None = None
    address: str | None = None
    entity_type: EntityType | None = None


@dataclass(frozen=True)
class Asked:
    """A clean value of a question with its parts: its code if some record tells it, else −1."""

    listing: Listing
    code: int
    parts: Mapping[str, object]
    place: float  # where it stands among the values, which are sorted
    _hashes: dict[str, Sequence[int]] = field(default_factory=dict, compare=False)

    @property
    def value(self) -> str:
        """The value itself."""
        return str(self.parts[VALUE])

    @property
    def kind(self) -> Kind:
        """The kind of what the value tells."""
        return self.listing.column.fact.kind

    @property
    def is_shared(self) -> bool:
        """Whether the value is one that a household shares."""
        column = self.listing.column
        if column.shared is None or column.field.shared is None:
            return False
        return bool(column.shared[self.code] if self.code >= 0 else column.field.shared(self.frame).fill_null(False)[0])

    @cached_property
    def number(self) -> int:
        """The code under which the weigher knows the value."""
        return self.code if self.code >= 0 else self.listing.unheard(self.value)

    @cached_property
    def frame(self) -> pl.DataFrame:
        """The value as fields want it, one row."""
        return pl.DataFrame([self.parts], schema=self.listing.column.values.schema)

    def is_meant(self, name: str) -> bool:
        """Whether a kind makes keys of a name for values such as this."""
        meant = self.listing.column.field.only_with.get(name)
        if meant is None:
            return True
        own = None if self.listing.twin is None else self.listing.twin.only_with.get(name)
        return bool(meant(self.frame)[0]) if own is None else own(self.parts)

    def keys(self, name: str) -> Sequence[int]:
        """Give the value's keys of a name, by hash; none where it has none."""
        known = self._hashes.get(name)
        if known is None:
            known = self._hashes[name] = self._made(name)
        return known

    def _made(self, name: str) -> Sequence[int]:
        """Make the keys of a name, by the kind's twin if it can."""
        twin = self.listing.twin
        if twin is None or name not in twin.keys:
            return hashes_of(self.listing.column.field.keys[name](self.frame))
        key = twin.keys[name](self.parts)
        return [] if key is None else [hashed(key)]


class Unread(NamedTuple):
    """A part of a question that says nothing as it is written; of several telephone numbers, which."""

    part: str
    place: int = 0

    @property
    def says_zh(self) -> str:
        """What was expected, in Chinese."""
        return EXPECTED[self.part][0]

    @property
    def says_en(self) -> str:
        """What was expected, in English."""
        return EXPECTED[self.part][1]


EXPECTED: Final[Mapping[str, tuple[str, str]]] = {
    "name": ("应为姓名或单位名称，占位词不算", "expected a person's or a firm's name, no word for an unknown one"),
    "id_number": (
        "应为证件号码，隐藏的位用 * 表示，或末四位；占位号码不算",
        "expected a document's number, * for what is masked, or its last four characters; no placeholder",
    ),
    "id_last4": ("应为证件号码末四位", "expected the last four characters of a resident id"),
    PHONES: (
        "应为七位以上的电话号码，隐藏的位用 * 表示，或“尾号1234”；占位号码不算",
        "expected a telephone number of seven digits or more, * for what is masked, or 尾号1234; no placeholder",
    ),
    "email": ("应为 name@domain 形式的邮箱", "expected an e-mail address of the form name@domain"),
    "birth_date": ("应为年月日，如 1990-01-31", "expected a day, such as 1990-01-31"),
    "gender": ("应为男或女", "expected male or female"),
    "address": ("应为地址，占位词不算", "expected an address, no word for an unknown one"),
}
"""What each part of a question should be."""


@dataclass
class Told:
    """A question as facts, and the parts of it that are none."""

    values: dict[str, list[Asked]] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    follow: set[str] = field(default_factory=set)  # facts told by the document's number alone
    entity: EntityType | None = None
    name: str | None = None

    @property
    def says_nothing(self) -> bool:
        """Whether nothing is told by which a customer could be known."""
        return not any(self.values.values())

    @property
    def asker(self) -> Asker:
        """What tells the asker from the members of his household."""
        told = [mine for values in self.values.values() for mine in values]
        named = [mine.value for mine in told if mine.kind in GIVEN and IN_HAN.search(mine.value) is not None]
        return Asker(
            carries=any(not mine.is_shared for mine in told if mine.kind == Kind.PHONE),
            in_chinese=bool(named),
            in_short=any(len(name) == len("张三") for name in named),
        )


def understand(question: Question, directory: Directory) -> Told:
    """Give a question as facts, by the rules by which records are standardised.

    A resident's number tells birth date and gender where the question does not, and the place that issued it stands in
    for an address.
    """
    told = Told()
    document = _one(directory, DOCUMENT, _document(question), told, Unread(_document_part(question)))
    parts: Mapping[str, object] = document.parts if document else {}
    _name(question, directory, parts.get("document") == Document.CREDIT_CODE, told)
    email = _one(directory, "email", question.email, told, Unread("email"))
    mailbox = re.match(MAILBOX_NUMBER, email.value) if email else None
    for place, number in enumerate(question.phones):
        _one(directory, "phone", number, told, Unread(PHONES, place))
    _one(directory, "phone", mailbox.group(1) if mailbox else None, told)
    if IN_DIGITS.search(question.name or ""):
        _one(directory, "phone", number_in(pl.Series([question.name]))[0], told)
    issued = issued_places().get(_text(parts.get("region")) or "")
    for fact, said, follows in (
        ("birth_date", question.birth_date, _text(parts.get("birth_date"))),
        ("gender", question.gender, _text(parts.get("gender"))),
        ("address", question.address, issued),
    ):
        if _one(directory, fact, said, told, Unread(fact)) is None and _one(directory, fact, follows, told) is not None:
            told.follow.add(fact)
    return told


def _document_part(question: Question) -> str:
    return "id_number" if question.id_number else "id_last4"


def _document(question: Question) -> str | None:
    """Give the document's number, if any; where only its last four characters are told, the number that ends so."""
    told = question.id_number or question.id_last4
    last = (told or "").strip().upper()
    return MASKED + last if LAST_FOUR.match(last) else told


def _name(question: Question, directory: Directory, has_credit_code: bool, told: Told) -> None:
    """Tell the name, a person's or a firm's: by what was said, by who bears it, by how it is made."""
    text = reread((question.name or "").strip())
    entity = question.entity_type or (EntityType.ORGANISATION if has_credit_code else None)
    if text and entity is None:
        is_persons = directory.listing("name").find(text) is not None
        is_firms = directory.listing("organisation").find(text) is not None
        if is_persons != is_firms:
            entity = EntityType.PERSON if is_persons else EntityType.ORGANISATION
        else:
            entity = EntityType.ORGANISATION if _sounds_like_a_firm(text) else EntityType.PERSON
    told.entity = entity
    fact = "organisation" if entity is EntityType.ORGANISATION else "name"
    asked = _one(directory, fact, text or None, told, Unread("name"))
    told.name = asked.value if asked else None


def _one(directory: Directory, fact: str, said: str | None, told: Told, part: Unread | None = None) -> Asked | None:
    """Add a value to what is told, unless it is told already; a `part` of the question that says nothing is unread."""
    text = reread((said or "").strip())
    values = told.values.setdefault(fact, [])
    if not text or len(values) >= MOST_VALUES:
        return None
    asked = None if fact == DOCUMENT and not IN_DIGITS.search(text) else _asked(directory.listing(fact), text)
    if asked is None and part is not None:
        told.unread.append(part)
    if asked is not None and all(asked.value != other.value for other in values):
        values.append(asked)
    return asked


def _text(part: object) -> str | None:
    return None if part is None else str(part)


def _asked(listing: Listing, text: str) -> Asked | None:
    values = listing.column.values
    code = listing.find(text)
    if code is None:
        parts = _cleaned(listing, text)
        value = _text(parts[VALUE])
        if value is None:
            return None
        code = listing.find(value)
        if code is None:
            return Asked(listing, -1, parts, listing.place(value) - 0.5)
    return Asked(listing, code, values.row(code, named=True), float(code))


def _cleaned(listing: Listing, text: str) -> Mapping[str, object]:
    """Give a value that nobody has told in just this way, cleaned: by the kind's twin if it can, else by the kind."""
    twin = listing.twin
    known = twin.clean(text) if twin is not None and twin.clean is not None else None
    parts = known or clean_one(listing.column.fact.kind, text)
    order = listing.column.order
    if order is None:
        return parts
    return read_in(pl.DataFrame([parts], schema=listing.column.values.schema), order).row(0, named=True)


@lru_cache(maxsize=20_000)
def clean_one(kind: Kind, text: str) -> Mapping[str, object]:
    """Give the parts of a text cleaned by its kind."""
    return FIELDS[kind].clean(pl.Series("raw", [text])).row(0, named=True)


@lru_cache(maxsize=20_000)
def _sounds_like_a_firm(text: str) -> bool:
    if (told := sounds_like_a_firm(text)) is not None:
        return told
    said = pl.DataFrame({"said": [text]})
    return bool(said.select(is_organisation(pl.col("said")).fill_null(False)).to_series()[0])
