"""Texts that one system wrote in one code page and another read in another: 寮犱笁 is 张三, MÃ¼ller is Müller.

What such a text said is known again where its characters, written back in the code page they were read in, are whole
characters of the other, and commoner ones. Hardly any text that was read rightly has that property.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import polars as pl

from matching.fields.escaped import BEGINS, ESCAPED, unescaped

UTF8: Final = "utf-8"
LOST: Final = -1
"""A byte that was no character where it was read, for which a question mark stands."""
UNKNOWN: Final = "?"
REPLACED: Final = "\ufffd"
AFTER_ASCII: Final = r"^[\x00-\x7F]*"
LOST_TWICE: Final = "锟斤拷"
"""Two characters that were lost already, misread once more: U+FFFD in UTF-8, read as GB18030."""
NO_BREAK_SPACE: Final = 0xA0
CONTINUED: Final = range(0x80, 0xC0)
LEADS: Final = range(0xC2, 0xF5)
THREE: Final = range(0xE3, 0xF0)
"""Bytes that go on with a character of UTF-8, that begin one of several bytes (RFC 3629, section 3), and of those the
first of Chinese, Japanese and Korean characters."""
WRITTEN: Final = "\u00a0\u3000\ufffd"
"""Blanks, and what stands for a character that was lost before."""
WORST: Final = 0.5
"""At most so many characters may be lost for one that is found."""


@dataclass(frozen=True)
class Misreading:
    """One way to misread UTF-8: the code page it was taken for, and what shows that it was.

    What is beyond ASCII begins with one of the `leads`. Where the page has two bytes a character (`wide`), only
    Chinese, Japanese and Korean ones count: they have three in UTF-8, and two bytes often are a character in both.
    """

    page: str
    leads: range
    wide: bool = False


MISREADINGS: Final[tuple[Misreading, ...]] = (
    Misreading("cp1252", range(0xC3, 0xF0)),
    Misreading("cp1251", range(0xD0, 0xD2)),
    Misreading("cp1250", range(0xC3, 0xC6)),
    Misreading("gb18030", THREE, wide=True),
    Misreading("cp932", THREE, wide=True),
    Misreading("cp949", THREE, wide=True),
    Misreading("big5", THREE, wide=True),
)
"""In the order in which they are tried."""

GB_LEADS: Final = range(0xB0, 0xF8)
GB_TRAILS: Final = range(0xA1, 0xFF)
"""First and second bytes of a character of GB 2312."""
TWO_OF_GB: Final = r"(?:[°-÷][¡-þ]){2}"
"""Two of its characters as Latin-1 shows their bytes."""
CAPITALS: Final = range(0xC0, 0xE0)
"""Capital Cyrillic letters in code page 1251: text in them alone is not taken for Chinese."""
LAST_OF_ONE: Final = 0xFF
"""The last character of Latin-1, whose characters have one byte."""
LAST_LATIN: Final = "\u01bf"
LAST_OF_TWO: Final = "\u07ff"
"""The last Latin letter in a row, and the last character that has two bytes in UTF-8."""
COMMON: Final[Mapping[str, range]] = {
    "gb2312": range(0xB0, 0xD8),
    "big5": range(0xA4, 0xC7),
    "shift_jis": range(0x82, 0x98),
    "euc_kr": range(0xB0, 0xC9),
}
"""First bytes of the characters that are common in China, Taiwan, Japan (with kana) and Korea, in each one's page."""
DELETE: Final = 0x7F
SEVERAL: Final = 2
MOSTLY: Final = 2 / 3
"""The share of common characters from which a text was Chinese, Japanese or Korean."""


def readable(texts: pl.Series) -> pl.Series:
    """Give texts as they were written, where they were misread; the others stay, and so do the nulls."""
    suspect = texts.str.contains(_suspicious()) | texts.str.contains(LOST_TWICE, literal=True)
    if texts.str.contains_any(list(BEGINS)).any():
        suspect |= texts.str.contains(ESCAPED)
    suspect = suspect.fill_null(False)
    if not suspect.any():
        return texts
    rows = suspect.arg_true()
    return texts.clone().scatter(rows, [reread(text) for text in texts.gather(rows)])


