"""Names of other tongues in Chinese characters: 阿迪力·海热提, 扎西次仁. Their parts, and how two of them agree.

A clerk writes down what he hears, so one name has many spellings (次仁 and 才让, 买买提 and 麦麦提); which part comes
first is uncertain, and where a form has no room or a caller is called by name, only the first is told. Of Uyghur and
Kazakh names the first part is one's own and the last the father's.
"""

from functools import cache
from typing import Final

import numpy as np
import polars as pl

from matching.fields.base import VALUE
from matching.fields.latin import Mask, equal, slips, texts
from matching.fields.pinyin import blurred, readings
from matching.fields.sparing import where_told
from matching.fields.writing import each_character
from matching.tables import table

DOT: Final = "·"
"""Between the parts of a name."""
SHORTEST: Final = 4
"""Characters from which on a name whose surname has one is likely of another tongue."""
SHORTEST_PART: Final = 2
CUT_OFF: Final = 6
"""Characters of a beginning from which on it tells the whole name: a narrow column cut it off there."""
SLIPS_IN: Final = 4
"""Of so many letters of a part one may be another where the other part is the same."""


@cache
def standing_for() -> dict[str, str]:
    """Give the characters that stand for others in names of other tongues."""
    known = table("transliterations")
    return dict(zip(known["written"].to_list(), known["as"].to_list(), strict=True))


def _spelt(name: pl.Expr) -> pl.Expr:
    """Give the letters of a name in whatever characters it is written."""
    dotless = name.str.replace_all(DOT, "", literal=True)
    return blurred(readings(each_character(dotless, standing_for()))).str.replace_all(" ", "")


SPELLINGS: Final = ("spelt", "spelt_turned", "own", "fathers")
"""The columns of letters that names of other tongues are compared by."""


def spellings(is_transliterated: pl.Expr) -> dict[str, pl.Expr]:
    """Give columns for names in `value`, null in the rows of others.

    `spelt`: letters in one spelling; `spelt_turned`: with the last part first; `own` and `fathers`: those of the first
    and of the last part of names that have several.
    """
    value = pl.col(VALUE)
    several = is_transliterated & value.str.contains(DOT, literal=True)
    parts = value.str.split(DOT)
    turned = pl.concat_str(parts.list.last(), parts.list.slice(0, parts.list.len() - 1).list.join(""))
    wanted = {
        "spelt": pl.when(is_transliterated).then(value),
        "spelt_turned": pl.when(several).then(turned),
        "own": pl.when(several).then(parts.list.first()),
        "fathers": pl.when(several).then(parts.list.last()),
    }
    return {name: where_told(text, _spelt) for name, text in wanted.items()}


def nearly_the_same(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell which pairs are one name spelt in two ways, in either order of its parts, or cut off."""
    found = equal(left, right, "spelt") | _cut_off(left, right) | _cut_off(right, left)
    for one, other in ((left, right), (right, left)):
        found |= equal(one.select(spelt="spelt_turned"), other, "spelt")
    same, fathers = equal(left, right, "own"), equal(left, right, "fathers")
    return (
        found | (same & _few_slips(left, right, "fathers", same)) | (fathers & _few_slips(left, right, "own", fathers))
    )


def _few_slips(left: pl.DataFrame, right: pl.DataFrame, part: str, wanted: Mask) -> Mask:
    """Tell which wanted pairs have a part that begins alike and is the same but for a fourth of its letters."""
    found = np.zeros(len(wanted), dtype=bool)
    rows = np.flatnonzero(wanted)
    if len(rows):
        one, other = left[part].gather(rows), right[part].gather(rows)
        longest = np.maximum(one.str.len_chars().fill_null(0).to_numpy(), other.str.len_chars().fill_null(0).to_numpy())
        begins = (one.str.head(1) == other.str.head(1)).fill_null(False).to_numpy()
        found[rows] = begins & (slips(texts(one), texts(other)) <= longest // SLIPS_IN)
    return found


def _cut_off(part: pl.DataFrame, whole: pl.DataFrame) -> Mask:
    """Tell where the one is a long beginning of the other."""
    foreign: Mask = whole["spelt"].is_not_null().to_numpy()
    return foreign & _begins(part, whole, shortest=CUT_OFF)


def _begins(part: pl.DataFrame, whole: pl.DataFrame, shortest: int) -> Mask:
    rows = pl.DataFrame({"part": part[VALUE], "whole": whole[VALUE]})
    rows = rows.with_columns(pl.all().str.replace_all(DOT, "", literal=True))
    begins = pl.col("whole").str.starts_with(pl.col("part")) & (pl.col("part").str.len_chars() >= shortest)
    return rows.select(begins=begins.fill_null(False))["begins"].to_numpy()


def tells_a_part(part: pl.DataFrame, whole: pl.DataFrame, wanted: Mask) -> Mask:
    """Tell which wanted pairs are a name and its owner's whole one, or what a long one without a dot begins with."""
    found = np.zeros(len(wanted), dtype=bool)
    bare = ~part[VALUE].str.contains(DOT, literal=True).fill_null(True).to_numpy()
    rows = np.flatnonzero(wanted & bare & (part[VALUE].str.len_chars() >= SHORTEST_PART).fill_null(False).to_numpy())
    if len(rows):
        one, other = part[rows], whole[rows]
        heard = one.select(spelt=_spelt(pl.col(VALUE)))["spelt"]
        found[rows] = (heard == other["own"]).fill_null(False).to_numpy()
        found[rows] |= _begins(one, other, shortest=SHORTEST_PART + 1)
    return found


def same_father(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell which pairs have the last part in common and not the first: siblings' names."""
    return equal(left, right, "surname") & equal(left, right, "fathers") & ~equal(left, right, "own")


def same_own(left: pl.DataFrame, right: pl.DataFrame) -> Mask:
    """Tell which pairs have the first part in common and not the last."""
    return equal(left, right, "own") & ~equal(left, right, "fathers")
