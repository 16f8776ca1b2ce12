"""How an extract is written, told from its bytes and its name: format, separator, header, and where the day stands."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from connectors.decoding import EncodingError, decode
from connectors.feeds import Delimited, Delivery, Format, JsonLines, Mode, ParquetFile, Workbook
from connectors.packing import WORKBOOK, unpack
from connectors.readers.json_lines import begins_an_array, one_array
from connectors.readers.kinds import kind_of
from connectors.readers.rows import ReadError
from connectors.readers.workbook import load_sheet

SEPARATORS: Final = ("|@|", "||", "$$", "~~", "\t", "|", ";", ",", "^", "~", "\x01", "\x1f")
"""What channels put between fields, the longer before those they hold."""
BIG5: Final = "cp950"
"""What is asked beside UTF-8 and everyday Chinese in GB18030."""
QUOTE: Final = '"'
LINES: Final = 300
"""Lines that are looked at."""
MOST: Final = 0.6
"""Share of the lines that must have as many fields as each other."""
TITLES: Final = 20
"""Title lines above a header at most."""
DAYS: Final = (
    (r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)", "%Y-%m-%d"),
    (r"(?<!\d)\d{4}_\d{2}_\d{2}(?!\d)", "%Y_%m_%d"),
    (r"(?<!\d)\d{4}\.\d{2}\.\d{2}(?!\d)", "%Y.%m.%d"),
    (r"(?<!\d)\d{4}年\d{2}月\d{2}日", "%Y年%m月%d日"),
    (r"(?<!\d)\d{8}(?!\d)", "%Y%m%d"),
    (r"(?<!\d)\d{8}(?=\d{6}(?!\d))", "%Y%m%d"),
)
"""How names of files say a day."""
VALUE: Final = re.compile(r"\d{5,}|\d{2,4}[-/年.]\d{1,2}|@|\*{2,}")
"""What stands in a value and not in the name of a column."""
DIGIT: Final = re.compile(r"\d")


def form_of(data: bytes) -> Format:
    """Give the format of an extract; a `ReadError` for one that has to be described by hand."""
    data = unpack(data, Delimited(kind="delimited", separator=",")).data
    kind = kind_of(data)
    if data.startswith(b"PAR1"):
        return ParquetFile(kind="parquet")
    if WORKBOOK.encode() in data:
        return Workbook(kind="workbook", skip_rows=_titles([list(row) for row in _sheet(data)]))
    if kind is not None:
        raise ReadError("a table", kind, "have the channel deliver CSV, XLSX, JSON lines or Parquet")
    try:
        text = decode(data, BIG5)
    except EncodingError as error:
        raise ReadError(
            "text in UTF-8, GB18030 or Big5", str(error), "ask the channel which encoding it writes"
        ) from error
    lines = [line.rstrip("\r") for line in text.lines[:LINES] if line.strip()]
    if not lines:
        raise ReadError("an extract with rows", "an empty file", "draft from an extract that holds something")
    if begins_an_array(lines):
        raise one_array()
    if all(line.lstrip().startswith("{") for line in lines):
        return JsonLines(kind="json_lines", encoding=text.encoding)
    return _delimited(text.lines[:LINES], text.encoding)


def delivery_of(folder: str, file: str) -> tuple[Delivery, bool]:
    """Give where extracts like this one lie, and whether its name says the day."""
    for pattern, date_format in DAYS:
        for said in re.finditer(pattern, file):
            if _is_day(said[0], date_format):
                before, after = _wild(file[: said.start()]), _wild(file[said.end() :])
                return Delivery(
                    folder=folder, files=f"{before}{{date}}{after}", date_format=date_format, mode=Mode.DELTA
                ), True
    stem, dot, ending = file.partition(".")
    return Delivery(folder=folder, files=f"{_wild(stem)}_{{date}}{dot}{ending}", mode=Mode.DELTA), False


def _is_day(text: str, date_format: str) -> bool:
    try:
        return 1990 <= datetime.strptime(text, date_format).year <= 2100  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        return False


def _wild(part: str) -> str:
    """Give a part of a file's name in which numbers may be others, times of the day and numbers of parts."""
    stem, dot, ending = part.partition(".")
    return re.sub(r"\d+", "*", stem) + dot + ending


