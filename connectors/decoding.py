"""Bytes → text, without guessing and without losing a byte: what does not decode is shown as \\xNN and remembered."""

import codecs
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

import numpy as np

BOMS: Final[tuple[tuple[bytes, str], ...]] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Marks at the start of a file that say how it is encoded; the longer before those they begin with."""

WIDE: Final = ("utf-16", "utf-32")
ZEROS: Final = 5
"""One zero byte in so many makes a file no text in an encoding of single bytes."""
UTF8: Final = "utf-8"
GB18030: Final = "gb18030"
UTF8_CHINESE: Final = re.compile(rb"(?:[\xe3-\xe9][\x80-\xbf]{2}){2}")
"""Two Chinese characters in UTF-8: hardly ever in a line of GB18030, always in a line of Chinese that is UTF-8."""
WIDER: Final = {"big5": "cp950", "gb2312": GB18030, "gbk": GB18030, "shift_jis": "cp932", "euc_kr": "cp949"}
"""What is written by those who call an encoding by the name of the standard: it and the characters added since."""
TRUSTED: Final = 0.9
"""Which share of its lines a declared encoding must read to be believed before one that reads almost anything."""
SAMPLE_BYTES: Final = 500_000
"""How much of a file decides on the encoding when it is not UTF-8 from end to end."""


class EncodingError(ValueError):
    """No encoding reads the file; the text says what was tried."""


@dataclass(frozen=True)
class Text:
    """A decoded file: its lines, the encoding they were in, and the lines (counted from 0) with undecodable bytes."""

    lines: list[str]
    encoding: str
    undecodable: frozenset[int]
    ends_open: bool
    """Whether the last line lacks its line end."""


def decode(data: bytes, declared: str, cells: bytes | None = None) -> Text:
    """Give the file's lines, every byte accounted for.

    A byte-order mark decides first, then whether the whole file is UTF-8, then whether it is GB18030, then what the
    feed declares. A declared encoding other than these two is asked before GB18030, which reads almost anything, and is
    believed where it reads nearly all lines, unless what GB18030 reads is everyday Chinese: the other lines are broken,
    not the declaration. Where no encoding reads the whole file, the one that reads most lines is taken and the others
    become undecodable, unless they are Chinese in the other one of UTF-8 and GB18030: two files were joined. Where
    columns are counted in bytes, and characters may be cut in two at their ends, the `cells`, a line each, decide on
    the encoding.
    """
    if cells is None or data.startswith(tuple(mark for mark, _ in BOMS)):
        data, encoding, whole = _choose(data, declared)
    else:
        encoding, whole = _choose(cells, declared)[1], None
    if cells is None and (encoding == GB18030 or (encoding == UTF8 and whole is None)):
        joined = _in_one_encoding(data, encoding)
        data, whole = joined, whole if joined == data else None
    bad_at: list[int] = []
    text = _decode(data, encoding, bad_at) if whole is None else whole
    if bad_at and encoding.startswith(WIDE):
        message = f"text in {encoding} with broken characters from byte {bad_at[0]} on"
        raise EncodingError(message)
    line_end = "\n" if "\n" in text or "\r" not in text else "\r"
    lines = text.split(line_end)
    undecodable = _lines_at(data, bad_at, line_end.encode())
    if lines[-1] == "":
        lines.pop()
        return Text(lines, encoding, undecodable, ends_open=False)
    return Text(lines, encoding, undecodable, ends_open=True)


def _choose(data: bytes, declared: str) -> tuple[bytes, str, str | None]:
    """Give the bytes behind a byte-order mark, their encoding, and their text where that is known already."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data[len(mark) :], encoding, None
    declared = codecs.lookup(declared).name
    declared = WIDER.get(declared, declared)
    if declared.startswith(WIDE):
        return data, declared, None
    if ZEROS * data.count(b"\0") > len(data):
        message = "zero bytes throughout, as in UTF-16 without a byte-order mark"
        raise EncodingError(message)
    others = tuple(dict.fromkeys(encoding for encoding in (declared, GB18030) if encoding != UTF8))
    if (text := _whole(data, UTF8)) is not None:
        misread = declared != UTF8 and not text.isascii() and not re.search(r"[\u0800-\U0010ffff]", text)
        return data, *((declared, _whole(data, declared)) if misread and _reads(data, declared) else (UTF8, text))
    return data, *_by_lines(data, declared, others)


