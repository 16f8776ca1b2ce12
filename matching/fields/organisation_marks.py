"""What stands around Chinese names of firms and is no part of them: marks, remarks, whom to ask for."""

import polars as pl

from matching.fields.name_numbers import without_number
from matching.fields.organisation_patterns import (
    NOBODY,
    OWNERS,
    WHO,
    owner_behind,
    short_places,
    stock_marks,
    without_department,
)


def without_marks(name: pl.Expr) -> pl.Expr:
    """Give Chinese names without a stock exchange's marks, remarks on their legal form and whom to ask for."""
    before, after = stock_marks()
    name = without_number(name)
    name = name.str.replace(rf"^(?:{before})(\p{{Han}})", "$1").str.replace(rf"(\p{{Han}})(?:{after})$", "$1")
    name = name.str.replace_all(OWNERS, "").str.replace(owner_behind(), "$1($2)")
    who = name.str.extract(WHO)
    somebody = who.is_not_null() & ~who.is_in(list(short_places())) & ~who.str.contains(NOBODY)
    name = pl.when(somebody).then(name.str.replace(r"\([^()]*\)?$", "")).otherwise(name)
    return name.str.replace(without_department(), "$1")