def _sheet(data: bytes) -> list[tuple[str | None, ...]]:
    return load_sheet(data, Workbook(kind="workbook"))[0].head(LINES).rows()


def _titles(rows: Sequence[Sequence[str | None]]) -> int:
    """Give how many rows stand above the header: the first that is as full as rows commonly are.

    Where that row is a customer's, as under a header of merged cells, the row above it is the header.
    """
    filled = [sum(bool((cell or "").strip()) for cell in row) for row in rows]
    common = Counter(filled).most_common(1)[0][0] if filled else 0
    header = next((place for place, cells in enumerate(filled[:TITLES]) if cells >= common > 0), 0)
    while rows and _tells_somebody(rows[header], rows[header + 1 :]):
        if header == 0:
            raise ReadError(
                "a row of the sheet that names its columns",
                "values in its first row",
                "have the channel write the columns' names above them",
            )
        header -= 1
    return header


def _tells_somebody(row: Sequence[str | None], below: Sequence[Sequence[str | None]]) -> bool:
    """Say whether a row holds a value, such as a telephone or a day, of the form of those below it."""
    return any(
        cell and VALUE.search(cell) and any(_form(cell) == _form(other[place] or "") for other in below)
        for place, cell in enumerate(row)
    )


def _form(cell: str) -> str:
    return DIGIT.sub("9", cell.strip())


def _delimited(lines: Sequence[str], encoding: str) -> Format:
    shares = {separator: _agreeing(lines, separator) for separator in SEPARATORS}
    separator = max(SEPARATORS, key=lambda one: (round(shares[one][0], 1), len(one), shares[one][1]))
    share, fields = shares[separator]
    if share < MOST:
        widths = Counter(len(line.rstrip("\r").encode(encoding, "replace")) for line in lines)
        if widths.most_common(1)[0][1] >= MOST * len(lines):
            raise ReadError(
                "a separator between fields",
                f"lines of one length ({widths.most_common(1)[0][0]} bytes), as of fixed width",
                "copy feeds/legacy97.toml and write where each column begins",
            )
        raise ReadError("a separator between fields", "none that lines agree on", "look at the file; write it by hand")
    whole = [place for place, line in enumerate(lines) if _fields(line, separator) == fields]
    skip = next((place for place in whole if _filled(lines[place], separator) > fields / 2), whole[0])
    cells = [cell.strip().strip(QUOTE) for cell in lines[skip].rstrip("\r").split(separator)]
    quoted = len(separator) == 1 and any(f"{separator}{QUOTE}" in line or line.startswith(QUOTE) for line in lines)
    headless = any(VALUE.search(cell) for cell in cells) or len(set(cells)) < len(cells) or not any(cells)
    return Delimited(
        kind="delimited",
        separator=separator,
        quote=QUOTE if quoted else "",
        encoding=encoding,
        skip_rows=skip,
        names=tuple(f"column_{place}" for place in range(1, fields + 1)) if headless else (),
    )


def _filled(line: str, separator: str) -> int:
    return sum(bool(cell.strip().strip(QUOTE)) for cell in line.rstrip("\r").split(separator))


def _agreeing(lines: Sequence[str], separator: str) -> tuple[float, int]:
    """Give which share of the lines has the commonest number of fields, and that number; none where it is one."""
    counts = Counter(_fields(line, separator) for line in lines if line.strip())
    fields, rows = max(counts.items(), key=lambda item: (item[0] > 1, item[1]))
    return (rows / counts.total(), fields) if fields > 1 else (0.0, 1)


def _fields(line: str, separator: str) -> int:
    return re.sub(r'"[^"]*"', "", line).count(separator) + 1