def _by_lines(data: bytes, declared: str, others: tuple[str, ...]) -> tuple[str, str | None]:
    """Give the encoding that reads the lines best, and the whole text where it reads all of them."""
    shares = _shares(data, (UTF8, *others))
    if shares[UTF8] > 0.5:
        return UTF8, None
    if declared not in {UTF8, GB18030} and shares[declared] >= TRUSTED and not _is_simplified(data):
        return declared, _whole(data, declared)
    for encoding in others:
        if shares[encoding] == 1 and (text := _whole(data, encoding)) is not None:
            return encoding, text
    return _best(shares), None


def _in_one_encoding(data: bytes, encoding: str) -> bytes:
    """Give a file of Chinese, UTF-8 or GB18030, with the lines that are in the other of the two in its own."""
    if encoding == GB18030:
        if not UTF8_CHINESE.search(data):
            return data
        lines = (_recoded(line, UTF8, GB18030) if UTF8_CHINESE.search(line) else line for line in data.split(b"\n"))
    else:
        lines = (line if _reads(line, UTF8) else _recoded(line, GB18030, UTF8) for line in data.split(b"\n"))
    return b"\n".join(lines)


def _recoded(line: bytes, written: str, wanted: str) -> bytes:
    """Give a line that is Chinese in another encoding in the one that is wanted; others as they are."""
    text = _whole(line, written)
    if text is None or (written == GB18030 and (UTF8_CHINESE.search(line) or not _is_simplified(line))):
        return line
    return text.encode(wanted)


def _whole(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _reads(data: bytes, encoding: str) -> bool:
    return _whole(data, encoding) is not None


def _is_simplified(data: bytes) -> bool:
    """Say whether bytes read as GB18030 are what is written in it every day, and not another encoding misread."""
    letters = [letter for letter in data[:SAMPLE_BYTES].decode(GB18030, "replace") if not letter.isascii()]
    return len("".join(letters).encode("gb2312", "ignore")) >= 2 * TRUSTED * len(letters)


def _shares(data: bytes, encodings: tuple[str, ...]) -> dict[str, float]:
    """Give which share of the lines beyond ASCII, in a sample from the start, each encoding reads.

    A line of Chinese in GB18030 is hardly ever UTF-8 by chance, while GB18030 reads much that was never meant so: a
    UTF-8 file with one broken line is known by this.
    """
    lines = [line for line in re.split(rb"[\r\n]+", data[:SAMPLE_BYTES]) if not line.isascii()]
    return {encoding: sum(_reads(line, encoding) for line in lines) / max(len(lines), 1) for encoding in encodings}


def _best(shares: dict[str, float]) -> str:
    best = max(shares, key=lambda encoding: shares[encoding])
    if shares[best] < 0.5:
        tried = ", ".join(f"{encoding} reads {share:.0%} of its lines" for encoding, share in shares.items())
        raise EncodingError(tried)
    return best


def _decode(data: bytes, encoding: str, bad_at: list[int]) -> str:
    """Decode with \\xNN for what cannot be decoded, noting where each such byte stands."""

    def note(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        bad_at.append(error.start)
        return "".join(f"\\x{byte:02X}" for byte in error.object[error.start : error.end]), error.end

    codecs.register_error("customer-hub-escape", note)
    return data.decode(encoding, errors="customer-hub-escape")


def _lines_at(data: bytes, positions: list[int], line_end: bytes) -> frozenset[int]:
    if not positions:
        return frozenset()
    ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == line_end[0]).tolist()
    return frozenset(bisect_right(ends, position) for position in positions)
