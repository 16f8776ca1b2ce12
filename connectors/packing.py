"""Archives of one file → the file: gzip, and ZIP with one member; and back, for what must be taken out of it."""

import gzip
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from connectors.feeds import Format, Workbook
from connectors.readers.kinds import DAMAGED
from connectors.readers.rows import ReadError

GZIP: Final = b"\x1f\x8b"
ZIP: Final = b"PK\x03\x04"
MOST: Final = 4 * 2**30
"""Bytes beyond which an archive is not unpacked: it holds no extract, or one that does not fit into memory."""
NOT_DELIVERED: Final = ("__MACOSX/", ".DS_Store", "Thumbs.db")
"""What systems add to archives by themselves."""
WORKBOOK: Final = "[Content_Types].xml"
"""What every workbook holds, which is a ZIP archive itself."""
AGAIN: Final = "have the channel deliver it again"
NAMED: Final = 8


@dataclass(frozen=True)
class Unpacked:
    """What an archive holds, and how that is packed again; of a file that is none, the file itself."""

    data: bytes
    pack: Callable[[bytes], bytes]


def unpack(data: bytes, format: Format) -> Unpacked:
    """Give a delivered file without its packing; a `ReadError` for an archive that is not of one whole file."""
    if data.startswith(GZIP):
        return Unpacked(_gunzip(data), lambda inner: gzip.compress(inner, mtime=0))
    if data.startswith(ZIP) and not _is_workbook(data, format):
        return _only_member(data)
    return Unpacked(data, lambda inner: inner)


def _is_workbook(data: bytes, format: Format) -> bool:
    """Say whether an archive is a workbook rather than holds one; of a damaged one the feed says what it should be."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return WORKBOOK in archive.namelist()
    except DAMAGED:
        return isinstance(format, Workbook)


def _gunzip(data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as archive:
            inner = archive.read(MOST + 1)
    except DAMAGED as error:
        raise ReadError("a whole gzip archive", f"a damaged or truncated one ({len(data)} bytes)", AGAIN) from error
    return _of_bearable_size(inner)


def _only_member(data: bytes) -> Unpacked:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir() and not _added_by_a_system(one.filename)]
            if len(members) != 1:
                more = f" and {len(members) - NAMED:,} more" if len(members) > NAMED else ""
                names = ", ".join(one.filename for one in members[:NAMED])
                raise ReadError(
                    "a ZIP archive of one file",
                    f"one of {len(members)}{f': {names}{more}' if names else ''}",
                    "unpack it, and put each file into the folder of its feed",
                )
            (member,) = members
            if member.flag_bits & 1:
                raise ReadError(
                    "a ZIP archive that opens without a password", "one with a password", "deliver it unpacked"
                )
            with archive.open(member) as file:
                inner = file.read(MOST + 1)
    except DAMAGED as error:
        raise ReadError("a whole ZIP archive", f"a damaged or truncated one ({len(data)} bytes)", AGAIN) from error

    def pack(changed: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo(member.filename, member.date_time), changed, zipfile.ZIP_DEFLATED)
        return out.getvalue()

    return Unpacked(_of_bearable_size(inner), pack)


def _added_by_a_system(name: str) -> bool:
    return name.startswith(NOT_DELIVERED) or name.rsplit("/", 1)[-1] in NOT_DELIVERED


def _of_bearable_size(inner: bytes) -> bytes:
    if len(inner) > MOST:
        raise ReadError(f"an archive of at most {MOST:,} bytes", "a larger one", "have it delivered in smaller files")
    return inner
