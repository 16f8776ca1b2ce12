"""Workbooks without some of their rows: the rows, the texts that only they refer to, their links and their remarks."""

import io
import re
import zipfile
from collections.abc import Collection, Iterable, Mapping
from itertools import count
from typing import Final

SHEET: Final = re.compile(r"xl/worksheets/([^/]+\.xml)")
LINKS_OF: Final = "xl/worksheets/_rels/{}.rels"
"""Where the addresses of a sheet's links lie."""
REMARKS: Final = re.compile(r"xl/(?:comments[^/]*|comments/[^/]+|threadedComments/[^/]+)\.xml")
SHARED: Final = "xl/sharedStrings.xml"

ROW: Final = re.compile(rb"<((?:\w+:)?row)\b([^>]*?)(?:/>|>.*?</\1\s*>)", re.DOTALL)
"""A row of a sheet. Some writers put a prefix before every name, some leave out the numbers of rows that follow."""
ROW_NUMBER: Final = re.compile(rb"\br=[\"'](\d+)[\"']")
ROW_OF_CELL: Final = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=[\"'][A-Z]+(\d+)")
SHARED_CELL: Final = re.compile(rb"<(?:\w+:)?c\b[^>]*?\bt=[\"']s[\"'][^>/]*>\s*<(?:\w+:)?v>\s*(\d+)\s*<")
SHARED_ITEM: Final = re.compile(rb"<((?:\w+:)?)si\b[^>]*?(?:/>|>.*?</\1si\s*>)", re.DOTALL)
LINK: Final = re.compile(rb"<(?:\w+:)?hyperlink\b[^>]*?(?:/>|>\s*</(?:\w+:)?hyperlink\s*>)")
NO_LINKS: Final = re.compile(rb"<((?:\w+:)?hyperlinks)\b[^>]*>\s*</\1\s*>")
REMARK: Final = re.compile(rb"<((?:\w+:)?(?:comment|threadedComment))\b([^>]*)>.*?</\1\s*>", re.DOTALL)
OF_ROW: Final = re.compile(rb"\bref=[\"'][A-Z]+(\d+)")
OF_LINK: Final = re.compile(rb"\b\w+:id=[\"']([^\"']+)[\"']")
ADDRESS: Final = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*?\bId=[\"']([^\"']+)[\"'][^>]*?/>")

Members = Mapping[str, tuple[zipfile.ZipInfo, bytes]]


def without_rows(data: bytes, lines: Collection[int]) -> bytes:
    """Give a workbook whose rows of these numbers are empty; every other row keeps its number.

    All sheets lose them: a workbook delivers one list, what else it holds is a view of that.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {info.filename: (info, archive.read(info)) for info in archive.infolist()}
    changed: dict[str, bytes] = {}
    for name, (_, content) in members.items():
        if sheet := SHEET.fullmatch(name):
            changed[name], links = _without_links(_without(content, lines), lines)
            addresses = LINKS_OF.format(sheet[1])
            if links and addresses in members:
                changed[addresses] = _without_addresses(members[addresses][1], links)
        elif REMARKS.fullmatch(name):
            changed[name] = REMARK.sub(lambda one: b"" if _is_of(one[2], lines) else one[0], content)
    if SHARED in members:
        changed[SHARED] = _without_texts(members[SHARED][1], _no_longer_used(members, changed))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (info, content) in members.items():
            archive.writestr(info, changed.get(name, content), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _without(sheet: bytes, lines: Collection[int]) -> bytes:
    """Empty rows of a sheet; a row without a number has that of its cells, or the next after the one before it."""
    before = 0

    def left(row: re.Match[bytes]) -> bytes:
        nonlocal before
        number = ROW_NUMBER.search(row[2]) or ROW_OF_CELL.search(row[0])
        before = int(number[1]) if number else before + 1
        return b"<%b%b/>" % (row[1], row[2]) if before in lines else row[0]

    return ROW.sub(left, sheet)


def _is_of(attributes: bytes, lines: Collection[int]) -> bool:
    row = OF_ROW.search(attributes)
    return row is not None and int(row[1]) in lines


def _without_links(sheet: bytes, lines: Collection[int]) -> tuple[bytes, set[bytes]]:
    """Take out the links of rows, as a spreadsheet makes them of e-mail addresses; give also how they are called."""
    links = [link[0] for link in LINK.finditer(sheet) if _is_of(link[0], lines)]
    for link in links:
        sheet = sheet.replace(link, b"")
    named = [OF_LINK.search(link) for link in links]
    return NO_LINKS.sub(b"", sheet), {name[1] for name in named if name is not None}


def _without_addresses(relations: bytes, links: Collection[bytes]) -> bytes:
    return ADDRESS.sub(lambda one: b"" if one[1] in links else one[0], relations)


def _no_longer_used(members: Members, changed: Mapping[str, bytes]) -> set[int]:
    """Give the numbers of the shared texts that cells referred to and that no cell refers to any more."""
    sheets = [name for name in members if SHEET.fullmatch(name)]
    used = _texts_of(changed[name] for name in sheets)
    return {int(text) for text in _texts_of(members[name][1] for name in sheets) - used}


def _texts_of(sheets: Iterable[bytes]) -> set[bytes]:
    return {text for sheet in sheets for text in SHARED_CELL.findall(sheet)}


def _without_texts(shared: bytes, places: Collection[int]) -> bytes:
    numbers = count()

    def left(item: re.Match[bytes]) -> bytes:
        return b"<%bsi><%bt/></%bsi>" % ((item[1],) * 3) if next(numbers) in places else item[0]

    return SHARED_ITEM.sub(left, shared)
