"""What a file is that is not what its name says, by how it begins."""

import zipfile
import zlib
from typing import Final

KINDS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"PK\x03\x04", "a ZIP archive or an XLSX workbook"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"PAR1", "a Parquet file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook or a password-protected one"),
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"-----BEGIN PGP", "an encrypted file (PGP)"),
)
"""How files begin whose first bytes are theirs alone."""

PAGE: Final = "an HTML page, such as a log-in or an error page saved in its place"
XML: Final = "an XML document"
MARKUP: Final[tuple[tuple[bytes, str], ...]] = (
    (b"<!doctype html", PAGE),
    (b"<html", PAGE),
    (b"<head", PAGE),
    (b"<body", PAGE),
    (b"<table", "an HTML table, as some systems write it under the name of a workbook"),
    (b"<?xml", XML),
)
"""How documents begin, in small or capital letters, behind blanks, comments and a byte-order mark."""

DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What Python says of archives with broken bytes, depending on where they stand."""
BEGINNING: Final = 4096


def kind_of(data: bytes) -> str | None:
    """Say what a file is by how it begins; None for one that may be text."""
    start = data[:BEGINNING]
    known = next((kind for mark, kind in KINDS if start.startswith(mark)), None)
    if known is not None:
        return known
    markup = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    while markup.startswith(b"<!--") and b"-->" in markup:
        markup = markup.split(b"-->", 1)[1].lstrip()
    begun = next((kind for mark, kind in MARKUP if markup.startswith(mark)), None)
    return PAGE if begun == XML and b"<html" in markup else begun
