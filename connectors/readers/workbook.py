"""XLSX workbooks → rows: numbers as plain digits, dates as ISO, sheet rows as line numbers."""

import io
import re
import zipfile
from datetime import date
from typing import Final

import fastexcel
import polars as pl

from connectors.feeds import Workbook
from connectors.readers.extent import require_bearable
from connectors.readers.kinds import DAMAGED, kind_of
from connectors.readers.rows import (
    LINE,
    RAW,
    ReadError,
    ReadRule,
    Rows,
    gather,
    header_names,
    reject,
    without_broken_cells,
)
from connectors.times import EXCEL_DAY_ZERO, MAC_DAY_ZERO

OLE_MARK = b"\xd0\xcf\x11\xe0"
"""How the container begins that Excel puts around an encrypted workbook, and the old .xls format."""
ZIP_MARK = b"PK"
COUNTS_FROM_1904: Final = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904=[\"'](?:1|true|on)[\"']")


def read_workbook(data: bytes, format: Workbook) -> Rows:
    """Give the rows of a sheet below its header; rows without any cell are no rows."""
    sheet, notes = load_sheet(data, format)
    if sheet.height <= format.skip_rows:
        raise ReadError(
            f"a header in sheet row {format.skip_rows + 1}",
            "; ".join([f"a sheet of {sheet.height} rows", *notes]),
            "check `skip_rows` and `sheet`, or have the extract delivered again",
        )
    cells = sheet.row(format.skip_rows)
    unnamed_and_empty = [
        place for place, cell in enumerate(cells) if not (cell or "").strip() and sheet[:, place].is_null().all()
    ]
    sheet = sheet.select(name for place, name in enumerate(sheet.columns) if place not in unnamed_and_empty)
    names = header_names(sheet.row(format.skip_rows))
    body = sheet.rename(dict(zip(sheet.columns, names, strict=True))).with_row_index(LINE, offset=1)
    header = pl.all_horizontal(pl.col(name).str.strip_chars().eq_missing(name) for name in names)
    body = body.with_columns(pl.col(LINE).cast(pl.Int64)).slice(format.skip_rows + 1)
    filled = body.filter(pl.any_horizontal(pl.col(*names).str.strip_chars().fill_null("") != ""))
    filled = filled.with_columns(pl.struct(names).struct.json_encode().alias(RAW))
    again = header.fill_null(value=False)
    repeated = reject(filled.filter(again), ReadRule.REPEATED_HEADER, "the header again", RAW)
    filled, broken = without_broken_cells(filled.filter(~again), names)
    rejects = [repeated, *broken]
    empty = body.height - filled.height - sum(part.height for part in rejects)
    return Rows(filled, gather(rejects), empty, day_zero=_day_zero(data), notes=notes)


def load_sheet(data: bytes, format: Workbook) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Give the sheet's cells as text, and what a reader of the run should know of the other sheets."""
    if data.startswith(OLE_MARK):
        raise ReadError(
            "an XLSX workbook that opens without a password",
            "a password-protected workbook or one in the old .xls format",
            "have the channel save it as .xlsx without a password",
        )
    if not data.startswith(ZIP_MARK):
        raise ReadError(
            "an XLSX workbook",
            f"{kind_of(data) or 'another kind of file'} ({len(data)} bytes)",
            "open the file to see what it is; have the channel save it as .xlsx, or correct `kind`",
        )
    try:
        reader = fastexcel.read_excel(data)
    except fastexcel.FastExcelError as error:
        raise _unreadable(len(data)) from error
    if format.sheet and format.sheet not in reader.sheet_names:
        raise ReadError(
            f"a sheet called {format.sheet}",
            f"sheets {', '.join(reader.sheet_names)}",
            "correct `sheet` in the feed file, or have the extract delivered again",
        )
    require_bearable(data, reader.sheet_names.index(format.sheet) if format.sheet else 0)
    try:
        loaded = reader.load_sheet(format.sheet or 0, header_row=None, skip_rows=0, dtypes="string")
    except fastexcel.FastExcelError as error:
        raise _unreadable(len(data)) from error
    others = [] if format.sheet else reader.sheet_names[1:]
    notes = (f"only the first sheet is read, not {', '.join(others)}",) if others else ()
    return loaded.to_polars(), notes


def _day_zero(data: bytes) -> date:
    """Give the day from which a workbook counts days; those of early Macintoshes count from another."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            settings = parts.read("xl/workbook.xml")
    except DAMAGED:
        return EXCEL_DAY_ZERO
    return MAC_DAY_ZERO if COUNTS_FROM_1904.search(settings) else EXCEL_DAY_ZERO


def _unreadable(size: int) -> ReadError:
    return ReadError(
        "an XLSX workbook", f"a damaged or truncated one ({size} bytes)", "have the channel deliver it again"
    )
