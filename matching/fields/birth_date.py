"""A birth date: read from many spellings, compared part by part and digit by digit; impossible dates stay comparable.

A year alone, or with its month, is no birthday: it agrees with every day in it, with itself too, as far as a year does.

Two numbers before a year may be day and month or month and day. A column that contains a number above twelve in one
of the places tells which; a column that does not is read day first. Years of the Hijra are brought to the common
calendar, by the moon or by the sun, which the column tells too; a date as ISO writes it is by the common one already.
"""

from typing import Final

import polars as pl

from matching.fields.base import VALUE, Field, Level
from matching.fields.date_spelling import century, in_eight, in_numbers
from matching.fields.hijri import by_the_common_calendar
from matching.fields.latin import equal, first_level, named, slips, texts
from matching.fields.sparing import unless
from matching.words import Kind

LEVELS = (
    Level("same", "the same birth date", "出生日期相同", 0.75, 0.0001),
    Level("slip", "one digit wrong or swapped, or day and month swapped", "差一位数字或日月颠倒", 0.07, 0.002),
    Level(
        "year_only",
        "the same year, and one side knows only the year or month",
        "年份相同，一方只知年（月）",
        0.04,
        0.004,
        key="year",
    ),
    Level("two_parts", "two of year, month and day agree", "年月日中有两项相同", 0.04, 0.006),
    Level("near", "no part is far off: years by one or ten, months by one, a few days", "年月日均相近", 0.02, 0.004),
    Level("same_year", "only the year agrees", "仅年份相同", 0.03, 0.012, key="year"),
    Level("different", "different birth dates", "出生日期不同", 0.05, 0.972),
)
SAME, SLIP, YEAR_ONLY, TWO_PARTS, NEAR, SAME_YEAR, DIFFERENT = range(len(LEVELS))

PLACEHOLDERS: Final = {
    "19000101": "the first day many systems know",
    "19000102": "the same, moved by a time zone",
    "18991230": "day zero of spreadsheets",
    "18991231": "day zero of spreadsheets",
    "19010101": "the first day some systems know",
    "17530101": "the first day of a database's calendar",
    "10000101": "typed to fill a required field",
    "00010101": "day one of a programming language",
    "11111111": "typed to fill a required field",
    "12345678": "typed to fill a required field",
    "19700101": "day zero of computers' clocks",
    "99991231": "the last day many systems know",
    "00000000": "no date",
    "99999999": "no date",
    "88888888": "no date",
}
"""Dates that are nobody's birthday, with the reason."""

BUDDHIST: Final = 543
"""Years by which the calendar of Thailand is ahead."""

BUDDHIST_YEARS: Final = (2400, 2600)
"""Years that are Thailand's: nobody else is born in them."""

WHOLE: Final = 8
"""Digits of a date whose day is told."""

DAYS_OFF: Final = 4
"""Days by which the day may be off where the whole date is nearly right."""

ISO: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

NO_DAY: Final = r"^((?:1[5-9]|20)\d\d)(?: (0?[1-9]|1[0-2])M?)?(?: 0+)*$"
"""A year that a person may be born in, with its month or without; what is not known may be filled with noughts."""
COMPACT_NO_DAY: Final = r"^(1[5-9]\d\d|20\d\d)(0[1-9]|1[0-2]|00)(00)$"
"""The same in eight digits: 19060100."""
DAY_BEFORE: Final = r"^(?:0+ )*(?:(0?[1-9]|1[0-2])M? )?((?:1[5-9]|20)\d\d)$"
"""The same with the year behind."""

YEAR_BEHIND: Final = r"^(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|[12]\d|3[01])(?:19|20)\d\d$"
"""Eight digits that end in a year; those that begin with one too are read from it."""


def _is_unread() -> pl.Expr:
    """Tell which dates are in no form that says what is the year."""
    forms = ("year_first", "year_last", "day_word", "word_day")
    return pl.all_horizontal(pl.col(form).struct.field("year").is_null() for form in forms)


