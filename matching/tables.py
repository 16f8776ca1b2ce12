"""Facts that are not code: the tables in `matching/data`, each with a column that gives source or reason."""

from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

DATA: Final = Path(__file__).parent / "data"


@cache
def table(name: str) -> pl.DataFrame:
    """Give the table `matching/data/<name>.csv`: all columns text, an empty cell is null, rows in the file's order."""
    return pl.read_csv(DATA / f"{name}.csv", infer_schema=False, comment_prefix="#")


def listed(name: str, column: str, **where: str) -> list[str]:
    """Give one column of a table as a list without nulls, of the rows whose other columns equal `where`."""
    rows = table(name).filter(*(pl.col(key) == value for key, value in where.items()))
    return rows[column].drop_nulls().to_list()
