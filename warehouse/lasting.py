"""What is written lasts: it is on the disk, and not only on its way there."""

import os
from pathlib import Path


def to_disk(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk; without this a power failure may lose them."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