def clean(raw: pl.Series) -> pl.DataFrame:
    """Give the date as ISO text, or its digits where it is no date, with `year`, `month`, `day` and eight `digits`."""
    text = unless(ISO, pl.col(VALUE), in_numbers).str.replace_all("-", " ", literal=True)
    text = text.str.replace(COMPACT_NO_DAY, "$1 $2 $3")
    frame = (
        named(raw)
        .to_frame()
        .with_columns(text=text)
        .with_columns(
            year_first=pl.col("text").str.extract_groups(r"^(?<year>\d{3,5}) (?<month>\d{1,3})M? (?<day>\d{1,3})$"),
            year_last=pl.col("text").str.extract_groups(r"^(?<one>\d{1,3}) (?<two>\d{1,3}) (?<year>\d{2,5})$"),
            day_word=pl.col("text").str.extract_groups(r"^(?<day>\d{1,3}) (?<month>\d{2})M (?<year>\d{2,5})$"),
            word_day=pl.col("text").str.extract_groups(r"^(?<month>\d{2})M (?<day>\d{1,3}) (?<year>\d{2,5})$"),
        )
        .with_columns(
            compact=pl.when(_is_unread()).then(in_eight(pl.col("text").str.replace_all(" ", ""))),
        )
        .with_columns(year_behind=pl.col("compact").str.contains(YEAR_BEHIND))
    )
    last = pl.col("year_last").struct
    one = pl.coalesce(last.field("one"), pl.when("year_behind").then(pl.col("compact").str.slice(0, 2)))
    two = pl.coalesce(last.field("two"), pl.when("year_behind").then(pl.col("compact").str.slice(2, 2)))
    frame = frame.with_columns(one=one.cast(pl.Int32), two=two.cast(pl.Int32))
    one, two = pl.col("one"), pl.col("two")
    is_day = (one > 12) & (one <= 31), (two > 12) & (two <= 31)
    month_first = (is_day[1] & (one <= 12)).sum() > (is_day[0] & (two <= 12)).sum()
    swapped = pl.when(month_first).then(one <= 12).otherwise(two > 12)
    named_months = [pl.col(form).struct for form in ("year_first", "day_word", "word_day")]
    compact = pl.when(~pl.col("year_behind")).then("compact")
    year = pl.coalesce(
        *(century(form.field("year")) for form in (*named_months, last)),
        pl.when("year_behind").then(pl.col("compact").str.slice(4)).otherwise(compact.str.slice(0, 4)).cast(pl.Int32),
    )
    numbers = {
        "year": year - pl.when(year.is_between(*BUDDHIST_YEARS)).then(BUDDHIST).otherwise(0),
        "month": pl.coalesce(
            *(form.field("month").cast(pl.Int32) for form in named_months),
            pl.when(swapped).then(one).otherwise(two),
            compact.str.slice(4, 2).cast(pl.Int32),
        ),
        "day": pl.coalesce(
            *(form.field("day").cast(pl.Int32) for form in named_months),
            pl.when(swapped).then(two).otherwise(one),
            compact.str.slice(6, 2).cast(pl.Int32),
        ),
    }
    return _parts(_without_day(_of_one_calendar(frame.with_columns(**numbers))))


def _of_one_calendar(frame: pl.DataFrame) -> pl.DataFrame:
    """Give dates that count years from the Hijra by the common calendar; one as ISO writes it does not."""
    year = pl.when(~pl.col(VALUE).str.contains(ISO)).then("year")
    day = by_the_common_calendar(year, pl.col("month"), pl.col("day"))
    parts = {"year": day.dt.year(), "month": day.dt.month().cast(pl.Int32), "day": day.dt.day().cast(pl.Int32)}
    return frame.with_columns(pl.coalesce(told, part).alias(part) for part, told in parts.items())


def _without_day(frame: pl.DataFrame) -> pl.DataFrame:
    """Read the year, and the month if it is told, where no day is."""
    ahead, behind = pl.col("text").str.extract_groups(NO_DAY), pl.col("text").str.extract_groups(DAY_BEFORE)
    year = pl.coalesce(ahead.struct[0], behind.struct[1]).cast(pl.Int32)
    month = pl.coalesce(ahead.struct[1], behind.struct[0]).cast(pl.Int32)
    alone = year.is_not_null()
    return frame.with_columns(
        pl.when(alone).then(year).otherwise("year").alias("year"),
        pl.when(alone).then(month).otherwise("month").alias("month"),
        pl.when(~alone).then("day").alias("day"),
        pl.when(alone)
        .then(pl.concat_str(year.cast(pl.String), month.cast(pl.String).str.zfill(2), separator="-", ignore_nulls=True))
        .alias("alone"),
    )


