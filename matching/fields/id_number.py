"""Identity documents: the resident's number, the firm's credit code, and any other number as it is written.

A resident's number (GB 11643) holds region, birth date, order (odd: male) and a check character (ISO 7064, MOD 11-2);
before 1999 it had fifteen digits. A credit code (GB 32100) ends in a check character of its own. A number that fails
its check is a slip of the pen; two different numbers that pass are two customers.
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
from matching.fields.latin import Mask, equal, first_level, named
from matching.fields.sparing import unless, where_told
from matching.fields.writing import plain
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

RESIDENT_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT_CHECKS: Final = "10X98765432"
CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)

PROVINCES: Final = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[1-6]"
"""The first two digits of a region code (GB/T 2260; 81 to 83 residence permits; 9 before a province's: foreigners)."""
NOBODYS: Final = r"^(?:0+|1+|9+|\*+|X+|\d{6}19000101\d{3}[\dX])$"
"""Numbers made up to fill a field: one character throughout, and the day on which a form's calendar begins."""

RESIDENT: Final = rf"^(?:{PROVINCES})\d{{15}}[\dX]$"
OLD_RESIDENT: Final = rf"^(?:{PROVINCES})\d{{13}}$"
CREDIT: Final = rf"^(?:9[1-3]|5[1-39]|1[1-39]|[2-8A-HJ-NP-RTUWY][1-9])\d{{6}}[{CREDIT_ALPHABET}]{{10}}$"
LENGTH: Final = 18
MASKED: Final = "*" * (LENGTH - 4)
"""What stands before the last four characters where no more of a number is known."""

ORGANISATION_CODE: Final = slice(8, 17)
"""Where in a credit code the code stands that the organisation had before, with its check character."""
OLD_CODE: Final = r"^(?:\d{6})?([0-9A-Z]{8}[0-9X])$"
"""An organisation's code of old, the group, or its tax number, which had the region before it."""

BARE: Final = "^(?:X{0,2}[0-9A-WYZ*])+X{0,2}$"
"""Numbers of which nothing is left out and no character changed."""
HIDDEN_BY_X: Final = r"^(.*X{3}.*?)(.)$"
"""Numbers that hide characters behind an X each; the groups are all of it but the last character, and that."""

IN_TENS: Final = r"^(\d)\.(\d+)E\+?17$"
ROUNDED: Final = rf"^((?:{PROVINCES})\d{{13}})000$"
"""Resident's numbers that a spreadsheet took for numbers: it keeps fifteen digits, and shows tens or three zeros."""
SPREADSHEET_DIGITS: Final = 15

MISTYPED: Final = r"^\d*[OIL][\dOIL]*X?$"
"""Numbers in which letters were typed for digits."""
TYPED_FOR: Final = {"O": "0", "I": "1", "L": "1"}

WITHOUT_X: Final = rf"^(?:{PROVINCES})\d{{15}}\*?$"
"""Resident's numbers without their X, as where a column takes digits only, or with `*`, the key pressed for it."""
CROSSES: Final = r"^([\d*]{17})[×✕✖╳ΧХ]$"
"""Resident's numbers that end in a cross of another kind, the group without it."""

OTHER_FORMS: Final = r"^(?:[HM]\d{8}(?:\d\d)?|[A-Z]{1,2}\d{7,8}|[A-Z]{3}\d{12})$"
"""Documents told by their form: permits of Hong Kong and Macao, most passports, foreigners' cards before 2023."""

PERMIT: Final = r"^([HM]\d{8})\d\d$"
"""A permit of a resident of Hong Kong or Macao, with how often it was issued behind the number, the group."""
ENDS_ALONE: Final = r"^\*{14}"
"""A number of which no more than the last four characters were asked for: of whatever length it is."""

IN_ORDER: Final = r"^[1-9]\d{14}(?:\d\d[1-9X]|\d[1-9]\d|[1-9]\d\d)$"
"""Numbers as long as they are today, whose last digits are there."""

BEHIND_COUNTRY: Final = r"^[A-Z]{2}(\d{7,})$"
"""A number with its country's letters before it; the group is the number as it is written at home."""

MANY_SHOWN: Final = 6
FEW_SHOWN: Final = 3
"""Characters that two masked numbers must both show to agree in many or in their last ones."""


def resident_check(number: pl.Expr) -> pl.Expr:
    """Give the check character that belongs to the first seventeen digits of a resident's number."""
    return number.map_batches(_resident_checks, return_dtype=pl.String)


def _resident_checks(numbers: pl.Series) -> pl.Series:
    points = code_points(numbers, len(RESIDENT_WEIGHTS)).astype(np.int32) - ord("0")
    totals = np.where((points >= 0) & (points <= 9), points, 0) @ np.array(RESIDENT_WEIGHTS, dtype=np.int32)
    return pl.Series(list(RESIDENT_CHECKS)).gather(totals % len(RESIDENT_CHECKS)).alias(numbers.name)


def credit_check(code: pl.Expr) -> pl.Expr:
    """Give the check character that belongs to the first seventeen characters of a credit code."""
    worth = {letter: place for place, letter in enumerate(CREDIT_ALPHABET)}
    total = pl.sum_horizontal(
        code.str.slice(place, 1).replace_strict(worth, default=None, return_dtype=pl.Int32) * weight
        for place, weight in enumerate(CREDIT_WEIGHTS)
    )
    return ((31 - total % 31) % 31).replace_strict(
        list(range(31)), list(CREDIT_ALPHABET), return_dtype=pl.String, default=None
    )


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
    frame = frame.select(value=unless(IN_ORDER, pl.col("text"), _mended))
    value = pl.col(VALUE)
    frame = frame.with_columns(
        birth_date=pl.when(value.str.contains(RESIDENT)).then(_birth_date(value)),
        is_masked=value.str.contains("*", literal=True),
    )
    miswritten = value.str.contains(r"^[\d*]{15,18}[\dX*]$|^[\d*]{15}$")
    document = (
        pl.when(
            pl.col("birth_date").is_not_null()
            | (miswritten & ~(value.str.starts_with("9") & value.str.contains(CREDIT)))
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


def bare(text: pl.Expr) -> pl.Expr:
    """Give numbers in capitals without what stands between their characters."""
    text = plain(text).str.to_uppercase()
    shown = text.str.extract(IN_TENS, 1) + text.str.extract(IN_TENS, 2)
    in_tens = pl.when(shown.str.len_chars() == SPREADSHEET_DIGITS).then(shown + "0" * (LENGTH - SPREADSHEET_DIGITS))
    text = text.str.replace_all(r"^'|[\s\-_./:·]", "").str.replace(CROSSES, "${1}X")
    text = text.str.replace_all(r"[＊●•?#]", "*").str.replace_all(r"[^0-9A-Z*]", "")
    return pl.coalesce(in_tens, _with_asterisks(text), text)


def _with_asterisks(text: pl.Expr) -> pl.Expr:
    """Give numbers that hide characters behind an X each with asterisks for them, null for others."""
    last = pl.when(text.str.ends_with("XXX")).then(pl.lit("*")).otherwise(text.str.extract(HIDDEN_BY_X, 2))
    hides = text.str.contains(HIDDEN_BY_X) & ~text.str.contains(NOBODYS)
    return pl.when(hides).then(text.str.extract(HIDDEN_BY_X, 1).str.replace_all("X", "*") + last)


def _mended(text: pl.Expr) -> pl.Expr:
    """Give numbers that are short, rounded or mistyped as they were."""
    ways = (
        (OLD_RESIDENT, _lengthened),
        (ROUNDED, _unrounded),
        (MISTYPED, _retyped),
        (WITHOUT_X, _with_x),
        (PERMIT, _without_issue),
    )
    found = [where_told(pl.when(text.str.contains(pattern)).then(text), mend) for pattern, mend in ways]
    return pl.coalesce(*found, text)


def _lengthened(old: pl.Expr) -> pl.Expr:
    """Give old resident's numbers with the century and the check character, null where there is no such day."""
    longer = old.str.slice(0, 6) + "19" + old.str.slice(6)
    return pl.when(_birth_date(longer).is_not_null()).then(longer + resident_check(longer))


def _old_code(number: pl.Expr) -> pl.Expr:
    """Give the code of the organisation in the numbers that it had before, null in others."""
    return number.str.extract(OLD_CODE)


def _unrounded(number: pl.Expr) -> pl.Expr:
    """Give resident's numbers whose last digits a spreadsheet has lost with these hidden, null where they pass."""
    return pl.when(resident_check(number) != number.str.tail(1)).then(number.str.head(SPREADSHEET_DIGITS) + "***")


def _retyped(number: pl.Expr) -> pl.Expr:
    """Give resident's numbers with digits where letters were typed, null for what is no valid one then."""
    retyped = number.str.replace_many(TYPED_FOR)
    is_valid = retyped.str.contains(RESIDENT) & (resident_check(retyped) == retyped.str.tail(1))
    return pl.when(is_valid & _birth_date(retyped).is_not_null()).then(retyped)


def _without_issue(permit: pl.Expr) -> pl.Expr:
    """Give permits by the number that their holder keeps for life."""
    return permit.str.extract(PERMIT)


def _with_x(number: pl.Expr) -> pl.Expr:
    """Give resident's numbers whose check character is an X with it, null for others and where there is no such day."""
    whole = number.str.strip_suffix("*") + "X"
    return pl.when((resident_check(whole) == "X") & _birth_date(whole).is_not_null()).then(whole)


def _birth_date(number: pl.Expr) -> pl.Expr:
    """Give the birth date inside an eighteen-character resident's number, null if there is no such day."""
    day = number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    return pl.when(day.dt.year().is_between(1860, 2100)).then(day)


def from_last_four(last: pl.Expr) -> pl.Expr:
    """Give the masked number of which no more than the last four characters are known."""
    known = plain(last).str.to_uppercase().str.extract(r"^(?:\*+)?(\d{3}[\dX])$")
    return pl.lit(MASKED) + known


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
            | (same_document & _one_names_a_country(left, right))
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


def _one_names_a_country(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell where one number has two letters before it, as a tax number has abroad, and the other is the rest of it."""
    rows = pl.DataFrame({"l": left[VALUE], "r": right[VALUE]})
    bare = [pl.col(side).str.extract(BEHIND_COUNTRY) for side in "lr"]
    same = (bare[0] == pl.col("r")).fill_null(False) | (bare[1] == pl.col("l")).fill_null(False)
    return rows.select(same=same)["same"].to_numpy()


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