def is_misread(texts: pl.Series) -> pl.Series:
    """Tell which texts were misread, or lost characters when they were."""
    return (readable(texts) != texts).fill_null(False)


def reread(text: str) -> str:
    """Give one text as it was written, if it was misread; with `?` for each character that was lost on the way."""
    text = unescaped(text)
    if text.isascii():
        return text
    found = _known_again(text) or text
    return found.replace(LOST_TWICE, UNKNOWN * 2)


@lru_cache(maxsize=20_000)
def _known_again(text: str) -> str | None:
    for misreading in MISREADINGS:
        read = _bytes(text, misreading) if _pattern(misreading).match(text) else None
        found = None if read is None else _from_utf8(text, read, misreading)
        if found is not None:
            return found
    return _from_gb(text)


def _bytes(text: str, misreading: Misreading) -> list[int] | None:
    """Give the bytes that were read as this text; None if it has a character that the code page has not."""
    if misreading.wide and UNKNOWN not in text and REPLACED not in text:
        try:
            return list(text.encode(misreading.page))
        except UnicodeEncodeError:
            return None
    read: list[int] = []
    for character in text:
        one = _byte(character, misreading.page)
        if one is None:
            return None
        read.extend(one)
    return read


@lru_cache(maxsize=50_000)
def _byte(character: str, page: str) -> tuple[int, ...] | None:
    """Give the bytes of a character; one that the page leaves open is shown as it is, one that was lost by a mark."""
    if character in {UNKNOWN, REPLACED}:
        return (LOST,)
    try:
        return tuple(character.encode(page))
    except UnicodeEncodeError:
        return (ord(character),) if ord(character) <= LAST_OF_ONE else None


def _from_utf8(text: str, read: list[int], misreading: Misreading) -> str | None:
    """Give what bytes say in UTF-8; None unless they are whole characters but for those that were lost."""
    said: list[str] = []
    lost = at = 0
    while at < len(read):
        end = _end(read, at, misreading)
        one = read[at:end]
        if LOST in one or (len(one) < _length(one[0]) and (misreading.wide or end == len(read))):
            lost += 1
            said.append(UNKNOWN)
        else:
            character = _character(one)
            if character is None:
                return None
            said.append(character)
        at = end
    found = [character for character in said if not character.isascii()]
    if lost > WORST * len(found) or not (_is_likelier(text, found) if misreading.wide else _is_no_chance(said, found)):
        return None
    return "".join(said).replace(REPLACED, UNKNOWN)


def _is_no_chance(said: list[str], found: list[str]) -> bool:
    """Tell whether these came out of single bytes on purpose: several, a Latin letter with a mark, or all there is."""
    return len(found) >= SEVERAL or (
        len(found) == 1 and (found[0] <= LAST_LATIN or (said == found and _is_wide(found[0])))
    )


def _is_likelier(text: str, found: list[str]) -> bool:
    """Tell whether several of these have three bytes, and they are commoner characters than those of the text."""
    wide = [character for character in found if _is_wide(character)]
    if len(wide) < SEVERAL:
        return False
    there = [character for character in text if not character.isascii()]
    before, after = (
        max(sum(each in page for each in told) / len(told) for page in _common()) for told in (there, wide)
    )
    return after >= MOSTLY and after > before


@cache
def _common() -> tuple[frozenset[str], ...]:
    """Give the common characters of each country, and what stands for one that was lost before."""
    return tuple(
        frozenset(
            bytes([lead, trail]).decode(page, "ignore")
            for lead in leads
            for trail in range(0x40, 0xFF)
            if trail != DELETE
        )
        | {REPLACED}
        for page, leads in COMMON.items()
    )


def _is_wide(character: str) -> bool:
    return character > LAST_OF_TWO


def _end(read: list[int], at: int, misreading: Misreading) -> int:
    """Give where the character ends that begins here; one of which bytes were lost has all that go on with one.

    Blanks that do not break were often made plain blanks.
    """
    end = at + 1
    is_lost = read[at] == LOST
    while end < len(read) and (is_lost or end - at < _length(read[at])):
        if read[end] == ord(" ") and read[at] in THREE and not misreading.wide:
            read[end] = NO_BREAK_SPACE
        is_lost = is_lost or read[end] == LOST
        if read[end] not in CONTINUED and (read[end] != LOST or read[at] == LOST):
            break
        end += 1
    return end