def _parts(frame: pl.DataFrame) -> pl.DataFrame:
    """Give the columns that the rest of the field reads from year, month and day."""
    padded = [pl.col(part).cast(pl.String).str.zfill(width) for part, width in (("year", 4), ("month", 2), ("day", 2))]
    read = pl.concat_str(padded)
    loose = pl.coalesce("alone", "text").str.replace_all(r"\D", "").replace("", None)
    iso = pl.coalesce(pl.concat_str(padded, separator="-"), "alone")
    return (
        frame.with_columns(digits=pl.coalesce(read, loose), iso=iso)
        .with_columns(nobody=pl.col("digits").is_in(list(PLACEHOLDERS)))
        .with_columns(
            pl.when(~pl.col("nobody")).then(pl.coalesce("iso", "digits")).alias(VALUE),
            pl.when(~pl.col("nobody")).then("digits").alias("digits"),
            year=pl.when(~pl.col("nobody")).then("year"),
            month=pl.when(~pl.col("nobody") & pl.col("month").is_between(1, 12)).then("month"),
            day=pl.when(~pl.col("nobody") & pl.col("day").is_between(1, 31)).then("day"),
        )
        .select(VALUE, "digits", "year", "month", "day")
    )


def compare(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """Give the level of each pair of unequal birth dates."""
    apart = slips(texts(left["digits"]), texts(right["digits"]))
    year, month, day = (equal(left, right, part) for part in ("year", "month", "day"))
    crossed = ((left["month"] == right["day"]) & (left["day"] == right["month"])).fill_null(False).to_numpy()
    all_near = (
        (left["year"] - right["year"]).abs().is_in([0, 1, 10])
        & (left["month"] - right["month"]).abs().is_in([0, 1, 11])
        & ((left["day"] - right["day"]).abs() <= DAYS_OFF)
    )
    january = ((left["month"] == 1) & (left["day"] == 1)) | ((right["month"] == 1) & (right["day"] == 1))
    first = (left["day"] == 1) | (right["day"] == 1)
    dayless = (_is_dayless(left) | _is_dayless(right)).to_numpy()
    months_differ = (left["month"] != right["month"]).fill_null(False).to_numpy()
    return first_level(
        left.height,
        (
            (YEAR_ONLY, dayless & year & ~months_differ),
            (SAME_YEAR, dayless & year),
            (DIFFERENT, dayless),
            (YEAR_ONLY, year & january.fill_null(False).to_numpy()),
            (YEAR_ONLY, year & month & first.fill_null(False).to_numpy()),
            (SLIP, (apart <= 1) | (year & crossed)),
            (TWO_PARTS, (year & month) | (year & day) | (month & day)),
            (NEAR, all_near.fill_null(False).to_numpy() | (apart == 2)),
            (SAME_YEAR, year),
        ),
        DIFFERENT,
    )


def _is_dayless(cleaned: pl.DataFrame) -> pl.Series:
    return (cleaned["year"].is_not_null() & (cleaned["digits"].str.len_chars() < WHOLE)).fill_null(False)


def itself(cleaned: pl.DataFrame) -> pl.Series:
    """Give how a birth date agrees with itself: a year alone is no birthday."""
    alone = _is_dayless(cleaned).alias("alone")
    return cleaned.select(level=pl.when(alone).then(YEAR_ONLY).otherwise(SAME))["level"]


def _joined(*parts: pl.Expr) -> pl.Expr:
    return pl.concat_str([part.cast(pl.String) for part in parts], separator="-")


YEAR, MONTH, DAY = pl.col("year"), pl.col("month"), pl.col("day")

FIELD = Field(
    kind=Kind.BIRTH_DATE,
    levels=LEVELS,
    clean=clean,
    compare=compare,
    keys={
        "date_either_way": lambda cleaned: cleaned.select(
            _joined(YEAR, pl.min_horizontal(MONTH, DAY), pl.max_horizontal(MONTH, DAY))
        ).to_series(),
        "month_and_day": lambda cleaned: cleaned.select(_joined(MONTH, DAY)).to_series(),
        "year_and_month": lambda cleaned: cleaned.select(_joined(YEAR, MONTH)).to_series(),
        "year_and_day": lambda cleaned: cleaned.select(_joined(YEAR, DAY)).to_series(),
        "year": lambda cleaned: cleaned.select(YEAR.cast(pl.String)).to_series(),
    },
    itself=itself,
)
