"""How each channel writes its files: format, encoding, layout, and what is broken in them."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import polars as pl
import xlsxwriter

from pipelines.demo.channels import FIRST_DELIVERY

Writer = Callable[[Path, pl.DataFrame, date], int]
"""Writes a table as one day's file and gives the number of rows written."""

LEGACY_WIDTHS: Final = (12, 12, 20, 80, 8)
BROKEN_AGENT_LINES: Final = (
    b"A99999990|AG0001|\xd5\xc5|extra|13900000000||x|y|20261102|more",
    b"A99999991|AG0001",
    b"A99999992|AG0001|\xff\xfe\xff||13900000001|||\xd2\xc6\xb6\xaf|20261102",
)
"""A line with too many fields, one with too few, one that is not text; they come with the second day's file."""


def _write_delimited(path: Path, table: pl.DataFrame, encoding: str, separator: str = ",", end: str = "\n") -> int:
    text = table.write_csv(separator=separator, line_terminator=end, quote_style="necessary")
    path.write_bytes(text.encode(encoding))
    return table.height


def write_call_center(path: Path, table: pl.DataFrame, _on: date) -> int:
    """Write comma-separated GB 18030."""
    return _write_delimited(path, table, "gb18030")


def write_bss(path: Path, table: pl.DataFrame, _on: date) -> int:
    """Write comma-separated UTF-8."""
    return _write_delimited(path, table, "utf-8")


def write_besttone(path: Path, table: pl.DataFrame, _on: date) -> int:
    """Write tab-separated UTF-8 that begins with a byte order mark."""
    return _write_delimited(path, table, "utf-8-sig", separator="\t")


def write_agent(path: Path, table: pl.DataFrame, on: date) -> int:
    """Write pipe-separated GBK; the second day's file has three broken lines and an empty one."""
    lines = table.write_csv(separator="|", quote_style="never").encode("gbk").splitlines()
    broken = on == FIRST_DELIVERY + timedelta(days=1)
    if broken:
        for at, line in enumerate(BROKEN_AGENT_LINES):
            lines.insert(min(3 + 3 * at, len(lines)), line)
    path.write_bytes(b"\r\n".join(lines) + (b"\r\n\r\n" if broken else b"\r\n"))
    return table.height + len(BROKEN_AGENT_LINES) * broken


def write_web(path: Path, table: pl.DataFrame, _on: date) -> int:
    """Write a JSON object a line, the profile nested in it."""
    lines = table.select(pl.struct(pl.all()).struct.json_encode()).to_series()
    path.write_text("\n".join(lines.to_list()) + "\n", encoding="utf-8")
    return table.height


def write_app(path: Path, table: pl.DataFrame, _on: date) -> int:
    """Write Parquet."""
    table.write_parquet(path)
    return table.height


def write_retail(path: Path, table: pl.DataFrame, on: date) -> int:
    """Write a workbook with a title, an empty row and then the table, some numbers typed as numbers."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm"}) as workbook:
        workbook.set_properties({"created": datetime.combine(on, datetime.min.time())})
        sheet = workbook.add_worksheet("受理清单")
        sheet.write(0, 0, f"营业厅受理清单 {on}")
        typed = table["typed"] & table["联系电话"].str.contains(r"^1\d{10}$").fill_null(False)
        for column, name in enumerate(table.drop("typed").columns):
            sheet.write(2, column, name)
            for row, value in enumerate(table[name].to_list(), start=3):
                if value is None:
                    continue
                if name == "联系电话" and typed[row - 3]:
                    sheet.write_number(row, column, int(value))
                elif isinstance(value, datetime):
                    sheet.write_datetime(row, column, value)
                else:
                    sheet.write_string(row, column, value)
    return table.height


def write_legacy97(path: Path, table: pl.DataFrame, _on: date) -> int:
    """Write records of 132 bytes; what is longer than its field is cut between two characters."""

    def fields(row: tuple[str, ...]) -> Iterator[bytes]:
        for value, width in zip(row, LEGACY_WIDTHS, strict=True):
            yield value.encode("gb18030")[:width].decode("gb18030", "ignore").encode("gb18030").ljust(width)

    path.write_bytes(b"".join(b"".join(fields(row)) + b"\r\n" for row in table.iter_rows()))
    return table.height