def _length(lead: int) -> int:
    """Give how many bytes a character of UTF-8 has that begins with this one."""
    return 1 + (lead in LEADS) + (lead >= 0xE0) + (lead >= 0xF0)


def _character(read: list[int]) -> str | None:
    """Give the character, if the bytes are one that people write."""
    try:
        character = bytes(read).decode(UTF8)
    except UnicodeDecodeError:
        return None
    is_written = character.isascii() or character in WRITTEN or unicodedata.category(character)[0] not in "CMZ"
    return character if is_written else None


def _from_gb(text: str) -> str | None:
    """Give what a text of Latin letters with marks said if it is GB 2312 read as Latin: ÕÅÈý is 张三.

    No language has two pairs of letters with marks beside each other and nothing else around.
    """
    if not re.match(AFTER_ASCII + TWO_OF_GB, text):
        return None
    said: list[str] = []
    foreign = bytearray()
    for run in re.findall(r"[\x00-\x7f]+|[^\x00-\x7f]+", text):
        if not run.isascii():
            if max(map(ord, run)) > LAST_OF_ONE or len(run) % 2:
                return None
            foreign += run.encode("latin-1")
        said.append(run)
    leads, trails = foreign[::2], foreign[1::2]
    common = sum(lead in COMMON["gb2312"] for lead in leads)
    if len(leads) < SEVERAL or common < MOSTLY * len(leads) or all(byte in CAPITALS for byte in foreign):
        return None
    if not all(lead in GB_LEADS for lead in leads) or not all(trail in GB_TRAILS for trail in trails):
        return None
    try:
        return "".join(run if run.isascii() else run.encode("latin-1").decode("gb2312") for run in said)
    except UnicodeDecodeError:
        return None


@cache
def _suspicious() -> str:
    """Give the pattern of texts that may be misread: their first character beyond ASCII begins one of UTF-8."""
    ways = [*map(_begins, MISREADINGS), TWO_OF_GB]
    return AFTER_ASCII + f"(?:{'|'.join(ways)})"


@cache
def _pattern(misreading: Misreading) -> re.Pattern[str]:
    return re.compile(AFTER_ASCII + _begins(misreading))


def _begins(misreading: Misreading) -> str:
    """Give the pattern of how the first character of UTF-8 looks in the code page, with what follows in a wide one."""
    page = misreading.page
    if not misreading.wide:
        goes_on = [*(_shown([byte], page) for byte in CONTINUED), *map(chr, CONTINUED), " ", UNKNOWN, REPLACED]
        return _class(_shown([lead], page) for lead in misreading.leads) + _class(goes_on)
    first = (_shown([lead, byte], page) for lead in misreading.leads for byte in CONTINUED)
    follows = (_shown([byte, lead], page) for byte in CONTINUED for lead in (*range(0x40, 0x80), *LEADS))
    single = (_shown([byte], page) for byte in CONTINUED)
    return _class(first) + rf"(?:{_class([*follows, *single, REPLACED])}|[\x00-\x7F]|$)"


def _shown(read: list[int], page: str) -> str:
    """Give bytes as a code page shows them; a single one as it is where the page leaves it open."""
    try:
        return bytes(read).decode(page)
    except UnicodeDecodeError:
        return chr(read[0]) if len(read) == 1 else ""


def _class(characters: Iterable[str]) -> str:
    """Give the pattern of one of these characters; what is not one character is left out."""
    codes = sorted({ord(one) for one in characters if len(one) == 1})
    first = [code for code, before in zip(codes, [-1, *codes], strict=False) if code != before + 1]
    last = [code for code, behind in zip(codes, [*codes[1:], 0], strict=True) if code + 1 != behind]
    return f"[{''.join(f'{_escaped(one)}-{_escaped(other)}' for one, other in zip(first, last, strict=True))}]"


def _escaped(code: int) -> str:
    return re.escape(chr(code))
