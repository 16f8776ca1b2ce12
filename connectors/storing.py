"""Frames and bytes onto disk so that a crash leaves the old file or the new one, never half of one."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

import polars as pl

from connectors.errors import StorageError


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame aside, force it to disk, and put it in place; a `StorageError` if the disk is full."""
    buffer = BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=1)
    write_bytes(buffer.getbuffer(), path)


def write_bytes(content: bytes | memoryview, path: Path) -> None:
    """Write bytes aside, force them to disk, and put them in place; a `StorageError` if the disk is full."""
    try:
        with put_in_place(path) as file:
            file.write(content)
    except OSError as error:
        raise storage_error(error, path.parent) from error


@contextmanager
def put_in_place(path: Path) -> Iterator[BinaryIO]:
    """Open a file aside; what was written to it is forced to disk and put in place, or gone if anything failed."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.{token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        _sync_folder(path.parent)
        _remove_asides_of_the_dead(path)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise


def _remove_asides_of_the_dead(path: Path) -> None:
    """Remove what processes that were killed had written aside for this file; those still alive keep theirs."""
    for aside in path.parent.glob(f".{path.name}.*.tmp"):
        process = int(aside.name.split(".")[-3])
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            aside.unlink(missing_ok=True)
        except PermissionError:
            continue


def storage_error(error: OSError, folder: Path) -> StorageError:
    """Give the failure of a write in words: what was expected, found, and what to do."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    found = "the disk is full" if full else f"{os.strerror(error.errno or 0)}"
    remedy = "free some space and run again" if full else "check the folder's permissions and run again"
    return StorageError(
        f"expected to write to {folder}; found that {found}. What to do: {remedy}; nothing of this extract was taken."
    )


def _sync_folder(folder: Path) -> None:
    """Make the folder's new entry last; without this a power failure may lose a file that was renamed into place."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
