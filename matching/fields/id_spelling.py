"""How identity numbers are written: forms and check characters, and the numbers that were cut, rounded or mistyped.

A resident's number (GB 11643) holds region, birth date, order (odd: male) and a check character (ISO 7064, MOD 11-2);
before 1999 it had fifteen digits. A credit code (GB 32100) ends in a check character of its own.
"""

from typing import Final

import numpy as np
import polars as pl

from matching.fields.characters import code_points
from matching.fields.latin import letters
from matching.fields.sparing import unless, where_told
from matching.fields.writing import plain

RESIDENT_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT_CHECKS: Final = "10X98765432"
CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
PROVINCES: Final = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[1-6]"
"""The first two digits of a region code (GB/T 2260; 81 to 83 residence permits; 9 before a province's: foreigners)."""
NOBODYS: Final = r"^(?:0+|1+|9+|\*+|X+|\d{6}19000101\d{3}[\dX]|\d{2,6}0{12,16})$"
"""Numbers made up to fill a field: one character throughout, the day on which a form's calendar begins, and a region's
digits with nothing behind them."""
RESIDENT: Final = rf"^(?:{PROVINCES})\d{{15}}[\dX]$"
OLD_RESIDENT: Final = rf"^(?:{PROVINCES})\d{{13}}$"
CREDIT: Final = rf"^(?:9[1-3]|5[1-39]|1[1-39]|[2-8A-HJ-NP-RTUWY][1-9])\d{{6}}[{CREDIT_ALPHABET}]{{10}}$"
LENGTH: Final = 18
MASKED: Final = "*" * (LENGTH - 4)
"""What stands before the last four characters where no more of a number is known."""
IN_LATIN: Final = r"^[^\p{Cyrillic}\p{Greek}]*$"
"""Numbers that hold no letters of alphabets in which documents have a series of their own: ЯД 53082765."""
BARE: Final = "^(?:X{0,2}[0-9A-WYZ*])+X{0,2}$"
"""Numbers of which nothing is left out and no character changed."""
HIDDEN_BY_X: Final = r"^(.*X{3}.*?)(.)$"
"""Numbers that hide characters behind an X each; the groups are all of it but the last character, and that."""
IN_TENS: Final = r"^(\d)\.(\d{5,16})E\+?17$"
ROUNDED: Final = rf"^(?:{PROVINCES})\d{{13}}(?:0[0-6]\d|9[3-9]\d)$"
"""Resident's numbers that may have been taken for numbers: a spreadsheet keeps fifteen digits, and shows tens, or what
binary numbers have at the end of eighteen digits: three zeros, or what is some tens off."""
SPREADSHEET_DIGITS: Final = 15
TITLED: Final = r"^(?:ID|SFZ|SFZH|NO|CARD|IDCARD|CHN|CN|0|\*)+([1-9]\d{16}[\dX])$"
"""Resident's numbers behind letters that say what they are, a mark or a zero; the group is the number."""
MARKED: Final = r"^([1-9][0-9]{16}[0-9X])\*+$"
"""Whole resident's numbers with a mark behind; the group is the number."""
TEN_FOR_X: Final = rf"^(?:{PROVINCES})[0-9]{{15}}10$"
"""Resident's numbers with ten for the X that stands for it."""
CUT: Final = rf"^(?:{PROVINCES})[0-9]{{4}}(?:19|20)[0-9][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{{1,2}}$"
"""Resident's numbers cut off behind the birth date, as in a column of fifteen characters."""
AS_A_NUMBER: Final = r"^([0-9]{15,18})\.0*$"
"""Numbers that a spreadsheet or a database took for a number; the group is the number."""
ANOTHER_BEHIND: Final = rf"^[^0-9]*((?:{PROVINCES})[0-9]{{15}}[0-9X])[ /,;、|]+[^ ].*$"
"""A whole number with another, or a remark, behind it in the cell; the group is the first."""
MISTYPED: Final = r"^\d*[OILDQZSBG][\dOILDQZSBG]*X?$"
"""Numbers in which letters were typed, or read by a machine, for digits."""
TYPED_FOR: Final = {"O": "0", "D": "0", "Q": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"}
WITHOUT_X: Final = rf"^(?:{PROVINCES})\d{{15}}\*?$"
"""Resident's numbers without their X, as where a column takes digits only, or with `*`, the key pressed for it."""
CROSSES: Final = r"^([\d*]{17})[×✕✖╳ΧХ]$"
"""Resident's numbers that end in a cross of another kind, the group without it."""
OTHER_FORMS: Final = r"^(?:[HM]\d{8}(?:\d\d)?|[A-Z]{1,2}\d{7,8}|[A-Z]{3}\d{12})$"
"""Documents told by their form: permits of Hong Kong and Macao, most passports, foreigners' cards before 2023."""
PERMIT: Final = r"^([HM]\d{8})\d\d$"
"""A permit of a resident of Hong Kong or Macao, with how often it was issued behind the number, the group."""
SRI_LANKAN: Final = r"^(\d\d)([0-35-8]\d\d)(\d{4})[VX]$"
"""A number of Sri Lanka as it was before 2016: year and day of birth (a woman's 500 more), the number of that day."""
IN_ORDER: Final = r"^[1-9]\d{14}(?:\d\dX|0[7-9]\d|[1-8]\d\d|9[0-2]\d)$"
"""Numbers as long as they are today, whose last digits are there for certain."""


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


def bare(text: pl.Expr) -> pl.Expr:
    """Give numbers in capitals without what stands between their characters."""
    text = plain(text).str.to_uppercase()
    in_tens = where_told(pl.when(text.str.contains(IN_TENS)).then(text), _out_of_tens)
    text = text.str.replace(AS_A_NUMBER, "$1").str.replace(ANOTHER_BEHIND, "$1")
    text = text.str.replace_all(r"^'|[\s\-_./:·]", "").str.replace(CROSSES, "${1}X")
    text = unless(IN_LATIN, text, _in_latin).str.replace_all(r"[＊●•?#]", "*").str.replace_all(r"[^0-9A-Z*]", "")
    return pl.coalesce(in_tens, _with_asterisks(text), text)


def _in_latin(text: pl.Expr) -> pl.Expr:
    """Give numbers with their letters as passports write those of other alphabets."""
    becomes = letters()
    return text.str.to_lowercase().str.replace_many(list(becomes), list(becomes.values())).str.to_uppercase()


def _out_of_tens(text: pl.Expr) -> pl.Expr:
    """Give numbers shown in tens with zeros for what a spreadsheet lost, or hidden where fewer digits are shown.

    The last digit of fewer than fifteen is rounded, and so unknown too.
    """
    shown = text.str.extract(IN_TENS, 1) + text.str.extract(IN_TENS, 2)
    few = shown.str.head(shown.str.len_chars() - 1)
    hidden = pl.lit("*").repeat_by(LENGTH - few.str.len_chars()).list.join("")
    kept = shown.str.head(SPREADSHEET_DIGITS) + "0" * (LENGTH - SPREADSHEET_DIGITS)
    return pl.when(shown.str.len_chars() < SPREADSHEET_DIGITS).then(few + hidden).otherwise(kept)


def fifteen_kept(number: pl.Expr) -> pl.Expr:
    """Give the fifteen digits of which eighteen are left that a binary number holds; null where it holds others."""
    said = pl.when(number.str.contains(ROUNDED)).then(number).cast(pl.Int64)
    thousands = (said + 500) // 1000
    binary = (thousands * 1000).cast(pl.Float64).cast(pl.Int64)
    return pl.when((said == binary) | (said == thousands * 1000)).then(thousands.cast(pl.String))


def looks_rounded(number: pl.Expr) -> pl.Expr:
    """Tell which numbers a spreadsheet has rounded: they end as it ends them, and fail their check."""
    return fifteen_kept(number).is_not_null() & (resident_check(number) != number.str.tail(1))


def _with_asterisks(text: pl.Expr) -> pl.Expr:
    """Give numbers that hide characters behind an X each with asterisks for them, null for others."""
    last = pl.when(text.str.ends_with("XXX")).then(pl.lit("*")).otherwise(text.str.extract(HIDDEN_BY_X, 2))
    hides = text.str.contains(HIDDEN_BY_X) & ~text.str.contains(NOBODYS)
    return pl.when(hides).then(text.str.extract(HIDDEN_BY_X, 1).str.replace_all("X", "*") + last)


def mended(text: pl.Expr) -> pl.Expr:
    """Give numbers that are short, rounded or mistyped as they were."""
    ways = (
        (OLD_RESIDENT, _lengthened),
        (ROUNDED, _unrounded),
        (MISTYPED, _retyped),
        (WITHOUT_X, _with_x),
        (PERMIT, _without_issue),
        (TITLED, _without_title),
        (MARKED, _without_mark),
        (TEN_FOR_X, _with_x),
        (CUT, _filled_up),
        (SRI_LANKAN, _of_twelve_digits),
    )
    found = [where_told(pl.when(text.str.contains(pattern)).then(text), mend) for pattern, mend in ways]
    return pl.coalesce(*found, text)


def _lengthened(old: pl.Expr) -> pl.Expr:
    """Give old resident's numbers with the century and the check character, null where there is no such day."""
    longer = old.str.slice(0, 6) + "19" + old.str.slice(6)
    return pl.when(born(longer).is_not_null()).then(longer + resident_check(longer))


def _unrounded(number: pl.Expr) -> pl.Expr:
    """Give resident's numbers whose last digits a spreadsheet has lost with these hidden, null where they pass."""
    return pl.when(looks_rounded(number)).then(fifteen_kept(number) + "***")


def _retyped(number: pl.Expr) -> pl.Expr:
    """Give resident's numbers with digits where letters were typed, null for what is no valid one then."""
    retyped = number.str.replace_many(TYPED_FOR)
    is_valid = retyped.str.contains(RESIDENT) & (resident_check(retyped) == retyped.str.tail(1))
    return pl.when(is_valid & born(retyped).is_not_null()).then(retyped)


def of_a_resident(mistyped: pl.Expr) -> pl.Expr:
    """Give those numbers with letters for digits that hold a resident's birth date, if they pass their check or not."""
    retyped = mistyped.str.replace_many(TYPED_FOR)
    return pl.when(retyped.str.contains(RESIDENT) & born(retyped).is_not_null()).then(mistyped)


def _without_issue(permit: pl.Expr) -> pl.Expr:
    """Give permits by the number that their holder keeps for life."""
    return permit.str.extract(PERMIT)


def _without_title(number: pl.Expr) -> pl.Expr:
    """Give resident's numbers without the letters before them that say what they are."""
    return number.str.extract(TITLED)


def _without_mark(number: pl.Expr) -> pl.Expr:
    """Give resident's numbers without what stands behind them."""
    return number.str.extract(MARKED)


def _filled_up(cut: pl.Expr) -> pl.Expr:
    """Give numbers that were cut off with what is missing hidden."""
    return cut.str.pad_end(LENGTH, "*")


def _of_twelve_digits(number: pl.Expr) -> pl.Expr:
    """Give numbers of Sri Lanka as they are today."""
    return number.str.replace(SRI_LANKAN, "19${1}${2}0${3}")


def _with_x(number: pl.Expr) -> pl.Expr:
    """Give resident's numbers whose check character is an X with it, null for others and where there is no such day."""
    whole = number.str.head(LENGTH - 1) + "X"
    return pl.when((resident_check(whole) == "X") & born(whole).is_not_null()).then(whole)


def born(number: pl.Expr) -> pl.Expr:
    """Give the birth date inside an eighteen-character resident's number, null if there is no such day."""
    day = number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    return pl.when(day.dt.year().is_between(1860, 2100)).then(day)


def from_last_four(last: pl.Expr) -> pl.Expr:
    """Give the masked number of which no more than the last four characters are known."""
    known = plain(last).str.to_uppercase().str.extract(r"^(?:\*+)?(\d{3}[\dX])$")
    return pl.lit(MASKED) + known
