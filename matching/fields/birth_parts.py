"""Year, month and day of birth in columns of their own: numbers, compared digit by digit."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import polars as pl

from matching.fields.base import VALUE, Field, Level
from matching.fields.digits import in_common_digits
from matching.fields.latin import first_level, named, slips, texts
from matching.words import Kind


@dataclass(frozen=True)
class Part:
    """A part of a date: what it is called, how many values it commonly has, how many digits it is written with."""

    kind: Kind
    english: str
    chinese: str
    values: int
    width: int
    off: int = 1  # by how many a person may be out who counts it back from the age

    @property
    def levels(self) -> tuple[Level, ...]:
        """Give the levels with where estimation starts for so many values."""
        slip = 9 / self.values if self.width > 2 else 0.3
        return (
            Level("same", f"the same {self.english}", f"{self.chinese}相同", 0.93, 1 / self.values),
            Level("slip", f"{self.english}s one digit apart", f"{self.chinese}差一位数字", 0.03, slip),
            Level(
                "near", f"{self.english}s next to each other", f"{self.chinese}相邻", 0.01, 2 * self.off / self.values
            ),
            Level("different", f"different {self.english}s", f"{self.chinese}不同", 0.03, 0.6),
        )


SAME, SLIP, NEAR, DIFFERENT = range(4)


def _clean(width: int) -> Callable[[pl.Series], pl.DataFrame]:
    def clean(raw: pl.Series) -> pl.DataFrame:
        text = named(raw).to_frame().select(in_common_digits(pl.col(VALUE).str.normalize("NFKC")))[VALUE]
        number = text.str.extract(r"^\D*(\d{1,4})(?:\.0)?\D*$").cast(pl.Int32)
        known = pl.when(pl.col("number") > 0)
        return number.to_frame("number").select(
            known.then(pl.col("number").cast(pl.String).str.zfill(width)).alias(VALUE),
            known.then("number").alias("number"),
        )

    return clean


def compare(left: pl.DataFrame, right: pl.DataFrame, off: int = 1) -> pl.Series:
    """Give the level of each pair of unequal numbers; years that are counted back come before wrong digits."""
    apart = slips(texts(left[VALUE]), texts(right[VALUE]))
    distance = (left["number"] - right["number"]).abs()
    both = distance.is_not_null().to_numpy()
    near = (distance <= off).fill_null(False).to_numpy()
    slip = (apart == 1) & both
    return first_level(left.height, ((NEAR, near & (off > 1)), (SLIP, slip), (NEAR, near)), DIFFERENT)


def _field(part: Part) -> Field:
    return Field(
        kind=part.kind,
        levels=part.levels,
        clean=_clean(part.width),
        compare=partial(compare, off=part.off),
    )


BIRTH_YEAR = _field(Part(Kind.BIRTH_YEAR, "birth year", "出生年份", 70, 4, off=2))
BIRTH_MONTH = _field(Part(Kind.BIRTH_MONTH, "birth month", "出生月份", 12, 2))
BIRTH_DAY = _field(Part(Kind.BIRTH_DAY, "birth day", "出生日", 31, 2))
