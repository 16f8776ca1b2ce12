"""DuckDB files as this package meets them: through SQLAlchemy, as Great Expectations does, and only to read."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, Final

import polars as pl
from sqlalchemy import URL, Engine, create_engine, func, select, text
from sqlalchemy import table as sql_table
from sqlalchemy.pool import NullPool

READ_ONLY: Final[Mapping[str, Any]] = {
    "isolation_level": "AUTOCOMMIT",
    "skip_autocommit_rollback": True,
    "connect_args": {"read_only": True},
}
"""Without these every expectation fails on DuckDB, because it would begin by rolling back."""


def address(database: Path) -> str:
    """Give the file's address as SQLAlchemy and Great Expectations want it."""
    return URL.create("duckdb", database=str(database.resolve())).render_as_string()


def statement(name: str) -> str:
    """Give the text of `quality/sql/<name>.sql`."""
    return resources.files("quality").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


@contextmanager
def reading(database: Path) -> Iterator[Engine]:
    """Open a file to read, and let go of it afterwards: while it is open nobody could write to it."""
    engine = create_engine(address(database), poolclass=NullPool, **READ_ONLY)
    try:
        yield engine
    finally:
        engine.dispose()


def rows(database: Path, name: str) -> list[dict[str, Any]]:
    """Give the rows of `quality/sql/<name>.sql` on the file."""
    with reading(database) as engine, engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(statement(name))).mappings()]


def load(folder: Path, frames: Mapping[str, pl.DataFrame]) -> Path:
    """Give a new DuckDB file in the folder in which the frames can be read, for checks to run on.

    They lie beside it as they are: checks ask each column once or twice, less than a copy into tables would take.
    """
    database = folder / "frames.duckdb"
    engine = create_engine(address(database), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for name, frame in frames.items():
                file = folder / f"{name}.parquet"
                frame.write_parquet(file, compression="uncompressed", statistics=False)
                told = str(file).replace("'", "''")  # a view takes no parameters
                connection.exec_driver_sql(f"""CREATE VIEW "{name}" AS FROM read_parquet('{told}')""")
    finally:
        engine.dispose()
    return database


def count_rows(database: Path, tables: Sequence[str]) -> dict[str, int]:
    """Give how many rows each of the tables has."""
    with reading(database) as engine, engine.connect() as connection:
        return {
            table: int(connection.execute(select(func.count()).select_from(sql_table(table))).scalar_one())
            for table in tables
        }
