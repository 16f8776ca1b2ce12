"""Any table a person has at hand, for the commands that work on one file: Parquet, CSV or TSV."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import polars as pl

from connectors.storing import put_in_place
from matching.errors import CustomerHubError

SEPARATORS: Final = {".csv": ",", ".tsv": "\t"}


class TableError(CustomerHubError):
    """A table could not be read or written."""


def read_table(path: Path) -> pl.DataFrame:
    """Give a table as it is: Parquet with its types, CSV and TSV with every value as text."""
    ending = path.suffix.lower()
    try:
        if ending == ".parquet":
            return pl.read_parquet(path, glob=False)
        if ending in SEPARATORS:
            return pl.read_csv(path, separator=SEPARATORS[ending], infer_schema=False, glob=False)
    except FileNotFoundError:
        raise TableError(f"{path}: expected a table, found no file; check the path") from None
    except (pl.exceptions.PolarsError, OSError) as error:
        how = " in UTF-8 whose rows have as many cells as the first" if ending in SEPARATORS else ""
        message = (
            f"{path}: expected {ending[1:].upper()}{how}, found content that cannot be read ({type(error).__name__}); "
            "save the table so"
        )
        raise TableError(message) from None
    raise TableError(f"{path}: expected .parquet, .csv or .tsv, found {path.suffix or 'no ending'}; convert the table")


def require_ending(path: Path) -> None:
    """Refuse a file that `write_table` could not write, before anything is worked out for it."""
    if path.suffix.lower() != ".parquet" and path.suffix.lower() not in SEPARATORS:
        raise TableError(
            f"{path}: expected .parquet, .csv or .tsv, found {path.suffix or 'no ending'}; name another file"
        )


def require_apart(written: Iterable[Path | None], read: Iterable[Path | None]) -> None:
    """Refuse to write over a file that is read, or two outcomes into one, before anything is worked out for them."""
    taken = {path.resolve() for path in read if path is not None}
    for path in written:
        if path is None:
            continue
        if path.resolve() in taken:
            raise TableError(
                f"{path}: expected a file for this alone, found one that is read or written besides; "
                "name another, so that none is lost"
            )
        taken.add(path.resolve())


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame as Parquet, CSV or TSV, by the file's ending; nested columns only go into Parquet.

    The file is there whole or as it was; an OSError names it.
    """
    require_ending(path)
    ending = path.suffix.lower()
    try:
        with put_in_place(path.resolve()) as file:
            if ending == ".parquet":
                frame.write_parquet(file)
            else:
                flat = [name for name, dtype in frame.schema.items() if not dtype.is_nested()]
                frame.select(flat).write_csv(file, separator=SEPARATORS[ending])
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def write_new(text: str, path: Path) -> None:
    """Write a text as a file that is not there yet: what somebody has written by hand is not lost."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise TableError(f"{path}: expected no such file yet, found one; name another, or move this one away") from None
