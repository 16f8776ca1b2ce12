"""Records as they are read become records that can be compared: names, numbers, dates and addresses in one spelling.

Only distinct values are cleaned, each once; what the channel said stays beside in the columns ending in `_raw`.
"""

from collections.abc import Callable
from typing import Final

import polars as pl

from matching.facts.misplacing import DELIVERED, put_right
from matching.fields import (
    address,
    birth_date,
    email,
    gender,
    id_number,
    id_spelling,
    organisation_name,
    person_name,
    phone,
    phone_spelling,
)
from matching.fields.base import VALUE, Field
from matching.fields.divisions import are_districts
from matching.fields.id_number import Document
from matching.fields.misread import readable
from matching.fields.name_numbers import number_in
from matching.fields.organisation_name import is_organisation
from matching.fields.person_name import from_nickname
from matching.fields.phone import Line
from matching.fields.place_codes import area_places, issued_places
from matching.fieldspec import Fact, FieldSpec, Source
from matching.frames import ATTRIBUTES, FACTS, PROVENANCE, RECORDS, conform
from matching.splicing import spliced
from matching.words import EntityType, Kind

PHONES: Final = ("mobile", "contact_phone", "caller_number", "service_number", "fixed_line")
"""The attributes that hold numbers, best known first."""

KINDS: Final = {
    "name": Kind.PERSON_NAME,
    "id_number": Kind.ID_NUMBER,
    **dict.fromkeys(PHONES, Kind.PHONE),
    "address": Kind.ADDRESS,
}
AS_DELIVERED: Final = FieldSpec(
    id="record_id",
    facts=tuple(Fact(f"{name}_raw", kind, (Source(f"{name}_raw"),)) for name, kind in KINDS.items()),
)
"""Of what kind the columns are in which channels slip: a name in the telephone's, a document in the name's."""

TOLD_BY: Final = ("record_id", "extract_id", "line", "seen_at", "first_seen_at", "versions")
"""What tells one version of a record, and what is told of all of them, from another."""

MAILBOX_NUMBER: Final = r"^(1[3-9]\d{9})@"
"""A mobile number that is an e-mail address's mailbox."""


OF_AGE: Final = 18
"""Years from which on a customer is registered by a document of his own."""
OLD: Final = 55
"""Years from which on a customer may be registered by a grown-up child's document."""
PARENTS: Final = 16
"""Years that a parent or another guardian is older, at least."""


def standardise(latest: pl.DataFrame) -> pl.DataFrame:
    """Give the records standardised, in the order they came.

    `latest` has the columns of LANDED with `first_seen_at` and `versions`, a row a record; the result is RECORDS. A
    valid resident's number fills in birth date and gender where a record does not tell them, and the place that issued
    it stands in for an address. A minor's record that tells a parent's document tells none: `id_number_raw` keeps it. A
    nickname that is a name is the name where there is no other. A title (王先生) tells
    no gender: it is what somebody at a telephone was called, who need not be the customer.
    """
    delivered = latest.select(pl.col(name).alias(f"{name}_raw") for name in ATTRIBUTES)
    frame = latest.select(*PROVENANCE, "first_seen_at", "versions", *FACTS)
    frame = frame.with_columns(readable(said) for said in delivered)
    frame = put_right(frame, AS_DELIVERED, DELIVERED)
    frame = _documents(frame)
    frame = _names(frame)
    frame = _people(frame)
    frame = _phones(frame)
    frame = _addresses(frame).with_columns(delivered)
    return conform(frame.select(name for name in RECORDS if name in frame.columns), RECORDS, name="records")


def standardise_changed(
    latest: pl.DataFrame, before: pl.DataFrame, whole: Callable[[pl.DataFrame], pl.DataFrame] = lambda latest: latest
) -> pl.DataFrame:
    """Give what `standardise` gives; records whose version in force is still the same are taken over from `before`.

    `before` is RECORDS of an earlier run. A record's standard form depends on its version in force alone, and that is
    told by file and line: `latest` need hold no more (`TOLD_BY`) where `whole` gives rows of it with all they say.
    """
    marks = before.select(*TOLD_BY).with_row_index("place")
    known = latest.select(*TOLD_BY).join(marks, on="record_id", how="left", maintain_order="left", suffix="_before")
    same = pl.all_horizontal(
        pl.col("place").is_not_null(),
        *(pl.col(name).eq_missing(pl.col(f"{name}_before")) for name in TOLD_BY if name != "record_id"),
    )
    stays = known.select(same.alias("same"))["same"]
    fresh = standardise(whole(latest.filter(~stays)))
    added = before.height + (~stays).cast(pl.Int64).cum_sum() - 1
    return spliced(before, fresh, known["place"].cast(pl.Int64).zip_with(stays, added).to_numpy())


