"""Identity documents: the resident's number, the firm's credit code, and any other number.

A number that fails its check is a slip of the pen; two different numbers that pass are two customers.
"""

from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from matching.arrays import sums
from matching.fields.base import VALUE, Field, Level
from matching.fields.characters import code_points, is_one_slip
from matching.fields.glancing import UNSETTLED, Glance, Glanced, Levels, Places, in_numbers
from matching.fields.id_spelling import (
    BARE,
    CREDIT,
    IN_ORDER,
    LENGTH,
    MISTYPED,
    NOBODYS,
    RESIDENT,
    bare,
    born,
    credit_check,
    mended,
    of_a_resident,
    resident_check,
)
from matching.fields.latin import Mask, equal, first_level, named
from matching.fields.sparing import unless, where_told
from matching.tables import listed
from matching.words import Kind


class Document(StrEnum):
    """What a number belongs to."""

    RESIDENT_ID = "resident_id"
    CREDIT_CODE = "credit_code"
    OTHER = "other"


class Agreement(StrEnum):
    """The names of the levels."""

    SAME = "same"
    SHOWN_AGREES = "shown_agrees"
    LAST_AGREE = "last_agree"
    NEAR = "near"
    OTHER_KIND = "other_kind"
    SHOWN_DIFFERS = "shown_differs"
    DIFFERENT = "different"
    TWO_PEOPLE = "two_people"


LEVELS: Final = (
    Level(Agreement.SAME, "the same number", "证件号码相同", 0.80, 0.00001),
    Level(Agreement.SHOWN_AGREES, "all shown characters agree", "证件号码可见部分一致", 0.05, 0.00002),
    Level(Agreement.LAST_AGREE, "the last characters agree", "证件号码后几位一致", 0.06, 0.0002, key="last_four"),
    Level(Agreement.NEAR, "a slip of the pen: one fails its check", "证件号码差一位且校验不符", 0.02, 0.00002),
    Level(Agreement.OTHER_KIND, "numbers of two kinds of document", "证件类型不同", 0.02, 0.03),
    Level(Agreement.SHOWN_DIFFERS, "shown characters differ", "证件号码可见部分不一致", 0.01, 0.30),
    Level(Agreement.DIFFERENT, "another number, one fails its check", "证件号码不同且有误", 0.01, 0.05),
    Level(Agreement.TWO_PEOPLE, "two valid, different numbers", "两个有效且不同的证件号码", 0.0005, 0.62, veto=True),
)


ORGANISATION_CODE: Final = slice(8, 17)
"""Where in a credit code the code stands that the organisation had before, with its check character."""
OLD_CODE: Final = r"^(?:\d{6})?([0-9A-Z]{8}[0-9X])$"
"""An organisation's code of old, the group, or its tax number, which had the region before it."""


ENDS_ALONE: Final = r"^\*{14}"
"""A number of which no more than the last four characters were asked for: of whatever length it is."""


AT_HOME: Final = r"^SE(\d{10})01$", r"^([A-Z]{2,3})?(\d{7,}?)(?:B\d{2}|MWST|TVA|IVA|VAT)?$"
"""A firm's number in Sweden with what makes it a tax number, and any number with its country's letters before it (the
first group) and the word for a tax behind; the last group is the number as it is written at home."""
AROUND: Final = r"[A-WYZ]"
"""What every number has that says more than itself; an X may be a check character."""
LETTERED: Final = r"[A-Z]"
"""What has a series, a country or an authority in its number, which people write out, shorten or leave away."""
TELLING_DIGITS: Final = 7
"""Digits that make two numbers one whose letters are the same but for some that are left out."""

