"""How far the cells of a sheet reach: a blank typed far below or beside a list makes it larger than any memory."""

import io
import re
import zipfile
from typing import Final

from connectors.readers.kinds import DAMAGED
from connectors.readers.rows import ReadError

MOST_CELLS: Final = 2**26
"""Cells beyond which a sheet is not read: those of a full sheet of sixty-four columns."""
HEAD: Final = 2**16
"""Bytes of a sheet in which it says how far it reaches."""
REACHES: Final = re.compile(rb'<(?:\w+:)?dimension\b[^>]*?\bref="[A-Z]+\d+:([A-Z]+)(\d+)"')
CELL: Final = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)(\d+)"[^>]*(?<!/)>')
"""A cell that holds something; one that is only formatted ends at once."""
SHEET: Final = re.compile(rb'<(?:\w+:)?sheet\b[^>]*?\b\w+:id="([^"]+)"')
RELATIONSHIP: Final = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")


def require_bearable(data: bytes, sheet: int) -> None:
    """Refuse a workbook of which a sheet (counted from 0) reaches so far that to read it would end the process.

    What a damaged workbook reaches is not known; whoever reads it says that it is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            name = _part(parts, sheet)
            with parts.open(name) as part:
                told = REACHES.search(part.read(HEAD))
            if told is None or _number(told[1]) * int(told[2]) <= MOST_CELLS:
                return
            cells = [(_number(column), column, int(row)) for column, row in CELL.findall(parts.read(name))]
    except DAMAGED:
        return
    across, column, _ = max(cells, default=(0, b"", 0))
    down = max((row for *_, row in cells), default=0)
    if across * down > MOST_CELLS:
        raise ReadError(
            f"a sheet of at most {MOST_CELLS:,} cells",
            f"cells as far as column {column.decode()} and row {down}",
            "have the channel delete what stands astray beside or below its list, or deliver the list as CSV",
        )


def _part(parts: zipfile.ZipFile, sheet: int) -> str:
    """Give the name under which a sheet lies in its workbook."""
    wanted = SHEET.findall(parts.read("xl/workbook.xml"))[sheet]
    for one in RELATIONSHIP.findall(parts.read("xl/_rels/workbook.xml.rels")):
        told = dict(re.findall(rb'\b(Id|Target)="([^"]*)"', one))
        if told.get(b"Id") == wanted:
            target = told[b"Target"].decode()
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    message = "a sheet that lies nowhere"
    raise ValueError(message)


def _number(column: bytes) -> int:
    """Give the number of a column: 1 of A, 27 of AA."""
    number = 0
    for letter in column:
        number = 26 * number + letter - ord("A") + 1
    return number