def _cleaned(column: pl.Series, field: Field, wanted: tuple[str, ...] = (VALUE,)) -> pl.DataFrame:
    """Give the wanted parts of a column cleaned row by row, each distinct value only once."""
    distinct = column.drop_nulls().unique().rename("raw")
    parts = field.clean(distinct).select(wanted).with_columns(distinct)
    return column.rename("raw").to_frame().join(parts, on="raw", how="left", maintain_order="left")


def _documents(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the identity document and what it tells: `told_birth_date`, `told_gender`, `told_region`."""
    whole = _cleaned(frame["id_number_raw"], id_number.FIELD)[VALUE]
    known = frame.select(last=id_spelling.from_last_four(pl.col("id_last4_raw")))["last"]
    told = (VALUE, "document", "is_valid", "birth_date", "gender", "region")
    parts = _cleaned(whole.fill_null(known), id_number.FIELD, told)
    recognised = parts.select(document=pl.col("document").replace(Document.OTHER, None))["document"]
    return frame.with_columns(
        id_type=recognised.fill_null(frame["id_type_raw"]),
        id_number=parts[VALUE],
        id_is_valid=parts["is_valid"],
        told_birth_date=parts["birth_date"],
        told_gender=parts["gender"],
        told_region=parts["region"],
    )


def _names(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the name, what kind of customer bears it, and how it sounds."""
    given = frame["name_raw"], _names_among(frame["nickname_raw"]), _names_among(frame["username_raw"])
    every = pl.concat([names.alias("said") for names in given]).drop_nulls().unique()
    known = person_name.FIELD.clean(every).select(said=every, person=VALUE, surname="surname", pinyin="pinyin")
    nobody = known.filter(pl.col("person").is_null())["said"]
    rows = frame.select(
        said=pl.coalesce(pl.when(~given[0].is_in(nobody)).then(given[0]), given[1], given[2]),
        has_credit_code=(pl.col("id_type") == Document.CREDIT_CODE).fill_null(False),
    )
    of_firms = every.to_frame().filter(is_organisation(pl.col("said")).fill_null(False))["said"]
    rows = rows.join(known, on="said", how="left", maintain_order="left").with_columns(
        is_firm=pl.col("said").is_in(of_firms) | pl.col("has_credit_code")
    )
    firm = _cleaned(rows.select(pl.when("is_firm").then("said"))["said"], organisation_name.FIELD, (VALUE, "pinyin"))
    is_firm = rows["is_firm"].fill_null(False)
    person = rows.select(pl.when(~is_firm).then(pl.col(name)).alias(name) for name in ("person", "surname", "pinyin"))
    return frame.with_columns(
        entity_type=pl.when(is_firm).then(pl.lit(EntityType.ORGANISATION)).otherwise(pl.lit(EntityType.PERSON)),
        name=firm[VALUE].fill_null(person["person"]),
        surname=person["surname"],
        name_pinyin=firm["pinyin"].fill_null(person["pinyin"]),
    )


def _names_among(nicknames: pl.Series) -> pl.Series:
    """Give those nicknames or login names that are a person's name."""
    distinct = nicknames.drop_nulls().unique()
    return nicknames.replace_strict(distinct, from_nickname(distinct), default=None, return_dtype=pl.String)


def _people(frame: pl.DataFrame) -> pl.DataFrame:
    """Add gender and birth date, the document's where the record does not tell, and the e-mail address.

    The first day of a year beside a valid resident's number with another day is a year alone, as forms fill it up.
    """
    said = _cleaned(frame["gender_raw"], gender.FIELD)[VALUE]
    born = _cleaned(frame["birth_date_raw"], birth_date.FIELD)[VALUE].str.to_date("%Y-%m-%d", strict=False)
    frame = _without_relatives_documents(frame, born)
    is_year_alone = (born.dt.ordinal_day() == 1).fill_null(False)
    return frame.with_columns(
        gender=pl.coalesce(said, "told_gender"),
        birth_date=pl.coalesce(born.zip_with(~is_year_alone, born.clear(len(born))), "told_birth_date", born),
        email=_cleaned(frame["email_raw"], email.FIELD)[VALUE],
    )


def _without_relatives_documents(frame: pl.DataFrame, born: pl.Series) -> pl.DataFrame:
    """Give the records without the document of a minor's parent or of an old person's child, told with a birth date.

    A minor's document is an adult's, and another day's: the same day in another year is a slip; so is one day or month
    of an old person's. The first day of a year, and a day within the year before the record, are what forms put there.
    """
    said_on = pl.coalesce("happened_at", "seen_at").dt.date()
    holder, customer = pl.col("told_birth_date"), pl.lit(born)
    is_minors = (
        (customer >= holder.dt.offset_by(f"{PARENTS}y"))
        & (customer > said_on.dt.offset_by(f"-{OF_AGE}y"))
        & (customer < said_on.dt.offset_by("-1y"))
        & (customer.dt.strftime("%m%d") != holder.dt.strftime("%m%d"))
    )
    is_elders = (
        (customer <= holder.dt.offset_by(f"-{PARENTS}y"))
        & (customer <= said_on.dt.offset_by(f"-{OLD}y"))
        & (customer.dt.day() != holder.dt.day())
        & (customer.dt.month() != holder.dt.month())
    )
    is_anothers = (is_minors | is_elders) & (customer.dt.ordinal_day() != 1)
    found = frame.select(found=is_anothers.fill_null(False))["found"]
    if not found.any():
        return frame
    told = ("id_number", "id_is_valid", "told_birth_date", "told_gender", "told_region")
    return frame.with_columns(pl.when(~found).then(name).alias(name) for name in told)


def _phones(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the mobile numbers and fixed lines of all columns, the column known best first; those that hide digits apart.

    Behind them come the number before the @ of an e-mail address, which operators and portals give out by it, one that
    stands beside the name in its cell, and the second of two numbers in one cell.
    """
    told = {name: frame[f"{name}_raw"] for name in PHONES} | {"email": frame["email"].str.extract(MAILBOX_NUMBER)}
    told["name"] = number_in(frame["name_raw"])
    seconds = {name: phone_spelling.second(told[name]) for name in PHONES}
    told |= {f"second {name}": said for name, said in seconds.items() if said.null_count() < len(said)}
    columns = {name: _cleaned(numbers, phone.FIELD, (VALUE, "line")) for name, numbers in told.items()}
    mobiles = [pl.when(parts["line"] == Line.MOBILE).then(parts[VALUE]).alias(name) for name, parts in columns.items()]
    fixed = [
        pl.when(parts["line"].is_in([Line.FIXED, Line.LOCAL])).then(parts[VALUE]).alias(name)
        for name, parts in columns.items()
    ]
    masked = [pl.when(parts["line"] == Line.MASKED).then(parts[VALUE]).alias(name) for name, parts in columns.items()]
    return frame.with_columns(
        mobiles=pl.concat_list(mobiles).list.drop_nulls().list.unique(maintain_order=True),
        fixed_lines=pl.concat_list(fixed).list.drop_nulls().list.unique(maintain_order=True),
        masked_mobiles=pl.concat_list(masked).list.drop_nulls().list.unique(maintain_order=True),
    )


def _addresses(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the address and its divisions; where there is none, where the resident's number was issued.

    Of several districts of one name (鼓楼区) the one in the city of the record's area code is meant.
    """
    wanted = (VALUE, "province", "city", "district")
    parts = _cleaned(frame["address_raw"], address.FIELD, wanted)
    area = frame["fixed_lines"].list.first().str.extract(r"^(0\d+)-")
    city = area.replace_strict(area_places(), default=None, return_dtype=pl.String)
    unclear = parts["district"].is_not_null() & parts["province"].is_null()
    fuller = _cleaned((city + parts[VALUE]).zip_with(unclear, city.clear(len(city))), address.FIELD, wanted)
    meant = fuller["province"].is_not_null() & are_districts(fuller["city"], fuller["district"])
    issued = frame["told_region"].replace_strict(issued_places(), default=None, return_dtype=pl.String)
    return frame.with_columns(
        province=fuller["province"].zip_with(meant, parts["province"]),
        city=fuller["city"].zip_with(meant, parts["city"]),
        district=fuller["district"].zip_with(meant, parts["district"]),
        address=fuller[VALUE].zip_with(meant, parts[VALUE]),
        registered_in=issued.zip_with(parts[VALUE].is_null(), issued.clear(len(issued))),
    )
