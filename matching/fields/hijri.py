"""Dates of the two calendars that count years from the Hijra, in the days of the common one.

Arab countries count by the moon (twelve months of 29 or 30 days), Iran and Afghanistan by the sun (six months of 31
days first). Either calls years of people who live now 13xx or 14xx, so a column tells which: the solar calendar has
days numbered 31 and has not yet come to the last of those years.
"""

from datetime import date
from typing import Final

import polars as pl

YEARS: Final = (1300, 1465)
"""Years by either calendar in which somebody may be born whom a table of today tells of."""
LAST_SOLAR: Final = 1410
"""No solar year above this has come."""
LONG_MONTH: Final = 31
"""The number of a day that no lunar month has."""
LONG_MONTHS: Final = 6
"""Months at the beginning of a solar year that have such a day."""
OF_OLD: Final = (1466, 1880)
"""Years in which people of tables about former times are born, who may then be born in YEARS of the common calendar."""

MOON_EPOCH: Final = 2_440_588 - 1_948_438
"""Days from the one before the first of the lunar calendar to the first of 1970."""
A_SOLAR_DAY: Final = (1403, date(2024, 3, 20))
"""A year of the solar calendar, and the day on which it began."""


def by_the_common_calendar(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Give the days that a column of dates, in integers, means by years of the Hijra; null for other years and no days.

    Nothing is read so where the column tells more of former times.
    """
    of_hijra = year.is_between(*YEARS) & month.is_between(1, 12) & day.is_between(1, LONG_MONTH)
    has_them = of_hijra.sum() > year.is_between(*OF_OLD).sum()
    solar = (of_hijra & (day == LONG_MONTH)).sum() > (of_hijra & (year > LAST_SOLAR)).sum()
    days = pl.when(solar).then(_by_the_sun(year, month, day)).otherwise(_by_the_moon(year, month, day))
    return pl.lit(date(1970, 1, 1)) + pl.duration(days=pl.when(of_hijra & has_them).then(days))


def _by_the_moon(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Give days since 1970 by the rule of thirty years, eleven of them with a day more; sighting may say one other."""
    return day + (59 * (month - 1) + 1) // 2 + (year - 1) * 354 + (3 + 11 * year) // 30 - MOON_EPOCH


def _by_the_sun(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Give days since 1970 by the rule of thirty-three years, eight of them with a day more."""
    known, began = A_SOLAR_DAY
    past = 365 * (year - known) + _long_years(year - 1) - _long_years(pl.lit(known - 1))
    before = (month - 1) * LONG_MONTH - pl.max_horizontal(month - LONG_MONTHS - 1, pl.lit(0))
    return (began - date(1970, 1, 1)).days + past + before + day - 1


def _long_years(year: pl.Expr) -> pl.Expr:
    """Give how many solar years up to one had a day more, from some year on."""
    return (8 * year + 29) // 33
