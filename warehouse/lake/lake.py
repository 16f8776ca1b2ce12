"""Frames of the lake that a run goes on from, known again by a mark: a frame of another run is never mistaken."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from matching.frames import Schema


def frame(home: Path, name: str, schema: Schema | None = None) -> pl.DataFrame | None:
    """Give the latest frame of an asset, None if there is none or (with `schema`) it is of another shape."""
    path = home / "lake" / "frames" / f"{name}.parquet"
    if not path.exists():
        return None
    found = pl.read_parquet(path, memory_map=False)
    return found if schema is None or found.schema == pl.Schema(schema) else None


def mark(of: pl.DataFrame, columns: Sequence[str]) -> list[int]:
    """Give what a frame is known by: how many rows it has, and a sum of hashes over these columns and their order."""
    flat = of.select(
        pl.col(name).list.join("\x1f") if isinstance(of.schema[name], pl.List) else pl.col(name) for name in columns
    )
    marks = flat.hash_rows(3).to_numpy() * (np.arange(of.height, dtype=np.uint64) * np.uint64(2) + np.uint64(1))
    return [of.height, int(marks.sum(dtype=np.uint64))]


@contextmanager
def kept_aside(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write to, which takes the place of `folder` once all is written."""
    aside = folder.with_name(f"{folder.name}.aside")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    yield aside
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)


def write_stamp(folder: Path, **told: Any) -> None:
    """Say in a folder what its files belong to, the code among it."""
    (folder / "stamp.json").write_text(json.dumps({**told, "code": code()}), encoding="utf-8")


def read_stamp(folder: Path) -> dict[str, Any] | None:
    """Give what `write_stamp` wrote; None if nothing was, or another state of the code wrote it."""
    path = folder / "stamp.json"
    if not path.exists():
        return None
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told if told["code"] == code() else None


@cache
def code() -> str:
    """Give a digest of everything that could make a value, a hash or a score another: our code and the libraries'."""
    digest = hashlib.sha256(f"{pl.__version__} {np.__version__}".encode())
    files = Path(str(resources.files("matching"))).rglob("*")
    for file in sorted(file for file in files if file.suffix in {".py", ".csv", ".toml"}):
        digest.update(file.read_bytes())
    return digest.hexdigest()