MANY_SHOWN: Final = 6
FEW_SHOWN: Final = 3
"""Characters that two masked numbers must both show to agree in many or in their last ones."""


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give document numbers in one spelling and what they tell.

    Columns: `value` (capitals and digits; `*` for each hidden character, old resident's numbers brought to eighteen),
    `document` (Document), `is_valid` (passes its check; null where there is none), `is_masked`, `birth_date`,
    `gender`, `region` (its first six digits) of a valid resident's number; `organisation`, the code within a credit
    code, and in the numbers that organisations had before.
    """
    frame = named(raw).to_frame().select(text=unless(BARE, pl.col(VALUE), bare))
    text = pl.col("text")
    nothing = text.is_in(listed("no_ids", "text")) | (text == "") | text.str.contains(NOBODYS)
    frame = frame.select(text=pl.when(~nothing).then(text))
    frame = frame.select(value=unless(IN_ORDER, pl.col("text"), mended))
    value = pl.col(VALUE)
    frame = frame.with_columns(
        birth_date=pl.when(value.str.contains(RESIDENT)).then(born(value)),
        is_masked=value.str.contains("*", literal=True),
    )
    miswritten = value.str.contains(r"^[\d*]{15,18}[\dX*]$|^[\d*]{15}$")
    like_both = value.str.contains(CREDIT) & value.str.contains(MISTYPED)
    mistyped = where_told(pl.when(like_both).then(value), of_a_resident).is_not_null()
    document = (
        pl.when(
            pl.col("birth_date").is_not_null()
            | (miswritten & ~(value.str.starts_with("9") & value.str.contains(CREDIT)))
            | mistyped
        )
        .then(pl.lit(Document.RESIDENT_ID))
        .when(value.str.contains(CREDIT))
        .then(pl.lit(Document.CREDIT_CODE))
        .otherwise(pl.lit(Document.OTHER))
    )
    frame = frame.with_columns(document=pl.when(value.is_not_null()).then(document))
    is_credit_code = pl.col("document") == Document.CREDIT_CODE
    passes = (
        pl.when(pl.col("is_masked"))
        .then(None)
        .when(pl.col("document") == Document.RESIDENT_ID)
        .then((resident_check(value) == value.str.tail(1)) & pl.col("birth_date").is_not_null().fill_null(False))
        .when(is_credit_code)
        .then(where_told(pl.when(is_credit_code).then(value), credit_check) == value.str.tail(1))
    )
    frame = frame.with_columns(is_valid=passes)
    resident = pl.col("is_valid") & (pl.col("document") == Document.RESIDENT_ID)
    is_male = value.str.slice(16, 1).cast(pl.Int8, strict=False) % 2 == 1
    return frame.select(
        VALUE,
        "document",
        "is_valid",
        "is_masked",
        birth_date=pl.when(resident).then("birth_date"),
        gender=pl.when(resident).then(pl.when(is_male).then(pl.lit("male")).otherwise(pl.lit("female"))),
        region=pl.when(resident).then(value.str.head(6)),
        organisation=pl.when(is_credit_code & ~pl.col("is_masked"))
        .then(value.str.slice(ORGANISATION_CODE.start, ORGANISATION_CODE.stop - ORGANISATION_CODE.start))
        .otherwise(where_told(pl.when(value.str.len_bytes() < LENGTH).then(value), _old_code)),
    )


def _old_code(number: pl.Expr) -> pl.Expr:
    """Give the code of the organisation in the numbers that it had before, null in others."""
    return number.str.extract(OLD_CODE)


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of cleaned numbers, as positions in `LEVELS`."""
    order = list(Agreement)
    masked = (left["is_masked"] | right["is_masked"]).fill_null(False).to_numpy()
    same_length = (left[VALUE].str.len_chars() == right[VALUE].str.len_chars()).fill_null(False).to_numpy()
    shown, agree = _shown(left, right, masked)
    agree &= same_length
    same_document = (left["document"] == right["document"]).fill_null(False).to_numpy()
    valid_l, valid_r = left["is_valid"].fill_null(False).to_numpy(), right["is_valid"].fill_null(False).to_numpy()
    checked = same_document & valid_l & valid_r & ~masked
    one_slip = np.zeros(left.height, dtype=bool)
    rows = np.flatnonzero(same_document & ~checked & ~masked)
    if len(rows):
        one_slip[rows] = is_one_slip(left[VALUE].gather(rows), right[VALUE].gather(rows), LENGTH)
    rules: list[tuple[Agreement, Mask]] = [
        (
            Agreement.SHOWN_AGREES,
            (masked & agree & (shown >= MANY_SHOWN))
            | (same_document & ~masked & (_letters_left_out(left, right) | _same_at_home(left, right)))
            | equal(left, right, "organisation"),
        ),
        (Agreement.LAST_AGREE, (masked & agree & (shown >= FEW_SHOWN)) | (~same_length & _ends_agree(left, right))),
        (Agreement.OTHER_KIND, ~same_document | (masked & (agree | ~same_length))),
        (Agreement.SHOWN_DIFFERS, masked),
        (Agreement.NEAR, one_slip),
        (Agreement.TWO_PEOPLE, checked),
    ]
    otherwise = order.index(Agreement.DIFFERENT)
    return first_level(left.height, [(order.index(level), mask) for level, mask in rules], otherwise)


def _ends_agree(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where only the last four characters of one number are known, and the other ends in them."""
    alone = left[VALUE].str.contains(ENDS_ALONE) | right[VALUE].str.contains(ENDS_ALONE)
    same = left[VALUE].str.tail(4) == right[VALUE].str.tail(4)
    shown = ~left[VALUE].str.tail(4).str.contains("*", literal=True)
    return (alone & same & shown).fill_null(False).to_numpy()


def _same_at_home(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where two numbers are one as it is written at home, one says more around it, and they name no two lands."""
    found = np.zeros(left.height, dtype=bool)
    rows = pl.DataFrame({"l": left[VALUE], "r": right[VALUE]}).with_row_index("row")
    rows = rows.filter(pl.any_horizontal(pl.col("l", "r").str.contains(AROUND)), pl.col("l") != pl.col("r"))
    sweden, anywhere = AT_HOME
    home, country = {}, {}
    for side in "lr":
        parts = pl.col(side).str.extract_groups(anywhere)
        in_sweden = pl.col(side).str.extract(sweden)
        home[side] = pl.coalesce(in_sweden, parts.struct[1])
        country[side] = pl.when(in_sweden.is_null()).then(parts.struct[0])
    one_country = (country["l"] == country["r"]).fill_null(True)
    found[rows.filter(home["l"] == home["r"], one_country)["row"].to_numpy()] = True
    return found


def _letters_left_out(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where two numbers have the same digits, and the one the other's letters or some of them, in their order.

    So a tax number without its country's letters, and 12/KAMAYA(N)123456 beside 12/KAMAYA(NAING)123456.
    """
    found = np.zeros(left.height, dtype=bool)
    rows = pl.DataFrame({"l": left[VALUE], "r": right[VALUE]}).with_row_index("row")
    rows = rows.filter(pl.any_horizontal(pl.col("l", "r").str.contains(LETTERED)))
    digits = [pl.col(side).str.replace_all(r"\D", "") for side in "lr"]
    rows = rows.filter(digits[0] == digits[1], digits[0].str.len_chars() >= TELLING_DIGITS)
    kept = [left_out_of(one, other) for one, other in rows.select("l", "r").iter_rows()]
    found[rows["row"].to_numpy()[np.array(kept, dtype=bool)]] = True
    return found


def left_out_of(one: str, other: str) -> bool:
    """Tell whether the letters of one number are those of the other, in their order, but for some left out."""
    shorter, longer = sorted(("".join(filter(str.isalpha, number)) for number in (one, other)), key=len)
    rest = iter(longer)
    return all(letter in rest for letter in shorter)


def glance(values: pl.DataFrame) -> Glance:
    """Settle two numbers that are shown whole and pass their checks, and two of other documents."""
    order = list(Agreement)
    whole = ~values["is_masked"].fill_null(False).to_numpy()
    valid = values["is_valid"].fill_null(False).to_numpy()
    numbers = in_numbers(values, ("document", "organisation"))

    def settle(left: Places, right: Places) -> Levels:
        levels = np.full(left.size, UNSETTLED, dtype=np.int8)
        both = whole[left] & whole[right]
        pairs = Glanced(numbers, left, right)
        one_document, one_holder = pairs.equal("document"), pairs.equal("organisation")
        levels[both & ~one_document] = order.index(Agreement.OTHER_KIND)
        levels[both & one_document & valid[left] & valid[right]] = order.index(Agreement.TWO_PEOPLE)
        levels[both & one_holder] = order.index(Agreement.SHOWN_AGREES)
        return levels

    return settle


def _shown(left: pl.DataFrame, right: pl.DataFrame, masked: Mask) -> tuple[npt.NDArray[np.int64], Mask]:
    """Give for masked pairs how many characters both show, and whether all of these agree; 0 and no for others."""
    rows = np.flatnonzero(masked)
    one, other = (code_points(side[VALUE].gather(rows), LENGTH) for side in (left, right))
    both = (one != ord("*")) & (other != ord("*")) & (one != 0) & (other != 0)
    shown, agree = np.zeros(masked.size, dtype=np.int64), np.zeros(masked.size, dtype=bool)
    shown[rows] = sums(both)
    agree[rows] = sums(both & (one != other)) == 0
    return shown, agree


def itself(frame: pl.DataFrame) -> pl.Series:
    """Give how a number agrees with itself: a masked one says no more than it shows."""
    order = list(Agreement)
    shown = pl.col(VALUE).str.replace_all("*", "", literal=True).str.len_chars()
    level = (
        pl.when(~pl.col("is_masked").fill_null(False))
        .then(order.index(Agreement.SAME))
        .when(shown >= MANY_SHOWN)
        .then(order.index(Agreement.SHOWN_AGREES))
        .when(shown >= FEW_SHOWN)
        .then(order.index(Agreement.LAST_AGREE))
        .otherwise(order.index(Agreement.OTHER_KIND))
    )
    return frame.select(level=level)["level"]


def shown_ends(frame: pl.DataFrame) -> pl.Series:
    """Give the first six and last four characters of a number, where they are shown."""
    value = pl.col(VALUE)
    ends = value.str.head(6) + value.str.tail(4)
    long = value.str.len_chars() >= 15
    return frame.select(key=pl.when(long & ~ends.str.contains("*", literal=True)).then(ends))["key"]


def last_four(frame: pl.DataFrame) -> pl.Series:
    """Give the last four characters of a number, where they are shown."""
    last = pl.col(VALUE).str.tail(4)
    return frame.select(key=pl.when(~last.str.contains("*", literal=True)).then(last))["key"]


FIELD: Final = Field(
    kind=Kind.ID_NUMBER,
    levels=LEVELS,
    clean=clean,
    compare=compare,
    keys={
        "number": lambda frame: frame.select(key=pl.when(~pl.col("is_masked")).then(VALUE))["key"],
        "shown_ends": shown_ends,
        "last_four": last_four,
        "organisation": lambda frame: frame["organisation"],
    },
    itself=itself,
    by_value=True,
    glance=glance,
)
